"""Says what one plan brings when its teams may be smaller: a linear programme, goal by goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from siting_plan_list import Builds
from siting_plan_worth import around, before, changed, decay, lack, lost, tail
from siting_years_brute import Programme, staffed

from territory_access.siting.served import allocation

if TYPE_CHECKING:
    from territory_access.siting import Problem

Plan = dict[int, tuple[int, int]]  # candidate -> option, year of opening (0 for the first)


def value(problem: Problem, plan: Plan) -> float:
    """Return the most that these openings bring, whatever teams do; ``-inf`` if nothing fits."""
    written = Programme()
    team, acts = staffed(problem, plan, written)
    _nurses(problem, plan, written, team)
    weights = dict(problem.weights) or {problem.objective: 1.0}
    constant = 0.0
    for year in range(problem.horizon.years):
        counts = 1 / (1 + problem.horizon.discount) ** year
        if problem.missing is not None:
            added = _added(problem, acts, plan, year)
            _offered(problem, written, acts, plan, year)
            _floors(problem, written, added, year)
            closed = _closed(problem, written, added, year)
            each = {goal.value: counts * weight for goal, weight in weights.items()}
            constant += _goals(problem, written, closed, (year, each))
            _shares(problem, written, added, closed, year)
        for goal, weight in weights.items():
            if goal.value == "places":
                _seats(problem, plan, written, acts, (year, counts * weight))
                constant -= counts * weight * _before(problem)
    _promised(problem, plan, written, acts)
    return constant + written.best()


def keeps_places(problem: Problem, plan: Plan) -> bool:
    """Return whether whole teams keep what is promised about places in the last year."""
    written, acts, last = Programme(), {}, problem.horizon.years - 1
    ramp = (*problem.horizon.ramp, 1.0)
    for j, (o, opened) in plan.items():
        full = problem.options["acts_per_year"].iloc[o] * ramp[min(last - opened, len(ramp) - 1)]
        acts[j, last] = written.column(full)
        written.at_most({acts[j, last]: -1.0}, -full)
    _promised(problem, plan, written, acts)
    return written.best() > -np.inf


def _promised(problem: Problem, plan: Plan, written: Programme, acts: dict) -> None:
    """Ask for some allocation of the last year that keeps every promise about places."""
    promises = [promise for promise in problem.guarantees if promise.on == "places"]
    if not promises:
        return
    last, seekers = problem.horizon.years - 1, problem.seekers.to_numpy()
    given = _seats(problem, plan, written, acts, (last, 0.0))
    today = allocation(problem)["served"].to_numpy()
    names = problem.seekers["origin"].to_numpy()
    shares = [promise for promise in promises if promise.share_min is not None]
    for terms, kept in zip(given, today, strict=True):
        if shares:
            written.at_most(dict.fromkeys(terms, -1.0), 2e-6 - kept)
    for promise in promises:
        mine = np.flatnonzero(np.isin(names, promise.zones))
        for i in mine if promise.floor is not None else ():
            written.at_most(dict.fromkeys(given[i], -1.0), 1e-6 - promise.floor * seekers[i])
        if promise.share_min is not None:
            terms = {column: -1.0 for i in mine for column in given[i]}
            for j, (o, opened) in plan.items():
                option = problem.options.iloc[o]
                each = promise.share_min * option["places"] / option["acts_per_year"]
                terms |= {acts[j, last]: each} if opened <= last else {}
            written.at_most(terms, 1e-5 - float(today[mine].sum()))


def _before(problem: Problem) -> float:
    """Return what today's places are worth."""
    written = Programme()
    _seats(problem, {}, written, {}, (0, 1.0))
    return written.best()


def _nurses(problem: Problem, plan: Plan, written: Programme, team: dict) -> None:
    for year in range(problem.horizon.years):
        terms = {}
        for j, (o, opened) in plan.items():
            if opened <= year:
                option = problem.options.iloc[o]
                terms[team[j, year]] = option["nurse_fte"] / option["fte"]
        written.at_most(terms, problem.rules.nurse_fte)


def _added(problem: Problem, acts: dict, plan: Plan, year: int) -> list[dict[int, float]]:
    """Return the APL that each zone gains, as terms in consultations."""
    weight, need = decay(problem), problem.missing.need.to_numpy()
    found: list[dict[int, float]] = [{} for _ in need]
    for j, (o, opened) in plan.items():
        if opened > year:
            continue
        basin, option = need @ weight[:, j], problem.options.iloc[o]
        counts = "net_acts" if problem.donors is None else "acts_per_year"
        net = option[counts] / option["acts_per_year"]
        gains = weight[:, j] / basin * net if basin else 0.0 * weight[:, j]
        if problem.donors is not None:
            gains = gains - _taken(problem, j, o) @ around(problem)
        for i in np.flatnonzero(gains):
            found[i][acts[j, year]] = float(gains[i])
    return found


def _taken(problem: Problem, j: int, o: int) -> np.ndarray:
    """Return what one consultation of an option takes from each practice ``(D,)``."""
    alone = Builds(np.array([0, o]), np.array([1, 0]), np.array([1, 0]), np.array([[0.0], [1.0]]))
    return lost(problem, alone)[j, 1, 0] / problem.options["acts_per_year"].iloc[o]


def _offered(problem: Problem, written: Programme, acts: dict, plan: Plan, year: int) -> None:
    """Take no more from a practice than it offers."""
    if problem.donors is None:
        return
    takes = {j: _taken(problem, j, o) for j, (o, opened) in plan.items() if opened <= year}
    for d, offered in enumerate(problem.donors.acts.to_numpy().tolist()):
        written.at_most({acts[j, year]: float(each[d]) for j, each in takes.items()}, offered)


