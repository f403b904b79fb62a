"""The LLVM rows against plain loops."""

from __future__ import annotations

import numpy as np
import pytest

from territory_access.travel.roads import rows
from territory_access.travel.roads.compiled import compiled


@compiled
def pull(labels, row, heads, weights):  # noqa: ANN001, ANN201
    rows.pull_row(labels, row, 1, len(heads), heads, weights)


@compiled
def push(labels, row, heads, weights):  # noqa: ANN001, ANN201
    rows.push_row(labels, row, 1, len(heads), heads, weights)


@compiled
def settle(labels, row, heads, weights):  # noqa: ANN001, ANN201
    rows.settle_row(labels, row, 1, len(heads), heads, weights)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32])
@pytest.mark.parametrize("arcs", [0, 1, 7])
def test_vectors_do_what_the_loops_do(dtype: type, arcs: int) -> None:
    rng = np.random.default_rng(arcs)
    top = rows.far(dtype)
    for kernel, plain in (
        (pull, rows.pull_row_plainly),
        (push, rows.push_row_plainly),
        (settle, rows.settle_row_plainly),
    ):
        labels = rows.empty_rows(9, dtype)
        labels[:] = rng.integers(0, top, labels.shape)
        labels[rng.random(labels.shape) < 0.2] = top
        expected = labels.copy()
        heads = rng.choice([0, 1, 2, 3, 5, 6, 7, 8], arcs + 1).astype(np.int32)  # no loop
        weights = rng.integers(0, top, arcs + 1).astype(dtype)
        kernel(labels, 4, heads, weights)
        plain(expected, 4, 1, len(heads), heads, weights)
        np.testing.assert_array_equal(labels, expected)
        assert labels.max() <= top


def test_rows_start_on_a_cache_line() -> None:
    for count in (1, 5):
        block = rows.empty_rows(count, np.uint16)
        assert block.ctypes.data % 64 == 0
        assert block.nbytes == count * rows.ROW_BYTES
