"""How long does it take between a few pairs of nodes near each other? Small searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel.roads.arcs import FAR, Int32
from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.heap import insert, packed, remove_least

if TYPE_CHECKING:
    from territory_access.travel.roads.arcs import Arcs, Int64
    from territory_access.travel.roads.graph import Graph


@compiled
def _searches(arcs: Arcs, source: Int64, first: Int64, target: Int64, limit: int) -> Int32:
    """Search from each source until its targets are settled; the times to them."""
    nodes = len(arcs.first) - 1
    time, found = np.full(nodes, FAR, np.int32), np.full(len(target), FAR, np.int32)
    touched, wanted = np.empty(nodes, np.int32), np.zeros(nodes, np.bool_)
    heap = np.empty(len(arcs.head) + 1, np.int64)
    for s in range(len(source)):
        for i in range(first[s], first[s + 1]):
            wanted[target[i]] = True
        left, seen = first[s + 1] - first[s], 1
        time[source[s]], touched[0] = 0, source[s]
        size = insert(heap, np.int64(0), packed(np.int64(0), source[s]))
        while size > 0 and left > 0:
            now, node = heap[0] >> 32, heap[0] & 0xFFFFFFFF
            size = remove_least(heap, size)
            if now > time[node]:
                continue
            left -= wanted[node]
            for e in range(arcs.first[node], arcs.first[node + 1]):
                later, head = now + arcs.weight[e], arcs.head[e]
                if later <= limit and later < time[head]:
                    if time[head] == FAR:
                        touched[seen] = head
                        seen += 1
                    time[head] = later
                    size = insert(heap, size, packed(later, np.int64(head)))
        for i in range(first[s], first[s + 1]):
            found[i] = time[target[i]]
            wanted[target[i]] = False
        for i in range(seen):
            time[touched[i]] = FAR
    return found


def between(graph: Graph, tail: Int64, head: Int64, *, cutoff: int) -> Int64:
    """Return the milliseconds between pairs of nodes, ``FAR`` beyond the cutoff.

    One search of Dijkstra (1959) a different tail, which ends when its heads are settled: a few
    hundred nodes where they are near, and the hierarchy would have more to set up than to save.

    Examples
    --------
    >>> from territory_access.travel.roads.graph import from_arcs
    >>> line = from_arcs([0, 1], [1, 2], milliseconds=[5, 7], x=[0, 1, 2], y=[0, 0, 0])
    >>> between(line, np.array([0, 1, 0]), np.array([2, 2, 0]), cutoff=10).tolist()
    [1073741823, 7, 0]
    """
    key, place = np.unique(tail * np.int64(graph.nodes) + head, return_inverse=True)
    source, first = np.unique(key // graph.nodes, return_index=True)
    first = np.r_[first, len(key)].astype(np.int64)
    found = _searches(graph.arcs, source, first, key % graph.nodes, cutoff)
    return found.astype(np.int64)[place]
