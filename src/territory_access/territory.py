"""What is there: zones, existing places, candidates and boats of one territory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


@dataclass(frozen=True)
class Territory:
    """One territory with its buffer, ready to be measured.

    Attributes
    ----------
    name
        As the user reads it.
    zones
        Communes of the territory and of its buffer (``schemas.ZONES``), indexed by ``zone_id``.
    facilities
        Existing places (``schemas.FACILITIES``), indexed by ``facility_id``.
    candidates
        Where a site may open (``schemas.CANDIDATES``), indexed by ``candidate_id``; a candidate
        is a commune and its id is the commune's code.
    ferries
        Boats (``schemas.FERRIES``), indexed by ``ferry_id``.
    land
        Land that roads can cross, one row a landmass: column ``geometry`` (polygons).
    fixed_links
        Bridges, tunnels and causeways between landmasses (lines).
    crs
        Projected CRS of all geometry, for example ``EPSG:2154``.
    """

    name: str
    zones: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    ferries: pd.DataFrame
    land: gpd.GeoDataFrame
    fixed_links: gpd.GeoDataFrame
    crs: str
