"""Draw what lies within some minutes of a point: polygons with holes, one inside the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import NetworkError
from territory_access.travel import passing, stretch_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely import Geometry, MultiPolygon, Polygon

    from territory_access.travel.roads.engine import Engine
    from territory_access.travel.snap import Snapped
    from territory_access.travel.stretch_lines import Spans

_ROUND = 4  # segments in a quarter of a circle
_HAIR = 0.01  # metres: what rounding may move


@dataclass(frozen=True)
class Outline:
    """How a polygon is drawn around the roads reached.

    Attributes
    ----------
    off_road_metres
        How far from the road people still live: the polygon holds what is as near to a road
        reached.
    hole_m2
        Holes smaller than this are filled; 0.2 km² is a circle of 250 m. Valleys, lakes and moors
        without a road stay.
    tolerance_metres
        How far a border may be moved to have fewer corners.

    Raises
    ------
    NetworkError
        If the distance is not positive, another figure negative, or the tolerance above a quarter
        of the distance.
    """

    off_road_metres: float = 250.0
    hole_m2: float = 200_000.0
    tolerance_metres: float = 20.0

    def __post_init__(self) -> None:
        fine = 0 <= self.tolerance_metres <= self.off_road_metres / 4
        if not (self.off_road_metres > 0 and self.hole_m2 >= 0 and fine):
            raise NetworkError(
                "isochrones : {metres} m hors de la route, {tolerance} m de tolérance et {hole} m² "
                "de trou : la distance doit être positive, la tolérance du quart au plus",
                metres=self.off_road_metres,
                tolerance=self.tolerance_metres,
                hole=self.hole_m2,
            )

    @property
    def farthest_metres(self) -> float:
        """Greatest distance from a road reached to any place of the polygon.

        The deepest place of a filled hole is no farther from its rim than the radius of a circle
        of the same area.
        """
        return self.off_road_metres + float(np.sqrt(self.hole_m2 / np.pi)) + self.tolerance_metres


def isochrones(
    engine: Engine,
    points: Snapped,
    minutes: Sequence[float],
    *,
    names: Sequence[object] | None = None,
    outline: Outline | None = None,
) -> gpd.GeoDataFrame:
    """Return the polygons within some minutes of each point, by road and boat.

    The times are those of ``road_times.minutes`` without parking: the road is exact, cut where the
    time runs out. The polygon is what lies within ``off_road_metres`` of it, holes kept. It never
    says more than that: no time is counted from the road to the place, no water is looked at, and
    nobody is reached at sea.

    Parameters
    ----------
    engine
        Built on ``network.graph`` of the points' network.
    points
        Where to start.
    minutes
        Thresholds, any order.
    names
        Name of each point; its number by default.
    outline
        How to draw.

    Returns
    -------
    GeoDataFrame
        One row a point and threshold, points in order, thresholds ascending: ``point``,
        ``minutes``, ``geometry`` (valid MultiPolygon, in the CRS of the network; empty for a point
        that reaches no road). Each polygon covers those of shorter times.

    Raises
    ------
    NetworkError
        If a threshold is not positive and finite.

    Examples
    --------
    >>> import pandas as pd
    >>> from territory_access.datasets.road_tables import from_tables
    >>> from territory_access.travel import network, snap
    >>> from territory_access.travel.roads import engine
    >>> nodes = pd.DataFrame({"id": range(4), "x": [0.0, 6e3, 6e3, 0], "y": [0.0, 0, 6e3, 6e3]})
    >>> edges = pd.DataFrame({"u": [0, 1, 2], "v": [1, 2, 3], "length": 6e3})
    >>> edges["travel_time"], edges["oneway"] = 360.0, False
    >>> built = network.build(from_tables(nodes, edges, source_crs="EPSG:2154"))
    >>> start = snap.points(built, [3e3], [0.0])
    >>> found = isochrones(engine.build(built.graph), start, [3, 5])
    >>> found["minutes"].tolist(), (found.area / 1e6).round(1).tolist()
    ([3.0, 5.0], [3.1, 4.1])
    """
    import geopandas as gpd

    limits = sorted({float(limit) for limit in minutes})
    for limit in limits:
        if not 0 < limit < np.inf:
            raise NetworkError("isochrone de {minutes} min : la durée est positive", minutes=limit)
    called = range(len(points)) if names is None else names
    shapes = stretch_lines.drawn(points.network)
    drawn: list[Geometry] = []
    for row in range(len(points)):
        tail = passing.tails(engine, points, row=row, max_minutes=max(limits, default=1.0))
        spans = [passing.within(points, tail, row=row, minutes=limit) for limit in limits]
        roads = [_only_once(stretch_lines.lines(shapes, span), span) for span in spans]
        drawn += _nested(roads, outline or Outline())
    return gpd.GeoDataFrame(
        {
            "point": [name for name in called for _ in limits],
            "minutes": limits * len(points),
        },
        geometry=drawn,
        crs=points.network.crs,
    )


def _only_once(lines: NDArray[np.object_], spans: Spans) -> dict[tuple[float, ...], Geometry]:
    """Return lines by what they cover, to know those of a shorter time again."""
    keys = zip(spans.stretch.tolist(), spans.low.tolist(), spans.high.tolist(), strict=True)
    return dict(zip(keys, lines, strict=True))


def _nested(roads: list[dict[tuple[float, ...], Geometry]], outline: Outline) -> list[MultiPolygon]:
    """Return one polygon for each set of roads, each covering the one before."""
    import shapely

    known: set[tuple[float, ...]] = set()
    around: Geometry = shapely.MultiPolygon()
    last: Geometry = shapely.MultiPolygon()
    found = []
    for reached in roads:
        fresh = [line for key, line in reached.items() if key not in known]
        known |= reached.keys()
        around = shapely.union(around, _around(fresh, outline.off_road_metres))
        tidy = shapely.simplify(_filled(around, outline.hole_m2), outline.tolerance_metres)
        wider = shapely.buffer(last, _HAIR, join_style="mitre")  # rounding takes nothing away
        last = _many(shapely.union(_sound(tidy), wider))
        found.append(last)
    return found


def _around(lines: list[Geometry], metres: float) -> Geometry:
    """Return what lies within some metres of lines.

    Line by line, then all together: ten times as fast as bundles of lines that cross.
    """
    import shapely

    if not lines:
        return shapely.MultiPolygon()
    each = shapely.buffer(np.asarray(lines, dtype=object), metres, quad_segs=_ROUND)
    return shapely.union_all(each)


def _filled(shape: Geometry, hole_m2: float) -> MultiPolygon:
    """Return the same without its small holes; what lies in a hole joins what surrounds it."""
    import shapely

    def fill(polygon: Polygon) -> Polygon:
        kept = [ring for ring in polygon.interiors if shapely.Polygon(ring).area >= hole_m2]
        return shapely.Polygon(polygon.exterior, kept)

    parts = [fill(polygon) for polygon in shapely.get_parts(shape)]
    return _many(shapely.union_all(np.asarray(parts, dtype=object)))


def _sound(shape: Geometry) -> Geometry:
    import shapely

    return shape if shapely.is_valid(shape) else shapely.make_valid(shape, method="structure")


def _many(shape: Geometry) -> MultiPolygon:
    """Return the polygons of a geometry, and nothing else of it."""
    import shapely

    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
