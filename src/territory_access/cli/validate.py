"""What a reader sees of the validation: published, ours, residual, and what is broken."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from territory_access.dossier.voice import Voice
from territory_access.errors import MissingDataset
from territory_access.validation import report

if TYPE_CHECKING:
    from territory_access.validation.row import Row

BROKEN = 1
_DATA = "TERRITORY_ACCESS_DATA"


def validate(file: Path | None, language: str) -> None:
    """Check every published number, print the table, write the file, and leave with 1 if broken.

    Raises
    ------
    MissingDataset
        When ``TERRITORY_ACCESS_DATA`` names no folder.
    SystemExit
        With 1 when a stated tolerance is broken.
    """
    voice = Voice.of(language)
    console = Console(highlight=False)
    with console.status(voice.say("vérification des nombres publiés") + " …"):
        found = report.run(_folder())
    if file is not None:
        file.write_text(found.as_json(), encoding="utf-8")
    console.print(_table(found, voice))
    if found.skipped:
        console.print("\n[bold]" + escape(voice.say("Faute de données, pas vérifié :")) + "[/]")
        for one in found.skipped:
            console.print(
                f"  {escape(voice.told(one.label))} [dim]— {escape(voice.told(one.why))}[/]"
            )
    _conclude(found, voice, console)


def _folder() -> Path | None:
    """Return the folder of official files, if one is named."""
    named = os.environ.get(_DATA)
    if not named:
        return None
    if not Path(named).is_dir():
        raise MissingDataset("{name} : le dossier « {path} » n’existe pas.", name=_DATA, path=named)
    return Path(named)


def _table(found: report.Report, voice: Voice) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column(voice.say("nombre vérifié"))
    for heading in (
        voice.say("publié"), voice.say("trouvé"), voice.say("écart"), voice.say("toléré"),
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    table.add_column(voice.say("unité"))
    for row in found.rows:
        table.add_row(
            _mark(row), escape(voice.told(row.label)), *_figures(row, voice), voice.say(row.unit)
        )
    return table


def _mark(row: Row) -> str:
    if row.tolerance is None:
        return "[dim]·[/]"
    return "[green]✓[/]" if row.passed else "[red]✗[/]"


def _figures(row: Row, voice: Voice) -> tuple[str, str, str, str]:
    """Return published, ours, residual and tolerance with as many decimals as they need."""
    size = max(abs(row.published), abs(row.ours))
    digits = 0 if size >= 1_000 else 2 if size >= 10 else 3
    limit = "–" if row.tolerance is None else voice.numbers.exact(float(f"{row.tolerance:.2g}"))
    numbers = (row.published, row.ours, row.residual)
    shown = [voice.numbers.decimal(round(value, digits) + 0.0, digits) for value in numbers]
    return shown[0], shown[1], shown[2], limit


def _conclude(found: report.Report, voice: Voice, console: Console) -> None:
    """Say how many are kept; leave with 1, naming them, when some are not."""
    number = voice.numbers.count
    stated = sum(row.tolerance is not None for row in found.rows)
    console.print(
        "\n" + escape(voice.say(
            "{kept} nombres sur {stated} dans leur tolérance, {told} donnés sans tolérance, "
            "{skipped} sautés",
            kept=number(stated - len(found.broken)), stated=number(stated),
            told=number(len(found.rows) - stated), skipped=number(len(found.skipped)),
        ))
    )  # fmt: skip
    if found.broken:
        names = " ; ".join(voice.told(row.label) for row in found.broken)
        said = voice.say("hors de leur tolérance : {names}", names=names)
        sys.stderr.write(f"{voice.say('Erreur')} — {said}\n")
        raise SystemExit(BROKEN)
