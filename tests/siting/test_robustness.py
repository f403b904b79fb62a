"""A plan is held against other numbers: reproducibly, and with regrets that are real."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xarray as xr

from territory_access import siting
from territory_access.siting.break_even import break_even, holds
from territory_access.siting.robustness import FRAGILE, NO_REGRET, robustness
from territory_access.siting.same import only, sites_of
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
    sample = draws(unknowns(small.PARAMETERS, plan.problem), 4, seed=3)
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


def far(small: ModuleType, **rules: Any) -> Any:
    """Return two towns far apart, one centre for each, and money for one."""
    return small.Case(
        seekers=[100, 100],
        minutes=np.array([[0.0, 60.0], [60.0, 0.0]]),
        candidates=[0, 1],
        services={
            "CDS": small.service("CDS", (1.0, 100, 80_000.0, 0.0), poaching=0.2, lead_months=6.0)
        },
        apl=[2.0, 2.2],
        rules={"objective": "apl", "budget": 90_000.0, "gp_fte": 2.0} | rules,
    )


def test_numbers_of_the_apl_move_too(small: ModuleType) -> None:
    problem = far(small).problem()
    assert siting.solve(otherwise(problem, {})).sites.equals(siting.solve(problem).sites)
    acts = problem.options["acts_per_year"].to_numpy()
    less = otherwise(problem, {"productivity": 0.5})
    assert less.options["net_acts"].to_numpy() == pytest.approx(0.8 * 0.5 * acts)
    poached = otherwise(problem, {"poaching": 2.0})
    assert poached.options["net_acts"].to_numpy() == pytest.approx(0.6 * acts)
    assert poached.options["acts_per_year"].to_numpy() == pytest.approx(acts)
    line = small.drawn(1).but(objective="apl").problem()
    slow = otherwise(line, {"travel": 1.3})
    assert not slow.missing.per_act.equals(line.missing.per_act)
    assert slow.missing.per_act.dims == line.missing.per_act.dims
    hired = far(small, years=2, hires={"salaried": 1.0}).problem()
    assert otherwise(hired, {"recruitment": 0.5}).recruits[0].fte.to_numpy() == pytest.approx(
        hired.recruits[0].fte.to_numpy() / 2
    )


def test_departures_move_the_years_to_come(small: ModuleType) -> None:
    problem = far(small, years=2).problem()
    falling = xr.DataArray(
        [[2.0, 2.2], [1.6, 2.0]], {"year": [1, 2], "origin": ["Z0", "Z1"]}, ("year", "origin")
    )
    problem = replace(problem, horizon=replace(problem.horizon, apl=falling))
    more = otherwise(problem, {"departures": 1.5}).horizon.apl
    assert more.to_numpy() == pytest.approx(np.array([[2.0, 2.2], [1.4, 1.9]]))
    assert "departures" in {one.id for one in unknowns(small.PARAMETERS, problem)}


def test_only_what_an_answer_hangs_on_is_asked(small: ModuleType) -> None:
    apl = {one.id for one in unknowns(small.PARAMETERS, far(small).problem())}
    assert {"poaching", "travel", "recruitment"} <= apl
    assert not apl & {"visits", "demand", "departures"}
    places = {one.id for one in unknowns(small.PARAMETERS, small.drawn(1).problem())}
    assert {"visits", "demand"} <= places
    assert not places & {"poaching", "departures"}


@pytest.mark.parametrize("years", [1, 2])
def test_regrets_of_the_whole_model(small: ModuleType, years: int) -> None:
    changes = {"years": years, "hires": {"salaried": 1.0}} if years > 1 else {}
    rules = {"budget": 200_000.0, "deficit_per_year": 200_000.0, "gp_fte": 4.0, "forbid": ()}
    case = small.drawn(3).but(objective="apl", **rules, **changes)
    plan = case.but(apl=np.linspace(0.6, 2.2, len(case.seekers)).tolist()).solved()
    assert len(plan.sites) > 0
    found = robustness(plan, small.PARAMETERS, count=3, seed=5)
    assert found.draws.equals(robustness(plan, small.PARAMETERS, count=3, seed=5).draws)
    sample = draws(unknowns(small.PARAMETERS, plan.problem), 3, seed=5)
    mine = sites_of(plan)
    for (_, row), drawn in zip(found.draws.iterrows(), sample, strict=True):
        changed = otherwise(plan.problem, drawn)
        best, kept = siting.solve(changed).gain, siting.solve(only(changed, mine)).gain
        assert row["best"] == pytest.approx(best, rel=0.006)
        assert row["kept"] == pytest.approx(kept, rel=0.006, abs=1e-3)
        assert row["regret"] >= 0


def test_until_when_a_plan_of_the_apl_holds(small: ModuleType) -> None:
    plan = far(small, gp_fte=2.0).solved()
    # What one centre gives, 336 consultations, is all that it closes.
    assert plan.gain == pytest.approx(336.0)
    table = break_even(plan, small.PARAMETERS)
    assert table.loc["costs", "holds_to"] == pytest.approx(90 / 80, abs=0.01)
    assert table.loc["recruitment", "holds_to"] == pytest.approx(0.5, abs=0.01)
    assert table.loc["productivity", "holds_to"] == pytest.approx(0.9, abs=0.01)
    # (1 − 0.2 x) / 0.8 = 0.9
    assert table.loc["poaching", "holds_to"] == pytest.approx(1.4, abs=0.01)
    assert np.isnan(table.loc["take_up", "holds_to"])
    assert table.loc["poaching", "likely"]


def test_until_when_a_plan_of_two_years_holds(small: ModuleType) -> None:
    plan = far(small, years=2, hires={"salaried": 1.0}, deficit_per_year=1e6).solved()
    table = break_even(plan, small.PARAMETERS)
    # A whole doctor is hired a year, and the smallest team is one.
    assert table.loc["recruitment", "holds_to"] > 0.5
    assert table.loc["costs", "holds_to"] == pytest.approx(90 / 80, abs=0.01)
