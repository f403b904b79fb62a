"""Where a car cannot pass: how much of a line lies on water, and which shore a point is on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

TILE = 5_000.0  # metres; small pieces make the tests quick
SNAP = 1_000.0  # metres; shore lines are simplified, a quay may lie a little off its land
_JITTER = 0.6  # of a lattice step: no four way-points on one circle


@dataclass(frozen=True)
class Shore:
    """Land cut into small pieces, ready to be asked about.

    Attributes
    ----------
    pieces
        Polygons, in metres.
    landmass
        Which landmass each piece is part of, shape of ``pieces``.
    tree
        Spatial index of the pieces.
    lines
        Spatial index of the shore lines.
    """

    pieces: NDArray[np.object_]
    landmass: NDArray[np.intp]
    tree: shapely.STRtree
    lines: shapely.STRtree

    @classmethod
    def of(cls, land: NDArray[np.object_], *, within: BaseGeometry) -> Self:
        """Prepare the landmasses that meet a region.

        Parameters
        ----------
        land
            Polygons or multipolygons, one a landmass, in metres.
        within
            Region of interest; what lies outside is forgotten.

        Examples
        --------
        >>> shore = Shore.of(np.array([shapely.box(0, 0, 10, 10)]), within=shapely.box(0, 0, 9, 9))
        >>> len(shore.pieces)
        1
        """
        parts = shapely.get_parts(np.asarray(land, dtype=object))
        parts = parts[shapely.intersects(parts, within)]
        found = [
            (piece, label) for label, part in enumerate(parts) for piece in _tiles(part, within)
        ]
        pieces = np.array([piece for piece, _ in found], dtype=object)
        shapely.prepare(pieces)
        lines = shapely.get_parts(shapely.boundary(parts))
        return cls(
            pieces=pieces,
            landmass=np.array([label for _, label in found], dtype=np.intp),
            tree=shapely.STRtree(pieces),
            lines=shapely.STRtree(_short_lines(lines, within)),
        )

    def water_metres(self, segments: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return how many metres of each line lie off the land; none where no land is known.

        Examples
        --------
        >>> land = np.array([shapely.box(0, 0, 100, 100), shapely.box(300, 0, 400, 100)])
        >>> shore = Shore.of(land, within=shapely.box(0, 0, 400, 100))
        >>> shore.water_metres(np.array([shapely.LineString([(50, 50), (350, 50)])]))
        array([200.])
        """
        dry = np.zeros(len(segments))
        if not len(self.pieces):
            return dry
        line, piece = self.tree.query(segments, predicate="intersects")
        inside = shapely.covers(self.pieces[piece], segments[line])
        np.add.at(dry, line[inside], shapely.length(segments[line[inside]]))
        crossing = ~inside
        parts = shapely.intersection(segments[line[crossing]], self.pieces[piece[crossing]])
        np.add.at(dry, line[crossing], shapely.length(parts))
        return np.maximum(shapely.length(segments) - dry, 0.0)

    def off_land(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far each point is from the land, in metres: 0 on it, inf beyond a kilometre.

        Examples
        --------
        >>> shore = Shore.of(np.array([shapely.box(0, 0, 9, 9)]), within=shapely.box(0, 0, 9, 9))
        >>> shore.off_land(np.array([[1.0, 1.0], [12.0, 5.0], [5000.0, 5.0]]))
        array([ 0.,  3., inf])
        """
        distance = np.full(len(points), np.inf)
        if len(self.pieces) and len(points):
            (point, _), metres = self.tree.query_nearest(
                shapely.points(points),
                max_distance=SNAP,
                return_distance=True,
                all_matches=False,
            )
            distance[point] = metres
        return distance

    def landmass_of(self, points: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the label of the landmass of each point, one of its own beyond a kilometre.

        Where no land is known at all, everything is on landmass 0.
        """
        if not len(self.pieces):
            return np.zeros(len(points), dtype=np.intp)
        label = -1 - np.arange(len(points), dtype=np.intp)
        point, piece = self.tree.query_nearest(
            shapely.points(points), max_distance=SNAP, all_matches=False
        )
        label[point] = self.landmass[piece]
        return label

    def waypoints(
        self, box: tuple[float, float, float, float], *, step: float, near: float
    ) -> NDArray[np.float64]:
        """Return points on land, ``near`` the shore at most: what a road round a bay goes through.

        They sit on a lattice that is fixed in space and slightly shaken by a hash of its own
        indices, so that the same places get the same points whatever the study area.

        Parameters
        ----------
        box
            ``(xmin, ymin, xmax, ymax)``, metres.
        step, near
            Pitch of the lattice and width of the coastal strip, metres.

        Returns
        -------
        Shape ``(n, 2)``.
        """
        low = np.floor(np.array(box[:2]) / step).astype(np.int64)
        high = np.ceil(np.array(box[2:]) / step).astype(np.int64)
        column, row = (
            axis.ravel()
            for axis in np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
        )
        points = (np.column_stack([column, row]) + 0.5 + _shake(column, row)) * step
        shapes = np.asarray(shapely.points(points), dtype=object)
        coastal = np.unique(self.lines.query(shapes, predicate="dwithin", distance=near)[0])
        on_land = np.unique(self.tree.query(shapes[coastal], predicate="intersects")[0])
        found: NDArray[np.float64] = points[coastal[on_land]]
        return found


def segments(start: NDArray[np.float64], stop: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the straight lines between points, ``(n, 2)`` and ``(n, 2)``."""
    return np.asarray(shapely.linestrings(np.stack([start, stop], axis=1)), dtype=object)


def _shake(column: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a small displacement that depends on the cell alone, in lattice steps."""
    mixed = (column * 73_856_093) ^ (row * 19_349_663)
    unit = np.column_stack([(mixed * 2_654_435_761) % 1_000_003, (mixed * 40_503) % 999_983])
    return (unit / 1_000_003.0 - 0.5) * _JITTER


def _tiles(shape: BaseGeometry, within: BaseGeometry) -> Iterator[BaseGeometry]:
    """Cut a polygon by halves until each piece fits a tile; empty and flat pieces are dropped."""
    xmin, ymin, xmax, ymax = within.bounds
    clipped = shapely.clip_by_rect(shape, xmin, ymin, xmax, ymax)
    waiting = [part for part in shapely.get_parts(clipped) if part.geom_type == "Polygon"]
    while waiting:
        piece = waiting.pop()
        x0, y0, x1, y1 = piece.bounds
        if max(x1 - x0, y1 - y0) <= TILE or shapely.get_num_coordinates(piece) <= 5:
            yield piece
            continue
        if x1 - x0 >= y1 - y0:
            middle = (x0 + x1) / 2
            halves = ((x0, y0, middle, y1), (middle, y0, x1, y1))
        else:
            middle = (y0 + y1) / 2
            halves = ((x0, y0, x1, middle), (x0, middle, x1, y1))
        for half in halves:
            parts = shapely.get_parts(shapely.clip_by_rect(piece, *half))
            waiting += [part for part in parts if part.geom_type == "Polygon"]


def _short_lines(lines: NDArray[np.object_], within: BaseGeometry) -> NDArray[np.object_]:
    """Cut shore lines into runs of a few vertices, so that an index on them is sharp."""
    runs = []
    for line in lines:
        xy = shapely.get_coordinates(line)
        runs += [shapely.LineString(xy[k : k + 33]) for k in range(0, len(xy) - 1, 32)]
    found = np.array(runs, dtype=object)
    return found[shapely.intersects(found, within.envelope)] if len(found) else found
