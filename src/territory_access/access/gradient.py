r"""Whether access follows a rank such as deprivation, and who gets more.

People stand in a line by a variable, the worst off first; :math:`r_i` is where zone :math:`i`
stands, from 0 to 1 (the middle of its people; zones of the same value share one place). With
:math:`p_i` shares of the population and :math:`\mu` the mean access:

.. math::
    C &= \frac{2}{\mu} \operatorname{cov}_p(A, r) && \text{concentration index} \\
    W &= C\, \frac{\mu\,(b - a)}{(b - \mu)(\mu - a)} && \text{Wagstaff, access bounded by } a, b \\
    E &= C\, \frac{4 \mu}{b - a} && \text{Erreygers} \\
    S &= \operatorname{cov}_p(A, r) / \operatorname{var}_p(r) && \text{slope index of inequality}

Above 0 the best off have more. The plain index of a bounded access shrinks as the mean nears the
bound; both corrections put that right, and disagree on what to hold constant: name which one.

References
----------
N. Kakwani, A. Wagstaff and E. van Doorslaer (1997), *J. of Econometrics* 77. A. Wagstaff (2005),
The bounds of the concentration index when the variable of interest is binary, *Health Economics*
14. G. Erreygers (2009), Correcting the concentration index, *J. of Health Economics* 28.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from territory_access.access.equity import shares_of
from territory_access.access.labels import joined
from territory_access.errors import DataError

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray


class Correction(StrEnum):
    """What is done about the bounds of access."""

    NONE = "none"
    WAGSTAFF = "wagstaff"
    ERREYGERS = "erreygers"


def concentration(
    values: xr.DataArray,
    people: xr.DataArray,
    rank: xr.DataArray,
    *,
    correction: Correction | str = Correction.NONE,
    bounds: tuple[float, float] | None = None,
) -> float:
    """Return the concentration index (formulae above).

    Parameters
    ----------
    values
        Access a person, 0 or more ``(origin)``.
    people
        Inhabitants ``(origin)``.
    rank
        How well off people are ``(origin)``, the worst off lowest: give a deprivation index with
        its sign changed.
    correction
        ``none``, ``wagstaff`` or ``erreygers``.
    bounds
        Least and most access that is possible; what was found, where not given.

    Raises
    ------
    DataError
        If labels differ, an amount is negative, missing or infinite, a rank is missing, nobody
        lives there, or access leaves its bounds.

    Examples
    --------
    >>> import xarray as xr
    >>> zones = {"origin": ["A", "B"]}
    >>> level, people = xr.DataArray([0.2, 0.6], zones), xr.DataArray([50.0, 50.0], zones)
    >>> income = xr.DataArray([15e3, 25e3], zones)
    >>> [
    ...     round(concentration(level, people, income, correction=kind, bounds=(0, 1)), 4)
    ...     for kind in Correction
    ... ]
    [0.25, 0.4167, 0.4]
    """
    level, share, place = _ranked(values, people, rank)
    mean = float(share @ level)
    slope = float(share @ ((level - mean) * (place - 0.5)))
    if mean == 0:
        return 0.0
    index = 2 * slope / mean
    kind = Correction(correction)
    if kind == Correction.NONE:
        return index
    low, high = bounds or (float(level.min()), float(level.max()))
    if not low <= level.min() <= level.max() <= high:
        raise DataError(
            "Indice de concentration : l’accessibilité sort de ses bornes, {low} et {high}.",
            low=low,
            high=high,
        )
    if kind == Correction.ERREYGERS:
        return 4 * mean * index / (high - low) if high > low else 0.0
    room = (high - mean) * (mean - low)
    return index * mean * (high - low) / room if room > 0 else 0.0


def slope_index(values: xr.DataArray, people: xr.DataArray, rank: xr.DataArray) -> float:
    """Return how much more access the best off have than the worst off, on a straight line.

    Parameters
    ----------
    values
        Access a person, 0 or more ``(origin)``.
    people
        Inhabitants ``(origin)``.
    rank
        How well off people are ``(origin)``, the worst off lowest.

    Returns
    -------
    float
        In the units of ``values``; 0 where all have the same rank.

    Raises
    ------
    DataError
        If labels differ, an amount is negative, missing or infinite, a rank is missing, or nobody
        lives there.

    Examples
    --------
    >>> import xarray as xr
    >>> zones = {"origin": ["A", "B"]}
    >>> level, people = xr.DataArray([2.0, 4.0], zones), xr.DataArray([50.0, 50.0], zones)
    >>> slope_index(level, people, xr.DataArray([1, 2], zones))
    4.0
    """
    level, share, place = _ranked(values, people, rank)
    spread = float(share @ (place - 0.5) ** 2)
    return float(share @ (level * (place - 0.5))) / spread if spread > 0 else 0.0


def _ranked(
    values: xr.DataArray, people: xr.DataArray, rank: xr.DataArray
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return values, shares of the population, and where each zone stands in the line."""
    level, share = shares_of(values, people)
    order = joined(values, rank)[1].values
    missing = int(np.isnan(np.asarray(order, dtype=np.float64)).sum())
    if missing:
        raise DataError("Rang social : {count} valeurs absentes.", count=missing)
    kinds, where = np.unique(order, return_inverse=True)
    size = np.bincount(where, weights=share, minlength=len(kinds))
    return level, share, (np.cumsum(size) - size / 2)[where]
