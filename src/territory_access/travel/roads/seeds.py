"""Where do journeys start and end? At a node, or on an edge between two nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import NetworkError
from territory_access.travel.roads.arcs import FAR, frozen

if TYPE_CHECKING:
    import numpy.typing as npt

    from territory_access.travel.roads.arcs import Int32

NO_NODE = -1


@dataclass(frozen=True)
class Seeds:
    """Points of a graph: each hangs on one node or two, some milliseconds away.

    Attributes
    ----------
    node
        ``int32`` (points, 2): nodes, −1 for none. A point in the middle of an edge has both ends;
        of a one-way arc, an origin has the head and a destination the tail.
    offset
        ``int32`` (points, 2): milliseconds from an origin to the node, or from the node to a
        destination. Two points of the same edge are for the caller to compare.

    Raises
    ------
    NetworkError
        If the tables do not have two columns, or an offset is negative or above 12 days.
    """

    node: Int32
    offset: Int32

    def __post_init__(self) -> None:
        node, offset = np.asarray(self.node), np.asarray(self.offset)
        if node.ndim != 2 or node.shape[1] != 2 or node.shape != offset.shape:
            shapes = (node.shape, offset.shape)
            raise NetworkError("points à deux colonnes attendus, et non {shapes}", shapes=shapes)
        if offset.size and not 0 <= offset.min() <= offset.max() < FAR:
            raise NetworkError("un temps d’accès au réseau est négatif ou dépasse 12 jours")
        object.__setattr__(self, "node", frozen(node.astype(np.int32)))
        object.__setattr__(self, "offset", frozen(offset.astype(np.int32)))

    def __len__(self) -> int:
        return len(self.node)

    def __getitem__(self, chosen: npt.NDArray[np.intp] | slice) -> Seeds:
        return Seeds(self.node[chosen], self.offset[chosen])

    def refuse_strangers(self, nodes: int) -> None:
        """Raise a ``NetworkError`` if a node is not one of ``nodes``, or a point has none."""
        strange = (self.node < NO_NODE) | (self.node >= nodes)
        if strange.any():
            stranger = int(self.node[strange][0])
            raise NetworkError(
                "le nœud {node} n’est pas du réseau, qui en a {nodes}", node=stranger, nodes=nodes
            )


def at_nodes(nodes: npt.ArrayLike) -> Seeds:
    """Return points that lie on nodes.

    >>> at_nodes([4, 7]).node.tolist()
    [[4, -1], [7, -1]]
    """
    node = np.full((len(np.asarray(nodes)), 2), NO_NODE, np.int32)
    node[:, 0] = nodes
    return Seeds(node, np.zeros_like(node))
