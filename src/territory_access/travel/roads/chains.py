"""How does a road become one arc? Nodes in the middle of nowhere to turn are skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from territory_access.travel.roads.arcs import frozen
from territory_access.travel.roads.graph import from_arcs

if TYPE_CHECKING:
    import numpy.typing as npt

    from territory_access.travel.roads.arcs import Int32, Int64
    from territory_access.travel.roads.graph import Graph

    type Flags = npt.NDArray[np.bool_]


class Chains(NamedTuple):
    """The graph of junctions, and where each arc of the detailed graph lies in it.

    Attributes
    ----------
    graph
        Junctions and ends only; times between them are sums.
    number
        (detailed nodes) number of the node in ``graph``, −1 in the middle of a chain.
    ahead, ahead_ms
        (detailed arcs) node of ``graph`` where the chain ends, and the time from the **head** of
        the detailed arc to it; −1 where it leads nowhere.
    behind, behind_ms
        (detailed arcs) node of ``graph`` where the chain starts, and the time from it to the
        **tail** of the detailed arc.

    A point at the fraction ``f`` of arc ``a`` that takes ``w`` ms leaves by ``ahead[a]`` after
    ``(1 - f) * w + ahead_ms[a]`` and is reached from ``behind[a]`` after ``behind_ms[a] + f * w``.
    """

    graph: Graph
    number: Int32
    ahead: Int32
    ahead_ms: Int32
    behind: Int32
    behind_ms: Int32


def collapse(graph: Graph) -> Chains:
    """Keep junctions and ends; replace each chain between two of them by one arc a direction.

    All chains are walked at once by pointer jumping: every arc knows its successor, then its second
    successor, its fourth, and so on (Wyllie, 1979), so the rounds are the logarithm of the longest
    chain. Of a ring without a junction one node stays.

    Examples
    --------
    >>> from territory_access.travel.roads.graph import from_arcs
    >>> tail, head, time = [0, 1, 1, 2], [1, 0, 2, 1], [4, 4, 5, 6]
    >>> road = from_arcs(tail, head, milliseconds=time, x=[0, 1, 2], y=[0, 0, 0])
    >>> short = collapse(road)
    >>> short.graph.tail.tolist(), short.graph.head.tolist(), short.graph.milliseconds.tolist()
    ([0, 1], [1, 0], [9, 10])
    >>> short.number.tolist(), short.ahead.tolist(), short.ahead_ms.tolist()
    ([0, -1, 1], [1, 0, 1, 0], [5, 0, 0, 4])
    """
    tail, head = graph.tail, graph.head
    middle = _middles(graph)
    after = _successors(graph, middle)
    before = np.full(len(head), -1, np.int64)
    followed = after >= 0
    before[after[followed]] = np.flatnonzero(followed)
    last, ahead_ms = _jump(after, graph.milliseconds)
    start, behind_ms = _jump(before, graph.milliseconds)
    number = np.where(middle, -1, np.cumsum(~middle) - 1).astype(np.int32)
    leaves = (number[tail] >= 0) & (number[head[last]] >= 0)
    short = from_arcs(
        number[tail[leaves]],
        number[head[last[leaves]]],
        milliseconds=graph.milliseconds[leaves] + ahead_ms[leaves],
        x=graph.x[~middle],
        y=graph.y[~middle],
    )
    return Chains(
        graph=short,
        number=frozen(number),
        ahead=frozen(number[head[last]]),
        ahead_ms=frozen(ahead_ms.astype(np.int32)),
        behind=frozen(number[tail[start]]),
        behind_ms=frozen(behind_ms.astype(np.int32)),
    )


def _middles(graph: Graph) -> Flags:
    """Say which nodes have two neighbours and let one through from either, or one way only."""
    tail, head, nodes = graph.tail, graph.head, graph.nodes
    leaving = np.bincount(tail, minlength=nodes)
    entering = np.bincount(head, minlength=nodes)
    both = csr_array(
        (
            np.ones(2 * len(head), np.int8),
            (np.concatenate([tail, head]), np.concatenate([head, tail])),
        ),
        shape=(nodes, nodes),
    )
    neighbours = np.diff(both.tocsr().indptr)
    middle = (neighbours == 2) & (leaving == entering) & ((leaving == 1) | (leaving == 2))
    middle &= ~_ring_keepers(graph, middle)
    return np.asarray(middle, bool)


def _ring_keepers(graph: Graph, middle: Flags) -> Flags:
    """Say which nodes stay so that a ring of middles is not lost: the first node of each ring."""
    tail, head = graph.tail, graph.head
    inner = middle[tail] & middle[head]
    links = csr_array(
        (np.ones(int(inner.sum()), np.int8), (tail[inner], head[inner])),
        shape=(graph.nodes, graph.nodes),
    )
    count, label = connected_components(links, directed=False)
    open_ended = np.zeros(count, bool)
    open_ended[label[tail[middle[tail] & ~middle[head]]]] = True
    open_ended[label[head[middle[head] & ~middle[tail]]]] = True
    open_ended[label[~middle]] = True
    keepers = np.zeros(graph.nodes, bool)
    _, firsts = np.unique(label, return_index=True)
    keepers[firsts[~open_ended]] = True
    return keepers


def _successors(graph: Graph, middle: Flags) -> Int64:
    """Return the arc that follows each arc through the middle node at its head, or −1."""
    tail, head = graph.tail, graph.head
    following = np.full(len(head), -1, np.int64)
    into = np.flatnonzero(middle[head])
    one = graph.first[head[into]]
    other = np.minimum(one + 1, graph.first[head[into] + 1] - 1)
    following[into] = np.where(head[one] != tail[into], one, other)
    return following


def _jump(following: Int64, milliseconds: Int32) -> tuple[Int64, Int64]:
    """Return the last arc of each arc's chain, and the time of all arcs after the first."""
    last = np.arange(len(following), dtype=np.int64)
    reached = np.where(following >= 0, following, last)
    time = np.where(following >= 0, milliseconds[reached], 0).astype(np.int64)
    while not np.array_equal(last, reached):
        last = reached
        time = time + time[last]
        reached = last[last]
    return last, time
