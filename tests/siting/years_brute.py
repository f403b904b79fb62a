"""Lists every plan of several years, each with its own linear programme written out again."""

from __future__ import annotations

import copy
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from territory_access.siting import Problem

Plan = dict[int, tuple[int, int]]  # candidate -> option, year of opening (0 for the first)


def plans(problem: Problem) -> Iterator[Plan]:
    """Yield every plan that respects the rules that need no amounts."""
    years, options, rules = problem.horizon.years, problem.options, problem.rules
    allowed = problem.allowed.to_numpy()
    lead = options["lead_years"].to_numpy() if problem.horizon.lead else np.zeros(len(options))
    choices = [
        [
            (o, t)
            for o in range(len(options))
            for t in range(years)
            if allowed[j, o] and t >= lead[o]
        ]
        + ([] if code in rules.keep else [None])
        for j, code in enumerate(problem.candidates.index)
    ]
    for choice in product(*choices):
        plan = {j: made for j, made in enumerate(choice) if made is not None}
        if _spread(problem, plan) and _mothered(problem, plan) and _paid(problem, plan, lead):
            yield plan


def _spread(problem: Problem, plan: Plan) -> bool:
    most = problem.rules.per_epci
    homes = problem.candidates["epci"].iloc[list(plan)]
    return most is None or not len(homes) or homes.value_counts().max() <= most


def _paid(problem: Problem, plan: Plan, lead: np.ndarray) -> bool:
    if problem.funders:
        return True
    for year in range(problem.horizon.years):
        spent = sum(
            problem.options["capex"].iloc[o] for o, t in plan.values() if t - lead[o] <= year
        )
        if spent > problem.rules.budget * sum(problem.horizon.budget_shares[: year + 1]) + 1e-6:
            return False
    return True


def _mothered(problem: Problem, plan: Plan) -> bool:
    options = problem.options
    old = list(problem.existing.index[problem.existing["is_mother"]])
    for j, (o, year) in plan.items():
        limit = options["mother_minutes"].iloc[o]
        centres = old + [
            problem.candidates.index[k]
            for k, (other, opened) in plan.items()
            if k != j and opened <= year and options["is_mother"].iloc[other]
        ]
        zone = problem.candidates["zone_id"].iloc[j]
        times = problem.times.sel(origin=zone, destination=centres).to_numpy()
        if not np.isnan(limit) and not (times <= limit).any():
            return False
    return True


class Programme:
    """Rows and bounds of a linear programme, one at a time."""

    def __init__(self) -> None:
        self.high: list[float] = []
        self.goal: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[dict[int, float], float]] = []

    def column(self, high: float, goal: float = 0.0, *, whole: bool = False) -> int:
        self.high.append(high)
        self.goal.append(goal)
        self.whole.append(whole)
        return len(self.high) - 1

    def at_most(self, terms: dict[int, float], limit: float) -> None:
        self.rows.append((terms, limit))

    def best(self) -> float:
        if not self.high:
            return 0.0 if all(limit >= -1e-9 for _, limit in self.rows) else -np.inf
        matrix = np.zeros((len(self.rows), len(self.high)))
        for row, (terms, _) in enumerate(self.rows):
            for column, value in terms.items():
                matrix[row, column] = value
        limits = [limit for _, limit in self.rows]
        found = linprog(
            -np.array(self.goal),
            matrix,
            limits,
            bounds=[(0, high) for high in self.high],
            integrality=np.array(self.whole) if any(self.whole) else None,
        )
        return -float(found.fun) if found.status == 0 else -np.inf


def value(problem: Problem, plan: Plan) -> float:
    """Return the best gain of these openings, whatever teams do; ``-inf`` when nothing fits."""
    written = Programme()
    _, acts = staffed(problem, plan, written)
    _gain(problem, plan, written, acts)
    if not problem.funders:
        return written.best()
    return max(_funded(problem, plan, written, helpers) for helpers in _helpers(problem, plan))


def staffed(problem: Problem, plan: Plan, written: Programme) -> tuple[dict, dict]:
    """Add teams and consultations, within what doctors and deficits allow; return both."""
    team, acts = _teams(problem, plan, written)
    _limits(problem, plan, written, team, acts)
    _pools(problem, plan, written, team)
    return team, acts


def _helpers(problem: Problem, plan: Plan) -> Iterator[dict[int, tuple[bool, ...]]]:
    """Yield who helps where: each funder helps each site or not."""
    each = list(product((False, True), repeat=len(problem.funders)))
    for choice in product(each, repeat=len(plan)):
        yield dict(zip(plan, choice, strict=True))


def _funded(
    problem: Problem, plan: Plan, base: Programme, helpers: dict[int, tuple[bool, ...]]
) -> float:
    """Return the best gain when these funders help these sites, each under all its terms."""
    written = copy.deepcopy(base)
    options, horizon = problem.options, problem.horizon
    lead = options["lead_years"].to_numpy() if horizon.lead else np.zeros(len(options), int)
    envelopes: list[dict[int, float]] = [{} for _ in problem.funders]
    spent: list[dict[int, float]] = [{} for _ in range(horizon.years)]
    fixed = np.zeros(horizon.years)
    for j, (o, opened) in plan.items():
        cost, service = options["capex"].iloc[o] / 1000, options["service"].iloc[o]
        mine, public, own = {}, {}, 0.0
        for n, funder in enumerate(problem.funders):
            if not helpers[j][n] or (funder.services and service not in funder.services):
                continue
            g = written.column(min(funder.share_max * cost, funder.per_project / 1000))
            mine[g] = envelopes[n][g] = 1.0
            own = max(own, funder.own_min / 1000)
            public |= {g: 1.0} if funder.public else {}
            for t in range(opened - lead[o], horizon.years):
                spent[t][g] = -1.0
        written.at_most(mine, cost - own if mine else 0.0)
        written.at_most(public, problem.public_share * cost)
        fixed[opened - lead[o] :] += cost
    for funder, terms in zip(problem.funders, envelopes, strict=True):
        written.at_most(terms, min(funder.envelope / 1000, 1e6))
    for t in range(horizon.years):
        come = problem.rules.budget * sum(horizon.budget_shares[: t + 1]) / 1000
        written.at_most(spent[t], come - fixed[t])
    return written.best()


