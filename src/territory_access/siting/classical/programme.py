"""How does a programme given as arrays go to the solver? Through PuLP, to HiGHS, on one thread.

No clock stops it, only nodes, so that the same programme has the same answer everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import SitingError

if TYPE_CHECKING:
    import pulp
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    type Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Programme:
    """Minimise ``cost @ x`` with ``low <= rows @ x <= high`` and ``0 <= x <= most``.

    Attributes
    ----------
    cost
        ``(columns,)``.
    rows
        ``(rows, columns)``.
    low, high
        ``(rows,)``; infinite where free, equal for an equation.
    most
        ``(columns,)``.
    whole
        Whether the column is an integer ``(columns,)``.
    """

    cost: Reals
    rows: csr_array
    low: Reals
    high: Reals
    most: Reals
    whole: NDArray[np.bool_]


@dataclass(frozen=True)
class Answer:
    """What the solver found: the columns, their cost, the bound, the nodes it took."""

    columns: Reals
    cost: float
    bound: float
    nodes: int


def solve(asked: Programme, *, nodes: int = 1_000_000, presolve: bool = True) -> Answer | None:
    """Return the best answer, or ``None`` when there is none.

    Parameters
    ----------
    asked
        The programme.
    nodes
        Nodes of the solver, at most.
    presolve
        Whether the solver looks first for what can be left out; a waste where nothing can.

    Raises
    ------
    SitingError
        When the solver stops before it finds anything.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> one = np.ones(2)
    >>> rows, free = csr_array(np.array([[2.0, 1.0]])), np.array([np.inf])
    >>> asked = Programme(one, rows, one[:1], free, one, one > 0)
    >>> solve(asked).cost
    1.0
    """
    import pulp

    program = pulp.LpProblem("programme", pulp.LpMinimize)
    columns = [
        program.add_variable(f"x{n}", 0, most, "Integer" if whole else "Continuous")
        for n, (most, whole) in enumerate(
            zip(asked.most.tolist(), asked.whole.tolist(), strict=True)
        )
    ]
    used = np.flatnonzero(asked.cost)
    goal = [(columns[n], float(asked.cost[n])) for n in used.tolist()]
    program.objective = pulp.lpSum_vars_coefs(goal) if goal else pulp.LpAffineExpression.empty()
    _add_rows(program, asked, columns)
    result = program.solve(
        pulp.HiGHS(
            msg=False,
            threads=1,
            gapRel=0.0,
            gapAbs=1e-6,
            random_seed=0,
            mip_max_nodes=nodes,
            presolve="choose" if presolve else "off",
        )
    )
    return _read(program, result, columns)


def _add_rows(program: pulp.LpProblem, asked: Programme, columns: list[pulp.LpVariable]) -> None:
    import pulp

    start, place = asked.rows.indptr.tolist(), asked.rows.indices.tolist()
    value = asked.rows.data.tolist()
    for row, (low, high) in enumerate(zip(asked.low.tolist(), asked.high.tolist(), strict=True)):
        part = range(start[row], start[row + 1])
        total = pulp.lpSum_vars_coefs([(columns[place[k]], value[k]) for k in part])
        if low == high:
            program.addConstraint(total == low)
        elif np.isfinite(high):
            program.addConstraint(total <= high)
        else:
            program.addConstraint(total >= low)


def _read(
    program: pulp.LpProblem, result: pulp.LpSolveStats, columns: list[pulp.LpVariable]
) -> Answer | None:
    """Return what the solver says: the solution and the bound, never the status alone."""
    if not result.has_solution or result.objective is None:
        if result.status.name == "Infeasible":
            return None
        raise SitingError("Le solveur s’est arrêté avant de trouver une solution.")
    cost = float(result.objective)
    bound = result.best_bound
    model = program.solverModel
    return Answer(
        columns=np.array([column.varValue or 0.0 for column in columns]),
        cost=cost,
        bound=cost if bound is None else min(cost, float(bound)),
        nodes=0 if model is None else max(0, int(model.getInfo().mip_node_count)),
    )
