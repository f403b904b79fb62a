"""How far the nearest sites are, and how much there is around."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.labels import amounts, joined
from territory_access.access.pairs import Pairs, weighed
from territory_access.access.smooth import Exponential
from territory_access.errors import DataError
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.access.pairs import Rows


def closest(times: xr.Dataset | xr.DataArray | Pairs, *, rank: int = 1) -> xr.DataArray:
    r"""Return the minutes to the nearest site, or to the second, third… nearest.

    .. math:: C_i = \min_j t_{ij}

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach; in memory, in dask chunks along
        ``origin``, or the ``Pairs`` within reach.
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
    if rank < 1:
        raise DataError("Rang du plus proche : {rank} ; il commence à 1.", rank=rank)
    pairs, nearest = _nearest(times, rank)
    return pairs.by_zone(nearest[:, rank - 1], "minutes", units="minutes")


def k_closest(times: xr.Dataset | xr.DataArray | Pairs, count: int) -> xr.DataArray:
    """Return the minutes to each of the nearest sites.

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach; in memory, in dask chunks along
        ``origin``, or the ``Pairs`` within reach.
    count
        How many sites, 1 or more.

    Returns
    -------
    xarray.DataArray
        Minutes ``(origin, rank)``, never falling along ``rank`` (1 is the nearest); ``inf`` where
        fewer sites are in reach.

    Raises
    ------
    DataError
        If ``count`` is below 1 or a time is negative or missing.

    Examples
    --------
    >>> import xarray as xr
    >>> times = xr.DataArray(
    ...     [[12.0, 4.0, 9.0], [float("inf"), 9.0, float("inf")]],
    ...     {"origin": ["A", "B"], "destination": ["S", "T", "U"]},
    ... )
    >>> k_closest(times, 2).values.tolist()
    [[4.0, 9.0], [9.0, inf]]
    """
    if count < 1:
        raise DataError("Rang du plus proche : {rank} ; il commence à 1.", rank=count)
    pairs, nearest = _nearest(times, count)
    return xr.DataArray(
        nearest,
        {ORIGIN: pairs.origin, "rank": np.arange(1, count + 1)},
        (ORIGIN, "rank"),
        name="minutes",
        attrs={"units": "minutes"},
    )


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
    times: xr.Dataset | xr.DataArray | Pairs, opportunities: xr.DataArray, max_minutes: float
) -> xr.DataArray:
    r"""Return how much there is within a number of minutes.

    .. math:: A_i = \sum_{j :\, t_{ij} \le T} O_j

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach; in memory, in dask chunks along
        ``origin``, or the ``Pairs`` within reach.
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
    pairs = Pairs.within(times, max_minutes)
    offers = pairs.sites(opportunities, what="Offre")
    units = str(opportunities.attrs.get("units", ""))
    return pairs.by_zone(pairs.per_zone(_present, offers), "cumulative", units=units)


def gravity(
    times: xr.Dataset | xr.DataArray | Pairs,
    supply: xr.DataArray,
    beta: float,
    *,
    reach: float = np.inf,
) -> xr.DataArray:
    r"""Return the supply around, worth less and less with time (Hansen 1959).

    .. math:: A_i = \sum_j S_j \, e^{-\beta t_{ij}}

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach; in memory, in dask chunks along
        ``origin``, or the ``Pairs`` within reach.
    supply
        What each site offers ``(destination)``.
    beta
        Per minute, above 0; ``0.1`` halves the worth of a site every 7 minutes.
    reach
        Minutes, included, beyond which a site is worth nothing; none by default.

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
    decay = Exponential(beta, reach)
    pairs = Pairs.within(times, reach)
    offers = pairs.sites(supply, what="Offre")
    units = str(supply.attrs.get("units", ""))
    found = pairs.per_zone(partial(weighed, decay=decay), offers)
    return pairs.by_zone(found, "gravity", units=units)


def _present(rows: Rows) -> Rows:
    """Return 1 for each pair."""
    return weighed(rows, np.ones_like)


def _nearest(
    times: xr.Dataset | xr.DataArray | Pairs, count: int
) -> tuple[Pairs, NDArray[np.float64]]:
    """Return the pairs, and the minutes to the nearest sites of each zone in order."""
    pairs = Pairs.within(times, times.reach if isinstance(times, Pairs) else np.inf)
    return pairs, pairs.rows(partial(_least, count=count))


def _least(rows: Rows, *, count: int) -> NDArray[np.float64]:
    """Return the smallest minutes of each row, in order, ``inf`` where there are fewer."""
    if count == 1:
        found = np.full((rows.shape[0], 1), np.inf)
        some = np.diff(rows.indptr) > 0
        if some.any():
            found[some, 0] = np.minimum.reduceat(rows.data, rows.indptr[:-1][some])
        return found
    order = np.lexsort((rows.data, np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))))
    padded = np.append(rows.data[order], np.inf)
    place = rows.indptr[:-1, None] + np.arange(count)
    return np.asarray(padded[np.where(place < rows.indptr[1:, None], place, -1)])
