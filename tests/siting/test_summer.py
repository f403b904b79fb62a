"""A plan made for residents is held against the people of August, exactly."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territory_access import access, siting
from territory_access.errors import DataError
from territory_access.siting.break_even import break_even
from territory_access.siting.donors import Practices
from territory_access.siting.robustness import robustness
from territory_access.siting.same import only, sites_of
from territory_access.siting.summer import apl_in_august, in_summer, known_ahead
from territory_access.siting.unknowns import otherwise, unknowns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

some = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# Minutes, and what the decay of the DREES leaves there.
STEPS = ((10.0, 1.0), (15.0, 2 / 3), (20.0, 1 / 3))


def weight(minutes: float) -> float:
    """Return the decay of the DREES, written again."""
    return next((left for edge, left in STEPS if minutes <= edge), 0.0)


def shared(need: Sequence[float], acts: Sequence[float], minutes: np.ndarray) -> np.ndarray:
    """Return the APL in plain arithmetic: each offer over those around, then added up."""
    zones = range(len(need))
    found = np.zeros(len(need))
    for d, offered in enumerate(acts):
        around = sum(weight(minutes[k, d]) * need[k] for k in zones)
        for i in zones:
            found[i] += weight(minutes[i, d]) * offered / around if offered else 0.0
    return found


def asked(case: Any, acts: Sequence[float], *, outlook: Any = None) -> siting.Problem:
    """Return the question, the supply of practices known."""
    names, place = case.names(), case.territory()
    times = xr.DataArray(
        case.minutes, {"origin": names, "destination": names}, ("origin", "destination")
    )
    offered = xr.DataArray(np.array(acts, float), {"destination": names}, ("destination",))
    need = xr.DataArray(place.zones["need"].to_numpy(float), {"origin": names}, ("origin",))
    return siting.problem(
        place,
        case.times(),
        case.settings(),
        parameters=case.parameters,
        services=case.services,
        apl=access.apl(times, need, offered),
        practices=Practices(times, offered),
        outlook=outlook,
    )


def coast(small: ModuleType, **rules: Any) -> Any:
    """Return a village by the sea, ten times larger in August, and a town inland; one doctor."""
    return small.Case(
        seekers=[50, 150],
        minutes=np.array([[0.0, 60.0], [60.0, 0.0]]),
        candidates=[0, 1],
        services={"ROT": small.service("ROT", (1.0, 1000 / 4.2, 80_000.0, 0.0))},
        population=[1000, 3000],
        zones={"population_august": [10_000.0, 2_500.0]},
        rules={"objective": "apl", "budget": 90_000.0, "gp_fte": 1.0} | rules,
    )


PRACTICES = (2600.0, 6900.0)  # APL of 2.6 by the sea, 2.3 inland


def drawn(small: ModuleType, seed: int) -> Any:
    """Return six zones, three candidates, services that take doctors, and a summer here and there.

    The file leaves out some communes, and in others there are fewer people in August.
    """
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 30, (6, 2))
    minutes = np.round(np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)), 1)
    population = rng.integers(300, 2000, 6)
    present = population * rng.choice([0.8, 1.5, 4.0, 9.0, np.nan], 6)
    present[0] = 3.0 * population[0]
    return small.Case(
        seekers=rng.integers(20, 200, 6).tolist(),
        minutes=minutes,
        candidates=[0, 1, 2],
        services={
            "CDS": small.service(
                "CDS", (1.0, 150, 90e3, 0.0), (2.0, 350, 150e3, 0.0), poaching=0.3
            ),
            "ROT": small.service("ROT", (0.5, 60, 30e3, 0.0)),
        },
        population=population.tolist(),
        zones={"population_august": present.tolist()},
        parameters=small.Parameters.load({"staff.poaching_minutes": 12.0}),
        rules={
            "objective": "apl",
            "flexible_teams": False,
            "budget": float(rng.choice([120e3, 200e3])),
            "gp_fte": float(rng.choice([1.5, 2.5])),
        },
    )


def offered(case: Any, seed: int) -> list[float]:
    """Return what practices offer, near the threshold for residents."""
    rng = np.random.default_rng(seed + 1)
    found = np.round(np.array(case.population) * rng.choice([0.0, 2.2, 2.6, 3.4], 6))
    found[1] = 2500.0
    return [float(one) for one in found]


def august_need(case: Any, share: float) -> np.ndarray:
    """Return the need with a share of August: 3 visits a thousand visitor-days against 9."""
    people = np.array(case.population, float)
    present = np.array(case.zones["population_august"], float)
    visitors = np.where(np.isnan(present), 0.0, np.maximum(0.0, present - people))
    return people + share * visitors / 3


def test_by_hand_on_a_coast(small: ModuleType) -> None:
    problem = asked(coast(small), PRACTICES)
    # 9 visitors a resident, of whom each counts for a third: four times the need.
    assert problem.summer.more.to_numpy() == pytest.approx([3.0, 0.0], abs=1e-12)
    assert problem.summer.counted.to_numpy().tolist() == [True, True]
    assert problem.missing.apl.to_numpy() == pytest.approx([2.6, 2.3], abs=1e-12)
    august = in_summer(problem, 1.0)
    assert august.missing.need.to_numpy() == pytest.approx([4000.0, 3000.0], abs=1e-12)
    assert august.missing.apl.to_numpy() == pytest.approx([0.65, 2.3], abs=1e-12)
    assert august.missing.per_act.to_numpy() == pytest.approx(
        np.array([[1 / 4000, 0.0], [0.0, 1 / 3000]]), abs=1e-15
    )
    assert august.missing.total(august.missing.apl) == pytest.approx(1.85 * 4000 + 0.2 * 3000)
    half = in_summer(problem, 0.5)
    assert half.missing.apl.to_numpy() == pytest.approx([2600 / 2500, 2.3], abs=1e-12)


def test_the_regret_of_august_is_what_the_other_site_brings(small: ModuleType) -> None:
    plan = siting.solve(asked(coast(small), PRACTICES))
    # Nothing is missing by the sea for residents; inland 0.2 × 3 000 are.
    assert plan.sites.index.tolist() == ["Z1"]
    assert plan.gain == pytest.approx(600.0)
    found = robustness(plan, small.PARAMETERS, count=3, seed=1)
    summer = found.checks.loc["summer"]
    assert (summer["low"], summer["high"]) == (1.0, 2.0)
    assert summer["kept_low"] == pytest.approx(600.0)
    assert summer["regret_low"] == 0.0
    # In August the same 1 000 consultations are all missing by the sea, and 600 inland.
    assert summer["kept_high"] == pytest.approx(600.0)
    assert summer["regret_high"] == pytest.approx(400.0)
    assert found.draws["summer"].between(1, 2).all()
    assert np.isnan(break_even(plan, small.PARAMETERS).loc["summer", "holds_to"])


def test_until_how_much_of_august_a_plan_holds(small: ModuleType) -> None:
    """A plan that lifts the village holds while what it brings is enough for those who come."""
    case = coast(small, objective="lifted", forbid=("Z1",))
    plan = siting.solve(asked(case, (2000.0, 9000.0)))
    assert plan.gain == pytest.approx(1000.0)
    # 2 000 + 1 000 consultations make 2.5 for 1 200 people: a fifteenth of August.
    edge = break_even(plan, small.PARAMETERS).loc["summer"]
    assert edge["holds_to"] == pytest.approx(1 + 0.2 / 3, abs=0.005)
    assert edge["likely"]


@some
@given(st.integers(0, 10**6), st.floats(0.0, 1.0))
def test_shared_among_more_people(small: ModuleType, seed: int, share: float) -> None:
    case = drawn(small, seed)
    acts = offered(case, seed)
    problem = asked(case, acts)
    need = august_need(case, share)
    found = in_summer(problem, share)
    data = found.missing
    assert data.need.to_numpy() == pytest.approx(need, rel=1e-12)
    assert data.apl.to_numpy() == pytest.approx(shared(need, acts, case.minutes), abs=1e-12)
    for j, site in enumerate(case.candidates):
        one = np.eye(len(acts))[site]
        now = data.per_act.to_numpy()[:, j]
        assert now == pytest.approx(shared(need, one, case.minutes), abs=1e-12)
    for name in found.donors.acts["destination"].to_numpy():
        one = np.eye(len(acts))[case.names().index(name)]
        lost = found.donors.per_act.sel(donor=name).to_numpy()
        assert lost == pytest.approx(shared(need, one, case.minutes), abs=1e-12)
    # Nothing is lost: what practices offer is what people get.
    assert float(data.need @ data.apl) == pytest.approx(sum(acts), rel=1e-9)
    assert (data.apl <= problem.missing.apl + 1e-12).all()
    assert found.seekers.equals(problem.seekers)
    assert found.before == problem.before


@some
@given(st.integers(0, 10**6))
def test_residents_only_change_nothing(small: ModuleType, seed: int) -> None:
    case = drawn(small, seed)
    problem = asked(case, offered(case, seed))
    assert in_summer(problem, 0.0) is problem
    same = otherwise(problem, {"summer": 1.0})
    for name in ("need", "apl", "per_act"):
        assert getattr(same.missing, name).equals(getattr(problem.missing, name))
    assert same.donors is problem.donors
    # And the way that recomputes agrees with what stood there.
    near = in_summer(problem, 1e-13).missing
    assert near.apl.to_numpy() == pytest.approx(problem.missing.apl.to_numpy(), abs=1e-9)
    assert near.per_act.to_numpy() == pytest.approx(problem.missing.per_act.to_numpy(), abs=1e-12)


def every_plan(case: Any, sites: Sequence[int]) -> Iterator[dict[int, Any]]:
    """Yield what may open at these sites, size by size, within the money and the doctors."""
    sizes = [(one, size) for one in case.services.values() for size in one.sizes]
    rules = case.rules
    for count in range(len(sites) + 1):
        for chosen in combinations(sites, count):
            for made in product(sizes, repeat=count):
                money = sum(size.capex for _, size in made)
                doctors = sum(size.fte for _, size in made)
                if money <= rules["budget"] + 1e-6 and doctors <= rules["gp_fte"] + 1e-9:
                    yield dict(zip(chosen, made, strict=True))


def worth(case: Any, acts: Sequence[float], need: np.ndarray, plan: dict[int, Any]) -> float:
    """Return the consultations that a plan closes, those of practices around really taken off."""
    after = np.array(acts, float)
    for j, (service, size) in plan.items():
        near = [d for d in range(len(acts)) if case.minutes[d, j] <= 12.0 and acts[d] > 0]
        there = sum(acts[d] for d in near)
        largest = max(one.acts_per_year for one in service.sizes)
        part = min(service.poaching, there / largest) if near else 0.0
        for d in near:
            after[d] -= part * size.acts_per_year * acts[d] / there
    if (after < -1e-6).any():
        return -np.inf
    for j, (_, size) in plan.items():
        after[j] += size.acts_per_year
    lack = [
        need @ np.maximum(0.0, 2.5 - shared(need, supply, case.minutes)) for supply in (acts, after)
    ]
    return float(lack[0] - lack[1])


@pytest.mark.parametrize("seed", [3, 4, 6, 9])
def test_the_regret_of_august_is_that_of_all_plans(small: ModuleType, seed: int) -> None:
    case = drawn(small, seed)
    acts = offered(case, seed)
    problem = asked(case, acts)
    plan = siting.solve(problem)
    residents = np.array(case.population, float)
    whole = [worth(case, acts, residents, made) for made in every_plan(case, case.candidates)]
    assert plan.gain == pytest.approx(max(whole), rel=1e-6, abs=1e-6)
    need = august_need(case, 1.0)
    best = max(worth(case, acts, need, made) for made in every_plan(case, case.candidates))
    mine = {int(code[1:]): option for code, option in sites_of(plan)}
    kept = max(
        worth(case, acts, need, made)
        for made in every_plan(case, list(mine))
        if all(f"{service.id} {size.name}" == mine[j] for j, (service, size) in made.items())
    )
    august = otherwise(problem, {"summer": 2.0})
    assert siting.solve(august).gain == pytest.approx(best, rel=1e-6, abs=1e-6)
    held = siting.solve(only(august, sites_of(plan)))
    assert held.gain == pytest.approx(kept, rel=1e-6, abs=1e-6)
    found = robustness(plan, small.PARAMETERS, count=1).checks.loc["summer"]
    assert found["kept_high"] == pytest.approx(kept, rel=0.006, abs=1e-3)
    assert found["regret_high"] == pytest.approx(best - kept, abs=0.006 * best + 1e-3)


def test_further_and_in_summer_at_once(small: ModuleType) -> None:
    case = drawn(small, 3)
    acts = offered(case, 3)
    problem = asked(case, acts)
    both = otherwise(problem, {"summer": 1.6, "travel": 1.3}).missing
    need = august_need(case, 0.6)
    for j, site in enumerate(case.candidates):
        far = shared(need, np.eye(len(acts))[site], case.minutes * 1.3)
        assert both.per_act.to_numpy()[:, j] == pytest.approx(far, abs=1e-9)
    # What practices offer is reached as it is today.
    assert both.apl.to_numpy() == pytest.approx(shared(need, acts, case.minutes), abs=1e-9)


def test_the_apl_of_august_is_the_same_for_deserts(small: ModuleType) -> None:
    case = drawn(small, 9)
    acts = offered(case, 9)
    problem = asked(case, acts)
    known = Practices(problem.donors.times, problem.donors.acts)
    told = apl_in_august(case.territory(), known, parameters=case.parameters)
    assert told.to_numpy() == pytest.approx(in_summer(problem, 1.0).missing.apl.to_numpy())
    assert apl_in_august(case.territory(), None, parameters=case.parameters) is None
    nobody = case.but(zones={}).territory()
    assert apl_in_august(nobody, known, parameters=case.parameters) is None


def outlook(small: ModuleType, left: np.ndarray) -> siting.Problem:
    """Return the coast over two years, with what is left of the consultations."""
    level = np.array([2.6, 2.3]) * left
    apl = xr.DataArray(level, {"year": [1, 2], "origin": ["Z0", "Z1"]}, ("year", "origin"))
    case = coast(small, years=2, hires={"salaried": 1.0}, deficit_per_year=1e6)
    return asked(case, PRACTICES, outlook=apl)


def test_years_to_come_share_out_too(small: ModuleType) -> None:
    problem = outlook(small, np.array([[1.0], [0.9]]))
    august = otherwise(problem, {"summer": 2.0})
    assert august.horizon.apl.dims == problem.horizon.apl.dims
    assert august.horizon.apl.to_numpy() == pytest.approx(
        np.array([[0.65, 2.3], [0.585, 2.07]]), abs=1e-12
    )
    more = otherwise(problem, {"summer": 2.0, "departures": 2.0}).horizon.apl
    assert more.to_numpy() == pytest.approx(np.array([[0.65, 2.3], [0.52, 1.84]]), abs=1e-12)
    assert "summer" in {one.id for one in unknowns(small.PARAMETERS, problem)}
    plan = siting.solve(problem)
    found = robustness(plan, small.PARAMETERS, count=1).checks.loc["summer"]
    changed = siting.solve(august).gain
    assert found["kept_high"] + found["regret_high"] == pytest.approx(changed, rel=0.006)


def test_departures_that_differ_are_refused(small: ModuleType) -> None:
    problem = outlook(small, np.array([[1.0, 1.0], [0.9, 0.8]]))
    assert not known_ahead(problem)
    assert "summer" not in {one.id for one in unknowns(small.PARAMETERS, problem)}
    with pytest.raises(DataError, match="diffèrent d’une commune à l’autre"):
        in_summer(problem, 0.5)


def test_where_nobody_counted_it_is_no_unknown(small: ModuleType) -> None:
    case = coast(small)
    unknown = asked(case.but(zones={}), PRACTICES)
    assert unknown.summer is None
    nobody = asked(case.but(zones={"population_august": [np.nan, np.nan]}), PRACTICES)
    assert nobody.summer is None
    fewer = asked(case.but(zones={"population_august": [900.0, np.nan]}), PRACTICES)
    assert float(fewer.summer.more.sum()) == 0.0
    without = case.but(apl=[2.6, 2.3]).problem()  # practices are not given
    assert without.summer is None
    places = asked(case.but(objective="places"), PRACTICES)
    for problem in (unknown, nobody, fewer, without, places):
        assert "summer" not in {one.id for one in unknowns(small.PARAMETERS, problem)}
    with pytest.raises(DataError, match="n’est connue d’aucune commune"):
        in_summer(unknown, 1.0)


def test_the_practices_are_those_of_the_apl(small: ModuleType) -> None:
    case = coast(small)
    problem = asked(case, PRACTICES)
    names = case.names()
    with pytest.raises(DataError, match="n’est pas celle des cabinets"):
        siting.problem(
            case.territory(),
            case.times(),
            case.settings(),
            parameters=case.parameters,
            services=case.services,
            apl=problem.missing.apl * 1.1,
            practices=Practices(
                problem.donors.times,
                xr.DataArray(list(PRACTICES), {"destination": names}, ("destination",)),
            ),
        )


def test_the_order_of_tables_changes_nothing(small: ModuleType) -> None:
    case = drawn(small, 7)
    place = case.territory()
    turned = replace(place, zones=place.zones.iloc[[3, 0, 5, 2, 4, 1]])
    problems = []
    for one in (place, turned):
        names = one.zones.index.tolist()
        at = [case.names().index(name) for name in names]
        times = xr.DataArray(
            case.minutes[np.ix_(at, at)],
            {"origin": names, "destination": names},
            ("origin", "destination"),
        )
        acts = xr.DataArray(
            np.array(offered(case, 7))[at], {"destination": names}, ("destination",)
        )
        need = xr.DataArray(one.zones["need"].to_numpy(float), {"origin": names}, ("origin",))
        asked_here = siting.problem(
            one,
            case.times(),
            case.settings(),
            parameters=case.parameters,
            services=case.services,
            apl=access.apl(times, need, acts),
            practices=Practices(times, acts),
        )
        problems.append(in_summer(asked_here, 1.0).missing)
    first, second = problems
    assert first.need.equals(second.need)
    assert first.apl.to_numpy() == pytest.approx(second.apl.to_numpy(), rel=1e-12)
    assert first.per_act.to_numpy() == pytest.approx(second.per_act.to_numpy(), rel=1e-12)
