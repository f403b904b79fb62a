"""How far the nearest sites are, and how much there is around."""

from __future__ import annotations

import numpy as np
import xarray as xr

from territory_access.access.labels import amounts, joined, minutes
from territory_access.errors import DataError
from territory_access.vocabulary import DESTINATION, ORIGIN


def closest(times: xr.Dataset | xr.DataArray, *, rank: int = 1) -> xr.DataArray:
    r"""Return the minutes to the nearest site, or to the second, third… nearest.

    .. math:: C_i = \min_j t_{ij}

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach.
    rank
        1 for the nearest, 2 for the second nearest: what remains if the nearest closes.

    Returns
    -------
    xarray.DataArray
        Minutes ``(origin)``; ``inf`` where fewer than ``rank`` sites are in reach.

    Raises
    ------
    DataError
        If ``rank`` is below 1 or a time is negative or missing.

    Examples
    --------
    >>> import xarray as xr
    >>> times = xr.DataArray(
    ...     [[4.0, 12.0], [float("inf"), 9.0]], {"origin": ["A", "B"], "destination": ["S", "T"]}
    ... )
    >>> closest(times).values.tolist(), closest(times, rank=2).values.tolist()
    ([4.0, 9.0], [12.0, inf])
    """
    table = minutes(times)
    if rank < 1:
        raise DataError("Rang du plus proche : {rank} ; il commence à 1.", rank=rank)
    if table.sizes[DESTINATION] < rank:
        nearest = np.full(table.sizes[ORIGIN], np.inf)
    elif rank == 1:
        nearest = table.values.min(axis=1)
    else:
        nearest = np.partition(table.values, rank - 1, axis=1)[:, rank - 1]
    return _by_origin(nearest, table, name="minutes", units="minutes")


def beyond(closest: xr.DataArray, people: xr.DataArray, *, max_minutes: float) -> float:
    r"""Return the share of people further than a number of minutes from the nearest site.

    .. math:: \frac{\sum_i P_i \, [C_i > t]}{\sum_i P_i}

    Parameters
    ----------
    closest
        Minutes ``(origin)`` to the nearest site, ``inf`` out of reach.
    people
        Inhabitants ``(origin)``.
    max_minutes
        The limit *t*; people exactly at it are within.

    Raises
    ------
    DataError
        If both tables do not speak of the same zones, or nobody lives there.

    Examples
    --------
    >>> import xarray as xr
    >>> zones = {"origin": ["A", "B"]}
    >>> near, people = xr.DataArray([4.0, 25.0], zones), xr.DataArray([300.0, 100.0], zones)
    >>> beyond(near, people, max_minutes=20)
    0.25
    """
    near, inhabitants = joined(closest, amounts(people, what="habitants", dim=ORIGIN))
    total = float(inhabitants.sum())
    if total == 0:
        raise DataError("Personne n’habite ces zones : aucune part ne se calcule.")
    return float(inhabitants.where(near > max_minutes, 0).sum()) / total


def cumulative(
    times: xr.Dataset | xr.DataArray, opportunities: xr.DataArray, max_minutes: float
) -> xr.DataArray:
    r"""Return how much there is within a number of minutes.

    .. math:: A_i = \sum_{j :\, t_{ij} \le T} O_j

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach.
    opportunities
        What each site offers ``(destination)``: 1 to count sites, or places, FTE…
    max_minutes
        Minutes, included.

    Returns
    -------
    xarray.DataArray
        In the units of ``opportunities``, ``(origin)``.

    Raises
    ------
    DataError
        If labels differ or an amount is negative, missing or infinite.

    Examples
    --------
    >>> import xarray as xr
    >>> times = xr.DataArray(
    ...     [[4.0, 20.0], [float("inf"), 21.0]], {"origin": ["A", "B"], "destination": ["S", "T"]}
    ... )
    >>> cumulative(times, xr.DataArray([2, 5], {"destination": ["S", "T"]}), 20).values.tolist()
    [7.0, 0.0]
    """
    offers = amounts(opportunities, what="Offre", dim=DESTINATION)
    table, offers = joined(minutes(times), offers)
    within = (table.values <= max_minutes) & np.isfinite(table.values)
    units = str(opportunities.attrs.get("units", ""))
    return _by_origin(within @ offers.values.astype(float), table, name="cumulative", units=units)


def gravity(times: xr.Dataset | xr.DataArray, supply: xr.DataArray, beta: float) -> xr.DataArray:
    r"""Return the supply around, worth less and less with time (Hansen 1959).

    .. math:: A_i = \sum_j S_j \, e^{-\beta t_{ij}}

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach.
    supply
        What each site offers ``(destination)``.
    beta
        Per minute, above 0; ``0.1`` halves the worth of a site every 7 minutes.

    Returns
    -------
    xarray.DataArray
        In the units of ``supply``, ``(origin)``.

    Raises
    ------
    DataError
        If ``beta`` is not above 0, labels differ, or an amount is negative or missing.

    References
    ----------
    W. G. Hansen (1959), How accessibility shapes land use, *J. American Institute of Planners* 25.

    Examples
    --------
    >>> import xarray as xr
    >>> times = xr.DataArray([[0.0, float("inf")]], {"origin": ["A"], "destination": ["S", "T"]})
    >>> gravity(times, xr.DataArray([3.0, 5.0], {"destination": ["S", "T"]}), 0.1).values.tolist()
    [3.0]
    """
    if not 0 < beta < np.inf:
        raise DataError("Gravité : beta vaut {beta} ; il doit être positif.", beta=beta)
    table, offers = joined(minutes(times), amounts(supply, what="Offre", dim=DESTINATION))
    worth = np.exp(-beta * table.values.astype(float))
    units = str(supply.attrs.get("units", ""))
    return _by_origin(worth @ offers.values.astype(float), table, name="gravity", units=units)


def _by_origin(values: np.ndarray, table: xr.DataArray, *, name: str, units: str) -> xr.DataArray:
    return xr.DataArray(
        values, {ORIGIN: table[ORIGIN]}, (ORIGIN,), name=name, attrs={"units": units}
    )
