"""In which order are nodes contracted? The least important first, in rounds, with shortcuts.

Contraction hierarchies (Geisberger, Sanders, Schultes and Delling, *Exact routing in large road
networks using contraction hierarchies*, 2012): nodes are removed from the least important to the
most; a shortcut u → w replaces u → v → w when v goes, unless a *witness* at most as long avoids v.

Here in rounds. A node is a **candidate** when no neighbour has a lower priority, so candidates are
never neighbours and are dealt with together, in threads where wished. Its witnesses avoid *every*
candidate of the round, not just itself: then all of them may go at once, ties included. The
same searches give the shortcuts and the true priority; a candidate whose true priority is no longer
the lowest waits. Priority = level + 4 × shortcuts ÷ arcs removed, kept up to date lazily.
"""

from __future__ import annotations

from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.arcs import FAR, Float32, Int32, Int64
from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.core import Core, Shortcuts, whole, without
from territory_access.travel.roads.threads import in_threads
from territory_access.travel.roads.witness import Search, new_search, shortcuts_through

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.travel.roads.arcs import Arcs, Bytes, Whole

SHORTCUT_COST = 4.0
_CHUNK = 64


@dataclass(frozen=True)
class Hierarchy:
    """Every node's arcs to more important nodes.

    Attributes
    ----------
    rank
        ``int32`` (nodes): order of contraction, 0 first.
    first, count
        The arcs of node ``v`` are ``first[v]`` to ``first[v] + count[v]``.
    higher
        ``int32`` (arcs): node at the other end, of higher rank.
    up, down
        ``int32`` (arcs): milliseconds to it and from it; ``FAR`` where that direction is missing.
    """

    rank: Int32
    first: Int64
    count: Int32
    higher: Int32
    up: Int32
    down: Int32


class Importance(NamedTuple):
    """What orders the remaining nodes."""

    level: Int32
    priority: Float32


@compiled
def _contract(
    core: Core,
    candidates: Int32,
    banned: Bytes,
    importance: Importance,
    accepted: Bytes,
    search: Search,
    found: Shortcuts,
) -> Whole:
    """Simulate each candidate once; keep the shortcuts of those that are still the lowest."""
    size: Whole = np.int64(0)  # of one type from the start, or kernels compile twice
    for node in candidates:
        after = shortcuts_through(core, node, banned, search, found, size)
        arcs = 0
        lowest = np.float32(np.inf)
        for e in range(core.first[node], core.first[node + 1]):
            arcs += (core.out[e] < FAR) + (core.into[e] < FAR)
            lowest = min(lowest, importance.priority[core.neighbour[e]])
        priority = np.float32(
            importance.level[node] + SHORTCUT_COST * (after - size) / max(1, arcs)
        )
        importance.priority[node] = priority
        if priority <= lowest:
            accepted[node] = 1
            size = after
    return size


@compiled
def _scattered(node: int) -> int:
    """Return a number that breaks ties between neighbours; different for each node.

    Multiplying by odd numbers and folding are one-to-one on 32 bits, so there are no ties.
    """
    mixed = (node * 2654435761) & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 15)) * 2246822519) & 0xFFFFFFFF


@compiled
def _select(core: Core, priority: Float32) -> Bytes:
    """Say which nodes come before all their neighbours."""
    nodes = len(priority)
    chosen = np.ones(nodes, np.uint8)
    for v in range(nodes):
        for e in range(core.first[v], core.first[v + 1]):
            u = core.neighbour[e]
            tie = priority[u] == priority[v] and _scattered(u) < _scattered(v)
            if tie or priority[u] < priority[v]:
                chosen[v] = 0
                break
    return chosen


@compiled
def _raise_neighbours(core: Core, accepted: Int32, importance: Importance) -> None:
    """Lift the neighbours of contracted nodes one level above them."""
    for v in accepted:
        for e in range(core.first[v], core.first[v + 1]):
            u = core.neighbour[e]
            lift = importance.level[v] + 1 - importance.level[u]
            if lift > 0:
                importance.level[u] += lift
                importance.priority[u] += lift


