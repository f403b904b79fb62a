"""The engine against scipy, method by method, on networks with everything that goes wrong."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access.errors import NetworkError
from territory_access.travel.roads.dijkstra import DijkstraEngine
from territory_access.travel.roads.engine import build, warm_up
from territory_access.travel.roads.graph import from_arcs
from territory_access.travel.roads.reductions import Weights
from territory_access.travel.roads.seeds import Seeds, at_nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.travel.roads.engine import RoadEngine
    from territory_access.travel.roads.graph import Graph

    type MakeGraph = Callable[..., Graph]
    type MakePoints = Callable[..., Seeds]

SIZES = [(1, 0), (2, 1), (9, 2), (60, 3), (400, 4), (1500, 5)]
TOLERANCE = 0.25 / 60


def decay(minutes: np.ndarray) -> np.ndarray:
    return np.where(minutes <= 2, 1.0, np.where(minutes <= 5, 0.4, 0.1))


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]} nodes")
def world(
    request: pytest.FixtureRequest, make_graph: MakeGraph, make_points: MakePoints
) -> tuple[RoadEngine, DijkstraEngine, Seeds, Seeds]:
    nodes, seed = request.param
    if nodes == 1:
        graph = from_arcs([], [], milliseconds=[], x=[0], y=[0])
    else:
        graph = make_graph(nodes, seed)
    origins, destinations = make_points(graph, 150, seed + 10), make_points(graph, 90, seed + 20)
    return build(graph), DijkstraEngine(graph), origins, destinations


@pytest.mark.parametrize("max_minutes", [None, 0.5, 3.0, 60.0])
def test_matrix_is_scipys(world: tuple, max_minutes: float | None) -> None:
    engine, oracle, origins, destinations = world
    ours = engine.matrix(origins, destinations, max_minutes=max_minutes)
    theirs = oracle.matrix(origins, destinations, max_minutes=max_minutes)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("max_minutes", [0.5, 3.0, 60.0])
def test_fast_matrix_is_within_a_quarter_of_a_second(world: tuple, max_minutes: float) -> None:
    engine, oracle, origins, destinations = world
    ours = engine.matrix(origins, destinations, max_minutes=max_minutes, exact=False)
    theirs = oracle.matrix(origins, destinations)
    known = np.isfinite(ours)
    np.testing.assert_allclose(ours[known], theirs[known], atol=TOLERANCE, rtol=0)
    assert not (theirs[~known] <= max_minutes - TOLERANCE).any()


@pytest.mark.parametrize("max_minutes", [None, 1.0])
def test_one_to_all_is_scipys(world: tuple, max_minutes: float | None) -> None:
    engine, oracle, origins, _ = world
    ours = engine.one_to_all(origins[:70], max_minutes=max_minutes)
    np.testing.assert_array_equal(ours, oracle.one_to_all(origins[:70], max_minutes=max_minutes))


def test_pairs_are_the_finite_part_of_the_matrix(world: tuple) -> None:
    engine, oracle, origins, destinations = world
    pairs = engine.pairs(origins, destinations, max_minutes=2.0)
    table = np.full((len(origins), len(destinations)), np.inf, np.float32)
    line = np.repeat(np.arange(len(origins)), np.diff(pairs.first))
    table[line, pairs.destination] = pairs.minutes
    np.testing.assert_array_equal(table, oracle.matrix(origins, destinations, max_minutes=2.0))
    assert len(pairs.minutes) == np.isfinite(table).sum()


@pytest.mark.parametrize("max_minutes", [None, 1.5])
def test_nearest_is_scipys_ties_included(world: tuple, max_minutes: float | None) -> None:
    engine, oracle, origins, destinations = world
    ours = engine.nearest(origins, destinations, k=4, max_minutes=max_minutes)
    theirs = oracle.nearest(origins, destinations, k=4, max_minutes=max_minutes)
    np.testing.assert_array_equal(ours[1], theirs[1])
    np.testing.assert_array_equal(ours[0], theirs[0])


def test_sums_are_scipys(world: tuple) -> None:
    engine, oracle, origins, destinations = world
    rng = np.random.default_rng(1)
    weights = Weights(decay, rng.random(len(origins)), rng.random(len(destinations)))
    ours = engine.reduce(origins, destinations, max_minutes=8.0, weights=weights)
    theirs = oracle.reduce(origins, destinations, max_minutes=8.0, weights=weights)
    np.testing.assert_array_equal(ours.count, theirs.count)
    np.testing.assert_array_equal(ours.nearest, theirs.nearest)
    np.testing.assert_allclose(ours.by_origin, theirs.by_origin, rtol=1e-12)
    np.testing.assert_allclose(ours.by_destination, theirs.by_destination, rtol=1e-12)


def test_a_large_matrix_goes_by_tiles(make_graph: MakeGraph, make_points: MakePoints) -> None:
    graph = make_graph(1500, 12)
    origins, destinations = make_points(graph, 4200, 1), make_points(graph, 70, 2)
    engine, oracle = build(graph), DijkstraEngine(graph)
    assert engine.prepared.reach > 2 * 120_000
    for left, right in ((origins, destinations), (destinations, origins)):
        np.testing.assert_array_equal(
            engine.matrix(left, right, max_minutes=2), oracle.matrix(left, right, max_minutes=2)
        )


def test_sixteen_bits_are_exact_where_times_are_multiples(
    make_graph: MakeGraph, make_points: MakePoints
) -> None:
    graph = make_graph(700, 8, step=100)
    origins, destinations = (
        make_points(graph, 200, 1, step=100),
        make_points(graph, 80, 2, step=100),
    )
    engine, oracle = build(graph), DijkstraEngine(graph)
    for max_minutes in (None, 60.0, 1.0):
        np.testing.assert_array_equal(
            engine.matrix(origins, destinations, max_minutes=max_minutes),
            oracle.matrix(origins, destinations, max_minutes=max_minutes),
        )


def test_labels_that_overflow_sixteen_bits_are_swept_again() -> None:
    nodes = np.arange(300)
    tail, head = np.concatenate([nodes[:-1], nodes[1:]]), np.concatenate([nodes[1:], nodes[:-1]])
    for step in (219, 220, 300, 500):  # 65,481 to 149,500 steps from end to end
        graph = from_arcs(
            tail, head, milliseconds=np.full(len(tail), step), x=nodes, y=np.zeros(300)
        )
        graph = from_arcs(
            np.append(graph.tail, 0),
            np.append(graph.head, 2),
            milliseconds=np.append(graph.milliseconds, 2 * step + 1),
            x=nodes,
            y=np.zeros(300),
        )
        expected = np.abs(nodes[:, None] - nodes) * step
        for threads in (1, 2):
            engine = build(graph, threads=threads)
            table = engine.matrix(at_nodes(nodes[::-1]), at_nodes(nodes))
            np.testing.assert_array_equal(np.rint(table * 60_000.0), expected[::-1])


def test_threads_and_progress_change_nothing(
    make_graph: MakeGraph, make_points: MakePoints
) -> None:
    graph = make_graph(3000, 6)
    origins, destinations = make_points(graph, 5000, 1), make_points(graph, 400, 2)
    told: list[float] = []
    one, two = build(graph), build(graph, threads=2, progress=told.append)
    assert told
    assert told[-1] == 1
    assert all(
        np.array_equal(getattr(one.prepared, name), getattr(two.prepared, name))
        for name in ("position", "parent", "curve")
    )
    weights = Weights(decay, np.ones(len(origins)), np.ones(len(destinations)))
    for engine in (one, two):
        np.testing.assert_array_equal(
            engine.matrix(origins, destinations), one.matrix(origins, destinations)
        )
    sums = [
        engine.reduce(origins, destinations, max_minutes=4.0, weights=weights)
        for engine in (one, two)
    ]
    np.testing.assert_array_equal(sums[0].by_destination, sums[1].by_destination)
    np.testing.assert_array_equal(sums[0].by_origin, sums[1].by_origin)


def test_nobody_asked_is_an_empty_answer(make_graph: MakeGraph) -> None:
    engine = build(make_graph(50, 1))
    nobody, some = at_nodes(np.empty(0, int)), at_nodes([1, 2])
    for max_minutes in (None, 0.2):
        assert engine.matrix(nobody, some, max_minutes=max_minutes).shape == (0, 2)
        assert engine.matrix(some, nobody, max_minutes=max_minutes).shape == (2, 0)
    assert engine.pairs(nobody, some, max_minutes=1).first.tolist() == [0]
    reduction = engine.reduce(some, nobody, max_minutes=1)
    assert reduction.count.tolist() == [0, 0]
    assert np.isinf(reduction.nearest).all()
    assert engine.nearest(some, nobody, k=2)[0].tolist() == [[-1, -1]] * 2


def test_a_way_takes_the_time_of_the_matrix(make_graph: MakeGraph) -> None:
    graph = make_graph(500, 9)
    engine = build(graph)
    table = engine.matrix(at_nodes(range(10)), at_nodes(range(100, 110)))
    arc = {
        (tail, head): time
        for tail, head, time in zip(
            graph.tail.tolist(), graph.head.tolist(), graph.milliseconds.tolist(), strict=True
        )
    }
    for i in range(10):
        for j in range(10):
            way = engine.way(at_nodes([i]), at_nodes([100 + j])).tolist()
            if np.isinf(table[i, j]):
                assert way == []
                continue
            assert (way[0], way[-1]) == (i, 100 + j)
            time = sum(arc[pair] for pair in pairwise(way))
            assert np.float32(time / 60_000) == table[i, j]


def test_what_is_no_point_is_refused(make_graph: MakeGraph) -> None:
    engine = build(make_graph(50, 1))
    with pytest.raises(NetworkError, match="nœud 50"):
        engine.matrix(at_nodes([50]), at_nodes([0]))
    with pytest.raises(NetworkError, match="nœud 50"):
        DijkstraEngine(engine.graph).matrix(at_nodes([50]), at_nodes([0]))
    with pytest.raises(NetworkError, match="positif"):
        engine.matrix(at_nodes([0]), at_nodes([0]), max_minutes=0)
    with pytest.raises(NetworkError, match="colonnes"):
        Seeds(np.zeros(3, int), np.zeros(3, int))
    with pytest.raises(NetworkError, match="négatif"):
        Seeds(np.zeros((1, 2), int), np.full((1, 2), -5))


def test_warm_up_compiles_all() -> None:
    warm_up()
