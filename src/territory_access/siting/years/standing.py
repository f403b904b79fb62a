"""Writes what differs from a question as bounds, rows and goals of its whole model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, vstack

from territory_access.siting.frame import COST, REACHED, WEIGHED, Otherwise
from territory_access.siting.years.fairness import fairest
from territory_access.siting.years.model import Whole, whole
from territory_access.siting.years.solver import relaxed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Model
    from territory_access.siting.years.solver import Relaxation

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]
    type Sites = frozenset[tuple[str, str, int]]

# Builds of least regret that join those of the relaxation.
BESIDE = 60


@dataclass(frozen=True)
class Standing:
    """The model of a question, and what its relaxation says.

    Attributes
    ----------
    whole
        The model.
    codes, names, years
        Candidate, option and year of opening of each build ``(B,)``.
    """

    whole: Whole
    codes: NDArray[np.str_]
    names: NDArray[np.str_]
    years: NDArray[np.int64]

    @cached_property
    def relaxation(self) -> Relaxation | None:
        """Return that of the model as it is, ``None`` where it has no plan; solved when asked."""
        return relaxed(self.whole.model) if self.build.size else None

    @property
    def build(self) -> NDArray[np.int64]:
        """Return the columns of the builds ``(B,)``."""
        return self.whole.draft.build

    def those(self, sites: Sites) -> Flags:
        """Return which builds a plan has ``(B,)``."""
        builds = zip(self.codes.tolist(), self.names.tolist(), self.years.tolist(), strict=True)
        return np.array([one in sites for one in builds], bool)

    def named(self, which: Flags) -> Sites:
        """Return what some builds are: candidate, option, year."""
        chosen = np.flatnonzero(which).tolist()
        return frozenset(
            (str(self.codes[b]), str(self.names[b]), int(self.years[b])) for b in chosen
        )


def standing(problem: Problem) -> Standing:
    """Return the model of a question.

    Parameters
    ----------
    problem
        What is asked.
    """
    made = whole(problem)
    choices = made.draft.choices
    return Standing(
        whole=made,
        codes=problem.candidates.index.to_numpy(str)[choices.place],
        names=problem.options.index.to_numpy(str)[choices.option],
        years=choices.year,
    )


def changed(here: Standing, otherwise: Otherwise) -> Model:
    """Return the model with sites forbidden or forced in."""
    model, fixed = here.whole.model, dict(otherwise.fixed)
    shut = np.isin(here.codes, sorted(otherwise.without))
    pairs = list(zip(here.codes.tolist(), here.names.tolist(), strict=True))
    shut |= np.array([fixed.get(code, name) != name for code, name in pairs], bool)
    if otherwise.only is not None:
        shut |= np.array([pair not in otherwise.only for pair in pairs], bool)
    high = model.high.copy()
    high[here.build[shut]] = 0.0
    model = replace(model, high=high)
    for code in sorted({*otherwise.within, *fixed}):
        one = np.zeros(model.goal.size)
        one[here.build[here.codes == code]] = 1.0
        model = row(model, one, 1.0)
    if otherwise.some:
        one = np.zeros(model.goal.size)
        one[here.build[np.isin(here.codes, sorted(otherwise.some))]] = 1.0
        model = row(model, one, 1.0)
    return model


def row(model: Model, value: Reals, least: float) -> Model:
    """Return the model with one more row, at or above a value."""
    return replace(
        model,
        matrix=csr_array(vstack([model.matrix, csr_array(value[None, :])])),
        row_low=np.append(model.row_low, least),
        row_high=np.append(model.row_high, np.inf),
    )


def aimed(here: Standing, model: Model, goal: str, weights: Mapping[str, float]) -> Model:
    """Return the model with another goal."""
    if goal == REACHED:
        return fairest(here.whole, model)
    if goal == COST:
        return replace(model, goal=here.whole.goals["cost"])
    if goal != WEIGHED:
        raise ValueError(goal)
    value = np.zeros(model.goal.size)
    value[here.build] = [weights.get(code, 0.0) for code in here.codes.tolist()]
    return replace(model, goal=value)


def liked(relaxation: Relaxation, build: NDArray[np.int64]) -> Flags:
    """Return the builds that a relaxation uses, and those of least regret."""
    used: Flags = relaxation.values[build] > 1e-3
    order = np.argsort(-relaxation.reduced[build], kind="stable")
    used[order[: BESIDE + int(used.sum())]] = True
    return used


def bound(here: Standing, model: Model) -> float:
    """Return what no plan of the changed question passes, by the duals of the question as it was.

    A forbidden build counted at its best bound, 1, where that pays; added rows count for nothing.
    """
    if here.relaxation is None:
        return np.inf
    shut = model.high[here.build] == 0.0
    paid = np.maximum(0.0, here.relaxation.reduced[here.build[shut]])
    return here.relaxation.bound - float(paid.sum())
