"""Surroundings of sites and longest ways, on a road of a few junctions; then on the page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xarray as xr

from territory_access.datasets.road_tables import from_tables
from territory_access.travel import network, reach
from territory_access.travel.roads import engine
from territory_access.travel.speeds import SpeedTable

CRS = "EPSG:2154"
# A road of 24 km, a junction each 6 km, 60 km/h.
NODES = pd.DataFrame({"id": range(5), "x": np.arange(5) * 6e3, "y": 6.7e6})
EDGES = pd.DataFrame({"u": range(4), "v": range(1, 5), "length": 6e3, "travel_time": 360.0})


@pytest.fixture(scope="module")
def roads() -> Any:
    built = network.build(from_tables(NODES, EDGES.assign(oneway=False), source_crs=CRS))
    return SimpleNamespace(
        network=built, engine=engine.build(built.graph), speeds=SpeedTable.load()
    )


def points(**places: float) -> gpd.GeoSeries:
    return gpd.GeoSeries(
        [shapely.Point(x, 6.7e6) for x in places.values()], index=list(places), crs=CRS
    )


def test_surroundings_of_several_sites_are_one(roads: Any) -> None:
    found = reach.around(roads, points(A=0, B=24_000), minutes=[3, 9])
    assert found["minutes"].tolist() == [9, 3]  # the longest below the others
    far, near = found.geometry
    assert far.covers(near.buffer(-1))
    # 3 km of road around each end, 9 km around each; 400 m on both sides.
    assert near.area / 1e6 == pytest.approx(2 * 3 * 0.8, rel=0.2)
    assert far.area / 1e6 == pytest.approx(2 * 9 * 0.8, rel=0.1)
    assert len(shapely.get_parts(far)) == 2
    assert reach.around(roads, points()).empty


def test_the_longest_ways_to_the_nearest_site(roads: Any) -> None:
    zones, sites = points(near=7_000, far=14_000, lost=20_000), points(A=0, B=24_000, closed=14_000)
    minutes = np.array([[7.0, 17.0], [14.0, 10.0], [np.inf, np.inf]])
    times = xr.DataArray(
        minutes,
        {"origin": list(zones.index), "destination": ["A", "B"]},
        ("origin", "destination"),
    )
    found = reach.ways(roads, times, zones=zones, sites=sites, count=5)
    assert found.index.tolist() == ["far", "near"]
    assert found["site"].tolist() == ["B", "A"]
    assert found["minutes"].tolist() == pytest.approx([10, 7], abs=0.01)
    assert found["km"].tolist() == pytest.approx([10, 7], abs=0.01)
    assert not found["boat"].any()
    assert found.geometry.length.tolist() == pytest.approx([10_000, 7_000], rel=1e-3)
    one = reach.ways(roads, times, zones=zones, sites=sites, count=1)
    assert one.index.tolist() == ["far"]
    none = reach.ways(roads, times, zones=zones[2:], sites=sites)
    assert none.empty
    assert none.crs == CRS
