"""How much of a result hangs on how times were found: who changes side of a limit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

from territory_access.travel.accuracy import AROUND_LINE, LINE
from territory_access.travel.times import matrix
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from territory_access.parameters import Parameters
    from territory_access.territory import Territory


class SideChanges(NamedTuple):
    """Shares that lie on one side of the limit in one table and on the other in the other.

    ``zones``, by their nearest destination; ``pairs``, among those that either table puts within
    25 minutes for a limit of 20.
    """

    zones: float
    pairs: float


def side_changes(one: xr.Dataset, other: xr.Dataset, *, limit: float = LINE) -> SideChanges:
    """Return the share of zones, and of pairs, that change side of ``limit`` minutes.

    Parameters
    ----------
    one, other
        ``travel_time (origin, destination)`` of the same zones and destinations.

    Raises
    ------
    ValueError
        If the labels differ.

    Examples
    --------
    >>> import xarray as xr
    >>> labels = {"origin": ["A", "B"], "destination": ["S"]}
    >>> fast, slow = (
    ...     xr.Dataset({"travel_time": (("origin", "destination"), minutes)}, labels)
    ...     for minutes in ([[19.0], [5.0]], [[21.0], [6.0]])
    ... )
    >>> side_changes(fast, slow)
    SideChanges(zones=0.5, pairs=0.5)
    """
    tables = xr.align(one["travel_time"], other["travel_time"], join="exact")
    first, second = (table.transpose(ORIGIN, DESTINATION).to_numpy() for table in tables)
    if not first.size:
        return SideChanges(0.0, 0.0)
    near = np.fmin(first, second) <= limit + (AROUND_LINE - LINE)
    crossed = (first <= limit) != (second <= limit)
    nearest = (first.min(axis=1) <= limit) != (second.min(axis=1) <= limit)
    pairs = float(crossed[near].mean()) if near.any() else 0.0
    return SideChanges(float(nearest.mean()), pairs)


def beside_estimate(
    times: xr.Dataset, territory: Territory, *, parameters: Parameters
) -> xr.Dataset:
    """Return times on roads with what the estimate would have changed, in ``attrs``.

    ``changed_side_zones`` is the share of the zones of the territory whose nearest site that gives
    places (any destination where there is none) changes side of 20 minutes, and
    ``changed_side_pairs`` that of the pairs within 25 minutes.

    Parameters
    ----------
    times
        ``matrix`` on the roads of the territory, to its facilities and candidates.
    territory
        With its roads.
    parameters
        Those of ``times``.
    """
    estimate = matrix(
        replace(territory, roads=None),
        max_minutes=times.attrs["max_minutes"],
        season=times.attrs["season"],
        parameters=parameters,
        within_zone=times.attrs["within_zone"],
    )
    inside = territory.zones.index[territory.zones["in_territory"]].to_numpy()
    open_ = territory.facilities.index[territory.facilities["places"] > 0].to_numpy()
    tables = [table.sel({ORIGIN: inside}) for table in (times, estimate)]
    pairs = side_changes(*tables).pairs
    if len(open_):
        tables = [table.sel({DESTINATION: open_}) for table in tables]
    zones = side_changes(*tables).zones
    return times.assign_attrs(changed_side_zones=zones, changed_side_pairs=pairs)
