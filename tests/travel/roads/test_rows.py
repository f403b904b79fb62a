"""The LLVM rows and blocks against plain loops."""

from __future__ import annotations

import numpy as np
import pytest

from territory_access.travel.roads import rows
from territory_access.travel.roads.arcs import Arcs
from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.many_to_many import write_minutes
from territory_access.travel.roads.selection import descent
from territory_access.travel.roads.units import Unit

LABELS = pytest.mark.parametrize("dtype", [np.uint16, np.int32])


@compiled
def push(labels, row, heads, weights):  # noqa: ANN001, ANN201
    rows.push_row(labels, row, 1, len(heads), heads, weights)


@compiled
def settle(labels, row, first, turns, weights):  # noqa: ANN001, ANN201
    rows.settle_rows(labels, row, first[row], first[-1], turns, weights)


def some_labels(rng: np.random.Generator, count: int, dtype: type) -> np.ndarray:
    top = rows.far(dtype)
    labels = rows.empty_rows(count, dtype)
    labels[:] = rng.integers(0, top, labels.shape)
    labels[rng.random(labels.shape) < 0.2] = top
    return labels


def some_weights(rng: np.random.Generator, count: int) -> np.ndarray:
    return (rng.integers(1, 2**30 - 1, count) >> rng.integers(0, 30, count)).astype(np.int32)


@LABELS
@pytest.mark.parametrize("arcs", [0, 1, 7])
def test_vectors_push_like_the_loops(dtype: type, arcs: int) -> None:
    rng = np.random.default_rng(arcs)
    labels = some_labels(rng, 9, dtype)
    expected = labels.copy()
    heads = rng.choice([0, 1, 2, 3, 5, 6, 7, 8], arcs + 1).astype(np.int32)  # no loop
    weights = some_weights(rng, arcs + 1)
    push(labels, 4, heads, weights)
    rows.push_row_plainly(expected, 4, 1, len(heads), heads, weights)
    np.testing.assert_array_equal(labels, expected)
    assert labels.max() <= rows.far(dtype)


@LABELS
@pytest.mark.parametrize("seed", range(5))
def test_vectors_settle_like_the_loops(dtype: type, seed: int) -> None:
    """Rows without arcs, with an odd number of them, and a destination below two nodes."""
    rng = np.random.default_rng(seed)
    degree = rng.integers(0, 5, 30)
    degree[0] = 0
    first = np.r_[0, np.cumsum(degree)].astype(np.int64)
    head = np.array([rng.integers(0, r) for r in range(30) for _ in range(degree[r])], np.int32)
    weight = some_weights(rng, len(head))
    entry, offset = np.array([[29, -1], [3, 17]], np.int32), np.array([[0, 0], [5, 9]], np.int32)
    arcs, row = descent(Arcs(first, head, weight), entry, offset)
    assert row.tolist() == [29, 30]
    labels = some_labels(rng, 31, dtype)
    expected, start = labels.copy(), seed
    settle(labels, start, *arcs)
    top = rows.far(dtype)
    for r in range(start, 31):
        own = expected[r].astype(np.int64) if r == start else np.full(labels.shape[1], top)
        sources = zip(entry[1], offset[1], strict=True)
        if r < 30:
            span = slice(first[r], first[r + 1])
            sources = zip(head[span], weight[span], strict=True)
        for other, later in sources:
            own = np.minimum(own, expected[other].astype(np.int64) + later)
        expected[r] = own
    np.testing.assert_array_equal(labels, expected)
    plainly = some_labels(np.random.default_rng(seed), 31, dtype)
    plainly[:] = labels
    rows.settle_rows_plainly(plainly, start, arcs.first[start], arcs.first[-1], *arcs[1:])
    np.testing.assert_array_equal(plainly, expected)


@LABELS
@pytest.mark.parametrize("used", [1, 16, 23, 32])
@pytest.mark.parametrize("count", [3, 16, 80, 133])
def test_blocks_write_what_a_loop_would(dtype: type, used: int, count: int) -> None:
    rng = np.random.default_rng(count)
    top = rows.far(dtype)
    labels = some_labels(rng, 40, dtype)
    row = rng.integers(0, 40, count).astype(np.int32)
    row[count // 2 :: 50] = -1
    lines = rng.permutation(50)[:used]
    unit = Unit(0.01, top, top // 2, 100 / 60_000)
    minutes = np.full((50, count), 7, np.float32)
    far = write_minutes(labels, row, lines, minutes, unit)
    chosen = np.where(row < 0, top, labels[row].T.astype(np.int64))[:used]
    expected = np.full((50, count), 7, np.float32)
    near = (chosen * unit.minutes).astype(np.float32)
    expected[lines] = np.where(chosen <= unit.limit, near, np.inf)
    np.testing.assert_array_equal(minutes, expected)
    np.testing.assert_array_equal(far, (chosen == top).any(axis=1))


@LABELS
def test_blocks_in_vectors_do_what_the_loops_do(dtype: type) -> None:
    rng = np.random.default_rng(1)
    labels, row = some_labels(rng, 40, dtype), rng.integers(0, 40, 20).astype(np.int32)
    lines = np.arange(32)[::-1].copy()
    ours, theirs = (np.zeros((32, 20), np.float32) for _ in range(2))
    most, highest = (np.zeros(labels.shape[1], dtype) for _ in range(2))
    block(labels, row, lines, ours, most)
    rows.write_block_plainly(labels, row, 3, 9, lines, theirs, 20_000, 0.1, highest)
    np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(most, highest)
    assert np.isinf(ours).any()


@compiled
def block(labels, row, lines, minutes, farthest):  # noqa: ANN001, ANN201
    limit = 20_000
    rows.write_block(labels, row, 3, 9, lines, minutes, limit, 0.1, farthest)


def test_rows_start_on_a_cache_line() -> None:
    for count in (1, 5):
        block = rows.empty_rows(count, np.uint16)
        assert block.ctypes.data % 64 == 0
        assert block.nbytes == count * rows.ROW_BYTES
