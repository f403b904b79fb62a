r"""Whether a desert is still one when what could as well have been chosen otherwise is.

A list of deserts hangs on thresholds, on the decay of distance, on how times were found and on the
units that were compared. Each *variant* moves one of these. A desert that survives all of them is
*robuste*; the others depend on a choice, and one may say which. Two numbers tell how far a variant
is from the base: the overlap of both lists (Jaccard, by inhabitants),

.. math:: J = \frac{\text{people of both lists}}{\text{people of either list}},

and Kendall's :math:`\tau_b` between the scores of all zones, which does not care where the line is
drawn: 1 where the order of zones is the same, 0 where nothing is left of it.

References
----------
M. G. Kendall (1945), The treatment of ties in ranking problems, *Biometrika* 33. S. Openshaw
(1984), *The modifiable areal unit problem*.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Moved(StrEnum):
    """What a variant changes; the French word is what users read."""

    THRESHOLD = "seuil"
    DECAY = "décroissance"
    TIMES = "temps de trajet"
    ZONES = "zonage"


@dataclass(frozen=True, eq=False)
class Variant:
    """The same question with one choice made otherwise.

    Attributes
    ----------
    label
        French sentence with the names of ``named``.
    moved
        What was changed.
    desert
        Is this zone a desert? By zone.
    score
        How badly off the zone is, the higher the worse; ``inf`` for the worst. By zone.
    named
        What the label names, as text.
    """

    label: str
    moved: Moved
    desert: pd.Series[bool]
    score: pd.Series[float]
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Stability:
    """How much of the deserts stays.

    Attributes
    ----------
    zones
        By zone: ``desert`` (in the base), ``kept`` (share of the variants where it is one),
        ``robust`` (a desert in the base and in all variants), ``depends`` (what was moved where it
        is not the same, joined by commas).
    variants
        In their order: ``label``, ``named``, ``moved``, ``zones``, ``population`` (of its
        deserts), ``overlap``, ``kendall``.
    """

    zones: pd.DataFrame
    variants: pd.DataFrame


def stability(base: Variant, others: Sequence[Variant], population: pd.Series[int]) -> Stability:
    """Return which deserts are robust, and how far each variant is from the base.

    Parameters
    ----------
    base
        The study as it is.
    others
        With one choice moved each.
    population
        Inhabitants by zone.

    Raises
    ------
    DataError
        If a variant speaks of other zones.

    Examples
    --------
    >>> import pandas as pd
    >>> zones = ["A", "B", "C"]
    >>> def variant(label, *minutes):
    ...     score = pd.Series(minutes, zones)
    ...     return Variant(label, Moved.TIMES, score > 20, score)
    >>> people = pd.Series([100, 300, 50], zones)
    >>> found = stability(
    ...     variant("base", 25.0, 21.0, 5.0), [variant("plus vite", 24.0, 19.0, 4.0)], people
    ... )
    >>> found.zones["robust"].tolist(), found.variants[["overlap", "kendall"]].values.tolist()
    ([True, False, False], [[0.25, 1.0]])
    """
    from scipy.stats import kendalltau

    index = base.desert.index
    wrong = [one for one in (base, *others) if not one.score.index.equals(index)]
    if wrong or not population.index.equals(index):
        raise DataError("Stabilité des déserts : les variantes ne portent pas sur les mêmes zones.")
    people = np.asarray(population, dtype=np.float64)
    here = base.desert.to_numpy(dtype=bool)
    flags = np.array([one.desert.reindex(index).to_numpy(dtype=bool) for one in others])
    flags = flags.reshape(len(others), len(index))
    rows = []
    for one, there in zip(others, flags, strict=True):
        tau = kendalltau(_ranked(base.score), _ranked(one.score)).statistic
        rows.append({
            "label": one.label,
            "named": one.named,
            "moved": one.moved,
            "zones": int(there.sum()),
            "population": int(people[there].sum()),
            "overlap": _overlap(here, there, people),
            "kendall": float(tau) if np.isfinite(tau) else 1.0,  # one score for all: same order
        })  # fmt: skip
    changed = flags != here
    zones = pd.DataFrame(
        {
            "desert": here,
            "kept": flags.mean(axis=0) if len(others) else here.astype(float),
            "robust": here & flags.all(axis=0),
            "depends": [
                ", ".join(dict.fromkeys(o.moved for o, c in zip(others, row, strict=True) if c))
                for row in changed.T
            ],
        },
        index=index,
    )
    columns = ["label", "named", "moved", "zones", "population", "overlap", "kendall"]
    return Stability(zones, pd.DataFrame(rows, columns=columns))


def weighted_median(
    values: NDArray[np.float64], weights: NDArray[np.float64], groups: NDArray[np.intp], size: int
) -> NDArray[np.float64]:
    """Return the value that half of the people of each group do not exceed; ``inf`` may be it.

    >>> weighted_median(
    ...     np.array([5.0, np.inf, 9.0]), np.array([10.0, 30.0, 5.0]), np.array([0, 0, 1]), 3
    ... ).tolist()
    [inf, 9.0, 0.0]
    """
    found = np.zeros(size)
    order = np.lexsort((values, groups))
    part, level, people = groups[order], values[order], weights[order]
    total = np.bincount(part, weights=people, minlength=size)
    for group in np.unique(part):
        mine = part == group
        below = np.cumsum(people[mine])
        place = int(np.searchsorted(below, total[group] / 2))
        found[group] = level[mine][min(place, below.size - 1)]
    return found


def _ranked(score: pd.Series[float]) -> NDArray[np.float64]:
    return np.asarray(score.rank(method="average"), dtype=np.float64)


def _overlap(
    one: NDArray[np.bool_], other: NDArray[np.bool_], people: NDArray[np.float64]
) -> float:
    either = float(people[one | other].sum())
    return float(people[one & other].sum()) / either if either else 1.0
