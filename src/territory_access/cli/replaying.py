"""What a planner sees when a study is made again: the same tables, or what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access import dossier
from territory_access.cli.steps import Narrator
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def replay_folder(folder: Path, language: str) -> None:
    """Make the study of a result folder again and compare its tables.

    Raises
    ------
    DataError
        Listing the tables that differ, and what may explain it.
    """
    with Narrator(language) as narrator:
        found = dossier.replay(folder, observe=narrator)
        if found.differences:
            raise DataError(
                "{folder} : {count} tables ne sont plus les mêmes.",
                folder=folder,
                count=len(found.differences),
                faults=(*found.causes, *found.differences),
            )
        count = narrator.voice.numbers.count(found.tables)
        said = narrator.voice.say("{count} tables, toutes identiques à l’octet près", count=count)
        narrator.console.print(f"[bold]→ {said}[/]")
