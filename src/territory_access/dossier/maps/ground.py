"""Which shapes a map of a territory stands on, simplified once for all its maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.study import Study

WIDTH = 576.0  # points: a page of A4 without its margins, so that letters print at their size
TALLEST = 640.0
DETAIL = 0.8  # points: a smaller bend of a border cannot be seen


@dataclass(frozen=True)
class Ground:
    """The shapes of a territory, simplified once for all its maps.

    Attributes
    ----------
    zones, inside
        Polygons of all zones, and which of them belong to the territory.
    borders
        Outlines of the départements of the territory.
    land
        Land below everything, or nothing.
    islands
        Which zones are islands.
    bounds
        What the picture shows: west, south, east, north in metres.
    """

    zones: NDArray[np.object_]
    inside: NDArray[np.bool_]
    borders: NDArray[np.object_]
    land: NDArray[np.object_]
    islands: NDArray[np.bool_]
    bounds: tuple[float, float, float, float]

    @property
    def scale(self) -> float:
        """Points a metre."""
        return scale_of(self.bounds)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the picture in points."""
        west, south, east, north = self.bounds
        return (east - west) * self.scale, (north - south) * self.scale

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return a place on the ground in points of the picture, from the lower left."""
        west, south, _, _ = self.bounds
        return (x - west) * self.scale, (y - south) * self.scale


def scale_of(bounds: tuple[float, float, float, float]) -> float:
    """Return how many points of the picture a metre takes, when it shows ``bounds``.

    >>> scale_of((0.0, 0.0, 57_600.0, 10_000.0))
    0.01
    """
    west, south, east, north = bounds
    return min(WIDTH / (east - west), TALLEST / (north - south))


def ground_of(study: Study) -> Ground:
    """Return the shapes of the territory, simplified together so that neighbours still touch."""
    zones = study.territory.zones
    inside = zones["in_territory"].to_numpy(dtype=bool)
    west, south, east, north = zones.geometry[inside].total_bounds
    margin = 0.05 * max(east - west, north - south, 1000.0)
    bounds = (west - margin, south - margin, east + margin, north + margin)
    detail = DETAIL / scale_of(bounds)
    shapes = shapely.coverage_simplify(zones.geometry.to_numpy(), detail)
    shapes[~inside & ~shapely.intersects(shapes, shapely.box(*bounds))] = shapely.Polygon()
    departements = zones["departement"].to_numpy()
    borders = [
        shapely.coverage_union_all(shapes[inside & (departements == code)])
        for code in sorted(set(departements[inside]))
    ]
    ashore = np.asarray(study.territory.land.geometry.to_numpy(), dtype=object)
    ashore = shapely.clip_by_rect(shapely.simplify(ashore, detail), *bounds)
    return Ground(
        zones=shapes,
        inside=inside,
        borders=np.asarray(borders, dtype=object),
        land=ashore[~shapely.is_empty(ashore)],
        islands=inside & zones.index.isin(study.islands.index),
        bounds=bounds,
    )
