"""The highest share of a promise that can be kept, held against every plan."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from territory_access import siting
from territory_access.errors import Infeasible
from territory_access.siting.guarantees import Guarantee
from territory_access.siting.served import allocation

if TYPE_CHECKING:
    from types import ModuleType

LONG = settings.get_current_profile_name() == "long"
quick = settings(
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
SEEDS = st.integers(0, 10**9)


def some(examples: int) -> settings:
    return settings(quick, max_examples=settings().max_examples if LONG else examples)


def told(problem: Any) -> float | None:
    """Return the share that the refusal tells, in hundredths."""
    with pytest.raises(Infeasible) as caught:
        siting.solve(problem)
    for fault in caught.value.faults:
        if "share_min" in fault.sentence:
            most = float(fault.values["most"])
            assert f"share_min de {most:.2f} au lieu de" in str(fault)
            return round(most, 2)
    return None


def promising(problem: Any, share: float) -> Any:
    made = tuple(dataclasses.replace(one, share_min=share) for one in problem.guarantees)
    return dataclasses.replace(problem, guarantees=made)


def _asked(small: ModuleType, seed: int, **rules: Any) -> Any:
    """Return a case of four candidates where one commune must have a service."""
    rng = np.random.default_rng(seed)
    case = small.drawn(seed)
    names = case.names()
    free = [f"Z{n}" for n in case.candidates if not any(site[1] == n for site in case.existing)]
    assume(len(free) > 1)
    keep = tuple(rng.choice(free, 1 + int(rng.integers(2)), replace=False).tolist())
    group = tuple(rng.choice(names, int(rng.integers(1, len(names))), replace=False).tolist())
    problem = case.but(forbid=(), keep=keep, budget=400_000.0, gp_fte=6.0, **rules).problem()
    on = "places" if problem.missing is None else "apl"
    share = float(rng.choice([0.75, 0.9, 1.0]))
    return dataclasses.replace(problem, guarantees=(Guarantee("G", group, share, None, on),))


def _highest_of_places(problem: Any, brute: ModuleType, plan: dict[int, int]) -> float:
    """Return the largest share of a plan's new places that may go to the group."""
    new, old, places = brute._links(problem, plan)
    links, seekers = np.hstack([new, old]), problem.seekers.to_numpy()
    today = allocation(problem)["served"].to_numpy()
    mine = np.isin(problem.seekers["origin"].to_numpy(), problem.guarantees[0].zones)
    opened = problem.options["places"].to_numpy()[list(plan.values())].sum()
    if not opened:
        return 1.0
    zone, site = np.nonzero(links)
    of_zone, of_site = np.zeros((seekers.size, zone.size)), np.zeros((places.size, zone.size))
    of_zone[zone, np.arange(zone.size)] = of_site[site, np.arange(zone.size)] = 1.0
    found = linprog(
        -mine[zone].astype(float),
        np.vstack([of_zone, of_site, -of_zone]),
        np.concatenate([seekers, places, -today + 2e-6]),
    )
    return (-found.fun - today[mine].sum()) / opened


@given(seed=SEEDS)
@some(8)
def test_the_highest_share_of_new_places(
    small: ModuleType, every_plan: ModuleType, brute: ModuleType, seed: int
) -> None:
    problem = _asked(small, seed)
    listed = every_plan.listing(problem, most=10_000)
    each = [
        _highest_of_places(problem, brute, {j: o for j, (o, _) in listed.opened(row).items()})
        for row in range(len(listed.plans))
    ]
    assume(each)
    top, share = max(each), problem.guarantees[0].share_min
    assume(top < share - 1e-4)
    found = told(problem)
    assert found == pytest.approx(np.floor(top * 100 + 1e-3) / 100)
    siting.solve(promising(problem, found))
    with pytest.raises(Infeasible):
        siting.solve(promising(problem, found + 0.01))


@given(seed=SEEDS, years=st.sampled_from([1, 1, 2]))
@some(10)
def test_the_highest_share_of_consultations(
    small: ModuleType, every_plan: ModuleType, plan_worth: ModuleType, seed: int, years: int
) -> None:
    problem = _asked(small, seed, objective="apl", flexible_teams=False, years=years)
    listed = every_plan.listing(dataclasses.replace(problem, guarantees=()), most=100_000)
    assume(len(listed.plans))
    last, need = years - 1, problem.missing.need.to_numpy()
    added = plan_worth._added(problem, listed.builds, listed.plans, last)
    closed = need * np.minimum(added, plan_worth.lack(problem, last))
    mine = np.isin(problem.seekers["origin"].to_numpy(), problem.guarantees[0].zones)
    every = closed.sum(axis=1)
    each = np.divide(closed[:, mine].sum(axis=1), every, out=np.ones_like(every), where=every > 0)
    top, share = each.max(), problem.guarantees[0].share_min
    assume(top < share - 1e-4)
    found = told(problem)
    assert found == pytest.approx(np.floor(top * 100 + 1e-3) / 100)
    siting.solve(promising(problem, found))
    with pytest.raises(Infeasible):
        siting.solve(promising(problem, found + 0.01))


def test_two_promises_of_shares_together(small: ModuleType) -> None:
    case = small.Case(
        seekers=[30, 30, 20],
        minutes=np.array([[0.0, 60.0, 60.0], [60.0, 0.0, 60.0], [60.0, 60.0, 0.0]]),
        candidates=[0, 1, 2],
        services={"CDS": small.service("CDS", (1.0, 20, 100_000.0, 0.0))},
        rules={"budget": 300_000.0, "gp_fte": 2.0},
    )
    first = {"name": "A", "communes": ("Z0",), "share_min": 0.6, "on": "places"}
    second = {"name": "B", "communes": ("Z1",), "floor": 0.9, "on": "places"}
    case = case.but(guarantees=(first, second), keep=("Z1",))
    with pytest.raises(Infeasible) as caught:
        case.solved()
    said = [str(fault) for fault in caught.value.faults]
    # One place of two is for Z0 once Z1 has its own, and Z1 gets 20 places for 30 people.
    assert (
        "ensemble : siting.guarantees : « A », share_min de 0.50 au lieu de 0.6 ; "
        "siting.guarantees : « B », floor de 0.66 au lieu de 0.9"
    ) in said
    lower = (first | {"share_min": 0.5}, second | {"floor": 0.66})
    assert case.but(guarantees=lower).solved().gain == 40.0
