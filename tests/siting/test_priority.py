"""Places weighed by who gets them: the plan is the best of all, and is counted again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from territory_access import siting
from territory_access.errors import ScenarioError, Unverified
from territory_access.siting.people import communes, filled, share
from territory_access.siting.served import served, weighted
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from types import ModuleType

few = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
FILES = {
    "aged_75": ("population_75", "need.ages_file"),
    "no_car": ("no_car_share", "need.cars_file"),
    "ald": ("ald_share", "need.ald_file"),
    "deprived": ("deprivation", "need.deprivation_file"),
}


def _known(case: Any, seed: int) -> Any:
    """Return a case whose zones say who lives there."""
    rng = np.random.default_rng(seed + 1)
    size = len(case.seekers)
    people = np.array(case.population or [1000] * size)
    return case.but(
        zones={
            "population_75": np.round(people * rng.uniform(0.0, 0.3, size)),
            "no_car_share": rng.uniform(0.0, 0.4, size),
            "ald_share": rng.uniform(0.1, 0.3, size),
            "deprivation": rng.normal(0.0, 1.0, size),
        }
    )


def _worth(problem: Any, brute: ModuleType, plan: dict[int, int]) -> float:
    """Return the weighted maximum by a linear programme written out again."""
    new, old, places = brute._links(problem, plan)
    links = np.hstack([new, old])
    weight, seekers = problem.priority.weight.to_numpy(), problem.seekers.to_numpy()
    zone, site = np.nonzero(links)
    if not zone.size:
        return 0.0
    rows = np.zeros((seekers.size + places.size, zone.size))
    rows[zone, np.arange(zone.size)] = 1.0
    rows[seekers.size + site, np.arange(zone.size)] = 1.0
    return -float(linprog(-weight[zone], rows, np.concatenate([seekers, places])).fun)


@given(seed=st.integers(0, 100_000))
@few
def test_the_best_of_all_plans(small: ModuleType, brute: ModuleType, seed: int) -> None:
    extra = {"aged_75": 0.5, "deprived": 1.0} if seed % 2 else {"no_car": 2.0, "ald": 1.5}
    problem = _known(small.drawn(seed), seed).but(priority=extra).problem()
    before = _worth(problem, brute, {})
    best = max(_worth(problem, brute, plan) for plan in brute.plans(problem)) - before
    plan = siting.solve(problem)
    assert plan.gain == pytest.approx(best, abs=1e-6)
    assert plan.report.status in {Status.OPTIMAL, Status.EMPTY}
    opened = {
        str(code): (int(site["places"]), float(site["reach"]))
        for code, site in plan.sites.iterrows()
    }
    # What is reported is what was optimised; whom it serves is a largest allocation.
    assert weighted(problem, opened) - weighted(problem) == pytest.approx(plan.gain, abs=1e-6)
    chosen = {
        problem.candidates.index.get_loc(code): problem.options.index.get_loc(
            f"{site['service']} {site['size']}"
        )
        for code, site in plan.sites.iterrows()
    }
    assert served(problem, opened) == brute.served(problem, chosen)


@given(seed=st.integers(0, 100_000))
@settings(few, max_examples=4)
def test_twelve_candidates(small: ModuleType, brute: ModuleType, seed: int) -> None:
    problem = _known(small.wide(seed), seed).but(priority={"deprived": 1.0}).problem()
    before = _worth(problem, brute, {})
    # Places are all alike and money is for three: only triples have to be listed.
    from itertools import combinations

    best = max(
        _worth(problem, brute, dict.fromkeys(three, 0)) for three in combinations(range(12), 3)
    )
    assert siting.solve(problem).gain == pytest.approx(best - before, abs=1e-6)


def test_weights_change_where_a_site_opens(small: ModuleType) -> None:
    case = small.Case(
        seekers=[12, 10],
        minutes=np.array([[0.0, 60.0], [60.0, 0.0]]),
        candidates=[0, 1],
        services={"CDS": small.service("CDS", (1.0, 40, 100_000.0, 0.0))},
        rules={"budget": 100_000.0},
        zones={"deprivation": [-1.0, 2.0]},
    )
    assert case.solved().sites.index.tolist() == ["Z0"]
    plan = case.but(priority={"deprived": 1.0}).solved()
    assert plan.sites.index.tolist() == ["Z1"]
    assert (plan.gain, plan.report.bound, plan.report.status) == (20.0, 20.0, Status.OPTIMAL)


def test_over_several_years(small: ModuleType) -> None:
    case = _known(small.drawn(3), 3).but(priority={"ald": 2.0}, years=2, forbid=())
    plain, plan = case.but(priority={}).solved(), case.solved()
    assert plan.gain >= plain.gain - 1e-6


def test_everybody_counts_the_same_by_default(small: ModuleType) -> None:
    case = _known(small.drawn(5), 5)
    assert case.problem().priority is None
    assert case.but(priority={"ald": 0.0}).problem().priority is None


@pytest.mark.parametrize("group", FILES)
def test_a_group_that_no_file_knows(small: ModuleType, group: str) -> None:
    with pytest.raises(ScenarioError, match=FILES[group][1]):
        small.drawn(1).but(priority={group: 1.0}).problem()


def test_only_places_are_weighed(small: ModuleType) -> None:
    case = _known(small.drawn(1), 1)
    with pytest.raises(ScenarioError, match=r"siting\.objective"):
        case.but(priority={"ald": 1.0}, objective="apl").problem()


def test_another_gain_is_caught(small: ModuleType) -> None:
    plan = _known(small.wide(1), 1).but(priority={"ald": 1.0}).solved()
    with pytest.raises(Unverified, match="recalculé"):
        dataclasses.replace(plan, gain=plan.gain + 0.01).verify()


def test_shares_of_groups() -> None:
    zones = pd.DataFrame(
        {
            "population": [400, 400, 200, 0],
            "adults": [300, 400, 100, 0],
            "population_75": [30.0, 100.0, np.nan, 0.0],
            "deprivation": [1.0, 0.0, np.nan, 5.0],
            "in_territory": [True, True, True, False],
        },
        index=list("ABCD"),
    )
    old = share(zones, "aged_75", key="siting.priority")
    assert old[["A", "B"]].tolist() == [0.1, 0.25]
    # The mean of the territory, by people, where a file says nothing.
    assert filled(old, zones)["C"] == pytest.approx(0.175)
    # The buffer is judged by the territory's own fifth.
    assert share(zones, "deprived", key="siting.priority")[["A", "B", "D"]].tolist() == [1, 0, 1]
    assert communes(zones, "deprived", key="siting.guarantees") == ("A",)
    assert communes(zones, "aged_75", key="siting.guarantees") == ("B",)
