"""A made-up country: towns of all sizes, streets, lanes, and main roads between the towns.

Run with the number of nodes and a file; writes nodes and arcs. Nothing in it is a real place.
Streets are a Delaunay triangulation without the longest side of most triangles (Urquhart, 1980).
Main roads follow the fastest ways between neighbouring towns, level by level.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay, cKDTree

SIDE = 740_000.0  # metres for 1.25 million nodes
TOWNS = 35_000
LEVELS = ((0.5, 50.0), (0.17, 75.0), (0.005, 115.0))  # share of the towns linked, km/h


def points(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and town centres: 60 % of nodes in towns whose sizes follow Zipf's law."""
    share = count / 1.25e6
    side = SIDE * np.sqrt(share)
    towns = rng.uniform(0, side, (max(200, int(TOWNS * share)), 2))
    size = np.arange(1, len(towns) + 1) ** -0.765
    size = np.maximum(3, 0.6 * count * size / size.sum()).astype(int)
    spread = np.repeat(np.sqrt(size) * 75, size)
    urban = np.repeat(towns, size, axis=0) + rng.normal(0, 1, (size.sum(), 2)) * spread[:, None]
    rural = rng.uniform(0, side, (max(0, count - len(urban)), 2))
    return np.unique(np.clip(np.concatenate([urban, rural]), 0, side).round(1), axis=0), towns


def streets(place: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return edges and lengths in metres."""
    triangles = Delaunay(place).simplices
    sides = np.stack([triangles, np.roll(triangles, -1, axis=1)], axis=2)
    length = np.linalg.norm(place[sides[:, :, 0]] - place[sides[:, :, 1]], axis=2)
    longest = np.zeros(length.shape, bool)
    longest[np.arange(len(length)), length.argmax(axis=1)] = True
    edges = np.sort(sides.reshape(-1, 2), axis=1)
    _, first, which = np.unique(
        edges[:, 0].astype(np.int64) * len(place) + edges[:, 1],
        return_index=True,
        return_inverse=True,
    )
    dropped = np.bincount(which, longest.ravel()) > 0
    edges, length = edges[first], length.ravel()[first]
    kept = ~dropped | ((rng.random(len(edges)) < 0.12) & (length < 3000))
    return edges[kept], length[kept] * (1 + 0.25 * rng.random(kept.sum()))


def main_roads(edges: np.ndarray, seconds: np.ndarray, towns: np.ndarray, nodes: int) -> np.ndarray:
    """Say which edges lie on the fastest way between two neighbouring towns."""
    both = np.concatenate([edges, edges[:, ::-1]])
    weights = (np.tile(seconds, 2), (both[:, 0], both[:, 1]))
    time, before, town = dijkstra(
        csr_array(coo_array(weights, shape=(nodes, nodes))),
        indices=towns,
        min_only=True,
        return_predecessors=True,
    )
    ends = town[edges]
    total = time[edges].sum(axis=1) + seconds
    border = np.flatnonzero(ends[:, 0] != ends[:, 1])
    pair = np.sort(ends[border], axis=1).astype(np.int64)
    order = np.lexsort((total[border], pair[:, 1], pair[:, 0]))
    fresh = np.ones(len(order), bool)
    fresh[1:] = (np.diff(pair[order], axis=0) != 0).any(axis=1)
    crossing = border[order[fresh]]
    marked = np.zeros(nodes, bool)  # a marked node is linked to its predecessor
    at = np.unique(edges[crossing])
    while len(at):
        at = np.unique(at[(before[at] >= 0) & ~marked[at]])
        marked[at] = True
        at = before[at]
        at = at[at >= 0]
    main = np.zeros(len(edges), bool)
    main[crossing] = True
    main |= marked[edges[:, 0]] & (before[edges[:, 0]] == edges[:, 1])
    main |= marked[edges[:, 1]] & (before[edges[:, 1]] == edges[:, 0])
    return main


def make(count: int) -> dict[str, np.ndarray]:
    """Return nodes and arcs of a country of about ``count`` nodes, times in milliseconds."""
    rng = np.random.default_rng(7)
    place, towns = points(count, rng)
    edges, length = streets(place, rng)
    speed = np.select([length < 250, length < 600], [30.0, 45.0], 62.0)
    near = cKDTree(place).query(towns)[1]
    for share, fast in LEVELS:
        linked = np.unique(near[: max(20, int(share * len(towns)))])
        main = main_roads(edges, length / speed * 3.6, linked, len(place))
        allowed = np.where((length < 250) & (fast < 100), min(fast, 45.0), fast)
        speed = np.where(main, np.maximum(speed, allowed), speed)
    one_way = (length < 250) & (speed <= 30) & (rng.random(len(edges)) < 0.12)
    flip = rng.random(len(edges)) < 0.5
    tail = np.where(flip, edges[:, 1], edges[:, 0])
    head = np.where(flip, edges[:, 0], edges[:, 1])
    time = np.rint(length / speed * 3600).astype(np.int64)
    return {
        "tail": np.concatenate([tail, head[~one_way]]),
        "head": np.concatenate([head, tail[~one_way]]),
        "milliseconds": np.concatenate([time, time[~one_way]]),
        "x": place[:, 0],
        "y": place[:, 1],
    }


if __name__ == "__main__":
    np.savez(sys.argv[2], **make(int(sys.argv[1])))
