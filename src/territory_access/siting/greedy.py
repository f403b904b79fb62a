"""Says what step by step would lose: each time the site that brings most, never looking back.

This is how the usual planning tools scale a network up (AccessMod, PlanWise). Its steps obey the
same rules as the plan; what it loses is told in people, and in the euros that the best plan would
save for as many people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.flow import served
from territory_access.siting.infeasible import check_feasible
from territory_access.siting.pool import carried, thousandths
from territory_access.siting.questions import COST, Questions
from territory_access.siting.reduce import reduce
from territory_access.siting.tighten import Staffing

if TYPE_CHECKING:
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem
    from territory_access.siting.reduce import Reduced

    type Chosen = list[tuple[int, int]]


@dataclass(frozen=True)
class StepByStep:
    """What the step-by-step method finds, beside the best plan.

    Attributes
    ----------
    sites
        ``(candidate, option)`` in the order opened.
    gain, cost
        Residents given a place; investment and first year's deficit, in euros.
    lost
        Residents whom the best plan serves and this one does not.
    overspent
        Euros that the best plan for as many residents would save.
    """

    sites: tuple[tuple[str, str], ...]
    gain: float
    cost: float
    lost: float
    overspent: float


def step_by_step(plan: SitingPlan, *, questions: Questions | None = None) -> StepByStep:
    """Return what the step-by-step method would propose.

    Parameters
    ----------
    plan
        The best plan, of one year of places.
    questions
        Its problem, prepared.

    Raises
    ------
    SitingError
        When the question is one of several years or of the APL.
    """
    problem = plan.problem
    asked = questions or Questions(problem)
    check_feasible(problem)
    small = reduce(problem)
    chosen = _steps(problem, small)
    gain = float(served(small, chosen)[0] - problem.before)
    codes, options = problem.candidates.index, problem.options
    cost = float(options[["capex", "deficit"]].to_numpy()[[o for _, o in chosen]].sum())
    best = asked.ask(goal=COST, least=gain) if gain > 0 else None
    return StepByStep(
        sites=tuple((str(codes[j]), str(options.index[o])) for j, o in chosen),
        gain=gain,
        cost=cost,
        lost=plan.gain - gain,
        overspent=0.0 if best is None else max(0.0, cost - 1000 * best.value),
    )


def _steps(problem: Problem, small: Reduced) -> Chosen:
    """Open, each time, the affordable site that brings most, then costs least."""
    options, rules = problem.options, problem.rules
    amounts = options[["capex", "deficit", "fte", "nurse_fte"]].to_numpy(float)
    left = np.array([rules.budget, rules.deficit_per_year, rules.gp_fte, rules.nurse_fte])
    cost = options[["capex", "deficit"]].sum(axis=1).to_numpy(float)
    staffing, needs = Staffing.of(problem.pool), _needs(problem)
    chosen: Chosen = []
    total = problem.before
    while True:
        taken = {j for j, _ in chosen}
        free = [
            (j, o)
            for j, o in np.argwhere(small.open).tolist()
            if j not in taken and (amounts[o] <= left + 1e-9).all()
        ]
        # A site alone never brings more than its worth: most are not even tried.
        free.sort(key=lambda key: (-small.worth[key], cost[key[1]], key))
        best, step = 0, None
        for key in free:
            if small.worth[key] <= best:
                break
            if not _allowed(problem, small, [*chosen, key], staffing, needs):
                continue
            more = served(small, [*chosen, key])[0] - total
            if more > best:
                best, step = more, key
        if step is None:
            return chosen
        chosen.append(step)
        total += best
        left = left - amounts[step[1]]


def _needs(problem: Problem) -> np.ndarray:
    return np.where(problem.options["retired"], thousandths(problem.options["fte"]), 0)


def _allowed(
    problem: Problem, small: Reduced, chosen: Chosen, staffing: Staffing, needs: np.ndarray
) -> bool:
    """Tell whether retired GPs can staff these sites, and each outpost has its centre."""
    asked = [(j, int(needs[o])) for j, o in chosen if needs[o]]
    if asked:
        sites = [j for j, _ in asked]
        near = np.concatenate([staffing.within[:, sites], staffing.existing], axis=1)
        wanted = np.concatenate([[need for _, need in asked], staffing.drawn])
        if carried(staffing.gives, near, wanted) < staffing.kept + sum(n for _, n in asked):
            return False
    centres = {j for j, o in chosen if problem.options["is_mother"].iloc[o]}
    return all(
        small.mothered[j, o] or any(small.mothers[o][j, k] for k in centres)
        for j, o in chosen
        if o in small.mothers
    )
