"""What a planner sees when two results are put side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from territory_access.dossier import twins
from territory_access.dossier.blocks import Bullets, Statement, Table
from territory_access.dossier.compare import compare, read
from territory_access.dossier.html import WORDS, shown
from territory_access.dossier.voice import Voice
from territory_access.errors import ScenarioError

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
                console.print(_grid(block, voice))
                _write(block, csv)


def _grid(table: Table, voice: Voice) -> Grid:
    grid = Grid(title=escape(table.caption), box=None, padding=(0, 2, 0, 0), title_justify="left")
    for column in table.columns:
        grid.add_column(escape(column.label), justify="left" if column.format in WORDS else "right")
    for row in table.rows[:_ROWS]:
        cells = zip(row, table.columns, strict=True)
        grid.add_row(*(escape(shown(value, column, voice.numbers)) for value, column in cells))
    if len(table.rows) > _ROWS:
        more = voice.numbers.count(len(table.rows) - _ROWS)
        grid.caption = voice.say("… et {n} autres ; --csv FICHIER les écrit toutes.", n=more)
        grid.caption_justify = "left"
    return grid


def _write(table: Table, path: Path | None) -> None:
    if path is None:
        return
    draft = path.with_name(f".{path.name}.partial")
    try:
        draft.write_bytes(twins.comma_separated(table).encode("utf-8"))
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ScenarioError(
            "--csv : impossible d’écrire « {path} » ({reason}).", path=path, reason=error.strerror
        ) from error
