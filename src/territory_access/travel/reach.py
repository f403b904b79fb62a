"""How far one gets by road from some sites, and the ways of those who live farthest from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from territory_access.travel import snap, way
from territory_access.travel.isochrones import Outline, isochrones
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

    from territory_access.travel.on_roads import OpenRoads

LIMITS = (10.0, 20.0, 30.0)  # minutes
FARTHEST = 10  # zones whose way is drawn
_SITES = 12  # whose surroundings are drawn
_OUTLINE = Outline(off_road_metres=400.0, hole_m2=1_000_000.0, tolerance_metres=80.0)


class Reach(NamedTuple):
    """Shapes to draw on a map of roads.

    Attributes
    ----------
    around
        One row a limit, the longest first: ``minutes``, ``geometry`` (what lies within it of the
        nearest of the sites, by road).
    ways
        One row a zone, the farthest first: index ``zone_id``; ``site``, ``minutes``, ``km``,
        ``boat`` (whether one sails), ``geometry``.
    """

    around: gpd.GeoDataFrame
    ways: gpd.GeoDataFrame


def around(
    roads: OpenRoads, sites: gpd.GeoSeries, *, minutes: Sequence[float] = LIMITS
) -> gpd.GeoDataFrame:
    """Return what lies within some minutes of the nearest of several sites, by road.

    Parameters
    ----------
    roads
        Open roads of the territory.
    sites
        Points.
    minutes
        Limits.

    Returns
    -------
    GeoDataFrame
        ``minutes``, ``geometry`` in the CRS of the sites, the longest limit first; empty without a
        site. The ways lead away from the sites: where roads are one-way, the way there may differ.
    """
    if sites.empty:
        return gpd.GeoDataFrame({"minutes": []}, geometry=[], crs=sites.crs)
    points = snap.geometry(roads.network, sites, speeds=roads.speeds)
    found = isochrones(roads.engine, points, minutes, outline=_OUTLINE)
    merged = found.dissolve("minutes").reset_index()[["minutes", "geometry"]]
    return merged.sort_values("minutes", ascending=False, ignore_index=True).to_crs(sites.crs)


def ways(
    roads: OpenRoads,
    times: xr.DataArray,
    *,
    zones: gpd.GeoSeries,
    sites: gpd.GeoSeries,
    count: int = FARTHEST,
) -> gpd.GeoDataFrame:
    """Return the ways of the zones that are farthest from their nearest site.

    Parameters
    ----------
    roads
        Open roads of the territory.
    times
        Minutes ``(origin, destination)``; ``inf`` is out of reach: nothing is drawn for it.
    zones
        Where people of some zones start, by ``zone_id``.
    sites
        Where sites are, by the labels of ``times``.
    count
        How many zones.

    Returns
    -------
    GeoDataFrame
        As ``Reach.ways``.
    """
    kept = sites.index.intersection(pd.Index(times[DESTINATION].to_numpy()))
    table = times.sel({ORIGIN: zones.index.to_numpy(), DESTINATION: kept.to_numpy()}).to_numpy()
    best = table.min(axis=1, initial=np.inf)
    far = np.flatnonzero(np.isfinite(best))
    far = far[np.argsort(-best[far], kind="stable")][:count]
    rows = []
    for place in far:
        site = str(kept[int(table[place].argmin())])
        ends = (zones.iloc[[place]], sites.loc[[site]])
        found = way.find(*(snap.geometry(roads.network, end, speeds=roads.speeds) for end in ends))
        if found is None or found.legs.empty:
            continue
        legs = found.legs.to_crs(zones.crs)
        rows.append(
            {
                "zone_id": zones.index[place],
                "site": site,
                "minutes": found.minutes,
                "km": float(legs["metres"].sum()) / 1000,
                "boat": bool((legs["mode"] == way.Mode.BOAT.value).any()),
                "geometry": shapely.MultiLineString(list(legs.geometry)),
            }
        )
    columns = ["zone_id", "site", "minutes", "km", "boat", "geometry"]
    drawn = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=columns), geometry="geometry", crs=zones.crs
    )
    return drawn.set_index("zone_id")


def reach(
    roads: OpenRoads,
    times: xr.DataArray,
    *,
    zones: gpd.GeoDataFrame,
    opened: gpd.GeoSeries,
    sites: gpd.GeoSeries,
) -> Reach:
    """Return both: surroundings of the sites that open, ways to the nearest of all.

    Parameters
    ----------
    roads, times
        As for ``ways``.
    zones
        ``anchor``, ``in_territory``; index ``zone_id``.
    opened
        Points of the sites that open; the first dozen is drawn.
    sites
        Points of all sites, by the labels of ``times``.
    """
    inside = zones.loc[zones["in_territory"].to_numpy(dtype=bool), "anchor"]
    anchors = gpd.GeoSeries(inside, crs=zones.crs)
    return Reach(
        around(roads, opened.iloc[:_SITES]), ways(roads, times, zones=anchors, sites=sites)
    )
