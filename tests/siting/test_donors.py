"""Practices nearby lose the doctors whom a site takes: plans, their check and what is lost."""

from __future__ import annotations

import dataclasses
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from territory_access import access, ledgers, siting
from territory_access.errors import Infeasible, Unverified
from territory_access.siting.donors import Practices
from territory_access.siting.lost import lost_by
from territory_access.siting.years.recount import apl_by_year

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

few = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def drawn(small: ModuleType, seed: int) -> Any:
    """Return seven zones with three candidates, and services that take half of their doctors."""
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 45, (7, 2))
    minutes = np.round(np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)), 1)
    services = {
        "CDS": small.service(
            "CDS",
            (1.0, int(rng.integers(50, 200)), 90_000.0, 20_000.0),
            (2.0, int(rng.integers(200, 500)), 150_000.0, 40_000.0),
            poaching=float(rng.choice([0.2, 0.5, 0.9])),
        ),
        "ROT": small.service("ROT", (0.5, 60, 30_000.0, 8_000.0)),
    }
    return small.Case(
        seekers=rng.integers(20, 200, 7).tolist(),
        minutes=minutes,
        candidates=[0, 1, 2],
        services=services,
        population=rng.integers(300, 2000, 7).tolist(),
        parameters=small.Parameters.load({"staff.poaching_minutes": float(rng.choice([12, 50]))}),
        rules={
            "objective": "apl",
            "flexible_teams": False,
            "budget": float(rng.choice([90_000.0, 200_000.0, 400_000.0])),
            "gp_fte": float(rng.choice([1.0, 2.5, 6.0])),
        },
    )


def supply(case: Any, seed: int) -> pd.Series[float]:
    """Return what practices offer: nothing in some zones, little in others."""
    rng = np.random.default_rng(seed)
    offered = rng.choice([0.0, 60.0, 900.0, 2_500.0], 7, p=[0.4, 0.1, 0.2, 0.3])
    offered[rng.integers(7)] = 3_000.0
    return pd.Series(offered, case.names())


def asked(case: Any, offered: pd.Series[float], **changes: Any) -> siting.Problem:
    """Return the question, the supply of practices known."""
    case = case.but(**changes) if changes else case
    place, names = case.territory(), case.names()
    times = xr.DataArray(
        case.minutes, {"origin": names, "destination": names}, ("origin", "destination")
    )
    need = xr.DataArray(place.zones["need"].to_numpy(float), {"origin": names}, ("origin",))
    acts = xr.DataArray(offered.to_numpy(), {"destination": names}, ("destination",))
    return siting.problem(
        place,
        case.times(),
        case.settings(),
        parameters=case.parameters,
        services=case.services,
        apl=access.apl(times, need, acts),
        practices=Practices(times, acts),
    )


def counted(case: Any, offered: pd.Series[float], problem: Any, plan: dict[int, Any]) -> Any:
    """Return the APL with a plan by zone, practices' supply really lowered; or None."""
    names = case.names()
    after = offered.copy()
    within = case.parameters.value("staff.poaching_minutes")
    for j, (option, share) in plan.items():
        near = [d for d, name in enumerate(names) if case.minutes[d, j] <= within and offered[name]]
        whole = offered.iloc[near].sum()
        largest = max(size.acts_per_year for size in case.services[option["service"]].sizes)
        rho = case.services[option["service"]].poaching
        if near:
            gone = min(rho, whole / largest) * option["acts_per_year"] * share
            after.iloc[near] -= gone * offered.iloc[near] / whole
    if (after < -1e-6).any():
        return None
    for j, (option, share) in plan.items():
        after.iloc[j] += option["acts_per_year"] * share
    times = xr.DataArray(
        case.minutes, {"origin": names, "destination": names}, ("origin", "destination")
    )
    acts = xr.DataArray(after.clip(lower=0.0).to_numpy(), {"destination": names}, ("destination",))
    return access.apl(times, problem.missing.need, acts).to_numpy()


def plans(problem: siting.Problem) -> Iterator[dict[int, Any]]:
    """Yield every choice of an option or nothing at each candidate that money and doctors allow."""
    allowed, rules = problem.allowed.to_numpy(), problem.rules
    choices = [
        [None, *(problem.options.iloc[o] for o in range(len(problem.options)) if allowed[j, o])]
        for j in range(len(problem.candidates))
    ]
    for choice in product(*choices):
        plan = {j: (option, 1.0) for j, option in enumerate(choice) if option is not None}
        options = [option for option, _ in plan.values()]
        if (
            sum(o["capex"] for o in options) <= rules.budget
            and sum(o["fte"] for o in options) <= rules.gp_fte
            and sum(o["deficit"] for o in options) <= rules.deficit_per_year
        ):
            yield plan


