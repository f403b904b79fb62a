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
    """Return the APL that plans add, less what zones lose with practices nearby ``(P, zone)``."""
    each = per_build(problem, builds, year)
    total = np.zeros((len(plans), each.shape[2]))
    for j in range(plans.shape[1]):
        total += each[j, plans[:, j]]
    return total


def per_build(problem: Problem, builds: Builds, year: int) -> np.ndarray:
    """Return the APL that each build changes in each zone ``(J, B, zone)``."""
    weight, need = decay(problem), problem.missing.need.to_numpy()
    options, active = problem.options, builds.activity[:, year]
    counts = "net_acts" if problem.donors is None else "acts_per_year"
    acts = options[counts].to_numpy(float)[builds.option] * active
    basin = need @ weight
    share = np.divide(weight, basin, out=np.zeros_like(weight), where=basin > 0)
    found = share.T[:, None, :] * acts[None, :, None]
    if problem.donors is not None:
        found = found - lost(problem, builds)[:, :, year] @ around(problem)
    return found


def around(problem: Problem) -> np.ndarray:
    """Return the APL that one consultation of each practice is for each zone ``(D, zone)``."""
    times = problem.donors.times.to_numpy()
    weight = np.select([times <= 10, times <= 15, times <= 20], [1.0, 2 / 3, 1 / 3], 0.0)
    basin = problem.missing.need.to_numpy() @ weight
    return np.divide(weight, basin, out=np.zeros_like(weight), where=basin > 0).T


def lost(problem: Problem, builds: Builds) -> np.ndarray:
    """Return the consultations that each build takes from each practice ``(J, B, T, D)``."""
    options, acts = problem.options, problem.donors.acts.to_numpy().astype(float)
    near = (problem.donors.minutes.to_numpy() <= problem.donors.within).T
    offered, net = (options[name].to_numpy(float) for name in ("acts_per_year", "net_acts"))
    largest = options.groupby("service")["acts_per_year"].transform("max").to_numpy(float)
    found = np.zeros((len(near), builds.option.size, builds.activity.shape[1], acts.size))
    for j, mine in enumerate(near):
        there = acts[mine].sum()
        for number in range(1, builds.option.size):
            o = builds.option[number]
            if not there or offered[o] <= 0:
                continue
            takes = min(1 - net[o] / offered[o], there / largest[o]) * offered[o]
            found[j, number] = np.outer(builds.activity[number], takes * mine * acts / there)
    return found


def lack(problem: Problem, year: int) -> np.ndarray:
    return np.maximum(0.0, problem.missing.threshold - before(problem, year))


def closed(problem: Problem, added: np.ndarray, year: int) -> np.ndarray:
    """Return what is no longer lacking in each zone, negative where more is ``(P, zone)``."""
    left = np.maximum(0.0, problem.missing.threshold - before(problem, year) - added)
    return lack(problem, year) - left


def _apl(problem: Problem, added: np.ndarray, year: int) -> np.ndarray:
    return closed(problem, added, year) @ problem.missing.need.to_numpy()


def _lifted(problem: Problem, added: np.ndarray, year: int) -> np.ndarray:
    short = lack(problem, year) > 0
    after = before(problem, year) + added >= problem.missing.threshold - 1e-9
    return (after * 1.0 - ~short) @ problem.missing.need.to_numpy()


def _worst(problem: Problem, added: np.ndarray, year: int) -> np.ndarray:
    near = changed(problem)
    need, short = problem.missing.need.to_numpy()[near], lack(problem, year)[near]
    left = short - closed(problem, added, year)[:, near]
    return tail(short[None, :], need) - tail(left, need)


def changed(problem: Problem) -> np.ndarray:
    """Return the zones whose APL some site may change ``(zone,)``."""
    near = (decay(problem) > 0).any(axis=1)
    if problem.donors is not None:
        options = problem.options
        takes = (options["net_acts"] < options["acts_per_year"] - 1e-9).any()
        loses = (problem.donors.minutes.to_numpy() <= problem.donors.within).any(axis=1) & takes
        near = near | (around(problem)[loses] > 0).any(axis=0)
    return near


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
    """Return the residents given a place beyond those who have one, each at its weight.

    Those of the largest weight come first (the sets that can be served are a matroid): what all
    zones of at least each weight can be given counts for its distance to the next weight.
    """
    seekers = problem.seekers.to_numpy()
    weight = np.ones(seekers.size)
    if problem.priority is not None:
        weight = problem.priority.weight.to_numpy()
    levels = np.unique(weight[seekers > 0])[::-1]
    steps = levels - np.append(levels[1:], 0.0)
    total = np.zeros(len(plans))
    for level, step in zip(levels, steps, strict=True):
        zones = np.flatnonzero((seekers > 0) & (weight >= level))
        total += step * _served(problem, builds, plans, year, zones)
    return total


def _served(
    problem: Problem, builds: Builds, plans: np.ndarray, year: int, zones: np.ndarray
) -> np.ndarray:
    """Return the residents of some zones given a place beyond those who have one.

    For every set of zones: all who live elsewhere, and no more of these than the places that any
    of them can reach; the smallest of these numbers is how many can be served (König).
    """
    seekers, option = problem.seekers.to_numpy().astype(float), problem.options
    names = problem.times["origin"].to_numpy()[zones]
    sets = np.array(list(product([False, True], repeat=zones.size))).reshape(-1, zones.size)
    elsewhere = (~sets) @ seekers[zones]

    def meets(reach: float, code: str, home: str) -> np.ndarray:
        """Return the sets of zones of which some can use a site."""
        times = problem.times.sel(destination=code, origin=names).to_numpy()
        near = (names == home) | ((times <= reach) & (reach > 0))
        return (sets & near[None, :]).any(axis=1).astype(float)

    old = problem.existing[problem.existing["places"] > 0]
    stand = {
        code: float(site["places"]) * meets(site["reach"], code, site["zone_id"])
        for code, site in old.iterrows()
    }
    most = elsewhere + sum(stand.values())
    gives = option["places"].to_numpy(float)[builds.option] * builds.activity[:, year]
    total = np.repeat(most[None, :], len(plans), axis=0)
    for j, (code, site) in enumerate(problem.candidates.iterrows()):
        each = np.zeros((builds.option.size, len(sets)))
        for number in range(1, builds.option.size):
            row = option.iloc[builds.option[number]]
            each[number] = gives[number] * meets(row["reach"], code, site["zone_id"])
            if row["acts_per_year"] < 0 and row["site"] in stand and builds.year[number] <= year:
                each[number] = -stand[row["site"]]
        total += each[plans[:, j]]
    return total.min(axis=1) - most.min()


def keeps_promises(problem: Problem, listed: Listing) -> np.ndarray:
    """Return the plans that keep every guarantee on the APL in the last year, teams whole."""
    good = np.ones(len(listed.plans), bool)
    promises = [promise for promise in problem.guarantees if promise.on == "apl"]
    if not promises:
        return good
    year, need = problem.horizon.years - 1, problem.missing.need.to_numpy()
    names = problem.times["origin"].to_numpy()
    added = _added(problem, listed.builds, listed.plans, year)
    gained = need * closed(problem, added, year)
    for promise in promises:
        mine = np.isin(names, promise.zones)
        if promise.floor is not None:
            level = before(problem, year)[mine] + added[:, mine]
            good &= (level >= promise.floor - 1e-9).all(axis=1)
        if promise.share_min is not None:
            share = gained[:, mine].sum(axis=1) - promise.share_min * gained.sum(axis=1)
            good &= share >= -CLOSE
    return good
