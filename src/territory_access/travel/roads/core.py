"""Which graph remains while nodes are being contracted? A core that shrinks round by round."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.arcs import FAR, Int32, Int64
from territory_access.travel.roads.compiled import compiled

if TYPE_CHECKING:
    from territory_access.travel.roads.arcs import Arcs, Bytes, Whole


class Core(NamedTuple):
    """Remaining nodes, their neighbours, and the times there (``out``) and from there (``into``).

    A missing direction is ``FAR``. Each neighbour stands once in a row, in no given order.
    """

    first: Int64
    neighbour: Int32
    out: Int32
    into: Int32


class Shortcuts(NamedTuple):
    """Arcs that stand for a way through a removed node."""

    tail: Int32
    head: Int32
    time: Int32


@compiled
def _merge_rows(first: Int64, rows: Core) -> Core:
    """Keep each neighbour of a row once, with the least time in either direction."""
    nodes = len(first) - 1
    last_seen = np.full(nodes, -1, np.int64)
    merged = np.zeros(nodes + 1, np.int64)
    size = 0
    for v in range(nodes):
        start = size
        for e in range(first[v], first[v + 1]):
            other = rows.neighbour[e]
            seen = last_seen[other]
            if seen >= start:
                rows.out[seen] = min(rows.out[seen], rows.out[e])
                rows.into[seen] = min(rows.into[seen], rows.into[e])
            else:
                rows.neighbour[size] = other
                rows.out[size] = rows.out[e]
                rows.into[size] = rows.into[e]
                last_seen[other] = size
                size += 1
        merged[v + 1] = size
    return Core(
        merged, rows.neighbour[:size].copy(), rows.out[:size].copy(), rows.into[:size].copy()
    )


@compiled
def _add_arc(rows: Core, free: Int64, tail: Whole, head: Whole, time: int) -> None:
    """Write an arc into the rows of both its ends."""
    place = free[tail]
    rows.neighbour[place], rows.out[place], rows.into[place] = head, time, FAR
    free[tail] += 1
    place = free[head]
    rows.neighbour[place], rows.out[place], rows.into[place] = tail, FAR, time
    free[head] += 1


@compiled
def _running_sum(first: Int64) -> Int64:
    """Turn counts into starts, in place; return where each row is filled next.

    Plain loops here and below: numpy's own functions take seconds to compile.
    """
    free = np.empty(len(first) - 1, np.int64)
    for v in range(len(free)):
        free[v] = first[v]
        first[v + 1] += first[v]
    return free


@compiled
def _empty_rows(first: Int64) -> Core:
    size = first[-1]
    return Core(first, np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int32))


@compiled
def whole(arcs: Arcs) -> Core:
    """Return the core that is the whole graph."""
    nodes = len(arcs.first) - 1
    first = np.zeros(nodes + 1, np.int64)
    for v in range(nodes):
        for e in range(arcs.first[v], arcs.first[v + 1]):
            first[v + 1] += 1
            first[arcs.head[e] + 1] += 1
    free = _running_sum(first)
    rows = _empty_rows(first)
    for v in range(nodes):
        for e in range(arcs.first[v], arcs.first[v + 1]):
            _add_arc(rows, free, v, np.int64(arcs.head[e]), arcs.weight[e])
    return _merge_rows(first, rows)


@compiled
def without(core: Core, removed: Bytes, shortcuts: Shortcuts) -> tuple[Core, Int32]:
    """Return the core without the removed nodes and with the shortcuts, and who its nodes were."""
    survivors, number = np.empty(len(removed), np.int32), np.empty(len(removed), np.int32)
    kept = 0
    for v in range(len(removed)):
        number[v] = -1
        if not removed[v]:
            number[v], survivors[kept] = kept, v
            kept += 1
    survivors = survivors[:kept]
    first = np.zeros(kept + 1, np.int64)
    for i in range(kept):
        for e in range(core.first[survivors[i]], core.first[survivors[i] + 1]):
            first[i + 1] += number[core.neighbour[e]] >= 0
    for i in range(len(shortcuts.time)):
        first[number[shortcuts.tail[i]] + 1] += 1
        first[number[shortcuts.head[i]] + 1] += 1
    free = _running_sum(first)
    rows = _empty_rows(first)
    for i in range(kept):
        for e in range(core.first[survivors[i]], core.first[survivors[i] + 1]):
            other = number[core.neighbour[e]]
            if other >= 0:
                place = free[i]
                rows.neighbour[place] = other
                rows.out[place], rows.into[place] = core.out[e], core.into[e]
                free[i] += 1
    for i in range(len(shortcuts.time)):
        tail, head = number[shortcuts.tail[i]], number[shortcuts.head[i]]
        _add_arc(rows, free, np.int64(tail), np.int64(head), shortcuts.time[i])
    return _merge_rows(first, rows), survivors
