"""Says whether any plan of one year of places respects the rules.

Only candidates that must open can make such a question impossible. Which rules to relax then, and
by how much, is for ``siting.years.ways_out`` to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.siting.model import decisions, expression
from territory_access.siting.reduce import reduce

if TYPE_CHECKING:
    from territory_access.siting.problem import Problem


def check_feasible(problem: Problem) -> None:
    """Return when some plan respects all the rules.

    Raises
    ------
    Infeasible
        With one fault for each rule that, relaxed alone, makes a plan possible, and by how much;
        or with the smallest sets that do.
    """
    if not feasible(problem):
        from territory_access.siting.years import ways_out

        ways_out.refuse(problem)


def feasible(problem: Problem) -> bool:
    """Return whether some plan respects all the rules.

    Parameters
    ----------
    problem
        One year of places (``solve.simple``).
    """
    import pulp

    if not problem.rules.keep:
        return True
    reduced = reduce(problem, useful=False)
    kept = problem.candidates.index.isin(problem.rules.keep)
    if not reduced.open.any(axis=1)[kept].all():
        return False
    program = decisions(problem, reduced).program
    program.sense = pulp.LpMinimize
    program.objective = expression([])
    result = program.solve(pulp.HiGHS(msg=False, threads=1, gapRel=0.0, random_seed=0))
    return result.objective is not None
