"""Says what each plan of a list brings, goal by goal, and which promises it keeps.

Sums of consultations and of residents; who can be given a place is counted by König's theorem,
set by set.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from siting_plan_list import Builds, Listing

    from territory_access.siting import Problem

# Rows that one step of arithmetic looks at.
ROWS = 4096
CLOSE = 1e-6


def values(problem: Problem, listed: Listing) -> dict[str, np.ndarray]:
    """Return what whole teams bring of each goal ``(P,)``, each year at its worth."""
    goals = {problem.objective, *problem.then, *(goal for goal, _ in problem.weights)}
    found = {goal.value: np.zeros(len(listed.plans)) for goal in goals}
    apl = [goal for goal in found if goal != "places"]
    worth = [1 / (1 + problem.horizon.discount) ** t for t in range(problem.horizon.years)]
    for first in range(0, len(listed.plans), ROWS):
        part = slice(first, first + ROWS)
        plans = listed.plans[part]
        for year, counts in enumerate(worth):
            added = _added(problem, listed.builds, plans, year) if apl else None
            for goal, value in found.items():
                if goal == "places":
                    value[part] += counts * _seats(problem, listed.builds, plans, year)
                else:
                    value[part] += counts * GOALS[goal](problem, added, year)
    return found


def before(problem: Problem, year: int) -> np.ndarray:
    """Return the APL without the plan."""
    outlook = problem.horizon.apl
    level = problem.missing.apl if outlook is None else outlook.isel(year=year)
    return level.sel(origin=problem.times["origin"].to_numpy()).to_numpy()


def decay(problem: Problem) -> np.ndarray:
    """Return what the way leaves of a consultation ``(zone, candidate)``."""
    times = problem.times.to_numpy()[:, : len(problem.candidates)]
    return np.select([times <= 10, times <= 15, times <= 20], [1.0, 2 / 3, 1 / 3], 0.0)


def _added(problem: Problem, builds: Builds, plans: np.ndarray, year: int) -> np.ndarray:
    """Return the APL that plans add ``(P, zone)``."""
    weight, need = decay(problem), problem.missing.need.to_numpy()
    acts = problem.options["net_acts"].to_numpy(float)[builds.option] * builds.activity[:, year]
    total = np.zeros((len(plans), need.size))
    for j in range(plans.shape[1]):
        basin = need @ weight[:, j]
        if basin > 0:
            total += acts[plans[:, j], None] * (weight[:, j] / basin)[None, :]
    return total


def lack(problem: Problem, year: int) -> np.ndarray:
    return np.maximum(0.0, problem.missing.threshold - before(problem, year))


def _apl(problem: Problem, added: np.ndarray, year: int) -> np.ndarray:
    return np.minimum(added, lack(problem, year)) @ problem.missing.need.to_numpy()


def _lifted(problem: Problem, added: np.ndarray, year: int) -> np.ndarray:
    short = lack(problem, year)
    return ((added >= short - 1e-9) & (short > 0)) @ problem.missing.need.to_numpy()


def _worst(problem: Problem, added: np.ndarray, year: int) -> np.ndarray:
    near = (decay(problem) > 0).any(axis=1)
    need, short = problem.missing.need.to_numpy()[near], lack(problem, year)[near]
    left = np.maximum(0.0, short - added[:, near])
    return tail(short[None, :], need) - tail(left, need)


def tail(left: np.ndarray, need: np.ndarray) -> np.ndarray:
    """Return what the tenth who lack most lack together."""
    order = np.argsort(-left, axis=1)
    people = need[order]
    ahead = np.cumsum(people, axis=1) - people
    counted = np.clip(need.sum() / 10 - ahead, 0.0, people)
    return (np.take_along_axis(left, order, axis=1) * counted).sum(axis=1)


GOALS: dict[str, Callable[..., np.ndarray]] = {
    "apl": _apl,
    "lifted": _lifted,
    "worst_tenth": _worst,
}


def _seats(problem: Problem, builds: Builds, plans: np.ndarray, year: int) -> np.ndarray:
    """Return the residents given a place beyond those who have one.

    For every set of zones: all who live elsewhere, and no more of these than the places that any
    of them can reach; the smallest of these numbers is how many can be served (König).
    """
    seekers, option = problem.seekers.to_numpy().astype(float), problem.options
    zones = np.flatnonzero(seekers)
    names = problem.times["origin"].to_numpy()[zones]
    sets = np.array(list(product([False, True], repeat=zones.size))).reshape(-1, zones.size)
    elsewhere = (~sets) @ seekers[zones]

    def meets(reach: float, code: str, home: str) -> np.ndarray:
        """Return the sets of zones of which some can use a site."""
        times = problem.times.sel(destination=code, origin=names).to_numpy()
        near = (names == home) | ((times <= reach) & (reach > 0))
        return (sets & near[None, :]).any(axis=1).astype(float)

    old = problem.existing[problem.existing["places"] > 0]
    most = elsewhere + sum(
        float(site["places"]) * meets(site["reach"], code, site["zone_id"])
        for code, site in old.iterrows()
    )
    gives = option["places"].to_numpy(float)[builds.option] * builds.activity[:, year]
    total = np.repeat(most[None, :], len(plans), axis=0)
    for j, (code, site) in enumerate(problem.candidates.iterrows()):
        each = np.zeros((builds.option.size, len(sets)))
        for number in range(1, builds.option.size):
            reach = option["reach"].iloc[builds.option[number]]
            each[number] = gives[number] * meets(reach, code, site["zone_id"])
        total += each[plans[:, j]]
    return total.min(axis=1) - most.min()


def keeps_promises(problem: Problem, listed: Listing) -> np.ndarray:
    """Return the plans that keep every guarantee in the last year, with whole teams."""
    good = np.ones(len(listed.plans), bool)
    if not problem.guarantees:
        return good
    year, need = problem.horizon.years - 1, problem.missing.need.to_numpy()
    names = problem.times["origin"].to_numpy()
    added = _added(problem, listed.builds, listed.plans, year)
    closed = need * np.minimum(added, lack(problem, year))
    for promise in problem.guarantees:
        mine = np.isin(names, promise.zones)
        if promise.floor is not None:
            level = before(problem, year)[mine] + added[:, mine]
            good &= (level >= promise.floor - 1e-9).all(axis=1)
        if promise.share_min is not None:
            share = closed[:, mine].sum(axis=1) - promise.share_min * closed.sum(axis=1)
            good &= share >= -CLOSE
    return good
