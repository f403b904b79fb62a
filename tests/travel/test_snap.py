"""Points on roads: the nearest stretch that is open to them, and the right times from there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from territory_access.datasets import road_tables, roads
from territory_access.errors import NetworkError
from territory_access.travel import grid, network, snap
from territory_access.travel.speeds import SpeedTable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from territory_access.datasets.road_form import Roads
    from territory_access.travel.network import RoadNetwork
    from territory_access.travel.snap import Snapped

    type Writer = Callable[..., Path]


def town(seed: int, *, residents: float = 0.0) -> RoadNetwork:
    return network.build(roads_of_town(seed, residents=residents))


def roads_of_town(seed: int, *, residents: float = 0.0) -> Roads:
    """Return a grid of streets with holes, one-ways, bends, twins, a loop, some for residents."""
    rng = np.random.default_rng(seed)
    side = 7
    east, north = np.meshgrid(np.arange(side), np.arange(side))
    nodes = pd.DataFrame({"id": np.arange(side**2), "x": east.ravel() * 300.0 + 1.2e6})
    nodes["y"] = north.ravel() * 300.0 + 6.1e6
    nodes[["x", "y"]] += rng.normal(0, 40, (side**2, 2))
    ends = [(i, i + 1) for i in range(side**2) if i % side < side - 1]
    ends += [(i, i + side) for i in range(side**2 - side)]
    ends = [end for end in ends if rng.random() > 0.15]
    ends += [ends[3], ends[8], (10, 10)]
    rows = pd.DataFrame(ends, columns=["u", "v"])
    rows["length"] = rng.uniform(300, 500, len(rows))
    rows["oneway"] = rng.random(len(rows)) < 0.3
    rows["highway"] = rng.choice(["residential", "tertiary", "secondary"], len(rows))
    made = road_tables.from_tables(nodes, rows, source_crs="EPSG:2154")
    made.edges["zone"] = pd.Categorical(["urban"] * len(rows))
    kept = rng.random(len(rows)) < residents
    made.edges["access"] = pd.Categorical(np.where(kept, "destination", "open"))
    lines = []
    for u, v in rows[["u", "v"]].to_numpy():
        a, b = (nodes.loc[node, ["x", "y"]].to_numpy(float) for node in (u, v))
        bend = (a + b) / 2 + rng.normal(0, 60, 2)
        lines.append(shapely.LineString([a, bend, np.add(bend, (40, 5)), b]))
    made.edges["geometry"] = lines
    return made


def oracle(built: RoadNetwork, there: Snapped) -> np.ndarray:
    """Return milliseconds between all points: each is a node put into the middle of its arcs."""
    detail, count = built.detail, len(there)
    tail, head = detail.tail.astype(int).tolist(), detail.head.astype(int).tolist()
    time = detail.milliseconds.astype(float).tolist()
    out, into = (there.forward, there.backward), (there.arriving_forward, there.arriving_backward)
    for k in range(2):
        for point in np.flatnonzero((out[k].arc >= 0) & (out[1 - k].arc < 0)):  # at a corner
            if out[k].at_start[point]:
                tail.append(detail.nodes + point)
                head.append(int(detail.tail[out[k].arc[point]]))
                time.append(0.0)
            if into[k].at_end[point]:
                tail.append(int(detail.head[into[k].arc[point]]))
                head.append(detail.nodes + count + point)
                time.append(0.0)
        for arc in np.unique(out[k].arc[out[k].arc >= 0]):
            on = np.flatnonzero(out[k].arc == arc)
            for point in on:
                tail += [detail.tail[into[k].arc[point]], detail.nodes + point]
                head += [detail.nodes + count + point, detail.head[arc]]
                time += [float(into[k].from_start[point]), float(out[k].to_end[point])]
            for i in on:
                for j in on[out[k].from_start[on] >= out[k].from_start[i]]:
                    tail.append(detail.nodes + i)
                    head.append(detail.nodes + count + j)
                    time.append(float(out[k].from_start[j] - out[k].from_start[i]))
    size = detail.nodes + 2 * count
    order = np.lexsort((time, head, tail))
    tail, head, time = (np.asarray(part)[order] for part in (tail, head, time))
    first = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)]
    graph = csr_array(
        (np.maximum(time[first], 1e-6), (tail[first], head[first])), shape=(size, size)
    )
    found = dijkstra(graph, indices=detail.nodes + np.arange(count))
    return found[:, detail.nodes + count :] + there.leg_ms[:, None] + there.leg_ms[None, :]


def by_junctions(built: RoadNetwork, there: Snapped) -> np.ndarray:
    """Return the same from the graph of junctions, seeds and straight pairs."""
    graph = built.graph
    weights = np.maximum(graph.milliseconds, 1e-6)
    matrix = csr_array((weights, graph.head, graph.first), shape=(graph.nodes, graph.nodes))
    starts, ends = there.origins(), there.destinations()
    nodes = np.unique(starts.node[starts.node >= 0])
    times = dijkstra(matrix, indices=nodes)
    best = np.full((len(there), len(there)), np.inf)
    for i in range(2):
        for j in range(2):
            ok = np.outer(starts.node[:, i] >= 0, ends.node[:, j] >= 0)
            row = np.searchsorted(nodes, np.maximum(starts.node[:, i], nodes[0]))
            total = times[np.ix_(row, np.maximum(ends.node[:, j], 0))]
            total = total + starts.offset[:, [i]] + ends.offset[:, j]
            best = np.where(ok, np.minimum(best, total), best)
    straight = snap.direct(there, there)
    np.minimum.at(best, (straight.origin, straight.destination), straight.milliseconds)
    return best


@pytest.mark.parametrize("residents", [0.0, 0.15, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_times_through_junctions_are_those_of_the_whole_road(seed: int, residents: float) -> None:
    built = town(seed, residents=residents)
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(1.2e6, 1.2018e6, 60), rng.uniform(6.1e6, 6.1018e6, 60)
    x[40:], y[40:] = x[:20] + 9, y[:20] - 7  # neighbours on one street
    there = snap.points(built, x, y)
    assert (there.stretch >= 0).all()
    expected, found = oracle(built, there), by_junctions(built, there)
    np.fill_diagonal(expected, 0)
    np.fill_diagonal(found, 0)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, expected, atol=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_streets_for_residents_change_nothing_for_those_who_pass(seed: int) -> None:
    streets = roads_of_town(seed, residents=0.15)
    table = SpeedTable.load()
    rows = table.rows.copy()  # a street less is one less to give way to
    rows.loc[rows["quantity"] == "give_way", "value"] = 0.0
    calm = replace(table, rows=rows)
    whole = network.build(streets, calm)
    open_rows = streets.edges[streets.edges["access"] == "open"]
    bare = network.build(replace(streets, edges=open_rows.reset_index(drop=True)), calm)
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(1.2e6, 1.2018e6, 80), rng.uniform(6.1e6, 6.1018e6, 80)
    here, there = snap.points(whole, x, y), snap.points(bare, x, y)
    same = (open_rows.index.to_numpy()[there.stretch] == here.stretch) & (there.component == 0)
    assert same.sum() > 30
    pairs = np.ix_(same, same)
    found, expected = by_junctions(whole, here)[pairs], by_junctions(bare, there)[pairs]
    np.testing.assert_allclose(found, expected, atol=3)  # ms: halves of streets are rounded


def test_the_nearest_stretch_is_that_of_a_brute_force() -> None:
    built = town(9)
    rng = np.random.default_rng(1)
    x, y = rng.uniform(1.1995e6, 1.203e6, 200), rng.uniform(6.0995e6, 6.103e6, 200)
    there = snap.points(built, x, y)
    parts = built.segments
    lines = shapely.linestrings(parts[["x1", "y1", "x2", "y2"]].to_numpy().reshape(-1, 2, 2))
    points = shapely.points(x, y)
    gaps = shapely.distance(points[:, None], lines[None, :])
    np.testing.assert_allclose(there.metres, gaps.min(axis=1), atol=1e-6)
    best = parts["stretch"].to_numpy()[gaps.argmin(axis=1)]
    ties = np.sort(gaps, axis=1)
    clear = ties[:, 1] - ties[:, 0] > 1e-6
    assert (there.stretch[clear] == best[clear]).all()


def test_a_point_halfway_takes_half_the_time(write_osm: Writer) -> None:
    path = write_osm({1: (0, 0), 2: (10, 0)}, {10: ([1, 2], "highway=residential")})
    built = network.build(roads.load(path))
    nodes = roads.load(path).nodes
    x = np.linspace(nodes.loc[1, "x"], nodes.loc[2, "x"], 5)
    y = np.linspace(nodes.loc[1, "y"], nodes.loc[2, "y"], 5)
    there = snap.points(built, x, y)
    whole = built.detail.milliseconds.max()
    share = there.forward.from_start / whole
    assert share.tolist() == pytest.approx([0, 0.25, 0.5, 0.75, 1], abs=1e-3)
    assert (there.forward.from_start + there.forward.to_end == whole).all()
    straight = snap.direct(there, there)
    pair = (straight.origin == 3) & (straight.destination == 1)
    assert straight.milliseconds[pair].min() == pytest.approx(whole / 2, abs=2)


def test_a_line_drawn_backwards_is_turned(write_osm: Writer) -> None:
    path = write_osm({1: (0, 0), 2: (10, 0)}, {10: ([1, 2], "highway=residential | oneway=yes"),
                                             11: ([1, 2], "highway=tertiary")})  # fmt: skip
    right = roads.load(path)
    turned = replace(right, edges=right.edges.copy())
    turned.edges["geometry"] = shapely.reverse(np.asarray(right.edges["geometry"], dtype=object))
    x, y = np.add(right.nodes.loc[1, ["x", "y"]].to_numpy(float), (100, 0))
    seeds = [snap.points(network.build(one), [x], [y]).origins() for one in (right, turned)]
    np.testing.assert_array_equal(seeds[0].offset, seeds[1].offset)


PLACES = {1: (0, 0), 2: (10, 0), 3: (10, 10), 4: (0, 10), 5: (0, 30), 6: (10, 30), 7: (5, 12)}
WAYS = {
    10: ([1, 2], "highway=residential"),
    11: ([2, 3], "highway=motorway | oneway=no"),
    12: ([3, 4], "highway=residential"),
    13: ([4, 1], "highway=motorway_link | oneway=no"),
    14: ([4, 5], "route=ferry"),
    15: ([5, 6], "highway=residential"),
    16: ([3, 7], "highway=service | service=driveway"),
    17: ([1, 7], "highway=service | access=private"),
}


@pytest.mark.parametrize(
    ("place", "way", "metres"),
    [
        ((5.0, 1.0), 10, 100),  # beside the street
        ((10.1, 4.0), 10, 400),  # on the motorway
        ((-0.1, 7.0), 12, 300),  # on its slip road
        ((0.1, 16.0), 12, 600),  # at sea, on the ferry line
        ((5.2, 11.9), 12, 190),  # on a driveway
        ((2.5, 6.0), 12, 400),  # on a private road
    ],
)
def test_nobody_starts_where_nobody_stops(
    write_osm: Writer, place: tuple[float, float], way: int, metres: float
) -> None:
    path = write_osm(PLACES, WAYS)
    built = network.build(roads.load(path))
    there = at(built, *place)
    assert built.stretches["osmid"].iloc[there.stretch[0]] == way
    assert there.metres[0] == pytest.approx(metres, abs=15)


def test_a_point_far_from_any_road_is_nowhere_and_says_so(write_osm: Writer) -> None:
    path = write_osm(PLACES, WAYS)
    built = network.build(roads.load(path))
    far = at(built, 110.0, 0.0)
    assert far.reason.tolist() == ["trop loin d’une route"]
    assert far.metres[0] == pytest.approx(10_000, rel=0.01)
    assert far.origins().node.tolist() == [[-1, -1]]
    assert far.destinations().node.tolist() == [[-1, -1]]
    assert far.component.tolist() == [-1]
    lost = snap.points(built, [np.nan, 0.0], [0.0, 0.0])
    assert lost.reason.tolist() == ["coordonnées inconnues", "trop loin d’une route"]
    assert np.isinf(lost.metres).all()
    near = snap.points(built, *position(built, 110.0, 0.0), max_metres=12_000)
    assert near.reason.tolist() == [""]


def test_the_way_to_the_road_takes_its_time(write_osm: Writer) -> None:
    path = write_osm({1: (0, 0), 2: (10, 0)}, {10: ([1, 2], "highway=residential")})
    built = network.build(roads.load(path))
    there = at(built, 5.0, 3.0)
    assert there.leg_ms[0] == pytest.approx(300 / 15 * 3.6 * 1000, rel=0.02)
    assert there.origins().offset.min() > there.leg_ms[0]


def test_a_table_of_ones_own_sets_the_pace_off_the_road(write_osm: Writer) -> None:
    path = write_osm({1: (0, 0), 2: (10, 0)}, {10: ([1, 2], "highway=residential")})
    built = network.build(roads.load(path))
    usual = SpeedTable.load()
    rows = usual.rows.assign(
        value=usual.rows["value"].where(usual.rows["quantity"] != "off_road", 3.0)
    )
    x, y = at(built, 5.0, 3.0).network.segments[["x1", "y1"]].iloc[0]
    place = gpd.GeoSeries([shapely.Point(x, y + 300)], crs=built.crs)
    slow = snap.geometry(built, place, speeds=replace(usual, rows=rows))
    ours = snap.geometry(built, place)
    pace = usual.value("off_road", mode=built.mode)
    assert slow.leg_ms[0] == pytest.approx(ours.leg_ms[0] * pace / 3.0, abs=pace)


def test_a_one_way_street_is_left_by_its_end_and_reached_by_its_start(write_osm: Writer) -> None:
    path = write_osm(
        {1: (0, 0), 2: (10, 0), 3: (5, 8)},
        {
            10: ([1, 2], "highway=residential | oneway=yes"),
            11: ([2, 3], "highway=residential"),
            12: ([3, 1], "highway=residential"),
        },
    )
    built = network.build(roads.load(path))
    there = at(built, 5.0, 0.0)
    assert there.backward.arc.tolist() == [-1]
    assert (there.origins().node >= 0).sum() == 1
    assert (there.destinations().node >= 0).sum() == 1
    behind = snap.points(built, *position(built, np.array([3.0, 7.0]), np.array([0.0, 0.0])))
    pairs = snap.direct(behind, behind)
    assert set(zip(pairs.origin.tolist(), pairs.destination.tolist(), strict=True)) == {
        (0, 0),
        (1, 1),
        (0, 1),
    }


def test_whoever_stands_at_a_corner_may_take_any_street(write_osm: Writer) -> None:
    path = write_osm(
        {1: (0, 0), 2: (10, 0), 3: (5, 8), 4: (-5, 0)},
        {
            10: ([1, 2], "highway=residential | oneway=yes"),
            11: ([2, 3], "highway=residential | oneway=yes"),
            12: ([3, 1], "highway=residential | oneway=yes"),
            13: ([1, 4], "highway=residential"),
        },
    )
    built = network.build(roads.load(path))
    # nearer to the one-way street than to the two-way one, but at its very start
    corner = at(built, 0.001, 0.0)
    assert built.stretches["osmid"].iloc[corner.stretch[0]] in {10, 12, 13}
    west = at(built, -5.0, 0.0)
    both = by_junctions(built, snap.points(built, *position(built, [0.001, -5.0], [0.0, 0.0])))
    assert both[0, 1] < 20 * 3600
    assert both[1, 0] < 80_000
    assert west.reason.tolist() == [""]


def test_nobody_drives_through_a_street_for_residents(write_osm: Writer) -> None:
    places = {1: (0, 0), 2: (10, 0), 3: (0, 20), 4: (10, 20), 5: (-5, 0), 6: (15, 0)}
    places |= {7: (5, -5), 8: (5, -10)}
    street = "highway=residential"
    ways = {
        10: ([1, 2], street + " | access=destination"),
        11: ([1, 3, 4, 2], street),
        12: ([5, 1], street),
        13: ([2, 6], street),
        14: ([1, 7], street + " | motor_vehicle=destination"),
        15: ([7, 8], street),  # open, but behind a street for residents
        16: ([7, 2], street + " | access=customers"),
    }
    path = write_osm(places, ways)
    built = network.build(roads.load(path))
    freed = {way: (nodes, street) for way, (nodes, _) in ways.items()}
    free = network.build(roads.load(write_osm(places, freed, name="free.osm")))
    east = [-3, 13, 3, 7, 5]  # west, east, two on the street, one behind
    north = [0, 0, 0, 0, -8]
    times, open_times = (
        by_junctions(one, snap.points(one, *position(one, east, north))) / 60_000
        for one in (built, free)
    )
    assert np.isfinite(times).all()
    assert times[0, 1] > open_times[0, 1] * 2  # round by the open road
    assert times[1, 0] > open_times[1, 0] * 2
    apart = np.ones((5, 5), bool)
    apart[:2, :2] = False
    np.testing.assert_allclose(times[apart], open_times[apart], rtol=0.01, atol=0.02)
    expected = oracle(built, snap.points(built, *position(built, east, north))) / 60_000
    np.testing.assert_allclose(times[apart], expected[apart], atol=1e-3)


def test_a_network_without_a_place_to_stop_is_refused(write_osm: Writer) -> None:
    path = write_osm({1: (0, 0), 2: (10, 0)}, {10: ([1, 2], "highway=motorway | oneway=no")})
    with pytest.raises(NetworkError, match="départ ou d’arrivée"):
        at(network.build(roads.load(path)), 0.0, 0.0)


def test_the_grid_finds_lines_of_no_length() -> None:
    cells = grid.build(np.array([[5.0, 5.0, 5.0, 5.0], [900.0, 900.0, 950.0, 900.0]]))
    found = grid.nearest(cells, np.array([0.0, -400.0]), np.array([5.0, 5.0]), reach=1e4)
    assert found.line.tolist() == [0, 0]
    assert found.metres.tolist() == [5.0, 405.0]


def position(built: RoadNetwork, east: object, north: object) -> tuple[np.ndarray, np.ndarray]:
    """Return the place of ``write_osm`` in the plane of the network."""
    from territory_access.datasets.road_form import project

    lon = -2 + np.atleast_1d(np.asarray(east, float)) * 0.00131865
    lat = 47 + np.atleast_1d(np.asarray(north, float)) * 0.00089932
    return project(lon, lat, source="EPSG:4326", target=built.crs)


def at(built: RoadNetwork, east: float, north: float) -> Snapped:
    return snap.points(built, *position(built, east, north))
