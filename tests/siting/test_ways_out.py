"""What is told when nothing respects the rules: held against every plan, listed one by one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from territory_access import siting
from territory_access.errors import Fault, Infeasible
from territory_access.parameters import Parameters
from territory_access.siting.guarantees import Guarantee

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

LONG = settings.get_current_profile_name() == "long"
quick = settings(
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
        HealthCheck.too_slow,
    ],
)
SEEDS = st.integers(0, 10**9)
MANY = 1e12
MONEY, STAFF = ("budget", "deficit_per_year"), ("gp_fte", "nurse_fte")


def some(examples: int) -> settings:
    return settings(quick, max_examples=settings().max_examples if LONG else examples)


def question(small: ModuleType, seed: int) -> Any:
    """Return three to five communes where much must open, and little is there for it."""
    rng = np.random.default_rng(seed)
    pick = lambda *values: values[int(rng.integers(len(values)))]  # noqa: E731 - a word for it
    count = int(rng.integers(3, 6))
    spots = rng.uniform(0, 40, (count, 2))
    minutes = np.round(np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)), 1)
    services = {
        "CDS": small.service(
            "CDS", (1.0, 80, 100e3, 12_345.6), (2.0, 170, 180e3, 20e3), lead_months=pick(6.0, 15.0)
        ),
        "SMP": small.service(
            "SMP", (0.6, 45, 70e3, 2e3), staff_profile="retired", min_population=900.0
        ),
        "ANT": small.service("ANT", (0.2, 15, 50e3, 0.0), mother_minutes=15.0),
    }
    offered = {name: services[name] for name in services if name == pick("CDS", name, name)}
    offered = {
        name: dataclasses.replace(
            one,
            sizes=tuple(
                dataclasses.replace(size, opex=100e3 * size.fte + size.deficit, nurse_fte=size.fte)
                for size in one.sizes
            ),
        )
        for name, one in (offered or services).items()
    }
    towns = [f"Z{n}" for n in range(count)]
    keep = tuple(sorted(rng.choice(towns, int(rng.integers(1, 3)), replace=False).tolist()))
    years = pick(1, 1, 2)
    case = small.Case(
        seekers=rng.integers(0, 90, count).tolist(),
        minutes=minutes,
        candidates=list(range(count)),
        services=offered,
        population=rng.integers(500, 2500, count).tolist(),
        epci=[f"E{n}" for n in rng.integers(0, 2, count)],
        apl=rng.uniform(0.3, 2.6, count).round(3).tolist(),
        parameters=Parameters.load(
            {
                "staff.retired_gp_per_1000": pick(2.0, 20.0, 200.0),
                "staff.retired_take_up": 0.25,
                "staff.retired_fte": 0.3,
                "staff.pool_minutes": 15.0,
            }
        ),
        rules={
            "objective": "apl",
            "flexible_teams": False,
            "years": years,
            "budget": pick(0.0, 90e3, 150e3, 500e3),
            "deficit_per_year": pick(0.0, 15e3, 200e3, 400e3),
            "gp_fte": pick(0.5, 1.0, 6.0),
            "nurse_fte": pick(0.5, 1.0, 9.0),
            "per_epci": pick(None, None, 1),
            "keep": keep,
            "forbid": tuple(town for town in towns if town not in keep)[:1],
        }
        | ({"hires": {"salaried": pick(0.0, 0.4, 3.0)}} if rng.random() < 0.5 else {})
        | (
            {"budget_by_year": (pick(0.0, 60e3), 60e3)} if years == 2 and rng.random() < 0.5 else {}
        ),
    )
    problem = case.problem()
    return dataclasses.replace(problem, guarantees=_floors(rng, problem), **_inside(rng, problem))


def _floors(rng: np.random.Generator, problem: Any) -> tuple[Guarantee, ...]:
    """Return no promise to two, each of a level in one commune or two."""
    names = problem.times["origin"].to_numpy().astype(str)
    made = []
    for n in range(int(rng.integers(0, 3))):
        group = tuple(sorted(rng.choice(names, 2, replace=False).tolist()))
        lowest = float(problem.missing.apl.sel(origin=list(group)).min())
        made.append(Guarantee(f"G{n}", group, None, round(lowest + rng.uniform(0, 0.5), 3), "apl"))
    return tuple(made)


def _inside(rng: np.random.Generator, problem: Any) -> dict[str, Any]:
    """Return a smaller plan to contain, sometimes."""
    there = np.argwhere(problem.allowed.to_numpy())
    if rng.random() > 0.2 or not len(there):
        return {}
    place, option = there[int(rng.integers(len(there)))]
    return {
        "included": ((str(problem.candidates.index[place]), str(problem.options.index[option])),)
    }


def rules_of(problem: Any) -> list[str]:
    """Return everything that may be relaxed, by the names of the test."""
    found = [*MONEY, *STAFF, "population", "forbid", "centres", "retired", "per_epci", "keep"]
    found += [f"hires {one.profile}" for one in problem.recruits]
    found += [f"promise {one.name}" for one in problem.guarantees]
    return found + (["includes"] if problem.included else [])


def without(problem: Any, rule: str, amount: float | None = None) -> Any:
    """Return the problem without a rule, or with what was told of it."""
    kind, _, name = rule.partition(" ")
    change = {
        "population": lambda: {"allowed": _wider(problem, kind)},
        "forbid": lambda: {"allowed": _wider(problem, kind)},
        "centres": lambda: {"options": problem.options.assign(mother_minutes=np.nan)},
        "retired": lambda: {
            "pool": _more_retired(problem.pool, 50.0 if amount is None else amount)
        },
        "hires": lambda: {"recruits": tuple(_hired(r, name, amount) for r in problem.recruits)},
        "promise": lambda: {"guarantees": _lowered(problem.guarantees, name, amount)},
        "includes": lambda: {"included": ()},
    }.get(kind, lambda: {"rules": _limited(problem.rules, kind, amount)})
    return dataclasses.replace(problem, **change())


def _limited(rules: Any, kind: str, amount: float | None) -> Any:
    if kind == "per_epci":
        return dataclasses.replace(rules, per_epci=None if amount is None else int(amount))
    if kind == "keep":
        return dataclasses.replace(rules, keep=())
    return dataclasses.replace(rules, **{kind: MANY if amount is None else amount})


def _lowered(promises: Any, name: str, floor: float | None) -> Any:
    """Return the promises with one of a lower floor, or without it."""
    others = [one for one in promises if one.name != name]
    mine = [dataclasses.replace(one, floor=floor) for one in promises if one.name == name]
    return tuple(others if floor is None else [*others, *mine])


def _hired(recruits: Any, name: str, amount: float | None) -> Any:
    if recruits.profile != name:
        return recruits
    if amount is None:
        return dataclasses.replace(recruits, fte=xr.full_like(recruits.fte, 1e6))
    each = np.broadcast_to(np.array(recruits.each) * amount, recruits.fte.shape)
    return dataclasses.replace(recruits, fte=recruits.fte.copy(data=each))


def _wider(problem: Any, kind: str) -> Any:
    """Return what may open where small communes, or forbidden ones, may host too."""
    codes, options = problem.candidates.index, problem.options
    people = problem.candidates["population"].to_numpy(float)
    fits = people[:, None] >= options["min_population"].to_numpy(float)[None, :]
    free = ~codes.isin(problem.rules.forbid)[:, None]
    known = problem.allowed.attrs.get("wider", ())
    fits = fits | (kind == "population") | ("population" in known)
    free = free | (kind == "forbid") | ("forbid" in known)
    there = ~problem.candidates["hosts"].to_numpy(bool)[:, None]
    allowed = problem.allowed.copy(data=fits & free & there)
    allowed.attrs["wider"] = (*known, kind)
    return allowed


def _more_retired(pool: Any, amount: float | None) -> Any:
    fte = 50.0 if amount is None else amount
    more = xr.DataArray([round(fte * 1000)], {"basin": ["~"]}, ("basin",))
    near = xr.ones_like(pool.within.isel(basin=[0])).assign_coords(basin=["~"])
    return dataclasses.replace(
        pool,
        fte=xr.concat([pool.fte, more], "basin"),
        within=xr.concat([pool.within, near], "basin"),
    )


def possible(every_plan: ModuleType, problem: Any) -> bool:
    """Return whether some plan respects the rules, by listing them all."""
    listed = every_plan.listing(problem, most=60_000)
    return bool(every_plan.keeps_promises(problem, listed).any())


def number(text: object) -> float:
    return float("".join(c for c in str(text).replace(",", ".") if c in "0123456789."))


def told(fault: Fault) -> dict[str, float | None]:
    """Return the rules of a line and what each is to be."""
    if "rules" in fault.values:
        return told(fault.values["rules"])  # type: ignore[arg-type]
    if "first" in fault.values:
        return told(fault.values["first"]) | told(fault.values["others"])  # type: ignore[arg-type]
    kind = fault.sentence.split(" : ")[0].removeprefix("siting.")
    value = fault.values
    return {
        "{rule}": lambda: {str(value["rule"]): number(value["needed"])},
        "hires": lambda: {f"hires {value['profile']}": number(value["needed"])},
        "per_epci": lambda: {"per_epci": float(str(value["needed"]))},
        "keep": lambda: {"keep": None},
        "includes": lambda: {"includes": None},
        "forbid": lambda: {"forbid": None},
        "guarantees": lambda: {f"promise {value['name']}": value.get("most")},
        "population minimale des communes d’accueil": lambda: {"population": None},
        "centre mère": lambda: {"centres": None},
        "médecins retraités à portée": lambda: {"retired": number(value["needed"])},
    }[kind]()


def refused(problem: Any) -> Infeasible:
    with pytest.raises(Infeasible) as caught:
        siting.solve(problem)
    return caught.value


def lines(error: Infeasible) -> Iterator[dict[str, float | None]]:
    for fault in error.faults:
        yield told(fault)


def applied(problem: Any, line: dict[str, float | None]) -> Any:
    for rule, amount in line.items():
        floor = amount
        if rule.startswith("promise") and amount is not None:
            floor = round(np.floor(amount * 100 + 1e-6) / 100, 2)
        problem = without(problem, rule, floor)
    return problem


@given(seed=SEEDS)
@some(30)
def test_the_smallest_sets_and_their_amounts(
    small: ModuleType, every_plan: ModuleType, broken: ModuleType, seed: int
) -> None:
    problem = question(small, seed)
    everywhere = problem
    for rule in rules_of(problem):
        everywhere = without(everywhere, rule)
    smallest = broken.smallest(problem, everywhere)
    assume(frozenset() not in smallest)
    found = list(lines(refused(problem)))
    sets = {frozenset(line) for line in found}
    assert sets <= smallest
    assert len(sets) == (len(smallest) if max(map(len, sets)) == 1 else min(3, len(smallest)))
    for line in found:
        assert possible(every_plan, applied(problem, line)), line
        _no_less(every_plan, problem, line)


def _no_less(every_plan: ModuleType, problem: Any, line: dict[str, float | None]) -> None:
    """A rule relaxed alone is told at the least that suffices, to the step that is told."""
    steps = dict.fromkeys(MONEY, -1.0) | dict.fromkeys((*STAFF, "retired"), -0.001)
    steps["per_epci"] = -1.0
    for rule, amount in line.items() if len(line) == 1 else ():
        step = -0.001 if rule.startswith("hires") else steps.get(rule)
        step = 0.01 if rule.startswith("promise") else step
        if step is not None and amount is not None:
            assert not possible(every_plan, applied(problem, {rule: amount + step})), line
