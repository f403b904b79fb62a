"""The commands that question a plan, about the APL and over several years."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from territory_access import study
from territory_access.cli.app import main

if TYPE_CHECKING:
    from types import ModuleType

SCENARIO = """
title = "Essai"
territory = {departements = ["53"]}
siting = {budget = 100_000, deficit_per_year = 0, gp_fte = 3, services = ["CDS"]}
"""


@pytest.fixture(scope="module")
def small() -> ModuleType:
    path = Path(__file__).parent / "siting" / "small.py"
    spec = importlib.util.spec_from_file_location("small_of_commands", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def towns(small: ModuleType, **rules: Any) -> Any:
    """Return four towns a quarter of an hour apart, and money for two centres."""
    return small.Case(
        seekers=[100, 80, 60, 40],
        minutes=small.line([0] * 4, step=18.0),
        candidates=[0, 1, 2, 3],
        services={
            "CDS": small.service("CDS", (1.0, 100, 50_000.0, 0.0), lead_months=6.0, poaching=0.1)
        },
        apl=[0.5, 0.9, 1.2, 1.4],
        population=[2000, 1500, 1000, 500],
        rules={"budget": 100_000.0, "gp_fte": 3.0} | rules,
    )


RULES = {
    "apl": {"objective": "apl"},
    "three years": {"objective": "apl", "years": 3, "hires": {"salaried": 1.0}},
    "places": {"objective": "places", "years": 3},
}


@pytest.fixture(params=list(RULES))
def plan(
    small: ModuleType,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """Work in an empty folder, where the study of a scenario is a made-up one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    found = towns(small, **RULES[request.param]).solved()
    made = SimpleNamespace(plan=found, parameters=small.PARAMETERS)
    monkeypatch.setattr(study, "run", lambda *_args, **_options: made)
    (tmp_path / "essai.toml").write_text(SCENARIO, encoding="utf-8")
    return found


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    output = capsys.readouterr()
    assert not left.value.code, output.err
    return output.out


def test_why_each_site_and_each_other(plan: Any, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "explain", "essai.toml", "--csv", "pourquoi.csv")
    places = plan.problem.objective == "places"
    assert ("Places perdues sans lui" if places else "Consultations perdues sans lui") in text
    assert "Au moins (prouvé)" in text
    assert len(Path("pourquoi.csv").read_text(encoding="utf-8-sig").splitlines()) == 3
    text = said(capsys, "explain", "essai.toml", "--rejected", "--lang", "en", "--csv", "r.csv")
    assert "At least (proved)" in text
    assert len(Path("r.csv").read_text(encoding="utf-8-sig").splitlines()) == 3


def test_one_site_chosen_or_not(plan: Any, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = str(plan.sites["name"].iloc[0])
    assert f"{chosen} est choisi" in said(capsys, "explain", "essai.toml", chosen)
    other = next(code for code in plan.problem.candidates.index if code not in plan.sites.index)
    text = said(capsys, "explain", "essai.toml", str(other))
    assert "n’est pas choisi" in text
    assert "faire perdre" in text or "aussi bien" in text


def test_other_plans(plan: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(plan.sites) == 2
    text = said(capsys, "alternatives", "essai.toml", "--tolerance", "0.5")
    assert "aussi différents que possible" in text
    assert "sans preuve" not in text


def test_more_money_and_more_fairness(plan: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Le gain selon le budget" in said(capsys, "frontier", "essai.toml")
    assert "emboîtement" in said(capsys, "frontier", "essai.toml", "--nested")
    text = said(capsys, "frontier", "essai.toml", "--equity", "--lang", "en")
    assert "What equity costs" in text
    assert ("worst-served tenth" in text) == (plan.problem.missing is not None)


def test_how_the_plan_stands_uncertainty(plan: Any, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "robustness", "essai.toml", "--draws", "2", "--lang", "en")
    assert "The plan holds" in text
    assert "on average" in text
    assert ("Share taken from practices nearby" in text) == (plan.problem.missing is not None)
    assert np.isfinite(plan.gain)
