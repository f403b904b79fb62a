"""How do the times of a batch of origins reach its destinations? Up the one side, down the other.

PHAST and RPHAST (Delling, Goldberg, Nowatzyk and Werneck, 2011): pushing along upward arcs from the
origins, lowest node first, then pulling along downward arcs into the destinations, highest node
first, settles everything without a queue. One row of labels serves a whole batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.rows import empty_rows, far, push_row, settle_rows

if TYPE_CHECKING:
    import numpy.typing as npt

    from territory_access.travel.roads.arcs import Bytes, Int32, Labels, Whole
    from territory_access.travel.roads.selection import Descent, Points, Selection

_WORD = 8


class Workspace(NamedTuple):
    """Rows of both sides, of one thread, and which rows of the origins' side a batch has reached.

    ``reached`` is all 0 between calls; ``order`` is room for these rows, in the order of the climb.
    ``far`` is the label out of reach.
    """

    labels: Labels
    below: Labels
    reached: Bytes
    order: Int32
    far: int


def new_workspace(above: int, below: int, dtype: npt.DTypeLike) -> Workspace:
    """Return rows for nodes above the origins, and above the destinations."""
    return Workspace(
        empty_rows(above, dtype),
        empty_rows(below, dtype),
        np.zeros(above // _WORD * _WORD + _WORD, np.uint8),
        np.empty(above, np.int32),
        far(dtype),
    )


@compiled
def _fill_row(labels: Labels, row: Whole, label: int) -> None:
    """Set every lane of a row."""
    for lane in range(labels.shape[1]):
        labels[row, lane] = label


@compiled
def _mark_reached(above: Selection, start: int, stop: int, reached: Bytes, order: Int32) -> int:
    """List the rows above some origins, lowest node first; return how many."""
    first, head = above.arcs.first, above.arcs.head
    words = reached.view(np.uint64)
    lowest = -1
    for origin in range(start, stop):
        for end in range(2):
            row = above.entry[origin, end]
            if row >= 0:
                reached[row] = 1
                lowest = max(lowest, row)
    size = 0
    for word in range(lowest // 8, -1, -1):
        if words[word] == 0:
            continue
        for row in range(8 * word + 7, 8 * word - 1, -1):
            if reached[row]:
                reached[row] = 0
                order[size] = row
                size += 1
                for e in range(first[row], first[row + 1]):
                    reached[head[e]] = 1
    return size


@compiled
def climb(origins: Points, above: Selection, start: int, work: Workspace) -> int:
    """Push times from a batch, one origin a lane, to all nodes above it.

    ``origins[start:]`` fill the lanes, lanes without an origin stay out of reach. ``above`` serves
    all batches: only rows that this one reaches are set. Returns their number in ``work.order``.
    """
    labels = work.labels
    stop = min(start + labels.shape[1], len(above.entry))
    size = _mark_reached(above, start, stop, work.reached, work.order)
    for i in range(size):
        _fill_row(labels, np.int64(work.order[i]), work.far)
    for lane in range(stop - start):
        for end in range(2):
            row = above.entry[start + lane, end]
            if row >= 0:
                offset = min(origins.offset[start + lane, end], work.far)
                labels[row, lane] = min(labels[row, lane], offset)
    first, head, weight = above.arcs
    for i in range(size):
        row = work.order[i]
        push_row(labels, row, first[row], first[row + 1], head, weight)
    return size


@compiled
def descend(work: Workspace, size: int, meeting: Int32, arcs: Descent) -> None:
    """Take over the rows that both sides share, and pull times down to every row.

    ``work.order[:size]`` are the rows of the origins' side that were reached, and ``meeting`` says
    which row of the destinations' side each stands for, −1 for none.
    """
    first, turn, weight = arcs
    below, row = work.below, np.int64(0)
    if len(first) == 1:
        return
    _fill_row(below, row, work.far)
    for i in range(size - 1, -1, -1):
        shared = np.int64(meeting[work.order[i]])
        if shared >= 0:
            settle_rows(below, row, first[row], first[shared], turn, weight)
            for lane in range(below.shape[1]):
                below[shared, lane] = work.labels[work.order[i], lane]
            row = shared
    settle_rows(below, row, first[row], first[-1], turn, weight)


@compiled
def sweep(
    origins: Points,
    above: Selection,
    start: int,
    meeting: Int32,
    arcs: Descent,
    work: Workspace,
) -> None:
    """Fill ``work.below`` with the times of the batch that starts at origin ``start``."""
    descend(work, climb(origins, above, start, work), meeting, arcs)
