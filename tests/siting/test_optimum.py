"""The plan is the best of all plans, as brute force lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territory_access import siting
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from types import ModuleType

SEEDS = st.integers(0, 100_000)
few = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@given(seed=SEEDS)
@few
def test_places_stage_by_stage(small: ModuleType, brute: ModuleType, seed: int) -> None:
    problem = small.drawn(seed).problem()
    gain, reached, cost, minutes = brute.best_places(problem)
    plan = siting.solve(problem)
    assert plan.gain == plan.report.bound == gain
    if plan.report.status is Status.EMPTY:
        assert gain == 0
        assert plan.report.reason
        return
    opened = {
        problem.candidates.index.get_loc(code): problem.options.index.get_loc(f"{service} {size}")
        for code, service, size in zip(
            plan.sites.index, plan.sites["service"], plan.sites["size"], strict=True
        )
    }
    assert brute.served(problem, opened) - brute.served(problem, {}) == gain
    assert brute.reached(problem, opened) == reached
    assert plan.sites[["capex", "deficit"]].to_numpy().sum() == pytest.approx(cost)
    assert brute.minutes(problem, opened) == pytest.approx(minutes, abs=0.01)
    assert plan.sites["served"].sum() >= gain - 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_twelve_candidates(small: ModuleType, brute: ModuleType, seed: int) -> None:
    problem = small.wide(seed).problem()
    gain, reached, _, _ = brute.best_places(problem)
    plan = siting.solve(problem)
    assert (plan.gain, plan.report.stages.loc["reached", "value"]) == (gain, reached)
    assert len(plan.sites) == 3


@given(seed=SEEDS)
@few
def test_missing_consultations(small: ModuleType, brute: ModuleType, seed: int) -> None:
    problem = small.drawn(seed).but(objective="apl").problem()
    gain, cost = brute.best_apl(problem)
    plan = siting.solve(problem)
    assert plan.gain == pytest.approx(gain, abs=1e-5, rel=1e-7)
    if plan.report.status is not Status.EMPTY:
        assert plan.sites[["capex", "deficit"]].to_numpy().sum() == pytest.approx(cost)


@given(seed=SEEDS)
@settings(few, max_examples=5)
def test_the_order_of_rows_changes_nothing(small: ModuleType, seed: int) -> None:
    case = small.drawn(seed)
    plan = case.solved()
    again = siting.solve(case.problem(order=np.random.default_rng(seed)))
    assert again.sites.equals(plan.sites)


@given(seed=SEEDS)
@settings(few, max_examples=5)
def test_more_money_never_gains_less(small: ModuleType, seed: int) -> None:
    case = small.drawn(seed)
    gains = [case.but(budget=float(budget)).solved().gain for budget in range(0, 500_001, 125_000)]
    assert gains == sorted(gains)


@given(seed=SEEDS)
@settings(few, max_examples=5)
def test_flows_from_the_start_say_the_same_as_cuts(small: ModuleType, seed: int) -> None:
    problem = small.drawn(seed).problem()
    plan = siting.solve(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("territory_access.siting.search.ROUNDS", 1)
        again = siting.solve(problem)
    assert again.gain == plan.gain
    assert again.sites.index.equals(plan.sites.index)
