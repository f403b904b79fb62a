"""Read a road network, whatever its file, into one table of stretches and one of nodes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.datasets.osm_access import Mode
from territory_access.errors import DataError, MissingDataset

if TYPE_CHECKING:
    from os import PathLike

    from territory_access.datasets.road_form import Roads


def load(path: str | PathLike[str], *, mode: str = "car", crs: str | None = None) -> Roads:
    """Return the roads of a file: ``.osm.pbf``, ``.osm``, GraphML, GeoPackage or a folder.

    A folder holds a table of nodes and one of edges (see ``road_tables.load``). GraphML may be
    compressed (``.gz``, ``.bz2``).

    Parameters
    ----------
    path
        The file or folder.
    mode
        ``car``, ``bike`` or ``walk``.
    crs
        Projected CRS in metres; by default Lambert-93 in and around France, UTM elsewhere.

    Raises
    ------
    MissingDataset
        If there is no such file.
    DataError
        If the file is of no known kind, or does not hold roads.
    """
    from territory_access.datasets import osm, osmnx_roads, road_tables

    file = Path(path)
    if not file.exists():
        raise MissingDataset(
            "{path} : ce réseau routier n’existe pas. Placez-y le fichier, par exemple un extrait "
            "« .osm.pbf » de Geofabrik (download.geofabrik.de).",
            path=str(file),
        )
    chosen = Mode(mode)
    if file.is_dir():
        return road_tables.load_folder(file, mode=chosen, crs=crs)
    name = file.name.lower()
    if name.endswith((".osm.pbf", ".pbf", ".osm", ".osm.bz2", ".osm.gz", ".osm.xml")):
        return osm.load(file, mode=chosen, crs=crs)
    if ".graphml" in name:
        return osmnx_roads.load_graphml(file, mode=chosen, crs=crs)
    if name.endswith(".gpkg"):
        return osmnx_roads.load_geopackage(file, mode=chosen, crs=crs)
    raise DataError(
        "{path} : genre de réseau inconnu. Attendu : .osm.pbf, .osm, .graphml(.gz, .bz2), .gpkg ou "
        "un dossier de deux tables.",
        path=str(file),
    )
