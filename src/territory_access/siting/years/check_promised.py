r"""Says whether promises about places are kept, by arithmetic that knows nothing of the model.

One promise is checked exactly (``access.priority``): what everybody must have comes first, then the
group, then the others; the greedy allocation gives the group as much as any can. Several shares are
checked together by a linear programme of their own, which asks for the least shortfall.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from territory_access.access.priority import first_served
from territory_access.errors import Fault
from territory_access.siting.guarantees import on_places
from territory_access.siting.years.promised import group, today
from territory_access.siting.years.recount import seats_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from territory_access.siting.guarantees import Guarantee
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.years.recount import Seats

    type Reals = NDArray[np.float64]

# Residents that floating point may lose over a territory, of a million.
_CLOSE = 1e-6
_FIRST, _GROUP, _OTHERS = 3.0, 2.0, 1.0


def kept(plan: SitingPlan) -> Iterator[Fault]:
    """Yield promises about places that are not kept in the last year.

    Parameters
    ----------
    plan
        A plan of the whole model.
    """
    promises = on_places(plan.problem.guarantees)
    if not promises:
        return
    seats = seats_of(plan, plan.problem.horizon.years - 1)
    seekers = plan.problem.seekers.to_numpy().astype(float)
    close = _CLOSE * max(1.0, float(seekers.sum()) * _CLOSE)
    shares = [promise for promise in promises if promise.share_min is not None]
    least = today(plan.problem) if shares else np.zeros(seekers.size)
    for promise in promises:
        if promise.floor is not None:
            floor = np.where(group(plan.problem, promise), promise.floor * seekers, 0.0)
            if _first(seats, floor, floor > 0)[0] < floor.sum() - close:
                yield Fault("{name} : trop peu de places dans une commune", {"name": promise.name})
            least = np.maximum(least, floor)
    for promise in shares:
        mine = group(plan.problem, promise)
        first, ours = _first(seats, least, mine)
        if first < least.sum() - close or ours < _asked(plan, seats, promise) - close:
            yield Fault("{name} : part du groupe trop petite", {"name": promise.name})
    if len(shares) > 1 and _short(plan, seats, least, shares) > close:
        yield Fault("siting.guarantees : les parts promises ne tiennent pas ensemble", {})


def _asked(plan: SitingPlan, seats: Seats, promise: Guarantee) -> float:
    """Return the residents of the group who must have a place."""
    mine = group(plan.problem, promise)
    new = float(seats.places[: len(plan.sites)].sum())
    return float(today(plan.problem)[mine].sum()) + (promise.share_min or 0.0) * new


def _first(seats: Seats, least: Reals, mine: NDArray[np.bool_]) -> tuple[float, float]:
    """Return who gets what everybody must have, and then the most that the group can have in all.

    Each zone counts twice: those who come first, and the rest.
    """
    rest = np.maximum(0.0, seats.seekers - least)
    weight = np.concatenate([np.full(least.size, _FIRST), np.where(mine, _GROUP, _OTHERS)])
    served, _ = first_served(
        np.concatenate([seats.near, seats.near]),
        np.concatenate([least, rest]),
        seats.places,
        weight,
    )
    first, more = served[: least.size], served[least.size :]
    return float(first.sum()), float((first + more)[mine].sum())


def _short(plan: SitingPlan, seats: Seats, least: Reals, shares: list[Guarantee]) -> float:
    """Return by how many residents the shares fall short together, at least."""
    zone, site = np.nonzero(seats.near)
    flows, zones, places = zone.size, seats.seekers.size, seats.places.size
    each = np.arange(flows)
    groups = np.array([group(plan.problem, promise) for promise in shares])
    inside, pair = np.nonzero(groups[:, zone])
    count = len(shares)
    # Rows: seekers, places, what everybody must have, each group; last columns: what is missing.
    row = [zone, zones + site, zones + places + zone, 2 * zones + places + inside]
    column = [each, each, each, pair]
    value = [np.ones(flows), np.ones(flows), -np.ones(flows), -np.ones(pair.size)]
    row.append(2 * zones + places + np.arange(count))
    column.append(flows + np.arange(count))
    value.append(-np.ones(count))
    matrix = csr_array(
        (np.concatenate(value), (np.concatenate(row), np.concatenate(column))),
        shape=(2 * zones + places + count, flows + count),
    )
    asked = [_asked(plan, seats, promise) for promise in shares]
    limits = np.concatenate([seats.seekers, seats.places, -least, -np.array(asked)])
    goal = np.concatenate([np.zeros(flows), np.ones(count)])
    found = linprog(goal, matrix, limits)  # type: ignore[call-overload]  # sparse
    return float(found.fun) if found.status == 0 else np.inf
