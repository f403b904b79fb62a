"""The commands that question a plan: a table, a sentence, a file, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from territory_access import study
from territory_access.cli.app import BAD_INPUT, main
from territory_access.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """
title = "Mayenne"
territory = {departements = ["53"], buffer_km = 20}
siting = {budget = 200_000, deficit_per_year = 50_000, gp_fte = 4, services = ["SMP", "ANT"]}
"""


@pytest.fixture(scope="module")
def mayenne(tmp_path_factory: pytest.TempPathFactory) -> study.Study:
    path = tmp_path_factory.mktemp("mayenne") / "mayenne.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return study.run(Scenario.load(path))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mayenne: study.Study) -> Path:
    """Work in an empty folder, with a study that is already made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(study, "run", lambda *_args, **_options: mayenne)
    (tmp_path / "mayenne.toml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def leave(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return int(left.value.code or 0)


def test_why_each_site(
    here: Path, mayenne: study.Study, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave("explain", "mayenne.toml", "--csv", "pourquoi.csv") == 0
    said = capsys.readouterr().out
    assert "le plan refait sans lui" in said
    assert "d’investissement de plus" in said
    lines = (here / "pourquoi.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + len(mayenne.plan.sites)
    assert lines[1].startswith(str(mayenne.plan.sites.index[0]))


def test_one_site_chosen_or_not(
    here: Path, mayenne: study.Study, capsys: pytest.CaptureFixture[str]
) -> None:
    assert here
    chosen = str(mayenne.plan.sites["name"].iloc[0])
    assert leave("explain", "mayenne.toml", chosen, "--lang", "en") == 0
    assert f"{chosen} is chosen" in capsys.readouterr().out
    problem = mayenne.plan.problem
    open_to = problem.allowed.any("option").to_series()
    other = next(code for code in open_to.index[open_to] if code not in mayenne.plan.sites.index)
    assert leave("explain", "mayenne.toml", str(other)) == 0
    assert "n’est pas choisi" in capsys.readouterr().out


def test_a_place_that_is_no_candidate(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert here
    assert leave("explain", "mayenne.toml", "Atlantis") == BAD_INPUT
    assert "Atlantis" in capsys.readouterr().err


def test_plans_nearly_as_good(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("alternatives", "mayenne.toml", "--tolerance", "0.01", "--csv", "plans.csv") == 0
    said = capsys.readouterr().out
    assert "aussi différents que possible" in said
    assert (here / "plans.csv").read_text(encoding="utf-8-sig").startswith("plan,")
    assert leave("alternatives", "mayenne.toml", "--tolerance", "3") == BAD_INPUT


def test_more_money_and_more_fairness(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("frontier", "mayenne.toml", "--nested", "--csv", "courbe.csv") == 0
    assert "emboîtement" in capsys.readouterr().out
    assert len((here / "courbe.csv").read_text(encoding="utf-8-sig").splitlines()) == 8
    assert leave("frontier", "mayenne.toml", "--equity", "--lang", "en") == 0
    assert "What equity costs" in capsys.readouterr().out


def test_how_the_plan_stands_uncertainty(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert here
    assert leave("robustness", "mayenne.toml", "--draws", "2", "--lang", "en") == 0
    said = capsys.readouterr().out
    assert "no regret" in said or "depends" in said or "fragile" in said
    assert "The plan holds" in said
    assert "d’aujourd’hui" not in said
    assert leave("robustness", "mayenne.toml", "--draws", "0") == BAD_INPUT
    assert leave("explain", "mayenne.toml", "--csv", "nowhere/x.csv") == BAD_INPUT
