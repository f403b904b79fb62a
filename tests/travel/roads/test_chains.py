"""Chains: rings, dead ends, one-ways, and points in the middle of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from territory_access.travel.roads.chains import collapse
from territory_access.travel.roads.dijkstra import DijkstraEngine
from territory_access.travel.roads.graph import from_arcs
from territory_access.travel.roads.seeds import Seeds, at_nodes


def ring(nodes: int, *, one_way: bool) -> tuple[list[int], list[int]]:
    forward = list(range(nodes)), [*range(1, nodes), 0]
    return forward if one_way else (forward[0] + forward[1], forward[1] + forward[0])


def test_a_ring_keeps_one_node() -> None:
    for one_way in (True, False):
        tail, head = ring(5, one_way=one_way)
        graph = from_arcs(tail, head, milliseconds=[1] * len(tail), x=range(5), y=range(5))
        short = collapse(graph)
        assert short.graph.nodes == 1
        assert (short.ahead == 0).all()
        assert (short.behind == 0).all()


def test_junctions_and_dead_ends_stay() -> None:
    # 0 – 1 – 2 – 3 with a dead end 2 – 4, and a one-way 3 → 5 → 0
    tail, head = [0, 1, 1, 2, 2, 3, 2, 4, 3, 5], [1, 0, 2, 1, 3, 2, 4, 2, 5, 0]
    graph = from_arcs(tail, head, milliseconds=range(1, 11), x=range(6), y=range(6))
    short = collapse(graph)
    assert np.flatnonzero(short.number >= 0).tolist() == [0, 2, 3, 4]


def test_a_point_in_a_chain_keeps_its_times() -> None:
    rng = np.random.default_rng(4)
    tail, head, time = [], [], []
    nodes = 12
    for a, b in rng.integers(0, 12, (14, 2)):
        inner = [a, *range(nodes, nodes + 6), b]
        nodes += 6
        for u, v in pairwise(inner):
            w = int(rng.integers(1, 99)) * 2
            tail += [u, v]
            head += [v, u]
            time += [w, w]
    graph = from_arcs(tail, head, milliseconds=time, x=range(nodes), y=range(nodes))
    short = collapse(graph)
    assert short.graph.nodes <= 12 + 14
    kept = np.flatnonzero(short.number >= 0)
    for arc in range(0, len(graph.head), 3):
        back = np.flatnonzero((graph.tail == graph.head[arc]) & (graph.head == graph.tail[arc]))[0]
        half = graph.milliseconds[arc] // 2
        detailed = Seeds(np.array([[graph.head[arc], graph.tail[arc]]]), np.array([[half, half]]))
        leaving = Seeds(
            np.array([[short.ahead[arc], short.ahead[back]]]),
            np.array([[half + short.ahead_ms[arc], half + short.ahead_ms[back]]]),
        )
        arriving = Seeds(
            np.array([[short.behind[arc], short.behind[back]]]),
            np.array([[half + short.behind_ms[arc], half + short.behind_ms[back]]]),
        )
        whole, part = DijkstraEngine(graph), DijkstraEngine(short.graph)
        ends = at_nodes(short.number[kept])
        np.testing.assert_array_equal(
            whole.matrix(detailed, at_nodes(kept)), part.matrix(leaving, ends)
        )
        np.testing.assert_array_equal(
            whole.matrix(at_nodes(kept), detailed), part.matrix(ends, arriving)
        )
