"""Minutes from door to door with the engine of junctions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access.datasets import roads
from territory_access.datasets.road_form import project
from territory_access.travel import network, road_times, snap
from territory_access.travel.roads import dijkstra, engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from territory_access.travel.snap import Snapped

    type Writer = Callable[..., Path]


@pytest.fixture
def places(write_osm: Writer) -> Snapped:
    """Return four points of one street between junctions, one at its end, one nowhere."""
    path = write_osm(
        {1: (0, 0), 2: (20, 0), 3: (10, 9), 4: (-5, 0), 5: (25, 0)},
        {
            10: ([1, 2], "highway=residential"),
            11: ([1, 3, 2], "highway=residential | oneway=yes"),
            12: ([4, 1], "highway=living_street"),
            13: ([2, 5], "highway=residential"),
        },
    )
    built = network.build(roads.load(path))
    lon = -2 + np.array([2, 4, 16, 18, 24, 500]) * 0.00131865
    x, y = project(lon, np.full(6, 47.0), source="EPSG:4326", target=built.crs)
    return snap.points(built, x, y)


def test_neighbours_go_straight_along_their_road(places: Snapped) -> None:
    found = road_times.minutes(engine.build(places.network.graph), places, places)
    speed = places.network.stretches["speed_kph"].iloc[0]
    metres = np.abs(np.subtract.outer([200, 400, 1600, 1800], [200, 400, 1600, 1800]))
    np.testing.assert_allclose(found[:4, :4], metres / speed * 60 / 1000, atol=0.02)
    assert (np.diag(found)[:5] < 1e-3).all()  # they stand beside the road, not at its end
    assert np.isinf(found[5]).all()
    assert np.isinf(found[:, 5]).all()
    slow = road_times.minutes(dijkstra.DijkstraEngine(places.network.graph), places, places)
    np.testing.assert_allclose(found, slow, atol=1e-4)


def test_parking_counts_before_the_limit(places: Snapped) -> None:
    quick = engine.build(places.network.graph)
    parking = road_times.terminal_minutes(places)
    town = places.network.stretches["urban"].to_numpy()[places.stretch[:5]]
    assert parking.tolist() == [*np.where(town, 5, 2), 0]
    free = road_times.minutes(quick, places, places)
    limit = float(free[0, 1] + parking[1]) + 1
    found = road_times.minutes(quick, places, places, max_minutes=limit, terminal=parking)
    assert found[0, 1] == pytest.approx(free[0, 1] + parking[1], abs=1e-3)
    assert np.isinf(found[0, 2])
