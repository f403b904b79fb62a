"""Tell which parts of a network hang together, and which of them are real places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.travel.road_arcs import Draft

MAIN, ISLAND, FRAGMENT = "réseau principal", "île", "fragment"
ISLAND_METRES = 1_000.0
ISLAND_NODES = 2


def find(
    draft: Draft, arcs: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """Return the component of each node, and a table of components, the largest first.

    A component is a set of nodes that all reach each other (strongly connected). Not all small ones
    are alike: a car park drawn without its exit lies among the streets of the main network and
    nobody may snap there; an island without a boat is a place where people live, drive and see
    their own doctor. The distance tells: half of the nodes of an ``île`` are more than 1 km from
    the nearest node of the main network, and it has two nodes or more.

    Parameters
    ----------
    draft
        The network.
    arcs
        Which arcs count; all by default.

    Returns
    -------
    label : shape (nodes,)
        Rank of the component, 0 the largest.
    table
        Index ``component``; ``kind``, ``nodes``, ``share`` of all nodes, ``distance_m`` (median, to
        the main network), ``x``, ``y`` (its middle).
    """
    size = draft.nodes
    tail, head = (ends if arcs is None else ends[arcs] for ends in (draft.tail, draft.head))
    matrix = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(size, size))
    count, raw = connected_components(matrix, directed=True, connection="strong")
    order = np.argsort(-np.bincount(raw, minlength=count), kind="stable")
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    label = rank[raw]
    nodes = np.bincount(label, minlength=count)
    main = label == 0
    distance = np.zeros(size)
    far = np.flatnonzero(~main)
    if len(far):
        tree = cKDTree(np.column_stack([draft.x[main], draft.y[main]]))
        distance[far] = tree.query(np.column_stack([draft.x[far], draft.y[far]]))[0]
    table = (
        pd.DataFrame({"component": label, "distance_m": distance, "x": draft.x, "y": draft.y})
        .groupby("component")
        .median()
    )
    table.insert(0, "nodes", nodes)
    table.insert(1, "share", nodes / size)
    island = (table["distance_m"] > ISLAND_METRES) & (table["nodes"] >= ISLAND_NODES)
    table.insert(0, "kind", np.where(island, ISLAND, FRAGMENT))
    table.loc[0, "kind"] = MAIN
    return label, table


def places(label: NDArray[np.int64], table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which nodes belong to the main network or to an island."""
    return table["kind"].ne(FRAGMENT).to_numpy()[label]
