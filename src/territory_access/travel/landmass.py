"""Which zones stand on the same land, bridges counted: the mainland or one island."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from territory_access.vocabulary import ZONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.territory import Territory

MAINLAND = 0
# Shore lines are simplified: a quay or a village may lie a little off its land.
_SNAP_METRES = 1_000.0
_NOWHERE = -1


def of(territory: Territory) -> pd.Series[int]:
    """Return the landmass of each zone: 0 for the mainland, 1, 2, … for the islands.

    Two pieces of land are one landmass where a usable fixed link (bridge, causeway, tunnel) joins
    them. The mainland is the largest landmass, in land area, among those that hold a zone or the
    port of a boat. A zone more than a kilometre from any known land is an island of its own;
    where no land is known at all, every zone is on the mainland.

    Parameters
    ----------
    territory
        Its zones (``anchor``), land, fixed links and ferries.

    Returns
    -------
    pandas.Series
        Whole numbers, index ``zone_id``.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, shapely
    >>> from types import SimpleNamespace
    >>> towns = gpd.GeoDataFrame(
    ...     {"anchor": [shapely.Point(1, 1), shapely.Point(21_000, 1)]}, index=["A", "B"])
    >>> land = gpd.GeoDataFrame(
    ...     geometry=[shapely.box(0, 0, 9_000, 9_000), shapely.box(20_000, 0, 22_000, 9_000)])
    >>> links = gpd.GeoDataFrame(geometry=[shapely.LineString([(8_000, 5), (20_500, 5)])])
    >>> boats = pd.DataFrame({"port_lon": [], "port_lat": []})
    >>> place = SimpleNamespace(
    ...     zones=towns, land=land, fixed_links=links[:0], ferries=boats, crs="EPSG:2154")
    >>> of(place).to_dict()
    {'A': 0, 'B': 1}
    >>> place.fixed_links = links
    >>> of(place).to_dict()
    {'A': 0, 'B': 0}
    """
    zones = territory.zones.index.rename(ZONE)
    if not len(territory.land):
        return pd.Series(MAINLAND, index=zones, name="landmass")
    parts, row = shapely.get_parts(territory.land.geometry.to_numpy(), return_index=True)
    piece = _joined(parts, row, _usable(territory.fixed_links))
    on = _on(np.asarray(territory.zones["anchor"].to_numpy(), dtype=object), parts)
    ports = _on(_ports(territory), parts)
    alone = on == _NOWHERE
    label = np.where(alone, 1 + len(parts) + np.arange(len(on)), _at(piece, on))
    # A label that no zone has stands first, so that the mainland is 0 even where no zone is on it.
    mainland = _largest(piece, np.append(on, ports), area=_area(territory.land, row, parts))
    numbers = pd.factorize(np.append(mainland, label))[0][1:]
    return pd.Series(numbers, index=zones, name="landmass")


def numbered(
    points: NDArray[np.object_], land: gpd.GeoDataFrame, links: gpd.GeoDataFrame
) -> NDArray[np.intp]:
    """Return a number for the landmass of each point, the same where a usable link joins them.

    Parameters
    ----------
    points, land, links
        In one CRS; in degrees, each point stands on the land that is nearest.

    Examples
    --------
    >>> import geopandas as gpd
    >>> land = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 9, 9), shapely.box(20, 0, 22, 9)])
    >>> points = shapely.points([[1, 1], [21, 1], [8, 8]])
    >>> numbered(points, land, land[:0]).tolist()
    [0, 1, 0]
    """
    parts, row = shapely.get_parts(land.geometry.to_numpy(), return_index=True)
    on = _on(points, parts)
    alone = len(parts) + np.arange(len(on))
    return np.where(on == _NOWHERE, alone, _at(_joined(parts, row, _usable(links)), on))


def _at(piece: NDArray[np.intp], on: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.append(piece, _NOWHERE)[on]


def _largest(piece: NDArray[np.intp], on: NDArray[np.intp], *, area: NDArray[np.float64]) -> int:
    """Return the largest landmass on which something stands, −1 without any."""
    known = np.unique(_at(piece, on[on != _NOWHERE]))
    if not known.size:
        return _NOWHERE
    size = np.bincount(piece, weights=area)
    return int(known[np.argmax(size[known])])


def _area(
    land: gpd.GeoDataFrame, row: NDArray[np.intp], parts: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Return the area that each piece brings; where the map cuts the land, that of the whole."""
    if "km2" not in land:
        return np.asarray(shapely.area(parts))
    return np.asarray(land["km2"].to_numpy()[row] / np.bincount(row)[row], dtype=np.float64)


def _usable(links: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the links that a car may take."""
    open_ = links[links["usable"].astype(bool)] if "usable" in links else links
    return np.asarray(open_.geometry.to_numpy(), dtype=object)


def _ports(territory: Territory) -> NDArray[np.object_]:
    """Return where the boats leave from, in the CRS of the territory."""
    boats = territory.ferries
    points = gpd.GeoSeries.from_xy(boats["port_lon"], boats["port_lat"], crs=4326)
    return np.asarray(points.to_crs(territory.crs).to_numpy(), dtype=object)


def _joined(
    parts: NDArray[np.object_], row: NDArray[np.intp], links: NDArray[np.object_]
) -> NDArray[np.intp]:
    """Return the number of the landmass of each piece: one row of the table, or joined by links."""
    ends = shapely.get_point(np.repeat(links, 2), np.tile([0, -1], len(links)))
    shore = _on(ends, parts).reshape(-1, 2)
    line, crossed = shapely.STRtree(parts).query(links, predicate="intersects")
    first = np.unique(row, return_index=True)[1]
    pairs = np.vstack([
        shore,
        np.column_stack([shore[line, 0], crossed]),
        np.column_stack([np.arange(len(parts)), first[np.unique(row, return_inverse=True)[1]]]),
    ])  # fmt: skip
    one, other = pairs[(pairs != _NOWHERE).all(axis=1)].T
    graph = sparse.csr_array((np.ones(len(one)), (one, other)), shape=(len(parts), len(parts)))
    return connected_components(graph, directed=False)[1].astype(np.intp)


def _on(points: NDArray[np.object_], parts: NDArray[np.object_]) -> NDArray[np.intp]:
    """Return the piece of land on which or beside which each point lies, −1 far from any."""
    found = np.full(len(points), _NOWHERE, dtype=np.intp)
    if not len(points) or not len(parts):
        return found
    # The geometries asked about are those that shapely prepares: few and large, they must be so.
    part, point = shapely.STRtree(points).query(parts, predicate="intersects")
    found[point] = part
    rest = np.flatnonzero(found == _NOWHERE)
    tree = shapely.STRtree(parts)
    point, part = tree.query_nearest(points[rest], max_distance=_SNAP_METRES, all_matches=False)
    found[rest[point]] = part
    return found
