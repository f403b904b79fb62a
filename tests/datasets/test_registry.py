"""The official files are described whole, and a scenario finds them by name."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from territory_access.datasets import fingerprints, registry, road_source, user_files, user_folder
from territory_access.errors import DataError, Fault, MissingDataset, ScenarioError
from territory_access.provenance import digest
from territory_access.scenario import Scenario
from territory_access.vocabulary import Tag

READERS = {
    "", "osm", "apl_workbook", "bpe", "finess", "annuaire", "ages", "population_grid", "cars",
    "deprivation",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(user_folder.FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def test_every_entry_is_described() -> None:
    known = registry.entries()
    assert len(known) > 40
    for name, one in known.items():
        assert one.name == name
        assert all((one.title, one.page, one.licence, one.vintage, one.file)), name
        assert one.tag in set(Tag), name
        assert one.reader in READERS, name
        assert not Path(one.file).is_absolute(), name
    assert len({one.file for one in known.values()}) == len(known)


def test_what_nobody_tried_does_not_pass_for_verified() -> None:
    for one in registry.entries().values():
        said_when = re.search(r"vérifiée le \d{4}-\d{2}-\d{2}", one.note)
        assert not one.checked or said_when, f"{one.name}: say in its note when it was fetched"


def test_an_unknown_name_is_met_with_the_nearest() -> None:
    with pytest.raises(DataError, match="Vouliez-vous dire « bpe-2024 »"):
        registry.entry("bpe2024")
    with pytest.raises(DataError, match="data list"):
        registry.entry("zzzzzzzzzzzz")


def test_a_scenario_finds_a_file_by_the_name_of_its_entry(folder: Path) -> None:
    (folder / "BPE24.zip").touch()
    assert registry.locate("data:bpe-2024", key="supply.gp_file") == folder / "BPE24.zip"


def test_a_file_may_lie_in_a_folder_of_the_folder(folder: Path) -> None:
    (folder / "offre").mkdir()
    (folder / "offre" / "BPE24.zip").touch()
    assert registry.locate("data:bpe-2024", key="k") == folder / "offre" / "BPE24.zip"
    assert registry.locate("data:offre/BPE24.zip", key="k") == folder / "offre" / "BPE24.zip"


def test_a_plain_path_is_left_alone() -> None:
    assert registry.locate("ici/mg.csv", key="supply.gp_file") == Path("ici/mg.csv")


def test_a_file_of_ones_own_is_found_by_its_name(folder: Path) -> None:
    (folder / "mg.csv").touch()
    assert registry.locate("data:mg.csv", key="k") == folder / "mg.csv"
    with pytest.raises(MissingDataset, match=r"k : « data:absent\.csv » : ni un fichier"):
        registry.locate("data:absent.csv", key="k")


def test_what_is_missing_is_said_with_command_page_and_place(folder: Path) -> None:
    with pytest.raises(MissingDataset) as raised:
        registry.locate("data:bpe-2024", key="supply.gp_file")
    said = str(raised.value)
    assert "supply.gp_file en a besoin" in said
    assert "territory-access data get bpe-2024" in said
    assert "https://www.insee.fr/fr/statistiques/8217525" in said
    assert str(folder / "BPE24.zip") in said
    assert "n’a pas été vérifiée" in said


@pytest.mark.parametrize("named", ["data:", "data:../secret.csv", "data:/etc/hosts"])
def test_a_name_does_not_lead_out_of_the_folder(folder: Path, named: str) -> None:  # noqa: ARG001 - set
    with pytest.raises(ScenarioError, match="après data:"):
        registry.locate(named, key="k")


def test_a_file_that_changed_since_is_not_used(folder: Path) -> None:
    path = folder / "BPE24.zip"
    path.write_bytes(b"one")
    known = fingerprints.take(folder, path, day="2026-11-22")
    fingerprints.note(folder, "bpe-2024", known)
    assert registry.locate("data:bpe-2024", key="k") == path
    path.write_bytes(b"two")
    with pytest.raises(DataError, match="n’est plus le fichier noté le 2026-11-22"):
        registry.locate("data:bpe-2024", key="k")


def test_roads_fetched_by_command_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(user_folder.FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv("TERRITORY_ACCESS_CACHE", str(tmp_path))
    one = registry.entry("corse")
    path = user_folder.folder() / one.file
    path.parent.mkdir(parents=True)
    path.touch()
    assert path == tmp_path / "donnees" / "roads" / "corse-latest.osm.pbf"
    assert road_source.locate("data:corse") == path


def test_a_file_is_read_by_its_reader(folder: Path) -> None:
    one = registry.entry("bpe-2024")
    path = folder / "bpe.csv"
    path.write_text("DEPCOM;TYPEQU;NB_EQUIP\n44109;D265;3\n", encoding="utf-8")
    assert registry.open_with_reader(one, path)
    path.write_text("rien\n", encoding="utf-8")
    with pytest.raises(DataError):
        registry.open_with_reader(one, path)
    assert not registry.open_with_reader(replace(one, reader=""), path)
    with pytest.raises(DataError, match="ne se lit pas"):
        registry.open_with_reader(registry.entry("bretagne"), path.rename(folder / "b.osm.pbf"))


def test_a_file_without_address_says_so(tmp_path: Path) -> None:
    error = registry.missing(registry.entry("metric"), tmp_path, Fault("essai", {}))
    assert "ne se télécharge pas par commande" in str(error)
    assert "page exacte n’est pas vérifiée" in str(error)


def test_the_table_of_the_readme_is_in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(__file__).resolve().parents[2] / "datasets"
    monkeypatch.syspath_prepend(str(folder))
    script = importlib.import_module("registry_table")
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert script.in_step(text) == text, "run: python datasets/registry_table.py"
    assert text.count("| `") > 40


def test_the_supply_of_a_scenario_may_be_named_by_data(folder: Path) -> None:
    (folder / "mg.csv").write_text("code;gp\n53130;44\n", encoding="utf-8")
    plan = folder / "mayenne.toml"
    plan.write_text(
        'title = "Mayenne"\nterritory = {departements = ["53"]}\n'
        'supply = {gp_file = "data:mg.csv"}\n'
        'siting = {budget = 0, gp_fte = 0, services = ["SMP"]}\n',
        encoding="utf-8",
    )
    asked = Scenario.load(plan)
    known = user_files.sources(asked, None)
    assert known.loc["mg.csv", "sha256"] == digest(folder / "mg.csv")
