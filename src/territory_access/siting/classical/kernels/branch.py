"""Which plan is the best of all? Open or close one site after the other, and bound each branch.

Depth first, the branch that opens the site first. Each branch starts from its parent's multipliers,
which are nearly right already: a few dozen steps bound it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.classical.kernels.lagrangian import (
    CLOSED,
    FREE,
    OPEN,
    ascend,
    least_better,
    worth,
)
from territory_access.travel.roads.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.classical.kernels.rows import Rows

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]
    type States = NDArray[np.int8]

_PACE = (40, 0.25, 6, 0.5, 0.7)


@compiled
def _undecided(state: States, share: Reals, reduced: Reals) -> int:
    """Return the free site about which the multipliers were least sure, or -1."""
    site, most = -1, -1.0
    for j in range(state.size):
        if state[j] == FREE:
            doubt = min(share[j], 1.0 - share[j]) * (1e-9 + abs(reduced[j]))
            if doubt > most:
                site, most = j, doubt
    return site


@compiled
def _decided(state: States, least: int, most: int, inside: Flags) -> bool:
    """Tell whether one plan is left, and fill it."""
    must, may = (state == OPEN).sum(), (state == FREE).sum()
    if may and must < most and must + may > least:
        return False
    take_all = must + may <= least
    for j in range(state.size):
        inside[j] = state[j] == OPEN or (take_all and state[j] == FREE)
    return bool(least <= inside.sum() <= most)


@compiled
def search(
    rows: Rows,
    count: tuple[int, int],
    state: States,
    multipliers: Reals,
    scale: Reals,
    upper: float,
    unit: float,
    best: Flags,
    nodes: int,
) -> tuple[float, float, int]:
    """Return the cost of the best plan, a bound on all plans, and the nodes looked at.

    Parameters
    ----------
    rows, count, scale, upper, unit, best
        As for ``ascend``.
    state, multipliers
        Where the root stands.
    nodes
        Nodes to look at, at most; then the bound is that of the branches left.
    """
    least, most = count
    deep = most + 2
    states, prices = np.empty((deep, state.size), np.int8), np.empty((deep, scale.size))
    floor = np.full(deep, -np.inf)
    reduced, share = np.zeros(state.size), np.zeros(state.size)
    inside = np.zeros(state.size, np.bool_)
    states[0], prices[0] = state, multipliers
    top, seen = 0, 0
    while top >= 0 and seen < nodes:
        seen += 1
        if _decided(states[top], least, most, inside):
            cost = worth(rows, inside)
            if cost < upper:
                upper = cost
                best[:] = inside
            top -= 1
            continue
        bound, upper = ascend(
            rows, states[top], count, prices[top], scale, _PACE, upper, unit, reduced, share, best
        )
        bound = max(bound, floor[top])
        site = _undecided(states[top], share, reduced)
        if bound > least_better(upper, unit):
            top -= 1
            continue
        if site < 0:  # penalties settled all that was left
            continue
        floor[top] = floor[top + 1] = bound
        states[top + 1], prices[top + 1] = states[top], prices[top]
        states[top, site], states[top + 1, site] = CLOSED, OPEN
        top += 1
    proved = upper
    for branch in range(top + 1):
        proved = min(proved, floor[branch])
    return upper, proved, seen
