"""How does one ask for travel times on roads? Of an engine, by points of its graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from territory_access.travel.roads import (
    close_pairs,
    everywhere,
    many_to_many,
    nearest,
    reductions,
    sparse,
)
from territory_access.travel.roads.graph import from_arcs
from territory_access.travel.roads.paths import shortest
from territory_access.travel.roads.prepared import prepare
from territory_access.travel.roads.reductions import Weights
from territory_access.travel.roads.seeds import at_nodes
from territory_access.travel.roads.tiles import TILE, plan
from territory_access.travel.roads.units import milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from territory_access.travel.roads.arcs import Float32, Int32
    from territory_access.travel.roads.graph import Graph
    from territory_access.travel.roads.prepared import Prepared
    from territory_access.travel.roads.reductions import Reduction
    from territory_access.travel.roads.seeds import Seeds
    from territory_access.travel.roads.sparse import SparseMinutes
    from territory_access.travel.roads.tiles import Plan


class Engine(Protocol):
    """What ``RoadEngine`` and ``DijkstraEngine`` both answer, with the same numbers."""

    @property
    def graph(self) -> Graph:
        """The roads."""

    def one_to_all(
        self, origins: Seeds, *, max_minutes: float | None = None, exact: bool = True
    ) -> Float32:
        """Return ``float32`` (origins, nodes) minutes."""

    def matrix(
        self,
        origins: Seeds,
        destinations: Seeds,
        *,
        max_minutes: float | None = None,
        exact: bool = True,
    ) -> Float32:
        """Return ``float32`` (origins, destinations) minutes."""

    def pairs(
        self, origins: Seeds, destinations: Seeds, *, max_minutes: float, exact: bool = True
    ) -> SparseMinutes:
        """Return the pairs within ``max_minutes``."""

    def nearest(
        self, origins: Seeds, destinations: Seeds, *, k: int, max_minutes: float | None = None
    ) -> tuple[Int32, Float32]:
        """Return the k nearest destinations and the minutes to them."""

    def reduce(
        self,
        origins: Seeds,
        destinations: Seeds,
        *,
        max_minutes: float,
        weights: Weights | None = None,
        exact: bool = True,
    ) -> Reduction:
        """Return counts, nearest and sums."""

    def way(self, origin: Seeds, destination: Seeds) -> Int32:
        """Return the nodes of a shortest way."""


@dataclass(frozen=True)
class RoadEngine:
    """Travel times by a contraction hierarchy, many at once.

    Every method takes points of the graph (``Seeds``) and answers in minutes, ``inf`` where there
    is no way or where it takes longer than ``max_minutes``. With ``exact`` the times are those of
    the graph to the millisecond (a ``float32`` of minutes holds that up to 279 min); without, they
    may be off by 0.25 s at 60 min, in proportion to ``max_minutes``, for about half the work.

    Attributes
    ----------
    graph, prepared
        The roads, and what was worked out for them once.
    threads
        No result depends on it.
    progress
        Called with the share that is done by ``pairs`` and ``reduce``.

    Examples
    --------
    >>> from territory_access.travel.roads.graph import from_arcs
    >>> from territory_access.travel.roads.seeds import at_nodes
    >>> road = from_arcs(
    ...     [0, 1, 1], [1, 0, 2], milliseconds=[60_000, 60_000, 90_000], x=[0, 1, 2], y=[0, 0, 0]
    ... )
    >>> build(road).matrix(at_nodes([0, 1, 2]), at_nodes([0, 2]))
    array([[0. , 2.5],
           [1. , 1.5],
           [inf, 0. ]], dtype=float32)
    """

    graph: Graph
    prepared: Prepared
    threads: int = 1
    progress: Callable[[float], None] | None = None

    def one_to_all(
        self, origins: Seeds, *, max_minutes: float | None = None, exact: bool = True
    ) -> Float32:
        """Return ``float32`` (origins, nodes) minutes.

        ``everywhere.batches`` gives the same as raw rows, without the cost of a table.
        """
        origins.refuse_strangers(self.graph.nodes)
        cutoff = None if max_minutes is None else milliseconds(max_minutes)
        return everywhere.minutes_everywhere(self.prepared, origins, cutoff=cutoff, exact=exact)

    def matrix(
        self,
        origins: Seeds,
        destinations: Seeds,
        *,
        max_minutes: float | None = None,
        exact: bool = True,
    ) -> Float32:
        """Return ``float32`` (origins, destinations) minutes.

        Many points and a cutoff well within the network are swept tile by tile, anything else in
        one piece.
        """
        many = max(len(origins), len(destinations)) > 2 * TILE
        if many and max_minutes and 2 * milliseconds(max_minutes) < self.prepared.reach:
            asked = self._plan(origins, destinations, max_minutes, exact)
            return sparse.table(self.prepared, asked, threads=self.threads, progress=self.progress)
        for points in (origins, destinations):
            points.refuse_strangers(self.graph.nodes)
        return many_to_many.minutes(
            self.prepared,
            origins,
            destinations,
            cutoff=None if max_minutes is None else milliseconds(max_minutes),
            exact=exact,
            threads=self.threads,
        )

    def pairs(
        self, origins: Seeds, destinations: Seeds, *, max_minutes: float, exact: bool = True
    ) -> SparseMinutes:
        """Return the pairs within ``max_minutes``, grouped by origin."""
        asked = self._plan(origins, destinations, max_minutes, exact)
        return sparse.pairs(self.prepared, asked, threads=self.threads, progress=self.progress)

    def nearest(
        self, origins: Seeds, destinations: Seeds, *, k: int, max_minutes: float | None = None
    ) -> tuple[Int32, Float32]:
        """Return the numbers of the k nearest destinations of each origin, and the minutes.

        Both are (origins, k), nearest first, ties by number; −1 and ``inf`` where no more are.
        """
        for points in (origins, destinations):
            points.refuse_strangers(self.graph.nodes)
        cutoff = None if max_minutes is None else milliseconds(max_minutes)
        return nearest.nearest(self.prepared, origins, destinations, k=k, cutoff=cutoff)

    def reduce(
        self,
        origins: Seeds,
        destinations: Seeds,
        *,
        max_minutes: float,
        weights: Weights | None = None,
        exact: bool = True,
    ) -> Reduction:
        """Return counts, nearest and weighted sums over all pairs, without storing the pairs."""
        return reductions.reduced(
            self.prepared,
            self._plan(origins, destinations, max_minutes, exact),
            weights=weights,
            threads=self.threads,
            progress=self.progress,
        )

    def way(self, origin: Seeds, destination: Seeds) -> Int32:
        """Return the nodes of a shortest way, none where there is no way."""
        return shortest(self.graph, origin, destination)[0]

    def _plan(self, origins: Seeds, destinations: Seeds, max_minutes: float, exact: bool) -> Plan:
        for points in (origins, destinations):
            points.refuse_strangers(self.graph.nodes)
        return plan(
            self.prepared,
            origins,
            destinations,
            cutoff=milliseconds(max_minutes),
            exact=exact,
        )


def build(
    graph: Graph,
    *,
    folder: Path | None = None,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> RoadEngine:
    """Prepare a graph, or read from ``folder`` what was prepared before."""
    prepared = prepare(graph, folder=folder, threads=threads, progress=progress)
    return RoadEngine(graph, prepared, threads=threads, progress=progress)


def warm_up() -> None:
    """Compile every kernel and keep the machine code on disk: about ten seconds, once."""
    node = np.arange(9)
    tail = np.concatenate([node[node % 3 < 2], node[node < 6]])
    head = np.concatenate([node[node % 3 < 2] + 1, node[node < 6] + 3])
    graph = from_arcs(
        np.concatenate([tail, head]),
        np.concatenate([head, tail]),
        milliseconds=np.full(2 * len(tail), 70_001) + np.arange(2 * len(tail)),
        x=node % 3,
        y=node // 3,
    )
    engine = build(graph)
    points = at_nodes(node)
    weights = Weights(decay=np.ones_like, demand=np.ones(9), supply=np.ones(9))
    for exact in (True, False):
        engine.one_to_all(points, exact=exact)
        for max_minutes in (None, 2.0):
            engine.matrix(points, points, max_minutes=max_minutes, exact=exact)
        engine.pairs(points, points, max_minutes=2.0, exact=exact)
        engine.reduce(points, points, max_minutes=2.0, weights=weights, exact=exact)
    engine.nearest(points, points, k=2)
    engine.way(points[:1], points[8:])
    close_pairs.between(graph, node, node, cutoff=1)
