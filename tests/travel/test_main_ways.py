"""Ways over main roads: what they are made of, against a search by the plainest means."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from territory_access.travel import main_ways


def made_up(seed: int) -> tuple[main_ways.Main, nx.Graph, np.ndarray]:
    """Return a small graph of flat, empty land, the same for networkx, and places beside it."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(5), np.arange(5)), axis=-1).reshape(-1, 2)
    xyz = np.column_stack([6.0 * grid + rng.uniform(0, 4, (25, 2)), np.zeros(25)])
    ends = np.unique(np.sort(rng.integers(0, 25, (45, 2)), axis=1), axis=0)
    ends = ends[ends[:, 0] < ends[:, 1]]
    km = np.linalg.norm(xyz[ends[:, 0]] - xyz[ends[:, 1]], axis=1) * rng.uniform(1, 1.4, len(ends))
    flat = np.zeros(len(km))
    graph = nx.Graph()
    graph.add_nodes_from(range(25))
    for (one, other), length in zip(ends, km, strict=True):
        graph.add_edge(one, other, cost=0.78 * length + 0.05, km=length)
    places = np.column_stack([rng.uniform(0, 30, (12, 2)), np.zeros(12)])
    return main_ways.graph(xyz, ends, km=km, urbanity=flat, relief=flat), graph, places


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ways_are_the_shortest(seed: int) -> None:
    main, graph, places = made_up(seed)
    pairs = np.array([(one, other) for one in range(12) for other in range(one + 1, 12)])
    empty = np.zeros(12)
    found = main_ways.ways(main, places, pairs, urbanity=empty, relief=empty)
    beside = np.linalg.norm(places[:, None] - main.xyz, axis=2)
    beside[beside > 15] = np.inf
    beside[beside > np.sort(beside, axis=1)[:, [main_ways.ENTRIES - 1]]] = np.inf
    between = dict(nx.all_pairs_dijkstra_path_length(graph, weight="cost"))
    table = np.array([[between[a].get(b, np.inf) for b in range(25)] for a in range(25)])
    ours = found.made_of[:, 0] * 0.78 + found.made_of[:, 4] * 0.05
    ours = ours + 1.5 * (found.before + found.after)
    for row, (one, other) in enumerate(pairs):
        total = 1.5 * beside[one][:, None] + table + 1.5 * beside[other]
        best = total.min()
        if np.isfinite(best) and best < 45:
            assert found.found[row]
            assert ours[row] == pytest.approx(best, rel=1e-5)


def test_without_a_road_nothing_is_found() -> None:
    main, _, places = made_up(1)
    far = places + 1_000.0
    empty = np.zeros(12)
    found = main_ways.ways(main, far, np.array([[0, 1]]), urbanity=empty, relief=empty)
    assert not found.found.any()
