"""Whether a run made again gives the same tables, byte for byte, and else what differs."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access import __version__, study
from territory_access.dossier.content import content
from territory_access.dossier.manifest import SCENARIO, read_manifest
from territory_access.dossier.twins import TABLES, comma_separated, tables
from territory_access.dossier.voice import Voice
from territory_access.errors import DataError, Fault
from territory_access.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.study_steps import Step


@dataclass(frozen=True)
class Replay:
    """What a second run found.

    Attributes
    ----------
    tables
        How many tables were compared.
    differences
        One sentence a difference; none when every table is the same, byte for byte.
    causes
        What has changed since the first run and may explain it: version, inputs.
    """

    tables: int
    differences: tuple[Fault, ...]
    causes: tuple[Fault, ...]


def replay(folder: Path | str, *, observe: Callable[[Step], None] = lambda _: None) -> Replay:
    """Run the scenario of a result folder again and compare its tables.

    Parameters
    ----------
    folder
        A result folder written by ``dossier.write``; it is only read.
    observe
        As in ``study.run``.

    Raises
    ------
    DataError
        If the folder is not a result folder, or holds no table.
    """
    folder = Path(folder)
    listed = read_manifest(folder)
    former = {
        Path(str(entry["name"])).name: folder / str(entry["name"])
        for entry in _entries(listed, "files")
        if str(entry["name"]).startswith(f"{TABLES}/") and str(entry["name"]).endswith(".csv")
    }
    if not former:
        raise DataError("{folder} : ce dossier ne contient aucune table à comparer.", folder=folder)
    done = study.run(Scenario.load(folder / SCENARIO), observe=observe)
    said = content(done, Voice.of(str(listed.get("language", "fr"))))
    again = {f"{table.id}.csv": comma_separated(table) for table in tables(said)}
    differences = [
        fault
        for name in sorted({*former, *again})
        if (fault := _difference(name, _text(former.get(name)), again.get(name))) is not None
    ]
    return Replay(len(former), tuple(differences), _causes(listed, done))


def _entries(listed: dict[str, object], key: str) -> list[dict[str, object]]:
    entries = listed.get(key)
    return (
        [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    )


def _text(path: Path | None) -> str | None:
    return path.read_bytes().decode("utf-8") if path is not None and path.is_file() else None


def _difference(name: str, before: str | None, after: str | None) -> Fault | None:
    """Return in words how a table differs: its first line that is not the same."""
    if before == after:
        return None
    if before is None:
        return Fault("{name} : table nouvelle.", {"name": name})
    if after is None:
        return Fault("{name} : table absente de la nouvelle étude.", {"name": name})
    old, new = (list(csv.reader(io.StringIO(text))) for text in (before, after))
    if len(old) != len(new):
        return Fault(
            "{name} : {old} lignes avant, {new} maintenant.",
            {"name": name, "old": len(old) - 1, "new": len(new) - 1},
        )
    line, was, now = next(
        (line, was, now)
        for line, (was, now) in enumerate(zip(old, new, strict=True), start=1)
        if was != now
    )
    column = next(
        (place for place, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), len(was) - 1
    )
    return Fault(
        "{name}, ligne {line}, {column} : {was} avant, {now} maintenant.",
        {
            "name": name,
            "line": line,
            "column": old[0][column] if column < len(old[0]) else column,
            "was": was[column] if column < len(was) else "—",
            "now": now[column] if column < len(now) else "—",
        },
    )


def _causes(listed: dict[str, object], done: study.Study) -> tuple[Fault, ...]:
    """Return what changed between the two runs."""
    causes = []
    software = listed.get("software")
    version = software.get("version") if isinstance(software, dict) else None
    if version != __version__:
        causes.append(
            Fault(
                "version du logiciel : {was} avant, {now} maintenant.",
                {"was": version, "now": __version__},
            )
        )
    now = {str(row["name"]): str(row["sha256"]) for _, row in done.sources.reset_index().iterrows()}
    for entry in _entries(listed, "inputs"):
        name = str(entry.get("name"))
        if name in now and now[name] != str(entry.get("sha256")):
            causes.append(Fault("fichier lu : {name} a changé.", {"name": name}))
    return tuple(causes)
