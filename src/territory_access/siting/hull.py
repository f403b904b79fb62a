r"""Says how many sites of each option are still possible, once money, staff and gains are counted.

See ``siting.tighten``: the vectors of counts are few, and their convex hull is what the relaxation
of the model lacks. How many sites retired GPs can staff at once is found by the model itself,
with the other services left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.model import Model, decisions
from territory_access.siting.pool import thousandths
from territory_access.siting.stage import run
from territory_access.siting.tighten import counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.reduce import Reduced

# More vectors than this would slow the solver down rather than help it.
MANY = 2_000


@dataclass(frozen=True)
class Room:
    """What counts have to fit in.

    Attributes
    ----------
    amounts
        What one of each option takes of each limit ``(options, limits)``.
    limits
        What there is.
    least
        What must be taken of it.
    most
        How many of each option there may be ``(options,)``.
    """

    amounts: NDArray[np.float64]
    limits: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.int64]


def room(problem: Problem, reduced: Reduced) -> Room:
    """Return what money and staff leave for the counts of each option.

    Parameters
    ----------
    problem
        What is asked.
    reduced
        The same, smaller.
    """
    options, rules = problem.options, problem.rules
    amounts = [options[name].to_numpy(float) for name in ("capex", "deficit", "fte", "nurse_fte")]
    limits = [rules.budget, rules.deficit_per_year, rules.gp_fte, rules.nurse_fte]
    needs = np.where(options["retired"], thousandths(options["fte"]), 0)
    for need in np.unique(needs[reduced.open.any(axis=0) & (needs > 0)]).tolist():
        amounts.append((needs >= need).astype(float))
        limits.append(_staffed(problem, reduced, needs >= need))
    return Room(
        amounts=np.column_stack(amounts),
        limits=np.array(limits, float),
        least=np.zeros(len(limits)),
        most=reduced.open.sum(axis=0),
    )


def _staffed(problem: Problem, reduced: Reduced, like: NDArray[np.bool_]) -> float:
    """Return how many sites of these options retired GPs can staff at once."""
    usable = reduced.open & like[None, :]
    alone = replace(problem, rules=replace(problem.rules, keep=()))
    built = decisions(alone, replace(reduced, open=usable))
    built.goals["gain"] = ([(y, 1.0) for y in built.build.values()], 0.0)
    stage = run(built, "gain")
    return float(usable.any(axis=1).sum()) if stage is None else np.floor(stage.bound + 1e-6)


def ceiling(reduced: Reduced, limits: Room) -> float:
    """Return what no plan can pass, by counts alone.

    Parameters
    ----------
    reduced
        Says what each option brings at most.
    limits
        What the counts have to fit in.
    """
    import pulp

    built = Model(pulp.LpProblem("counts", pulp.LpMaximize))
    for o, most in enumerate(limits.most.tolist()):
        if most:
            built.counts[o] = built.whole(f"Y{o}", most)
    for column, limit in zip(limits.amounts.T, limits.limits, strict=True):
        if np.isfinite(limit):
            built.at_most([(y, column[o]) for o, y in built.counts.items() if column[o]], limit)
    built.goals["gain"] = ([(y, _worth(reduced)[o]) for o, y in built.counts.items()], 0.0)
    stage = run(built, "gain")
    return np.inf if stage is None else stage.bound


def _worth(reduced: Reduced) -> NDArray[np.float64]:
    """Return what each option brings at most, wherever it opens."""
    return np.where(reduced.open, reduced.worth, 0.0).max(axis=0, initial=0.0)


def hold_counts(built: Model, reduced: Reduced, limits: Room, *, least: float) -> None:
    """Let the plan take one of the vectors of counts that can still bring ``least``.

    Parameters
    ----------
    built
        The model, changed in place.
    reduced
        Says what each option brings at most.
    limits
        What the counts have to fit in.
    least
        The gain that a plan must keep.
    """
    finite = np.isfinite(limits.limits)
    vectors = counts(
        limits.amounts[:, finite],
        limits.limits[finite],
        limits.most,
        values=_worth(reduced),
        least=least,
    )
    taken_by = [np.array(vector) @ limits.amounts for vector in vectors or []]
    vectors = [
        vector
        for vector, taken in zip(vectors or [], taken_by, strict=True)
        if (taken >= limits.least - 1e-6).all()
    ]
    if not vectors or len(vectors) > MANY:
        return
    mark = f"pick{built.program.numConstraints()}_"
    picks = [built.whole(f"{mark}{n}", 1) for n in range(len(vectors))]
    built.equal([(pick, 1.0) for pick in picks], 1.0, mark)
    for o, count in built.counts.items():
        taken = [(pick, float(vector[o])) for pick, vector in zip(picks, vectors, strict=True)]
        built.equal([(count, -1.0), *(term for term in taken if term[1])], 0.0, f"{mark}o{o}")


def within_cost(limits: Room, problem: Problem, cost: float, *, exactly: bool) -> Room:
    """Return the same room with one more limit: the whole cost of the plan, in euros.

    Parameters
    ----------
    limits
        The room.
    problem
        What is asked.
    cost
        What the plan may cost at most.
    exactly
        Whether it must cost as much, because nothing costs less.
    """
    costs = problem.options[["capex", "deficit"]].sum(axis=1).to_numpy(float)
    return Room(
        amounts=np.column_stack([limits.amounts, costs]),
        limits=np.append(limits.limits, cost),
        least=np.append(limits.least, cost if exactly else 0.0),
        most=limits.most,
    )
