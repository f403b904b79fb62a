"""Small networks on which every answer can be checked by plain means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access.travel.roads.graph import from_arcs
from territory_access.travel.roads.seeds import Seeds

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.travel.roads.graph import Graph


def awkward_graph(nodes: int, seed: int, *, slowest: int = 90_000, step: int = 1) -> Graph:
    """Streets and one-ways, zero-length edges, ties, parallel arcs, and parts without a link."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 1, (2, nodes))
    roads = 2 * nodes
    tail = rng.integers(0, nodes, roads)
    near = np.argsort((x[tail, None] - x) ** 2 + (y[tail, None] - y) ** 2, axis=1)
    head = near[np.arange(roads), rng.integers(1, min(6, nodes), roads)]
    apart = (x[tail] < 0.2) == (x[head] < 0.2)  # a strip without a bridge
    tail, head = tail[apart], head[apart]
    time = rng.integers(0, slowest // step, len(tail)) * step
    time[rng.random(len(tail)) < 0.1] = 0
    time[rng.random(len(tail)) < 0.3] = slowest // 2 // step * step  # ties
    both = rng.random(len(tail)) < 0.7
    return from_arcs(
        np.concatenate([tail, head[both]]),
        np.concatenate([head, tail[both]]),
        milliseconds=np.concatenate([time, time[both]]),
        x=x,
        y=y,
    )


def points_on(graph: Graph, count: int, seed: int, *, step: int = 1) -> Seeds:
    """Points on nodes, and between two nodes."""
    rng = np.random.default_rng(seed)
    node = rng.integers(0, graph.nodes, (count, 2))
    offset = rng.integers(0, 30_000 // step, (count, 2)) * step
    on_node = rng.random(count) < 0.5
    node[on_node, 1], offset[on_node] = -1, 0
    one_end = rng.random(count) < 0.2
    node[one_end, 0] = np.where(node[one_end, 1] >= 0, -1, node[one_end, 0])
    return Seeds(node, offset)


@pytest.fixture
def make_graph() -> Callable[..., Graph]:
    return awkward_graph


@pytest.fixture
def make_points() -> Callable[..., Seeds]:
    return points_on
