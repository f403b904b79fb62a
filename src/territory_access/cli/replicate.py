"""What a planner sees when a proven site looks for its best analogues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from territory_access import replication_study
from territory_access.cli.shown import grid
from territory_access.datasets import communes
from territory_access.dossier import html, pdf
from territory_access.dossier.replication import narrow, ranking, stability, why
from territory_access.dossier.replication_sheet import sheet
from territory_access.dossier.twins import comma_separated
from territory_access.dossier.voice import Voice
from territory_access.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from territory_access.services.replication import Replication

_BEST, _STOPPED = 10, 8


def show(  # noqa: PLR0913 - the options of the command
    site: str,
    language: str,
    *,
    regions: Sequence[str],
    departements: Sequence[str],
    changes: Sequence[str],
    out: Path | None,
) -> None:
    """Print the best analogues and what blocks the others; write the sheet where asked.

    Raises
    ------
    DataError
        If the site is not known.
    ScenarioError
        If a place or a parameter is not known, or the sheet cannot be written.
    """
    voice = Voice.of(language)
    found = replication_study.ask(
        site, regions=regions, departements=departements, parameters=_values(changes)
    )
    console = Console(highlight=False)
    weights = voice.listed(
        [f"{name} {voice.numbers.exact(value)}" for name, value in found.weights.items()]
    )
    console.print(
        escape(
            voice.say(
                "{service}, preuve {grade} (× {multiplier}). Poids : {weights}.",
                service=voice.say(found.service.name),
                grade=found.service.evidence,
                multiplier=voice.numbers.exact(found.multiplier),
                weights=weights,
            )
        )
    )
    console.print(grid(narrow(ranking(found, voice, rows=_BEST)), voice))
    console.print(escape(stability(found, voice)))
    stopped = found.table[found.table["rank"] == 0]
    if len(stopped):
        console.print(
            escape(
                voice.say_counted(
                    "{n} commune est bloquée :",
                    "{n} communes sont bloquées, dont :",
                    len(stopped),
                    n=voice.numbers.count(len(stopped)),
                )
            )
        )
    for code, row in stopped.head(_STOPPED).iterrows():
        reason = why(found, str(code), str(row["weakest"]), voice)
        console.print(escape(f"  – {voice.name(str(row['name']))} : {reason}"))
    for fault in (*found.unknown, *found.to_check):
        console.print(f"  – {escape(voice.told(fault))}", style="dim")
    if found.missing:
        names = voice.listed([voice.told(fault) for fault in found.missing])
        console.print(
            escape(voice.say("Ressemblance, sans : {features} (non fournis).", features=names)),
            style="dim",
        )
    if out is not None:
        for path in write(found, _named(regions, departements), out, voice):
            console.print(escape(str(path)), soft_wrap=True)


def write(found: Replication, where: str, folder: Path, voice: Voice) -> list[Path]:
    """Write the sheet (HTML and PDF) and the whole ranking (CSV) into a folder.

    Raises
    ------
    ScenarioError
        If the folder cannot be written.
    """
    said = sheet(found, where, voice)
    made = {
        f"fiche-{found.site.id}.html": html.page(said, voice.numbers).encode("utf-8"),
        f"fiche-{found.site.id}.pdf": pdf.document(said, voice.numbers, one_page=True),
        f"analogues-{found.site.id}.csv": comma_separated(said.communes).encode("utf-8"),
        f"bloquees-{found.site.id}.csv": comma_separated(
            ranking(found, voice, rows=len(found.table), blocked=True)
        ).encode("utf-8"),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise ScenarioError(
            "--out : impossible d’écrire dans « {path} » ({reason}).",
            path=folder,
            reason=error.strerror,
        ) from error
    return [folder / name for name in made]


def _named(regions: Sequence[str], departements: Sequence[str]) -> str:
    """Return what people call some regions and départements."""
    known = communes.departements()
    names = dict(zip(known["region"], known["region_name"], strict=True))
    return ", ".join(
        [
            *(names[code] for code in regions),
            *(str(known.loc[code, "name"]) for code in departements),
        ]
    )


def _values(changes: Sequence[str]) -> dict[str, float]:
    """Return the parameters that the command line changes."""
    found = {}
    for change in changes:
        name, _, raw = change.partition("=")
        try:
            found[name.strip().removeprefix("parameters.")] = float(raw.replace(",", "."))
        except ValueError as error:
            raise ScenarioError(
                "--set : « {change} » ; écrivez un paramètre et un nombre, par exemple "
                "replication.need=0.4.",
                change=change,
            ) from error
    return found
