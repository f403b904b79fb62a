"""Says which plan is best, and what was proved about it.

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
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import SitingError
from territory_access.siting.decisions import OPEN, remaining
from territory_access.siting.included import holding
from territory_access.siting.infeasible import feasible
from territory_access.siting.nothing import no_time, why_nothing
from territory_access.siting.plan import Report, SitingPlan, sites_table
from territory_access.siting.problem import allocation
from territory_access.siting.reduce import reduce
from territory_access.siting.search import search
from territory_access.vocabulary import CANDIDATE, DESTINATION, Objective, Status

if TYPE_CHECKING:
    from territory_access.siting.problem import Problem
    from territory_access.siting.stage import Stage


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
    held = holding(problem)
    if not simple(held):
        plan = _by_year(problem, begun)
        plan.verify()
        return plan
    _check_feasible(problem, held)
    reduced = reduce(held)
    done = search(held, reduced) if reduced.open.any() else None
    if done is not None and not done.stages:
        raise SitingError(
            "Aucun plan trouvé dans le temps donné ({seconds:g} s) ; augmentez siting.time_limit.",
            seconds=problem.time_limit,
        )
    stages = [] if done is None else done.stages
    if done is None or (stages[0].value < 1e-6 and not held.rules.keep):
        return _nothing(problem, stages, time.perf_counter() - begun)
    sites = sites_table(problem, done.chosen)
    plan = SitingPlan(
        problem=problem,
        sites=sites,
        gain=stages[0].value,
        report=_report(held, stages, time.perf_counter() - begun),
        # Whatever is not a plain question of places is told year by year.
        activity=_in_one_year(sites) if problem.included else pd.DataFrame(),
    )
    plan.verify()
    return plan


def _in_one_year(sites: pd.DataFrame) -> pd.DataFrame:
    """Return what each site does in the only year (``years.outcome.activity``)."""
    columns = ["service", "size", "fte", "acts_per_year", "net_acts", "deficit"]
    index = pd.MultiIndex.from_product([sites.index, [1]], names=[CANDIDATE, "year"])
    return sites[columns].set_axis(index, axis=0)


def _check_feasible(problem: Problem, held: Problem) -> None:
    """Refuse a question without a plan; a smaller plan to contain is named as such."""
    if not feasible(held):
        from territory_access.siting.years import ways_out

        ways_out.refuse(problem)


def simple(problem: Problem) -> bool:
    """Return whether the question is one year of places, which maximum-flow cuts answer fastest.

    Parameters
    ----------
    problem
        What is asked.
    """
    horizon = problem.horizon
    return (
        problem.objective is Objective.PLACES
        and horizon.years == 1
        and not horizon.flexible
        and not problem.recruits
        and not problem.funders
        and problem.rules.per_epci is None
        and problem.continuity is None
        and problem.priority is None
        and not (problem.then or problem.weights or problem.guarantees or problem.included)
        and bool((problem.options["decision"] == OPEN).all())
    )


def _by_year(problem: Problem, begun: float) -> SitingPlan:
    """Return the best plan of the whole model (``siting.years``)."""
    from territory_access.siting.years import check, outcome, ways_out
    from territory_access.siting.years.funding import grants
    from territory_access.siting.years.solve import answer

    made, values, stages = answer(problem)
    fixed = bool(problem.rules.keep or problem.included)
    if values is None or (stages[0].value < 1e-6 and stages[0].proved and not fixed):
        nothing = _nothing(problem, stages, time.perf_counter() - begun)
        broken = any(check.promises(nothing))
        if values is None and (fixed or broken):
            ways_out.refuse(problem)
        if values is None or not broken:
            return nothing
    done = outcome.activity(made, values)
    sites = outcome.sites(made, values, done)
    opened = {
        str(code): (int(places), float(reach))
        for code, places, reach in zip(sites.index, sites["places"], sites["reach"], strict=True)
    }
    left = remaining(problem, [str(name) for name in sites["service"] + " " + sites["size"]])
    used = allocation(left, opened)["used"].sel({DESTINATION: list(opened)}) if opened else []
    report = _report(problem, stages, time.perf_counter() - begun)
    if sites.empty and report.status is Status.FEASIBLE and problem.time_limit is not None:
        report = replace(report, reason=no_time(problem))
    return SitingPlan(
        problem=problem,
        sites=sites.assign(served=pd.Series(used, index=sites.index, dtype=float)),
        gain=stages[0].value,
        report=report,
        activity=done,
        grants=grants(made.draft, values),
    )


def _report(problem: Problem, stages: list[Stage], seconds: float) -> Report:
    """Say what was proved; the gap is measured on what the plan gains."""
    first = stages[0]
    # Residents of one year are whole; those of several years, each at its worth, are not.
    whole = simple(problem)
    value = float(round(first.value)) if whole else first.value
    bound = max(value, float(np.floor(first.bound + 1e-6))) if whole else max(value, first.bound)
    gap = (bound - value) / value if value > 0 else (np.inf if bound > 1e-6 else 0.0)
    return Report(
        status=Status.OPTIMAL if gap <= 1e-9 else Status.FEASIBLE,
        objective=value,
        bound=bound,
        gap=0.0 if gap <= 1e-9 else gap,
        seconds=seconds,
        nodes=sum(stage.nodes for stage in stages),
        solver=solver_name(),
        reason=None,
        stages=stages_table(stages),
    )


def stages_table(stages: list[Stage]) -> pd.DataFrame:
    """Return one row a stage: value, bound, whether proved, seconds, nodes.

    Residents, consultations, euros and person-minutes; the model counts the last two in thousands.
    """
    columns = ["value", "bound", "proved", "seconds", "nodes"]
    rows = [[getattr(stage, column) for column in columns] for stage in stages]
    names = pd.Index([stage.name for stage in stages], name="stage", dtype=str)
    table = pd.DataFrame(rows, index=names, columns=columns)
    thousands = names.isin(["cost", "minutes"])
    table.loc[thousands, ["value", "bound"]] *= 1000.0
    return table


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
