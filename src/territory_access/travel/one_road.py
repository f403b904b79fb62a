"""Tell which arcs are one road between two junctions, so that neighbours on it need no junction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.travel.roads.chains import Chains
    from territory_access.travel.roads.graph import Graph


def numbers(detail: Graph, chains: Chains) -> NDArray[np.int32]:
    """Return for each arc the last arc of its chain: the same for all arcs of one direction.

    Examples
    --------
    >>> from territory_access.travel.roads.chains import collapse
    >>> from territory_access.travel.roads.graph import from_arcs
    >>> ms, x = [4, 4, 5, 6], [0, 1, 2]
    >>> way = from_arcs([0, 1, 1, 2], [1, 0, 2, 1], milliseconds=ms, x=x, y=[0] * 3)
    >>> numbers(way, collapse(way)).tolist()
    [2, 1, 2, 1]
    """
    tail, head = detail.tail, detail.head
    last = np.arange(len(head))
    into = np.flatnonzero(chains.number[head] < 0)
    first = detail.first[head[into]]
    second = np.minimum(first + 1, detail.first[head[into] + 1] - 1)
    last[into] = np.where(head[first] != tail[into], first, second)
    while True:
        further = last[last]
        if np.array_equal(further, last):
            return last.astype(np.int32)
        last = further
