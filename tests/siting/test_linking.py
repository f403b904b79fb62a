"""Rows that tie sites to the basins of their doctors lose no plan, nor do large searches."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from territory_access import siting
from territory_access.parameters import Parameters
from territory_access.siting.years import search
from territory_access.siting.years.model import whole
from territory_access.siting.years.solver import Limits, best, relaxed
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from types import ModuleType

SEEDS = range(24)


def retired(small: ModuleType, seed: int, years: int) -> Any:
    """Return a random case whose sites share few retired GPs, teams free between two sizes."""
    case = small.drawn(seed)
    smp = dataclasses.replace(case.services["SMP"], min_population=0.0)
    sizes = tuple(
        dataclasses.replace(size, opex=120_000.0 * size.fte + 10_000.0) for size in smp.sizes
    )
    services = {"SMP": dataclasses.replace(smp, sizes=sizes)}
    few = {
        "staff.retired_gp_per_1000": 6.0,
        "staff.retired_take_up": 0.25,
        "staff.retired_fte": 0.3,
        "staff.pool_minutes": 20.0,
    }
    rules = {"objective": "apl", "years": years, "budget": 800_000.0, "forbid": (), "gp_fte": 9.0}
    return case.but(services=services, parameters=Parameters.load(few), existing=[], **rules)


@pytest.mark.parametrize("years", [1, 3])
def test_no_plan_is_lost_and_the_relaxation_falls(small: ModuleType, years: int) -> None:
    fell = 0
    for seed in SEEDS:
        made = whole(retired(small, seed, years).problem())
        if made.links is None:
            continue
        tight = made.links.tightened(made.model)
        loose, close = relaxed(made.model), relaxed(tight)
        assert loose is not None
        assert close is not None
        plain, tied = best(made.model, Limits()), best(tight, Limits())
        scale = max(1.0, abs(plain.value))
        assert tied.value == pytest.approx(plain.value, abs=1e-6 * scale)
        assert plain.value <= close.bound + 1e-6 * scale
        assert close.bound <= loose.bound + 1e-6 * scale
        fell += close.bound < loose.bound - 1e-4 * scale
        # The plan itself stands in the tighter model, whose first columns are its own.
        assert plain.values is not None
        rows = made.links.opened @ plain.values
        taken = plain.values[made.links.given]
        assert np.all(taken <= made.links.most * rows[made.links.site] + 1e-6)
    assert fell, "the rows hold nothing back in any of these cases"


def test_no_basin_no_rows(small: ModuleType) -> None:
    case = small.drawn(0)
    services = {name: case.services[name] for name in ("ANT", "ROT")}
    made = whole(case.but(services=services, objective="apl", existing=[]).problem())
    assert made.links is None


@pytest.mark.parametrize("seed", range(6))
def test_a_large_search_finds_and_proves_the_same(
    small: ModuleType, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = retired(small, seed, 2).problem()
    expected = siting.solve(problem)
    begun = []
    real = search.large
    monkeypatch.setattr(search, "LARGE", 0)
    monkeypatch.setattr(search, "large", lambda *given: (begun.append(1), real(*given)))
    plan = siting.solve(problem)
    assert plan.gain == pytest.approx(expected.gain, abs=1e-5 * max(1.0, expected.gain))
    assert plan.report.status == expected.report.status
    assert begun or expected.report.status == Status.EMPTY
