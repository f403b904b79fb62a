r"""Asks the whole model again with one thing changed, from the plans that are known.

The model is written once for a set of rules. What differs is a bound on builds, a row more or
another goal:

.. math::
   \sum_{b \text{ at } j} y_b \ge 1 \text{ (forced in; at one of several, over them all)}, \qquad
   y_b = 0 \text{ (forbidden)}, \qquad \sum_c g_c x_c \ge \ell \text{ (keeps that gain)}

1. the best plan among the builds of the plans known so far, and those of a forced site;
2. the relaxation: a bound B from its duals and reduced costs :math:`\bar c`;
3. the best plan among the builds that it uses, those known and those of least regret;
4. builds with :math:`B + \bar c_b` below that plan are in no better one: the others are solved to
   the proof where few enough are left. Where too many are, B is the bound, and what is lost is
   told as « au moins ».

Everything is limited in nodes and in the size of a part, never by a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.frame import GAIN, REACHED, Answer, Otherwise
from territory_access.siting.years.fairness import fair
from territory_access.siting.years.solver import Limits, best, relaxed
from territory_access.siting.years.standing import aimed, bound, changed, liked, row, standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Model
    from territory_access.siting.years.solver import Answer as Solved
    from territory_access.siting.years.solver import Relaxation
    from territory_access.siting.years.standing import Standing

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]
    type Sites = frozenset[tuple[str, str, int]]

# Nodes of each step, and known plans that are looked at.
SEED_NODES, PART_NODES, LAST_NODES, KNOWN = 50, 100, 1_000, 5
# Coefficients up to which a changed question has a relaxation of its own, a part its proof, and a
# question takes about a second.
RELAXED_AGAIN, PROVED, MEDIUM = 350_000, 40_000, 150_000
# Gap at which the search among few builds stops.
_PART_GAP = 1e-3


@dataclass
class Again:
    """A question of the whole model, asked many times over.

    Attributes
    ----------
    problem
        The question as it was asked.
    plans
        What is known: gain and ``(candidate, option, year)`` of each plan seen.
    last
        The plan of the last answer, be it under other rules.
    """

    problem: Problem
    plans: dict[Sites, float] = field(default_factory=dict)
    last: Sites = frozenset()
    _standing: dict[object, Standing] = field(default_factory=dict)

    def know(self, plan: SitingPlan) -> None:
        """Start from a plan too."""
        options = plan.sites["service"] + " " + plan.sites["size"]
        years = plan.sites["year"].to_numpy(int) - 1
        sites = zip(plan.sites.index.astype(str), options, years.tolist(), strict=True)
        self.plans[frozenset(sites)] = plan.gain

    def standing(self, otherwise: Otherwise) -> Standing:
        """Return the model under the rules asked for; the first and the last are kept."""
        asked = otherwise.rules or self.problem.rules
        if asked not in self._standing:
            for other in [key for key in self._standing if key != self.problem.rules]:
                del self._standing[other]
            self._standing[asked] = standing(replace(self.problem, rules=asked))
        return self._standing[asked]

    def hold(self, sites: tuple[tuple[str, str], ...]) -> None:
        """Start from these sites and sizes, whatever the year."""
        years = range(self.problem.horizon.years)
        self.last = frozenset((code, option, year) for code, option in sites for year in years)

    def size(self) -> int:
        """Return how many coefficients the model has."""
        return int(self.standing(Otherwise()).whole.model.matrix.nnz)

    def large(self) -> bool:
        """Return whether each changed question takes seconds."""
        return self.size() > MEDIUM

    def regrets(self, gain: float) -> dict[str, float]:
        """Return what each candidate loses at least when forced in, by reduced costs alone.

        Parameters
        ----------
        gain
            What is lost counts from there; a candidate where nothing may open has no entry.
        """
        here = self.standing(Otherwise())
        if here.relaxation is None:
            return dict.fromkeys(np.unique(here.codes).tolist(), 0.0)
        reach = here.relaxation.bound + np.minimum(0.0, here.relaxation.reduced[here.build])
        codes, at = np.unique(here.codes, return_inverse=True)
        best_of = np.full(codes.size, -np.inf)
        np.maximum.at(best_of, at, reach)
        lost = np.maximum(0.0, gain - best_of)
        return dict(zip(codes.tolist(), lost.tolist(), strict=True))

    def ask(  # noqa: PLR0913 - what differs, what is wanted, how closely
        self,
        otherwise: Otherwise,
        *,
        goal: str = GAIN,
        least: float | None = None,
        weights: Mapping[str, float] | None = None,
        gap: float = 0.0,
        quick: bool = False,
        on: Standing | None = None,
    ) -> Answer | None:
        """Return the best plan of the changed question, or ``None`` when none is left.

        Parameters
        ----------
        otherwise
            What differs.
        goal
            ``gain``, ``reached`` (fairness, ``years.fairness``), ``cost`` or ``weighed``.
        least
            Gain that the plan must keep.
        weights
            Of candidates, for the goal ``weighed``.
        gap
            Relative gap at which to stop.
        quick
            Whether to look among the builds that matter only, whatever is left to prove.
        on
            The model to ask, where it is not that of the rules.

        Returns
        -------
        Answer
            Its gain is NaN where neither a plan was found nor proved not to exist.
        """
        here = on or self.standing(otherwise)
        if goal == REACHED:
            here = standing(fair(here.whole.draft.problem))
        if not here.build.size:
            forced = otherwise.within or otherwise.fixed or otherwise.some
            return None if forced else Answer(0.0, 0.0, 0.0, 0.0, ())
        run = _Run(changed(here, otherwise), here.build)
        run.relaxation, run.bound = here.relaxation, bound(here, run.model)
        known = self._known(here, otherwise)
        if goal == GAIN:
            alike = otherwise == Otherwise(rules=otherwise.rules)
            self._gain(run, known, _Wanted(gap, quick, alike=alike))
            return self._answer(here, run)
        if least is not None:
            slack = max(1e-6, 1e-9 * abs(least))
            run.model = row(run.model, here.whole.goals["gain"], least - slack)
        other = replace(run, model=aimed(here, run.model, goal, weights or {}))
        _other(other, known, least, _Wanted(gap, quick))
        return self._answer(here, run, other)

    def _gain(self, run: _Run, known: Flags, wanted: _Wanted) -> None:
        """Look for the plan of most gain."""
        run.among(known, Limits(nodes=SEED_NODES))
        if not wanted.alike and run.model.matrix.nnz <= RELAXED_AGAIN:
            own = relaxed(run.model)
            if own is not None:
                # Its reduced costs go with its own bound.
                run.relaxation, run.bound = own, own.bound
        if run.relaxation is None:
            run.bound = run.all_of(np.ones(known.size, bool), wanted.gap)
            return
        if not run.near(wanted.gap):
            run.among(known | liked(run.relaxation, run.build), Limits(_PART_GAP, PART_NODES))
        if not (wanted.quick or run.near(wanted.gap)):
            run.prove(wanted.gap)

    def _known(self, here: Standing, otherwise: Otherwise) -> Flags:
        """Return the builds of the best plans known, and those of sites that must open."""
        plans = sorted(self.plans, key=lambda one: (-self.plans[one], sorted(one)))
        plans = [self.last, *plans]
        must = [*otherwise.within, *(code for code, _ in otherwise.fixed)]
        found = np.isin(here.codes, must)
        for plan in plans[:KNOWN]:
            found |= here.those(plan)
        return found

    def _answer(self, here: Standing, run: _Run, other: _Run | None = None) -> Answer | None:
        """Write the answer; the gain of a plan found for another goal is asked by itself."""
        best_of = other or run
        if best_of.values is None:
            none = best_of.bound == -np.inf
            return None if none else Answer(np.nan, best_of.bound, np.nan, best_of.bound, ())
        if other is not None:
            # Another goal leaves what is gained where it may be: these sites can bring more.
            sites = best_of.values[here.build] > 0.5
            run.among(sites, Limits(nodes=SEED_NODES), held=sites)
        values = best_of.values if run.values is None else run.values
        sites_of = here.named(values[here.build] > 0.5)
        gain = float(here.whole.goals["gain"] @ values[: here.whole.model.goal.size])
        self.last = sites_of
        if here is self._standing.get(self.problem.rules):
            self.plans.setdefault(sites_of, gain)
        most = max(best_of.bound, best_of.value)
        named = tuple(sorted((code, option) for code, option, _ in sites_of))
        return Answer(gain=gain, bound=most, value=best_of.value, at_most=most, sites=named)


@dataclass(frozen=True)
class _Wanted:
    """How closely a question is answered, and whether it is the question as it was."""

    gap: float
    quick: bool
    alike: bool = False


def _other(run: _Run, known: Flags, least: float | None, wanted: _Wanted) -> None:
    """Look for the plan that is best in another way, among those that keep the gain."""
    most, relaxation = run.bound, run.relaxation
    may, run.bound = np.ones(run.build.size, bool), np.inf
    if relaxation is not None and least is not None:
        reach = most + np.minimum(0.0, relaxation.reduced[run.build])
        may = reach >= least - 1e-6 * max(1.0, abs(least))
    run.among(known & may, Limits(nodes=SEED_NODES))
    size = run.model.matrix.nnz * may.sum() / may.size
    if relaxation is not None and (wanted.quick or size > PROVED):
        which = may & (known | liked(relaxation, run.build))
        run.among(which, Limits(max(wanted.gap, _PART_GAP), PART_NODES))
    else:
        run.bound = run.all_of(may, wanted.gap)


@dataclass
class _Run:
    """The best plan of one changed question so far."""

    model: Model
    build: NDArray[np.int64]
    relaxation: Relaxation | None = None
    values: Reals | None = None
    value: float = -np.inf
    bound: float = np.inf

    def among(self, which: Flags, limits: Limits, *, held: Flags | None = None) -> Solved:
        """Look for a better plan among some builds, of which some are held open."""
        free = np.ones(self.model.goal.size, bool)
        free[self.build] = which
        kept = np.zeros(free.size, bool)
        kept[self.build] = False if held is None else held
        found = best(self.model, limits, open_to=free, held=kept, start=self.values)
        if found.values is not None and found.value > self.value:
            self.values, self.value = found.values, found.value
        return found

    def near(self, gap: float) -> bool:
        """Return whether the plan is close enough to the bound."""
        close = gap * abs(self.value) + max(1e-6, 1e-9 * abs(self.bound))
        return bool(np.isfinite(self.value)) and self.bound - self.value <= close

    def prove(self, gap: float) -> None:
        """Solve all builds that a plan better than this one, by more than the gap, may have."""
        if self.relaxation is None:
            return
        reach = self.bound + np.minimum(0.0, self.relaxation.reduced[self.build])
        target = self.value + gap * abs(self.value) if self.values is not None else -np.inf
        which = reach > target - 1e-9 * max(1.0, abs(self.bound))
        dropped = float(reach[~which].max(initial=-np.inf))
        if self.values is not None:
            which |= self.values[self.build] > 0.5
        size = self.model.matrix.nnz * which.sum() / which.size
        if size > PROVED and (self.values is not None or self.model.matrix.nnz > RELAXED_AGAIN):
            return
        self.bound = min(self.bound, max(self.all_of(which, gap), dropped))

    def all_of(self, which: Flags, gap: float) -> float:
        """Solve for good with some builds, and return what no plan of them passes."""
        found = self.among(which, Limits(gap, LAST_NODES))
        # A search that ends by itself without a plan has proved that there is none.
        none = self.values is None and found.nodes < LAST_NODES
        return -np.inf if none else found.bound
