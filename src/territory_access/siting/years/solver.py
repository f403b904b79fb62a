"""Runs HiGHS once on a model or on a part of it, and says what that proved.

One thread, a fixed seed and limits in nodes, so that the same question has the same answer; a
limit in seconds is only set where the scenario sets one. The status of a solver is never trusted
alone: a limit can come back as « optimal », so what counts is the solution and the bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.years.part import part

if TYPE_CHECKING:
    import highspy
    from numpy.typing import NDArray

    from territory_access.siting.years.blocks import Model

    type Reals = NDArray[np.float64]

# HiGHS's presolve probes thousands of interchangeable binaries for seconds and finds nothing here.
_PROBING = 1 << 15
# Coefficients from which interior point is faster than simplex.
LARGE = 30_000
# What interior point leaves open: the bound follows from the duals, however good they are.
_NEAR_ENOUGH = 1e-6


@dataclass(frozen=True)
class Limits:
    """When a run may stop short of the proof.

    Attributes
    ----------
    gap
        Relative gap.
    nodes, stall
        Branch-and-bound nodes in all, and without a better plan; ``None`` for no limit.
    seconds
        ``None`` for no limit; the answer may then vary from one run to another.
    """

    gap: float = 0.0
    nodes: int | None = None
    stall: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Answer:
    """What a run found.

    Attributes
    ----------
    values
        Of each column; ``None`` when no plan was found.
    value, bound
        Of the plan (``-inf`` without one), and what no plan can pass.
    nodes, seconds
        Of the solver.
    """

    values: Reals | None
    value: float
    bound: float
    nodes: int
    seconds: float


@dataclass(frozen=True)
class Relaxation:
    r"""The best that fractions of builds could do, and what each column would change.

    Attributes
    ----------
    values
        Of each column ``(C,)``.
    bound
        What no plan can pass. It follows from the duals alone, whatever the solver claims:
        :math:`\sum_r \lambda_r b_r + \sum_c \max(\bar c_c l_c, \bar c_c u_c)`.
    reduced
        Reduced costs :math:`\bar c = c - A^T \lambda` ``(C,)``: with column c at 1 instead of 0,
        no plan passes ``bound + reduced[c]``.
    seconds
        Of the solver.
    """

    values: Reals
    bound: float
    reduced: Reals
    seconds: float


def relaxed(model: Model, *, seconds: float | None = None) -> Relaxation | None:
    """Solve without integrality; ``None`` when that is infeasible, or not done in time."""
    solver = given(model, whole=False)
    if model.matrix.nnz > LARGE:  # no vertex is needed, and finding one takes longest
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
        solver.setOptionValue("ipm_optimality_tolerance", _NEAR_ENOUGH)
    if seconds is not None:
        solver.setOptionValue("time_limit", max(0.01, float(seconds)))
    solver.run()
    solution = solver.getSolution()
    if not solution.dual_valid or solver.getInfo().primal_solution_status != 2:
        return None
    dual = signed(model, -np.array(solution.row_dual))  # HiGHS minimises the opposite
    reduced = model.goal - model.matrix.T @ dual
    bound = bounded(model, dual, reduced)
    return Relaxation(np.array(solution.col_value), bound, reduced, float(solver.getRunTime()))


def signed(model: Model, dual: Reals) -> Reals:
    """Return duals without those that would pay for a side that a row does not have."""
    dual = np.where((dual > 0) & np.isinf(model.row_high), 0.0, dual)
    return np.where((dual < 0) & np.isinf(model.row_low), 0.0, dual)


def bounded(model: Model, dual: Reals, reduced: Reals) -> float:
    """Return what no plan can pass, by duals of the right sign and what they leave of the goal."""
    side = np.where(dual > 0, model.row_high, np.where(dual < 0, model.row_low, 0.0))
    # A column without a bound must not be paid for: its reduced cost is zero up to rounding.
    finite = np.isfinite(model.high)
    high = np.where(finite, reduced * np.where(finite, model.high, 0.0), 0.0)
    return float(dual @ side + np.maximum(reduced * model.low, high).sum())


def linear(model: Model, fixed: NDArray[np.bool_], at: Reals) -> Answer:
    """Solve with some columns fixed at given values, to a vertex, as exactly as doubles allow."""
    held = np.where(fixed, at, np.nan)
    solver = given(model, whole=False, held=held)
    for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        solver.setOptionValue(option, 1e-9)
    return _answer(solver, None, whole=False)


def best(
    model: Model,
    limits: Limits,
    *,
    open_to: NDArray[np.bool_] | None = None,
    held: NDArray[np.bool_] | None = None,
    start: Reals | None = None,
) -> Answer:
    """Solve the model, or the part of it where only some whole columns may be other than zero.

    Parameters
    ----------
    model
        The model.
    limits
        When to stop.
    open_to
        Columns that may leave zero; all of them by default.
    held
        Columns that stay at their highest value; none by default.
    start
        Values of a known plan.
    """
    free = np.ones(model.goal.size, bool) if open_to is None else open_to
    kept = part(model, free, held)
    solver = given(kept.model, whole=True)
    solver.setOptionValue("mip_rel_gap", float(limits.gap))
    solver.setOptionValue("mip_abs_gap", 1e-6)
    solver.setOptionValue("presolve_rule_off", _PROBING)
    if limits.nodes is not None:
        solver.setOptionValue("mip_max_nodes", int(limits.nodes))
    if limits.stall is not None:
        solver.setOptionValue("mip_max_stall_nodes", int(limits.stall))
    if start is not None:
        known = np.flatnonzero(kept.model.whole).astype(np.int32)
        solver.setSolution(known.size, known, np.round(start[kept.columns[known]]))
    found = _answer(solver, limits.seconds, whole=True)
    return found if found.values is None else replace(found, values=kept.whole(found.values))


def given(model: Model, *, whole: bool = False, held: Reals | None = None) -> highspy.Highs:
    """Hand the model over to HiGHS in one go, some columns held where they are not NaN."""
    import highspy

    asked = highspy.HighsLp()
    rows, columns = model.matrix.shape
    low, high = model.low, model.high
    if held is not None:
        low, high = np.where(np.isnan(held), low, held), np.where(np.isnan(held), high, held)
    asked.num_col_, asked.num_row_ = columns, rows
    asked.col_cost_, asked.col_lower_, asked.col_upper_ = -model.goal, low, high
    asked.row_lower_, asked.row_upper_ = model.row_low, model.row_high
    asked.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    asked.a_matrix_.start_ = model.matrix.indptr.astype(np.int32)
    asked.a_matrix_.index_ = model.matrix.indices.astype(np.int32)
    asked.a_matrix_.value_ = model.matrix.data
    if whole:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        asked.integrality_ = [kinds[integer] for integer in model.whole.tolist()]
    solver = empty()
    solver.passModel(asked)
    return solver


def empty() -> highspy.Highs:
    """Return a solver without a model: one thread, a fixed seed, silent."""
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the library has no types
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        solver.setOptionValue(option, value)
    return solver


def _answer(solver: highspy.Highs, seconds: float | None, *, whole: bool) -> Answer:
    if seconds is not None:
        solver.setOptionValue("time_limit", max(0.01, float(seconds)))
    solver.run()
    info = solver.getInfo()
    # 2: a feasible solution is at hand, whatever the status says.
    found = info.primal_solution_status == 2
    values = np.array(solver.getSolution().col_value) if found else None
    value = -float(info.objective_function_value) if found else -np.inf
    nodes = max(0, int(info.mip_node_count))
    bound = -float(info.mip_dual_bound) if whole else value
    return Answer(values, value, bound, nodes, float(solver.getRunTime()))
