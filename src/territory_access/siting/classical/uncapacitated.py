r"""Which sites are the best where a site serves as many as come? One search for several models.

.. math:: \min_{y \in \{0,1\}^J}\; \sum_j f_j y_j + \sum_i \min\bigl(u_i, \min_{j : y_j = 1} c_{ij}
          \bigr), \qquad l \le \sum_j y_j \le m

with :math:`c_{ij}` what it costs to serve demand i at site j, :math:`u_i` to refuse it,
:math:`f_j` to open j. It is the p-median when :math:`f = 0` and :math:`l = m = p`; maximal covering
when a site costs 0 within reach and refusing costs the people lost; facility location when
:math:`l = 1`, :math:`m = J`.

How: a local search for a good plan; Lagrangian multipliers for a bound, and penalties that settle
most sites; branch and bound on what is left. Nothing is drawn from a clock: the same input gives
the same plan. Ties are broken by the order of the labels at each step of that search.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.classical.kernels.branch import search
from territory_access.siting.classical.kernels.interchange import assign, grow, improve
from territory_access.siting.classical.kernels.lagrangian import (
    CLOSED,
    FREE,
    OPEN,
    ascend,
    least_better,
)
from territory_access.siting.classical.kernels.rows import rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]

# Rounds, first step, patience, shrinking and momentum of the multipliers: quick, then thorough.
_QUICK = (300, 1.0, 15, 0.5, 0.7)
_THOROUGH = (4000, 0.7, 60, 0.7, 0.8)
_SEED = 0
# Whole numbers are counted exactly up to here.
_EXACT = 1e12


@dataclass(frozen=True)
class Task:
    """What is asked.

    Attributes
    ----------
    costs
        Of serving each demand at each site ``(demands, sites)``, finite.
    refusal
        Of not serving it ``(demands,)``.
    opening
        Of each site ``(sites,)``.
    least, most
        How many sites open.
    """

    costs: Reals
    refusal: Reals
    opening: Reals
    least: int
    most: int


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes
    ----------
    inside
        Whether each site opens ``(sites,)``.
    cost, bound
        Of the plan, and below which no plan can go.
    nodes
        Branches looked at; 0 when the multipliers at the root were enough.
    seconds
        How long.
    closed, opened
        Sites that no better plan opens, or does without ``(sites,)``.
    """

    inside: Flags
    cost: float
    bound: float
    nodes: int
    seconds: float
    closed: Flags
    opened: Flags


