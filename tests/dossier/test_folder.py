"""A result folder is written whole or not at all, and twice the same."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from territory_access import dossier
from territory_access.dossier import folder as folder_module
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from territory_access.study import Study

FILES = {"dossier.html", "dossier.pdf", "resume.pdf", "annexe.xlsx", "resultats.gpkg"}
NAMES = FILES | {"scenario.toml", "manifest.json"}


def test_it_holds_what_it_says(study: Study, tmp_path: Path) -> None:
    paths = dossier.write(study, tmp_path / "deep" / "resultat")
    assert {path.name for path in paths} == NAMES
    assert {path.name for path in (tmp_path / "deep" / "resultat").iterdir()} == {*NAMES, "tables"}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["resultat"]
    manifest = json.loads((tmp_path / "deep" / "resultat" / "manifest.json").read_text("utf-8"))
    for entry in manifest["files"]:
        raw = (tmp_path / "deep" / "resultat" / entry["name"]).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == entry["sha256"]
    assert manifest["inputs"][0]["sha256"] == "ab" * 32


def test_the_same_study_gives_the_same_bytes(study: Study, written: Path, tmp_path: Path) -> None:
    dossier.write(study, tmp_path / "again")
    tables = {str(path.relative_to(written)) for path in (written / "tables").iterdir()}
    assert {"tables/communes.csv", "tables/sites.csv", "tables/tables.json"} <= tables
    for name in NAMES | tables:
        assert (tmp_path / "again" / name).read_bytes() == (written / name).read_bytes(), name


def test_a_former_result_is_replaced_whole(study: Study, tmp_path: Path) -> None:
    folder = tmp_path / "resultat"
    dossier.write(study, folder)
    (folder / "stray.txt").write_text("old", encoding="utf-8")
    dossier.write(study, folder)
    assert {path.name for path in folder.iterdir()} == {*NAMES, "tables"}
    assert [path.name for path in tmp_path.iterdir()] == ["resultat"]


def test_a_failure_leaves_the_former_result_and_nothing_else(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "resultat"
    dossier.write(study, folder)
    before = {path.name: path.read_bytes() for path in folder.glob("*.*")}

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(folder_module, "write_layers", fail)
    with pytest.raises(RuntimeError):
        dossier.write(study, folder)
    assert {path.name: path.read_bytes() for path in folder.glob("*.*")} == before
    with pytest.raises(RuntimeError):
        dossier.write(study, tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["resultat"]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_not_ours_is_never_overwritten(study: Study, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "precious"
    kept = target / "thesis.txt" if kind == "folder" else target
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("years of work", encoding="utf-8")
    with pytest.raises(DataError, match=r"manifest\.json"):
        dossier.write(study, target)
    assert kept.read_text(encoding="utf-8") == "years of work"


def test_an_empty_folder_may_be_used(study: Study, tmp_path: Path) -> None:
    (tmp_path / "resultat").mkdir()
    dossier.write(study, tmp_path / "resultat")
    assert {path.name for path in (tmp_path / "resultat").iterdir()} == {*NAMES, "tables"}


def test_a_folder_that_cannot_be_made_is_a_sentence(study: Study, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="impossible d’écrire ici"):
        dossier.write(study, tmp_path / "file" / "resultat")
