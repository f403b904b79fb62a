"""Goes through the stages of the search, and learns the cuts that plans show to be missing.

The model starts without flows. Where a plan promises to serve more residents than it can, the
minimum cut of its own flow is added (``siting.flow``) and the stage is solved again; after
``ROUNDS`` cuts the flows themselves join the model. A plan that keeps its promise is the best of
all, since the model without flows allows more than the rules do, never less.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.flow import cut, served
from territory_access.siting.hull import ceiling, hold_counts, room, within_cost
from territory_access.siting.model import Model, learn, model
from territory_access.siting.serve import flows, reached
from territory_access.siting.stage import SLACK, Stage, run

if TYPE_CHECKING:
    from territory_access.siting.problem import Problem
    from territory_access.siting.reduce import Reduced

# Cuts to learn before the flows themselves join the model.
ROUNDS = 25


@dataclass
class Search:
    """One search under way.

    Attributes
    ----------
    problem, reduced
        What is asked, and the same, smaller.
    built
        The model, which grows.
    deadline
        When to stop, by ``time.perf_counter``; ``None`` for no limit.
    chosen
        Positions (candidate, option) of the best plan so far.
    stages
        What each stage found.
    cuts
        How many were learnt.
    """

    problem: Problem
    reduced: Reduced
    built: Model
    deadline: float | None
    chosen: list[tuple[int, int]] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    cuts: int = 0

    def left(self) -> float | None:
        """Return the seconds left, never negative, or ``None`` for no limit."""
        return None if self.deadline is None else max(0.0, self.deadline - time.perf_counter())


def search(problem: Problem, reduced: Reduced) -> Search:
    """Return the search once every stage is proved, or time is up.

    Parameters
    ----------
    problem
        What is asked; some plan respects its rules.
    reduced
        The same, smaller, with something that may open.
    """
    deadline = None if problem.time_limit is None else time.perf_counter() + problem.time_limit
    going = Search(problem, reduced, model(problem, reduced), deadline)
    limits = room(problem, reduced)
    going.built.at_most(going.built.goals["gain"][0], ceiling(reduced, limits), "ceiling")
    if not _first(going):
        return going
    least = going.stages[0].value * (1 - 1e-9) - 1e-6
    hold_counts(going.built, reduced, limits, least=least)
    reached(going.built, reduced)
    for name in ("reached", "cost", "minutes"):
        if name != "reached":
            # No later plan costs more than this one: fewer counts are left.
            spent = within_cost(limits, problem, _cost(going), exactly=name == "minutes")
            hold_counts(going.built, reduced, spent, least=least)
        if not _next(going, name):
            break
    return going


def _cost(going: Search) -> float:
    """Return the investment and yearly deficit of the best plan so far, in euros."""
    sites = going.problem.options.iloc[[o for _, o in going.chosen]]
    return float(sites[["capex", "deficit"]].to_numpy().sum())


def _first(going: Search) -> bool:
    """Find the largest gain; return whether the next stages may go on from there."""
    best, bound, seconds, nodes = -1.0, np.inf, 0.0, 0
    while True:
        left = going.left()
        stage = run(going.built, "gain", gap=going.problem.gap, seconds=left)
        if stage is None:
            break
        seconds, nodes, bound = seconds + stage.seconds, nodes + stage.nodes, stage.bound
        found = _true(going, stage.value)
        if found > best:
            best, going.chosen = found, opened(going.built)
        if _near(best, bound, going.problem) or (left is not None and not stage.proved):
            break
    if best < 0 or (best < 1e-6 < bound and going.deadline is not None):
        return False  # nothing found yet is not the same as nothing to find
    proved = _near(best, bound, going.problem, gap=0.0)
    going.stages.append(Stage("gain", best, bound, proved, seconds, nodes))
    _hold(going, going.stages[0])
    return going.deadline is None or (going.left() or 0.0) > 0


def _next(going: Search, name: str) -> bool:
    """Go through one later stage; return whether it was proved."""
    seconds, nodes = 0.0, 0
    while True:
        left = going.left()
        if left is not None and left <= 0:
            return False
        stage = run(going.built, name, seconds=left)
        if stage is None:
            return False
        seconds, nodes = seconds + stage.seconds, nodes + stage.nodes
        if _true(going, going.stages[0].value) >= going.stages[0].value - SLACK["gain"]:
            break
    going.chosen = opened(going.built)
    going.stages.append(Stage(name, stage.value, stage.bound, stage.proved, seconds, nodes))
    _hold(going, stage)
    return stage.proved


def _near(best: float, bound: float, problem: Problem, *, gap: float | None = None) -> bool:
    """Return whether a plan is close enough to what no plan can pass."""
    bound = np.floor(bound + 1e-6)
    allowed = (problem.gap if gap is None else gap) * best
    return bool(bound - best <= allowed + max(1e-6, 1e-7 * abs(best)))


def _true(going: Search, promised: float) -> float:
    """Return what the last answer really gains; learn a cut where it promised more."""
    total, inside = served(going.reduced, opened(going.built))
    found = float(total - going.problem.before)
    if found < promised - 0.5:
        going.cuts += 1
        if going.cuts == ROUNDS:
            flows(going.built, going.problem, going.reduced)
        learn(going.built, cut(going.reduced, inside), going.problem.before)
    for variable, _ in going.built.goals["gain"][0]:
        variable.varValue = found
    return found


def opened(built: Model) -> list[tuple[int, int]]:
    """Return the positions (candidate, option) of the sites that the last answer opens."""
    return sorted(key for key, y in built.build.items() if (y.varValue or 0.0) > 0.5)


def _hold(going: Search, stage: Stage) -> None:
    """Keep what a stage has gained for the stages after it."""
    terms, constant = going.built.goals[stage.name]
    slack = SLACK[stage.name]
    if stage.name in {"gain", "reached"}:
        going.built.at_most([(v, -c) for v, c in terms], slack - stage.value + constant)
    else:
        going.built.at_most(terms, stage.value - constant + slack)
