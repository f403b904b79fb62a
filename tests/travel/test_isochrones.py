"""Isochrones: exact on the road, one inside the other, honest about what is near."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from territory_access.datasets import roads
from territory_access.datasets.road_form import FERRY, project
from territory_access.errors import NetworkError
from territory_access.travel import network, snap
from territory_access.travel.isochrones import Outline, isochrones
from territory_access.travel.roads import engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from territory_access.travel.network import RoadNetwork
    from territory_access.travel.snap import Snapped

LIMITS = [2.0, 4.0, 7.0]


def node_minutes(built: RoadNetwork, start: Snapped, row: int) -> NDArray[np.float64]:
    """Return minutes to every node of the whole road, the start a node more."""
    detail = built.detail
    tail, head = detail.tail.tolist(), detail.head.tolist()
    time = detail.milliseconds.tolist()
    sides = (start.forward, start.backward)
    for lane, other in (sides, sides[::-1]):
        if lane.arc[row] >= 0:
            tail.append(detail.nodes)
            head.append(int(detail.head[lane.arc[row]]))
            time.append(int(lane.to_end[row]))
        elif other.at_start[row]:
            tail.append(detail.nodes)
            head.append(int(detail.tail[other.arc[row]]))
            time.append(0)
    size = detail.nodes + 1
    weights = np.maximum(np.array(time, float), 1e-6)
    order = np.lexsort((weights, head, tail))
    tail, head, weights = (np.array(part)[order] for part in (tail, head, weights))
    first = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)]
    graph = csr_array((weights[first], (tail[first], head[first])), shape=(size, size))
    found = dijkstra(graph, indices=detail.nodes)[:-1]
    return (found + start.leg_ms[row]) / 60_000


def on_land(built: RoadNetwork) -> NDArray[np.bool_]:
    """Return which nodes are on a road."""
    count = built.stretches["pieces"].to_numpy()
    land = np.repeat(built.stretches["highway"].ne(FERRY).to_numpy(), count)
    found = np.zeros(built.detail.nodes, bool)
    for arcs in (built.forward, built.backward, built.arriving_forward, built.arriving_backward):
        own = arcs[land & (arcs >= 0)]
        found[built.detail.head[own]] = found[built.detail.tail[own]] = True
    return found


def check(
    built: RoadNetwork, start: Snapped, drawn: gpd.GeoDataFrame, outline: Outline
) -> tuple[int, int]:
    """Check every polygon of every point; return how many nodes were inside and outside."""
    nodes = shapely.points(built.detail.x, built.detail.y)
    land = on_land(built)
    inside = outside = 0
    assert drawn.geometry.is_valid.all()
    assert set(drawn.geom_type) == {"MultiPolygon"}
    for row, (_, rows) in enumerate(drawn.groupby("point", sort=False)):
        minutes = node_minutes(built, start, row)
        shapes = rows.geometry.tolist()
        for smaller, larger in pairwise(shapes):
            assert larger.covers(smaller)
        for limit, shape in zip(rows["minutes"], shapes, strict=True):
            shapely.prepare(shape)
            held = shapely.covers(shape, nodes)
            reached = (minutes <= limit - 1e-5) & land
            assert held[reached].all()
            inside += int(reached.sum())
            late = held & (minutes > limit + 1e-5) & land
            outside += int((~held & land).sum())
            if late.any():
                near = _reached_roads(built, minutes, limit, own=start.stretch[row])
                gap = shapely.distance(near, nodes[late])
                assert gap.max() <= outline.farthest_metres + 1
    return inside, outside


def _reached_roads(
    built: RoadNetwork, minutes: NDArray[np.float64], limit: float, *, own: int
) -> object:
    """Return the stretches that start from a node reached: the polygon is around some of these."""
    detail = built.detail
    count = built.stretches["pieces"].to_numpy()
    owner = np.repeat(np.arange(len(count)), count)
    some = np.arange(len(count)) == own
    for arcs in (built.forward, built.backward, built.arriving_forward, built.arriving_backward):
        there = np.flatnonzero(arcs >= 0)
        some[owner[there[minutes[detail.tail[arcs[there]]] <= limit]]] = True
    parts = [table for table in (built.segments, built.elsewhere) if len(table)]
    lines = [
        part.loc[some[part["stretch"]], ["x1", "y1", "x2", "y2"]].to_numpy().reshape(-1, 2, 2)
        for part in parts
    ]
    return shapely.multilinestrings(shapely.linestrings(np.concatenate(lines)))


@pytest.mark.parametrize("residents", [0.0, 0.4])
def test_every_node_in_time_lies_inside(
    make_town: Callable[..., RoadNetwork], residents: float
) -> None:
    built = make_town(4, residents=residents, side=14)
    rng = np.random.default_rng(4)
    start = snap.points(built, rng.uniform(1.2e6, 1.2039e6, 6), rng.uniform(6.1e6, 6.1039e6, 6))
    outline = Outline(off_road_metres=60, hole_m2=3000, tolerance_metres=5)
    drawn = isochrones(engine.build(built.graph), start, LIMITS[::-1], outline=outline)
    assert drawn["minutes"].tolist() == LIMITS * 6
    assert drawn.crs == built.crs
    inside, outside = check(built, start, drawn, outline)
    assert min(inside, outside) > 300
    holes = [ring for shape in drawn.geometry for part in shape.geoms for ring in part.interiors]
    assert len(holes) > 10
    assert min(shapely.Polygon(ring).area for ring in holes) > 3000 * 0.5  # borders move by 5 m


def test_the_road_is_cut_where_the_time_runs_out(write_osm: Callable[..., Path]) -> None:
    path = write_osm({1: (0, 0), 2: (100, 0)}, {10: ([1, 2], "highway=residential")})
    built = network.build(roads.load(path))
    x, y = built.detail.x, built.detail.y
    start = snap.points(built, [x.mean()], [y.mean()])
    speed = built.stretches["speed_kph"].iloc[0] / 60 * 1000  # metres a minute
    outline = Outline(off_road_metres=100, tolerance_metres=0)
    drawn = isochrones(engine.build(built.graph), start, [1, 3, 99], outline=outline, names=["A"])
    west, _, east, _ = drawn.total_bounds
    assert (west, east) == pytest.approx((x.min() - 100, x.max() + 100), abs=3)
    for minutes, shape in zip([1, 3], drawn.geometry, strict=False):
        left, _, right, _ = shape.bounds
        assert right - left == pytest.approx(2 * minutes * speed + 200, rel=0.01)
    assert drawn["point"].tolist() == ["A"] * 3


def test_a_point_on_no_road_reaches_nothing(make_town: Callable[..., RoadNetwork]) -> None:
    built = make_town(1)
    start = snap.points(built, [0.0], [0.0])
    drawn = isochrones(engine.build(built.graph), start, [5.0])
    assert drawn.geometry.is_empty.tolist() == [True]


def test_nobody_is_reached_at_sea(write_osm: Callable[..., Path]) -> None:
    path = write_osm(
        {1: (0, 0), 2: (20, 0), 3: (120, 0), 4: (140, 0)},
        {
            10: ([1, 2], "highway=residential"),
            11: ([2, 3], "route=ferry | motor_vehicle=yes | duration=00:20"),
            12: ([3, 4], "highway=residential"),
        },
    )
    built = network.build(roads.load(path))
    start = snap.points(built, built.detail.x[:1] + 10, built.detail.y[:1])
    drawn = isochrones(engine.build(built.graph), start, [10, 200])
    assert [len(shape.geoms) for shape in drawn.geometry] == [1, 2]


def test_what_cannot_be_drawn_is_refused(make_town: Callable[..., RoadNetwork]) -> None:
    built = make_town(1)
    start = snap.points(built, [1.2e6], [6.1e6])
    with pytest.raises(NetworkError, match="durée"):
        isochrones(engine.build(built.graph), start, [0.0])
    with pytest.raises(NetworkError, match="tolérance"):
        Outline(off_road_metres=50, tolerance_metres=20)


@pytest.mark.parametrize(
    ("name", "lon", "lat"), [("sao-tome", 6.7273, 0.3365), ("monaco", 7.4246, 43.7384)]
)
def test_real_roads_are_drawn_as_they_are(
    real_data: Path, name: str, lon: float, lat: float
) -> None:
    built = network.build(roads.load(real_data / "roads" / "pbf" / f"{name}.osm.pbf"))
    x, y = project(np.array([lon]), np.array([lat]), source="EPSG:4326", target=built.crs)
    start = snap.points(built, x, y)
    outline = Outline(off_road_metres=250 if name == "sao-tome" else 60, tolerance_metres=10)
    drawn = isochrones(engine.build(built.graph), start, [3, 10, 30], outline=outline)
    inside, outside = check(built, start, drawn, outline)
    assert inside > 1000
    assert outside > 100
