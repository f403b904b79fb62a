"""Up to twelve candidates, every rule: the plan is the best of all plans, listed one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from siting_question import question

from territory_access import siting
from territory_access.errors import Infeasible
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from types import ModuleType

# ``pytest --hypothesis-profile=long tests/siting/test_every_plan.py`` draws as many as it says.
LONG = settings.get_current_profile_name() == "long"
quick = settings(
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MOST = 60_000
SEEDS = st.integers(0, 10**9)


def some(examples: int) -> settings:
    return settings(quick, max_examples=settings().max_examples if LONG else examples)


def compared(problem: Any, every_plan: ModuleType, one_plan: ModuleType) -> tuple[Any, Any] | None:
    """Solve, hold the answer against all plans, and return both; ``None`` when there is no plan."""
    try:
        found = every_plan.best(problem, most=MOST, leaf=one_plan.value)
    except every_plan.TooManyError:
        assume(condition=False)
        raise
    if found is None:
        with pytest.raises(Infeasible):
            siting.solve(problem)
        return None
    plan = siting.solve(problem)
    scale = 1.0 if problem.missing is None else problem.missing.total(problem.missing.apl)
    assert plan.gain == pytest.approx(found.top, abs=2e-6 * max(1.0, scale))
    # What the solver's tolerance leaves of a proof is no gap.
    assert plan.report.bound <= found.top + 2e-6 * max(1.0, scale)
    return plan, found


def own_row(plan: Any, found: Any) -> int:
    """Return where the plan stands among all those that respect the rules."""
    options, codes = plan.problem.options.index, plan.problem.candidates.index
    opened = {
        codes.get_loc(code): (options.get_loc(f"{service} {size}"), year - 1)
        for code, service, size, year in zip(
            plan.sites.index, plan.sites["service"], plan.sites["size"], years(plan), strict=True
        )
    }
    rows = [row for row in range(len(found.listed.plans)) if found.listed.opened(row) == opened]
    assert len(rows) == 1
    return rows[0]


def years(plan: Any) -> list[int]:
    many = len(plan.sites)
    return plan.sites["year"].tolist() if "year" in plan.sites else [1] * many


@given(seed=SEEDS)
@some(36)
def test_whole_teams(
    small: ModuleType, every_plan: ModuleType, one_plan: ModuleType, seed: int
) -> None:
    problem = question(small, seed, flexible=False)
    both = compared(problem, every_plan, one_plan)
    if both is None or both[0].report.status is not Status.OPTIMAL:
        return
    plan, found = both
    gains, stages = every_plan.gains(problem, found.values), plan.report.stages
    assert gains[own_row(plan, found)] == pytest.approx(found.top, abs=1e-3, rel=1e-6)
    if problem.then:
        best = found.values[problem.then[0].value][found.winners].max()
        assert stages.loc[problem.then[0].value, "value"] == pytest.approx(best, abs=1e-3, rel=1e-6)
    elif "reached" not in stages.index:
        cost = problem.options[["capex", "deficit"]].to_numpy(float).sum(axis=1)
        plans = [found.listed.opened(row).values() for row in found.winners]
        least = min(sum(cost[option] for option, _ in opened) for opened in plans)
        assert stages.loc["cost", "value"] == pytest.approx(least)


@given(seed=SEEDS)
@some(20)
def test_teams_that_may_be_smaller(
    small: ModuleType, every_plan: ModuleType, one_plan: ModuleType, seed: int
) -> None:
    compared(question(small, seed, flexible=True), every_plan, one_plan)


@pytest.mark.parametrize("seed", [1, 37, 110])
def test_a_later_goal_loses_nothing_on_those_before(
    small: ModuleType, every_plan: ModuleType, one_plan: ModuleType, seed: int
) -> None:
    problem = question(small, seed, flexible=False, all_rules=False)
    both = compared(problem, every_plan, one_plan)
    assert both is not None
    plan, found = both
    row, winners = own_row(plan, found), np.array(found.winners)
    for goal in problem.then:
        each = found.values[goal.value]
        assert each[row] == pytest.approx(each[winners].max(), abs=1e-3, rel=1e-6)
        winners = winners[each[winners] >= each[winners].max() - 1e-3]
