"""Puts the whole model together: what is allowed, what it brings, what comes after ties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.years.choices import choices
from territory_access.siting.years.closing import closing
from territory_access.siting.years.draft import draft
from territory_access.siting.years.funding import funding
from territory_access.siting.years.hosting import hosting
from territory_access.siting.years.money import UNIT, money
from territory_access.siting.years.staffing import staffing
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Model
    from territory_access.siting.years.draft import Draft

    type Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Whole:
    """The model of a problem.

    Attributes
    ----------
    draft
        Its columns, by name.
    model
        Its arrays; ``goal`` is that of the first stage.
    goals
        What each stage maximises, by name: ``gain``, then ``cost`` and ``minutes`` (negative).
    """

    draft: Draft
    model: Model
    goals: dict[str, Reals]


def whole(problem: Problem) -> Whole:
    """Return the model of a problem.

    Parameters
    ----------
    problem
        What is asked.
    """
    made = draft(problem, choices(problem))
    staffing(made)
    money(made, grants=funding(made))
    hosting(made)
    goals = {"gain": _gain(made), "cost": _cost(made), "minutes": _minutes(made)}
    model = made.blocks.model()
    padded = {name: _padded(goal, model.goal.size) for name, goal in goals.items()}
    model.goal[:] = padded["gain"]
    return Whole(made, model, padded)


def _padded(goal: Reals, size: int) -> Reals:
    found = np.zeros(size)
    found[: goal.size] = goal
    return found


def _gain(made: Draft) -> Reals:
    """Return consultations no longer missing, each year at its worth."""
    closed = closing(made)
    goal = np.zeros(made.blocks.columns)
    goal[closed.columns] = closed.need * made.problem.horizon.worth()[closed.year]
    return goal


def _cost(made: Draft) -> Reals:
    """Return what the plan invests, and loses in a year at cruise, in thousands of euros."""
    goal = np.zeros(made.blocks.columns)
    goal[made.build] = -(made.of("capex") + made.of("deficit")) / UNIT
    return goal


def _minutes(made: Draft) -> Reals:
    """Return the minutes travelled to the consultations offered, in thousands."""
    problem, choices = made.problem, made.choices
    goal = np.zeros(made.blocks.columns)
    if problem.missing is not None:
        sites = problem.candidates.index.to_numpy(str)
        away = problem.times.sel({DESTINATION: sites}).to_numpy()
        share = problem.missing.need.to_numpy()[:, None] * problem.missing.per_act.to_numpy()
        each = (share * np.where(np.isfinite(away), away, 0.0)).sum(axis=0)
        goal[made.build] = -each[choices.place] * choices.acts.sum(axis=1) / UNIT
    return goal
