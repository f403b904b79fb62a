"""How a result folder is written whole, or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access import __version__
from territory_access.dossier.content import content
from territory_access.dossier.geopackage import write_layers
from territory_access.dossier.html import page
from territory_access.dossier.voice import Voice
from territory_access.dossier.workbook import write_workbook
from territory_access.errors import DataError

if TYPE_CHECKING:
    from territory_access.study import Study

MANIFEST = "manifest.json"


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
        ``dossier.html``, ``annexe.xlsx``, ``resultats.gpkg`` and ``manifest.json``.

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
        (draft / "dossier.html").write_text(page(said, voice.numbers), encoding="utf-8")
        write_workbook(said, draft / "annexe.xlsx")
        write_layers(study, said, draft / "resultats.gpkg")
        names = ["dossier.html", "annexe.xlsx", "resultats.gpkg"]
        (draft / MANIFEST).write_text(_manifest(study, draft, names, language), encoding="utf-8")
        draft.chmod(0o755)
        _take_place(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [folder / name for name in (*names, MANIFEST)]


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


def _manifest(study: Study, draft: Path, names: list[str], language: str) -> str:
    """Return the inventory: what was written, from what, by which version."""
    listing = {
        "software": {"name": "territory_access", "version": __version__},
        "title": study.scenario.title,
        "language": language,
        "files": [_entry(draft / name) for name in names],
        "inputs": json.loads(
            study.sources.reset_index(drop=True).to_json(orient="records", force_ascii=False)
        ),
        "solver": {
            "name": study.plan.report.solver,
            "status": str(study.plan.report.status),
            "objective": study.plan.report.objective,
            "bound": study.plan.report.bound,
            "gap": study.plan.report.gap,
            "nodes": study.plan.report.nodes,
        },
    }
    return json.dumps(listing, ensure_ascii=False, indent=2, default=str) + "\n"


def _entry(path: Path) -> dict[str, object]:
    raw = path.read_bytes()
    return {"name": path.name, "bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