def levels(case: Any, offered: pd.Series[float], problem: siting.Problem) -> list[np.ndarray]:
    """Return the APL of every plan that is allowed."""
    every = [counted(case, offered, problem, plan) for plan in plans(problem)]
    return [level for level in every if level is not None]


@given(seed=st.integers(0, 100_000))
@few
def test_the_best_of_all_plans(small: ModuleType, seed: int) -> None:
    case, offered = drawn(small, seed), supply(drawn(small, seed), seed)
    problem = asked(case, offered)
    total = problem.missing.total
    best = max(
        total(problem.missing.apl) - total(level) for level in levels(case, offered, problem)
    )
    plan = siting.solve(problem)
    assert plan.gain == pytest.approx(best, abs=1e-6 * max(1.0, total(problem.missing.apl)))
    plan.verify()


@given(seed=st.integers(0, 100_000))
@settings(few, max_examples=8)
def test_other_goals(small: ModuleType, seed: int) -> None:
    case, offered = drawn(small, seed), supply(drawn(small, seed), seed)
    problem = asked(case, offered)
    need, threshold = problem.missing.need.to_numpy(), problem.missing.threshold
    before = problem.missing.apl.to_numpy()
    known = levels(case, offered, problem)
    alone = [level for level in _alone(case, offered, problem) if level is not None]
    near = (np.abs(np.array(alone) - before) > 1e-12).any(axis=0)

    def lifted(level: np.ndarray) -> float:
        up = (level >= threshold - 1e-9) & (before < threshold)
        down = (level < threshold - 1e-9) & (before >= threshold)
        return float(need[up].sum() - need[down].sum())

    def worst(level: np.ndarray) -> float:
        return _tail(before[near], need[near]) - _tail(level[near], need[near])

    def _tail(level: np.ndarray, people: np.ndarray) -> float:
        lack = np.repeat(np.maximum(0, threshold - level), people.astype(int))
        tenth = people.sum() / 10
        order = np.sort(lack)[::-1]
        return float(order[: int(tenth)].sum() + (tenth % 1) * order[int(tenth)])

    for goal, measure in (("lifted", lifted), ("worst_tenth", worst)):
        best = max(measure(level) for level in known)
        found = siting.solve(asked(case, offered, objective=goal)).gain
        assert found == pytest.approx(best, abs=1e-5), goal


def _alone(case: Any, offered: pd.Series[float], problem: siting.Problem) -> list[np.ndarray]:
    """Return the APL with each site alone, money and doctors left aside."""
    options = [problem.options.iloc[o] for o in range(len(problem.options))]
    return [
        counted(case, offered, problem, {j: (option, 1.0)})
        for j, option in product(range(len(problem.candidates)), options)
    ]


@given(seed=st.integers(0, 100_000))
@settings(few, max_examples=6)
def test_promises(small: ModuleType, seed: int) -> None:
    case, offered = drawn(small, seed), supply(drawn(small, seed), seed)
    problem = asked(case, offered)
    total, need = problem.missing.total, problem.missing.need.to_numpy()
    before, threshold = problem.missing.apl.to_numpy(), problem.missing.threshold
    known = levels(case, offered, problem)
    group = np.arange(7) % 2 == 0
    codes = [f"Z{i}" for i in np.flatnonzero(group)]
    # The floor is where practices leave the group today: nobody there may lose.
    floor = max(0.0, float(before[group].min()) - 1e-9)
    promise = {"name": "pairs", "communes": codes, "floor": floor}
    best = max(
        total(problem.missing.apl) - total(level)
        for level in known
        if (level[group] >= floor).all()
    )
    plan = siting.solve(asked(case, offered, guarantees=(promise,)))
    assert plan.gain == pytest.approx(best, abs=1e-5)
    promise = {"name": "pairs", "communes": codes, "share_min": 0.6}

    def closed(level: np.ndarray) -> np.ndarray:
        return need * (np.maximum(0, threshold - before) - np.maximum(0, threshold - level))

    best = max(
        closed(level).sum()
        for level in known
        if closed(level)[group].sum() >= 0.6 * closed(level).sum() - 1e-9
    )
    plan = siting.solve(asked(case, offered, guarantees=(promise,)))
    assert plan.gain == pytest.approx(best, abs=1e-5)


