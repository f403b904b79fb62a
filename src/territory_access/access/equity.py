r"""How unequally access is spread over people, whoever they are.

Every person counts once: zones are weighted by their inhabitants, and tenths are tenths of the
population, a zone on the border being split. With :math:`p_i` the share of the population of zone
:math:`i`, :math:`A_i` its access and :math:`\mu = \sum_i p_i A_i`:

.. math::
    G &= \frac{1}{2\mu} \textstyle\sum_{ij} p_i p_j |A_i - A_j| && \text{Gini} \\
    T &= \textstyle\sum_i p_i \frac{A_i}{\mu} \ln \frac{A_i}{\mu} && \text{Theil's T} \\
    T &= \underbrace{\textstyle\sum_g p_g \frac{\mu_g}{\mu} \ln \frac{\mu_g}{\mu}}_{\text{between}}
        + \underbrace{\textstyle\sum_g p_g \frac{\mu_g}{\mu} T_g}_{\text{within}}

When nobody has any access everybody is equal: the indices are 0 and the ratios 1. Along a rank
other than access itself (deprivation, income), see ``gradient``; below a line, see ``poverty``.

References
----------
H. Theil (1967), *Economics and information theory*. J. G. Palma (2011), Homogeneous middles vs.
heterogeneous tails, *Development and Change* 42. F. A. Cowell (2011), *Measuring inequality*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.labels import amounts, joined
from territory_access.errors import DataError
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

TENTH = "tenth"


def gini(values: xr.DataArray, people: xr.DataArray) -> float:
    """Return the Gini index: 0 when all have the same, towards 1 when one has all.

    Parameters
    ----------
    values
        Access a person, 0 or more ``(origin)``.
    people
        Inhabitants ``(origin)``.

    Raises
    ------
    DataError
        If labels differ, an amount is negative, missing or infinite, or nobody lives there.

    Examples
    --------
    >>> import xarray as xr
    >>> level = xr.DataArray([1.0, 3.0], {"origin": ["A", "B"]})
    >>> people = xr.DataArray([100.0, 100.0], {"origin": ["A", "B"]})
    >>> gini(level, people)
    0.25
    """
    level, share = shares_of(values, people)
    order = np.argsort(level, kind="stable")
    share, held = share[order], (share * level)[order]
    total = held.sum()
    if total == 0:
        return 0.0
    lorenz = np.concatenate([[0.0], np.cumsum(held) / total])
    return float(1 - share @ (lorenz[1:] + lorenz[:-1]))


@dataclass(frozen=True)
class Theil:
    """Theil's T and its exact split by groups.

    Attributes
    ----------
    total
        0 when all have the same.
    between
        Of the means of the groups; 0 without groups.
    within
        Of what differs inside the groups.
    groups
        What each group adds to ``within``, by its label.
    """

    total: float
    between: float
    within: float
    groups: dict[str, float]


def theil(
    values: xr.DataArray, people: xr.DataArray, *, groups: xr.DataArray | None = None
) -> Theil:
    """Return Theil's T, split between and within groups that cover everybody.

    Parameters
    ----------
    values
        Access a person, 0 or more ``(origin)``.
    people
        Inhabitants ``(origin)``.
    groups
        Group of each zone ``(origin)``: département, intercommunalité, kind of commune.

    Raises
    ------
    DataError
        If labels differ, an amount is negative, missing or infinite, or nobody lives there.

    Examples
    --------
    >>> import xarray as xr
    >>> zones = {"origin": ["A", "B", "C", "D"]}
    >>> level = xr.DataArray([1.0, 3.0, 4.0, 4.0], zones)
    >>> people = xr.DataArray([100.0] * 4, zones)
    >>> found = theil(level, people, groups=xr.DataArray(["x", "x", "y", "y"], zones))
    >>> round(found.between, 4), round(found.within, 4), round(found.total, 4)
    (0.0566, 0.0436, 0.1002)
    """
    level, share = shares_of(values, people)
    if groups is None:
        labels, where = np.array([""]), np.zeros(level.size, np.intp)
    else:
        _, kinds = joined(values, groups)
        labels, where = np.unique(kinds.values, return_inverse=True)
    mean = float(share @ level)
    size = np.bincount(where, weights=share, minlength=len(labels))
    held = np.bincount(where, weights=share * level, minlength=len(labels))
    own = np.divide(held, size, out=np.zeros_like(held), where=size > 0)
    between = float(size @ _entropy(own, mean))
    inside = share * _entropy(level, own[where]) * (own[where] / mean if mean else 0.0)
    each = np.bincount(where, weights=inside, minlength=len(labels))
    parts = {} if groups is None else dict(zip(map(str, labels), each.tolist(), strict=True))
    return Theil(between + float(each.sum()), between, float(each.sum()), parts)


def tenths(
    values: xr.DataArray, people: xr.DataArray, *, by: xr.DataArray | None = None
) -> xr.DataArray:
    """Return the mean access of each tenth of the population, the worst served first.

    Parameters
    ----------
    values
        Access a person ``(origin)``.
    people
        Inhabitants ``(origin)``.
    by
        What ranks people instead of their access ``(origin)``, the worst off lowest. Zones of the
        same rank are mixed before they are split.

    Returns
    -------
    xarray.DataArray
        ``(tenth)``, from 1 to 10.

    Raises
    ------
    DataError
        If labels differ, an amount is negative, missing or infinite, or nobody lives there.

    Examples
    --------
    >>> import xarray as xr
    >>> level = xr.DataArray([2.0, 4.0], {"origin": ["A", "B"]})
    >>> people = xr.DataArray([350.0, 650.0], {"origin": ["A", "B"]})
    >>> tenths(level, people).values.tolist()
    [2.0, 2.0, 2.0, 3.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0]
    """
    found = [_slice(values, people, by, k / 10, (k + 1) / 10) for k in range(10)]
    return xr.DataArray(found, {TENTH: np.arange(1, 11)}, (TENTH,), name=values.name)


def palma(values: xr.DataArray, people: xr.DataArray, *, by: xr.DataArray | None = None) -> float:
    """Return the mean access of the best-off tenth over that of the worst-off four tenths.

    Parameters
    ----------
    values
        Access a person ``(origin)``.
    people
        Inhabitants ``(origin)``.
    by
        What makes people well off ``(origin)``, for example income; their access by default.

    Raises
    ------
    DataError
        If labels differ, an amount is negative, missing or infinite, or nobody lives there.

    Examples
    --------
    >>> import xarray as xr
    >>> level = xr.DataArray([2.0, 3.0, 5.0], {"origin": ["A", "B", "C"]})
    >>> people = xr.DataArray([400.0, 500.0, 100.0], {"origin": ["A", "B", "C"]})
    >>> palma(level, people)
    2.5
    """
    return ratio(_slice(values, people, by, 0.9, 1.0), _slice(values, people, by, 0.0, 0.4))


def quantile(values: xr.DataArray, people: xr.DataArray, share: float) -> float:
    """Return the access that a share of the population does not exceed (D1 is at 0.1).

    Examples
    --------
    >>> import xarray as xr
    >>> level = xr.DataArray([2.0, 3.0, 5.0], {"origin": ["A", "B", "C"]})
    >>> people = xr.DataArray([100.0, 800.0, 100.0], {"origin": ["A", "B", "C"]})
    >>> quantile(level, people, 0.1), quantile(level, people, 0.5), quantile(level, people, 0.91)
    (2.0, 3.0, 5.0)
    """
    level, part = shares_of(values, people)
    order = np.argsort(level, kind="stable")
    below = np.cumsum(part[order])
    place = int(np.searchsorted(below, share - 1e-12))
    return float(level[order][min(place, level.size - 1)])


def decile_ratio(values: xr.DataArray, people: xr.DataArray) -> float:
    """Return D9/D1: the access that nine tenths do not exceed over that of one tenth.

    Examples
    --------
    >>> import xarray as xr
    >>> level = xr.DataArray([2.0, 3.0, 5.0], {"origin": ["A", "B", "C"]})
    >>> people = xr.DataArray([100.0, 700.0, 200.0], {"origin": ["A", "B", "C"]})
    >>> decile_ratio(level, people)
    2.5
    """
    return ratio(quantile(values, people, 0.9), quantile(values, people, 0.1))


def tenth_ratio(values: xr.DataArray, people: xr.DataArray) -> float:
    """Return D10/D1 as the DREES gives it: mean of the best-served tenth over the worst-served.

    Examples
    --------
    >>> import xarray as xr
    >>> level = xr.DataArray([2.0, 3.0, 5.0], {"origin": ["A", "B", "C"]})
    >>> people = xr.DataArray([100.0, 850.0, 50.0], {"origin": ["A", "B", "C"]})
    >>> tenth_ratio(level, people)
    2.0
    """
    return ratio(_slice(values, people, None, 0.9, 1.0), _slice(values, people, None, 0.0, 0.1))


def ratio(above: float, below: float) -> float:
    """Return one level over another; 1 where both are 0, ``inf`` where only the second is.

    >>> ratio(3.0, 2.0), ratio(0.0, 0.0), ratio(1.0, 0.0)
    (1.5, 1.0, inf)
    """
    if below == 0:
        return 1.0 if above == 0 else float("inf")
    return above / below


def shares_of(values: xr.DataArray, people: xr.DataArray) -> tuple[Floats, Floats]:
    """Return the values, and the share of the population of each zone, both checked.

    Raises
    ------
    DataError
        If labels differ, an amount is negative, missing or infinite, or nobody lives there.
    """
    level, inhabitants = joined(
        amounts(values, what="Accessibilité", dim=ORIGIN),
        amounts(people, what="habitants", dim=ORIGIN),
    )
    total = float(inhabitants.sum())
    if total == 0:
        raise DataError("Personne n’habite ces zones : aucune part ne se calcule.")
    return level.values.astype(np.float64), inhabitants.values.astype(np.float64) / total


def _entropy(values: Floats, mean: Floats | float) -> Floats:
    """Return ``x ln x`` of values over a mean; 0 at 0, where the mean is 0 too."""
    level = np.divide(values, mean, out=np.zeros_like(values), where=np.asarray(mean) > 0)
    return level * np.log(level, out=np.zeros_like(level), where=level > 0)


def _slice(
    values: xr.DataArray, people: xr.DataArray, by: xr.DataArray | None, low: float, high: float
) -> float:
    """Return the mean of the people between two shares of the population in rank order."""
    level, share = shares_of(values, people)
    rank = level if by is None else joined(values, by)[1].values
    kinds, where = np.unique(rank, return_inverse=True)
    size = np.bincount(where, weights=share, minlength=len(kinds))
    held = np.bincount(where, weights=share * level, minlength=len(kinds))
    edges = np.concatenate([[0.0], np.cumsum(size)])
    inside = np.clip(edges[1:], low, high) - np.clip(edges[:-1], low, high)
    part = np.divide(inside, size, out=np.zeros_like(size), where=size > 0)
    return float(held @ part) / float(inside.sum())
