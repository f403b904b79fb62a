"""How do the times of a batch of origins reach its destinations? Up the one side, down the other.

PHAST and RPHAST (Delling, Goldberg, Nowatzyk and Werneck, 2011): pushing along upward arcs from the
origins, lowest node first, then pulling along downward arcs into the destinations, highest node
first, settles everything without a queue. One row of labels serves a whole batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.rows import pull_row, push_row

if TYPE_CHECKING:
    from territory_access.travel.roads.arcs import Arcs, Int32, Labels
    from territory_access.travel.roads.selection import Points, Selection
    from territory_access.travel.roads.units import Unit


@compiled
def fill_row(labels: Labels, row: int, label: int) -> None:
    """Set every lane of a row."""
    for lane in range(labels.shape[1]):
        labels[row, lane] = label


@compiled
def climb(origins: Points, above: Selection, start: int, labels: Labels, unit: Unit) -> None:
    """Push times from ``origins[start:]``, one a lane, to all nodes above them.

    ``above.entry`` holds the rows of all the selection's origins, of which ``start`` is the first of
    this batch; lanes without an origin stay out of reach.
    """
    rows = len(above.member)
    for row in range(rows):
        fill_row(labels, row, unit.far)
    for lane in range(min(labels.shape[1], len(above.entry) - start)):
        for end in range(2):
            row = above.entry[start + lane, end]
            if row >= 0:
                offset = origins.offset[start + lane, end]
                labels[row, lane] = min(labels[row, lane], offset)
    first, head, weight = above.arcs.first, above.arcs.head, above.arcs.weight
    for row in range(rows - 1, -1, -1):
        push_row(labels, row, first[row], first[row + 1], head, weight)


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
def descend(labels: Labels, same: Int32, arcs: Arcs, below: Labels, unit: Unit) -> None:
    """Take over the rows that both sides share, and pull times down to every row."""
    first, head, weight = arcs.first, arcs.head, arcs.weight
    for row in range(len(first) - 1):
        if same[row] >= 0:
            for lane in range(labels.shape[1]):
                below[row, lane] = labels[same[row], lane]
        else:
            fill_row(below, row, unit.far)
        pull_row(below, row, first[row], first[row + 1], head, weight)


@compiled
def descend_everywhere(labels: Labels, arcs: Arcs) -> None:
    """Pull times down to every node; ``labels`` is by position and holds the climb's result."""
    for row in range(len(arcs.first) - 1):
        pull_row(labels, row, arcs.first[row], arcs.first[row + 1], arcs.head, arcs.weight)
