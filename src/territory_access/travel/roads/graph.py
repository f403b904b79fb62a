"""What is a road graph? Nodes, one-way arcs with a time in milliseconds, and coordinates."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from territory_access.errors import NetworkError
from territory_access.travel.roads.arcs import FAR, Arcs, frozen

if TYPE_CHECKING:
    import numpy.typing as npt

    from territory_access.travel.roads.arcs import Float64, Int32, Int64


@dataclass(frozen=True)
class Graph:
    """Directed graph in compressed rows, immutable.

    Attributes
    ----------
    first
        ``int64`` (nodes + 1): the arcs of node ``v`` are ``first[v]`` to ``first[v + 1]``.
    head
        ``int32`` (arcs): where each arc leads, ascending within a node, each once.
    milliseconds
        ``int32`` (arcs): time to drive it, 0 to 2³⁰ − 2. Whole seconds would cost up to 335 s on a
        path, milliseconds cost nothing.
    x, y
        ``float64`` (nodes): coordinates in any plane or in degrees; they only serve for order.

    Raises
    ------
    NetworkError
        If sizes disagree, a head is no node, or a time is out of range.
    """

    first: Int64
    head: Int32
    milliseconds: Int32
    x: Float64
    y: Float64

    def __post_init__(self) -> None:
        _refuse_faults(self)
        for name, dtype in (
            ("first", np.int64),
            ("head", np.int32),
            ("milliseconds", np.int32),
            ("x", np.float64),
            ("y", np.float64),
        ):
            object.__setattr__(self, name, frozen(np.asarray(getattr(self, name), dtype)))

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.first) - 1

    @property
    def arcs(self) -> Arcs:
        """The arcs leaving each node, as kernels take them."""
        return Arcs(self.first, self.head, self.milliseconds)

    @property
    def tail(self) -> Int32:
        """Where each arc starts."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.first))

    def digest(self) -> str:
        """Return the SHA-256 of the content: the same roads give the same name."""
        content = hashlib.sha256()
        for array in (self.first, self.head, self.milliseconds, self.x, self.y):
            content.update(array.dtype.str.encode())
            content.update(array.data)
        return content.hexdigest()


def _refuse_faults(graph: Graph) -> None:
    nodes, arcs = len(graph.first) - 1, len(graph.head)
    if nodes < 1 or not len(graph.x) == len(graph.y) == nodes:
        raise NetworkError(
            "réseau sans nœuds, ou coordonnées ({x}, {y}) pour {nodes} nœuds",
            x=len(graph.x),
            y=len(graph.y),
            nodes=nodes,
        )
    ordered = graph.first[0] == 0 and graph.first[-1] == arcs and (np.diff(graph.first) >= 0).all()
    if not ordered or len(graph.milliseconds) != arcs:
        raise NetworkError("les {arcs} arcs du réseau ne sont pas rangés par nœud", arcs=arcs)
    if arcs and not (np.min(graph.head) >= 0 and np.max(graph.head) < nodes):
        raise NetworkError("un arc du réseau mène à un nœud qui n’existe pas")
    if arcs and not (np.min(graph.milliseconds) >= 0 and np.max(graph.milliseconds) < FAR):
        raise NetworkError("un temps de parcours est négatif ou dépasse 12 jours")
    if not (np.isfinite(graph.x).all() and np.isfinite(graph.y).all()):
        raise NetworkError("un nœud du réseau n’a pas de coordonnées")


def from_arcs(
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    *,
    milliseconds: npt.ArrayLike,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
) -> Graph:
    """Group arcs by tail; loops go, and of parallel arcs the fastest stays.

    Raises
    ------
    NetworkError
        If an end is no node or a time is out of range.

    Examples
    --------
    >>> graph = from_arcs(
    ...     [0, 0, 1, 1], [1, 1, 0, 1], milliseconds=[9, 5, 7, 1], x=[0, 1], y=[0, 0]
    ... )
    >>> graph.head.tolist(), graph.milliseconds.tolist()
    ([1, 0], [5, 7])
    """
    start, end = np.asarray(tail, np.int64), np.asarray(head, np.int64)
    time = np.asarray(milliseconds, np.int64)
    nodes = len(np.asarray(x))
    if len(start) and not (
        min(start.min(), end.min()) >= 0 and max(start.max(), end.max()) < nodes
    ):
        raise NetworkError("un arc du réseau part d’un nœud qui n’existe pas, ou y mène")
    if len(time) and not 0 <= time.min() <= time.max() < FAR:
        raise NetworkError("un temps de parcours est négatif ou dépasse 12 jours")
    order = np.lexsort((time, end, start))
    start, end, time = start[order], end[order], time[order]
    keep = start != end
    keep[1:] &= (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    first = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(start[keep], minlength=nodes), out=first[1:])
    return Graph(
        first=first,
        head=end[keep].astype(np.int32),
        milliseconds=time[keep].astype(np.int32),
        x=np.asarray(x, np.float64),
        y=np.asarray(y, np.float64),
    )


