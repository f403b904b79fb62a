"""What is said of a plan of the whole model is what listing every plan finds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from territory_access import siting
from territory_access.siting import explain
from territory_access.siting.alone import alone, without
from territory_access.siting.alternatives import alternatives
from territory_access.siting.frontier import by_budget, by_equity
from territory_access.siting.prices import prices
from territory_access.siting.questions import Otherwise, Questions
from territory_access.siting.rejected import rejected
from territory_access.siting.years.goals import tail

if TYPE_CHECKING:
    from types import ModuleType

    from territory_access.siting import Problem, SitingPlan

    type Listed = list[tuple[frozenset[str], float]]

KINDS = ("apl", "apl, two years", "places, two years")
CASES = [("apl", 0), ("apl", 3), ("apl, two years", 3), ("places, two years", 3)]


def case_of(small: ModuleType, kind: str, seed: int) -> Any:
    """Return a small question with money for two sites or so."""
    goal = kind.split(",", maxsplit=1)[0]
    rules: dict[str, Any] = {"objective": goal, "budget": 200_000.0, "forbid": ()}
    case = small.drawn(seed)
    services = case.services
    if "two years" in kind:
        rules |= {"years": 2, "hires": {"salaried": 1.0}, "hire_basin": "territoire"}
        services = {name: replace(one, lead_months=6.0) for name, one in services.items()}
    services = {
        name: replace(
            one, sizes=tuple(replace(size, opex=120_000.0 * size.fte) for size in one.sizes)
        )
        for name, one in services.items()
    }
    rules |= {"deficit_per_year": 200_000.0, "gp_fte": 4.0}
    apl = np.linspace(0.6, 2.2, len(case.seekers)).round(2).tolist()
    return case.but(candidates=case.candidates[:3], services=services, apl=apl, **rules)


@pytest.fixture(scope="module")
def listed(small: ModuleType, years_brute: ModuleType) -> Any:
    """Return a question, its plan, and the candidates and gain of every plan that is possible."""

    @cache
    def known(kind: str, seed: int) -> tuple[Any, SitingPlan, Listed]:
        case = case_of(small, kind, seed)
        problem = case.problem()
        codes = problem.candidates.index
        value = years_brute.value if kind.startswith("apl") else places_of(years_brute)
        every = [
            (frozenset(codes[list(plan)]), value(problem, plan))
            for plan in years_brute.plans(problem)
        ]
        return case, siting.solve(problem), [one for one in every if one[1] > -np.inf]

    return known


def places_of(years_brute: ModuleType) -> Any:
    """Return what counts the places of one plan: teams, then who may sit where."""

    def value(problem: Problem, plan: Any) -> float:
        written = years_brute.Programme()
        team, acts = years_brute._teams(problem, plan, written)
        years_brute._limits(problem, plan, written, team, acts)
        years_brute._pools(problem, plan, written, team)
        horizon, old = problem.horizon, problem.existing[problem.existing["places"] > 0]
        for t in range(horizon.years):
            sites = [(str(s), float(r), None, int(n)) for s, r, n in _rooms(old)]
            sites += [
                (problem.candidates.index[j], problem.options["reach"].iloc[o], (j, o), 0)
                for j, (o, opened) in plan.items()
                if opened <= t
            ]
            here: list[dict[int, float]] = [{} for _ in problem.seekers]
            for label, reach, build, room in sites:
                near = problem.times.sel(destination=label).to_numpy()
                home = problem.home.sel(destination=label).to_numpy()
                row = {}
                for i in np.flatnonzero(home | ((near <= reach) & (reach > 0))):
                    x = written.column(float(problem.seekers[i]), horizon.worth()[t])
                    here[i][x] = row[x] = 1.0
                if build is not None:
                    option = problem.options.iloc[build[1]]
                    row |= {acts[build[0], t]: -option["places"] / option["acts_per_year"]}
                written.at_most(row, float(room))
            for i, terms in enumerate(here):
                written.at_most(terms, float(problem.seekers[i]))
        return written.best() - float(horizon.worth().sum()) * problem.before

    return value


def _rooms(old: Any) -> list[tuple[str, float, int]]:
    return list(zip(old.index, old["reach"], old["places"], strict=True))


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_each_site_is_worth_what_is_lost_without_it(listed: Any, kind: str, seed: int) -> None:
    _, plan, every = listed(kind, seed)
    close = 1e-5 * max(1.0, plan.gain)
    assert plan.gain == pytest.approx(max(gain for _, gain in every), abs=close)
    assert len(plan.sites) > 0
    why = explain.why(plan)
    for code, row in why.iterrows():
        left = max(gain for codes, gain in every if code not in codes)
        assert row["gain_lost"] == pytest.approx(plan.gain - left, abs=close)
        assert row["at_least"] == pytest.approx(plan.gain - left, abs=close)
        # Alone, with nothing opened instead, no less is lost.
        assert row["alone"] >= row["gain_lost"] - close


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_each_rejected_candidate_has_its_regret(listed: Any, kind: str, seed: int) -> None:
    _, plan, every = listed(kind, seed)
    close = 1e-5 * max(1.0, plan.gain)
    table = rejected(plan)
    codes = set(plan.problem.candidates.index) - set(plan.sites.index)
    if codes:
        one = explain.regret(plan, min(codes))
        left = [gain for sites, gain in every if min(codes) in sites]
        assert one.possible == bool(left)
        assert one.gain_lost == pytest.approx(plan.gain - max(left, default=0.0), abs=close)
    possible = {code for code in codes if any(code in sites for sites, _ in every)}
    assert set(table.index) == possible
    for code, row in table.iterrows():
        best = max(gain for sites, gain in every if code in sites)
        assert row["gain_lost"] == pytest.approx(plan.gain - best, abs=close)
        assert row["at_least"] == pytest.approx(plan.gain - best, abs=close)


@pytest.mark.parametrize("tolerance", [0.02, 0.4])
@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_alternatives_are_all_of_them(listed: Any, kind: str, seed: int, tolerance: float) -> None:
    _, plan, every = listed(kind, seed)
    least = plan.gain * (1 - tolerance)
    good = [one for one in every if one[1] >= least - 1e-6]
    found = alternatives(plan, tolerance=tolerance)
    assert found.proved
    assert set(found.always) == frozenset.intersection(*(codes for codes, _ in good))
    seen = frozenset().union(*(codes for codes, _ in good))
    assert set(found.sometimes) == seen - set(found.always)
    assert not set(found.never) & seen
    assert all(one.gain >= least - 1e-4 for one in found.plans)


@pytest.mark.parametrize("kind", KINDS)
def test_prices_are_the_gains_of_new_plans(listed: Any, kind: str) -> None:
    case, plan, _ = listed(kind, 3)
    table = prices(plan)
    assert (table["more"] >= 0).all()
    close = 1e-5 * max(1.0, plan.gain)
    again = case.but(budget=300_000.0).solved()
    assert table.loc["budget+100000", "gain"] == pytest.approx(again.gain, abs=close)
    assert table.loc["budget+100000", "at_most"] == pytest.approx(again.gain - plan.gain, abs=close)
    again = case.but(gp_fte=5.0).solved()
    assert table.loc["gp_fte+1", "gain"] == pytest.approx(again.gain, abs=close)
    if "two years" in kind:
        again = case.but(hires={"salaried": 2.0}).solved()
        assert table.loc["hires-salaried+1", "gain"] == pytest.approx(again.gain, abs=close)


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_question_is_the_same_question(listed: Any, kind: str) -> None:
    _, plan, _ = listed(kind, 3)
    asked = Questions.of(plan)
    code = str(plan.sites.index[0])
    option = f"{plan.sites['service'].iloc[0]} {plan.sites['size'].iloc[0]}"
    held = asked.ask(Otherwise(fixed=((code, option),)))
    assert held is not None
    assert held.gain == pytest.approx(plan.gain, abs=1e-4)
    nothing = asked.ask(Otherwise(only=frozenset()))
    assert nothing is not None
    assert nothing.gain == pytest.approx(0.0, abs=1e-6)
    assert asked.ask(Otherwise(only=frozenset(), within=frozenset([code]))) is None
    cheapest = asked.ask(goal="cost", least=plan.gain)
    assert cheapest is not None
    stage = plan.report.stages["value"].get("cost")
    if stage is not None:
        assert -cheapest.value * 1000 == pytest.approx(stage, rel=1e-3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nested", [False, True])
def test_more_money_never_brings_less(listed: Any, kind: str, nested: bool) -> None:
    case, plan, _ = listed(kind, 3)
    points = [100_000.0, 200_000.0, 300_000.0]
    table = by_budget(plan.problem, budgets=points, nested=nested)
    assert (table["gain"].diff().dropna() >= -1e-5).all()
    again = [case.but(budget=point).solved().gain for point in points]
    free = table["gain"] + (table["nesting_costs"] if nested else 0.0)
    assert free.tolist() == pytest.approx(again, rel=1e-5, abs=1e-4)


def test_equity_costs_consultations(listed: Any, years_brute: ModuleType) -> None:
    _, plan, _ = listed("apl", 3)
    table = by_equity(plan, kept=(1.0, 0.5))
    assert table["reached"].is_monotonic_increasing
    assert (table["reached"] <= table["at_most"] + 1e-3).all()
    assert (table["gain"] >= np.array([1.0, 0.5]) * plan.gain - 1e-3).all()
    problem, data = plan.problem, plan.problem.missing
    best = -np.inf
    for opened in years_brute.plans(problem):
        gain = years_brute.value(problem, opened)
        if gain >= 0.5 * plan.gain:
            level = data.apl.to_numpy().copy()
            for j, (o, _) in opened.items():
                level += data.per_act.to_numpy()[:, j] * problem.options["net_acts"].iloc[o]
            near = (data.per_act.to_numpy() > 0).any(axis=1)
            need = data.need.to_numpy()[near]
            before, after = (
                np.maximum(0.0, data.threshold - one[near]) for one in (data.apl.to_numpy(), level)
            )
            best = max(best, tail(before, need) - tail(after, need))
    assert table.loc[0.5, "reached"] == pytest.approx(best, rel=0.011, abs=1e-3)


def test_equity_of_places_over_several_years(listed: Any) -> None:
    _, plan, _ = listed("places, two years", 3)
    table = by_equity(plan, kept=(1.0, 0.5))
    assert table["reached"].round(3).is_monotonic_increasing
    assert table["reached"].notna().all()


def test_what_goes_when_one_site_alone_goes(small: ModuleType) -> None:
    plan = small.Case(
        seekers=[10, 10],
        minutes=np.array([[0.0, 60.0], [60.0, 0.0]]),
        candidates=[0, 1],
        services={"CDS": small.service("CDS", (1.0, 100, 50_000.0, 0.0))},
        apl=[0.0, 0.0],
        rules={"objective": "apl", "budget": 100_000.0},
    ).solved()
    assert alone(plan).to_dict() == pytest.approx({"Z0": 420.0, "Z1": 420.0})
    assert without(plan, "Z0").sites.index.tolist() == ["Z1"]


def test_a_whole_question_is_the_same_each_time(small: ModuleType) -> None:
    plan = case_of(small, "apl, two years", 3).solved()
    assert explain.why(plan).equals(explain.why(plan))
    assert rejected(plan).equals(rejected(plan))
