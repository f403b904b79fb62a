"""Where a car cannot pass, against plain geometry."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from territory_access.travel.water import Shore, segments

WIDE = shapely.box(0, 0, 60_000, 60_000)


@pytest.fixture(scope="module")
def coast() -> np.ndarray:
    """Return a ragged mainland with a lagoon, and two islands."""
    rng = np.random.default_rng(5)
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    radius = 20_000 + 5_000 * np.sin(7 * angle) + rng.normal(0, 400, 400)
    ring = np.column_stack([25_000 + radius * np.cos(angle), 25_000 + radius * np.sin(angle)])
    mainland = shapely.make_valid(shapely.Polygon(ring)).difference(
        shapely.Point(30_000, 25_000).buffer(3_000)
    )
    islands = [
        shapely.Point(52_000, 52_000).buffer(2_500),
        shapely.Point(58_000, 5_000).buffer(800),
    ]
    return np.array([mainland, *islands], dtype=object)


def test_water_on_a_line_is_what_land_leaves_of_it(coast: np.ndarray) -> None:
    rng = np.random.default_rng(6)
    lines = segments(rng.uniform(0, 60_000, (300, 2)), rng.uniform(0, 60_000, (300, 2)))
    found = Shore.of(coast, within=WIDE).water_metres(lines)
    expected = shapely.length(shapely.difference(lines, shapely.union_all(coast)))
    np.testing.assert_allclose(found, expected, atol=0.01)
    assert 0.2 < (found == 0).mean() < 0.95 or (found > 0).any()


def test_distance_to_the_land_and_its_name(coast: np.ndarray) -> None:
    shore = Shore.of(coast, within=WIDE)
    points = np.array([[25_000.0, 10_000.0], [52_000, 52_000], [55_000, 52_000], [59_000, 30_000]])
    off = shore.off_land(points)
    assert off[:2].tolist() == [0, 0]
    assert off[2] == pytest.approx(500, abs=15)  # a buffer is a polygon of chords
    assert off[3] == np.inf
    names = shore.landmass_of(points)
    assert names[1] == names[2] != names[0]
    assert names[3] not in names[:3]


def test_way_points_are_the_same_whatever_the_study_area(coast: np.ndarray) -> None:
    shore = Shore.of(coast, within=WIDE)
    how = {"step": 1_500.0, "near": 3_000.0}
    large = shore.waypoints((0, 0, 60_000, 60_000), **how)
    small = shore.waypoints((12_345, 3_210, 41_000, 38_765), **how)
    wide = {tuple(point) for point in large}
    assert len(small) > 20
    assert {tuple(point) for point in small} <= wide


def test_way_points_are_on_land_near_the_shore(coast: np.ndarray) -> None:
    shore = Shore.of(coast, within=WIDE)
    found = shapely.points(shore.waypoints((0, 0, 60_000, 60_000), step=1_500.0, near=3_000.0))
    land = shapely.union_all(coast)
    assert shapely.intersects(land, found).all()
    assert shapely.distance(shapely.boundary(land), found).max() <= 3_000


def test_no_four_way_points_lie_on_one_circle_by_construction(coast: np.ndarray) -> None:
    # A plain lattice would leave the triangulation to chance: opposite corners, either way.
    found = Shore.of(coast, within=WIDE).waypoints((0, 0, 60_000, 60_000), step=1_500.0, near=3e3)
    x = np.unique(np.round(found[:, 0] % 1_500.0, 3))
    assert len(x) > 0.9 * len(found)


def test_a_land_of_nothing_is_all_dry() -> None:
    nothing = Shore.of(np.array([], dtype=object), within=WIDE)
    line = segments(np.array([[0.0, 0.0]]), np.array([[9.0, 0.0]]))
    assert nothing.water_metres(line).tolist() == [0.0]
    assert nothing.landmass_of(np.zeros((3, 2))).tolist() == [0, 0, 0]
    assert len(nothing.waypoints((0, 0, 9e4, 9e4), step=1_500.0, near=3e3)) == 0
