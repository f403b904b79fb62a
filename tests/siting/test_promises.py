"""Promises about places: the best of the plans that keep them, told when none does."""

from __future__ import annotations

import dataclasses
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from territory_access import siting
from territory_access.errors import Infeasible, ScenarioError, Unverified
from territory_access.siting.served import allocation
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from types import ModuleType

few = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _allowed(problem: Any, brute: ModuleType, plan: dict[int, int]) -> bool:
    """Return whether some allocation keeps every promise, by a dense programme of its own."""
    new, old, places = brute._links(problem, plan)
    links, seekers = np.hstack([new, old]), problem.seekers.to_numpy()
    zone, site = np.nonzero(links)
    flows = max(1, zone.size)
    of_zone, of_site = np.zeros((seekers.size, flows)), np.zeros((places.size, flows))
    of_zone[zone, np.arange(zone.size)] = 1.0
    of_site[site, np.arange(zone.size)] = 1.0
    rows, limits = [of_zone, of_site], [seekers, places]
    today = allocation(problem)["served"].to_numpy()
    opened = problem.options["places"].to_numpy()[list(plan.values())].sum()
    names = problem.seekers["origin"].to_numpy()
    if any(promise.share_min is not None for promise in problem.guarantees):
        rows.append(-of_zone)
        limits.append(-today + 2e-6)
    for promise in problem.guarantees:
        mine = np.isin(names, promise.zones)
        if promise.floor is not None:
            rows.append(-of_zone[mine])
            limits.append(-promise.floor * seekers[mine])
        if promise.share_min is not None:
            rows.append(-of_zone[mine].sum(axis=0, keepdims=True))
            limits.append([-(today[mine].sum() + promise.share_min * opened) + 1e-5])
    found = linprog(np.zeros(flows), np.vstack(rows), np.concatenate(limits))
    return found.status == 0


def _promised(small: ModuleType, seed: int) -> Any:
    rng = np.random.default_rng(seed + 7)
    case = small.drawn(seed)
    names = case.names()
    made = []
    for n in range(int(rng.integers(1, 3))):
        group = tuple(rng.choice(names, int(rng.integers(1, len(names))), replace=False).tolist())
        floor = float(rng.choice([0.1, 0.3, 0.6]))
        share = float(rng.choice([0.2, 0.5, 0.9]))
        kind = rng.integers(0, 3)
        promise = {"name": f"G{n}", "communes": group}
        promise |= {"floor": floor} if kind == 0 else {"share_min": share}
        made.append(promise | ({"floor": floor} if kind == 2 and floor < 0.2 else {}))
    return case.but(guarantees=tuple(made))


@given(seed=st.integers(0, 100_000))
@few
def test_the_best_of_the_plans_that_keep_them(
    small: ModuleType, brute: ModuleType, seed: int
) -> None:
    problem = _promised(small, seed).problem()
    before = brute.served(problem, {})
    kept = [
        brute.served(problem, plan) - before
        for plan in brute.plans(problem)
        if _allowed(problem, brute, plan)
    ]
    if not kept:
        with pytest.raises(Infeasible, match="guarantees"):
            siting.solve(problem)
        return
    plan = siting.solve(problem)
    assert plan.gain == pytest.approx(max(kept), abs=1e-6)
    assert plan.report.status in {Status.OPTIMAL, Status.EMPTY}


@given(seed=st.integers(0, 100_000))
@settings(few, max_examples=3)
def test_twelve_candidates(small: ModuleType, brute: ModuleType, seed: int) -> None:
    promise = {"name": "ouest", "communes": ("Z0", "Z1", "Z2", "Z3"), "share_min": 0.5}
    problem = small.wide(seed).but(guarantees=(promise,)).problem()
    plans = [dict.fromkeys(some, 0) for size in range(4) for some in combinations(range(12), size)]
    gains = [brute.served(problem, plan) for plan in plans if _allowed(problem, brute, plan)]
    assert siting.solve(problem).gain == pytest.approx(max(gains), abs=1e-6)


def _two_towns(small: ModuleType, **rules: Any) -> Any:
    return small.Case(
        seekers=[30, 20],
        minutes=np.array([[0.0, 60.0], [60.0, 0.0]]),
        candidates=[0, 1],
        services={"CDS": small.service("CDS", (1.0, 20, 100_000.0, 0.0))},
        zones={"deprivation": [-1.0, 2.0]},
        rules={"budget": 100_000.0} | rules,
    )


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_a_share_of_the_new_places_goes_to_a_group(small: ModuleType, share: float) -> None:
    promise = {"name": "B", "communes": ("Z1",), "share_min": share, "on": "places"}
    plan = _two_towns(small, guarantees=(promise,)).solved()
    assert plan.gain == 20.0
    assert share == 0.0 or plan.sites.index.tolist() == ["Z1"]


