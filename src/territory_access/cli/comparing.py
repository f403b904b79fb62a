"""What a planner sees when two results are put side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from territory_access.cli.shown import grid, write_csv
from territory_access.dossier.blocks import Bullets, Statement, Table
from territory_access.dossier.compare import compare, read
from territory_access.dossier.voice import Voice

if TYPE_CHECKING:
    from pathlib import Path

_ROWS = 20


def show(first: Path, second: Path, language: str, *, csv: Path | None) -> None:
    """Print what changes between two result folders; write the table where asked.

    Raises
    ------
    DataError
        If a folder cannot be compared.
    ScenarioError
        If the table cannot be written.
    """
    voice = Voice.of(language)
    said = compare(read(first), read(second), voice)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(said.heading)}[/]")
    for block in said.blocks:
        match block:
            case Statement():
                console.print(escape(block.text))
            case Bullets():
                console.print("\n".join(f"  – {escape(item)}" for item in block.items))
            case Table():
                _table(block, voice, console, csv)


def _table(table: Table, voice: Voice, console: Console, csv: Path | None) -> None:
    """Print the first rows of a table, say how many are left, and write all where asked."""
    console.print(grid(table, voice, rows=_ROWS))
    if len(table.rows) > _ROWS:
        more = voice.numbers.count(len(table.rows) - _ROWS)
        console.print(voice.say("… et {n} autres ; --csv FICHIER les écrit toutes.", n=more))
    if csv is not None:
        write_csv(table, csv)
