r"""Says the highest share that a promise can keep, all other rules kept.

With G(x) what goes to the group beyond today and C(x) everything that a plan brings, the share
asked for multiplies what the plan decides, so that no linear model finds the highest. It is the
last :math:`\sigma` at which

.. math:: F(\sigma) = \max_x \; G(x) - \sigma\, C(x) \;\ge\; 0

F is the maximum of straight lines, hence convex: from :math:`\sigma = 0`, the zero
:math:`\sigma' = G(x) / C(x)` of the line of the best plan never passes the zero of F and reaches
it in a few steps (Dinkelbach). F is solved to its proof each time, so that a share higher by more
than the tolerance is proved to be impossible.

Source: W. Dinkelbach, « On nonlinear fractional programming », Management Science 13 (1967).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, vstack

from territory_access.siting.years.loosened import loosened
from territory_access.siting.years.model import whole
from territory_access.siting.years.relaxing import SHARES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from territory_access.siting.years.blocks import Model
    from territory_access.siting.years.elastic import Elastic, Slack
    from territory_access.siting.years.solver import Answer

    type Reals = NDArray[np.float64]

# Shares are told in hundredths; the steps that no known question needs; what a step must move.
HUNDREDTH, STEPS, MOVED = 0.01, 30, 1e-7


def highest(
    found: Elastic, model: Model, slack: Slack, ask: Callable[[Model], Answer]
) -> tuple[float, Model] | None:
    """Return the highest share in whole hundredths and the model that keeps it, or ``None``.

    Parameters
    ----------
    found
        The question.
    model
        What else is asked; the row of the share is free in it.
    slack
        The share.
    ask
        Solves a model.
    """
    group, total, base = lines(found, model, slack)
    share = ratio(model, group, total, base, ask)
    if share is None:
        return None
    told = math.floor(share / HUNDREDTH + 1e-6) * HUNDREDTH
    while told >= 0:
        kept = _keeping(model, group - told * total, base)
        if ask(kept).values is not None:
            return told, kept
        told -= HUNDREDTH
    return None


def ratio(
    model: Model, group: Reals, total: Reals, base: float, ask: Callable[[Model], Answer]
) -> float | None:
    """Return the last share from 0 on that some plan keeps; ``None`` where none keeps 0.

    Parameters
    ----------
    model
        What else is asked.
    group, total
        What goes to the group and all that is brought, by column.
    base
        What the group has anyhow.
    ask
        Solves a model.

    Examples
    --------
    Two sites must open one at least; the first gives the group 3 of its 4 places:

    >>> from territory_access.siting.years.blocks import Blocks
    >>> from territory_access.siting.years.solver import Limits, best
    >>> made = Blocks()
    >>> build = made.add("build", (2,), high=1.0, whole=True)
    >>> made.require("one", 1, [(0, build, 1.0)], low=1.0)
    >>> ratio(made.model(), np.array([3.0, 1.0]), np.array([4.0, 9.0]), 0.0,
    ...       lambda model: best(model, Limits()))
    0.75
    """
    share = 0.0
    for _ in range(STEPS):
        answer = ask(replace(model, goal=group - share * total))
        if answer.values is None or answer.value < base - 1e-6 * max(1.0, abs(base)):
            return share if share > 0 else None
        brought = float(total @ answer.values)
        if brought <= 0:  # nothing is brought: any share of it is kept
            return 1.0
        more = (float(group @ answer.values) - base) / brought
        if more <= share + MOVED:
            break
        share = more
    return share


def lines(found: Elastic, model: Model, slack: Slack) -> tuple[Reals, Reals, float]:
    """Return G and C by column, and what the group must have anyhow.

    The row of a share is straight in the share: two of its values tell both.
    """
    number, problem = int(slack.name), found.problem
    promise = problem.guarantees[number]
    row = found.rows(f"{SHARES[promise.on]}{number}")
    promises = list(problem.guarantees)
    promises[number] = replace(promise, share_min=0.0)
    none = whole(loosened(replace(problem, guarantees=tuple(promises)))).model.matrix[row]
    asked = found.made.model.matrix[row].toarray().ravel()
    group, total = np.zeros(model.goal.size), np.zeros(model.goal.size)
    group[: asked.size] = none.toarray().ravel()
    total[: asked.size] = (group[: asked.size] - asked) / slack.limit
    return group, total, float(model.row_low[row[0]])


def _keeping(model: Model, line: Reals, low: float) -> Model:
    """Return the model with one more row, and no goal."""
    return replace(
        model,
        matrix=csr_array(vstack([model.matrix, csr_array(line[None, :])])),
        row_low=np.append(model.row_low, low),
        row_high=np.append(model.row_high, np.inf),
        goal=np.zeros(model.goal.size),
    )
