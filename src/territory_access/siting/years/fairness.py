r"""Adds what fairness measures of a plan, beside its gain.

About the APL: what the tenth of inhabitants who lack most no longer lack (``worst_tenth``,
``years.goals``). About places: residents who look for a doctor and for the first time have a place
within reach, :math:`\sum_i s_i h_i` with :math:`h_i \le \sum_{b \text{ near } i} y_b` over the
zones that no existing site with places reaches.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack, vstack

from territory_access.siting.years.seats import away, per_consultation
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Model
    from territory_access.siting.years.model import Whole


def fair(problem: Problem) -> Problem:
    """Return the question whose model can also say what a plan does for the worst served.

    Parameters
    ----------
    problem
        What is asked.
    """
    if problem.missing is None or Objective.WORST_TENTH in problem.then:
        return problem
    return replace(problem, then=(*problem.then, Objective.WORST_TENTH))


def fairest(made: Whole, model: Model) -> Model:
    """Return a model whose goal is fairness.

    Parameters
    ----------
    made
        The model of ``fair(problem)``.
    model
        The same, with bounds and rows changed.
    """
    goal = made.goals.get(Objective.WORST_TENTH.value)
    return _reached(made, model) if goal is None else replace(model, goal=goal)


def _reached(made: Whole, model: Model) -> Model:
    """Add whether a zone has a place within reach that had none."""
    draft = made.draft
    problem, choices = draft.problem, draft.choices
    seekers = problem.seekers.to_numpy().astype(float)
    old = problem.existing[problem.existing["places"] > 0]
    here = away(problem, list(old.index)) <= old["reach"].to_numpy(float)[None, :]
    zones = np.flatnonzero(~here.any(axis=1) & (seekers > 0))
    gives = per_consultation(problem)[choices.option] > 0
    minutes = away(problem, list(problem.candidates.index))[zones][:, choices.place]
    zone, build = np.nonzero((minutes <= draft.of("reach")[None, :]) & gives[None, :])
    columns, count = model.goal.size, zones.size
    opened = coo_array(
        (np.full(zone.size, -1.0), (zone, draft.build[build])), shape=(count, columns)
    )
    nothing = csr_array((model.matrix.shape[0], count))
    each = csr_array(np.eye(count))
    return replace(
        model,
        matrix=csr_array(vstack([hstack([model.matrix, nothing]), hstack([opened, each])])),
        low=np.append(model.low, np.zeros(count)),
        high=np.append(model.high, np.ones(count)),
        goal=np.append(np.zeros(columns), seekers[zones]),
        whole=np.append(model.whole, np.zeros(count, bool)),
        row_low=np.append(model.row_low, np.full(count, -np.inf)),
        row_high=np.append(model.row_high, np.zeros(count)),
    )
