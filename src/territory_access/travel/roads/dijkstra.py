"""What are the same answers by the plainest means? scipy's Dijkstra: oracle and fallback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from territory_access.travel.roads.arcs import FAR
from territory_access.travel.roads.paths import shortest
from territory_access.travel.roads.reductions import Reduction, weigh
from territory_access.travel.roads.seeds import at_nodes
from territory_access.travel.roads.sparse import SparseMinutes
from territory_access.travel.roads.units import MS_PER_MINUTE, milliseconds

if TYPE_CHECKING:
    from territory_access.travel.roads.arcs import Float32, Float64, Int32
    from territory_access.travel.roads.graph import Graph
    from territory_access.travel.roads.reductions import Weights
    from territory_access.travel.roads.seeds import Seeds

_BLOCK = 256
"""Searches whose times to all nodes are held at once."""


@dataclass(frozen=True)
class DijkstraEngine:
    """One search an origin, nothing prepared: three orders of magnitude slower, and always exact.

    The methods are those of ``RoadEngine``.
    """

    graph: Graph

    def one_to_all(
        self, origins: Seeds, *, max_minutes: float | None = None, exact: bool = True
    ) -> Float32:
        """Return ``float32`` (origins, nodes) minutes, ``inf`` where there is no way."""
        everything = at_nodes(np.arange(self.graph.nodes))
        return self.matrix(origins, everything, max_minutes=max_minutes, exact=exact)

    def matrix(
        self,
        origins: Seeds,
        destinations: Seeds,
        *,
        max_minutes: float | None = None,
        exact: bool = True,
    ) -> Float32:
        """Return ``float32`` (origins, destinations) minutes, ``inf`` beyond ``max_minutes``."""
        del exact  # it always is
        return _minutes(self._milliseconds(origins, destinations, max_minutes))

    def pairs(
        self, origins: Seeds, destinations: Seeds, *, max_minutes: float, exact: bool = True
    ) -> SparseMinutes:
        """Return the pairs within ``max_minutes``, grouped by origin."""
        table = self.matrix(origins, destinations, max_minutes=max_minutes, exact=exact)
        first = np.zeros(len(origins) + 1, np.int64)
        np.cumsum(np.isfinite(table).sum(axis=1), out=first[1:])
        _, destination = np.nonzero(np.isfinite(table))
        return SparseMinutes(first, destination.astype(np.int32), table[np.isfinite(table)])

    def nearest(
        self, origins: Seeds, destinations: Seeds, *, k: int, max_minutes: float | None = None
    ) -> tuple[Int32, Float32]:
        """Return the k nearest destinations of each origin and the minutes to them."""
        table = self._milliseconds(origins, destinations, max_minutes)
        who = np.argsort(table, axis=1, kind="stable")[:, :k]
        best = np.take_along_axis(table, who, axis=1)
        missing = ((0, 0), (0, k - best.shape[1]))
        best = np.pad(best, missing, constant_values=np.inf)
        who = np.pad(who, missing, constant_values=-1)
        return np.where(np.isfinite(best), who, -1).astype(np.int32), _minutes(best)

    def reduce(
        self,
        origins: Seeds,
        destinations: Seeds,
        *,
        max_minutes: float,
        weights: Weights | None = None,
        exact: bool = True,
    ) -> Reduction:
        """Return counts, nearest and weighted sums over the pairs within ``max_minutes``."""
        del exact
        table = self._milliseconds(origins, destinations, max_minutes) / MS_PER_MINUTE
        near = np.isfinite(table)
        weight = np.zeros_like(table)
        by_origin, by_destination = np.zeros(len(origins)), np.zeros(len(destinations))
        if weights is not None:
            weight[near] = weigh(weights, table[near])
            by_origin = weight @ np.asarray(weights.supply, np.float64)
            by_destination = np.asarray(weights.demand, np.float64) @ weight
        nearest = table.min(axis=1, initial=np.inf).astype(np.float32)
        return Reduction(near.sum(axis=1).astype(np.int32), nearest, by_origin, by_destination)

    def way(self, origin: Seeds, destination: Seeds) -> Int32:
        """Return the nodes of a shortest way, none where there is no way."""
        return shortest(self.graph, origin, destination)[0]

    def _milliseconds(
        self, origins: Seeds, destinations: Seeds, max_minutes: float | None
    ) -> Float64:
        for points in (origins, destinations):
            points.refuse_strangers(self.graph.nodes)
        limit = FAR - 1 if max_minutes is None else milliseconds(max_minutes)
        blocks = [
            self._block(origins[start : start + _BLOCK], destinations)
            for start in range(0, len(origins), _BLOCK)
        ]
        table = np.concatenate([np.empty((0, len(destinations))), *blocks])
        return np.where(table <= limit, table, np.inf)

    def _block(self, origins: Seeds, destinations: Seeds) -> Float64:
        shape = (self.graph.nodes, self.graph.nodes)
        roads = csr_array(
            (self.graph.milliseconds.astype(np.float64), self.graph.head, self.graph.first),
            shape=shape,
        )
        nodes, which = np.unique(np.maximum(origins.node, 0), return_inverse=True)
        times = dijkstra(roads, indices=nodes)
        from_nodes = np.full((len(nodes), len(destinations)), np.inf)
        for end in range(2):
            there = destinations.node[:, end] >= 0
            arrival = times[:, destinations.node[there, end]] + destinations.offset[there, end]
            from_nodes[:, there] = np.minimum(from_nodes[:, there], arrival)
        leaving = np.where(origins.node >= 0, origins.offset, np.inf)
        through = from_nodes[which.reshape(origins.node.shape)] + leaving[:, :, None]
        return np.asarray(through.min(axis=1))


def _minutes(table: Float64) -> Float32:
    return (table / MS_PER_MINUTE).astype(np.float32)
