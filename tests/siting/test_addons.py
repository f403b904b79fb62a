"""An add-on stands where somebody hosts it, and the plan is the best of all that do."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from territory_access import siting
from territory_access.errors import ScenarioError, Unverified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from territory_access.siting import Problem

RHO, IN_CENTRE, ACTS_PER_FTE = 1.0, 0.6, 5400.0
type Plan = dict[str, tuple[Any, int]]  # place -> option and year, 0 for the first


def addon(small: ModuleType, name: str, **changes: Any) -> Any:
    """Return an add-on of small figures: 60 consultations a lot."""
    plain = {
        "id": name,
        "capacity": 60.0,
        "capex": 5_000.0,
        "opex": 9_000.0,
        "net": -2_000.0,
        "lead_months": 4.0,
    }
    return replace(small.CATALOGUE[name], **(plain | changes))


def with_doctors(problem_of: Any, case: Any, doctors: dict[str, float]) -> Problem:
    """Return the problem of a case whose communes have these GP FTE in practice."""
    supply = pd.DataFrame({"acts_per_year": pd.Series(doctors) * ACTS_PER_FTE})
    territory = replace(case.territory(), supply=supply)
    return problem_of(case, territory)


def problem_of(case: Any, territory: Any) -> Problem:
    import xarray as xr

    apl = None
    if case.apl is not None:
        apl = xr.DataArray(case.apl, {"origin": case.names()}, ("origin",))
    return siting.problem(
        territory,
        case.times(),
        case.settings(),
        parameters=case.parameters,
        services=case.services,
        apl=apl,
    )


def drawn(small: ModuleType, seed: int) -> Problem:
    """Return four zones, a centre that stands or may open, doctors in practice, add-ons."""
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 25, (4, 2))
    minutes = np.round(np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)), 1)
    asked = ["CDS", "AM"] if rng.random() < 0.7 else ["AM", "IPA"]
    case = small.Case(
        seekers=rng.integers(20, 200, 4).tolist(),
        minutes=minutes,
        candidates=[0, 1],
        services={
            "CDS": small.service("CDS", (1.0, 100, 90_000.0, 20_000.0), (2.0, 150, 1e5, 3e4)),
            "AM": addon(small, "AM"),
            "IPA": addon(small, "IPA", capacity=100.0, capex=9_000.0, net=-5_000.0),
        },
        existing=[("CDS", 1, float(rng.choice([1.0, 2.0, 3.5])), 40)] if rng.random() < 0.6 else [],
        population=rng.integers(200, 900, 4).tolist(),
        apl=rng.uniform(1.0, 3.0, 4).tolist(),
        rules={
            "objective": "apl",
            "services": tuple(asked),
            "decisions": ("open", "close") if rng.random() < 0.3 else ("open",),
            "years": 1 if "IPA" in asked else int(rng.integers(1, 3)),
            "flexible_teams": False,
            "budget": float(rng.choice([12_000.0, 110_000.0, 250_000.0])),
            "deficit_per_year": float(rng.choice([12_000.0, 30_000.0])),
            "gp_fte": float(rng.choice([0.0, 2.0])),
            "nurse_fte": float(rng.choice([1.0, 9.0])),
        },
    )
    doctors = dict(zip(case.names(), rng.choice([0.0, 0.9, 1.0, 2.4], 4).tolist(), strict=True))
    return with_doctors(problem_of, case, doctors)


def _plans(problem: Problem) -> Iterator[Plan]:
    """Yield every choice at every place, whether or not it is allowed to stand there."""
    years, options = problem.horizon.years, problem.options
    lead = options["lead_years"] if problem.horizon.lead else options["fte"] * 0
    each = []
    for place in problem.candidates.index:
        name = place.partition("+")[2]
        here = [None]
        for o, option in enumerate(options.itertuples()):
            mine = option.service == name if name else option.decision != "reinforce"
            # More than five could be hosted nowhere here.
            fits = int(option.size) <= 5 if name and mine else mine
            fits = fits and (bool(name) or bool(problem.allowed.loc[place, option.Index]))
            if fits:
                here += [(options.iloc[o], t) for t in range(years) if t >= lead.iloc[o]]
        each.append(here)
    for choice in product(*each):
        plan = zip(problem.candidates.index, choice, strict=True)
        yield {place: made for place, made in plan if made is not None}


def _stands(problem: Problem, plan: Plan, doctors: dict[str, float]) -> bool:
    """Return whether hosts, money and staff are there each year."""
    rules, horizon = problem.rules, problem.horizon
    for year in range(horizon.years):
        now = {place: o for place, (o, t) in plan.items() if t <= year}
        lead = {p: o["lead_years"] if horizon.lead else 0 for p, (o, _) in plan.items()}
        spent = sum(o["capex"] for p, (o, t) in plan.items() if t - lead[p] <= year)
        lost = 0.0
        for place, o in now.items():
            age = year - plan[place][1]
            ramp = 1.0 if len(horizon.ramp) == 1 or o["fte"] < 0 else (*horizon.ramp, 1.0)[age]
            earned = (o["opex"] - o["deficit"]) * ramp
            lost += o["opex"] - earned
        fte = sum(o["fte"] for o in now.values())
        nurses = sum(o["nurse_fte"] for o in now.values())
        if (
            spent > rules.budget + 1e-6
            or lost > rules.deficit_per_year + 1e-6
            or fte > rules.gp_fte + 1e-9
            or nurses > rules.nurse_fte + 1e-9
        ):
            return False
        for place, o in now.items():
            zone, plus, name = place.partition("+")
            if not plus or not name:
                continue
            sites = problem.existing[problem.existing["zone_id"] == zone]
            centres = float(sites["fte"].sum()) + sum(
                other["fte"]
                for at, other in now.items()
                if problem.candidates.loc[at, "zone_id"] == zone
            )
            practices = max(0.0, doctors[zone] - float(sites["fte"].sum()))
            if int(o["size"]) > RHO * practices + IN_CENTRE * centres + 1e-9:
                return False
    return True


def _gain(problem: Problem, plan: Plan) -> float:
    """Return the consultations no longer missing, counted from the times alone."""
    data, horizon = problem.missing, problem.horizon
    minutes = problem.times.to_pandas()
    weight = minutes.apply(
        lambda column: np.select([column <= 10, column <= 15, column <= 20], [1, 2 / 3, 1 / 3], 0)
    )
    need, worth = data.need.to_numpy(), horizon.worth()
    found = 0.0
    for year in range(horizon.years):
        level = data.apl.to_numpy().astype(float).copy()
        for place, (o, t) in plan.items():
            if t > year:
                continue
            at = place.removesuffix("+") if place.endswith("+") else place.partition("+")[0]
            ramp = 1.0 if len(horizon.ramp) == 1 or o["fte"] < 0 else (*horizon.ramp, 1.0)[year - t]
            column = weight[at].to_numpy()
            level += column / (need @ column) * o["net_acts"] * ramp
        short = np.maximum(0.0, data.threshold - data.apl.to_numpy())
        left = np.maximum(0.0, data.threshold - level)
        found += worth[year] * float(need @ (short - left))
    return found


@pytest.mark.parametrize("seed", range(10))
def test_the_plan_is_the_best_of_all(small: ModuleType, seed: int) -> None:
    problem = drawn(small, seed)
    doctors = {}
    for place in problem.addons.places.itertuples():
        sites = problem.existing[problem.existing["zone_id"] == place.zone_id]
        doctors[place.zone_id] = place.practices + float(sites["fte"].sum())
    best = max(_gain(problem, plan) for plan in _plans(problem) if _stands(problem, plan, doctors))
    plan = siting.solve(problem)
    assert plan.gain == pytest.approx(best, rel=1e-9, abs=1e-6)


@pytest.fixture
def village(small: ModuleType) -> Any:
    """One commune that lacks care and another out of reach; a centre may open in either."""
    return small.Case(
        seekers=[80, 10],
        minutes=np.array([[0.0, 90], [90, 0.0]]),
        candidates=[0, 1],
        services={
            "CDS": small.service("CDS", (1.0, 100, 90_000.0, 20_000.0), (2.0, 200, 1e5, 3e4)),
            "AM": addon(small, "AM"),
            "IPA": addon(small, "IPA"),
            "POCT": small.CATALOGUE["POCT"],
            "REPIT": replace(small.CATALOGUE["REPIT"], min_population=0.0),
        },
        apl=[1.0, 2.5],
        rules={"objective": "apl", "services": ("CDS", "AM"), "budget": 1e6},
    )


def ask(case: Any, doctors: dict[str, float] | None = None, **rules: Any) -> Problem:
    """Return the problem of a case with other rules."""
    case = replace(case, rules=case.rules | rules)
    if doctors is None:
        return problem_of(case, case.territory())
    return with_doctors(problem_of, case, doctors)


@pytest.mark.parametrize(
    ("service", "serves"), [("POCT", "évite des transferts"), ("REPIT", "soulage des aidants")]
)
def test_what_is_not_counted_must_be_required(village: Any, service: str, serves: str) -> None:
    with pytest.raises(ScenarioError, match=serves):
        ask(village, services=("CDS", service))


def test_biology_stands_where_a_centre_does(village: Any) -> None:
    rules = {"services": ("CDS", "POCT"), "keep": ("Z1+POCT",)}
    # Nobody lacks anything there: the centre opens only because biology asks for it.
    plan = siting.solve(ask(village, **rules))
    assert {"Z0", "Z1", "Z1+POCT"} == set(plan.sites.index)
    assert plan.sites.loc["Z1+POCT", ["acts_per_year", "places", "fte"]].tolist() == [0, 0, 0]
    alone = replace(
        plan,
        sites=plan.sites.drop(index="Z1"),
        activity=plan.activity.drop(index="Z1", level=0),
    )
    with pytest.raises(Unverified, match="d’après ceux qui"):
        alone.verify()
    with pytest.raises(ScenarioError, match="rien ne peut l’accueillir"):
        ask(village, services=("AM", "POCT"), keep=("Z1+POCT",))


def test_respite_asks_for_no_host(village: Any) -> None:
    plan = siting.solve(ask(village, services=("CDS", "REPIT"), keep=("Z1+REPIT",)))
    assert "Z1" not in plan.sites.index
    assert plan.sites.loc["Z1+REPIT", "decision"] == "renforcer"


def test_an_add_on_is_beside_the_one_service(village: Any) -> None:
    plan = siting.solve(ask(village, {"Z0": 2.0}, gp_fte=1.0))
    assert plan.sites.loc["Z0", "service"] == "CDS"
    # Two doctors in practice and one in the centre: three of its lots, of which 2.6 may stand.
    assert plan.sites.loc["Z0+AM", "size"] == "2"
    assert plan.problem.addons.places.loc["Z0+AM", "practices"] == pytest.approx(2.0)
    assert ask(village, services=("CDS",)).addons is None


def test_add_ons_alone_need_doctors_who_are_known(village: Any) -> None:
    plan = siting.solve(ask(village, {"Z0": 1.2}, services=("AM",)))
    assert plan.sites["size"].tolist() == ["1"]
    nobody = siting.solve(ask(village, services=("AM",)))
    assert "pour en accueillir" in str(nobody.report.reason)


@pytest.mark.parametrize(("team", "size"), [(1.5, None), (2.0, "1")])
def test_a_shared_team_hosts_as_many_as_work_there(
    village: Any, team: float, size: str | None
) -> None:
    plan = siting.solve(ask(village, flexible_teams=True, gp_fte=team))
    assert plan.sites["size"].get("Z0+AM") == size


def test_add_ons_give_places_to_their_commune(village: Any) -> None:
    problem = ask(village, {"Z0": 3.0, "Z1": 3.0}, services=("AM", "IPA"), objective="places")
    plan = siting.solve(problem)
    # 60 consultations keep 14 places open, three of them 42; IPA gives none and is not offered.
    assert set(problem.options["service"]) == {"AM"}
    assert plan.gain == pytest.approx(42 + 10, abs=1e-6)


def test_a_plan_with_more_than_its_hosts_is_refused(village: Any) -> None:
    plan = siting.solve(ask(village, {"Z0": 3.0}, services=("AM",)))
    assert plan.sites["size"].tolist() == ["3"]
    fewer = replace(plan, problem=ask(village, {"Z0": 2.0}, services=("AM",)))
    with pytest.raises(Unverified):
        fewer.verify()


def test_what_stands_already_is_not_added_again(village: Any) -> None:
    case = replace(village, existing=[("CDS", 0, 1.0, 50), ("POCT", 0, 0.0, 0)])
    with pytest.raises(ScenarioError, match="déjà ouvert"):
        ask(case, services=("AM", "POCT"), keep=("Z0+POCT",))
