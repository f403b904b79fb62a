"""Any network at all: our table is scipy's."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_access.travel.roads.chains import collapse
from territory_access.travel.roads.dijkstra import DijkstraEngine
from territory_access.travel.roads.engine import build
from territory_access.travel.roads.graph import Graph, from_arcs
from territory_access.travel.roads.seeds import at_nodes


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    nodes = draw(st.integers(1, 14))
    node = st.integers(0, nodes - 1)
    time = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 200_000))
    arcs = draw(st.lists(st.tuples(node, node, time), max_size=40))
    tail, head, milliseconds = zip(*arcs, strict=True) if arcs else ((), (), ())
    spread = np.random.default_rng(nodes).random((2, nodes))
    return from_arcs(tail, head, milliseconds=milliseconds, x=spread[0], y=spread[1])


@settings(max_examples=150, deadline=None)
@given(graphs(), st.sampled_from([None, 0.0005, 0.02, 4.0]))
def test_table_is_scipys(graph: Graph, max_minutes: float | None) -> None:
    everyone = at_nodes(np.arange(graph.nodes))
    ours = build(graph).matrix(everyone, everyone, max_minutes=max_minutes)
    theirs = DijkstraEngine(graph).matrix(everyone, everyone, max_minutes=max_minutes)
    np.testing.assert_array_equal(ours, theirs)


@settings(max_examples=150, deadline=None)
@given(graphs(), st.integers(1, 3))
def test_nearest_is_scipys(graph: Graph, k: int) -> None:
    everyone, some = at_nodes(np.arange(graph.nodes)), at_nodes(np.arange(0, graph.nodes, 2))
    for ours, theirs in zip(
        build(graph).nearest(everyone, some, k=k),
        DijkstraEngine(graph).nearest(everyone, some, k=k),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_collapsing_chains_keeps_the_times_between_junctions(graph: Graph) -> None:
    short = collapse(graph)
    kept = np.flatnonzero(short.number >= 0)
    before = DijkstraEngine(graph).matrix(at_nodes(kept), at_nodes(kept))
    number = short.number[kept]
    after = DijkstraEngine(short.graph).matrix(at_nodes(number), at_nodes(number))
    np.testing.assert_array_equal(before, after)
