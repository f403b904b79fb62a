"""Runs the solver once, and says what that proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.siting.model import expression

if TYPE_CHECKING:
    import pulp

    from territory_access.siting.model import Model

# What a stage may lose on a stage before, in that stage's unit: below any real difference.
SLACK = {"gain": 0.01, "reached": 0.01, "cost": 0.0005, "minutes": 0.0}
# Absolute gap at which a stage is proved: residents are whole, costs are in thousands of euros.
PROVED = {"gain": 0.99, "reached": 0.99, "cost": 0.0009, "minutes": 1e-6}


# HiGHS's presolve probes thousands of interchangeable binaries for seconds and finds nothing here.
_PROBING = 1 << 15


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
        presolve_rule_off=_PROBING,
    )
    result = program.solve(solver)
    if not result.has_solution or result.objective is None:
        return None
    value = float(result.objective)
    bound = value if result.best_bound is None else float(result.best_bound)
    return Stage(
        name=name,
        value=value,
        bound=bound,
        proved=abs(bound - value) <= PROVED[name],
        seconds=float(result.time),
        nodes=_nodes(program),
    )


def _nodes(program: pulp.LpProblem) -> int:
    """Return how many nodes the last search took; 0 when presolve was enough."""
    model = program.solverModel
    return 0 if model is None else max(0, int(model.getInfo().mip_node_count))
