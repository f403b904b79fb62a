"""How the shapes of the living map are made small enough to travel in the page.

A shape is a list of rings; a ring is a flat list of whole numbers, longitude and latitude in
ten-thousandths of a degree (about ten metres), each the difference from the one before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    type Shapes = NDArray[np.object_]

PRECISION = 1e4  # steps a degree
DETAIL = 160.0  # metres: bends smaller than this are not kept


def encoded(shapes: Shapes, crs: CRS | str) -> list[list[list[int]]]:
    """Return the rings of each polygon, in longitude and latitude, as differences.

    Parameters
    ----------
    shapes
        Polygons or multipolygons, simplified already.
    crs
        Their coordinate system.

    Examples
    --------
    >>> encoded(np.array([shapely.box(0, 45, 0.001, 45.001)], dtype=object), "EPSG:4326")
    [[[10, 450000, 0, 10, -10, 0, 0, -10, 10, 0]]]
    """
    degrees = gpd.GeoSeries(shapes, crs=crs).to_crs(4326).to_numpy()
    return [_rings(shape) for shape in degrees]


def simplified(shapes: Shapes) -> Shapes:
    """Return shapes simplified together, so that neighbours still touch."""
    return np.asarray(shapely.coverage_simplify(shapes, DETAIL), dtype=object)


def point(place: shapely.Point) -> list[float]:
    """Return latitude and longitude, as the map wants them."""
    return [round(place.y, 5), round(place.x, 5)]


def _rings(shape: shapely.Geometry) -> list[list[int]]:
    rings = []
    for polygon in shapely.get_parts(shape):
        for ring in shapely.get_rings(polygon):
            steps = np.round(shapely.get_coordinates(ring) * PRECISION).astype(np.int64)
            moved = np.vstack([steps[:1], np.diff(steps, axis=0)])
            kept = moved[np.r_[True, (moved[1:] != 0).any(axis=1)]]
            if len(kept) >= 4:
                rings.append(kept.ravel().tolist())
    return rings
