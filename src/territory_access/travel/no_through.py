"""Keep through traffic off roads that serve only those who live or stop there.

``access=destination``, ``customers``: one may start or end there, not drive through. A penalty
would be wrong for residents, so such roads are drawn twice: once for those who leave, who can only
go out; once for those who arrive, who can only go in; and from the first to the second wherever
one stands. Whatever can only be reached along them is drawn twice too, or it would be cut off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.travel.road_arcs import Draft


class Doubled(NamedTuple):
    """What stands for what once roads are drawn twice.

    Attributes
    ----------
    arriving
        For each arc there was, the one by which people arrive: itself, or its copy.
    node
        For each node there is, the node of the first drawing at its place.
    """

    arriving: NDArray[np.int64]
    node: NDArray[np.int64]


def close(draft: Draft, residents: NDArray[np.bool_], label: NDArray[np.int64]) -> Doubled:
    """Draw twice the roads for residents, and return which arcs and nodes are whose copies.

    Parameters
    ----------
    draft
        Changed in place; each stretch for residents is in two pieces or more.
    residents
        Which stretches are not for through traffic.
    label
        Component of each node (``components.find``).
    """
    arcs, nodes = np.arange(len(draft.tail)), np.arange(draft.nodes)
    on = residents[draft.stretch] & (draft.piece >= 0)
    if not on.any():
        return Doubled(arcs, nodes)
    core = _core(draft, ~on, label)
    on |= ~(core[draft.tail] & core[draft.head])
    inner = np.zeros(draft.nodes, bool)
    inner[draft.tail[on]] = inner[draft.head[on]] = True
    inner[draft.tail[~on]] = inner[draft.head[~on]] = False
    double = arcs[on]
    tail, head = draft.tail[double], draft.head[double]
    mirror, within = nodes.copy(), nodes[inner]
    mirror[within] = draft.add_nodes(draft.x[within], draft.y[within])
    exits, entries = ~inner[head], double[~inner[tail]]
    beyond = mirror[head]
    beyond[exits] = draft.add_nodes(draft.x[head[exits]], draft.y[head[exits]])
    origin = np.concatenate([nodes, within, head[exits], draft.tail[entries]])
    arriving = arcs.copy()
    arriving[double] = draft.add_arcs(mirror[tail], beyond, draft.milliseconds[double])
    draft.delay[arriving[double]] = draft.delay[double]
    gates = draft.tail[entries]
    draft.tail[entries] = draft.add_nodes(draft.x[gates], draft.y[gates])
    draft.add_arcs(within, mirror[within], 0)
    return Doubled(arriving, origin)


def _core(draft: Draft, free: NDArray[np.bool_], label: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which nodes through traffic reaches both ways: the largest part of each component."""
    size = draft.nodes
    links = csr_array(
        (np.ones(int(free.sum()), np.int8), (draft.tail[free], draft.head[free])),
        shape=(size, size),
    )
    _, part = connected_components(links, directed=True, connection="strong")
    count = pd.DataFrame({"label": label, "part": part}).value_counts().reset_index()
    largest = count.drop_duplicates("label").set_index("label")["part"]
    return np.asarray(part == largest.reindex(label).to_numpy())
