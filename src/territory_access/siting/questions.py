"""Answers one question many times over with one thing changed, without preparing it again.

What explains a plan is what would happen otherwise: without this site, with that one, with more
money. One year of places is asked of the model that ``siting.solve`` uses: reductions, cuts and
bounds are kept from one question to the next, so that each takes a fraction of a second. Questions
over several years, or about the APL, go to ``siting.solve`` whole, each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import Infeasible, SitingError
from territory_access.siting.frame import COST, GAIN, REACHED, WEIGHED, Answer, Frame, Otherwise
from territory_access.siting.hull import ceiling, room
from territory_access.siting.reduce import reduce
from territory_access.siting.solve import simple, solve
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.siting.flow import Cut
    from territory_access.siting.problem import Problem
    from territory_access.siting.reduce import Reduced
    from territory_access.siting.rules import Rules


@dataclass
class Questions:
    """A question, prepared once.

    Attributes
    ----------
    problem
        The question as it was asked.
    fast
        Whether it is one year of places.
    """

    problem: Problem
    fast: bool = field(init=False)

    def __post_init__(self) -> None:
        self.fast = simple(self.problem)
        self._reduced: dict[bytes, Reduced] = {}
        self._cuts: dict[bytes, list[Cut]] = {}
        self._frames: dict[tuple[object, ...], Frame] = {}

    def ask(
        self,
        otherwise: Otherwise | None = None,
        *,
        goal: str = GAIN,
        least: float | None = None,
        weights: Mapping[str, float] | None = None,
        gap: float = 0.0,
    ) -> Answer | None:
        """Return the best plan of the changed question, or ``None`` when no plan is left.

        Parameters
        ----------
        otherwise
            What differs.
        goal
            ``gain``; ``reached`` (residents newly within reach of a place); ``cost`` (thousands of
            euros, least); ``weighed`` (sum of ``weights`` of the candidates that open).
        least
            Gain that the plan must keep; needed by the goals other than ``gain``.
        weights
            Of candidates, whole numbers; others weigh nothing.
        gap
            Relative gap on a goal other than the gain at which to stop.

        Raises
        ------
        SitingError
            When a goal other than the gain is asked over several years or about the APL.
        """
        otherwise = otherwise or Otherwise()
        if not self.fast:
            if goal != GAIN or otherwise.fixed or otherwise.only is not None:
                raise SitingError(
                    "Cette question n’a de réponse que pour un plan en places, sur un an."
                )
            return self._whole(otherwise)
        frame = self._frame(otherwise.rules or self.problem.rules, goal, least)
        if frame is None:
            return None
        if goal == WEIGHED:
            frame.weigh(weights or {})
        return frame.best(goal, least, gap) if frame.bound(otherwise) else None

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

    def _whole(self, otherwise: Otherwise) -> Answer | None:
        """Ask ``siting.solve``."""
        rules = otherwise.rules or self.problem.rules
        allowed = self.problem.allowed.copy()
        allowed.loc[{"candidate_id": sorted(otherwise.without)}] = False
        asked = replace(
            self.problem,
            allowed=allowed,
            rules=replace(
                rules,
                keep=tuple(sorted({*rules.keep, *otherwise.within})),
                forbid=tuple(sorted({*rules.forbid, *otherwise.without})),
            ),
        )
        try:
            plan = solve(asked)
        except Infeasible:
            return None
        names = plan.sites["service"] + " " + plan.sites["size"]
        return Answer(
            gain=plan.gain,
            bound=plan.gain if plan.report.status is Status.OPTIMAL else plan.report.bound,
            value=plan.gain,
            at_most=plan.report.bound,
            sites=tuple(sorted(zip(plan.sites.index.astype(str), names, strict=True))),
        )


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
