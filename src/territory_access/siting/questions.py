"""Answers one question many times over with one thing changed, without preparing it again.

What explains a plan is what would happen otherwise: without this site, with that one, with more
money. One year of places is asked of the model that ``siting.solve`` uses: reductions, cuts and
bounds are kept from one question to the next, so that each takes a fraction of a second. All other
questions go to the whole model, written once and asked again (``siting.years.again``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.frame import COST, GAIN, REACHED, WEIGHED, Answer, Frame, Otherwise
from territory_access.siting.hull import ceiling, room
from territory_access.siting.reduce import reduce
from territory_access.siting.solve import simple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.siting.flow import Cut
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem
    from territory_access.siting.reduce import Reduced
    from territory_access.siting.rules import Rules
    from territory_access.siting.years.again import Again


@dataclass
class Questions:
    """A question, prepared once.

    Attributes
    ----------
    problem
        The question as it was asked.
    fast
        Whether it is one year of places.
    again
        The whole model, where it is not.
    """

    problem: Problem
    fast: bool = field(init=False)
    again: Again = field(init=False)

    def __post_init__(self) -> None:
        from territory_access.siting.years.again import Again

        self.again = Again(self.problem)
        self.fast = simple(self.problem)
        self._reduced: dict[bytes, Reduced] = {}
        self._cuts: dict[bytes, list[Cut]] = {}
        self._frames: dict[tuple[object, ...], Frame] = {}

    @classmethod
    def of(cls, plan: SitingPlan, prepared: Questions | None = None) -> Questions:
        """Return the question of a plan, from which other plans start.

        Parameters
        ----------
        plan
            The plan.
        prepared
            Its question, where it was prepared before.
        """
        asked = prepared or cls(plan.problem)
        if not asked.fast:
            asked.again.know(plan)
        return asked

    def ask(  # noqa: PLR0913 - what differs, what is wanted, how closely
        self,
        otherwise: Otherwise | None = None,
        *,
        goal: str = GAIN,
        least: float | None = None,
        weights: Mapping[str, float] | None = None,
        gap: float = 0.0,
        quick: bool = False,
    ) -> Answer | None:
        """Return the best plan of the changed question, or ``None`` when no plan is left.

        Parameters
        ----------
        otherwise
            What differs.
        goal
            ``gain``; ``reached`` (residents newly within reach of a place; about the APL, what the
            worst-served tenth no longer lacks); ``cost`` (thousands of euros, least); ``weighed``
            (sum of ``weights`` of the candidates that open).
        least
            Gain that the plan must keep; needed by the goals other than ``gain``.
        weights
            Of candidates, whole numbers; others weigh nothing.
        gap
            Relative gap at which to stop; on the gain, in the whole model only.
        quick
            Of the whole model: look among the builds that matter, whatever is left to prove.
        """
        otherwise = otherwise or Otherwise()
        if not self.fast:
            return self.again.ask(
                otherwise, goal=goal, least=least, weights=weights, gap=gap, quick=quick
            )
        frame = self._frame(otherwise.rules or self.problem.rules, goal, least)
        if frame is None:
            return None
        if goal == WEIGHED:
            frame.weigh(weights or {})
        return frame.best(goal, least, gap) if frame.bound(otherwise) else None

    def changed(self, problem: Problem) -> Answer | None:
        """Return the best plan of a question that differs from this one in its numbers alone.

        Parameters
        ----------
        problem
            The other question; the plans known here are tried there.
        """
        if self.fast:
            return self.ask(Otherwise(rules=problem.rules))
        from territory_access.siting.years.standing import standing

        return self.again.ask(Otherwise(), on=standing(problem))

    def most(self, rules: Rules) -> float:
        """Return a gain that no plan under these rules passes, found without any search.

        Parameters
        ----------
        rules
            Other money or staff.
        """
        if not self.fast:
            return float("inf")
        asked = replace(self.problem, rules=rules)
        _, small = self._small(asked)
        return ceiling(small, room(asked, small)) if small.open.any() else 0.0

    def _small(self, asked: Problem) -> tuple[bytes, Reduced]:
        """Return the reduced problem, the same for all rules that can pay the same options."""
        rules = asked.rules
        mark = _affordable(asked).tobytes() + repr((rules.keep, rules.forbid)).encode()
        if mark not in self._reduced:
            self._reduced[mark] = reduce(asked)
        return mark, self._reduced[mark]

    def _frame(self, rules: Rules, goal: str, least: float | None) -> Frame | None:
        key = (rules, goal, least)
        if key not in self._frames:
            asked = replace(self.problem, rules=rules)
            mark, small = self._small(asked)
            if not small.open.any():
                return None
            self._frames[key] = Frame(asked, small, goal, least, self._cuts.setdefault(mark, []))
        return self._frames[key]


def _affordable(problem: Problem) -> np.ndarray:
    """Return which options the rules alone can pay and staff: all that reductions know of them."""
    limits = {
        "capex": problem.rules.budget,
        "deficit": problem.rules.deficit_per_year,
        "fte": problem.rules.gp_fte,
        "nurse_fte": problem.rules.nurse_fte,
    }
    amounts = problem.options[list(limits)].to_numpy(float)
    return np.asarray((amounts <= np.array(list(limits.values()))).all(axis=1))


__all__ = ["COST", "GAIN", "REACHED", "WEIGHED", "Answer", "Otherwise", "Questions"]
