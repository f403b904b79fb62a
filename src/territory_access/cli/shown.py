"""How a section of sentences and tables is printed on a terminal, and a table kept as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rich.markup import escape
from rich.table import Table as Grid

from territory_access.dossier import twins
from territory_access.dossier.blocks import Bullets, Statement, Table
from territory_access.dossier.html import WORDS, shown
from territory_access.errors import ScenarioError

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from territory_access.dossier.blocks import Section
    from territory_access.dossier.voice import Voice


def show_section(section: Section, voice: Voice, console: Console) -> None:
    """Print a section; blocks that only a page can hold are left out."""
    console.print(f"[bold]{escape(section.heading)}[/]")
    for block in section.blocks:
        match block:
            case Statement():
                console.print(escape(block.text))
            case Bullets():
                console.print("\n".join(f"  – {escape(item)}" for item in block.items))
            case Table():
                console.print(grid(block, voice))


def grid(table: Table, voice: Voice, *, rows: int | None = None) -> Grid:
    """Return a table as the terminal draws it, all of it or its first rows."""
    drawn = Grid(title=escape(table.caption), box=None, padding=(0, 2, 0, 0), title_justify="left")
    for column in table.columns:
        justify: Literal["left", "right"] = "left" if column.format in WORDS else "right"
        drawn.add_column(escape(column.label), justify=justify, overflow="fold")
    for row in table.rows[:rows]:
        cells = zip(row, table.columns, strict=True)
        drawn.add_row(*(escape(shown(value, column, voice.numbers)) for value, column in cells))
    return drawn


def write_csv(table: Table, path: Path) -> None:
    """Write a table whole, or leave what was there.

    Raises
    ------
    ScenarioError
        If the file cannot be written.
    """
    draft = path.with_name(f".{path.name}.partial")
    try:
        draft.write_bytes(twins.comma_separated(table).encode("utf-8"))
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ScenarioError(
            "--csv : impossible d’écrire « {path} » ({reason}).", path=path, reason=error.strerror
        ) from error
