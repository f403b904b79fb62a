"""Holds one model, asked again and again with other bounds on its sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.siting.flow import cut, served
from territory_access.siting.hull import ceiling, room
from territory_access.siting.model import Model, learn, model
from territory_access.siting.search import ROUNDS, opened
from territory_access.siting.serve import flows, reached
from territory_access.siting.stage import SLACK, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulp

    from territory_access.siting.flow import Cut
    from territory_access.siting.problem import Problem
    from territory_access.siting.reduce import Reduced
    from territory_access.siting.rules import Rules

GAIN, REACHED, COST, WEIGHED = "gain", "reached", "cost", "weighed"


@dataclass(frozen=True)
class Otherwise:
    """What differs from the question as it was asked.

    Attributes
    ----------
    rules
        Other money, staff or lists; those of the problem by default.
    without, within
        Candidates where nothing opens, and where something must.
    fixed
        Option that opens at these candidates.
    only
        The ``(candidate, option)`` that may open; all by default.
    some
        Candidates of which one at least opens; asked of the whole model only.
    """

    rules: Rules | None = None
    without: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    fixed: tuple[tuple[str, str], ...] = ()
    only: frozenset[tuple[str, str]] | None = None
    some: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answer:
    """The best plan of a changed question.

    Attributes
    ----------
    gain
        What it brings: residents given a place, or consultations.
    bound
        No plan of the changed question brings more (meaningful for the goal ``gain``).
    value
        What was optimised, where it is not the gain.
    at_most
        No plan of the changed question has a better ``value``.
    sites
        ``(candidate, option)`` of the sites that open, sorted.
    """

    gain: float
    bound: float
    value: float
    at_most: float
    sites: tuple[tuple[str, str], ...]

    @property
    def places(self) -> frozenset[str]:
        """Candidates where something opens."""
        return frozenset(code for code, _ in self.sites)


class Frame:
    """A model for one set of rules and one goal, asked again with other bounds on its sites."""

    def __init__(
        self, problem: Problem, small: Reduced, goal: str, least: float | None, cuts: list[Cut]
    ) -> None:
        self.problem, self.small, self.cuts = problem, small, cuts
        self.built: Model = model(problem, small)
        self.known = 0
        self.idle: dict[int, pulp.LpVariable] = {}
        gain = self.built.goals["gain"][0]
        if goal == GAIN:
            self.built.at_most(gain, ceiling(small, room(problem, small)), "ceiling")
        elif least is not None:
            self.built.at_most([(v, -c) for v, c in gain], SLACK["gain"] - least, "least")
        if goal == REACHED:
            reached(self.built, small)

    def weigh(self, weights: Mapping[str, float]) -> None:
        """Set the goal: the sum of these weights."""
        codes = self.problem.candidates.index
        terms = [(y, float(weights.get(codes[j], 0.0))) for (j, _), y in self.built.build.items()]
        self.built.goals["reached"] = ([term for term in terms if term[1]], 0.0)

    def bound(self, otherwise: Otherwise) -> bool:
        """Bound each decision as asked; False when that leaves a forced site no option."""
        codes, options = self.problem.candidates.index, self.problem.options.index
        fixed = dict(otherwise.fixed)
        must = {*otherwise.within, *fixed}
        open_to: dict[str, int] = dict.fromkeys(must, 0)
        for (j, o), y in self.built.build.items():
            code = codes[j]
            shut = (
                code in otherwise.without
                or (otherwise.only is not None and (code, options[o]) not in otherwise.only)
                or (code in fixed and options[o] != fixed[code])
            )
            y.upBound = 0 if shut else 1
            if code in must and not shut:
                open_to[code] += 1
        for j in {*self.idle, *codes.get_indexer(pd.Index(sorted(must))).tolist()}:
            self._idle(j).upBound = 0 if codes[j] in must else 1
        return all(open_to.values())

    def _idle(self, j: int) -> pulp.LpVariable:
        """Return the variable that says that nothing opens at a candidate."""
        if j not in self.idle:
            nothing = self.built.whole(f"idle{j}", 1)
            here = [(y, 1.0) for y in self.built.at_site.get(j, {}).values()]
            self.built.equal([*here, (nothing, 1.0)], 1.0, f"idle{j}")
            self.idle[j] = nothing
        return self.idle[j]

    def best(self, goal: str, least: float | None, gap: float) -> Answer | None:
        """Return the best plan; learn the cuts that it shows to be missing."""
        before, found, chosen, bound = self.problem.before, -1.0, [], np.inf
        while True:
            self._learn()
            stage = run(self.built, REACHED if goal == WEIGHED else goal, gap=gap)
            if stage is None:
                return None
            now = opened(self.built)
            total, inside = served(self.small, now)
            gain = float(total - before)
            if goal == GAIN:
                bound = float(np.floor(stage.bound + 1e-6))
                if gain > found:
                    found, chosen = gain, now
                # Stopped by its gap: no cut is missing, there is only more to search.
                done = found >= bound or (gap > 0 and gain >= stage.value - SLACK[GAIN])
            else:
                found, chosen = gain, now
                done = least is None or gain >= least - SLACK["gain"]
            if done:
                return Answer(
                    found, max(bound, found), stage.value, stage.bound, self._named(chosen)
                )
            self.cuts.append(cut(self.small, inside))

    def _learn(self) -> None:
        """Add the cuts that this or another frame has found since."""
        for one in self.cuts[self.known :]:
            self.known += 1
            learn(self.built, one, self.problem.before)
            if self.known == ROUNDS:
                flows(self.built, self.problem, self.small)

    def _named(self, chosen: list[tuple[int, int]]) -> tuple[tuple[str, str], ...]:
        codes, options = self.problem.candidates.index, self.problem.options.index
        return tuple(sorted((str(codes[j]), str(options[o])) for j, o in chosen))
