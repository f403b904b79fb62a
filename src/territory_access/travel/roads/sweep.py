"""How do the times of a batch of origins reach its destinations? Up the one side, down the other.

PHAST and RPHAST (Delling, Goldberg, Nowatzyk and Werneck, 2011): pushing along upward arcs from the
origins, lowest node first, then pulling along downward arcs into the destinations, highest node
first, settles everything without a queue. One row of labels serves a whole batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.rows import pull_row, push_row, settle_row

if TYPE_CHECKING:
    from territory_access.travel.roads.arcs import Arcs, Bytes, Int32, Labels
    from territory_access.travel.roads.selection import Points, Selection
    from territory_access.travel.roads.units import Unit


@compiled
def fill_row(labels: Labels, row: int, label: int) -> None:
    """Set every lane of a row."""
    for lane in range(labels.shape[1]):
        labels[row, lane] = label


@compiled
def climb(origins: Points, above: Selection, start: int, labels: Labels, unit: Unit) -> Bytes:
    """Push times from a batch, one origin a lane, to all nodes above it.

    ``origins[start:]`` fill the lanes, lanes without an origin stay out of reach. ``above`` serves
    all batches: the answer says which of its rows this batch has reached; others are not even set.
    """
    reached = np.zeros(len(above.member), np.uint8)
    far = unit.far
    for lane in range(min(labels.shape[1], len(above.entry) - start)):
        for end in range(2):
            row = above.entry[start + lane, end]
            if row >= 0:
                if not reached[row]:
                    reached[row] = 1
                    fill_row(labels, row, far)
                offset = origins.offset[start + lane, end]
                labels[row, lane] = min(labels[row, lane], offset)
    first, head, weight = above.arcs.first, above.arcs.head, above.arcs.weight
    for row in range(len(reached) - 1, -1, -1):
        if reached[row]:
            for e in range(first[row], first[row + 1]):
                if not reached[head[e]]:
                    reached[head[e]] = 1
                    for lane in range(labels.shape[1]):
                        labels[head[e], lane] = far
            push_row(labels, row, first[row], first[row + 1], head, weight)
    return reached


@compiled
def crossing(above: Int32, local: Int32, rows: int) -> Int32:
    """Return for each row of the destinations' side the row of the same node above the origins.

    ``local`` is the row of a node on the destinations' side, −1 for none; the answer is −1 for rows
    that the origins' side does not have.
    """
    same = np.full(rows, -1, np.int32)
    for row in range(len(above)):
        if local[above[row]] >= 0:
            same[local[above[row]]] = row
    return same


@compiled
def descend(labels: Labels, reached: Bytes, same: Int32, arcs: Arcs, below: Labels) -> None:
    """Take over the rows that both sides share, and pull times down to every row."""
    first, head, weight = arcs.first, arcs.head, arcs.weight
    for row in range(len(first) - 1):
        if same[row] >= 0 and reached[same[row]]:
            for lane in range(labels.shape[1]):
                below[row, lane] = labels[same[row], lane]
            pull_row(below, row, first[row], first[row + 1], head, weight)
        else:
            settle_row(below, row, first[row], first[row + 1], head, weight)
