"""How a result folder is written whole, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.dossier.content import content
from territory_access.dossier.geopackage import write_layers
from territory_access.dossier.html import page
from territory_access.dossier.manifest import MANIFEST, SCENARIO, manifest
from territory_access.dossier.one_page import one_page
from territory_access.dossier.pdf import document
from territory_access.dossier.twins import write_twins
from territory_access.dossier.voice import Voice
from territory_access.dossier.workbook import write_workbook
from territory_access.errors import DataError

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Content
    from territory_access.study import Study


def write(study: Study, folder: Path | str, *, language: str = "fr") -> list[Path]:
    """Write the dossier of a study into a folder.

    The files are made beside the folder and take its place in one move once they are complete: a
    run that fails leaves the former result as it was.

    Parameters
    ----------
    study
        A whole run.
    folder
        Where the result goes; made if absent, replaced if an earlier result is there.
    language
        ``fr`` or ``en``.

    Returns
    -------
    list of Path
        ``dossier.html`` and ``dossier.pdf``, ``resume.pdf`` (one page), ``annexe.xlsx``,
        ``resultats.gpkg``, ``scenario.toml`` and ``manifest.json``; the folder ``tables`` holds
        every table as CSV and JSON.

    Raises
    ------
    DataError
        If something is there that is not a result of ours, or the folder cannot be written.
    """
    folder = Path(folder)
    refuse_foreign(folder)
    voice = Voice.of(language)
    said = content(study, voice)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise DataError(
            "{folder} : impossible d’écrire ici ({reason}) ; choisir un autre dossier de "
            "résultats.",
            folder=folder,
            reason=error.strerror,
        ) from error
    try:
        names = _render(study, said, voice, draft)
        listed = [*names, *write_twins(said, draft)]
        (draft / MANIFEST).write_text(manifest(study, draft, listed, language), encoding="utf-8")
        draft.chmod(0o755)
        _take_place(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [folder / name for name in (*names, MANIFEST)]


def _render(study: Study, said: Content, voice: Voice, draft: Path) -> list[str]:
    """Write every rendering of a dossier into a folder and return their names."""
    (draft / "dossier.html").write_text(page(said, voice.numbers), encoding="utf-8")
    (draft / "dossier.pdf").write_bytes(document(said, voice.numbers))
    (draft / "resume.pdf").write_bytes(document(one_page(said), voice.numbers, one_page=True))
    write_workbook(said, draft / "annexe.xlsx")
    write_layers(study, said, draft / "resultats.gpkg")
    (draft / SCENARIO).write_text(study.scenario.dump(), encoding="utf-8")
    return ["dossier.html", "dossier.pdf", "resume.pdf", "annexe.xlsx", "resultats.gpkg", SCENARIO]


def refuse_foreign(folder: Path) -> None:
    """Refuse to replace what this package did not write.

    Raises
    ------
    DataError
        If ``folder`` is a file, or a folder with content but no manifest of ours.
    """
    if folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir())):
        return
    if folder.exists() or folder.is_symlink():
        raise DataError(
            "{folder} : ce dossier existe et n’a pas été écrit par ce logiciel (il n’a pas de "
            "manifest.json) ; choisir un autre nom ou le déplacer.",
            folder=folder,
        )


def _take_place(draft: Path, folder: Path) -> None:
    """Put the new result where the former one is, which comes back if that fails."""
    if not folder.exists():
        draft.rename(folder)
        return
    former = draft.with_name(f"{draft.name}-former")
    folder.rename(former)
    try:
        draft.rename(folder)
    except BaseException:  # an interruption too must give the former result back
        if not folder.exists():
            former.rename(folder)
        raise
    shutil.rmtree(former, ignore_errors=True)
