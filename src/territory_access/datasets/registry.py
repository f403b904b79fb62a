"""Says which official files there are to fetch, where they lie, and how a scenario names them."""

from __future__ import annotations

import csv
import difflib
import importlib
import tomllib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.datasets import fingerprints
from territory_access.datasets.catalogue import embedded
from territory_access.datasets.road_source import RoadSource
from territory_access.datasets.user_folder import NAMED, folder
from territory_access.errors import DataError, Fault, MissingDataset, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Entry:
    """A file that a producer publishes.

    Attributes
    ----------
    name
        By which commands and scenarios call it (``data:NAME``).
    title, page, licence, vintage
        What it is, where its producer presents it, on which terms, of when.
    address
        Of the file itself; ``""`` where none is known.
    tag
        Where we have the address from (``W``: public programs; ``K-M``, ``K-L``: memory).
    checked
        Whether we fetched the file there and read it.
    rolling
        Whether new editions take the same address.
    reader
        Module of ``datasets`` that reads it; ``""`` for none, ``"osm"`` for a road extract.
    options
        Keyword arguments of the reader.
    file
        Path in the folder of data.
    note
        What else to know, ``""`` for nothing.
    """

    name: str
    title: str
    page: str
    address: str
    tag: str
    licence: str
    vintage: str
    reader: str
    file: str
    checked: bool = False
    rolling: bool = False
    note: str = ""
    options: tuple[tuple[str, str], ...] = ()


def entries() -> dict[str, Entry]:
    """Return the files that can be fetched, by name, road extracts last.

    Examples
    --------
    >>> entries()["bpe-2024"].file
    'BPE24.zip'
    >>> entries()["bretagne"].file
    'roads/bretagne-latest.osm.pbf'
    """
    described = tomllib.loads(embedded("sources.toml").read_text(encoding="utf-8"))["official"]
    known = {row["name"]: _entry(row) for row in described}
    with embedded("road_extracts.csv").open(encoding="utf-8", newline="") as file:
        roads = [_extract(row) for row in csv.DictReader(file)]
    return known | {one.name: one for one in roads}


def entry(name: str) -> Entry:
    """Return the file of a name.

    Raises
    ------
    DataError
        When nothing is called so; says what was most likely meant.

    Examples
    --------
    >>> entry("rpps").reader
    'annuaire'
    """
    known = entries()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.4)
    if near:
        raise DataError(
            "données : « {name} » est inconnu. Vouliez-vous dire « {near} » ? "
            "« territory-access data list » les montre tous.",
            name=name,
            near=near[0],
        )
    raise DataError(
        "données : « {name} » est inconnu. « territory-access data list » les montre tous.",
        name=name,
    )


def found(one: Entry, place: Path) -> Path | None:
    """Return where a file lies in a folder of data or in one of its folders, ``None`` if absent."""
    return _in(place, one.file)


def locate(named: str | Path, *, key: str) -> Path:
    """Return the path of a file that a scenario names, by ``data:NAME`` or as a plain path.

    Parameters
    ----------
    named
        ``data:`` and the name of an entry, or of a file of the folder of data; anything else is
        returned as it is.
    key
        Of the scenario, to be named in errors.

    Raises
    ------
    MissingDataset
        When the file is not there: which command fetches it, its page, where to put it.
    DataError
        When a file fetched before is no longer what it was.
    ScenarioError
        When what follows ``data:`` is no name.

    Examples
    --------
    >>> locate("ici/mg.csv", key="supply.gp_file").name
    'mg.csv'
    """
    if not str(named).startswith(NAMED):
        return Path(named)
    name = str(named).removeprefix(NAMED)
    place = folder()
    one = entries().get(name)
    if not name or name.startswith(("/", "\\")) or ".." in Path(name).parts:
        raise ScenarioError(
            "{key} : « {named} » : après data:, le nom d’un fichier de données, par exemple "
            "data:bpe-2024.",
            key=key,
            named=str(named),
        )
    path = _in(place, one.file if one else name)
    if path is None and one is not None:
        raise missing(one, place, Fault("{key} en a besoin", {"key": key}))
    if path is None:
        raise MissingDataset(
            "{key} : « {named} » : ni un fichier officiel connu (« territory-access data list »), "
            "ni un fichier de {folder}.",
            key=key,
            named=str(named),
            folder=place,
        )
    if one is not None:
        fingerprints.compare(one.name, path, place)
    return path


