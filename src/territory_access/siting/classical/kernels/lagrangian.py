r"""Below which cost can no plan go? Multipliers on the demands, raised step by step.

To relax « each demand is served once or refused » with multipliers :math:`\lambda_i \le u_i` leaves

.. math:: L(\lambda) = \sum_i \lambda_i + \min_{y} \sum_j (f_j + \rho_j)\, y_j, \qquad
          \rho_j = \sum_i \min(0, c_{ij} - \lambda_i)

whose minimum is read off by sorting the sites. A site that would push the bound past the best plan
when it opens (closes) is closed (opened) for good: *penalties*. Deflected subgradient with a step
of Polyak's; a bound stands whatever the steps, which decide only how soon it is good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel.roads.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.classical.kernels.rows import Rows

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]
    type States = NDArray[np.int8]

FREE, CLOSED, OPEN = -1, 0, 1
# Below this step the bound no longer moves.
_SMALL = 0.004
# An improvement by less than this share does not count as one.
_WORTH = 2e-5
# How near the best plan, relatively, penalties are worth their time.
_NEAR = 0.15


@compiled
def least_better(upper: float, unit: float) -> float:
    """Return the cost above which a plan is no better: costs are multiples of ``unit``, if any."""
    if unit > 0.0:
        return upper - unit + 1e-6 * unit
    return upper - 1e-9 * abs(upper)


@compiled
def worth(rows: Rows, inside: Flags) -> float:
    """Return what a plan costs."""
    total = 0.0
    for j in range(inside.size):
        if inside[j]:
            total += rows.opening[j]
    for i in range(rows.refusal.size):
        cost = rows.refusal[i]
        for k in range(rows.start[i], rows.start[i + 1]):
            if inside[rows.site[k]]:
                cost = rows.cost[k]
                break
        total += cost
    return total


@compiled
def _priced(rows: Rows, multipliers: Reals, reduced: Reals) -> float:
    """Fill what each site costs at these multipliers; return the sum of the multipliers."""
    reduced[:] = rows.opening
    total = 0.0
    for i in range(multipliers.size):
        price = multipliers[i]
        total += price
        for k in range(rows.start[i], rows.start[i + 1]):
            cost = rows.cost[k]
            if cost >= price:
                break
            reduced[rows.site[k]] += cost - price
    return total


@compiled
def _chosen(
    reduced: Reals, state: States, least: int, most: int, inside: Flags
) -> tuple[float, float, float]:
    """Fill the cheapest sites that the states allow.

    Returns their cost, that of the dearest free one taken (-inf: none) and of the cheapest left
    (inf: none); a cost of inf when there is no way.
    """
    key = np.empty(reduced.size)
    must, may = 0, 0
    for j in range(reduced.size):
        if state[j] == OPEN:
            key[j] = -np.inf
            must += 1
        elif state[j] == CLOSED:
            key[j] = np.inf
        else:
            key[j] = reduced[j]
            may += 1
    inside[:] = False
    if must > most or must + may < least:
        return np.inf, -np.inf, np.inf
    total, last, after = 0.0, -np.inf, np.inf
    order = np.argsort(key)
    for place in range(must + may):
        j = order[place]
        if place < must or place < least or (place < most and key[j] < 0.0):
            inside[j] = True
            total += reduced[j]
            last = key[j]
        else:
            after = key[j]
            break
    return total, last, after


@compiled
def _settle(
    reduced: Reals,
    inside: Flags,
    state: States,
    least: int,
    most: int,
    room: float,
    last: float,
    after: float,
) -> None:
    """Close and open for good the sites whose contrary costs more than ``room``."""
    count = inside.sum()
    for j in range(state.size):
        if state[j] != FREE:
            continue
        if inside[j]:
            penalty = after - reduced[j] if count <= least else min(0.0, after) - reduced[j]
            if penalty > room:
                state[j] = OPEN
        else:
            instead = last if count >= most else max(0.0, last)
            if reduced[j] - instead > room:
                state[j] = CLOSED


@compiled
def _step(
    rows: Rows,
    inside: Flags,
    multipliers: Reals,
    scale: Reals,
    direction: Reals,
    length: float,
    momentum: float,
) -> bool:
    """Move the multipliers along the subgradient; False where it vanishes."""
    norm = 0.0
    for i in range(multipliers.size):
        slack = 1.0
        first = rows.start[i]
        for k in range(first, rows.start[i + 1]):
            if rows.cost[k] >= multipliers[i]:
                break
            if inside[rows.site[k]]:
                slack -= 1.0
        direction[i] = slack + momentum * direction[i]
        up = multipliers[i] < rows.refusal[i]
        if rows.start[i + 1] > first and (up if direction[i] > 0.0 else multipliers[i] > 0.0):
            norm += scale[i] * direction[i] * direction[i]
    if norm < 1e-12:
        return False
    for i in range(multipliers.size):
        first = rows.start[i]
        floor = rows.cost[first] if rows.start[i + 1] > first else rows.refusal[i]
        moved = multipliers[i] + length / norm * scale[i] * direction[i]
        multipliers[i] = min(max(moved, floor), rows.refusal[i])
    return True


@compiled
def ascend(  # noqa: C901, PLR0912 - one loop, whose parts share its state
    rows: Rows,
    state: States,
    count: tuple[int, int],
    multipliers: Reals,
    scale: Reals,
    pace: tuple[int, float, int, float, float],
    upper: float,
    unit: float,
    reduced: Reals,
    share: Reals,
    best: Flags,
) -> tuple[float, float]:
    """Return the best bound found, and the cost of the best plan.

    Parameters
    ----------
    rows
        The costs.
    state
        ``FREE``, ``OPEN`` or ``CLOSED`` by site; penalties settle more of them.
    count
        How many sites open: at least, at most.
    multipliers
        Where to start; the best on return.
    scale
        How far each multiplier may move beside the others.
    pace
        Rounds, first step, patience, shrinking, momentum.
    upper, unit, best
        Best plan known and its cost; costs are multiples of ``unit`` (0: of none). ``best`` is
        changed in place.
    reduced, share
        Filled: what sites cost at the best multipliers, how often each was taken.
    """
    rounds, step, patience, shrink, momentum = pace
    least, most = count
    here, inside = np.empty(state.size), np.zeros(state.size, np.bool_)
    kept, direction = multipliers.copy(), np.zeros(multipliers.size)
    bound, reference, idle, weights = -np.inf, -np.inf, 0, 0.0
    share[:] = 0.0
    for turn in range(rounds):
        value = _priced(rows, multipliers, here)
        chosen, last, after = _chosen(here, state, least, most, inside)
        if np.isinf(chosen):
            return np.inf, upper
        value += chosen
        idle += 1
        if value > bound:
            if value > reference + _WORTH * abs(value):
                reference, idle = value, 0
            bound = value
            kept[:] = multipliers
            reduced[:] = here
        limit = least_better(upper, unit)
        if value > limit - _NEAR * abs(limit):
            _settle(here, inside, state, least, most, limit - value, last, after)
        if bound > limit:
            break
        if turn % 8 == 0:
            cost = worth(rows, inside)
            if cost < upper:
                upper = cost
                best[:] = inside
        weights += 1.0 + turn
        for j in range(state.size):
            if inside[j]:
                share[j] += 1.0 + turn
        if idle >= patience:
            step *= shrink
            idle = 0
            multipliers[:] = kept
            direction[:] = 0.0
            if step < _SMALL:
                break
            continue
        length = step * (upper + 0.0005 * abs(upper) - value)
        if not _step(rows, inside, multipliers, scale, direction, length, momentum):
            break
    multipliers[:] = kept
    share /= max(weights, 1.0)
    return bound, upper