@compiled
def _rows_of(core: Core, nodes: Int32, name: Int32) -> tuple[Int32, Core]:
    """Return how many arcs each of ``nodes`` has, and these arcs with neighbours' first names."""
    count = np.empty(len(nodes), np.int32)
    size = 0
    for i in range(len(nodes)):
        count[i] = core.first[nodes[i] + 1] - core.first[nodes[i]]
        size += count[i]
    rows = Core(
        core.first, np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int32)
    )
    place = 0
    for v in nodes:
        for e in range(core.first[v], core.first[v + 1]):
            rows.neighbour[place] = name[core.neighbour[e]]
            rows.out[place], rows.into[place] = core.out[e], core.into[e]
            place += 1
    return count, rows


def _room(core: Core, candidates: Int32) -> Shortcuts:
    degree = core.first[candidates + 1] - core.first[candidates]
    size = int((degree * (degree - 1)).sum())
    return Shortcuts(*(np.empty(size, np.int32) for _ in range(3)))


def _round(
    core: Core, importance: Importance, searches: SimpleQueue[Search], threads: int
) -> tuple[Bytes, Shortcuts]:
    """Contract what can be contracted now: the nodes accepted, and their shortcuts."""
    banned = _select(core, importance.priority)
    candidates = np.flatnonzero(banned).astype(np.int32)
    accepted = np.zeros(len(banned), np.uint8)

    def contract(chunk: Int32) -> Shortcuts:
        search = searches.get()
        room = _room(core, chunk)
        size = _contract(core, chunk, banned, importance, accepted, search, room)
        searches.put(search)
        return Shortcuts(*(part[:size] for part in room))

    pieces = 1 if threads == 1 else min(128, len(candidates) // _CHUNK + 1)
    found = in_threads(contract, np.array_split(candidates, pieces), threads)
    if len(found) == 1:
        return accepted, found[0]
    return accepted, Shortcuts(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def contract(
    arcs: Arcs, *, threads: int = 1, progress: Callable[[float], None] | None = None
) -> Hierarchy:
    """Contract every node of a graph, from the least important to the most.

    Parameters
    ----------
    arcs
        Leaving each node, milliseconds.
    threads
        The result does not depend on it.
    progress
        Called after each round with the share of nodes done, 0 to 1.
    """
    nodes = len(arcs.first) - 1
    core, name = whole(arcs), np.arange(nodes, dtype=np.int32)
    degree = np.diff(core.first)
    importance = Importance(np.zeros(nodes, np.int32), (degree - 1).astype(np.float32))
    searches: SimpleQueue[Search] = SimpleQueue()
    for _ in range(threads):
        searches.put(new_search(nodes))
    rows: list[tuple[Int32, Int32, Core]] = []
    while len(name):
        accepted, shortcuts = _round(core, importance, searches, threads)
        gone = np.flatnonzero(accepted).astype(np.int32)
        rows.append((name[gone], *_rows_of(core, gone, name)))
        _raise_neighbours(core, gone, importance)
        core, survivors = without(core, accepted, shortcuts)
        name = name[survivors]
        importance = Importance(importance.level[survivors], importance.priority[survivors])
        if progress is not None:
            progress(1 - len(name) / nodes)
    return _in_order(rows, nodes)


def _in_order(rows: list[tuple[Int32, Int32, Core]], nodes: int) -> Hierarchy:
    """Join the rounds."""
    order = np.concatenate([names for names, _, _ in rows])
    count = np.empty(nodes, np.int32)
    count[order] = np.concatenate([counts for _, counts, _ in rows])
    first = np.empty(nodes, np.int64)
    ends = np.cumsum(count[order], dtype=np.int64)
    first[order] = ends - count[order]
    rank = np.empty(nodes, np.int32)
    rank[order] = np.arange(nodes, dtype=np.int32)
    return Hierarchy(
        rank=rank,
        first=first,
        count=count,
        higher=np.concatenate([core.neighbour for _, _, core in rows]),
        up=np.concatenate([core.out for _, _, core in rows]),
        down=np.concatenate([core.into for _, _, core in rows]),
    )