def missing(one: Entry, place: Path, why: Fault) -> MissingDataset:
    """Return the error that says how to get a file: by command, or by hand."""
    faults = [
        Fault("à prendre sur cette page : {page}", {"page": one.page}),
        Fault("à placer ici, sous ce nom : {path}", {"path": place / one.file}),
    ]
    if one.address and not one.checked:
        faults.append(Fault("l’adresse directe connue n’a pas été vérifiée ; la page fait foi", {}))
    if one.note:
        faults.append(Fault("{note}", {"note": one.note}))
    values = {"name": one.name, "title": one.title, "why": why}
    if one.address:
        return MissingDataset(
            "« {name} » ({title}) manque : {why}. Avec une connexion, "
            "« territory-access data get {name} » le télécharge ; sinon :",
            faults=faults,
            **values,
        )
    return MissingDataset(
        "« {name} » ({title}) manque : {why}. Il ne se télécharge pas par commande :",
        faults=faults,
        **values,
    )


def open_with_reader(one: Entry, path: Path) -> bool:
    """Read a file with its reader, to know that it can be; return whether it has one.

    Raises
    ------
    DataError
        What the reader says of the file.
    """
    reader = _reader(one, path)
    if reader is None:
        return False
    try:
        reader()
    except (RuntimeError, OSError) as error:
        if isinstance(error, MissingDataset):
            raise
        raise DataError(
            "« {path} » ne se lit pas ({why}).", path=path, why=type(error).__name__
        ) from error
    return True


def _reader(one: Entry, path: Path) -> Callable[[], object] | None:
    """Return what reads a file, ``None`` where nothing does."""
    if not one.reader:
        return None
    if one.reader == "osm":
        return RoadSource(path, one.name).vintage
    try:
        module = importlib.import_module(f"territory_access.datasets.{one.reader}")
    except ModuleNotFoundError:
        return None
    return partial(module.load, path, **dict(one.options))


def _entry(row: Mapping[str, object]) -> Entry:
    """Return a row of ``sources.toml``; what it says beyond an entry is for the reader."""
    of_reader = {key: str(row[key]) for key in ("profession", "level") if key in row}
    return Entry(
        name=str(row["name"]),
        title=str(row["title"]),
        page=str(row["page"]),
        address=str(row["address"]),
        tag=str(row["tag"]),
        licence=str(row["licence"]),
        vintage=str(row["vintage"]),
        reader=str(row["reader"]),
        file=str(row["file"]),
        checked=bool(row["checked"]),
        rolling=bool(row["rolling"]),
        note=str(row.get("note", "")),
        options=tuple(of_reader.items()),
    )


def _extract(row: Mapping[str, str]) -> Entry:
    """Return the entry of a road extract; Geofabrik serves each beside its page."""
    return Entry(
        name=row["name"],
        title=f"Routes d’OpenStreetMap, {row['title']} (Geofabrik)",
        page=row["page"],
        address=row["page"].removesuffix(".html") + "-latest.osm.pbf",
        tag="K-H",
        licence="ODbL 1.0, © les contributeurs d’OpenStreetMap",
        vintage="de la veille",
        reader="osm",
        file=f"roads/{row['file']}",
        rolling=True,
    )


def _in(place: Path, file: str) -> Path | None:
    """Return a file of a folder, or of one of its folders."""
    if (place / file).is_file():
        return place / file
    inside = sorted(place.glob(f"*/{Path(file).name}")) if place.is_dir() else []
    return next((path for path in inside if path.is_file()), None)
