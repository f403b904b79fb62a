"""Says where the land is that roads can cross, and which links join it over water."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from territory_access.datasets.catalogue import embedded

if TYPE_CHECKING:
    from collections.abc import Sequence


def load(bbox: Sequence[float] | None = None) -> gpd.GeoDataFrame:
    """Return the land on which one can drive; the sea, gulfs and estuaries are left out.

    Parameters
    ----------
    bbox
        West, south, east, north in degrees; the land is cut to it. All land when omitted.

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by ``landmass`` (text), EPSG:4326, one row a landmass (two shores of an estuary
        that meet upstream are one landmass): ``territory``, ``km2`` of the whole landmass
        (square kilometres), ``geometry`` (polygon, or multipolygon where the box cuts it).

    Examples
    --------
    >>> belle_ile = load((-3.3, 47.25, -3.0, 47.4))
    >>> round(belle_ile["km2"].max())
    88
    """
    land = gpd.read_parquet(embedded("land.parquet"))
    if bbox is None:
        return land
    west, south, east, north = bbox
    box = shapely.box(west, south, east, north)
    near = land[land.intersects(box)]
    return near.set_geometry(near.intersection(box))


def fixed_links(*, usable_only: bool = True) -> gpd.GeoDataFrame:
    """Return the bridges, tunnels and causeways that cross the water of ``load``.

    Parameters
    ----------
    usable_only
        Leave out those that the tide covers (passage du Gois).

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by ``link_id`` (text), EPSG:4326, straight lines whose ends are on land:
        ``name``, ``kind`` (pont, tunnel, chaussée, gué), ``usable``, ``tag``, ``source``,
        ``note``.

    Examples
    --------
    >>> "Pont de Saint-Nazaire" in set(fixed_links()["name"])
    True
    """
    table = pd.read_csv(embedded("fixed_links.csv"), dtype={"id": str, "note": str})
    table = table.fillna({"note": ""}).rename(columns={"id": "link_id"}).set_index("link_id")
    ends = table[["lon1", "lat1", "lon2", "lat2"]].to_numpy().reshape(-1, 2, 2)
    table = table.drop(columns=["lon1", "lat1", "lon2", "lat2"]).astype({"usable": bool})
    links = gpd.GeoDataFrame(table, geometry=shapely.linestrings(ends), crs="EPSG:4326")
    return links[links["usable"]] if usable_only else links