@given(seed=st.integers(0, 100_000))
@settings(few, max_examples=6)
def test_teams_that_bend_over_two_years(small: ModuleType, seed: int) -> None:
    """For openings that are known the rest is a linear programme, written out again."""
    case, offered = drawn(small, seed), supply(drawn(small, seed), seed)
    rules = {"flexible_teams": True, "years": 2, "deficit_per_year": 1e9}
    problem = asked(case, offered, **rules)
    best = max(_bending(case, offered, problem, plan) for plan in _openings(problem))
    plan = siting.solve(problem)
    scale = max(1.0, problem.missing.total(problem.missing.apl))
    assert plan.gain == pytest.approx(best, abs=1e-6 * scale)


def _openings(problem: siting.Problem) -> Iterator[dict[int, tuple[Any, int]]]:
    """Yield every choice of an option and year that money allows: candidate -> option, year."""
    options = problem.options
    lead = options["lead_years"].to_numpy(int)
    choices = [None, *((o, t) for o in range(len(options)) for t in (0, 1) if t >= lead[o])]
    for choice in product(choices, repeat=len(problem.candidates)):
        plan = {j: made for j, made in enumerate(choice) if made is not None}
        if all(
            sum(options["capex"].iloc[o] for o, t in plan.values() if t - lead[o] <= year)
            <= problem.rules.budget * sum(problem.horizon.budget_shares[: year + 1]) + 1e-6
            for year in (0, 1)
        ):
            yield {j: (options.iloc[o], t) for j, (o, t) in plan.items()}


def _bending(
    case: Any, offered: pd.Series[float], problem: siting.Problem, plan: dict[int, Any]
) -> float:
    """Return the best that these openings do, whatever their teams: columns n, q, then r."""
    data, horizon = problem.missing, problem.horizon
    need, before = data.need.to_numpy(), data.apl.to_numpy()
    worth = horizon.worth()
    unit = {}
    for j, (option, _) in plan.items():
        one = counted(case, offered, problem, {j: (option, 1e-3)})
        unit[j] = (one - before) / (1e-3 * option["acts_per_year"])
    sites, total = list(plan), 0.0
    for year in (0, 1):
        here = [j for j in sites if plan[j][1] <= year]
        count = len(here)
        rows, limits, bounds = [], [], []
        for place, j in enumerate(here):
            option, _ = plan[j]
            row = np.zeros(2 * count + need.size)
            row[count + place], row[place] = 1.0, -option["acts_per_year"] / option["fte"]
            rows.append(row)
            limits.append(0.0)
        row = np.zeros(2 * count + need.size)
        row[:count] = 1.0
        rows.append(row)
        limits.append(problem.rules.gp_fte)
        bounds += [(plan[j][0]["least_fte"], plan[j][0]["fte"]) for j in here]
        for j in here:
            ramp = horizon.activity(plan[j][1] + 1)[year]
            bounds.append((0.0, plan[j][0]["acts_per_year"] * ramp))
        for i in range(need.size):
            row = np.zeros(2 * count + need.size)
            row[count : 2 * count] = [-unit[j][i] for j in here]
            row[2 * count + i] = 1.0
            rows.append(row)
            limits.append(max(0.0, before[i] - data.threshold))
            bounds.append((None, max(0.0, data.threshold - before[i])))
        for name, most in _practices(case, offered, here, plan):
            row = np.zeros(2 * count + need.size)
            row[count : 2 * count] = most
            rows.append(row)
            limits.append(float(offered[name]))
        goal = np.concatenate([np.zeros(2 * count), -need])
        found = linprog(goal, np.array(rows), limits, bounds=bounds)
        if found.status != 0:
            return -np.inf
        total -= worth[year] * found.fun
    return total


def _practices(
    case: Any, offered: pd.Series[float], here: list[int], plan: Any
) -> Iterator[tuple[str, list[float]]]:
    """Yield each practice and what one consultation at each site takes from it."""
    within = case.parameters.value("staff.poaching_minutes")
    for d, name in enumerate(case.names()):
        takes = []
        for j in here:
            near = (case.minutes[:, j] <= within) & (offered.to_numpy() > 0)
            whole = offered.to_numpy()[near].sum()
            service = case.services[plan[j][0]["service"]]
            largest = max(size.acts_per_year for size in service.sizes)
            rho = min(service.poaching, whole / largest)
            takes.append(rho * offered.iloc[d] / whole if near[d] else 0.0)
        if offered.iloc[d] > 0:
            yield name, takes


