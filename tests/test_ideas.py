"""Ideas are tried side by side on one territory, each as if it were the scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from territory_access import study
from territory_access.errors import ScenarioError
from territory_access.ideas import tried
from territory_access.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from territory_access.study_steps import Step


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "mayenne.toml"
    path.write_text(
        'title = "Mayenne"\n[territory]\ndepartements = ["53"]\nbuffer_km = 10\n'
        "[siting]\nbudget = 300_000\ngp_fte = 5\n",
        encoding="utf-8",
    )
    return path


def test_each_idea_has_the_plan_of_its_own_study(scenario: Path) -> None:
    heard: list[Step] = []
    found = list(tried(scenario, ["siting.budget=0", "siting.gp_fte=2"], observe=heard.append))
    assert [idea.asked for idea in found] == ["", "siting.budget=0", "siting.gp_fte=2"]
    for idea in found:
        assert idea.plan is not None
        alone = study.run(Scenario.load(scenario, changes=idea.asked.split()))
        assert list(idea.plan.sites.index) == list(alone.plan.sites.index)
        assert idea.plan.gain == alone.plan.gain
    assert [step.name for step in heard if step.seconds is not None] == ["territory", "travel"]


def test_an_idea_about_the_territory_looks_at_it_again(scenario: Path) -> None:
    heard: list[Step] = []
    list(tried(scenario, ["siting.budget=0", "territory.buffer_km=0"], observe=heard.append))
    assert [step.name for step in heard if step.seconds is not None].count("territory") == 2


def test_an_idea_that_no_plan_obeys_says_why(scenario: Path) -> None:
    (_, impossible) = tried(scenario, ["siting.budget=0 siting.keep=['53147']"])
    assert impossible.plan is None
    assert "Mayenne" in str(impossible.refusal)


@pytest.mark.parametrize("idea", ["siting.bugdet=1", "siting.budget='", "budget"])
def test_a_senseless_idea_is_refused_before_anything_is_worked_out(
    scenario: Path, idea: str
) -> None:
    with pytest.raises(ScenarioError):
        next(tried(scenario, ["siting.budget=0", idea]))
