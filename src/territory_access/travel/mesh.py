"""Which places a road may join directly, on land or by a bridge, and at what effort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import Delaunay, QhullError, cKDTree

from territory_access.travel.water import segments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.travel.estimate import Model
    from territory_access.travel.water import Shore

METRES_PER_KM = 1000.0
OFF_LAND_SLACK = 1.5  # a point drawn in the sea may reach its shore: times its distance to it
ROUND_THE_WATER = 4.0  # length added to an edge kept although wet, times its water
_LEAST_EFFORT = 1e-6  # scipy takes a zero for no edge


@dataclass(frozen=True)
class Ground:
    """What the mesh lies on.

    Attributes
    ----------
    towns
        Where people live, ``(m, 2)``, metres.
    population
        How many, ``(m,)``.
    relief
        How much slower than in a plain roads are there, ``(m,)``.
    shore
        The land.
    bridges
        Lines that cross the water, in metres.
    """

    towns: NDArray[np.float64]
    population: NDArray[np.float64]
    relief: NDArray[np.float64]
    shore: Shore
    bridges: NDArray[np.object_]


@dataclass(frozen=True)
class Mesh:
    """A network that stands in for the roads: neighbours on land, joined by straight lines.

    Attributes
    ----------
    points
        Places first, then way-points round the water, then the ends of bridges; ``(n, 2)``, metres.
    urbanity
        ``log10(1 + density / 10)`` at each point.
    relief
        How much slower than in a plain roads are at each point.
    first, second
        The two ends of each edge.
    km
        Length of each edge.
    places
        How many of the points are places.
    """

    points: NDArray[np.float64]
    urbanity: NDArray[np.float64]
    relief: NDArray[np.float64]
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    km: NDArray[np.float64]
    places: int

    def efforts(self, model: Model) -> csr_array:
        """Return the effort of each edge: its length times the mean pace of its ends, ``(n, n)``.

        Symmetric, in kilometres of empty plain.
        """
        pace = model.pace(self.urbanity) * self.relief
        mean = (pace[self.first] + pace[self.second]) / 2
        return symmetric(len(self.points), self.first, self.second, values=self.km * mean)

    def component(self) -> NDArray[np.int32]:
        """Return which connected part each point is in."""
        size = len(self.points)
        edges = symmetric(size, self.first, self.second, values=self.km)
        return connected_components(edges, directed=False)[1]


def build(places: NDArray[np.float64], model: Model, *, ground: Ground) -> Mesh:
    """Join neighbouring places by straight lines that stay on land, and by bridges.

    Neighbours are those of the Delaunay triangulation of the places, of way-points along the shore
    (so that a road can go round a bay where no place stands) and of the ends of bridges. An edge
    with more than ``model.water_tolerance`` metres of water is dropped: a stream or a coarse shore
    line does not cut a road, a gulf does. Where that parts two points of one landmass, the driest
    of the dropped edges that joins them again is kept, its water counted five times.

    Parameters
    ----------
    places
        Shape ``(n, 2)``, metres, all different.
    model
        Parameters of the estimate.
    ground
        Who lives where, the land and the bridges.
    """
    ends = shapely.get_coordinates(_chords(ground.bridges))
    both = np.vstack([places, ends])
    margin = 2 * model.waypoint_strip
    box = (*(both.min(axis=0) - margin), *(both.max(axis=0) + margin))
    way = ground.shore.waypoints(box, step=model.waypoint_step, near=model.waypoint_strip)
    points = np.vstack([places, way, ends])
    first, second = neighbours(points)
    metres = np.hypot(*(points[first] - points[second]).T)
    water = _excess_water(points, first, second, shore=ground.shore)
    water = np.where(water < model.water_tolerance, 0.0, water)
    bridge = len(places) + len(way) + 2 * np.arange(len(ends) // 2)
    first, second = np.append(first, bridge), np.append(second, bridge + 1)
    metres = np.append(metres, shapely.length(shapely.get_parts(ground.bridges)))
    water = np.append(water, np.zeros(len(bridge)))
    kept = _joining(first, second, water=water, landmass=ground.shore.landmass_of(points))
    return Mesh(
        points=points,
        urbanity=model.urbanity(points, ground.towns, population=ground.population),
        relief=_nearest(points, ground.towns, ground.relief),
        first=first[kept],
        second=second[kept],
        km=(metres + ROUND_THE_WATER * water)[kept] / METRES_PER_KM,
        places=len(places),
    )


def neighbours(points: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the edges of the Delaunay triangulation, each once; of all pairs when flat or few.

    Examples
    --------
    >>> first, second = neighbours(np.array([[0.0, 0], [1, 0], [0, 1], [5, 5]]))
    >>> sorted(zip(first.tolist(), second.tolist()))
    [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]
    """
    try:
        start, stop = Delaunay(points).vertex_neighbor_vertices
    except (QhullError, ValueError):
        return np.triu_indices(len(points), k=1)
    first = np.repeat(np.arange(len(points)), np.diff(start))
    once = first < stop
    return first[once], stop[once].astype(np.intp)


def symmetric(
    size: int,
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    *,
    values: NDArray[np.float64],
) -> csr_array:
    """Return the symmetric matrix of these edges, the least one where two join the same points."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((values, high, low))
    low, high, values = low[order], high[order], np.maximum(values[order], _LEAST_EFFORT)
    new = np.ones(len(low), dtype=bool)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    rows = np.concatenate([low[new], high[new]])
    columns = np.concatenate([high[new], low[new]])
    return csr_array((np.tile(values[new], 2), (rows, columns)), shape=(size, size))


def _joining(
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    *,
    water: NDArray[np.float64],
    landmass: NDArray[np.intp],
) -> NDArray[np.bool_]:
    """Tell which edges to keep: the dry ones, and the wet ones that alone hold a landmass whole."""
    dry = water == 0.0
    candidate = dry | (landmass[first] == landmass[second])
    cost = np.where(dry, 1.0, 1.0 + water)
    tree = minimum_spanning_tree(
        symmetric(len(landmass), first[candidate], second[candidate], values=cost[candidate])
    ).tocoo()
    size = len(landmass)
    needed = np.minimum(tree.row, tree.col) * size + np.maximum(tree.row, tree.col)
    edge = np.minimum(first, second) * size + np.maximum(first, second)
    kept: NDArray[np.bool_] = dry | (candidate & np.isin(edge, needed[tree.data > 1.0]))
    return kept


def _excess_water(
    points: NDArray[np.float64],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    *,
    shore: Shore,
) -> NDArray[np.float64]:
    """Return the metres of water on each edge, beyond those between a point and its own shore."""
    lines = segments(points[first], points[second])
    slack = OFF_LAND_SLACK * shore.off_land(points)
    slack = np.where(np.isfinite(slack), slack, 0.0)
    return np.maximum(shore.water_metres(lines) - slack[first] - slack[second], 0.0)


def _chords(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the straight line between the two ends of each line."""
    parts = shapely.get_parts(np.asarray(lines, dtype=object))
    ends = [[shapely.get_point(line, 0), shapely.get_point(line, -1)] for line in parts]
    return np.array([shapely.LineString(pair) for pair in ends], dtype=object)


def _nearest(
    points: NDArray[np.float64], towns: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the value of the nearest town."""
    if np.all(values == values[:1]):
        return np.full(len(points), values[0])
    found: NDArray[np.float64] = values[cKDTree(towns).query(points)[1]]
    return found
