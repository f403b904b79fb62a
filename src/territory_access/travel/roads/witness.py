"""Which shortcuts does a node leave behind? Those for ways that no witness around it matches.

A witness is a way at most as long that avoids the node (Geisberger et al., 2012). It is looked for
by a short Dijkstra search from each neighbour that leads to the node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.arcs import FAR, Int32, Int64
from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.heap import insert, packed, remove_least

if TYPE_CHECKING:
    from territory_access.travel.roads.arcs import Bytes, Whole
    from territory_access.travel.roads.core import Core, Shortcuts

SETTLE_LIMIT = 500
"""Nodes that a witness search settles at most; giving up only costs a shortcut too many."""
_HEAP_ROOM = 50_000


class Search(NamedTuple):
    """Working arrays of one thread. ``seen`` and ``wanted`` hold the number of the search."""

    time: Int32
    seen: Int32
    wanted: Int32
    heap: Int64
    number: Int32


def new_search(nodes: int) -> Search:
    """Return working arrays for witness searches in a core of ``nodes``."""
    return Search(
        time=np.empty(nodes, np.int32),
        seen=np.zeros(nodes, np.int32),
        wanted=np.zeros(nodes, np.int32),
        heap=np.empty(_HEAP_ROOM, np.int64),
        number=np.zeros(1, np.int32),
    )


@compiled
def _spread(core: Core, node: int, banned: Bytes, search: Search, bound: int, size: Whole) -> Whole:
    """Relax the arcs out of a settled node; return the new size of the heap."""
    time, number = search.time[node], search.number[0]
    for e in range(core.first[node], core.first[node + 1]):
        if core.out[e] >= FAR:
            continue
        there = core.neighbour[e]
        later = time + core.out[e]
        if later > bound or banned[there]:
            continue
        if search.seen[there] != number or later < search.time[there]:
            search.seen[there], search.time[there] = number, later
            if size < len(search.heap):  # a lost entry can only cost a shortcut too many
                size = insert(search.heap, size, packed(np.int64(later), np.int64(there)))
    return size


@compiled
def _search_witnesses(
    core: Core, source: int, banned: Bytes, search: Search, bound: int, targets: int
) -> None:
    """Find times from ``source`` to the wanted nodes, up to ``bound``, around banned nodes."""
    number = search.number[0]
    search.time[source], search.seen[source] = 0, number
    size = insert(search.heap, np.int64(0), packed(np.int64(0), np.int64(source)))
    settled = 0
    while size > 0 and settled < SETTLE_LIMIT:
        time, node = search.heap[0] >> 32, int(search.heap[0] & 0xFFFFFFFF)
        size = remove_least(search.heap, size)
        if time > search.time[node]:
            continue
        if search.wanted[node] == number:
            targets -= 1
            if targets == 0:
                break
        settled += 1
        size = _spread(core, node, banned, search, bound, size)


@compiled
def _want_others(core: Core, node: int, entry: int, search: Search) -> tuple[int, int]:
    """Mark the nodes that ``node`` leads to, but for its neighbour ``entry``."""
    search.number[0] += 1
    targets, longest = 0, 0
    for e in range(core.first[node], core.first[node + 1]):
        if e != entry and core.out[e] < FAR:
            search.wanted[core.neighbour[e]] = search.number[0]
            longest = max(longest, core.out[e])
            targets += 1
    return targets, longest


@compiled
def shortcuts_through(
    core: Core, node: int, banned: Bytes, search: Search, found: Shortcuts, size: Whole
) -> Whole:
    """Write the shortcuts that removing ``node`` needs after ``found[:size]``; return the size."""
    start, stop = core.first[node], core.first[node + 1]
    for entry in range(start, stop):
        if core.into[entry] >= FAR:
            continue
        targets, longest = _want_others(core, node, entry, search)
        if targets == 0:
            continue
        source, time = int(core.neighbour[entry]), int(core.into[entry])
        _search_witnesses(core, source, banned, search, time + longest, targets)
        for e in range(start, stop):
            through = time + core.out[e]
            if e == entry or core.out[e] >= FAR or through >= FAR:
                continue
            there = core.neighbour[e]
            if search.seen[there] != search.number[0] or search.time[there] > through:
                found.tail[size], found.head[size], found.time[size] = source, there, through
                size += 1
    return size