def _floors(problem: Problem, written: Programme, added: list, year: int) -> None:
    if year < problem.horizon.years - 1:
        return
    names = problem.times["origin"].to_numpy()
    level = before(problem, year)
    for promise in problem.guarantees:
        if promise.on == "apl" and promise.floor is not None:
            for i in np.flatnonzero(np.isin(names, promise.zones)):
                terms = {column: -share for column, share in added[i].items()}
                written.at_most(terms, level[i] - promise.floor + 1e-9)


# What a zone may lose at most: columns start at zero, and count from there.
DEPTH = 50.0


def _closed(problem: Problem, written: Programme, added: list, year: int) -> list[int]:
    """Return the columns of what each zone no longer lacks, plus ``DEPTH``."""
    columns, short = [], lack(problem, year)
    spare = np.maximum(0.0, before(problem, year) - problem.missing.threshold)
    for lacks, over, terms in zip(short, spare, added, strict=True):
        column = written.column(float(lacks) + DEPTH)
        away = {acts: -share for acts, share in terms.items()}
        written.at_most({column: 1.0} | away, DEPTH + float(over))
        columns.append(column)
    return columns


def _shares(
    problem: Problem, written: Programme, added: list, closed: list[int], year: int
) -> None:
    """Give a group its share of what is closed, nothing of it overlooked elsewhere."""
    promises = [p for p in problem.guarantees if p.on == "apl" and p.share_min is not None]
    if not promises or year < problem.horizon.years - 1:
        return
    need, names = problem.missing.need.to_numpy(), problem.times["origin"].to_numpy()
    short, spare = lack(problem, year), before(problem, year) - problem.missing.threshold
    for i, column in enumerate(closed):
        full = written.column(1.0, whole=True)
        # Either all that is lacking is closed, or all that comes counts.
        written.at_most({column: -1.0, full: float(short[i]) + DEPTH}, 0.0)
        over = max(0.0, float(spare[i]))
        written.at_most({column: -1.0, full: -DEPTH} | added[i], -DEPTH - over)
    for promise in promises:
        mine = np.isin(names, promise.zones)
        value = need * (mine - promise.share_min)
        terms = {column: -float(each) for column, each in zip(closed, value, strict=True)}
        written.at_most(terms, 1e-6 - DEPTH * float(value.sum()))


def _goals(
    problem: Problem,
    written: Programme,
    closed: list[int],
    when: tuple[int, dict[str, float]],
) -> float:
    """Add the goals on the APL of a year, each worth so much; return a constant."""
    year, weights = when
    need, missing = problem.missing.need.to_numpy(), lack(problem, year)
    constant = -DEPTH * weights.get("apl", 0.0) * float(need.sum())
    for people, short, column in zip(need, missing, closed, strict=True):
        written.goal[column] += weights.get("apl", 0.0) * people
        if "lifted" in weights:
            above = written.column(1.0, weights["lifted"] * people, whole=True)
            written.at_most({above: float(short) + DEPTH, column: -1.0}, 0.0)
            constant -= 0.0 if short > 0 else weights["lifted"] * people
    if "worst_tenth" not in weights:
        return constant
    near = np.flatnonzero(changed(problem))
    counts = weights["worst_tenth"]
    edge = written.column(DEPTH, -counts * need[near].sum() / 10)
    for i in near:
        beyond = written.column(DEPTH, -counts * need[i])
        written.at_most({beyond: -1.0, edge: -1.0, closed[i]: -1.0}, -DEPTH - float(missing[i]))
    return constant + counts * float(tail(missing[None, near], need[near])[0])


def _seats(
    problem: Problem, plan: Plan, written: Programme, acts: dict, when: tuple[int, float]
) -> list[dict[int, float]]:
    """Add who is given a place in a year, each worth so much; return their columns by zone."""
    year, worth = when
    seekers = problem.seekers.to_numpy()
    given: list[dict[int, float]] = [{} for _ in seekers]
    old = problem.existing[problem.existing["places"] > 0]
    for code, site in old.iterrows():
        taken = _flows(problem, written, given, (code, site["zone_id"], site["reach"]), worth)
        written.at_most(taken, float(site["places"]))
    for j, (o, opened) in plan.items():
        if opened <= year:
            option, code = problem.options.iloc[o], problem.candidates.index[j]
            home = problem.candidates["zone_id"].iloc[j]
            taken = _flows(problem, written, given, (code, home, option["reach"]), worth)
            each = option["places"] / option["acts_per_year"]
            written.at_most(taken | {acts[j, year]: -each}, 0.0)
    for people, terms in zip(seekers, given, strict=True):
        written.at_most(terms, float(people))
    return given


def _flows(
    problem: Problem,
    written: Programme,
    given: list[dict[int, float]],
    site: tuple[str, str, float],
    worth: float,
) -> dict[int, float]:
    """Add the residents whom a site serves, zone by zone; return their columns."""
    code, home, reach = site
    names, times = problem.times["origin"].to_numpy(), problem.times.sel(destination=code)
    taken = {}
    weight = np.ones(names.size)
    if problem.priority is not None:
        weight = problem.priority.weight.to_numpy()
    for i in np.flatnonzero((names == home) | ((times.to_numpy() <= reach) & (reach > 0))):
        column = written.column(float(problem.seekers[i]), worth * float(weight[i]))
        taken[column] = given[i][column] = 1.0
    return taken
