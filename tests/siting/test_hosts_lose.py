"""Practices that lose doctors to the plan host fewer add-ons; sites that grow host more."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from territory_access import access, siting
from territory_access.errors import Unverified
from territory_access.siting.donors import Practices

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

RHO, IN_CENTRE, ACTS_PER_FTE, WITHIN = 1.0, 0.6, 600.0, 20.0
type Plan = dict[str, tuple[Any, int]]  # place -> option and year, 0 for the first


def assistant(small: ModuleType, acts: float) -> Any:
    """Return an assistant of small figures."""
    return replace(
        small.CATALOGUE["AM"], capacity=acts, capex=5_000.0, opex=9_000.0, net=-2_000.0,
        lead_months=4.0, poaching=0.0,
    )  # fmt: skip


def drawn(small: ModuleType, seed: int) -> tuple[Any, list[float]]:
    """Return four zones, a centre that takes doctors from practices, assistants, and practices."""
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 15, (4, 2))
    minutes = np.round(np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)), 1)
    # A site of every kind of decision is a place more: then one year is enough to list.
    stands = seed % 2 == 0
    case = small.Case(
        seekers=[50] * 4,
        minutes=minutes,
        candidates=[0] if stands else [0, 1],
        services={
            "CDS": small.service(
                "CDS", (1.0, 100, 90_000.0, 20_000.0), (2.0, 150, 1e5, 3e4),
                poaching=float(rng.choice([0.2, 0.5])),
            ),
            "AM": assistant(small, float(rng.choice([60.0, 150.0]))),
        },
        existing=[("CDS", 0, 1.0, 40)] if stands else [],
        population=rng.integers(800, 2500, 4).tolist(),
        parameters=small.Parameters.load(
            {"staff.poaching_minutes": WITHIN, "apl.acts_per_fte": ACTS_PER_FTE}
        ),
        rules={
            "objective": "apl",
            "services": ("CDS", "AM"),
            "decisions": ("open", "extend", "close") if stands else ("open",),
            "years": 1 if stands else int(rng.integers(1, 3)),
            "flexible_teams": False,
            "budget": float(rng.choice([130_000.0, 250_000.0])),
            "deficit_per_year": 1e6,
            "gp_fte": float(rng.choice([1.0, 2.0, 3.0])),
        },
    )  # fmt: skip
    return case, rng.choice([0.0, 1.0, 2.0, 3.1], 4, p=[0.1, 0.5, 0.3, 0.1]).tolist()


def asked(case: Any, doctors: list[float], **rules: Any) -> siting.Problem:
    """Return the question of a case whose communes have these GP FTE in practice."""
    case, names = case.but(**rules) if rules else case, case.names()
    offered = pd.Series(doctors, names) * ACTS_PER_FTE
    place = replace(case.territory(), supply=pd.DataFrame({"acts_per_year": offered}))
    dims = ("origin", "destination")
    times = xr.DataArray(case.minutes, dict(zip(dims, (names, names), strict=True)), dims)
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


def _plans(problem: siting.Problem) -> Iterator[Plan]:
    """Yield every choice at every place, whoever hosts it."""
    options = problem.options
    lead = options["lead_years"] if problem.horizon.lead else options["fte"] * 0
    each = []
    for place in problem.candidates.index:
        name = place.partition("+")[2]
        here = [None]
        for o, option in enumerate(options.itertuples()):
            mine = option.service == name if name else option.decision != "reinforce"
            # More than five could be hosted nowhere here.
            fits = int(option.size) <= 5 if name and mine else mine
            if fits and (name or bool(problem.allowed.loc[place, option.Index])):
                years = range(int(lead.iloc[o]), problem.horizon.years)
                here += [(options.iloc[o], year) for year in years]
        each.append(here)
    for choice in product(*each):
        plan = zip(problem.candidates.index, choice, strict=True)
        yield {place: made for place, made in plan if made is not None}


def _busy(problem: siting.Problem, plan: Plan, year: int) -> dict[str, tuple[Any, float]]:
    """Return what is there in a year, and how much of its patients has come."""
    ramp = (*problem.horizon.ramp, 1.0, 1.0)
    return {
        place: (o, 1.0 if o["fte"] < 0 or len(problem.horizon.ramp) == 1 else ramp[year - t])
        for place, (o, t) in plan.items()
        if t <= year
    }


def _lost(case: Any, offered: np.ndarray, problem: siting.Problem, busy: Any) -> np.ndarray:
    """Return what practices of each zone lose to the sites that are there."""
    gone = np.zeros(4)
    for place, (o, share) in busy.items():
        service = case.services[o["service"]]
        at = case.names().index(problem.candidates.loc[place, "zone_id"])
        near = (case.minutes[:, at] <= WITHIN) & (offered > 0)
        if o["acts_per_year"] <= 0 or service.poaching == 0 or not near.any():
            continue
        around, same = offered[near].sum(), problem.options["service"] == o["service"]
        largest = problem.options.loc[same, "acts_per_year"].max()
        part = min(service.poaching, around / largest)
        # An extension takes what it adds; what stands today took its own before.
        gone[near] += part * o["acts_per_year"] * share * offered[near] / around
    return gone


def _stands(case: Any, doctors: list[float], problem: siting.Problem, plan: Plan) -> bool:
    """Return whether hosts, money and staff are there each year."""
    rules, horizon = problem.rules, problem.horizon
    offered = np.array(doctors) * ACTS_PER_FTE
    for year in range(horizon.years):
        busy = _busy(problem, plan, year)
        lead = {p: o["lead_years"] if horizon.lead else 0 for p, (o, _) in plan.items()}
        spent = sum(o["capex"] for p, (o, t) in plan.items() if t - lead[p] <= year)
        if spent > rules.budget + 1e-6:
            return False
        if sum(o["fte"] for o, _ in busy.values()) > rules.gp_fte + 1e-9:
            return False
        lost = _lost(case, offered, problem, busy)
        if (lost > offered + 1e-6).any():
            return False
        for place, (o, _) in busy.items():
            zone, _, name = place.partition("+")
            if not name:
                continue
            at = case.names().index(zone)
            today = float(problem.existing.loc[problem.existing["zone_id"] == zone, "fte"].sum())
            centres = today + sum(
                other["fte"]
                for where, (other, _) in busy.items()
                if problem.candidates.loc[where, "zone_id"] == zone
            )
            left = 1.0 if not offered[at] else 1.0 - lost[at] / offered[at]
            practices = max(0.0, doctors[at] - today) * left
            if int(o["size"]) > RHO * practices + IN_CENTRE * centres + 1e-9:
                return False
    return True


def _gain(case: Any, doctors: list[float], problem: siting.Problem, plan: Plan) -> float:
    """Return the consultations no longer missing, what practices lose counted."""
    data, horizon = problem.missing, problem.horizon
    minutes, need = case.minutes, data.need.to_numpy()
    weight = np.select([minutes <= 10, minutes <= 15, minutes <= 20], [1.0, 2 / 3, 1 / 3], 0.0)
    per_act = weight / (need @ weight)
    offered, before = np.array(doctors) * ACTS_PER_FTE, data.apl.to_numpy().astype(float)
    found = 0.0
    for year in range(horizon.years):
        busy = _busy(problem, plan, year)
        level = before - per_act @ _lost(case, offered, problem, busy)
        for place, (o, share) in busy.items():
            at = case.names().index(problem.candidates.loc[place, "zone_id"])
            level += per_act[:, at] * o["acts_per_year"] * share
        short = [np.maximum(0.0, data.threshold - apl) for apl in (before, level)]
        found += horizon.worth()[year] * float(need @ (short[0] - short[1]))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_the_plan_is_the_best_of_all(small: ModuleType, seed: int) -> None:
    # In two of these, practices held fixed would host more than who is left.
    case, doctors = drawn(small, seed)
    problem = asked(case, doctors)
    best = max(
        _gain(case, doctors, problem, plan)
        for plan in _plans(problem)
        if _stands(case, doctors, problem, plan)
    )
    plan = siting.solve(problem)
    assert plan.gain == pytest.approx(best, rel=1e-9, abs=1e-6)
    plan.verify()


@pytest.fixture
def village(small: ModuleType) -> Any:
    """One commune with two doctors; a centre that takes nearly all of its own from them."""
    return small.Case(
        seekers=[80, 10],
        minutes=np.array([[0.0, 90], [90, 0.0]]),
        candidates=[0],
        services={
            "CDS": small.service("CDS", (1.0, 100, 90_000.0, 0.0), poaching=0.9),
            "AM": assistant(small, 100.0),
        },
        population=[2000, 1000],
        parameters=small.Parameters.load({"apl.acts_per_fte": ACTS_PER_FTE}),
        rules={"objective": "apl", "services": ("CDS", "AM"), "flexible_teams": False},
    )


def test_who_left_hosts_nobody(village: Any) -> None:
    # 420 consultations, nine tenths of them from 1,200: 1.37 doctors are left, and 0.6 of the new.
    both = siting.solve(asked(village, [2.0, 0.0], keep=("Z0", "Z0+AM")))
    assert both.sites["size"].to_dict() == {"Z0": "petit", "Z0+AM": "1"}
    alone = siting.solve(asked(village, [2.0, 0.0], forbid=("Z0",)))
    assert alone.sites["size"].to_dict() == {"Z0+AM": "2"}


def test_a_plan_that_counts_on_who_left_is_refused(village: Any) -> None:
    free = asked(village, [2.0, 0.0], keep=("Z0", "Z0+AM"))
    # Where those who lose are not known, two doctors and the new one host two.
    unknown = siting.solve(replace(free, donors=None))
    assert unknown.sites.loc["Z0+AM", "size"] == "2"
    with pytest.raises(Unverified) as refused:
        replace(unknown, problem=free).verify()
    assert any("2 pour 1,97" in str(fault).replace(".", ",") for fault in refused.value.faults)
