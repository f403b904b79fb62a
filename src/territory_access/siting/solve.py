"""Which plan is best, and what was proved about it?

The search goes stage by stage, each keeping what the stages before have gained, so that one plan
remains where millions tie:

1. ``gain``: most residents given a place (or consultations no longer missing);
2. ``reached``: among those, most residents newly within reach of a place (places only);
3. ``cost``: then least investment and yearly deficit, added up in euros;
4. ``minutes``: then least person-minutes, effective places × mean minutes of the seekers around.

Every stage ends with a proof, or prints its gap. HiGHS runs on one thread without a clock, so the
same question has the same answer everywhere; with a time limit it may not, and says so.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from territory_access.errors import SitingError
from territory_access.siting.infeasible import check_feasible
from territory_access.siting.model import expression, model, reached
from territory_access.siting.nothing import why_nothing
from territory_access.siting.plan import Report, SitingPlan, sites_table
from territory_access.siting.reduce import reduce
from territory_access.vocabulary import Objective, Status

if TYPE_CHECKING:
    from territory_access.siting.model import Model
    from territory_access.siting.problem import Problem

# What a stage may lose on a stage before, in that stage's unit: below any real difference.
SLACK = {"gain": 0.01, "reached": 0.01, "cost": 0.0005, "minutes": 0.0}
# Absolute gap at which a stage is proved: residents are whole, costs are in thousands of euros.
PROVED = {"gain": 0.99, "reached": 0.99, "cost": 0.0009, "minutes": 1e-6}


@dataclass(frozen=True)
class Stage:
    """What one stage found.

    Attributes
    ----------
    name
        ``gain``, ``reached``, ``cost`` or ``minutes``.
    value, bound
        What the plan reaches, and what no plan can pass.
    proved
        Whether they meet.
    seconds, nodes
        Of the solver.
    """

    name: str
    value: float
    bound: float
    proved: bool
    seconds: float
    nodes: int


def solve(problem: Problem) -> SitingPlan:
    """Return the best plan, verified.

    Parameters
    ----------
    problem
        What is asked (``siting.problem``).

    Raises
    ------
    Infeasible
        If no plan respects the rules; names those to relax and by how much.
    Unverified
        If the plan does not survive the arithmetic of ``access``.
    """
    begun = time.perf_counter()
    check_feasible(problem)
    reduced = reduce(problem)
    chosen: list[tuple[int, int]] = []
    stages: list[Stage] = []
    if reduced.open.any():
        chosen, stages = _search(model(problem, reduced), problem, reduced)
    if not stages or (stages[0].value < 1e-6 and not problem.rules.keep):
        return _nothing(problem, stages, time.perf_counter() - begun)
    plan = SitingPlan(
        problem=problem,
        sites=sites_table(problem, chosen),
        gain=stages[0].value,
        report=_report(problem, stages, time.perf_counter() - begun),
    )
    plan.verify()
    return plan


def _search(
    built: Model,
    problem: Problem,
    reduced: Any,  # noqa: ANN401
) -> tuple[list[tuple[int, int]], list[Stage]]:
    """Go through the stages; return the sites opened (positions) and what each stage found."""
    stages: list[Stage] = []
    chosen: list[tuple[int, int]] = []
    deadline = None if problem.time_limit is None else time.perf_counter() + problem.time_limit
    names = ["gain", "reached", "cost", "minutes"]
    if problem.objective is Objective.APL:
        names.remove("reached")
    for name in names:
        if name == "reached":
            reached(built, reduced)
        left = None if deadline is None else deadline - time.perf_counter()
        if stages and left is not None and left <= 0:
            break
        stage = run(built, name, gap=problem.gap if name == "gain" else 0.0, seconds=left)
        if stage is None:
            if not stages:
                raise SitingError(
                    "Aucun plan trouvé dans le temps donné ({seconds:g} s) ; augmentez "
                    "siting.time_limit.",
                    seconds=problem.time_limit,
                )
            break
        chosen = opened(built)
        stages.append(stage)
        if not stage.proved and deadline is not None:
            break
        _hold(built, stage, problem.objective)
    return chosen, stages


def run(built: Model, name: str, *, gap: float = 0.0, seconds: float | None = None) -> Stage | None:
    """Optimise one goal of a model; ``None`` when no plan was found in time.

    Parameters
    ----------
    built
        The model; its variables keep the answer.
    name
        A goal of the model; ``gain`` and ``reached`` are maximised, the others minimised.
    gap
        Relative gap at which to stop.
    seconds
        Time limit of the solver.
    """
    import pulp

    program = built.program
    program.sense = pulp.LpMaximize if name in {"gain", "reached"} else pulp.LpMinimize
    program.objective = expression(*built.goals[name])
    known = any(variable.varValue is not None for variable in built.build.values())
    solver = pulp.HiGHS(
        msg=False,
        threads=1,
        gapRel=gap,
        gapAbs=PROVED[name],
        timeLimit=seconds,
        warmStart=known,
        random_seed=0,
    )
    result = program.solve(solver)
    if not result.has_solution:
        return None
    value = float(result.objective)
    bound = value if result.best_bound is None else float(result.best_bound)
    return Stage(
        name=name,
        value=value,
        bound=bound,
        proved=abs(bound - value) <= PROVED[name],
        seconds=float(result.time),
        nodes=max(0, int(program.solverModel.getInfo().mip_node_count)),
    )


def opened(built: Model) -> list[tuple[int, int]]:
    """Return the positions (candidate, option) of the sites that the last answer opens."""
    return sorted(key for key, y in built.build.items() if (y.varValue or 0.0) > 0.5)


def _hold(built: Model, stage: Stage, objective: Objective) -> None:
    """Keep what a stage has gained for the stages after it."""
    terms, constant = built.goals[stage.name]
    if stage.name in {"gain", "reached"}:
        slack = SLACK[stage.name]
        if objective is Objective.APL:
            slack = max(1e-6, 1e-9 * abs(stage.value))
        built.at_most([(v, -c) for v, c in terms], slack - stage.value + constant)
    else:
        built.at_most(terms, stage.value - constant + SLACK[stage.name])


def _report(problem: Problem, stages: list[Stage], seconds: float) -> Report:
    """Say what was proved; the gap is measured on what the plan gains."""
    first = stages[0]
    whole = problem.objective is Objective.PLACES
    value = float(round(first.value)) if whole else first.value
    bound = max(value, float(np.floor(first.bound + 1e-6))) if whole else max(value, first.bound)
    gap = (bound - value) / value if value > 0 else 0.0
    return Report(
        status=Status.OPTIMAL if gap <= 1e-9 else Status.FEASIBLE,
        objective=value,
        bound=bound,
        gap=0.0 if gap <= 1e-9 else gap,
        seconds=seconds,
        nodes=sum(stage.nodes for stage in stages),
        solver=solver_name(),
        reason="",
        stages=stages_table(stages),
    )


def stages_table(stages: list[Stage]) -> pd.DataFrame:
    """Return one row a stage: value, bound, whether proved, seconds, nodes."""
    columns = ["value", "bound", "proved", "seconds", "nodes"]
    rows = [[getattr(stage, column) for column in columns] for stage in stages]
    names = pd.Index([stage.name for stage in stages], name="stage", dtype=str)
    return pd.DataFrame(rows, index=names, columns=columns)


def solver_name() -> str:
    """Return the solver and its version."""
    return f"HiGHS {version('highspy')}"


def _nothing(problem: Problem, stages: list[Stage], seconds: float) -> SitingPlan:
    return SitingPlan(
        problem=problem,
        sites=sites_table(problem, []),
        gain=0.0,
        report=Report(
            status=Status.EMPTY,
            objective=0.0,
            bound=0.0,
            gap=0.0,
            seconds=seconds,
            nodes=sum(stage.nodes for stage in stages),
            solver=solver_name(),
            reason=why_nothing(problem),
            stages=stages_table(stages),
        ),
    )
