"""Which way does one drive from here to there? The nodes of a shortest way, for the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel.roads.arcs import FAR, Int32
from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.heap import insert, packed, remove_least

if TYPE_CHECKING:
    from territory_access.travel.roads.arcs import Arcs, Whole
    from territory_access.travel.roads.graph import Graph
    from territory_access.travel.roads.seeds import Seeds


@compiled
def _search(arcs: Arcs, start: Int32, start_ms: Int32, end: Int32) -> tuple[Int32, Int32]:
    """Search from the start's nodes until those of the end are settled; times and predecessors."""
    nodes = len(arcs.first) - 1
    time, before = np.full(nodes, FAR, np.int32), np.full(nodes, -1, np.int32)
    heap = np.empty(len(arcs.head) + 2, np.int64)
    size: Whole = np.int64(0)
    for i in range(2):
        if start[i] >= 0 and start_ms[i] < time[start[i]]:
            time[start[i]] = start_ms[i]
            size = insert(heap, size, packed(np.int64(start_ms[i]), np.int64(start[i])))
    left = (end[0] >= 0) + (end[1] >= 0 and end[1] != end[0])
    while size > 0 and left > 0:
        now, node = heap[0] >> 32, heap[0] & 0xFFFFFFFF
        size = remove_least(heap, size)
        if now > time[node]:
            continue
        left -= node == end[0] or node == end[1]
        for e in range(arcs.first[node], arcs.first[node + 1]):
            later = now + arcs.weight[e]
            if later < time[arcs.head[e]]:
                time[arcs.head[e]] = later
                before[arcs.head[e]] = node
                size = insert(heap, size, packed(later, np.int64(arcs.head[e])))
    return time, before


def shortest(graph: Graph, origin: Seeds, destination: Seeds) -> tuple[Int32, int]:
    """Return the nodes of a shortest way between two points, and its milliseconds.

    Dijkstra's search (1959) on the roads themselves, which stops at the destination: tens of
    milliseconds a way, for the few ways that a map shows.

    Parameters
    ----------
    origin, destination
        One point each. The offsets count in the time, the points themselves are not in the nodes.

    Returns
    -------
    tuple
        ``int32`` nodes, none where there is no way; milliseconds, ``FAR`` where there is no way.

    Examples
    --------
    >>> from territory_access.travel.roads.graph import from_arcs
    >>> from territory_access.travel.roads.seeds import at_nodes
    >>> line = from_arcs([0, 1], [1, 2], milliseconds=[5, 7], x=[0, 1, 2], y=[0, 0, 0])
    >>> way, milliseconds = shortest(line, at_nodes([0]), at_nodes([2]))
    >>> way.tolist(), milliseconds
    ([0, 1, 2], 12)
    """
    ends = destination.node[0]
    time, before = _search(graph.arcs, origin.node[0], origin.offset[0], ends)
    totals = np.where(ends >= 0, time[ends] + destination.offset[0], FAR)
    best = int(totals.argmin())
    if totals[best] >= FAR:
        return np.empty(0, np.int32), FAR
    way = [int(ends[best])]
    while before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    return np.array(way[::-1], np.int32), int(totals[best])
