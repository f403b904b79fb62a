"""Derives the land that roads can cross from its sources."""

from __future__ import annotations

import importlib
import sys
import tempfile
import zipfile
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from pathlib import Path

CORSICA = "2A004"  # the landmass is called after Ajaccio
GRID = 1e-5  # degrees, about one metre
SPECK_KM2 = 0.05  # an islet below this, where no chef-lieu stands, is left out
BOXES = {
    "metropole": (-5.6, 41.2, 9.8, 51.3),
    "971": (-62.0, 15.7, -60.9, 16.6),
    "972": (-61.4, 14.3, -60.7, 15.0),
    "973": (-54.8, 2.0, -51.5, 6.0),
    "974": (55.1, -21.5, 55.9, -20.8),
    "976": (44.9, -13.1, 45.4, -12.6),
}
SLIVER = 7e-4  # degrees; half the width under which land of no commune is a drawing error
LAGOON_KM2 = 0.2
FOREIGN_KM2 = 1000.0  # land of no commune above this is another country, not a lagoon
NOT_WATER = ((7.425, 43.739), (1.974, 42.473))  # Monaco and Llívia: no commune, yet land
POLYGON = 3  # type id of shapely
DEGREE = 111_320.0  # metres in one degree of latitude


def coastline(wheel: Path) -> np.ndarray:
    """Return the world's land polygons of OpenStreetMap held in the package."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
        sys.path.insert(0, folder)
        try:
            package = importlib.import_module("roaring_landmask")
            content = bytes(package.Shapes.wkb(package.LandmaskProvider.Osm))
        finally:
            sys.path.remove(folder)
    return shapely.get_parts(shapely.from_wkb(content))


def build(wheel: Path, communes: gpd.GeoDataFrame, waters: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the land of every territory, one row a landmass, the largest first."""
    world = coastline(wheel)
    parts = []
    for territory, box in BOXES.items():
        overseas = communes["departement"].str.startswith("97")
        here = communes[communes["departement"].eq(territory) if territory.isdigit() else ~overseas]
        land = _inhabited(shapely.clip_by_rect(_meeting(world, box), *box), here)
        if not territory.isdigit():
            land = shapely.difference(land, water(here, waters, land), grid_size=GRID)
        parts.append(_landmasses(land, here, territory))
    table = pd.concat(parts)
    table.index.name = "landmass"
    return gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")


