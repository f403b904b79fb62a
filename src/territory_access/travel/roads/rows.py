"""How are the times of many sources at one node kept? In a row, lowered along arcs at once.

A row holds one node's times from many sources: 64 lanes of ``uint16`` or 32 of ``int32``, 128
bytes. Lowering a row along an arc is ``min(row, other + weight)`` in every lane at once
(PHAST: Delling, Goldberg, Nowatzyk and Werneck, 2011). ``vector_row`` does it with one LLVM
instruction per vector; where numba's LLVM cannot be reached, the plain loops below take over.

``uint16`` sums saturate at 65,535, which means *out of reach*. ``int32`` rows never exceed ``FAR``
= 2³⁰ − 1 and no weight does, so their sums cannot overflow.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel.roads.arcs import FAR
from territory_access.travel.roads.compiled import compiled

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from territory_access.travel.roads.arcs import Int32, Labels

    type Relax = Callable[[Labels, int, int, int, Int32, Labels], None]

ROW_BYTES = 128
_CACHE_LINE = 64


def lanes(dtype: npt.DTypeLike) -> int:
    """Return how many sources share a row.

    >>> lanes(np.uint16), lanes(np.int32)
    (64, 32)
    """
    return ROW_BYTES // np.dtype(dtype).itemsize


def far(dtype: npt.DTypeLike) -> int:
    """Return the label that means *out of reach*.

    >>> far(np.uint16)
    65535
    """
    return 65535 if np.dtype(dtype) == np.uint16 else FAR


def empty_rows(count: int, dtype: npt.DTypeLike) -> Labels:
    """Return ``count`` rows that start on a cache line, their content unset."""
    buffer = np.empty(count * ROW_BYTES + _CACHE_LINE, np.uint8)
    start = -buffer.ctypes.data % _CACHE_LINE
    rows: Labels = buffer[start : start + count * ROW_BYTES].view(dtype).reshape(-1, lanes(dtype))
    return rows


@compiled
def pull_row_plainly(
    labels: Labels, row: int, start: int, stop: int, heads: Int32, weights: Labels
) -> None:
    """Lower ``labels[row]`` to the least ``labels[heads[e]] + weights[e]``."""
    for e in range(start, stop):
        other = heads[e]
        for lane in range(labels.shape[1]):
            total = np.int64(labels[other, lane]) + np.int64(weights[e])
            labels[row, lane] = min(labels[row, lane], total)


@compiled
def settle_row_plainly(
    labels: Labels, row: int, start: int, stop: int, heads: Int32, weights: Labels
) -> None:
    """Set ``labels[row]`` to the least ``labels[heads[e]] + weights[e]``, whatever it was."""
    for lane in range(labels.shape[1]):
        labels[row, lane] = 65535 if labels.itemsize == 2 else FAR
    pull_row_plainly(labels, row, start, stop, heads, weights)


@compiled
def push_row_plainly(
    labels: Labels, row: int, start: int, stop: int, heads: Int32, weights: Labels
) -> None:
    """Lower each ``labels[heads[e]]`` to at most ``labels[row] + weights[e]``."""
    for e in range(start, stop):
        other = heads[e]
        for lane in range(labels.shape[1]):
            total = np.int64(labels[row, lane]) + np.int64(weights[e])
            labels[other, lane] = min(labels[other, lane], total)


pull_row: Relax = pull_row_plainly
push_row: Relax = push_row_plainly
settle_row: Relax = settle_row_plainly
with suppress(ImportError):  # a numba without llvmlite's builder: slower, same numbers
    vector_row = import_module("territory_access.travel.roads.vector_row")
    pull_row, push_row = vector_row.pull_row, vector_row.push_row
    settle_row = vector_row.settle_row
