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
    from territory_access.travel.roads.arcs import Arcs
    from territory_access.travel.roads.prepared import Prepared
    from territory_access.travel.roads.seeds import Seeds

NOBODY = FAR << 32
"""No pair: out of reach, and more than any pair that is in reach."""


@compiled
def _merge(best: Int64, node: int, other: int, time: int) -> None:
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
                _merge(best, down.head[e], node, down.weight[e])
    for node in range(len(best)):
        for e in range(up.first[node], up.first[node + 1]):
            if best[up.head[e], 0] < NOBODY:
                _merge(best, node, up.head[e], up.weight[e])


@compiled
def _start(best: Int64, destinations: Points) -> None:
    """Give each destination to the nodes that it hangs on."""
    spare = len(best) - 1
    for i in range(len(destinations.place)):
        for j in range(2):
            if destinations.place[i, j] >= 0:
                best[spare] = NOBODY
                best[spare, 0] = i
                _merge(best, destinations.place[i, j], spare, destinations.offset[i, j])


@compiled
def _of_origins(best: Int64, origins: Points) -> Int64:
    """Return the best pairs of points from those of the nodes that they hang on."""
    pairs = np.empty((len(origins.place), best.shape[1]), np.int64)
    spare = len(best) - 1
    for i in range(len(pairs)):
        best[spare] = NOBODY
        for j in range(2):
            if origins.place[i, j] >= 0:
                _merge(best, spare, origins.place[i, j], origins.offset[i, j])
        pairs[i] = best[spare]
    return pairs


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
    _start(best, _positions(destinations, prepared))
    _spread(best[:-1], prepared.up, prepared.down)
    pairs = _of_origins(best, _positions(origins, prepared))
    time = pairs >> 32
    within = time <= (FAR - 1 if cutoff is None else cutoff)
    who = np.where(within, pairs & 0xFFFFFFFF, -1).astype(np.int32)
    return who, np.where(within, time / MS_PER_MINUTE, np.inf).astype(np.float32)


def _positions(points: Seeds, prepared: Prepared) -> Points:
    there = points.node >= 0
    place = np.where(there, prepared.position[np.where(there, points.node, 0)], -1)
    return Points(place.astype(np.int32), points.offset)
