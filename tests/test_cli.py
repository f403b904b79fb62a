"""The command line, as a planner meets it: one sentence when wrong, nothing half-written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from territory_access.cli.app import BAD_INPUT, INFEASIBLE, main

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """
title = "Mayenne"
territory = {departements = ["53"], buffer_km = 20}
siting = {budget = 200_000, deficit_per_year = 50_000, gp_fte = 4, services = ["SMP", "ANT"]}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mayenne.toml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def leave(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return int(left.value.code or 0)


def test_a_run_names_its_dossier(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("run", "mayenne.toml") == 0
    said = capsys.readouterr().out
    assert "optimum prouvé" in said
    assert "resultats/mayenne/dossier.html" in said.replace("\n", "")
    assert (here / "resultats" / "mayenne" / "dossier.html").is_file()


def test_a_budget_of_zero_proposes_nothing_and_says_why(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave("run", "mayenne.toml", "--set", "siting.budget=0") == 0
    said = capsys.readouterr().out
    assert "rien" in said
    assert "budget" in said
    assert (here / "resultats" / "mayenne" / "dossier.html").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run", "mayenne.toml", "--set", "sitting.budget=1"], "Vouliez-vous dire « siting » ?"),
        (["run", "mayenne.toml", "--set", "siting.budget=beaucoup"], "doit être un nombre"),
        (["run", "mayenne.toml", "--set", "siting.budget=-5"], "il faut au moins 0"),
        (["run", "absent.toml"], "introuvable"),
        (["run", "mayenne.toml", "--set", 'territory.communes=["99999"]'], "n’existe pas"),
        (["run", "mayenne.toml", "--set", "parameters.places.kapa=4"], "places.kappa"),
        (["run", "mayenne.toml", "--set", 'siting.services=["SPM"]'], "SMP"),
        (["run", "mayenne.toml", "--set", "supply.gp_file=absent.csv"], "absent.csv"),
        (["run", "casse.toml"], "TOML"),
        (["run"], "il manque"),
        (["courir"], "commande inconnue « courir »"),
        (["run", "mayenne.toml", "--vite"], "option inconnue « --vite »"),
        (["run", "mayenne.toml", "--lang", "de"], "langue inconnue"),
        (["check", "mayenne.toml", "--set", "siting.min_population=9999999"], "aucune commune"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(
    words: list[str], sentence: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "casse.toml").write_text("titre = [", encoding="utf-8")
    assert leave(*words) == BAD_INPUT
    said = capsys.readouterr().err
    assert said.startswith("Erreur — ")
    assert sentence in said
    assert said.count("\n") == 1
    assert "Traceback" not in said
    assert not (here / "resultats").exists()


def test_rules_that_cannot_be_obeyed_have_their_own_exit_code(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["run", "mayenne.toml", "--set", 'siting.keep=["53147"]', "--set", "siting.budget=10"]
    assert leave(*words) == INFEASIBLE
    assert "budget" in capsys.readouterr().err
    assert not (here / "resultats").exists()


def test_errors_speak_english_when_asked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert here.is_dir()
    assert leave("run", "mayenne.toml", "--lang", "en", "--set", "sitting.budget=1") == BAD_INPUT
    assert "Did you mean “siting”?" in capsys.readouterr().err


def test_an_english_run_is_english(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("run", "mayenne.toml", "--lang", "en") == 0
    assert "proven optimum" in capsys.readouterr().out
    page = (here / "resultats" / "mayenne" / "dossier.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in page


def test_check_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("check", "mayenne.toml") == 0
    assert "remède" in capsys.readouterr().out
    assert not (here / "resultats").exists()
