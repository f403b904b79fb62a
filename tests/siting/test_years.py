"""Plans of several years are the best of all, and each rule holds year by year."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territory_access import siting
from territory_access.errors import Infeasible, ScenarioError, Unverified
from territory_access.siting.years.model import whole
from territory_access.siting.years.nested import nested
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from types import ModuleType

few = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def drawn(small: ModuleType, seed: int) -> Any:
    """Return a random case of two or three years with every kind of rule in it."""
    rng = np.random.default_rng(seed)
    years = int(rng.integers(2, 4))
    case = small.drawn(seed)
    services = {
        name: dataclasses.replace(
            service,
            sizes=tuple(
                dataclasses.replace(size, opex=120_000.0 * size.fte + 10_000.0)
                for size in service.sizes
            ),
            lead_months=float(rng.choice([6, 15])),
        )
        for name, service in case.services.items()
    }
    changes: dict[str, Any] = {
        "objective": "apl",
        "years": years,
        "hires": {"salaried": float(rng.choice([0.1, 0.3, 3.0]))} if rng.random() < 0.6 else {},
        "hire_basin": str(rng.choice(["epci", "territoire"])),
        "per_epci": int(rng.integers(1, 3)) if rng.random() < 0.4 else None,
        "deficit_per_year": float(rng.choice([60_000, 200_000])),
    }
    if rng.random() < 0.5:
        changes["budget_by_year"] = tuple(rng.choice([0.0, 90_000, 180_000], years).tolist())
    candidates = case.candidates[: 3 if years == 2 else 2]
    forbid = tuple(code for code in case.rules["forbid"] if code in {f"Z{c}" for c in candidates})
    return case.but(candidates=candidates, services=services, forbid=forbid, **changes)


@given(seed=st.integers(0, 100_000))
@few
def test_the_best_of_all_plans(small: ModuleType, years_brute: ModuleType, seed: int) -> None:
    problem = drawn(small, seed).problem()
    best = max(years_brute.value(problem, plan) for plan in years_brute.plans(problem))
    plan = siting.solve(problem)
    scale = max(1.0, problem.missing.total(problem.missing.apl))
    assert plan.gain == pytest.approx(best, abs=2e-6 * scale)
    assert plan.report.status in {Status.OPTIMAL, Status.EMPTY}


@given(seed=st.integers(0, 100_000))
@settings(few, max_examples=4)
def test_funders_inside_the_optimisation(
    small: ModuleType, years_brute: ModuleType, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    funders = [
        {
            "name": name,
            "share_max": float(rng.choice([0.4, 0.9])),
            "own_min": float(rng.choice([0.0, 20_000.0, 60_000.0])),
            "envelope": float(rng.choice([30_000.0, 90_000.0])),
            "public": bool(rng.random() < 0.7),
        }
        for name in ("Assist", "Région")[: int(rng.integers(1, 3))]
    ]
    case = drawn(small, seed)
    case = case.but(candidates=case.candidates[:2], forbid=(), funders=tuple(funders))
    problem = case.but(budget=float(rng.choice([40_000.0, 100_000.0]))).problem()
    best = max(years_brute.value(problem, plan) for plan in years_brute.plans(problem))
    scale = max(1.0, problem.missing.total(problem.missing.apl))
    assert siting.solve(problem).gain == pytest.approx(best, abs=2e-6 * scale)


def _outcomes(problem: Any, years_brute: ModuleType) -> list[tuple[Any, np.ndarray]]:
    """Return every feasible plan of whole teams, with the APL that it gives each year."""
    data = problem.missing
    times = problem.times.to_numpy()[:, : len(problem.candidates)]
    weight = np.select([times <= 10, times <= 15, times <= 20], [1.0, 2 / 3, 1 / 3], 0.0)
    per_act = weight / np.maximum(data.need.to_numpy() @ weight, 1e-9)
    found = []
    for plan in years_brute.plans(problem):
        if years_brute.value(problem, plan) > -np.inf:
            level = np.repeat(data.apl.to_numpy()[:, None], problem.horizon.years, axis=1)
            for j, (o, opened) in plan.items():
                acts = problem.options["net_acts"].iloc[o] * problem.horizon.activity(opened + 1)
                level += per_act[:, [j]] * acts[None, :]
            found.append((plan, level))
    return found


@given(seed=st.integers(0, 100_000))
@settings(few, max_examples=4)
def test_other_goals(small: ModuleType, years_brute: ModuleType, seed: int) -> None:
    case = drawn(small, seed).but(flexible_teams=False)
    problem = case.problem()
    need, threshold = problem.missing.need.to_numpy(), problem.missing.threshold
    worth, before = problem.horizon.worth(), problem.missing.apl.to_numpy()
    near = (problem.missing.per_act.to_numpy() > 0).any(axis=1)

    def lifted(level: np.ndarray) -> float:
        above = (level >= threshold - 1e-9) & (before < threshold)[:, None]
        return float(worth @ (need @ above))

    def worst(level: np.ndarray) -> float:
        total = 0.0
        for year, value in enumerate(worth):
            total += value * (_tail(before, need, near) - _tail(level[:, year], need, near))
        return total

    def _tail(level: np.ndarray, need: np.ndarray, near: np.ndarray) -> float:
        lack = np.repeat(np.maximum(0, threshold - level[near]), need[near].astype(int))
        tenth = need[near].sum() / 10
        order = np.sort(lack)[::-1]
        return float(order[: int(tenth)].sum() + (tenth % 1) * order[int(tenth)])

    levels = [level for _, level in _outcomes(problem, years_brute)]
    for goal, measure in (("lifted", lifted), ("worst_tenth", worst)):
        best = max(measure(level) for level in levels)
        plan = siting.solve(case.but(objective=goal).problem())
        assert plan.gain == pytest.approx(best, abs=1e-3, rel=1e-6)


@given(seed=st.integers(0, 100_000))
@settings(few, max_examples=4)
def test_one_goal_after_the_other(small: ModuleType, seed: int) -> None:
    case = drawn(small, seed)
    first = siting.solve(case.problem())
    both = siting.solve(case.but(then=("worst_tenth", "lifted")).problem())
    assert both.gain == pytest.approx(first.gain, abs=1e-3, rel=1e-6)
    if both.report.status is not Status.EMPTY:
        assert both.report.stages.index.tolist()[:3] == ["gain", "worst_tenth", "lifted"]


@given(seed=st.integers(0, 100_000))
@settings(few, max_examples=4)
def test_places_in_one_year_are_those_of_the_exact_flow(small: ModuleType, seed: int) -> None:
    case = small.drawn(seed)
    exact = siting.solve(case.problem())
    whole_model = siting.solve(case.but(per_epci=99).problem())
    assert whole_model.gain == pytest.approx(exact.gain, abs=1e-6)


@given(seed=st.integers(0, 100_000))
@settings(few, max_examples=4)
def test_a_larger_plan_contains_the_smaller(small: ModuleType, seed: int) -> None:
    case = drawn(small, seed).but(budget_by_year=())
    smaller = case.but(budget=90_000.0).solved()
    more = case.but(budget=400_000.0).problem()
    free, inside = siting.solve(more), siting.solve(nested(more, smaller))
    assert set(smaller.sites.index) <= set(inside.sites.index)
    assert smaller.gain - 1e-3 <= inside.gain <= free.gain + 1e-3


def test_no_plan_for_want_of_time_says_so(small: ModuleType) -> None:
    case = drawn(small, 3).but(time_limit=1e-9)
    plan = case.solved()
    assert plan.sites.empty
    assert plan.report.status is Status.FEASIBLE
    assert "siting.time_limit" in str(plan.report.reason)


def test_a_short_time_limit_gives_an_honest_plan(small: ModuleType) -> None:
    case = small.wide(2).but(objective="apl", years=3, apl=[0.5] * 12, deficit_per_year=1e6)
    plan = case.but(time_limit=1.0).solved()
    full = case.solved()
    assert plan.report.bound >= full.gain - 1e-3
    assert plan.gain <= full.gain + 1e-3
    hurried = case.but(time_limit=1e-6).solved()
    assert hurried.gain <= full.gain
    assert hurried.report.bound >= full.gain - 1e-3
    assert hurried.report.gap > 0


@pytest.mark.parametrize("share", [0.0, 0.6, 1.0])
def test_a_share_goes_to_a_group(small: ModuleType, share: float) -> None:
    case = _two_towns(small, guarantees=({"name": "B", "communes": ("Z1",), "share_min": share},))
    plan = case.solved()
    # A larger gain is to be had in Z0; with a promise to Z1 the plan goes there.
    assert plan.sites.index.tolist() == (["Z0"] if share == 0.0 else ["Z1"])


def test_nobody_stays_below_a_floor(small: ModuleType) -> None:
    promise = {"name": "tous", "communes": ("Z1",), "floor": 0.5}
    plan = _two_towns(small, guarantees=(promise,)).solved()
    assert plan.sites.index.tolist() == ["Z1"]


def test_a_promise_too_high_is_named(small: ModuleType) -> None:
    promise = {"name": "tous", "communes": ("Z1",), "floor": 9.0}
    with pytest.raises(Infeasible, match="renoncer à « tous »"):
        _two_towns(small, guarantees=(promise,)).solved()


def _two_towns(small: ModuleType, **rules: Any) -> Any:
    return small.Case(
        seekers=[10, 10],
        minutes=np.array([[0.0, 60.0], [60.0, 0.0]]),
        candidates=[0, 1],
        services={"CDS": small.service("CDS", (1.0, 400, 100_000.0, 0.0))},
        apl=[0.0, 0.4],
        population=[1000, 500],
        rules={"objective": "apl", "budget": 100_000.0} | rules,
    )


@given(seed=st.integers(0, 100_000))
@settings(few, max_examples=4)
def test_the_same_model_through_pulp(small: ModuleType, seed: int) -> None:
    import pulp

    problem = drawn(small, seed).problem()
    program = whole(problem).model.program()
    result = program.solve(pulp.HiGHS(msg=False, threads=1, gapRel=0.0))
    assert result.objective == pytest.approx(siting.solve(problem).gain, rel=1e-6, abs=1e-3)


def test_a_plan_grows_with_its_years(small: ModuleType) -> None:
    case = _pair(small)
    plan = case.solved()
    assert plan.sites["year"].tolist() == [1]
    acts = plan.activity["acts_per_year"].to_numpy()
    # Half of its patients in the first year, 80 % in the second, all in the third.
    assert acts == pytest.approx(acts[2] * np.array([0.5, 0.8, 1.0]))


def test_an_outlook_by_year(small: ModuleType) -> None:
    problem = _pair(small).problem()
    falling = xr.DataArray(
        [[3.0, 3.0], [2.4, 3.0], [2.3, 3.0]],
        {"year": [1, 2, 3], "origin": ["Z0", "Z1"]},
        ("year", "origin"),
    )
    horizon = dataclasses.replace(problem.horizon, apl=falling)
    plan = siting.solve(dataclasses.replace(problem, horizon=horizon))
    # 0.1 consultations are missing to 1 000 people in year 2 and 0.2 in year 3, and all are closed.
    worth = horizon.worth()
    assert plan.gain == pytest.approx(100 * worth[1] + 200 * worth[2])


def test_what_is_not_spent_is_carried_over(small: ModuleType) -> None:
    late = _pair(small, budget_by_year=(60_000.0, 60_000.0, 0.0)).solved()
    assert late.sites["year"].tolist() == [2]
    assert _pair(small, budget_by_year=(0.0, 0.0, 60_000.0)).solved().sites.empty


def test_recruits_come_year_after_year(small: ModuleType) -> None:
    plan = _pair(small, hires={"salaried": 0.6}).solved()
    # 0.6 FTE in year 1, 0.6 + 0.9 × 0.6 = 1.14 in year 2: a team of one waits for it.
    assert plan.sites["year"].tolist() == [2]


def test_tampering_is_caught_year_by_year(small: ModuleType) -> None:
    plan = _pair(small).solved()
    more = plan.activity.assign(acts_per_year=plan.activity["acts_per_year"] * 1.1)
    with pytest.raises(Unverified, match="hors de la taille"):
        dataclasses.replace(plan, activity=more).verify()
    with pytest.raises(Unverified, match="pas ceux du catalogue"):
        dataclasses.replace(plan, activity=plan.activity.assign(deficit=0.0)).verify()
    early = plan.sites.assign(year=0)
    with pytest.raises(Unverified, match="trop tôt"):
        dataclasses.replace(plan, sites=early).verify()


def test_money_by_year_is_one_amount_a_year(small: ModuleType) -> None:
    with pytest.raises(ScenarioError, match="2 montants pour 3 ans"):
        _pair(small, budget_by_year=(1.0, 2.0)).problem()


def test_nothing_possible_names_each_way_out(small: ModuleType) -> None:
    with pytest.raises(Infeasible) as caught:
        _pair(small, keep=("Z0",), budget=50_000.0).solved()
    said = str(caught.value).translate(str.maketrans("\u202f\xa0", "  "))
    assert "siting.budget : 100 000 € au lieu de 50 000 € (+ 50 000 €)" in said
    assert "renoncer à 1 des 1 communes" in said


@pytest.mark.parametrize("limits", [{"budget": 0.0}, {"gp_fte": 0.0}])
def test_without_means_nothing_opens(small: ModuleType, limits: dict[str, float]) -> None:
    plan = _pair(small, **limits).solved()
    assert plan.report.status is Status.EMPTY
    assert plan.report.reason is not None


def _pair(small: ModuleType, **rules: Any) -> Any:
    """Two zones five minutes apart without any doctor, one candidate, three years."""
    service = small.service("CDS", (1.0, 100, 100_000.0, 5_000.0), lead_months=6.0)
    return small.Case(
        seekers=[100, 100],
        minutes=small.line([0, 0], 5.0),
        candidates=[0],
        services={"CDS": service},
        apl=[0.0, 0.0],
        rules={"objective": "apl", "years": 3, "budget": 100_000.0} | rules,
    )


def test_sizes_that_round_their_places_apart_are_counted_alike(small: ModuleType) -> None:
    # 250 and 500 consultations keep 59 and 119 places: one is not the double of the other.
    sizes = ((1.0, 250 / 4.2, 100_000.0, 0.0), (2.0, 500 / 4.2, 150_000.0, 0.0))
    plan = small.Case(
        seekers=[300],
        minutes=np.array([[0.0]]),
        candidates=[0],
        services={"CDS": small.service("CDS", *sizes, lead_months=6.0)},
        rules={"years": 2, "budget": 150_000.0},
    ).solved()
    # Half of the patients in the first year, 80 % in the second.
    ramp, worth = np.array([0.5, 0.8]), plan.problem.horizon.worth()
    assert plan.gain == pytest.approx(500 * 59 / 250 * (ramp @ worth))