def _ramp(problem: Problem, age: int) -> float:
    ramp = problem.horizon.ramp
    return 0.0 if age < 0 else ramp[age] if age < len(ramp) else 1.0


def _teams(problem: Problem, plan: Plan, written: Programme) -> tuple[dict, dict]:
    team, acts = {}, {}
    for j, (o, opened) in plan.items():
        option = problem.options.iloc[o]
        for t in range(opened, problem.horizon.years):
            n = team[j, t] = written.column(option["fte"])
            flexible = problem.horizon.flexible
            written.at_most({n: -1.0}, -option["least_fte" if flexible else "fte"])
            q = acts[j, t] = written.column(option["acts_per_year"] * _ramp(problem, t - opened))
            if option["fte"] > 0:
                written.at_most({q: 1.0, n: -option["acts_per_year"] / option["fte"]}, 0.0)
    return team, acts


def _limits(problem: Problem, plan: Plan, written: Programme, team: dict, acts: dict) -> None:
    rules, horizon = problem.rules, problem.horizon
    for t in range(horizon.years):
        here = [(j, o) for j, (o, opened) in plan.items() if opened <= t]
        written.at_most({team[j, t]: 1.0 for j, _ in here}, rules.gp_fte)
        lost, fixed = {}, 0.0
        for j, o in here:
            option = problem.options.iloc[o]
            fixed += option["opex"] * horizon.fixed_cost
            lost[team[j, t]] = option["opex"] * (1 - horizon.fixed_cost) / option["fte"] / 1000
            lost[acts[j, t]] = (
                -(option["opex"] - option["deficit"]) / option["acts_per_year"] / 1000
            )
        limit = rules.deficit_per_year * horizon.deficit_shares[t]
        written.at_most(lost, (limit - fixed) / 1000)


def _pools(problem: Problem, plan: Plan, written: Programme, team: dict) -> None:
    profile = problem.options["profile"].tolist()
    for recruits in problem.recruits:
        for basin in range(recruits.fte.sizes["basin"]):
            for t in range(problem.horizon.years):
                mine = {
                    team[j, t]: float(recruits.loss[j])
                    for j, (o, opened) in plan.items()
                    if opened <= t
                    and profile[o] == recruits.profile
                    and bool(recruits.within[basin, j])
                }
                written.at_most(mine, float(recruits.fte[basin, t]))
    _retired(problem, plan, written, team)


def _retired(problem: Problem, plan: Plan, written: Programme, team: dict) -> None:
    pool, leave = problem.pool, problem.exit_retired
    stock = pool.fte.to_numpy() / 1000
    drawn, within = pool.drawn.to_numpy() / 1000, pool.within.to_numpy()
    at_work = stock.copy()
    for t in range(problem.horizon.years):
        given: list[dict[int, float]] = [{} for _ in stock]
        for j, (o, opened) in plan.items():
            if opened <= t and problem.options["profile"].iloc[o] == "retired":
                row = {team[j, t]: 1.0}
                for h in np.flatnonzero(within[:, j]):
                    z = written.column(10.0)
                    row[z] = -1.0
                    given[h][z] = 1.0
                written.at_most(row, 0.0)
        kept: dict[int, float] = {}
        for f, need in enumerate(drawn):
            row = {}
            for h in np.flatnonzero(within[:, len(problem.candidates) + f]):
                z = written.column(10.0)
                row[z] = 1.0
                given[h][z] = 1.0
                kept[z] = -1.0
            written.at_most(row, need)
        if kept:
            written.at_most(kept, -pool.kept / 1000)
        for h, terms in enumerate(given):
            written.at_most(terms, at_work[h] + 1e-9)
        at_work = at_work * (1 - leave) + stock / 5


def _gain(problem: Problem, plan: Plan, written: Programme, acts: dict) -> None:
    data, horizon = problem.missing, problem.horizon
    times = problem.times.to_numpy()[:, : len(problem.candidates)]
    weight = np.select([times <= 10, times <= 15, times <= 20], [1.0, 2 / 3, 1 / 3], 0.0)
    need = data.need.to_numpy()
    for t in range(horizon.years):
        for i, level in enumerate(data.apl.to_numpy()):
            closed = {}
            for j, (o, opened) in plan.items():
                basin = need @ weight[:, j]
                if opened <= t and basin:
                    option = problem.options.iloc[o]
                    net = option["net_acts"] / option["acts_per_year"]
                    closed[acts[j, t]] = -weight[i, j] / basin * net
            if closed:
                worth = need[i] / (1 + horizon.discount) ** t
                r = written.column(max(0.0, data.threshold - level), worth)
                written.at_most(closed | {r: 1.0}, 0.0)
