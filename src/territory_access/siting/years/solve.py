"""Solves the whole model stage by stage, and writes its answer as a plan."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, vstack

from territory_access.siting.stage import SLACK, Stage
from territory_access.siting.years.closing import lacking, net_share
from territory_access.siting.years.model import Whole, whole
from territory_access.siting.years.neighbourhood import Asked
from territory_access.siting.years.search import search
from territory_access.siting.years.solver import Limits, best, linear
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Model
    from territory_access.siting.years.found import Found

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]

# Nodes of a stage that only chooses among plans of the same gain.
TIE_NODES = 500
# Candidates that the first plan is made of, where time is short.
PROMISING = 80
# Communes of an area.
AREA = 30


def answer(problem: Problem) -> tuple[Whole, Reals | None, list[Stage]]:
    """Return the model, the values of the best plan, and what each stage proved.

    Parameters
    ----------
    problem
        What is asked; some plan respects its rules.
    """
    begun = time.perf_counter()
    deadline = None if problem.time_limit is None else begun + problem.time_limit
    made = whole(problem)
    if made.draft.build.size == 0:
        return made, None, []
    chosen = made.draft.choices
    asked = Asked(
        made.draft.build,
        chosen.place,
        made.draft.of_service(),
        chosen.option,
        chosen.year,
        _areas(made),
        problem.gap,
    )
    found = search(
        made.model,
        asked,
        promising=_promising(made),
        tight=None if made.links is None else made.links.tightened(made.model),
        deadline=deadline,
        start=_nothing(made),
    )
    if found.values is None:
        return made, None, []
    values = _exact(made.model, found.values)
    found.value = float(made.model.goal @ values)
    stages = [_stage("gain", found, begun)]
    if stages[0].proved:
        values = _ties(made, found, values, stages)
    return made, values, stages


def _promising(made: Whole) -> Flags:
    """Return for the best candidates the build that closes most for its cost, alone ``(B,)``."""
    draft = made.draft
    choices, data = draft.choices, draft.problem.missing
    if data is None:
        return np.ones(draft.build.size, bool)
    lack, need = lacking(draft.problem)[:, -1], data.need.to_numpy()
    near = data.per_act.to_numpy()[:, : len(draft.problem.candidates)]
    net = choices.acts[:, -1] * net_share(draft.problem)[choices.option]
    closes = np.array(
        [
            need @ np.minimum(lack, near[:, place] * amount)
            for place, amount in zip(choices.place, net, strict=True)
        ]
    )
    ratio = closes / (draft.of("capex") + draft.of("deficit") + 1.0)
    order = np.lexsort((choices.year, -ratio))
    _, first = np.unique(choices.place[order], return_index=True)
    best_of_each = order[np.sort(first)][:PROMISING]
    found = np.zeros(draft.build.size, bool)
    found[best_of_each] = True
    return found


def _areas(made: Whole) -> Flags:
    """Return which builds lie in the communes nearest to each candidate ``(J, B)``."""
    problem = made.draft.problem
    zones, first, at = np.unique(
        problem.candidates["zone_id"].to_numpy(str), return_index=True, return_inverse=True
    )
    sites = problem.candidates.index.to_numpy(str)[first]
    minutes = problem.times.sel({ORIGIN: zones, DESTINATION: sites}).to_numpy()
    nearest = np.argsort(minutes, axis=1, kind="stable")[:, :AREA]
    around = np.zeros(minutes.shape, bool)
    np.put_along_axis(around, nearest, values=True, axis=1)
    return around[at][:, at[made.draft.choices.place]]


def _nothing(made: Whole) -> Reals | None:
    """Return the plan that opens nothing, where that is a plan."""
    model = made.model
    zero = np.zeros(model.goal.size)
    problem = made.draft.problem
    if problem.rules.keep or problem.included:
        return None
    answer = linear(model, model.whole, zero)
    return answer.values


def _exact(model: Model, values: Reals) -> Reals:
    """Return the same plan with its builds whole and the rest solved again for them."""
    again = linear(model, model.whole, np.round(values))
    return values if again.values is None else again.values


def _stage(name: str, found: Found, begun: float) -> Stage:
    return Stage(
        name=name,
        value=found.value,
        # What is left once it is proved is the solver's tolerance.
        bound=found.value if found.near(0.0) else max(found.bound, found.value),
        proved=found.near(0.0),
        seconds=time.perf_counter() - begun,
        nodes=found.nodes,
    )


def _ties(made: Whole, known: Found, values: Reals, stages: list[Stage]) -> Reals:
    """Choose among plans of the same gain: what comes next, least cost, then least travel."""
    model, held, build = made.model, made.goals["gain"], made.draft.build
    least = float(held @ values)
    # Builds that no plan of this gain can have are left out.
    open_to = np.ones(model.goal.size, bool)
    open_to[build] = known.useful(build)
    for name in list(made.goals)[1:]:
        slack = SLACK["cost"] if name == "minutes" else max(1e-6, 1e-9 * abs(least))
        model = _holding(model, held, least - slack)
        goal = replace(model, goal=made.goals[name])
        limits = Limits(nodes=TIE_NODES, seconds=known.left())
        found = best(goal, limits, open_to=open_to, start=values)
        if found.values is None:
            return values
        proved = found.bound - found.value <= max(1e-6, 1e-7 * abs(found.value))
        sign = -1.0 if name in {"cost", "minutes"} else 1.0
        value, bound = sign * found.value, sign * found.bound
        stages.append(Stage(name, value, bound, proved, found.seconds, found.nodes))
        # What this stage reached, and not what the gain's own programme below leaves of it.
        held, least = made.goals[name], found.value
        exact = linear(replace(model, goal=made.goals["gain"]), model.whole, np.round(found.values))
        values = values if exact.values is None else exact.values
        if not proved:
            break
    return values


def _holding(model: Model, goal: Reals, least: float) -> Model:
    """Return the model with one more row: a goal keeps its value."""
    return replace(
        model,
        matrix=csr_array(vstack([model.matrix, csr_array(goal[None, :])])),
        row_low=np.append(model.row_low, least),
        row_high=np.append(model.row_high, np.inf),
    )
