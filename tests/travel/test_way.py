"""Ways on the map: along the road, with the minutes of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from territory_access.datasets import roads
from territory_access.datasets.road_form import project
from territory_access.errors import NetworkError
from territory_access.travel import network, road_times, snap, way
from territory_access.travel.roads import engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from territory_access.travel.network import RoadNetwork


def at(built: RoadNetwork, x: float, y: float) -> snap.Snapped:
    return snap.points(built, [x], [y])


def on_road(built: RoadNetwork, place: snap.Snapped) -> shapely.Point:
    """Return where a point is put, from the straight parts that it was put on."""
    parts = built.segments[built.segments["stretch"] == place.stretch[0]]
    here = place.fraction[0]
    row = parts[(parts["start"] <= here) & (parts["end"] >= here)].iloc[0]
    share = (here - row["start"]) / max(row["end"] - row["start"], 1e-12)
    return shapely.Point(
        row["x1"] + share * (row["x2"] - row["x1"]), row["y1"] + share * (row["y2"] - row["y1"])
    )


@pytest.mark.parametrize("residents", [0.0, 0.4])
@pytest.mark.parametrize("seed", range(3))
def test_a_way_takes_the_minutes_of_the_engine_along_roads(
    make_town: Callable[..., RoadNetwork], seed: int, residents: float
) -> None:
    built = make_town(seed, residents=residents)
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(1.2e6, 1.2018e6, 10), rng.uniform(6.1e6, 6.1018e6, 10)
    x[6:], y[6:] = x[:4] + 9, y[:4] - 7  # neighbours on one street
    every = snap.points(built, x, y)
    expected = road_times.minutes(engine.build(built.graph), every, every)
    parts = built.segments[["x1", "y1", "x2", "y2"]].to_numpy().reshape(-1, 2, 2)
    streets = shapely.buffer(shapely.union_all(shapely.linestrings(parts)), 0.01)
    for i in range(10):
        for j in range(10):
            here, there = at(built, x[i], y[i]), at(built, x[j], y[j])
            found = way.find(here, there)
            assert found is not None
            assert found.minutes == pytest.approx(expected[i, j], abs=1e-5)
            legs = found.legs
            total = legs["minutes"].sum() + found.off_road_minutes
            assert total == pytest.approx(found.minutes, abs=1e-9)
            assert set(legs["mode"]) <= {"road"}
            if legs.empty:  # the same point, or two at one corner
                assert on_road(built, here).distance(on_road(built, there)) < 1.1
                continue
            line = legs.geometry.iloc[0]
            assert len(legs) == 1
            assert streets.covers(line)
            # a corner within a metre of the point serves too
            assert shapely.Point(line.coords[0]).distance(on_road(built, here)) < 1.1
            assert shapely.Point(line.coords[-1]).distance(on_road(built, there)) < 1.1
            steps = np.hypot(*np.diff(np.array(line.coords), axis=0).T)
            assert (steps < 600).all()  # no jump from one street to another


PLACES = {
    1: (0, 0),
    2: (10, 0),
    3: (20, 0),
    4: (60, 0),
    5: (70, 0),
    6: (80, 5),
    7: (200, 0),
    8: (215, 0),
}
WAYS = {
    10: ([1, 2, 3], "highway=residential"),
    11: ([4, 5, 6], "highway=residential"),
    12: ([3, 4], "route=ferry | motor_vehicle=yes | duration=00:20"),
    13: ([7, 8], "highway=residential"),
}


def test_a_boat_is_a_leg_of_its_own(write_osm: Callable[..., Path]) -> None:
    built = network.build(roads.load(write_osm(PLACES, WAYS)))
    lon, lat = -2 + np.array([5, 75, 205]) * 0.00131865, 47 + np.array([1, 2.5, 0]) * 0.00089932
    x, y = project(lon, lat, source="EPSG:4326", target=built.crs)
    here, there, away = (at(built, *place) for place in zip(x, y, strict=True))
    found = way.find(here, there)
    assert found is not None
    assert found.legs["mode"].tolist() == ["road", "boat", "road"]
    assert found.legs["metres"].round(-2).tolist() == [1500, 4000, 1600]
    assert found.legs["minutes"].iloc[1] > 20  # boarding and waiting too
    quick = engine.build(built.graph)
    assert found.minutes == pytest.approx(road_times.minutes(quick, here, there)[0, 0], abs=1e-5)
    ends = [line.coords[0] for line in found.legs.geometry[1:]]
    for before, start in zip(found.legs.geometry[:2], ends, strict=True):
        assert np.hypot(*np.subtract(before.coords[-1], start)) < 1
    assert way.find(here, away) is None
    assert way.find(at(built, 0.0, 0.0), here) is None


def test_a_way_has_two_ends(make_town: Callable[..., RoadNetwork]) -> None:
    built = make_town(1)
    two = snap.points(built, [1.2e6, 1.2005e6], [6.1e6, 6.1005e6])
    with pytest.raises(NetworkError, match="un seul point"):
        way.find(two, two)
