"""Correct what an engine of junctions says of points on one road: the nearest, and sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel import snap
from territory_access.travel.roads import close_pairs
from territory_access.travel.roads.arcs import FAR
from territory_access.travel.roads.reductions import Reduction, weigh
from territory_access.travel.roads.units import MS_PER_MINUTE, milliseconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.travel.roads.graph import Graph
    from territory_access.travel.roads.reductions import Weights
    from territory_access.travel.roads.seeds import Seeds
    from territory_access.travel.snap import Snapped

type Times = NDArray[np.int64]


class Pairs(NamedTuple):
    """Pairs on one road, each once: numbers of points, and milliseconds straight along it."""

    origin: Times
    destination: Times
    straight: Times


def pairs(origins: Snapped, destinations: Snapped, parking: Times) -> Pairs:
    """Return the pairs of ``snap.direct``, the faster way of each, with the time to park."""
    found = snap.direct(origins, destinations)
    time = found.milliseconds + parking[found.destination]
    order = np.lexsort((time, found.destination, found.origin))
    origin, destination = found.origin[order], found.destination[order]
    first = np.r_[True, (np.diff(origin) != 0) | (np.diff(destination) != 0)][: len(order)]
    return Pairs(origin[first], destination[first], time[order][first])


def nearest(
    known: tuple[NDArray[np.int32], NDArray[np.float32]], near: Pairs, max_minutes: float | None
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the k nearest of those by junctions (``known``) and those straight along the road.

    A destination among the k nearest is among the k nearest by junctions, or is reached straight
    along the road: nothing else can be.
    """
    who, minutes = known[0].copy(), known[1].copy()
    close = np.ones(len(near.origin), bool)
    if max_minutes is not None:
        close = near.straight <= milliseconds(max_minutes)
    rows, row_of = np.unique(near.origin[close], return_inverse=True)
    if not len(rows):
        return who, minutes
    count, k = len(rows), who.shape[1]
    row = np.concatenate([np.repeat(np.arange(count), k), row_of])
    place = np.concatenate([who[rows].ravel(), near.destination[close]])
    straight = (near.straight[close] / MS_PER_MINUTE).astype(np.float32)
    time = np.concatenate([minutes[rows].ravel(), straight])
    row, place, time = (column[place >= 0] for column in (row, place, time))
    order = np.lexsort((time, place, row))
    row, place, time = row[order], place[order], time[order]
    single = np.r_[True, (np.diff(row) != 0) | (np.diff(place) != 0)]
    row, place, time = row[single], place[single], time[single]
    order = np.lexsort((place, time, row))
    row, place, time = row[order], place[order], time[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    best = rank < k
    who[rows], minutes[rows] = -1, np.inf
    who[rows[row[best]], rank[best]] = place[best]
    minutes[rows[row[best]], rank[best]] = time[best]
    return who, minutes


def reduced(
    known: Reduction,
    near: Pairs,
    by_junctions: Times,
    *,
    max_minutes: float,
    weights: Weights | None,
) -> Reduction:
    """Return counts, nearest and sums where some pairs take less than the engine of junctions says.

    Parameters
    ----------
    known
        By junctions only.
    near
        Pairs on one road.
    by_junctions
        Milliseconds that the engine counted for each of them, ``FAR`` if none.
    max_minutes, weights
        Those of ``known``.
    """
    cutoff = milliseconds(max_minutes)
    less = (near.straight < by_junctions) & (near.straight <= cutoff)
    origin, destination = near.origin[less], near.destination[less]
    before, now = by_junctions[less], near.straight[less]
    count, least = known.count.copy(), known.nearest.copy()
    np.add.at(count, origin[before > cutoff], 1)
    np.minimum.at(least, origin, (now / MS_PER_MINUTE).astype(np.float32))
    by_origin, by_destination = known.by_origin.copy(), known.by_destination.copy()
    if weights is not None:
        more = weigh(weights, now / MS_PER_MINUTE).astype(np.float64)
        counted = before <= cutoff
        more[counted] -= weigh(weights, before[counted] / MS_PER_MINUTE)
        np.add.at(by_origin, origin, more * weights.supply[destination])
        np.add.at(by_destination, destination, more * weights.demand[origin])
    return Reduction(count, least, by_origin, by_destination)


def by_junctions(
    graph: Graph, near: Pairs, origins: Seeds, destinations: Seeds, *, max_minutes: float
) -> Times:
    """Return the milliseconds of each pair through junctions, ``FAR`` beyond ``max_minutes``."""
    cutoff = milliseconds(max_minutes)
    least = np.full(len(near.origin), FAR, np.int64)
    for start in range(2):
        for end in range(2):
            tail = origins.node[near.origin, start].astype(np.int64)
            head = destinations.node[near.destination, end].astype(np.int64)
            own = np.flatnonzero((tail >= 0) & (head >= 0))
            time = close_pairs.between(graph, tail[own], head[own], cutoff=cutoff)
            time += origins.offset[near.origin[own], start]
            time += destinations.offset[near.destination[own], end]
            least[own] = np.minimum(least[own], time)
    return np.where(least <= cutoff, least, FAR)
