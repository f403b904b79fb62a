"""Which road file a scenario names, where it is, and where one gets it."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.datasets.catalogue import embedded
from territory_access.datasets.user_folder import FOLDER_VARIABLE, NAMED
from territory_access.datasets.user_folder import folder as user_folder
from territory_access.errors import Fault, MissingDataset, ScenarioError
from territory_access.provenance import digest, digest_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from territory_access.scenario_travel import TravelPart

__all__ = ["FOLDER_VARIABLE", "NAMED", "RoadSource", "locate"]

_SUFFIXES = (".osm.pbf", "-latest.osm.pbf", ".gpkg", ".graphml", ".graphml.gz", ".graphml.bz2")
_NAME = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class RoadSource:
    """A road file, and how a scenario wants it read.

    Attributes
    ----------
    path
        The file, or the folder of tables.
    name
        As the scenario names it: ``data:corsica``, or the name of the file.
    speeds
        Speed table of the user, or ``None`` for the national one.
    own_times
        Use the times of the file instead of a speed table.
    peak
        Rush hours rather than quiet ones.
    parking
        Add the minutes to park and walk at the destination.
    """

    path: Path
    name: str
    speeds: Path | None = None
    own_times: bool = False
    peak: bool = False
    parking: bool = False

    @classmethod
    def of(cls, part: TravelPart, departements: Collection[str]) -> RoadSource | None:
        """Return the roads that a scenario asks for, ``None`` where it asks for none.

        Raises
        ------
        MissingDataset
            Naming the extracts that cover the départements, their page and where to put them.
        """
        if not part.roads:
            return None
        return cls(
            locate(part.roads, departements),
            part.roads if part.roads.startswith(NAMED) else Path(part.roads).name,
            part.speeds,
            part.own_times,
            part.peak,
            part.parking,
        )

    def sha256(self) -> str:
        """Return the SHA-256 of the file, or of the files of the folder."""
        if self.path.is_dir():
            files = sorted(file for file in self.path.iterdir() if file.is_file())
            return digest_of(f"{file.name} {digest(file)}" for file in files)
        return digest(self.path)

    def vintage(self) -> str:
        """Return the day of the data that an ``.osm.pbf`` declares, ``""`` where none is known."""
        if self.path.is_dir() or not self.path.name.lower().endswith(".pbf"):
            return ""
        import osmium

        with osmium.io.Reader(str(self.path), osmium.osm.osm_entity_bits.NOTHING) as reader:
            header = reader.header()
            return header.get("osmosis_replication_timestamp", "")[:10]


def locate(named: str, departements: Collection[str] = ()) -> Path:
    """Return the path of a road file: a path, or ``data:NAME`` in the folder of the user's data.

    That folder is named by the environment variable ``TERRITORY_ACCESS_DATA``, or is the one that
    ``territory-access data get`` fills (``user_folder``); the file lies in it or in its folder
    ``roads``, as ``NAME`` (a folder of tables), ``NAME.osm.pbf``,
    ``NAME-latest.osm.pbf`` (as Geofabrik calls it), ``NAME.gpkg`` or ``NAME.graphml``.

    Parameters
    ----------
    named
        What the scenario says.
    departements
        Codes, to tell which extracts cover the territory.

    Raises
    ------
    MissingDataset
        When it is not there.
    ScenarioError
        When what follows ``data:`` is no name.
    """
    if not named.startswith(NAMED):
        if Path(named).exists():
            return Path(named)
        raise MissingDataset(
            "travel.roads : « {path} » n’existe pas. Prenez là ce réseau, puis donnez son chemin :",
            path=named,
            faults=list(_extracts(departements)),
        )
    name = named.removeprefix(NAMED)
    if not _NAME.fullmatch(name):
        raise ScenarioError(
            "travel.roads : « {named} » : après data:, un nom fait de lettres, de chiffres et de "
            "tirets, par exemple data:corsica.",
            named=named,
        )
    folder = user_folder()
    found = next((path for path in _places(folder, name) if path.exists()), None)
    if found is not None:
        return found
    if not os.environ.get(FOLDER_VARIABLE):
        raise MissingDataset(
            "travel.roads : « {named} » se cherche dans le dossier que nomme la variable "
            "d’environnement {variable}, et elle n’est pas définie. Définissez-la, et placez dans "
            "ce dossier, sous « roads » :",
            named=named,
            variable=FOLDER_VARIABLE,
            faults=list(_extracts(departements, name)),
        )
    raise MissingDataset(
        "travel.roads : « {named} » n’est pas dans {folder}. Placez-y, sous « roads » :",
        named=named,
        folder=folder,
        faults=list(_extracts(departements, name)),
    )


def _places(folder: Path, name: str) -> Iterator[Path]:
    roads = folder / "roads"
    yield roads / name
    for place in (roads, roads / "pbf", folder):
        yield from (place / f"{name}{suffix}" for suffix in _SUFFIXES)


def _extracts(departements: Collection[str], name: str | None = None) -> Iterator[Fault]:
    """Yield the extracts of OpenStreetMap that cover a territory, and how to call several."""
    with embedded("road_extracts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    covering = [row for row in rows if {*row["departements"].split()} & {*departements}]
    for row in covering:
        yield Fault(
            "{file}, extrait d’OpenStreetMap ({title}) : {page}",
            {"file": row["file"], "title": row["title"], "page": row["page"]},
        )
    if not covering:
        yield Fault(
            "un extrait « .osm.pbf » d’OpenStreetMap : {page}",
            {"page": "https://download.geofabrik.de/"},
        )
    if len(covering) > 1:
        yield Fault("puis réunissez-les avec « osmium merge », en un fichier", {})
    if name is not None and [row["name"] for row in covering] != [name]:
        yield Fault("et donnez au fichier le nom {name}.osm.pbf", {"name": name})
