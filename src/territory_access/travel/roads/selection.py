"""Which part of the hierarchy does a batch of points need? What lies above it, and no more.

A shortest way climbs from its origin, then descends to its destination (RPHAST: Delling, Goldberg
and Werneck, *Faster batched shortest paths in road networks*, 2011): only nodes above the origins,
and nodes above the destinations, matter. Both sets are found by following arcs upward, in the order
of memory, where ancestors come first, and copied into small local arrays. A region limits
them further to nodes that the cutoff lets one reach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.arcs import FAR, Arcs, Bytes, Int32, Int64
from territory_access.travel.roads.compiled import compiled

if TYPE_CHECKING:
    from territory_access.travel.roads.arcs import Whole
    from territory_access.travel.roads.units import Unit


class Points(NamedTuple):
    """Positions (−1 for none) and offsets, in steps of the unit, of points; two columns each."""

    place: Int32
    offset: Int32


class Selection(NamedTuple):
    """Nodes that matter, ancestors first, and the arcs above them with local numbers.

    ``member`` are positions, in ascending order. ``entry`` (points, 2) is the local number of each
    point's nodes, −1 where out of the region.
    """

    member: Int32
    arcs: Arcs
    entry: Int32


class Scratch(NamedTuple):
    """Working arrays by position.

    ``inside`` is 1 in the region, 0 elsewhere. When a selection begins, ``wanted`` must be 0 and
    ``local`` −1 everywhere; then ``local`` is the local number of the members, which are the
    caller's to set back.
    """

    queue: Int32
    local: Int32
    wanted: Bytes
    inside: Bytes


def new_scratch(nodes: int) -> Scratch:
    """Return working arrays whose region is everything."""
    return Scratch(
        queue=np.empty(nodes, np.int32),
        local=np.full(nodes, -1, np.int32),
        wanted=np.zeros(nodes // 8 * 8 + 8, np.uint8),
        inside=np.ones(nodes, np.uint8),
    )


@compiled
def _reach(places: Int32, arcs: Arcs, scratch: Scratch) -> Int32:
    """Return what arcs lead to from the points, inside the region, in ascending order.

    All arcs lead to lower positions: one pass downward, eight positions at a look, finds all, and
    goes through memory in order.
    """
    queue, _, wanted, inside = scratch
    last = -1
    for i in range(len(places)):
        for j in range(2):
            if places[i, j] >= 0:
                wanted[places[i, j]] = inside[places[i, j]]
                last = max(last, places[i, j])
    free = len(queue)
    words = wanted.view(np.uint64)
    for word in range(last // 8, -1, -1):
        if words[word] == 0:
            continue
        for node in range(8 * word + 7, 8 * word - 1, -1):
            if wanted[node]:
                wanted[node] = 0
                free -= 1
                queue[free] = node
                for e in range(arcs.first[node], arcs.first[node + 1]):
                    wanted[arcs.head[e]] = inside[arcs.head[e]]
    return queue[free:].copy()


@compiled
def _local_arcs(member: Int32, arcs: Arcs, local: Int32, unit: Unit) -> Arcs:
    """Give the members numbers; copy the arcs between them, weights in steps of the unit."""
    room = 0
    for i in range(len(member)):
        local[member[i]] = i
        room += arcs.first[member[i] + 1] - arcs.first[member[i]]
    first = np.empty(len(member) + 1, np.int64)
    head, weight = np.empty(room, np.int32), np.empty(room, np.int32)
    size = 0
    first[0] = 0
    for i in range(len(member)):
        for e in range(arcs.first[member[i]], arcs.first[member[i] + 1]):
            above = local[arcs.head[e]]
            if above >= 0:
                head[size] = above
                weight[size] = np.int32(arcs.weight[e] * unit.steps + 0.5)
                size += 1
        first[i + 1] = size
    return Arcs(first, head[:size], weight[:size])


@compiled
def _entries(places: Int32, local: Int32) -> Int32:
    entry = np.empty(places.shape, np.int32)
    for i in range(len(places)):
        for j in range(2):
            entry[i, j] = local[places[i, j]] if places[i, j] >= 0 else -1
    return entry


def select(points: Points, arcs: Arcs, scratch: Scratch, unit: Unit) -> Selection:
    """Return what lies above the points in the region along ``arcs``."""
    member = _reach(points.place, arcs, scratch)
    above = _local_arcs(member, arcs, scratch.local, unit)
    return Selection(member, above, _entries(points.place, scratch.local))


class Descent(NamedTuple):
    """Arcs into rows, highest row first, as ``settle_rows`` takes them: an even number a row.

    Attributes
    ----------
    first
        The arcs of row ``r`` are ``first[r]`` to ``first[r + 1]``: one at least, the last one twice
        where their number would be odd.
    turn
        Twice the row at the other end, which is higher, and 1 more on the last two arcs of a row.
    weight
        Steps of the unit.
    """

    first: Int64
    turn: Int32
    weight: Int32


@compiled
def _end_row(descent: Descent, row: int, size: Whole) -> Whole:
    """Close a row whose arcs end at ``size``; return where the next one begins."""
    first, turn, weight = descent
    if size == first[row]:  # out of reach, unless a batch brings its times
        turn[size], weight[size] = 2 * max(0, row - 1), FAR
        size += 1
    if (size - first[row]) % 2:
        turn[size], weight[size] = turn[size - 1], weight[size - 1]
        size += 1
    turn[size - 2] |= 1
    turn[size - 1] |= 1
    first[row + 1] = size
    return size


@compiled
def descent(arcs: Arcs, entry: Int32, offset: Int32) -> tuple[Descent, Int32]:
    """Return the arcs into the rows of nodes and of destinations, and the row of each of these.

    A destination has its node's row, or one more below that adds its offsets; −1: out of reach.
    """
    nodes, count = len(arcs.first) - 1, len(entry)
    room = len(arcs.head) + 2 * (nodes + count)
    made = Descent(
        np.zeros(nodes + count + 1, np.int64), np.empty(room, np.int32), np.empty(room, np.int32)
    )
    row = np.full(count, -1, np.int32)
    size: Whole = np.int64(0)  # of one type from the start, or kernels compile twice
    for node in range(nodes):
        for e in range(arcs.first[node], arcs.first[node + 1]):
            made.turn[size], made.weight[size] = 2 * arcs.head[e], arcs.weight[e]
            size += 1
        size = _end_row(made, node, size)
    for i in range(count):
        if entry[i, 0] >= 0 and entry[i, 1] < 0 and offset[i, 0] == 0:
            row[i] = entry[i, 0]
            continue
        for j in range(2):
            if entry[i, j] >= 0:
                made.turn[size], made.weight[size] = 2 * entry[i, j], offset[i, j]
                size += 1
        if size > made.first[nodes]:
            row[i] = nodes
            size = _end_row(made, nodes, size)
            nodes += 1
    return Descent(made.first[: nodes + 1], made.turn[:size], made.weight[:size]), row
