"""Which part of the hierarchy does a batch of points need? What lies above it, and no more.

A shortest way climbs from its origin, then descends to its destination (RPHAST: Delling, Goldberg
and Werneck, *Faster batched shortest paths in road networks*, 2011): only nodes above the origins,
and nodes above the destinations, matter. Both sets are found by climbing the elimination tree,
which yields them in an order where ancestors come first, without sorting, and they are copied into
small local arrays. A region limits them further to nodes that the cutoff lets one reach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.arcs import FAR, Arcs, Bytes, Int32, Labels
from territory_access.travel.roads.compiled import compiled

if TYPE_CHECKING:
    from territory_access.travel.roads.units import Unit


class Points(NamedTuple):
    """Positions (−1 for none) and offsets, in steps of the unit, of points; two columns each."""

    place: Int32
    offset: Labels


class Selection(NamedTuple):
    """Nodes that matter, ancestors first, and the arcs above them with local numbers.

    ``entry`` (points, 2) is the local number of each point's nodes, −1 where out of the region.
    """

    member: Int32
    arcs: Arcs
    entry: Int32


class Scratch(NamedTuple):
    """Working arrays by position; ``walked`` and ``wanted`` are all 0 between calls.

    ``region`` is below ``FAR`` inside the region. ``local`` is the local number in the last
    selection for its members, and −1 for nodes that were in none.
    """

    walked: Bytes
    wanted: Bytes
    queue: Int32
    local: Int32
    region: Int32


def new_scratch(nodes: int) -> Scratch:
    """Return working arrays whose region is everything."""
    return Scratch(
        walked=np.zeros(nodes, np.uint8),
        wanted=np.zeros(nodes, np.uint8),
        queue=np.empty(nodes, np.int32),
        local=np.full(nodes, -1, np.int32),
        region=np.zeros(nodes, np.int32),
    )


@compiled
def _climb(places: Int32, parent: Int32, scratch: Scratch) -> int:
    """Queue the points' nodes and all their ancestors, ancestors first; return how many."""
    size = 0
    for i in range(places.size):
        start = size
        node = places[i // 2, i % 2]
        while node >= 0 and scratch.walked[node] == 0:
            scratch.walked[node] = 1
            scratch.queue[size] = node
            size += 1
            node = parent[node]
        for j in range((size - start) // 2):
            low, high = start + j, size - 1 - j
            swapped = scratch.queue[low]
            scratch.queue[low] = scratch.queue[high]
            scratch.queue[high] = swapped
    return size


@compiled
def _members(places: Int32, arcs: Arcs, size: int, scratch: Scratch) -> Int32:
    """Keep of the queue what arcs lead to from the points, inside the region."""
    for i in range(places.size):
        place = places[i // 2, i % 2]
        if place >= 0 and scratch.region[place] < FAR:
            scratch.wanted[place] = 1
    count = 0
    for i in range(size - 1, -1, -1):
        node = scratch.queue[i]
        scratch.walked[node] = 0
        if scratch.wanted[node]:
            count += 1
            for e in range(arcs.first[node], arcs.first[node + 1]):
                if scratch.region[arcs.head[e]] < FAR:
                    scratch.wanted[arcs.head[e]] = 1
    member = np.empty(count, np.int32)
    count = 0
    for i in range(size):
        node = scratch.queue[i]
        if scratch.wanted[node]:
            scratch.wanted[node] = 0
            scratch.local[node] = count
            member[count] = node
            count += 1
    return member


@compiled
def _local_arcs(member: Int32, arcs: Arcs, scratch: Scratch, unit: Unit, like: Labels) -> Arcs:
    """Copy the members' arcs inside the region, heads and weights as rows want them."""
    room = 0
    for node in member:
        room += arcs.first[node + 1] - arcs.first[node]
    first = np.empty(len(member) + 1, np.int64)
    head, weight = np.empty(room, np.int32), np.empty(room, like.dtype)
    size = 0
    first[0] = 0
    for i in range(len(member)):
        for e in range(arcs.first[member[i]], arcs.first[member[i] + 1]):
            above = arcs.head[e]
            if scratch.region[above] < FAR:
                head[size] = scratch.local[above]
                steps = int(arcs.weight[e] * unit.steps + 0.5)
                weight[size] = min(unit.far, steps)
                size += 1
        first[i + 1] = size
    return Arcs(first, head[:size], weight[:size])


@compiled
def select(points: Points, arcs: Arcs, parent: Int32, scratch: Scratch, unit: Unit) -> Selection:
    """Return what lies above the points in the region along ``arcs``."""
    size = _climb(points.place, parent, scratch)
    member = _members(points.place, arcs, size, scratch)
    entry = np.empty(points.place.shape, np.int32)
    for i in range(len(entry)):
        for j in range(2):
            place = points.place[i, j]
            inside = place >= 0 and scratch.region[place] < FAR
            entry[i, j] = scratch.local[place] if inside else -1
    return Selection(member, _local_arcs(member, arcs, scratch, unit, points.offset), entry)


@compiled
def with_arrivals(selection: Selection, offset: Labels) -> tuple[Arcs, Int32]:
    """Give each destination a row: its node's own, or one more below that adds its offsets.

    Returns the arcs of all rows, and the row of each destination (−1: out of the region).
    """
    old, entry = selection.arcs, selection.entry
    count, nodes = len(entry), len(selection.member)
    row = np.full(count, -1, np.int32)
    first = np.empty(nodes + count + 1, np.int64)
    for node in range(nodes + 1):
        first[node] = old.first[node]
    head = np.empty(len(old.head) + 2 * count, np.int32)
    weight = np.empty(len(head), offset.dtype)
    size = old.first[nodes]
    for e in range(size):
        head[e], weight[e] = old.head[e], old.weight[e]
    for i in range(count):
        if entry[i, 0] >= 0 and entry[i, 1] < 0 and offset[i, 0] == 0:
            row[i] = entry[i, 0]
            continue
        for j in range(2):
            if entry[i, j] >= 0:
                head[size], weight[size] = entry[i, j], offset[i, j]
                size += 1
        if size > first[nodes]:
            row[i] = nodes
            nodes += 1
            first[nodes] = size
    return Arcs(first[: nodes + 1], head[:size], weight[:size]), row
