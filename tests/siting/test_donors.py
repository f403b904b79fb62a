"""Practices nearby lose the doctors whom a site takes: plans, their check and what is lost."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territory_access import access, siting
from territory_access.siting.donors import Practices

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
        largest = 4.2 * max(
            size.acts_per_year / 4.2 for size in case.services[option["service"]].sizes
        )
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
    changed = np.ptp(np.array([*known, before]), axis=0) > 0

    def lifted(level: np.ndarray) -> float:
        up = (level >= threshold - 1e-9) & (before < threshold)
        down = (level < threshold - 1e-9) & (before >= threshold)
        return float(need[up].sum() - need[down].sum())

    best = max(lifted(level) for level in known)
    assert siting.solve(asked(case, offered, objective="lifted")).gain == pytest.approx(best)
    plan = siting.solve(asked(case, offered, objective="worst_tenth"))
    plan.verify()
    assert plan.gain >= -1e-6
    assert changed.any() or plan.gain == pytest.approx(0.0, abs=1e-6)