def _plain(small: ModuleType, **changes: Any) -> Any:
    """Return four zones on a line, a practice at each end, one candidate beside the first."""
    services = {"CDS": small.service("CDS", (1.0, 200, 90_000.0, 0.0), poaching=0.5)}
    case = small.Case(
        seekers=[10, 10, 10, 10],
        minutes=small.line([0, 0, 0, 0], step=15.0),
        candidates=[1],
        services=services,
        existing=[("CDS", 3, 0.0, 0)],
        population=[1000, 1000, 1000, 1000],
        rules={"objective": "apl", "flexible_teams": False},
    )
    return case.but(**changes) if changes else case


def test_practices_lose_and_what_is_gained_is_what_is_new(small: ModuleType) -> None:
    case = _plain(small)
    offered = pd.Series([3_000.0, 0.0, 0.0, 1_000.0], case.names())
    problem = asked(case, offered)
    plan = siting.solve(problem)
    assert plan.sites["acts_per_year"].tolist() == [840.0]
    assert plan.sites["net_acts"].tolist() == pytest.approx([420.0])
    lost = lost_by(plan).loc["Z1"]
    assert lost.to_dict() == pytest.approx({"Z0": 315.0, "Z3": 105.0})
    before, after = problem.missing.apl.to_numpy(), apl_by_year(plan)[:, 0]
    need = problem.missing.need.to_numpy()
    assert after[3] < before[3]  # near a practice that loses, far from the site
    assert need @ (after - before) == pytest.approx(840.0 - 420.0)


def test_a_plan_that_forgets_who_loses_is_unverified(small: ModuleType) -> None:
    case = _plain(small)
    plan = siting.solve(asked(case, pd.Series([3_000.0, 0.0, 0.0, 1_000.0], case.names())))
    gross = plan.activity.assign(net_acts=plan.activity["acts_per_year"])
    with pytest.raises(Unverified, match="vérification"):
        dataclasses.replace(plan, activity=gross).verify()
    nobody = dataclasses.replace(plan.problem.donors, within=1.0)
    problem = dataclasses.replace(plan.problem, donors=nobody)
    with pytest.raises(Unverified, match="vérification"):
        dataclasses.replace(plan, problem=problem).verify()


def test_nobody_near_loses_nothing(small: ModuleType) -> None:
    case = _plain(small).but(parameters=small.Parameters.load({"staff.poaching_minutes": 10.0}))
    plan = siting.solve(asked(case, pd.Series([3_000.0, 0.0, 0.0, 1_000.0], case.names())))
    assert plan.sites["net_acts"].tolist() == [840.0]
    assert lost_by(plan).empty


def test_a_small_practice_loses_no_more_than_it_offers(small: ModuleType) -> None:
    case = _plain(small)
    plan = siting.solve(asked(case, pd.Series([100.0, 0.0, 0.0, 0.0], case.names())))
    assert lost_by(plan).loc["Z1"].to_dict() == pytest.approx({"Z0": 100.0})
    assert plan.sites["net_acts"].tolist() == pytest.approx([740.0])
    two = case.but(candidates=[1, 2])
    both = siting.solve(asked(two, pd.Series([100.0, 0.0, 0.0, 0.0], case.names())))
    assert len(both.sites) == 1  # the second would take what is no longer there
    kept = two.but(keep=("Z1", "Z2"))
    with pytest.raises(Infeasible) as caught:
        siting.solve(asked(kept, pd.Series([100.0, 0.0, 0.0, 0.0], case.names())))
    said = str(caught.value)
    # Each would take the 100 that are offered.
    assert "leur soient prises 100 consultations par an de plus" in said
    assert "siting.keep : renoncer à 1 des 2" in said
    enough = siting.solve(asked(kept, pd.Series([840.0, 0.0, 0.0, 0.0], case.names())))
    assert len(enough.sites) == 2


def test_the_dossier_counts_the_same_apl(small: ModuleType) -> None:
    case = _plain(small)
    offered = pd.Series([3_000.0, 0.0, 0.0, 1_000.0], case.names())
    problem = asked(case, offered)
    plan = siting.solve(problem)
    after = ledgers.apl_with(
        plan,
        problem.missing.apl,
        place=case.territory(),
        times=case.times(),
        parameters=case.parameters,
    )
    np.testing.assert_allclose(after.to_numpy(), apl_by_year(plan)[:, 0], rtol=1e-12)


def test_without_supply_the_site_counts_for_its_net(small: ModuleType) -> None:
    case = _plain(small).but(apl=[1.0, 1.0, 1.0, 1.0])
    plan = case.solved()
    assert plan.problem.donors is None
    assert plan.sites["net_acts"].tolist() == [420.0]
    assert plan.gain == pytest.approx(420.0)
