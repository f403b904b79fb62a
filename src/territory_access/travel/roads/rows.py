"""How are the times of many sources at one node kept? In a row, lowered along arcs at once.

A row holds one node's times from many sources: 64 lanes of ``uint16`` or 32 of ``int32``, 128
bytes. Lowering a row along an arc is ``min(row, other + weight)`` in every lane at once
(PHAST: Delling, Goldberg, Nowatzyk and Werneck, 2011). ``vector_row`` does it with one LLVM
instruction per vector; where numba's LLVM cannot be reached, the plain loops below take over.

``uint16`` sums saturate at 65,535, which means *out of reach*. ``int32`` rows never exceed ``FAR``
= 2³⁰ − 1 and no weight does, so their sums cannot overflow. Weights are ``int32`` for both.
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

    from territory_access.travel.roads.arcs import Float32, Int32, Int64, Labels, Whole

    type Relax = Callable[[Labels, Whole, int, int, Int32, Int32], None]
    type Write = Callable[[Labels, Int32, int, int, Int64, Float32, int, float, Labels], None]

ROW_BYTES = 128
_CACHE_LINE = 64
BLOCK = 16
"""Rows, and lanes of them, that ``write_block`` turns into lines of a table at once."""


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
def settle_rows_plainly(
    labels: Labels, row: Whole, start: int, stop: int, turns: Int32, weights: Int32
) -> None:
    """Set row after row to the least ``labels[head] + weight`` of its arcs.

    The first row keeps what it held where that is less; the others' content does not matter. Arcs
    are those of a ``Descent``, whole rows of them.
    """
    for arc in range(start, stop):
        head = turns[arc] >> 1
        for lane in range(labels.shape[1]):
            total = np.int64(labels[head, lane]) + np.int64(weights[arc])
            labels[row, lane] = min(labels[row, lane], total)
        if arc & 1 and turns[arc] & 1 and arc + 1 < stop:
            row += 1
            for lane in range(labels.shape[1]):
                labels[row, lane] = 65535 if labels.itemsize == 2 else FAR


@compiled
def push_row_plainly(
    labels: Labels, row: Whole, start: int, stop: int, heads: Int32, weights: Int32
) -> None:
    """Lower each ``labels[heads[e]]`` to at most ``labels[row] + weights[e]``."""
    for e in range(start, stop):
        other = heads[e]
        for lane in range(labels.shape[1]):
            total = np.int64(labels[row, lane]) + np.int64(weights[e])
            labels[other, lane] = min(labels[other, lane], total)


@compiled
def write_block_plainly(
    labels: Labels,
    rows: Int32,
    column: int,
    lane: int,
    lines: Int64,
    minutes: Float32,
    limit: int,
    step: float,
    farthest: Labels,
) -> None:
    """Write 16 lanes of 16 rows into the table, ``inf`` beyond ``limit``; raise ``farthest``.

    Row ``rows[column + i]``, lane ``lane + j``, goes to ``minutes[lines[lane + j], column + i]``.
    """
    for i in range(column, column + 16):
        for j in range(lane, lane + 16):
            label = labels[rows[i], j]
            farthest[j] = max(farthest[j], label)
            minutes[lines[j], i] = np.int32(label) * step if label <= limit else np.inf


settle_rows: Relax = settle_rows_plainly
push_row: Relax = push_row_plainly
write_block: Write = write_block_plainly
with suppress(ImportError):  # a numba without llvmlite's builder: slower, same numbers
    vector_row = import_module("territory_access.travel.roads.vector_row")
    settle_rows, push_row = vector_row.settle_rows, vector_row.push_row
    write_block = import_module("territory_access.travel.roads.vector_block").write_block
