"""What a planner sees of official files: which are there, how a download goes, what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from territory_access.datasets import download, registry, user_folder
from territory_access.dossier.voice import Voice
from territory_access.errors import (
    DataError,
    Fault,
    MissingDataset,
    ScenarioError,
    TerritoryAccessError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from territory_access.datasets.registry import Entry

_MEGABYTE = 1_000_000


def show_list(to: Path | None, language: str) -> None:
    """Print every entry: name, title, vintage, licence, and whether it is there."""
    voice = Voice.of(language)
    folder = user_folder.folder(to)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in (
        voice.say("nom"), voice.say("contenu"), voice.say("millésime"), voice.say("licence"),
    ):  # fmt: skip
        table.add_column(heading, overflow="fold")
    table.add_column(voice.say("présent"), justify="right")
    for one in registry.entries().values():
        path = registry.found(one, folder)
        here = "–" if path is None else _size(path.stat().st_size, voice)
        table.add_row(
            *(escape(text) for text in (one.name, one.title, one.vintage, one.licence)), here
        )
    console = Console(highlight=False)
    console.print(table)
    console.print("\n" + escape(voice.say("Dossier des données : {folder}", folder=str(folder))))
    unsure = [one for one in registry.entries().values() if one.address and not one.checked]
    if unsure:
        said = voice.say(
            "{count} adresses viennent de programmes publics ou de mémoire et n’ont pas été "
            "vérifiées. Si l’une échoue, la page du producteur fait foi.",
            count=voice.numbers.count(len(unsure)),
        )
        console.print(escape(said), style="dim")


def fetch(names: Sequence[str], to: Path | None, language: str, *, refresh: bool) -> None:
    """Download entries one after the other, all of them even if one fails.

    Raises
    ------
    ScenarioError
        When none is named.
    TerritoryAccessError
        When one could not be had; several are told together.
    """
    if not names:
        raise ScenarioError(
            "data get : donnez un nom au moins, par exemple « territory-access data get bpe-2024 »."
        )
    voice = Voice.of(language)
    asked = [registry.entry(name) for name in names]
    console = Console(highlight=False, soft_wrap=True)
    failed: list[TerritoryAccessError] = []
    for one in asked:
        try:
            got = _with_progress(one, to, console, refresh=refresh)
        except (DataError, MissingDataset) as error:
            failed.append(error)
            console.print(f"[red]✗[/] {one.name}")
            continue
        size = _size(got.fingerprint.bytes, voice)
        said = voice.say("téléchargé") if got.fresh else voice.say("déjà là, inchangé")
        console.print(f"[green]✓[/] {escape(f'{one.name} · {size} · {said} → {got.path}')}")
    _raise(failed)


def verify(names: Sequence[str], to: Path | None, language: str) -> None:
    """Compare the files that are there with their fingerprints, and read each.

    Raises
    ------
    TerritoryAccessError
        When a file changed or cannot be read, or one that was named is not there.
    """
    voice = Voice.of(language)
    folder = user_folder.folder(to)
    asked = [registry.entry(name) for name in names]
    there = [one for one in registry.entries().values() if registry.found(one, folder)]
    console = Console(highlight=False, soft_wrap=True)
    if not asked and not there:
        console.print(escape(voice.say("aucun fichier officiel dans {folder}", folder=str(folder))))
    failed: list[TerritoryAccessError] = []
    for one in asked or there:
        try:
            with console.status(f"{one.name} …"):
                said = _verified(one, folder)
        except (DataError, MissingDataset) as error:
            failed.append(error)
            console.print(f"[red]✗[/] {one.name}")
        else:
            console.print(f"[green]✓[/] {escape(one.name)} · {escape(voice.told(said))}")
    _raise(failed)


def _verified(one: Entry, folder: Path) -> Fault:
    """Return what was found of a file that is as it should be."""
    path = registry.found(one, folder)
    if path is None:
        raise registry.missing(one, folder, Fault("il n’est pas dans {folder}", {"folder": folder}))
    download.get(one, to=folder)  # notes the fingerprint of a file put there by hand
    if registry.open_with_reader(one, path):
        return Fault("inchangé, et se lit", {})
    return Fault("inchangé ; aucune lecture prévue", {})


def _with_progress(one: Entry, to: Path | None, console: Console, *, refresh: bool) -> download.Got:
    """Download an entry under a bar that tells how much and how long."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(one.name, total=None, start=True)

        def tell(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        return download.get(one, to=to, tell=tell, refresh=refresh)


def _size(count: int, voice: Voice) -> str:
    """Return a size in megabytes."""
    return voice.say("{size} Mo", size=voice.numbers.decimal(count / _MEGABYTE, 1))


def _raise(failed: Sequence[TerritoryAccessError]) -> None:
    """Raise what went wrong, together."""
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise DataError(
            "{count} fichiers ne sont pas comme il faut.",
            count=len(failed),
            faults=[fault for error in failed for fault in (error.fault, *error.faults)],
        )
