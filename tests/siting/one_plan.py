"""Says what one plan brings when its teams may be smaller: a linear programme, goal by goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from siting_plan_worth import before, decay, lack, tail
from siting_years_brute import Programme, staffed

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
            _floors(problem, written, added, year)
            closed = _closed(problem, written, added, year)
            each = {goal.value: counts * weight for goal, weight in weights.items()}
            constant += _goals(problem, written, closed, (year, each))
        for goal, weight in weights.items():
            if goal.value == "places":
                _seats(problem, plan, written, acts, (year, counts * weight))
                constant -= counts * weight * problem.before
    return constant + written.best()


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
        basin = need @ weight[:, j]
        option = problem.options.iloc[o]
        if opened <= year and basin:
            net = option["net_acts"] / option["acts_per_year"]
            for i in np.flatnonzero(weight[:, j]):
                found[i][acts[j, year]] = weight[i, j] / basin * net
    return found


def _floors(problem: Problem, written: Programme, added: list, year: int) -> None:
    if year < problem.horizon.years - 1:
        return
    names = problem.times["origin"].to_numpy()
    level = before(problem, year)
    for promise in problem.guarantees:
        for i in np.flatnonzero(np.isin(names, promise.zones)):
            terms = {column: -share for column, share in added[i].items()}
            written.at_most(terms, level[i] - promise.floor + 1e-9)


def _closed(problem: Problem, written: Programme, added: list, year: int) -> list[int]:
    """Return the columns of what each zone no longer lacks."""
    columns = []
    for short, terms in zip(lack(problem, year), added, strict=True):
        column = written.column(float(short))
        written.at_most({column: 1.0} | {acts: -share for acts, share in terms.items()}, 0.0)
        columns.append(column)
    return columns


def _goals(
    problem: Problem,
    written: Programme,
    closed: list[int],
    when: tuple[int, dict[str, float]],
) -> float:
    """Add the goals on the APL of a year, each worth so much; return a constant."""
    year, weights = when
    need, missing = problem.missing.need.to_numpy(), lack(problem, year)
    for people, short, column in zip(need, missing, closed, strict=True):
        written.goal[column] += weights.get("apl", 0.0) * people
        if "lifted" in weights and short > 0:
            above = written.column(1.0, weights["lifted"] * people, whole=True)
            written.at_most({above: float(short), column: -1.0}, 0.0)
    if "worst_tenth" not in weights:
        return 0.0
    near = np.flatnonzero((decay(problem) > 0).any(axis=1))
    counts = weights["worst_tenth"]
    edge = written.column(10.0, -counts * need[near].sum() / 10)
    for i in near:
        beyond = written.column(float(missing[i]), -counts * need[i])
        written.at_most({beyond: -1.0, edge: -1.0, closed[i]: -1.0}, -float(missing[i]))
    return counts * float(tail(missing[None, near], need[near])[0])


def _seats(
    problem: Problem, plan: Plan, written: Programme, acts: dict, when: tuple[int, float]
) -> None:
    """Add who is given a place in a year, each worth so much."""
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
    for i in np.flatnonzero((names == home) | ((times.to_numpy() <= reach) & (reach > 0))):
        column = written.column(float(problem.seekers[i]), worth)
        taken[column] = given[i][column] = 1.0
    return taken
