"""Draws a question of up to twelve candidates, rule by rule; nothing here is a real place."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from territory_access import access
from territory_access.access.decay import Decay
from territory_access.parameters import Parameters
from territory_access.siting.donors import Practices, donors
from territory_access.siting.guarantees import Guarantee
from territory_access.siting.priority import Priority

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

GOALS = ("apl", "lifted", "worst_tenth")
# What each service needs, then its sizes: doctors, places, investment.
KINDS: dict[str, tuple[dict[str, Any], tuple[tuple[float, int, float], ...]]] = {
    "ANT": ({"mother_minutes": 15.0}, ((0.2, 15, 50e3),)),
    "CDS": ({}, ((0.5, 40, 65e3), (1.0, 90, 100e3))),
    "ROT": ({"staff_profile": "rotating", "poaching": 0.25}, ((1.0, 70, 90e3), (2.0, 140, 130e3))),
    "SMP": ({"staff_profile": "retired", "min_population": 600.0}, ((0.6, 45, 70e3),)),
}


def pick(rng: np.random.Generator, values: Sequence[Any]) -> Any:
    return values[int(rng.integers(len(values)))]


def one_in(rng: np.random.Generator, times: int) -> bool:
    return bool(rng.integers(times) == 0)


def question(small: ModuleType, seed: int, *, flexible: bool, all_rules: bool = True) -> Any:
    """Return a problem drawn rule by rule."""
    rng = np.random.default_rng(seed)
    count = pick(rng, [8, 5, 3, 12] if flexible else [12, 12, 12, 9, 6, 3, 1])
    years = int(rng.integers(1, 1 + (2 if flexible else 3)))
    rules = _goals(rng) | _limits(rng, years) | {"flexible_teams": flexible}
    services = _services(rng, small, years)
    towns = [f"Z{n}" for n in range(count)]
    if one_in(rng, 4) and count > 1:
        rules["forbid"] = (towns[0],)
    if one_in(rng, 6):
        rules["keep"] = (towns[-1],)
    if one_in(rng, 3):
        rules["funders"] = _funders(rng, [name for name in services if name != "OLD"])
    more = np.random.default_rng([seed, 1])
    if all_rules and not flexible and one_in(more, 3):
        asked = {rules["objective"], *rules["weights"], *rules["then"]}
        rules["decisions"] = _decisions(more, asked)
    places = {"places"} & {rules["objective"], *rules["weights"]}
    case = small.Case(
        **_land(rng, count + int(rng.integers(0, 1 + (2))), services, last=count - 1),
        candidates=list(range(count)),
        services=services,
        rules=rules,
        parameters=Parameters.load(
            {
                "staff.retired_gp_per_1000": pick(rng, [20.0, 200.0, 2.0]),
                "staff.retired_take_up": 0.25,
                "staff.retired_fte": 0.3,
                "staff.pool_minutes": pick(rng, [15.0, 40.0]),
            }
        ),
    )
    if places:  # every set of the towns where somebody looks for a doctor is looked at
        few = np.zeros(len(case.seekers), int)
        some_of_them = rng.permutation(few.size)[:7]
        few[some_of_them] = np.array(case.seekers)[some_of_them]
        case = case.but(seekers=few.tolist())
    problem = case.problem()
    if not all_rules:
        return _more(rng, problem)
    if problem.missing is not None and one_in(more, 4):
        problem = _with_practices(more, case, problem)
    return _fair(more, _more(rng, problem))


def _decisions(rng: np.random.Generator, goals: set[str]) -> tuple[str, ...]:
    """Return what may be decided of what stands; closing asks for goals that see it."""
    changes = ["extend", "upgrade"]
    if goals <= {"apl", "places"}:
        changes = [*changes, "close", "relocate"][int(rng.integers(4)) :]
    return ("open", *changes)


def closes(problem: Any) -> bool:
    return bool((problem.options["acts_per_year"] < 0).any())


def _with_practices(rng: np.random.Generator, case: Any, problem: Any) -> Any:
    """Return the problem where the practices that lose doctors to new sites are known."""
    names = problem.times["origin"].to_numpy()  # sorted, as all tables of a problem are
    times = xr.DataArray(
        case.minutes, {"origin": case.names(), "destination": case.names()}, problem.times.dims
    ).sel(origin=names, destination=names)
    offered = rng.choice([0.0, 100.0, 1_500.0, 4_000.0], len(names))
    offered[rng.integers(len(names))] = 2_000.0
    need = problem.missing.need
    acts = xr.DataArray(offered, {"destination": names}, ("destination",))
    there = problem.times.isel(destination=slice(0, len(problem.candidates)))
    known = donors(
        Practices(times, acts), there, need, within=pick(rng, [12.0, 30.0]), decay=Decay.drees()
    )
    options = problem.options.assign(
        net_acts=problem.options["acts_per_year"] * (1 - pick(rng, [0.2, 0.6]))
    )
    missing = dataclasses.replace(problem.missing, apl=access.apl(times, need, acts))
    return dataclasses.replace(problem, donors=known, missing=missing, options=options)


def _fair(rng: np.random.Generator, problem: Any) -> Any:
    """Return the problem with residents who count more, and promises of shares and of places."""
    names, changes = problem.times["origin"].to_numpy().astype(str), {}
    goals = {problem.objective, *problem.then, *(goal for goal, _ in problem.weights)}
    if "places" in goals and one_in(rng, 3):
        weight = xr.DataArray(rng.choice([1.0, 1.5, 3.0], len(names)), problem.seekers.coords)
        changes["priority"] = Priority((), weight)
    group = tuple(sorted(rng.choice(names, max(1, len(names) // 2), replace=False).tolist()))
    promises = list(problem.guarantees)
    if problem.horizon.flexible and problem.missing is not None and one_in(rng, 4):
        promises.append(Guarantee("part", group, pick(rng, [0.3, 0.7, 1.0]), None))
    if one_in(rng, 4) and not closes(problem):
        share, floor = pick(rng, [(0.4, None), (0.8, None), (None, 0.05), (0.3, 0.05)])
        promises.append(Guarantee("places", group, share, floor, "places"))
    return dataclasses.replace(problem, guarantees=tuple(promises), **changes)


def _goals(rng: np.random.Generator) -> dict[str, Any]:
    """Return what is asked first, together, and next."""
    goal = pick(rng, ["apl", "apl", "places", "lifted", "worst_tenth"])
    others = [other for other in GOALS if other != goal]
    weights, then = {}, ()
    if one_in(rng, 3):
        weights = {goal: 1.0, pick(rng, others): pick(rng, [0.5, 3.0])}
    if one_in(rng, 3):
        then = tuple(rng.permutation(others).tolist())
    return {"objective": goal, "weights": weights, "then": then}


def _limits(rng: np.random.Generator, years: int) -> dict[str, Any]:
    """Return limits on money and staff, none of them always."""
    rules: dict[str, Any] = {
        "years": years,
        "budget": pick(rng, [150e3, 240e3, 330e3, 70e3]),
        "deficit_per_year": pick(rng, [400e3, 1e6, 150e3]),
        "gp_fte": pick(rng, [9.0, 2.5, 9.0, 1.2]),
        "nurse_fte": pick(rng, [9.0, 9.0, 9.0, 0.4]),
        "per_epci": pick(rng, [None, None, 1, 2]),
        "hire_basin": pick(rng, ["epci", "territoire"]),
    }
    if one_in(rng, 2):
        profile = pick(rng, ["salaried", "rotating"])
        rules["hires"] = {profile: pick(rng, [0.3, 0.6, 2.0])}
    if years > 1 and one_in(rng, 2):
        rules["budget_by_year"] = tuple(rng.choice([0.0, 120e3, 240e3], years).tolist())
    return rules


def _services(rng: np.random.Generator, small: ModuleType, years: int) -> dict[str, Any]:
    """Return one service to three that may open, and an old one that may not."""
    made = {"OLD": small.service("OLD", (1.0, 10, 1e5, 0.0))}
    for name in rng.permutation(sorted(KINDS))[: int(rng.integers(1, 4))].tolist():
        changes, sizes = KINDS[name]
        plain = [
            (fte, places + int(rng.integers(0, 20)), capex, float(rng.integers(0, 30_000)))
            for fte, places, capex in sizes
        ]
        service = small.service(
            name,
            *plain[: 1 if years == 3 else 2],
            reach_minutes=pick(rng, [0.0, 8.0, 20.0]),
            lead_months=pick(rng, [6.0, 15.0]),
            **changes,
        )
        sizes_with_staff = tuple(
            dataclasses.replace(size, opex=120e3 * size.fte + 40e3, nurse_fte=0.3 * size.fte)
            for size in service.sizes
        )
        made[name] = dataclasses.replace(service, sizes=sizes_with_staff)
    return made


def _land(rng: np.random.Generator, size: int, services: Any, *, last: int) -> dict[str, Any]:
    """Return towns on a plane, and what stands there already, but for the last candidate."""
    spots = rng.uniform(0, pick(rng, [25, 60]), (size, 2))
    minutes = np.round(np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)), 1)
    minutes[minutes > 38] = np.inf
    kinds = [name for name in ("OLD", "SMP") if name in services]
    homes = np.setdiff1d(np.arange(size), [last])
    existing = [
        (str(rng.choice(kinds)), int(zone), 0.3, int(rng.integers(0, 40)))
        for zone in rng.permutation(homes)[: int(rng.integers(0, 1 + (2)))]
    ]
    return {
        "seekers": rng.integers(0, 90, size).tolist(),
        "minutes": minutes,
        "existing": existing,
        "population": rng.integers(200, 1500, size).tolist(),
        "epci": [f"E{n}" for n in rng.integers(0, 3, size)],
        "apl": rng.uniform(pick(rng, [0.5, 2.0]), 2.8, size).round(3).tolist(),
    }


def _funders(rng: np.random.Generator, services: list[str]) -> tuple[dict[str, Any], ...]:
    """Return one funder or two, each with its own rules."""
    return tuple(
        {
            "name": name,
            "share_max": pick(rng, [0.4, 0.9]),
            "own_min": pick(rng, [0.0, 20e3, 60e3]),
            "envelope": pick(rng, [30e3, 90e3]),
            "per_project": pick(rng, [None, 25e3]),
            "services": tuple(services[:1]) if one_in(rng, 2) else (),
            "public": one_in(rng, 2),
        }
        for name in ("Assist", "Région")[: int(rng.integers(1, 1 + (2)))]
    )


def _more(rng: np.random.Generator, problem: Any) -> Any:
    """Return the problem with boats, an outlook, a smaller plan inside, promises of fairness."""
    changes: dict[str, Any] = {}
    names = problem.times["origin"].to_numpy()
    if problem.recruits and one_in(rng, 2):
        boats = xr.DataArray(
            rng.choice([1.0, 1.4], len(problem.candidates)), problem.recruits[0].loss.coords
        )
        changes["recruits"] = tuple(dataclasses.replace(r, loss=boats) for r in problem.recruits)
    if problem.horizon.years > 1 and problem.missing is not None and one_in(rng, 2):
        falling = problem.missing.apl - 0.2 * xr.DataArray(
            np.arange(problem.horizon.years, dtype=float),
            {"year": np.arange(1, problem.horizon.years + 1)},
        )
        changes["horizon"] = dataclasses.replace(problem.horizon, apl=falling)
    if one_in(rng, 8) and problem.allowed.any():
        place, option = pick(rng, np.argwhere(problem.allowed.to_numpy()))
        changes["included"] = (
            (str(problem.candidates.index[place]), str(problem.options.index[option])),
        )
    goals = {problem.objective, *problem.then, *(goal for goal, _ in problem.weights)}
    if problem.missing is not None and one_in(rng, 4):
        group = tuple(sorted(rng.choice(names, max(1, len(names) // 2), replace=False).tolist()))
        lowest = float(problem.missing.apl.sel(origin=list(group)).min())
        floor = share = None
        floors_only = problem.horizon.flexible or closes(problem) or goals == {"places"}
        if floors_only or one_in(rng, 2):
            floor = lowest + pick(rng, [-0.5, 0.02, 0.15])
        else:
            share = pick(rng, [0.3, 0.7, 1.0])
        changes["guarantees"] = (Guarantee("groupe", group, share, floor),)
    return dataclasses.replace(problem, **changes)
