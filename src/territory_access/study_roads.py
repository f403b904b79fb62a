"""What a study draws of its roads: the surroundings of what opens, the ways of who lives far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from territory_access.siting.lines import lines

if TYPE_CHECKING:
    import xarray as xr

    from territory_access.siting.plan import SitingPlan
    from territory_access.territory import Territory
    from territory_access.travel.on_roads import OpenRoads
    from territory_access.travel.reach import Reach


def reach(
    place: Territory, roads: OpenRoads | None, *, plan: SitingPlan, minutes: xr.DataArray
) -> Reach | None:
    """Return what ``travel.reach`` draws, or ``None`` where times are estimated.

    Parameters
    ----------
    place, roads
        The territory and its open roads.
    plan
        What opens.
    minutes
        From zones to the sites that give places, with the plan (``ledgers.open_minutes``).
    """
    if roads is None:
        return None
    from territory_access.travel import reach as on_map

    points = pd.concat([place.facilities.geometry, place.candidates.geometry])
    told = lines(plan)
    coming = points.loc[told.loc[told["coming"], "at"].to_list()]
    return on_map.reach(
        roads,
        minutes,
        zones=place.zones,
        opened=gpd.GeoSeries(coming, crs=place.crs),
        sites=gpd.GeoSeries(points, crs=place.crs),
    )
