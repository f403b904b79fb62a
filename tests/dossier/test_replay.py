"""A study made again gives the same tables, or says what differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_access import dossier, study
from territory_access.errors import DataError
from territory_access.scenario import Scenario

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    asked = Scenario.parse("""
        title = "Belle-Île"
        territory = {communes = ["56009", "56114", "56152", "56241"], buffer_km = 10}
        siting = {budget = 150_000, gp_fte = 3, min_population = 500}
    """)
    folder = tmp_path_factory.mktemp("replay") / "resultat"
    dossier.write(study.run(asked), folder)
    return folder


def test_the_same_study_gives_the_same_tables(result: Path) -> None:
    found = dossier.replay(result)
    assert found.tables > 5
    assert found.differences == ()
    assert found.causes == ()


def test_what_differs_is_named(result: Path) -> None:
    table = result / "tables" / "communes.csv"
    before = table.read_bytes()
    lines = before.decode("utf-8").split("\r\n")
    lines[2] = lines[2].replace("56", "65", 1)
    manifest = (result / "manifest.json").read_text("utf-8")
    try:
        table.write_bytes("\r\n".join(lines).encode("utf-8"))
        (result / "manifest.json").write_text(
            manifest.replace('"version": "', '"version": "0.', 1), encoding="utf-8"
        )
        found = dossier.replay(result)
    finally:
        table.write_bytes(before)
        (result / "manifest.json").write_text(manifest, encoding="utf-8")
    assert str(found.differences[0]).startswith("communes.csv, ligne 3, code_commune : 65")
    assert "version du logiciel" in str(found.causes[0])


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"files": []}', encoding="utf-8")
    with pytest.raises(DataError, match="aucune table"):
        dossier.replay(tmp_path)


@pytest.mark.parametrize(
    "folder", sorted((ROOT / "docs" / "exemples").iterdir()), ids=lambda path: path.name
)
def test_the_example_that_is_kept_is_found_again(folder: Path) -> None:
    found = dossier.replay(folder)
    assert [str(fault) for fault in (*found.causes, *found.differences)] == []
