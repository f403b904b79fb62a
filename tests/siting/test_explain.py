"""What is said about a plan is what brute force finds when the question is changed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territory_access import siting
from territory_access.errors import ScenarioError
from territory_access.siting import explain
from territory_access.siting.alone import alone
from territory_access.siting.alternatives import alternatives
from territory_access.siting.explanation import explanation
from territory_access.siting.frontier import by_budget, by_equity
from territory_access.siting.greedy import step_by_step
from territory_access.siting.prices import prices
from territory_access.siting.questions import Questions
from territory_access.siting.rejected import rejected

if TYPE_CHECKING:
    from types import ModuleType

    from territory_access.siting import Problem, SitingPlan

few = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
SEEDS = st.integers(0, 10_000)


def every(brute: ModuleType, problem: Problem) -> list[tuple[frozenset[str], int, int]]:
    """Return the candidates, gain and newly reached of every plan."""
    before = brute.served(problem, {})
    codes = problem.candidates.index
    return [
        (
            frozenset(codes[list(plan)]),
            brute.served(problem, plan) - before,
            brute.reached(problem, plan),
        )
        for plan in brute.plans(problem)
    ]


def solved(small: ModuleType, seed: int, *, wide: bool = False) -> SitingPlan | None:
    plan = (small.wide(seed).but(budget=170_000.0) if wide else small.drawn(seed)).solved()
    return None if plan.sites.empty else plan


@given(seed=SEEDS)
@few
def test_each_site_is_worth_what_is_lost_without_it(
    small: ModuleType, brute: ModuleType, seed: int
) -> None:
    plan = solved(small, seed)
    if plan is None:
        return
    plans = every(brute, plan.problem)
    questions = Questions(plan.problem)
    why = explain.why(plan, questions=questions)
    codes = set(plan.problem.candidates.index)
    for code in codes:
        chosen = code in plan.sites.index
        left = [one for one in plans if (code in one[0]) != chosen]
        if not left:
            assert not explain.regret(plan, code, questions=questions).possible
            continue
        gain = max(one[1] for one in left)
        reached = max(one[2] for one in left if one[1] == gain)
        if chosen:
            lost, fewer = why.loc[code, ["gain_lost", "reached_lost"]]
        else:
            found = explain.regret(plan, code, questions=questions)
            if not found.possible:  # it can open, but would serve nobody, or cost more than another
                assert gain <= plan.gain
                continue
            lost, fewer = found.gain_lost, found.reached_lost
        assert lost == plan.gain - gain
        if lost == 0:
            assert fewer == plan.report.stages.loc["reached", "value"] - reached
        else:
            assert np.isnan(fewer)


@pytest.mark.parametrize("seed", range(2))
def test_alternatives_are_all_of_them(small: ModuleType, brute: ModuleType, seed: int) -> None:
    plan = solved(small, seed, wide=True)
    assert plan is not None
    least = plan.gain * 0.9
    good = [one for one in every(brute, plan.problem) if one[1] >= least]
    found = alternatives(plan, tolerance=0.1)
    assert found.proved
    assert set(found.always) == frozenset.intersection(*(one[0] for one in good))
    seen = frozenset().union(*(one[0] for one in good))
    assert set(found.sometimes) == seen - set(found.always)
    assert set(found.never) == set(plan.problem.candidates.index) - seen
    assert found.plans[0].places == set(plan.sites.index)
    assert all(one.gain >= least for one in found.plans)
    assert len({one.places for one in found.plans}) == len(found.plans)


@given(seed=SEEDS)
@few
def test_prices_are_the_gains_of_new_plans(small: ModuleType, seed: int) -> None:
    plan = solved(small, seed)
    if plan is None:
        return
    table = prices(plan)
    assert (table["more"] >= 0).all()
    assert (table["more"] == table["at_most"]).all()
    rules = replace(plan.problem.rules, budget=plan.problem.rules.budget + 100_000)
    again = siting.solve(replace(plan.problem, rules=rules))
    assert table.loc["budget+100000", "gain"] == again.gain
    free = siting.solve(replace(plan.problem, rules=replace(plan.problem.rules, gp_fte=np.inf)))
    assert table.loc["gp_fte:inf", "gain"] == free.gain


def test_a_kept_site_has_its_price(small: ModuleType) -> None:
    case = small.wide(1)
    free = case.solved()
    worst = next(code for code in case.names() if code not in free.sites.index)
    plan = case.but(keep=(worst,)).solved()
    table = prices(plan)
    assert table.loc[f"keep-{worst}", "more"] == free.gain - plan.gain


@pytest.mark.parametrize("nested", [False, True])
def test_more_money_never_brings_less(small: ModuleType, nested: bool) -> None:
    problem = small.wide(2).problem()
    points = [80_000.0, 160_000.0, 240_000.0, 320_000.0]
    table = by_budget(problem, budgets=points, nested=nested)
    assert table["gain"].is_monotonic_increasing
    assert (table["spent"] <= table.index).all()
    again = [
        siting.solve(replace(problem, rules=replace(problem.rules, budget=point))).gain
        for point in points
    ]
    if nested:
        chosen = [set(names.split(", ")) for names in table["names"]]
        assert all(one <= other for one, other in itertools.pairwise(chosen))
        assert (table["gain"] + table["nesting_costs"]).tolist() == again
    else:
        assert table["gain"].tolist() == again
        assert (table["bound"] == table["gain"]).all()


def test_equity_costs_places(small: ModuleType, brute: ModuleType) -> None:
    plan = solved(small, 2, wide=True)
    assert plan is not None
    plans = every(brute, plan.problem)
    table = by_equity(plan, kept=(1.0, 0.8))
    assert table.loc[1.0, "reached"] == plan.report.stages.loc["reached", "value"]
    for kept, row in table.iterrows():
        best = max(reached for _, gain, reached in plans if gain >= plan.gain * float(str(kept)))
        assert row["reached"] <= best <= row["at_most"] + 1e-6
        assert row["reached"] >= best * 0.99


@given(seed=SEEDS)
@few
def test_step_by_step_obeys_the_rules_and_is_never_better(
    small: ModuleType, brute: ModuleType, seed: int
) -> None:
    plan = solved(small, seed)
    if plan is None:
        return
    found = step_by_step(plan)
    problem = plan.problem
    before = brute.served(problem, {})
    position = {
        problem.candidates.index.get_loc(code): problem.options.index.get_loc(option)
        for code, option in found.sites
    }
    assert position in list(brute.plans(problem))
    assert brute.served(problem, position) - before == found.gain
    assert found.lost == plan.gain - found.gain >= 0
    assert found.overspent >= 0


def test_step_by_step_can_lose(small: ModuleType) -> None:
    """One big site in the middle first, then nothing that fits: two small ones were better."""
    case = small.Case(
        seekers=[50, 60, 50],
        minutes=small.line([50, 60, 50], step=15.0),
        candidates=[0, 1, 2],
        services={
            "ROT": small.service(
                "ROT", (1.0, 50, 50_000, 0.0), (1.5, 60, 80_000, 0.0), reach_minutes=10.0
            )
        },
        rules={"budget": 100_000.0},
    )
    plan = case.solved()
    found = step_by_step(plan)
    assert (plan.gain, found.gain, found.lost) == (100, 60, 40)
    assert found.overspent == 0  # sixty places for less than 80 000 € there are not


def test_whom_only_one_site_reaches(small: ModuleType) -> None:
    plan = small.Case(
        seekers=[10, 20, 40],
        minutes=small.line([10, 20, 40], step=15.0),
        candidates=[0, 2],
        services={"ROT": small.service("ROT", (1.0, 30, 50_000, 0.0), reach_minutes=20.0)},
        rules={"budget": 100_000.0},
    ).solved()
    assert alone(plan).to_dict() == {"Z0": 10.0, "Z2": 40.0}


def test_what_each_rejected_candidate_would_cost(small: ModuleType) -> None:
    plan = small.wide(1).solved()
    table = rejected(plan)
    assert not set(table.index) & set(plan.sites.index)
    assert table["gain_lost"].is_monotonic_increasing
    for code, row in table.iloc[::3].iterrows():
        forced = small.wide(1).but(keep=(code,)).solved()
        assert row["gain_lost"] == plan.gain - forced.gain
        left = plan.sites.index.difference(forced.sites.index)
        if row["gain_lost"] > 0:
            assert row["leaves"]
        assert len(left) >= 1


def test_a_site_is_named_as_planners_do(small: ModuleType) -> None:
    plan = small.wide(1).solved()
    assert explain.candidate("commune z3", plan.problem) == "Z3"
    with pytest.raises(ScenarioError, match="Vouliez-vous dire"):
        explain.candidate("Comune Z3", plan.problem)
    stopped = small.wide(1).but(forbid=("Z3",)).problem()
    assert "siting.forbid" in str(explain.why_not(stopped, "Z3"))
    assert explain.why_not(stopped, "Z4") is None


def test_what_a_study_tells_at_once(small: ModuleType) -> None:
    plan = small.wide(1).solved()
    told = explanation(plan)
    assert told is not None
    assert list(told.why.index) == list(plan.sites.index)
    assert set(told.prices.index) == {"budget+100000", "deficit_per_year+10000", "gp_fte+1"} | (
        {"nurse_fte+1"} if np.isfinite(plan.problem.rules.nurse_fte) else set()
    )
    assert explanation(replace(plan, problem=replace(plan.problem, time_limit=5.0))) is None


def test_questions_about_the_apl_go_whole(small: ModuleType) -> None:
    case: Any = small.drawn(0).but(objective="apl")
    plan = case.solved()
    assert len(plan.sites) == 2
    why = explain.why(plan)
    for code in plan.sites.index:
        without = case.but(forbid=(*case.rules.get("forbid", ()), code)).solved()
        assert why.loc[code, "gain_lost"] == pytest.approx(plan.gain - without.gain, abs=1e-3)
