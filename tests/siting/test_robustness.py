"""A plan is held against other numbers: reproducibly, and with regrets that are real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access import siting
from territory_access.siting.break_even import break_even, holds
from territory_access.siting.robustness import FRAGILE, NO_REGRET, robustness
from territory_access.siting.unknowns import draws, otherwise, unknowns

if TYPE_CHECKING:
    from types import ModuleType


def test_todays_numbers_change_nothing(small: ModuleType) -> None:
    for seed in range(3):
        problem = small.drawn(seed).problem()
        same = otherwise(problem, {})
        assert same.before == problem.before
        assert siting.solve(same).sites.equals(siting.solve(problem).sites)


def test_each_unknown_moves_its_own_numbers(small: ModuleType) -> None:
    problem = small.drawn(1).problem()
    halved = otherwise(problem, {"productivity": 0.5})
    assert (halved.options["places"] == problem.options["places"] // 2).all()
    dear = otherwise(problem, {"costs": 2.0})
    assert (dear.options["capex"] == 2 * problem.options["capex"]).all()
    assert otherwise(problem, {"take_up": 0.0}).pool.fte.sum() == 0
    assert otherwise(problem, {"recruitment": 0.5}).rules.gp_fte == problem.rules.gp_fte / 2
    far = otherwise(problem, {"travel": 100.0})
    assert far.before <= problem.before
    many = otherwise(problem, {"demand": 2.0})
    assert many.seekers.sum() == 2 * problem.seekers.sum()
    assert many.before >= problem.before


def test_the_same_seed_the_same_draws(small: ModuleType) -> None:
    found = unknowns(small.PARAMETERS)
    assert draws(found, 3, seed=1) == draws(found, 3, seed=1) != draws(found, 3, seed=2)
    for drawn in draws(found, 50, seed=0):
        assert all(one.low <= drawn[one.id] <= one.high for one in found)


def test_regrets_are_those_of_the_best_plans(small: ModuleType) -> None:
    plan = small.wide(1).solved()
    found = robustness(plan, small.PARAMETERS, count=4, seed=3)
    again = robustness(plan, small.PARAMETERS, count=4, seed=3)
    assert found.draws.equals(again.draws)
    assert found.sites.equals(again.sites)
    assert (found.draws["regret"] >= 0).all()
    assert found.sites["chosen"].between(0, 1).all()
    sample = draws(unknowns(small.PARAMETERS), 4, seed=3)
    best = [siting.solve(otherwise(plan.problem, drawn)).gain for drawn in sample]
    assert found.draws["best"].to_numpy() == pytest.approx(best, rel=0.006)
    assert found.checks["worst"].is_monotonic_decreasing


def test_a_site_that_every_plan_needs_is_without_regret(small: ModuleType) -> None:
    case = small.Case(
        seekers=[100, 0, 5],
        minutes=small.line([100, 0, 5], step=60.0),
        candidates=[0, 2],
        services={"ROT": small.service("ROT", (1.0, 60, 50_000, 0.0))},
        rules={"budget": 75_000.0},
    )
    found = robustness(case.solved(), small.PARAMETERS, count=5)
    assert found.sites["verdict"].to_dict() == {"Z0": NO_REGRET}
    assert found.draws["regret"].max() == 0
    strict = robustness(case.but(keep=("Z2",)).solved(), small.PARAMETERS, count=5, share=1.0)
    assert FRAGILE not in set(strict.sites["verdict"])


def test_until_when_a_plan_holds(small: ModuleType) -> None:
    case = small.Case(
        seekers=[100],
        minutes=np.zeros((1, 1)),
        candidates=[0],
        services={"ROT": small.service("ROT", (1.0, 60, 80_000, 0.0))},
        rules={"budget": 100_000.0, "gp_fte": 2.0},
    )
    plan = case.solved()
    table = break_even(plan, small.PARAMETERS)
    assert table.loc["costs", "holds_to"] == pytest.approx(1.25, abs=0.01)
    assert table.loc["recruitment", "holds_to"] == pytest.approx(0.5, abs=0.01)
    assert table.loc["productivity", "holds_to"] == pytest.approx(0.9, abs=0.01)
    assert table.loc["demand", "holds_to"] == pytest.approx(0.54, abs=0.01)
    assert np.isnan(table.loc["take_up", "holds_to"])  # no retired GP in it
    assert table.loc["costs", "harm"] == "high"
    assert not table.loc["costs", "likely"]
    for one, row in table.dropna().iterrows():
        assert holds(plan, otherwise(plan.problem, {str(one): float(row["holds_to"])}))
