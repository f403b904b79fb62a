"""Tell which stretches of road are in town, where speeds are lower."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from territory_access.datasets.road_form import Roads
    from territory_access.travel.speeds import SpeedTable

_CELL = 500.0  # metres
_STREETS = frozenset({"residential", "living_street"})
_ALWAYS_URBAN = frozenset({"living_street", "pedestrian"})
_ALWAYS_RURAL = frozenset({"motorway", "motorway_link"})
_TOWN_LIMIT = 50.0  # km/h, highest limit of a built-up area (code de la route, R413-3)
_COUNTRY_LIMIT = 80.0  # km/h, lowest that no town has


def urban(
    roads: Roads, table: SpeedTable, *, communes: gpd.GeoDataFrame | None = None
) -> NDArray[np.bool_]:
    """Return for each stretch whether it is urban.

    The first that speaks: a tag (``zone:traffic``, ``maxspeed:type``, ``source:maxspeed``), the
    class (living street; motorway), the limit on a road of the main network (50 or less: town; 80
    or more: country), the density of the commune around, and without communes the length of
    residential streets within a square of 500 m and its eight neighbours.

    Parameters
    ----------
    roads
        Stretches; places are their middles.
    table
        Its ``urban_density`` and ``urban_streets`` are the thresholds.
    communes
        Polygons with ``population``, in any CRS.
    """
    edges = roads.edges
    x, y = middles(roads)
    if communes is None:
        answer = street_density(edges, x, y) >= table.value("urban_streets")
    else:
        answer = _commune_density(x, y, communes, roads.crs) >= table.value("urban_density")
    limit = edges["maxspeed"].to_numpy(dtype=float)
    main = ~edges["highway"].isin([*_STREETS, "service", "track", "pedestrian"]).to_numpy()
    answer = np.where(main & (limit <= _TOWN_LIMIT), True, answer)
    answer = np.where(limit >= _COUNTRY_LIMIT, False, answer)
    answer = np.where(edges["highway"].isin(_ALWAYS_URBAN), True, answer)
    answer = np.where(edges["highway"].isin(_ALWAYS_RURAL), False, answer)
    answer = np.where(edges["zone"] == "urban", True, answer)
    return np.where(edges["zone"] == "rural", False, answer).astype(bool)


def middles(roads: Roads) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the point halfway between both ends of each stretch."""
    u, v = (roads.nodes.index.get_indexer(pd.Index(roads.edges[end])) for end in ("u", "v"))
    x, y = (roads.nodes[name].to_numpy(dtype=float) for name in ("x", "y"))
    return (x[u] + x[v]) / 2, (y[u] + y[v]) / 2


def street_density(
    edges: pd.DataFrame, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return kilometres of residential street a km² around each stretch (9 squares of 500 m)."""
    length = np.where(edges["highway"].isin(_STREETS), edges["length"], 0.0)
    column = ((x - x.min()) // _CELL).astype(np.int64) + 1
    row = ((y - y.min()) // _CELL).astype(np.int64) + 1
    wide = int(row.max()) + 2
    cells, inverse = np.unique(column * wide + row, return_inverse=True)
    metres = np.bincount(inverse, weights=length, minlength=len(cells))
    total = np.zeros(len(cells))
    for east in (-1, 0, 1):
        for north in (-1, 0, 1):
            other = cells + east * wide + north
            place = np.minimum(np.searchsorted(cells, other), len(cells) - 1)
            total += np.where(cells[place] == other, metres[place], 0.0)
    density: NDArray[np.float64] = total[inverse] / 1000 / (9 * (_CELL / 1000) ** 2)
    return density


def _commune_density(
    x: NDArray[np.float64], y: NDArray[np.float64], communes: gpd.GeoDataFrame, crs: str
) -> NDArray[np.float64]:
    import shapely

    there = communes.to_crs(crs)
    density = there["population"].to_numpy(dtype=float) / (there.geometry.area.to_numpy() / 1e6)
    tree = shapely.STRtree(there.geometry.to_numpy())
    points, polygons = tree.query(shapely.points(x, y), predicate="intersects")
    found = np.zeros(len(x))
    found[points] = density[polygons]
    return found
