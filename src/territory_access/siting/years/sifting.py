"""Bounds a large model by a part of it, to which what its prices call for is added.

A part of some hundred builds has the same relaxation as fifteen thousand, once the right ones are
in: solve it, price all others with what it says money and staff are worth (``years.outside``), let
in those that are worth more than they cost, with the rows that its answer breaks; and so on. Every
round bounds the whole. « Sifting », Bixby et al. (1992), Very large-scale linear programming.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.years.inside import Inside
from territory_access.siting.years.outside import Outside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.years.found import Found
    from territory_access.siting.years.inside import Basis, Held
    from territory_access.siting.years.neighbourhood import Asked
    from territory_access.siting.years.solver import Relaxation
    from territory_access.siting.years.splits import Splits

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]
    type Flags = NDArray[np.bool_]

# Rounds at the root; where part and whole are as one, relative to the bound, and which share of
# the rows may be broken.
ROUNDS, NEAR, BROKEN = 40, 1e-4, 5e-4
# Builds of least regret that stay for a search, of all and half as many of each service.
NEXT, _USED = 40, 1e-6
# Builds that join in one round.
MORE = 40
_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Sifted:
    """What some rounds found.

    Attributes
    ----------
    value
        Of the part.
    bound
        Of the whole.
    values
        Of the builds in the part ``(B,)``.
    basis
        Where the part's solver ended.
    relaxation
        Of the whole, at the prices of the best bound.
    as_one
        Whether part and whole are as near as it matters.
    """

    value: float
    bound: float
    values: Reals
    basis: Basis
    relaxation: Relaxation | None
    as_one: bool


class Sifting:
    """A part of a model, and the whole that it bounds.

    Parameters
    ----------
    found
        The model, a plan and the deadline.
    asked
        What the search looks at.
    splits
        Sums that a search may bound.
    """

    def __init__(self, found: Found, asked: Asked, splits: Splits) -> None:
        self.asked, self.splits, self.deadline = asked, splits, found.deadline
        self.outside = Outside(found.tight, asked.build, asked.place, sums=splits.sums)
        self._own = found.model.matrix.shape[0]
        self._price = max(1.0, abs(found.bound))
        self.inside = self._among(self._required())

    def _among(self, builds: Flags, rows: Whole = _NONE) -> Inside:
        """Return the part with some builds, and some of the rows that join later."""
        model = self.outside.model
        later = (np.arange(model.row_low.size) >= self._own) & np.isinf(model.row_low)
        found = Inside(
            model, self.asked.build, sums=self.splits.sums, later=later, price=self._price
        )
        found.add(builds, rows)
        return found

    def _required(self) -> Flags:
        """Return the builds in rows that ask for something, or there may be no plan inside."""
        model = self.outside.model
        asks = (model.row_low > 0) | (model.row_high < 0)
        named = np.zeros(model.goal.size, bool)
        named[model.matrix[np.flatnonzero(asks)].indices] = True
        return named[self.asked.build]

    def root(self, first: Flags, *, purge: bool = True) -> Sifted | None:
        """Return the relaxation of the whole.

        Parameters
        ----------
        first
            Builds to begin with ``(B,)``.
        purge
            Whether to begin again with what then matters: early prices are poor, and let in much
            that nobody needs and that every later round would pay for.
        """
        self.inside.add(first, _NONE)
        found = self.sift({}, rounds=ROUNDS)
        if not purge or found is None or found.relaxation is None:
            return found
        self.inside = self._among(self.likely(found.relaxation), self.inside.joined())
        again = self.sift({}, rounds=ROUNDS)
        return found if again is None else again

    def likely(self, relaxation: Relaxation) -> Flags:
        """Return the builds that a relaxation uses, and those of least regret ``(B,)``."""
        reduced = relaxation.reduced[self.asked.build]
        found = self._required() | (relaxation.values[self.asked.build] > _USED)
        every = np.arange(found.size)
        services = [np.flatnonzero(self.asked.service == one) for one in set(self.asked.service)]
        for mine, count in ((every, NEXT), *((mine, NEXT // 2) for mine in services)):
            found[mine[np.argsort(-reduced[mine], kind="stable")[:count]]] = True
        return found

    def sift(
        self, held: Held, *, rounds: int, basis: Basis | None = None, enough: float = -np.inf
    ) -> Sifted | None:
        """Return value and bound under some splits after some rounds.

        Parameters
        ----------
        held
            Bounds of the splits.
        rounds
            How many at most; only the builds and rows of those before the last join.
        basis
            Where to start.
        enough
            Bound under which nothing more is of interest.

        Returns
        -------
        Sifted | None
            ``None`` when time is up, or nothing was found.
        """
        bound, kept = np.inf, None
        for number in range(rounds):
            value = self.inside.solve(held, basis if number == 0 else None, deadline=self.deadline)
            if value is None:
                return None if kept is None else replace(kept, bound=bound)
            values = self.inside.values()
            broken = self.inside.broken(values)
            prices, split_prices = self.inside.prices()
            priced = self.outside.bound(prices, split_prices, self.inside.row >= 0)
            new = np.zeros(self.inside.builds.size, bool)
            relaxation = None if kept is None else kept.relaxation
            if priced is not None:
                if priced[0].bound < bound:
                    bound, relaxation = priced[0].bound, replace(priced[0], values=values)
                new = self._worth_most(priced[1])
            few = BROKEN * int((self.inside.row >= 0).sum())
            as_one = bound - value < NEAR * max(1.0, abs(value)) and broken.size <= few
            builds = values[self.inside.build]
            kept = Sifted(value, bound, builds, self.inside.basis(), relaxation, as_one)
            if as_one or bound < enough or number == rounds - 1 or self._late():
                break
            if not (new.any() or broken.size):
                break
            self.inside.add(new, broken)
        return kept

    def again(self, held: Held, sifted: Sifted) -> Sifted | None:
        """Return the same with what has joined the part since; the bound stays.

        Parameters
        ----------
        held, sifted
            Bounds of the splits, and what was found for them.
        """
        value = self.inside.solve(held, sifted.basis, deadline=self.deadline)
        if value is None:
            return None
        builds = self.inside.values()[self.inside.build]
        return replace(sifted, value=value, values=builds, basis=self.inside.basis())

    def _worth_most(self, worth: Reals) -> Flags:
        """Return the builds that are worth letting in, not too many at once.

        Poor prices open far too many; most are not worth it at better ones.
        """
        new = np.flatnonzero((worth > -np.inf) & ~self.inside.builds)
        found = np.zeros(worth.size, bool)
        found[new[np.argsort(-worth[new], kind="stable")[:MORE]]] = True
        return found

    def _late(self) -> bool:
        return self.deadline is not None and time.perf_counter() > self.deadline
