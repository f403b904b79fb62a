r"""Turns bands of age of any width, that may overlap, into five-year bands.

A band counts those older than its first age and younger than its end, that is a difference of the
count :math:`C` of those younger than an age:

.. math:: n_{[a, b)} = C(b) - C(a), \qquad C(0) = 0

Bands that touch give :math:`C` at each edge, one after the other; bands that give it twice must
agree. Between two edges people are taken to be spread evenly, which is an estimate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

type Band = tuple[int, int]  # first age, and the age that it ends before

OPEN = 1000  # where the last band ends
_STEP = 5
_LAST = 95  # the last band of INSEE's own five-year tables
_PEOPLE_APART = 2.0  # two partitions of the same people, each rounded
_SHARE_APART = 0.005


def five_year(
    counts: Mapping[Band, pd.Series[float]], *, what: Fault, path: Path
) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Return inhabitants by place and five-year band, and the edges that had to be estimated.

    Parameters
    ----------
    counts
        Inhabitants of each band, by place; all with the same places.
    what, path
        For the messages.

    Returns
    -------
    table
        Columns the first age of each band; the last one is open.
    split
        First ages at which no band of ``counts`` begins or ends.

    Raises
    ------
    DataError
        When the bands leave out an age, or contradict each other; names some places.

    Examples
    --------
    >>> from pathlib import Path
    >>> one = lambda people: pd.Series([people], index=["53130"])
    >>> bands = {(0, 3): one(30.0), (3, 18): one(150.0), (18, OPEN): one(820.0)}
    >>> bands |= {(0, 15): one(145.0), (15, OPEN): one(855.0)}
    >>> table, split = five_year(bands, what=Fault("ages", {}), path=Path("x"))
    >>> table.round(1).to_dict("index")["53130"], split
    ({0: 49.2, 5: 47.9, 10: 47.9, 15: 855.0}, (5, 10))
    """
    younger = _younger(counts, what=what, path=path)
    if OPEN not in younger:
        raise DataError(
            "{what} : « {path} » ne donne pas tous les âges (tranches lues : {bands}).",
            what=what,
            path=path,
            bands=tuple(_shown(band) for band in sorted(counts)) or Fault("aucune", {}),
        )
    edges = sorted(edge for edge in younger if edge != OPEN)
    total = younger[OPEN]
    known = np.column_stack([younger[edge].to_numpy(float) for edge in edges])
    backwards = (np.diff(np.column_stack([known, total]), axis=1) < -_apart(total)[:, None]).any(1)
    if backwards.any():
        raise _contradiction(total.index[backwards], what=what, path=path)
    known = np.minimum(np.maximum.accumulate(known, axis=1), total.to_numpy()[:, None])
    lows = [low for low in range(0, _LAST + 1, _STEP) if low <= edges[-1]]
    at = np.array([np.interp(lows, edges, row) for row in known]).reshape(len(known), len(lows))
    people = np.diff(np.column_stack([at, total]), axis=1)
    table = pd.DataFrame(people, index=total.index, columns=pd.Index(lows, dtype=int))
    return table, tuple(low for low in lows if low not in edges)


def _younger(
    counts: Mapping[Band, pd.Series[float]], *, what: Fault, path: Path
) -> dict[int, pd.Series[float]]:
    """Return how many are younger than each age that bands lead to from birth."""
    left = dict(counts)
    known: dict[int, pd.Series[float]] = {}
    if left:
        known[0] = next(iter(left.values())) * 0.0
    progress = True
    while progress:
        progress = False
        for (low, high), people in sorted(left.items()):
            if low in known and high in known:
                apart = (known[low] + people - known[high]).abs()
                wrong = apart.to_numpy() > _apart(known[high])
                if wrong.any():
                    raise _contradiction(people.index[wrong], what=what, path=path)
            elif low in known:
                known[high] = known[low] + people
            elif high in known:
                known[low] = known[high] - people
            else:
                continue
            del left[low, high]
            progress = True
    return known


def _apart(people: pd.Series[float]) -> NDArray[np.float64]:
    """Return how far two counts of the same people may be from each other."""
    apart: NDArray[np.float64] = _SHARE_APART * np.abs(people.to_numpy(np.float64))
    return np.maximum(_PEOPLE_APART, apart)


def _contradiction(places: pd.Index[str], *, what: Fault, path: Path) -> DataError:
    return DataError(
        "{what} : dans « {path} », les tranches d’âge se contredisent : {places}{more}.",
        what=what,
        path=path,
        places=tuple(str(place) for place in places[:5]),
        more="" if len(places) <= 5 else Fault("… ({count} en tout)", {"count": len(places)}),
    )


def _shown(band: Band) -> str:
    low, high = band
    return f"{low}+" if high == OPEN else f"{low}–{high - 1}"
