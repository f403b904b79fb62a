"""By which main roads one goes from a place to its neighbours.

From each place a search spreads over the graph of main roads, entered at up to ``ENTRIES``
junctions around the place and left at up to as many around the other. Which way is the shortest is
settled by round paces that nothing was fitted on (``_ROUTE``); what comes back is what the way is
made of, so that a fit may count its minutes without looking for ways again.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from territory_access.travel.roads.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

ENTRIES = 8
KNOTS = (0.8, 1.6, 2.3, 3.0)  # urbanity at which the pace of main roads is given
_ENTRY_KM = 15.0
_APART_KM = 1.2  # entries are thinned to one in a cell of that size
_FURTHEST = 45.0  # minutes
_MOST_BENDS = 1.5
# Minutes a kilometre on a main road and beside it at KNOTS, minutes a junction, share for relief.
_ROUTE_MAIN, _ROUTE_BESIDE = (0.78, 0.9, 1.2, 1.7), (1.5, 1.5, 1.8, 2.4)
_ROUTE_JUNCTION, _ROUTE_RELIEF = 0.05, 0.15


class Main(NamedTuple):
    """Main roads as kernels take them.

    Attributes
    ----------
    xyz
        Junctions on the globe, kilometres.
    first, head, stretch
        Arcs of each junction in compressed rows: where to, and over which stretch.
    cost
        Minutes of each stretch by which ways are chosen.
    made_of
        Of each stretch: kilometres by urbanity (``KNOTS``), 1 for its junction, kilometres × bends.
    """

    xyz: Floats
    first: NDArray[np.int64]
    head: NDArray[np.int64]
    stretch: NDArray[np.int64]
    cost: Floats
    made_of: NDArray[np.float32]


class Ways(NamedTuple):
    """What the way of each pair is made of; nothing and ``found`` false where there is none.

    Attributes
    ----------
    found
        Whether main roads lead from one to the other.
    made_of
        Sums over the way of ``Main.made_of``.
    before, after
        Straight kilometres from the first place to the main road, and from it to the other place.
    """

    found: NDArray[np.bool_]
    made_of: NDArray[np.float32]
    before: NDArray[np.float32]
    after: NDArray[np.float32]


def graph(
    xyz: Floats, ends: NDArray[np.integer], *, km: Floats, urbanity: Floats, relief: Floats
) -> Main:
    """Return main roads ready for ``ways``.

    Parameters
    ----------
    xyz
        Junctions on the globe, kilometres ``(n, 3)``.
    ends
        Junctions of each stretch ``(m, 2)``.
    km, urbanity, relief
        Of each stretch; relief in units of 400 m.

    Examples
    --------
    >>> line = graph(np.array([[0.0, 0, 0], [10, 0, 0]]), np.array([[0, 1]]), km=np.array([10.0]),
    ...     urbanity=np.zeros(1), relief=np.zeros(1))
    >>> line.made_of.tolist()
    [[10.0, 0.0, 0.0, 0.0, 1.0, 0.0]]
    """
    one, other = ends.T
    by_pace = hats(urbanity, KNOTS) * km[:, None]
    straight = np.maximum(np.linalg.norm(xyz[one] - xyz[other], axis=1), 0.02)
    bends = np.clip(km / straight - 1, 0.0, _MOST_BENDS)
    cost = by_pace @ np.array(_ROUTE_MAIN) + _ROUTE_JUNCTION + _ROUTE_RELIEF * km * relief
    tail, head = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.argsort(tail, kind="stable")
    return Main(
        xyz,
        np.searchsorted(tail[order], np.arange(len(xyz) + 1)),
        head[order].astype(np.int64),
        np.tile(np.arange(len(km)), 2)[order],
        cost,
        np.column_stack([by_pace, np.ones(len(km)), km * bends]).astype(np.float32),
    )


def ways(
    main: Main, places: Floats, pairs: NDArray[np.integer], *, urbanity: Floats, relief: Floats
) -> Ways:
    """Return what the way over main roads of each pair is made of.

    Parameters
    ----------
    main
        From ``graph``.
    places
        On the globe, kilometres ``(n, 3)``, with their ``urbanity`` and ``relief`` (400 m).
    pairs
        Positions of both places ``(p, 2)``, those of one first place together.

    Examples
    --------
    >>> line = graph(np.array([[0.0, 0, 0], [10, 0, 0]]), np.array([[0, 1]]), km=np.array([10.0]),
    ...     urbanity=np.zeros(1), relief=np.zeros(1))
    >>> found = ways(line, np.array([[0.0, 1, 0], [10, 2, 0]]), np.array([[0, 1]]),
    ...     urbanity=np.zeros(2), relief=np.zeros(2))
    >>> found.before.tolist(), found.made_of[0, 0].item(), found.after.tolist()
    ([1.0], 10.0, [2.0])
    """
    cells = np.round(main.xyz / _APART_KM).astype(int)
    thinned = np.unique(cells, axis=0, return_index=True)[1]
    near = range(1, min(ENTRIES, len(thinned)) + 1)
    km, entry = cKDTree(main.xyz[thinned]).query(places, near, distance_upper_bound=_ENTRY_KM)
    entry = thinned[np.where(np.isfinite(km), entry, 0)]
    beside = np.interp(urbanity, KNOTS, _ROUTE_BESIDE) * (1 + _ROUTE_RELIEF * relief)
    sources, first = np.unique(pairs[:, 0], return_index=True)
    made_of = np.zeros((len(pairs), main.made_of.shape[1] + 2), np.float32)
    found = np.zeros(len(pairs), np.bool_)
    _search(
        sources.astype(np.int64),
        np.append(first, len(pairs)).astype(np.int64),
        pairs[:, 1].astype(np.int64),
        main,
        (km, entry.astype(np.int64), beside),
        (found, made_of),
    )
    return Ways(found, made_of[:, :-2], made_of[:, -2], made_of[:, -1])


def hats(values: Floats, knots: tuple[float, ...]) -> Floats:
    """Return how much each knot counts at a value: a broken line is these times its heights.

    >>> hats(np.array([0.5, 3.0]), (0.0, 1.0)).tolist()
    [[0.5, 0.5], [0.0, 1.0]]
    """
    return np.column_stack([np.interp(values, knots, row) for row in np.eye(len(knots))])


@compiled
def _search(  # noqa: C901, PLR0912, PLR0913, PLR0917  # one search: calls between kernels would copy its state
    sources: NDArray[np.int64],
    first: NDArray[np.int64],
    others: NDArray[np.int64],
    main: Main,
    entries: tuple[Floats, NDArray[np.int64], Floats],
    out: tuple[NDArray[np.bool_], NDArray[np.float32]],
) -> None:
    """Spread from each source and write what the way to each of its others is made of."""
    km, entry, beside = entries
    found, made_of = out
    parts = main.made_of.shape[1]
    cost = np.full(len(main.first) - 1, np.inf)
    so_far = np.zeros((len(cost), parts + 1), np.float32)
    for place, here in enumerate(sources):
        heap = [(0.0, np.int64(0)) for _ in range(0)]
        reached = [np.int64(0) for _ in range(0)]
        for which in range(km.shape[1]):
            node, away = entry[here, which], km[here, which] * beside[here]
            if away < cost[node]:
                if cost[node] == np.inf:
                    reached.append(node)
                cost[node] = away
                so_far[node, :] = 0.0
                so_far[node, parts] = km[here, which]
                heapq.heappush(heap, (away, node))
        while heap:
            minutes, node = heapq.heappop(heap)
            if minutes > _FURTHEST:
                break
            if minutes > cost[node]:
                continue
            for arc in range(main.first[node], main.first[node + 1]):
                there, over = main.head[arc], main.stretch[arc]
                total = minutes + main.cost[over]
                if total < cost[there]:
                    if cost[there] == np.inf:
                        reached.append(there)
                    cost[there] = total
                    for part in range(parts):
                        so_far[there, part] = so_far[node, part] + main.made_of[over, part]
                    so_far[there, parts] = so_far[node, parts]
                    heapq.heappush(heap, (total, there))
        for pair in range(first[place], first[place + 1]):
            other, best, least = others[pair], np.inf, -1
            for which in range(km.shape[1]):
                total = cost[entry[other, which]] + km[other, which] * beside[other]
                if total < best:
                    best, least = total, which
            if least >= 0:
                found[pair] = True
                for part in range(parts + 1):
                    made_of[pair, part] = so_far[entry[other, least], part]
                made_of[pair, parts + 1] = km[other, least]
        for node in reached:
            cost[node] = np.inf