class Part(NamedTuple):
    """A graph made of some nodes of another.

    ``node`` gives for each node of ``graph`` its number in the other; ``number`` gives for each
    node of the other its number in ``graph``, or −1.
    """

    graph: Graph
    node: Int32
    number: Int32


def restrict(graph: Graph, nodes: npt.ArrayLike) -> Part:
    """Return the graph of ``nodes`` and the arcs between them, numbered in the order given.

    Examples
    --------
    >>> line = from_arcs([0, 1, 2], [1, 2, 1], milliseconds=[1, 2, 3], x=[0, 1, 2], y=[0, 0, 0])
    >>> part = restrict(line, [2, 1])
    >>> part.graph.tail.tolist(), part.graph.head.tolist(), part.number.tolist()
    ([0, 1], [1, 0], [-1, 1, 0])
    """
    node = np.asarray(nodes, np.int32)
    number = np.full(graph.nodes, -1, np.int32)
    number[node] = np.arange(len(node), dtype=np.int32)
    tail, head = number[graph.tail], number[graph.head]
    inside = (tail >= 0) & (head >= 0)
    part = from_arcs(
        tail[inside],
        head[inside],
        milliseconds=graph.milliseconds[inside],
        x=graph.x[node],
        y=graph.y[node],
    )
    return Part(part, frozen(node), frozen(number))


def largest_component(graph: Graph) -> Part:
    """Return the largest part where every node reaches every other (strongly connected).

    About 3 % of Malta's road nodes lie outside it; a point that snaps there reaches nothing.

    Examples
    --------
    >>> dead_end = from_arcs([0, 1, 1], [1, 0, 2], milliseconds=[1, 1, 1], x=[0, 1, 2], y=[0, 0, 0])
    >>> largest_component(dead_end).node.tolist()
    [0, 1]
    """
    matrix = csr_array(
        (np.ones(len(graph.head), np.int8), graph.head, graph.first),
        shape=(graph.nodes, graph.nodes),
    )
    _, label = connected_components(matrix, directed=True, connection="strong")
    return restrict(graph, np.flatnonzero(label == np.bincount(label).argmax()))


def along_curve(graph: Graph) -> Part:
    """Return the graph with neighbouring nodes numbered nearly alike, along a Hilbert curve."""
    return restrict(graph, np.argsort(hilbert(graph.x, graph.y), kind="stable"))


def hilbert(x: npt.ArrayLike, y: npt.ArrayLike) -> Int64:
    """Return the rank of each point along a Hilbert curve of 65,536 × 65,536 cells.

    Successive cells of the curve touch (Hilbert, 1891), unlike Morton's. The bits are worked out
    from the highest down, as in Warren, *Hacker's Delight*, ch. 16.

    Examples
    --------
    >>> hilbert([0, 0, 1, 1], [0, 1, 1, 0]).argsort().tolist()
    [0, 1, 2, 3]
    """
    east, north = (_cells(np.asarray(values, np.float64)) for values in (x, y))
    rank = np.zeros(len(east), np.int64)
    side = 1 << 15
    while side:
        right, upper = (east & side) > 0, (north & side) > 0
        rank += side * side * ((3 * right) ^ upper)
        flip = right & ~upper
        east, north = np.where(flip, 65535 - east, east), np.where(flip, 65535 - north, north)
        east, north = np.where(upper, east, north), np.where(upper, north, east)
        side >>= 1
    return rank


def _cells(values: Float64) -> Int64:
    low, high = values.min(), values.max()
    return ((values - low) * (65535 / (high - low if high > low else 1.0))).astype(np.int64)
