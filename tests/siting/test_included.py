"""A plan contains the smaller one that was begun, from a folder or a list, and tells its price."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territory_access import siting
from territory_access.errors import DataError, Infeasible, ScenarioError, Unverified
from territory_access.scenario import Scenario
from territory_access.siting.explain import why
from territory_access.siting.frontier import by_budget
from territory_access.siting.included import holding
from territory_access.siting.solve import simple
from territory_access.siting.years.nested import nested
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

few = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@given(seed=st.integers(0, 100_000))
@few
def test_the_best_of_the_plans_that_contain_it(
    small: ModuleType, brute: ModuleType, seed: int
) -> None:
    case = small.drawn(seed).but(budget=250_000.0, gp_fte=6.0)
    problem = case.problem()
    begun = next((plan for plan in brute.plans(problem) if len(plan) == 1), None)
    if begun is None:
        return
    ((place, option),) = begun.items()
    kept = (str(problem.candidates.index[place]), str(problem.options.index[option]))
    asked = replace(problem, included=(kept,))
    before = brute.served(problem, {})
    gains = [
        brute.served(problem, plan) - before
        for plan in brute.plans(problem)
        if plan.get(place) == option
    ]
    found = siting.solve(asked)
    assert found.gain == max(gains)
    assert found.report.status is Status.OPTIMAL
    assert "reached" in found.report.stages.index  # by the exact flow, not the whole model
    # The whole model, where it must be taken, finds the same.
    whole = siting.solve(replace(asked, rules=replace(asked.rules, per_epci=99)))
    assert whole.gain == pytest.approx(found.gain, abs=1e-6)


def _three(small: ModuleType, **rules: Any) -> Any:
    """Return three towns out of reach of each other; the largest are Z2, then Z1."""
    return small.Case(
        seekers=[30, 40, 90],
        minutes=np.where(np.eye(3) > 0, 0.0, 60.0),
        candidates=[0, 1, 2],
        services={"CDS": small.service("CDS", (1.0, 50, 100_000.0, 0.0), (2.0, 90, 180_000, 0.0))},
        rules={"budget": 200_000.0} | rules,
    )


def _begun(site: str = "Z0", size: str = "petit") -> dict[str, str]:
    return {"site": site, "service": "CDS", "size": size}


@pytest.mark.parametrize("name", ["Z0", "commune z0"])
def test_a_list_of_sites(small: ModuleType, name: str) -> None:
    case = _three(small)
    plan = case.but(includes=(_begun(name),)).solved()
    assert plan.sites.index.tolist() == ["Z0", "Z2"]
    assert plan.gain == 80.0
    assert case.solved().gain == 90.0


def test_it_can_be_questioned_as_any_plan(small: ModuleType) -> None:
    plan = _three(small, includes=(_begun(),)).solved()
    assert why(plan)["gain_lost"].tolist() == [80.0, 10.0]
    table = by_budget(plan.problem, budgets=[50_000.0, 200_000.0], nested=True)
    assert table["gain"].tolist() == [0.0, 80.0]


def test_the_folder_of_a_run(small: ModuleType, tmp_path: Path) -> None:
    listed = {"files": [], "plan": [_begun() | {"name": "x", "year": 1, "decision": "ouvrir"}]}
    (tmp_path / "manifest.json").write_text(json.dumps(listed), encoding="utf-8")
    plan = _three(small, includes=tmp_path).solved()
    assert plan.problem.included == (("Z0", "CDS petit"),)


def test_the_key_in_a_scenario(tmp_path: Path) -> None:
    head = 'title = "x"\nterritory.departements = ["53"]\n[siting]\nbudget = 1\ngp_fte = 1\n'
    (tmp_path / "a.toml").write_text(head + 'includes = "resultats/x"\n', encoding="utf-8")
    asked = Scenario.load(tmp_path / "a.toml")
    assert asked.siting.includes == tmp_path / "resultats" / "x"
    assert Scenario.parse(asked.dump()) == asked
    text = head + 'includes = [{site = "53130", service = "SMP", size = "petit"}]\n'
    listed = Scenario.parse(text)
    assert [part.site for part in listed.siting.includes] == ["53130"]
    assert Scenario.parse(listed.dump()) == listed


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"includes": (_begun("Laval"),)}, "n’est pas, ou plus, une commune candidate"),
        ({"includes": (_begun(size="énorme"),)}, "n’est pas un service et une taille"),
        ({"includes": (_begun(), _begun())}, "y est deux fois"),
        ({"includes": (_begun(),), "forbid": ("Z0",)}, "ne peut plus ouvrir"),
        ({"includes": (_begun(),), "budget": 90_000.0}, "coûte 100.000.€, plus que siting.budget"),
        ({"includes": (_begun(),), "gp_fte": 0.5}, r"plus que siting\.gp_fte"),
    ],
)
def test_what_can_no_longer_be_included(
    small: ModuleType, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(ScenarioError, match=told):
        _three(small, **changes).problem()


def test_folders_without_a_plan(small: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="n’existe pas"):
        _three(small, includes=tmp_path / "none").problem()
    with pytest.raises(DataError, match="n’a pas de manifest"):
        _three(small, includes=tmp_path).problem()
    (tmp_path / "manifest.json").write_text('{"files": []}', encoding="utf-8")
    with pytest.raises(DataError, match="ne dit pas son plan"):
        _three(small, includes=tmp_path).problem()
    moved = {"plan": [_begun() | {"decision": "agrandir"}]}
    (tmp_path / "manifest.json").write_text(json.dumps(moved), encoding="utf-8")
    with pytest.raises(ScenarioError, match="change un service en place"):
        _three(small, includes=tmp_path).problem()


def test_a_plan_to_contain_that_leaves_none(small: ModuleType) -> None:
    case = _three(small, includes=(_begun(),), keep=("Z2",), budget=150_000.0)
    with pytest.raises(Infeasible) as told:
        case.solved()
    faults = [str(fault) for fault in told.value.faults]
    assert "siting.includes : renoncer à garder le plan repris" in faults
    assert any("200" in fault for fault in faults)


def test_a_plan_without_it_is_caught(small: ModuleType) -> None:
    free = _three(small).solved()
    asked = nested(free.problem, _three(small, includes=(_begun(),), budget=100_000.0).solved())
    assert simple(holding(asked))
    with pytest.raises(Unverified, match="écart"):
        replace(free, problem=asked).verify()
