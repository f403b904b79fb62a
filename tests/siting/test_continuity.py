"""An island that has a service keeps one, and an island centre has who to be there at any hour."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from territory_access import siting
from territory_access.errors import Infeasible, Unverified
from territory_access.siting.prices import prices
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from types import ModuleType

    from territory_access.siting import Problem

FLOOR = 8760 / 1755


def but(case: Any, **rules: Any) -> Any:
    """Return the same case with other rules."""
    return replace(case, rules=case.rules | rules)


def asked(case: Any, islands: list[str]) -> Problem:
    """Return the problem of a case where a boat leads to some zones."""
    boats = pd.DataFrame({"island_zone": islands, "island": [f"île {zone}" for zone in islands]})
    territory = replace(case.territory(), ferries=boats)
    apl = xr.DataArray(case.apl, {"origin": case.names()}, ("origin",))
    return siting.problem(
        territory,
        case.times(),
        case.settings(),
        parameters=case.parameters,
        services=case.services,
        apl=apl,
    )


@pytest.fixture
def isle(small: ModuleType) -> Any:
    """Two zones on land, an island out of reach with a centre that loses money."""
    far = np.array([[0.0, 8, 90], [8, 0, 95], [90, 95, 0]])
    return small.Case(
        seekers=[50, 50, 50],
        minutes=far,
        candidates=[0, 1, 2],
        services={
            "CDS": small.service("CDS", (2.0, 400, 90_000.0, 20_000.0)),
            "ISL": small.service(
                "ISL",
                (3.0, 200, 60_000.0, 30_000.0),
                (6.0, 400, 90_000.0, 60_000.0),
                setting="island",
                staff_profile="rotating",
                reach_minutes=0.0,
                gp_fte=6.0,
                net=-60_000.0,
            ),
            "MICRO": small.service("MICRO", (0.4, 30, 9_000.0, 5_000.0), setting="island"),
        },
        existing=[("ISL", 2, 3.0, 200)],
        population=[1000, 1000, 300],
        apl=[1.0, 1.0, 4.0],
        rules={
            "objective": "apl",
            "services": ("CDS",),
            "decisions": ("open", "close"),
            "budget": 1e6,
            "deficit_per_year": 0.0,
            "gp_fte": 0.0,
        },
    )


def test_an_island_keeps_its_only_service(isle: Any) -> None:
    # Closing it would pay for a centre that closes more, on land.
    free = siting.solve(asked(but(isle, continuity="none"), ["Z2"]))
    assert sorted(free.sites["decision"]) == ["fermer", "ouvrir"]
    held = siting.solve(asked(isle, ["Z2"]))
    assert held.report.status is Status.EMPTY
    with pytest.raises(Unverified, match="perd son seul service"):
        replace(free, problem=asked(isle, ["Z2"])).verify()


def test_the_rule_is_for_islands_with_people_and_a_service(isle: Any) -> None:
    assert asked(but(isle, continuity_residents=301), ["Z2"]).continuity is None
    assert asked(but(isle, continuity_residents=300), ["Z2"]).continuity.kept == ("île Z2",)
    assert asked(but(isle, decisions=("open",)), ["Z2"]).continuity is None
    assert asked(isle, []).continuity is None


def _best(problem: Problem, floor: float, kept: bool) -> float:
    """Return the best gain of all decisions, teams being whole, from the tables alone."""
    data, options = problem.missing, problem.options
    per_act = data.per_act.to_numpy()
    need, level = data.need.to_numpy(), data.apl.to_numpy()
    each = [
        [None, *np.flatnonzero(problem.allowed.to_numpy()[j])]
        for j in range(len(problem.candidates))
    ]
    best = 0.0
    for choice in product(*each):
        chosen = [(j, options.iloc[o]) for j, o in enumerate(choice) if o is not None]
        team = sum(o["fte"] for _, o in chosen)
        lost = sum(o["deficit"] for _, o in chosen)
        if team > problem.rules.gp_fte + 1e-9 or lost > problem.rules.deficit_per_year + 1e-6:
            continue
        if sum(o["capex"] for _, o in chosen) > problem.rules.budget:
            continue
        isle = [o for j, o in chosen if problem.candidates["island"].iloc[j]]
        if any(o["service"] == "ISL" and 0 < o["fte"] < floor for o in isle):
            continue
        shut = any(o["fte"] < 0 for _, o in chosen)
        if kept and shut and not any(o["fte"] > 0 for o in isle):
            continue
        added = sum((per_act[:, j] * o["net_acts"] for j, o in chosen), np.zeros(level.size))
        short = np.maximum(0.0, data.threshold - level)
        best = max(best, need @ (short - np.maximum(0.0, data.threshold - level - added)))
    return float(best)


@pytest.mark.parametrize("seed", range(12))
def test_the_plan_is_the_best_that_islands_allow(isle: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = but(
        isle,
        services=("CDS", "ISL", "MICRO"),
        continuity=str(rng.choice(["none", "service", "presence"])),
        gp_fte=float(rng.choice([0.0, 2.0, 3.0, 6.0, 8.0])),
        deficit_per_year=float(rng.choice([0.0, 30_000.0, 80_000.0])),
        budget=float(rng.choice([60_000.0, 1e6])),
    )
    case = replace(
        case,
        apl=rng.uniform(0.0, 3.0, 3).round(2).tolist(),
        existing=case.existing if rng.random() < 0.6 else [],
    )
    problem = asked(case, ["Z2"])
    mode = case.rules["continuity"]
    best = _best(problem, FLOOR if mode == "presence" else 0.0, mode != "none")
    assert siting.solve(problem).gain == pytest.approx(best, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("flexible", [False, True])
def test_an_island_centre_is_sized_by_continuity(isle: Any, flexible: bool) -> None:
    case = replace(
        but(
        isle,
        services=("ISL", "MICRO"), decisions=("open",), continuity="presence", gp_fte=6.0,
            deficit_per_year=1e6, flexible_teams=flexible,
        ),
        existing=[], apl=[4.0, 4.0, 2.0],
    )  # fmt: skip
    # 150 consultations are missing: volume needs a tenth of a doctor, continuity five.
    few = siting.solve(asked(but(case, continuity="service"), ["Z2"]))
    assert few.sites["fte"].sum() < FLOOR
    plan = siting.solve(asked(but(case, services=("ISL",)), ["Z2"]))
    team = float(plan.sites["fte"].iloc[0])
    assert team >= FLOOR - 1e-6
    small_team = siting.solve(asked(but(case, continuity="service", services=("ISL",)), ["Z2"]))
    assert small_team.sites["fte"].iloc[0] < FLOOR
    wrong = replace(small_team, problem=asked(but(case, services=("ISL",)), ["Z2"]))
    with pytest.raises(Unverified, match="pour y être à toute heure"):
        wrong.verify()
    # A visit promises no presence: the micro-centre opens as the catalogue says.
    micro = siting.solve(asked(but(case, services=("MICRO",)), ["Z2"]))
    assert micro.sites["fte"].iloc[0] <= 0.4 + 1e-6


def test_what_cannot_be_there_is_named(isle: Any) -> None:
    case = replace(
        but(
        isle,
        services=("ISL",), decisions=("open",), continuity="presence", gp_fte=4.0,
            deficit_per_year=1e6,
        ),
        existing=[], apl=[4.0, 4.0, 2.0],
    )  # fmt: skip
    reason = str(siting.solve(asked(case, ["Z2"])).report.reason)
    assert "à toute heure" in reason
    with pytest.raises(Infeasible, match=r"siting\.continuity"):
        siting.solve(asked(but(case, keep=("Z2",)), ["Z2"]))


def test_what_the_rule_costs_is_among_the_prices(isle: Any) -> None:
    case = replace(
        but(
            isle,
            services=("CDS", "ISL"),
            decisions=("open",),
            continuity="presence",
            gp_fte=7.0,
            deficit_per_year=1e6,
        ),
        existing=[],
        apl=[1.0, 1.0, 2.0],
        services=isle.services | {"CDS": replace(isle.services["CDS"], min_population=500.0)},
    )
    plan = siting.solve(asked(case, ["Z2"]))
    # Two centres on land leave three doctors: enough for the volume of the island, not to stay.
    assert plan.gain == pytest.approx(3000)
    found = prices(plan, kinds=("lifted",))
    assert found.loc["continuity:none", "more"] == pytest.approx(150)
    land = siting.solve(asked(but(case, continuity="service"), ["Z2"]))
    assert "continuity:none" not in prices(land, kinds=("lifted",)).index


def _archipelago(isle: Any, seed: int) -> tuple[Any, list[str]]:
    """Return a random case of six to twelve candidates, two or three of them islands."""
    rng = np.random.default_rng(seed)
    islands = int(rng.integers(2, 4))
    land = int(rng.integers(4, 11 - islands))
    count = land + islands
    minutes = rng.integers(3, 30, (count, count)).astype(float)
    minutes = np.minimum(minutes, minutes.T)
    minutes[land:] = minutes[:, land:] = 90.0
    np.fill_diagonal(minutes, 0.0)
    stands = [land + k for k in range(islands) if rng.random() < 0.7]
    case = but(
        isle,
        services=("CDS", "ISL", "MICRO"),
        continuity=str(rng.choice(["none", "service", "presence"])),
        gp_fte=float(rng.choice([2.0, 4.0, 6.0, 8.0])),
        deficit_per_year=float(rng.choice([0.0, 30_000.0, 80_000.0, 120_000.0])),
        budget=float(rng.choice([60_000.0, 200_000.0, 1e6])),
    )
    case = replace(
        case,
        seekers=[50] * count,
        minutes=minutes,
        candidates=list(range(count)),
        existing=[("ISL", zone, 3.0, 200) for zone in stands],
        population=[1000] * land + [300] * islands,
        apl=rng.uniform(0.0, 3.0, count).round(2).tolist(),
    )
    return case, [f"Z{zone}" for zone in range(land, count)]


def _best_of_many(problem: Problem, floor: float, *, kept: bool) -> float:
    """Return the best gain of all decisions, teams being whole, listed candidate by candidate."""
    data, options = problem.missing, problem.options
    use = options[["fte", "deficit", "capex"]].to_numpy(float)
    rules = problem.rules
    limit = np.array([rules.gp_fte, rules.deficit_per_year, rules.budget])
    allowed, places = problem.allowed.to_numpy(), problem.candidates
    each = [np.flatnonzero(row) for row in allowed]
    # What later candidates can give back at most: closing a site frees doctors and money.
    back = np.array([np.minimum(0.0, use[some]).min(axis=0, initial=0.0) for some in each])
    rest = back.sum(axis=0) - np.cumsum(back, axis=0)
    plans, used = np.zeros((1, 0), int), np.zeros((1, 3))
    for j, some in enumerate(each):
        more = [(plans, -1, used), *((plans, o, used + use[o]) for o in some)]
        fits = [(total + rest[j] <= limit + 1e-6).all(axis=1) for _, _, total in more]
        plans = np.vstack(
            [
                np.column_stack([before[ok], np.full(int(ok.sum()), o)])
                for (before, o, _), ok in zip(more, fits, strict=True)
            ]
        )
        used = np.vstack([total[ok] for (_, _, total), ok in zip(more, fits, strict=True)])
    fte = np.append(options["fte"].to_numpy(float), 0.0)[plans]
    centre = np.append((options["service"] == "ISL").to_numpy(), np.False_)[plans]
    good = ~(centre & (fte > 0) & (fte < floor)).any(axis=1)
    for zone in sorted(set(places.loc[places["island"].astype(bool), "zone_id"])) if kept else []:
        here = fte[:, (places["zone_id"] == zone).to_numpy()]
        good &= ~(here < 0).any(axis=1) | (here > 0).any(axis=1)
    acts = np.append(options["net_acts"].to_numpy(float), 0.0)[plans[good]]
    added = acts @ data.per_act.to_numpy()[:, : len(places)].T
    short = data.threshold - data.apl.to_numpy()
    closed = np.maximum(0.0, short) - np.maximum(0.0, short - added)
    return max(0.0, float((closed @ data.need.to_numpy()).max(initial=0.0)))


@pytest.mark.parametrize("seed", range(24))
def test_the_plan_is_the_best_of_up_to_twelve_candidates(isle: Any, seed: int) -> None:
    case, islands = _archipelago(isle, seed)
    problem = asked(case, islands)
    assert len(problem.candidates) <= 13
    mode = case.rules["continuity"]
    best = _best_of_many(problem, FLOOR if mode == "presence" else 0.0, kept=mode != "none")
    assert siting.solve(problem).gain == pytest.approx(best, rel=1e-9, abs=1e-6)


def test_islands_decide_in_some_of_these_cases(isle: Any) -> None:
    decided, many = 0, 0
    for seed in range(24):
        case, islands = _archipelago(isle, seed)
        problem, mode = asked(case, islands), case.rules["continuity"]
        held = _best_of_many(problem, FLOOR if mode == "presence" else 0.0, kept=mode != "none")
        decided += held < _best_of_many(problem, 0.0, kept=False) - 1e-6
        many += len(problem.candidates) >= 10
    assert decided >= 5
    assert many >= 5
