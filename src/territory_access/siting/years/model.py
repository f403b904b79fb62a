"""Puts the whole model together: what is allowed, what it brings, what comes after ties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.years.beside import beside
from territory_access.siting.years.choices import choices
from territory_access.siting.years.draft import counts, draft
from territory_access.siting.years.funding import funding
from territory_access.siting.years.goals import asked, goals
from territory_access.siting.years.guarantees import guarantees
from territory_access.siting.years.hosting import hosting
from territory_access.siting.years.linking import links
from territory_access.siting.years.money import UNIT, money
from territory_access.siting.years.owed import owed
from territory_access.siting.years.staffing import staffing
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Model
    from territory_access.siting.years.draft import Draft
    from territory_access.siting.years.linking import Links

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
        What each stage maximises, by name: ``gain``, the goals of ``siting.then``, then ``cost``
        and ``minutes`` (negative).
    links
        Rows that no plan needs and that bound it better; ``None`` where there are none.
    """

    draft: Draft
    model: Model
    goals: dict[str, Reals]
    links: Links | None


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
    beside(made)
    owed(made)
    parts = goals(made)
    guarantees(made)
    counts(made)
    # One column at 1 holds what a goal counts whatever the plan.
    one = made.blocks.add("one", (1,), low=1.0, high=1.0)[0]
    each = {
        name: _added([(columns, value) for columns, value, _ in terms], made.blocks.columns)
        for name, terms in parts.items()
    }
    for name, terms in parts.items():
        each[name][one] += sum(constant for _, _, constant in terms)
    first = sum(weight * each[name] for name, weight in asked(problem).items())
    stages = {"gain": np.asarray(first)}
    stages |= {name.value: each[name] for name in problem.then}
    stages |= {"cost": _cost(made), "minutes": _minutes(made)}
    model = made.blocks.model()
    model.goal[:] = stages["gain"]
    return Whole(made, model, stages, links(made, model))


def _added(terms: list[tuple[NDArray[np.int64], Reals]], size: int) -> Reals:
    goal = np.zeros(size)
    for columns, value in terms:
        np.add.at(goal, columns, value)
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
