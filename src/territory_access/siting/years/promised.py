r"""Adds promises about places, kept in the last year T: a share of the new ones, a floor.

With :math:`b_i` whom the places of today serve in the fairest way (``access.places``), :math:`C`
the places that the plan has open, and :math:`y_i` residents of zone i who get one:

.. math::
   y_i \ge b_i, \qquad \sum_{i \in G} (y_i - b_i) \ge \sigma C
   \qquad \text{(a share } \sigma \text{ of the new places goes to the group G)} \\
   y_i \ge \phi\, s_i \quad (i \in G)
   \qquad \text{(nowhere in G fewer than } \phi \text{ of the seekers have a place)}

for some allocation :math:`y` of all places, one for all promises. Who has a place today keeps it:
giving existing places to the group at the expense of others keeps no promise. Any such allocation
grows into a largest one without taking anything back (``access.priority``), so a promise never
leaves a place empty, and the gain of a plan is the same with or without it: it only rules plans
out. Where places are counted alike, the promised allocation is the one that the gain counts; where
some count more (``siting.priority``) it has flows of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.guarantees import on_places
from territory_access.siting.served import allocation
from territory_access.siting.years.seats import Flows, flows, flows_of, opened
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.guarantees import Guarantee
    from territory_access.siting.problem import Problem
    from territory_access.siting.years.draft import Draft

    type Reals = NDArray[np.float64]

# What today serves is rounded down to this part of a resident, so that doing nothing is a plan.
_PART = 1e-6


def promised(made: Draft) -> None:
    """Add every promise about places.

    Parameters
    ----------
    made
        The model, changed in place; the flows of its goal are in it.
    """
    problem = made.problem
    promises = on_places(problem.guarantees)
    if not promises:
        return
    given = flows_of(made) if problem.priority is None else None
    given = given or flows(made, "promised_", last=True)
    if any(promise.share_min is not None for promise in promises):
        kept = today(problem)
        made.blocks.require("today", kept.size, given.of_zones(made.years - 1), low=kept)
    for number, promise in enumerate(promises):
        if promise.floor is not None:
            _floor(made, given, promise, number)
        if promise.share_min is not None:
            _share(made, given, promise, number)


def today(problem: Problem) -> Reals:
    """Return whom today's places serve in the fairest way, by zone ``(origin,)``."""
    served = allocation(problem)["served"].sel({ORIGIN: problem.seekers[ORIGIN]}).to_numpy()
    return np.asarray(np.floor(served / _PART) * _PART, float)


def group(problem: Problem, promise: Guarantee) -> NDArray[np.bool_]:
    """Return which zones belong to the group of a promise ``(origin,)``."""
    return np.isin(problem.seekers[ORIGIN].to_numpy().astype(str), promise.zones)


def _floor(made: Draft, given: Flows, promise: Guarantee, number: int) -> None:
    """Give a place to that share of the seekers of every commune of the group."""
    problem, floor = made.problem, promise.floor or 0.0
    seekers = problem.seekers.to_numpy().astype(float)
    zones = np.flatnonzero(group(problem, promise) & (seekers > 0))
    row = np.full(seekers.size, zones.size)
    row[zones] = np.arange(zones.size)
    # Flows of other zones meet in one row more, which asks for nothing.
    terms = [(row[zone], column, 1.0) for zone, column, _ in given.of_zones(made.years - 1)]
    least = np.append(floor * seekers[zones], 0.0)
    made.blocks.require(f"places_floor{number}", zones.size + 1, terms, low=least)


def _share(made: Draft, given: Flows, promise: Guarantee, number: int) -> None:
    """Give the group that share of the places that the plan has open."""
    problem, years = made.problem, made.years
    mine = group(problem, promise)
    row, column, value = np.broadcast_arrays(
        *opened(
            made,
            -1.0,
            np.zeros(len(problem.candidates), np.int64),
            worth=-(promise.share_min or 0.0),
        )
    )
    last = row == years - 1
    terms = [
        (0, given.new[mine[given.zone], -1], 1.0),
        (0, given.kept[mine[given.old_zone], -1], 1.0),
        (0, column[last], value[last]),
    ]
    least = float(today(problem)[mine].sum())
    made.blocks.require(f"places_group{number}", 1, terms, low=least)