class _Hunt:
    """The best plan so far, the multipliers, and what they have settled."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.count = (task.least, task.most)
        capped = np.minimum(task.costs, task.refusal[:, None])
        self.by_site = np.ascontiguousarray(capped.T)
        self.unit = _unit(capped, task.opening)
        self.best = np.zeros(task.opening.size, bool)
        grow(self.by_site, task.refusal, task.opening, self.best, *self.count)
        self.upper = self._improved(self.best)
        self.rows = rows(task.costs, task.refusal, task.opening)
        self.state = np.full(task.opening.size, FREE, np.int8)
        self.scale = _spread(capped, task.most)
        self.multipliers = self._first_multipliers()
        self.reduced = np.zeros(task.opening.size)
        self.bound = -np.inf

    def proved(self) -> bool:
        """Tell whether nothing better is left."""
        return bool(self.bound > least_better(self.upper, self.unit))

    def raise_bound(self, pace: tuple[int, float, int, float, float]) -> None:
        """Move the multipliers at the root."""
        share = np.zeros_like(self.reduced)
        bound, self.upper = ascend(
            self.rows,
            self.state,
            self.count,
            self.multipliers,
            self.scale,
            pace,
            self.upper,
            self.unit,
            self.reduced,
            share,
            self.best,
        )
        self.bound = max(self.bound, bound)

    def kick(self, chance: np.random.Generator, times: int) -> None:
        """Search again from the sites that the multipliers like, and from the best plan shaken."""
        chosen = int(self.best.sum())
        for turn in range(times):
            start = np.zeros_like(self.best)
            if turn % 2 == 0:
                noise = 1 + (0.05 if turn else 0.0) * chance.standard_normal(self.state.size)
                liked = np.where(self.state == OPEN, -np.inf, self.reduced * noise)
                liked[self.state == CLOSED] = np.inf
                start[np.argsort(liked, kind="stable")[:chosen]] = True
            else:
                start |= self.best
                moved = max(1, chosen // 6)
                start[chance.choice(np.flatnonzero(start), moved, replace=False)] = False
                others = np.flatnonzero(~start)
                start[chance.choice(others, moved, replace=False)] = True
            cost = self._improved(start)
            if cost < self.upper:
                self.upper, self.best = cost, start

    def branch(self, nodes: int) -> int:
        """Search the sites that nothing has settled; return the branches looked at."""
        alive = np.flatnonzero(self.state != CLOSED)
        smaller = rows(self.task.costs[:, alive], self.task.refusal, self.task.opening[alive])
        best = self.best[alive]
        before = self.upper
        self.upper, bound, seen = search(
            smaller,
            self.count,
            self.state[alive],
            self.multipliers,
            self.scale,
            self.upper,
            self.unit,
            best,
            nodes,
        )
        if self.upper < before:
            self.best = np.zeros_like(self.best)
            self.best[alive[best]] = True
        self.bound = max(self.bound, bound)
        return int(seen)

    def _improved(self, inside: Flags) -> float:
        task = self.task
        return float(improve(self.by_site, task.refusal, task.opening, inside, *self.count))

    def _first_multipliers(self) -> Reals:
        """Return multipliers half-way between a demand's first and second best."""
        size = self.task.refusal.size
        first, near, second = np.empty(size, np.int64), np.empty(size), np.empty(size)
        assign(self.by_site, self.task.refusal, self.best, first, near, second)
        return (near + second) / 2


def solve(task: Task, *, nodes: int = 1_000_000, kicks: int = 6) -> Found:
    """Return the best plan and its proof.

    Parameters
    ----------
    task
        What is asked; ``least`` is at least 1 and at most the number of sites.
    nodes
        Branches to look at, at most.
    kicks
        Local searches to start again, twice, before branching.

    Examples
    --------
    Two of three towns on a line, at 0, 1 and 10:

    >>> at = np.array([0.0, 1.0, 10.0])
    >>> costs = abs(at[:, None] - at)
    >>> found = solve(Task(costs, costs.max(axis=1), np.zeros(3), 2, 2))
    >>> found.cost, found.bound, found.nodes
    (1.0, 1.0, 0)
    """
    begun = time.perf_counter()
    hunt = _Hunt(task)
    seen = 0
    chance = np.random.default_rng(_SEED)
    for pace in (_QUICK, _THOROUGH):
        if not hunt.proved():
            hunt.raise_bound(pace)
        if not hunt.proved():
            hunt.kick(chance, kicks)
    if not hunt.proved():
        seen = hunt.branch(nodes)
    return Found(
        inside=hunt.best,
        cost=hunt.upper,
        bound=hunt.upper if hunt.proved() else min(hunt.bound, hunt.upper),
        nodes=seen,
        seconds=time.perf_counter() - begun,
        closed=hunt.state == CLOSED,
        opened=hunt.state == OPEN,
    )


def _unit(costs: Reals, opening: Reals) -> float:
    """Return 1 when every plan costs a whole number, else 0."""
    whole = bool((costs == np.rint(costs)).all() and (opening == np.rint(opening)).all())
    return 1.0 if whole and costs.max(axis=1, initial=0.0).sum() < _EXACT else 0.0


def _spread(costs: Reals, most: int) -> Reals:
    """Return how far apart each demand's useful costs lie: the room of its multiplier."""
    demands, sites = costs.shape
    rank = min(sites - 1, 2 * sites // most)
    spread = np.partition(costs, rank, axis=1)[:, rank] - costs.min(axis=1)
    return np.asarray(spread + max(float(spread.mean()), 1e-9) * 0.02 if demands else spread)
