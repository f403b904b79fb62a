"""Which are the k nearest destinations of every node? Two passes answer for all.

Each node keeps its k best (time, destination) pairs. Destinations push theirs up the hierarchy,
lowest node first; then every node takes over those of the nodes above it, highest first. A pair is
packed as ``time << 32 | destination``, so that ties go to the destination that comes first, and
adding an arc is one addition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel.roads.arcs import FAR, Float32, Int32, Int64
from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.selection import Points
from territory_access.travel.roads.units import MS_PER_MINUTE

if TYPE_CHECKING:
    from territory_access.travel.roads.arcs import Arcs, Whole
    from territory_access.travel.roads.prepared import Prepared
    from territory_access.travel.roads.seeds import Seeds

NOBODY = FAR << 32
"""No pair: out of reach, and more than any pair that is in reach."""


@compiled
def _merge(best: Int64, node: Whole, other: Whole, time: int) -> None:
    """Merge the pairs of ``other``, ``time`` later, into those of ``node``: sorted, each once."""
    k = best.shape[1]
    for i in range(k):
        pair = best[other, i] + (np.int64(time) << 32)
        if pair >= best[node, k - 1]:
            break
        destination = pair & 0xFFFFFFFF
        place = k - 1
        for j in range(k):
            if best[node, j] >= NOBODY or (best[node, j] & 0xFFFFFFFF) == destination:
                place = j
                break
        if best[node, place] <= pair:
            continue
        while place > 0 and best[node, place - 1] > pair:
            best[node, place] = best[node, place - 1]
            place -= 1
        best[node, place] = pair


@compiled
def _spread(best: Int64, up: Arcs, down: Arcs) -> None:
    """Push pairs up against the arcs that lead down, then pull them down against those up."""
    for node in range(len(best) - 1, -1, -1):
        if best[node, 0] < NOBODY:
            for e in range(down.first[node], down.first[node + 1]):
                _merge(best, np.int64(down.head[e]), node, down.weight[e])
    for node in range(len(best)):
        for e in range(up.first[node], up.first[node + 1]):
            if best[up.head[e], 0] < NOBODY:
                _merge(best, node, np.int64(up.head[e]), up.weight[e])


@compiled
def _start(best: Int64, destinations: Points) -> None:
    """Give each destination to the nodes that it hangs on."""
    spare = len(best) - 1
    for i in range(len(destinations.place)):
        for j in range(2):
            if destinations.place[i, j] >= 0:
                best[spare] = NOBODY
                best[spare, 0] = i
                _merge(best, np.int64(destinations.place[i, j]), spare, destinations.offset[i, j])


@compiled
def _answer(best: Int64, origins: Points, cutoff: int) -> tuple[Int32, Float32]:
    """Return destinations and minutes of points, from the pairs of the nodes they hang on."""
    count, k = len(origins.place), best.shape[1]
    who, minutes = np.empty((count, k), np.int32), np.empty((count, k), np.float32)
    spare = len(best) - 1
    for i in range(count):
        row = origins.place[i, 0]
        if row < 0 or origins.place[i, 1] >= 0 or origins.offset[i, 0] > 0:
            row = spare
            for rank in range(k):
                best[spare, rank] = NOBODY
            for j in range(2):
                if origins.place[i, j] >= 0:
                    _merge(best, spare, np.int64(origins.place[i, j]), origins.offset[i, j])
        for rank in range(k):
            time = best[row, rank] >> 32
            near = time <= cutoff
            who[i, rank] = best[row, rank] & 0xFFFFFFFF if near else -1
            minutes[i, rank] = time / MS_PER_MINUTE if near else np.inf
    return who, minutes


def nearest(
    prepared: Prepared, origins: Seeds, destinations: Seeds, *, k: int, cutoff: int | None = None
) -> tuple[Int32, Float32]:
    """Return the k nearest destinations of each origin, nearest first, and the minutes to them.

    Returns
    -------
    tuple
        ``int32`` (origins, k) number of the destination, −1 where there are no more; and
        ``float32`` (origins, k) minutes, ``inf`` there. Ties go to the lower number.
    """
    best = np.full((prepared.nodes + 1, k), NOBODY, np.int64)
    _start(best, by_position(destinations, prepared))
    _spread(best[:-1], prepared.up, prepared.down)
    return _answer(best, by_position(origins, prepared), FAR - 1 if cutoff is None else cutoff)


def by_position(points: Seeds, prepared: Prepared) -> Points:
    """Return points by position, offsets in milliseconds."""
    return Points(_positions(points.node, prepared.position), points.offset)


@compiled
def _positions(node: Int32, position: Int32) -> Int32:
    place = np.empty(node.shape, np.int32)
    for i in range(len(node)):
        for j in range(2):
            place[i, j] = position[node[i, j]] if node[i, j] >= 0 else -1
    return place