def _meeting(polygons: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    west, south, east, north = shapely.bounds(polygons).T
    return polygons[(west < box[2]) & (east > box[0]) & (south < box[3]) & (north > box[1])]


def _inhabited(land: np.ndarray, communes: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return as one shape the land of these communes, with the land that adjoins it abroad.

    A chef-lieu that the coastline leaves in the water brings a disc of 100 m of its own.
    """
    rounded = shapely.make_valid(shapely.set_precision(land, GRID))
    pieces = shapely.get_parts(rounded)
    pieces = pieces[shapely.get_type_id(pieces) == POLYGON]
    french = shapely.STRtree(communes["geometry"].to_numpy())
    pieces = pieces[np.unique(french.query(pieces, predicate="intersects")[0])]
    towns = shapely.points(communes["lon"], communes["lat"])
    dry = np.zeros(len(towns), dtype=bool)
    dry[shapely.STRtree(towns).query(pieces, predicate="contains")[1]] = True
    _, anchored = shapely.STRtree(pieces).query_nearest(towns[~dry], all_matches=False)
    shore = shapely.shortest_line(towns[~dry], pieces[anchored])
    return shapely.union_all([*pieces, *shapely.buffer(shore, 1e-3)], grid_size=GRID)


def water(
    communes: gpd.GeoDataFrame, waters: pd.DataFrame, land: shapely.Geometry
) -> shapely.Geometry:
    """Return the water that the coastline leaves out: tidal rivers and lagoons.

    A tidal river is the limit between the communes of its two banks, widened to about its own
    width: what counts is that nobody drives across it.
    """
    channels = [channel(communes, row) for _, row in waters.iterrows()]
    return shapely.union_all([*channels, *_lagoons(communes, land)])


def _lagoons(communes: gpd.GeoDataFrame, land: shapely.Geometry) -> np.ndarray:
    """Return what OpenStreetMap draws as land and no commune has: étang de Berre, mudflats."""
    whole = shapely.coverage_union_all(communes["geometry"].to_numpy())
    apart = shapely.get_parts(shapely.difference(land, whole, grid_size=GRID))
    cores, part = shapely.get_parts(shapely.buffer(apart, -SLIVER, quad_segs=2), return_index=True)
    wide = shapely.buffer(cores, 1.2 * SLIVER, quad_segs=2)  # slivers are gone
    km2 = gpd.GeoSeries(wide, crs="EPSG:4326").to_crs("EPSG:6933").area.to_numpy() / 1e6
    kept = (km2 > LAGOON_KM2) & (km2 < FOREIGN_KM2)
    for lon, lat in NOT_WATER:
        kept &= ~shapely.contains_xy(wide, lon, lat)
    cut = shapely.get_parts(shapely.intersection(wide[kept], apart[part[kept]]))
    return cut[shapely.get_type_id(cut) == POLYGON]


def channel(communes: gpd.GeoDataFrame, row: pd.Series) -> shapely.Geometry:
    """Return the channel of one row of ``waters.csv`` as a polygon."""
    if row.trace:
        line = shapely.LineString([pair.split() for pair in row.trace.split(",")])
    else:
        banks = [
            shapely.boundary(shapely.union_all(communes.loc[codes.split(";"), "geometry"]))
            for codes in (row.left, row.right)
        ]
        line = shapely.line_merge(shapely.intersection(*banks))
    squash = np.cos(np.radians(shapely.centroid(line).y))  # a circle in metres
    flat = shapely.transform(line, lambda xy: xy * [squash, 1.0])
    wide = shapely.buffer(flat, float(row.half_width_m) / DEGREE, quad_segs=2)
    return shapely.transform(wide, lambda xy: xy / [squash, 1.0])


def _landmasses(land: shapely.Geometry, communes: gpd.GeoDataFrame, territory: str) -> pd.DataFrame:
    """Return one row a landmass, called after its most populous commune where it has one."""
    pieces = shapely.get_parts(land)
    pieces = pieces[shapely.get_type_id(pieces) == POLYGON]
    km2 = gpd.GeoSeries(pieces, crs="EPSG:4326").to_crs("EPSG:6933").area.to_numpy() / 1e6
    towns = shapely.points(communes["lon"], communes["lat"])
    piece, town = shapely.STRtree(towns).query(pieces, predicate="intersects")
    where = pd.DataFrame({"piece": piece, "code": communes.index[town]})
    where["people"] = communes["population"].to_numpy()[town]
    main = where.sort_values("people", ascending=False).drop_duplicates("piece").set_index("piece")
    table = pd.DataFrame({"territory": territory, "km2": km2.round(3), "geometry": pieces})
    table["commune"] = main["code"].reindex(table.index).fillna("")
    table = table[table["km2"].ge(SPECK_KM2) | table["commune"].ne("")]
    table = table.sort_values("km2", ascending=False, kind="stable").reset_index(drop=True)
    table.index = [
        row.commune or f"{territory}-{rank}" for rank, row in enumerate(table.itertuples(), 1)
    ]
    return table[["territory", "km2", "geometry"]]


def unlinked(communes: gpd.GeoDataFrame, land: gpd.GeoDataFrame, links: pd.DataFrame) -> list[str]:
    """Return the communes of which the chef-lieu has no way by land and links to the mainland.

    The mainland is the largest landmass of each territory; Corsica is a mainland of its own.
    """

    def landmass(lon: pd.Series, lat: pd.Series) -> np.ndarray:
        tree = shapely.STRtree(shapely.points(lon, lat))
        piece, point = tree.query(land["geometry"].to_numpy(), predicate="intersects")
        found = np.full(len(lon), -1)
        found[point] = piece
        if (found < 0).any():
            raise LookupError(f"not on land: {list(lon.index[found < 0])}")
        return found

    ends = landmass(links["lon1"], links["lat1"]), landmass(links["lon2"], links["lat2"])
    joined = coo_array((np.ones(len(links)), ends), shape=(len(land), len(land)))
    group = connected_components(joined, directed=False)[1]
    largest = land["km2"].groupby(land["territory"]).idxmax()
    mainland = {group[land.index.get_loc(name)] for name in [*largest, CORSICA]}
    here = group[landmass(communes["lon"], communes["lat"])]
    return list(communes.index[~np.isin(here, list(mainland))])
