r"""Adds what practices nearby lose to a plan, where what they offer is known.

:math:`u_{jt} \ge 0`: consultations taken around place j in year t, per thousand of those that
practices near it offer, :math:`W_j` (``siting.donors``). All of them losing the same share, what
zone i loses for one per mille is its APL that comes from them:

.. math::
   W_j\, u_{jt} = 1000 \sum_{k \text{ at } j} \rho_k\, q_{kt}, \qquad
   \ell_{it} = \sum_j \hat a_{ij} u_{jt}, \qquad
   \hat a_{ij} = \tfrac{1}{1000} \sum_{d \in N_j} a_{id} S_d

A column a place and not a practice: the shares :math:`\lambda_{jd}` are in :math:`\hat a`. No
practice loses more than it offers, :math:`\sum_{j : d \in N_j} u_{jt} \le 1000`: one row for all
practices near the same places, and none where the doctors of the plan are too few for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.decisions import closed
from territory_access.siting.donors import taken

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.donors import Donors
    from territory_access.siting.years.blocks import Term
    from territory_access.siting.years.draft import Draft

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]

MILLE = 1000.0
_NAME = "taken"


@dataclass(frozen=True)
class Losing:
    """What a plan takes from practices, and what zones lose by it.

    Attributes
    ----------
    columns
        :math:`u_{jt}` ``(U, T)``; no row where nobody takes anything.
    per_mille
        APL that a zone loses for one per mille at each of these places ``(origin, U)``.
    most
        No plan takes more APL from a zone than this ``(origin, T)``.
    """

    columns: Whole
    per_mille: Reals
    most: Reals

    def term(self, zone: Whole, year: Whole, row: Whole, *, sign: float) -> Term:
        """Return what zones lose in a year, one row each, times ``sign``.

        Parameters
        ----------
        zone, year
            Positions ``(R,)``.
        row
            Row of each ``(R,)``.
        """
        which, place = np.nonzero(self.per_mille[zone])
        amount = sign * self.per_mille[zone[which], place]
        return row[which], self.columns[place, year[which]], amount


def losing(made: Draft) -> Losing:
    """Return what practices lose; columns and rows are added the first time.

    Parameters
    ----------
    made
        The model, changed in place.
    """
    problem, choices, known = made.problem, made.choices, made.problem.donors
    count = len(problem.candidates)
    share = taken(problem)[choices.place, choices.option]
    places = np.unique(choices.place[(share > 0) & (choices.acts[:, -1] > 0)])
    if known is None or places.size == 0:
        nothing = np.zeros((len(problem.seekers), 0))
        most = np.zeros((len(problem.seekers), made.years))
        return Losing(np.zeros((0, made.years), np.int64), nothing, most)
    around = known.around[:count]
    near = known.near[:, places].astype(float)
    per_mille = (known.per_act.to_numpy() * known.acts.to_numpy()) @ near / MILLE
    each = np.zeros_like(choices.acts)
    mine = np.isin(choices.place, places)
    each[mine] = MILLE * share[mine, None] * choices.acts[mine] / around[choices.place[mine], None]
    at = np.where(mine, np.searchsorted(places, choices.place), 0)
    limits = Limits.of(made, each, at, places.size)
    columns = made.blocks.names.get(_NAME)
    if columns is None:
        columns = _add(made, places, limits.by_place)
        _no_more_than_all(made, known, places, limits)
    return Losing(columns, per_mille, limits.together(per_mille))


@dataclass(frozen=True)
class Limits:
    """How much a plan may give or take: at each place alone, and for one FTE.

    Attributes
    ----------
    by_place
        The most of one build at a place ``(U, T)``.
    by_fte
        The most for one FTE there in a year ``(U,)``, ``inf`` where some build needs none.
    fte
        Doctors of the whole plan.
    """

    by_place: Reals
    by_fte: Reals
    fte: float

    @classmethod
    def of(cls, made: Draft, each: Reals, place: Whole, count: int) -> Limits:
        """Return the limits.

        Parameters
        ----------
        made
            The model.
        each
            What each build gives or takes ``(B, T)``, in proportion to its consultations.
        place
            Place of each build, below ``count`` ``(B,)``.
        count
            How many places there are.
        """
        choices, options = made.choices, made.problem.options
        fte = options["fte"].to_numpy(float)
        # Of a whole team: a build that cannot hire it does as much for each doctor.
        acts, done = options["acts_per_year"].to_numpy(float)[choices.option], choices.acts
        done = done.max(axis=1, initial=0.0)
        whole = np.divide(each.max(axis=1, initial=0.0), done, out=0.0 * acts, where=done > 0)
        whole *= np.maximum(acts, 0.0)
        needs = fte[choices.option]
        rate = np.divide(whole, needs, out=np.where(whole > 0, np.inf, 0.0), where=needs > 0)
        by_place, by_fte = np.zeros((count, made.years)), np.zeros(count)
        np.maximum.at(by_place, place, each)
        np.maximum.at(by_fte, place, rate)
        return cls(by_place, by_fte, made.problem.rules.gp_fte - float(fte[closed(options)].sum()))

    def together(self, weight: Reals) -> Reals:
        """Return the most of a weighted sum over places ``(row, T)``, weights ``(row, U)``."""
        every = weight @ self.by_place
        if not np.isfinite(self.fte):
            return every
        some = np.isfinite(self.by_fte)
        one = (weight * np.where(some, self.by_fte, 0.0)).max(axis=1, initial=0.0)
        free = weight @ np.where(some[:, None], 0.0, self.by_place)
        found: Reals = np.minimum(every, self.fte * one[:, None] + free)
        return found


def _add(made: Draft, places: Whole, most: Reals) -> Whole:
    """Add the columns and the rows that say what they are."""
    problem, choices = made.problem, made.choices
    known = problem.donors
    if known is None:
        raise ValueError
    columns = made.blocks.add(_NAME, most.shape, high=np.minimum(most, MILLE))
    made.blocks.names[f"{_NAME}_place"] = places
    share = taken(problem)[choices.pair_place, choices.pair_option]
    around = known.around[choices.pair_place]
    value = np.divide(MILLE * share, around, out=np.zeros_like(around), where=around > 0)
    rows = np.arange(columns.size).reshape(columns.shape)
    at = np.clip(np.searchsorted(places, choices.pair_place), 0, places.size - 1)
    value = np.where(places[at] == choices.pair_place, value, 0.0)
    made.blocks.require(
        _NAME, columns.size, [(rows, columns, -1.0), made.giving(value, at)], low=0.0, high=0.0
    )
    return columns


def _no_more_than_all(made: Draft, known: Donors, places: Whole, limits: Limits) -> None:
    """Keep what a practice loses below what it offers, where a plan could pass that."""
    together = np.unique(known.near[:, places], axis=0).astype(float)
    row, year = np.nonzero(limits.together(together) > MILLE * (1 + 1e-9))
    columns = made.blocks.names[_NAME]
    which, place = np.nonzero(together[row])
    made.blocks.require(
        "offered",
        row.size,
        [(which, columns[place, year[which]], 1.0)],
        high=MILLE,
    )