def test_a_group_by_what_it_is(small: ModuleType) -> None:
    promise = {"name": "défavorisées", "group": "deprived", "floor": 0.9}
    case = _two_towns(small, guarantees=(promise,))
    assert case.problem().guarantees[0].zones == ("Z1",)
    assert case.solved().sites.index.tolist() == ["Z1"]


def test_existing_places_given_to_the_group_are_no_new_ones(small: ModuleType) -> None:
    # The site of today serves both zones alike; one more place opens for others only.
    case = small.Case(
        seekers=[10, 10, 10],
        minutes=np.array([[0.0, 5.0, 60.0], [5.0, 0.0, 60.0], [60.0, 60.0, 0.0]]),
        candidates=[2],
        services={"ROT": small.service("ROT", (1.0, 10, 100_000.0, 0.0))},
        existing=[("ROT", 0, 1.0, 10)],
        rules={"budget": 100_000.0},
    )
    promise = {"name": "A", "communes": ("Z0",), "share_min": 0.5}
    plan = case.but(guarantees=(promise,)).solved()
    assert plan.report.status is Status.EMPTY


def test_a_floor_too_high_is_named_with_what_can_be_kept(small: ModuleType) -> None:
    case = _two_towns(small, guarantees=({"name": "tous", "floor": 0.5},))
    with pytest.raises(Infeasible) as refused:
        case.solved()
    told = [str(fault) for fault in refused.value.faults]
    assert "siting.guarantees : renoncer à « tous »" in told
    assert any("200 000" in fault.replace("\u202f", " ") for fault in told)
    both = _two_towns(small, budget=200_000.0, guarantees=({"name": "tous", "floor": 0.8},))
    with pytest.raises(Infeasible) as refused:
        both.solved()
    told = [str(fault) for fault in refused.value.faults]
    assert "siting.guarantees : « tous », floor de 0.66 au lieu de 0.8" in told
    assert both.but(guarantees=({"name": "tous", "floor": 0.66},)).solved().gain == 40.0


def test_promises_and_priorities_together(small: ModuleType) -> None:
    promise = {"name": "A", "communes": ("Z0",), "floor": 0.5}
    case = _two_towns(small, guarantees=(promise,), priority={"deprived": 3.0})
    plan = case.solved()
    # Weights would open in Z1; the promise opens in Z0, and its places count 1 each.
    assert plan.sites.index.tolist() == ["Z0"]
    assert plan.gain == 20.0


def test_a_promise_about_places_beside_the_apl(small: ModuleType) -> None:
    promise = {"name": "A", "communes": ("Z0",), "floor": 0.5, "on": "places"}
    case = _two_towns(small, guarantees=(promise,), objective="apl").but(apl=[2.49, 0.0])
    assert case.solved().sites.index.tolist() == ["Z0"]
    assert case.but(guarantees=()).solved().sites.index.tolist() == ["Z1"]


def test_over_several_years_it_holds_in_the_last(small: ModuleType) -> None:
    promise = {"name": "B", "communes": ("Z1",), "floor": 0.5}
    case = _two_towns(small, guarantees=(promise,), years=3, deficit_per_year=1e6)
    assert case.solved().sites.index.tolist() == ["Z1"]


def test_a_promise_that_is_not_kept_is_caught(small: ModuleType) -> None:
    plan = _two_towns(small, per_epci=5).solved()
    promise = {"name": "B", "communes": ("Z1",), "share_min": 0.5}
    asked = _two_towns(small, per_epci=5, guarantees=(promise, promise | {"floor": 0.2}))
    with pytest.raises(Unverified) as told:
        dataclasses.replace(plan, problem=asked.problem()).verify()
    faults = str(told.value.faults)
    assert "part du groupe trop petite" in faults
    assert "trop peu de places" in faults
    assert "ne tiennent pas ensemble" in faults


@pytest.mark.parametrize(
    ("promise", "told"),
    [
        ({"name": "x", "floor": 1.5}, "floor va de 0 à 1"),
        ({"name": "x", "floor": 0.5, "group": "ald"}, "need.ald_file"),
        ({"name": "x", "floor": 0.5, "group": "deprived", "communes": ("Z0",)}, "l’un des deux"),
    ],
)
def test_promises_that_cannot_be_read(
    small: ModuleType, promise: dict[str, Any], told: str
) -> None:
    with pytest.raises(ScenarioError, match=told):
        _two_towns(small, guarantees=(promise,)).problem()
