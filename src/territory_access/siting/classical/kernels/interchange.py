"""Which good plan does a local search reach? Add, drop and swap one site while it pays.

Fast interchange (Whitaker, *A fast algorithm for the greedy interchange for large-scale clustering
and median location problems*, INFOR 1983; gains and losses parted as Resende and Werneck, *A fast
swap-based local search*, 2007): one pass over the costs values every swap. The first of the best
moves wins, so the same costs give the same plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel.roads.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]
    type Whole = NDArray[np.int64]

# A move must gain more than rounding could.
_PAYS = 1e-10


@compiled
def assign(
    by_site: Reals, refusal: Reals, inside: Flags, first: Whole, near: Reals, second: Reals
) -> None:
    """Fill each demand's nearest open site (-1: refused), its cost, and the next best cost."""
    first[:] = -1
    near[:] = refusal
    second[:] = refusal
    for j in range(inside.size):
        if inside[j]:
            row = by_site[j]
            for i in range(refusal.size):
                if row[i] < near[i]:
                    second[i], near[i], first[i] = near[i], row[i], j
                elif row[i] < second[i]:
                    second[i] = row[i]


@compiled
def grow(
    by_site: Reals, refusal: Reals, opening: Reals, inside: Flags, least: int, most: int
) -> None:
    """Open the best site again and again: up to ``least``, then up to ``most`` while it pays."""
    near = refusal.copy()
    opened = 0
    for j in range(inside.size):
        if inside[j]:
            opened += 1
            near = np.minimum(near, by_site[j])
    while opened < most:
        best, enter = np.inf, -1
        for j in range(inside.size):
            if not inside[j]:
                change = opening[j]
                row = by_site[j]
                for i in range(near.size):
                    if row[i] < near[i]:
                        change += row[i] - near[i]
                if change < best:
                    best, enter = change, j
        if opened >= least and best >= -_PAYS * (1.0 + near.sum()):
            return
        inside[enter] = True
        near = np.minimum(near, by_site[enter])
        opened += 1


@compiled
def improve(  # noqa: C901, PLR0912 - one pass over the costs, whose parts share its running sums
    by_site: Reals, refusal: Reals, opening: Reals, inside: Flags, least: int, most: int
) -> float:
    """Move ``inside`` to a plan that no single addition, removal or swap betters; return its cost.

    Costs are capped at what refusing the demand costs, and stand site by site ``(sites, demands)``.
    """
    enter: int | np.signedinteger
    leave: int | np.signedinteger
    first = np.empty(refusal.size, np.int64)
    near, second = np.empty(refusal.size), np.empty(refusal.size)
    loss, spared = np.empty(inside.size), np.zeros(inside.size)
    while True:
        assign(by_site, refusal, inside, first, near, second)
        opened = np.flatnonzero(inside)
        value = near.sum() + opening[opened].sum()
        loss[:] = -opening
        for i in range(near.size):
            if first[i] >= 0:
                loss[first[i]] += second[i] - near[i]
        best, enter, leave = -_PAYS * (1.0 + abs(value)), -1, -1
        if opened.size > least:
            for q in opened:
                if loss[q] < best:
                    best, leave = loss[q], q
        for j in range(inside.size):
            if inside[j]:
                continue
            change = opening[j]
            spared[opened] = 0.0
            row = by_site[j]
            for i in range(near.size):
                if row[i] < near[i]:
                    change += row[i] - near[i]
                    if first[i] >= 0:
                        spared[first[i]] += second[i] - near[i]
                elif row[i] < second[i] and first[i] >= 0:
                    spared[first[i]] += second[i] - row[i]
            if opened.size < most and change < best:
                best, enter, leave = change, j, -1
            for q in opened:
                if change + loss[q] - spared[q] < best:
                    best, enter, leave = change + loss[q] - spared[q], j, q
        if enter < 0 and leave < 0:
            return value
        if leave >= 0:
            inside[leave] = False
        if enter >= 0:
            inside[enter] = True
