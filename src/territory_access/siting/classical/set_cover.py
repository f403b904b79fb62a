"""How few sites cover everybody? Reduce, try by hand, and only then ask the solver.

Implied demands and dominated sites are dropped until nothing changes (``classical.cover``); a
greedy cover bounds the answer from above, demands that share no site bound it from below. Whether
so many sites are enough is whether they leave nobody out: linear programmes mostly say
(``classical.relaxed``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from territory_access.siting.classical.cover import dominated, implied, merged
from territory_access.siting.classical.programme import Programme
from territory_access.siting.classical.programme import solve as ask_solver
from territory_access.siting.classical.relaxed import Proof, prove

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Flags = NDArray[np.bool_]

# Linear programmes after which the solver's cuts are worth their time.
_PROGRAMMES = 60


@dataclass(frozen=True)
class Cover:
    """Sites that cover everybody, a bound on how few can, and the nodes that it took."""

    sites: NDArray[np.int64]
    bound: int
    nodes: int


def reduced(near: Flags) -> tuple[Flags, NDArray[np.int64]]:
    """Return what is left to cover, and the positions of the sites that are left.

    >>> reduced(np.array([[True, True], [True, False]]))
    (array([[ True]]), array([0]))
    """
    sites = np.arange(near.shape[1])
    near, _ = merged(near, np.ones(near.shape[0]))
    while True:
        before = near.shape
        near = near[~implied(near)]
        useful = ~dominated(near)
        near, sites = near[:, useful], sites[useful]
        if near.shape == before:
            return near, sites


def set_cover(near: Flags, *, enough: int | None = None, nodes: int = 1_000_000) -> Cover:
    """Return as few sites as cover every demand.

    Parameters
    ----------
    near
        Whether each site covers each demand ``(demands, sites)``; each demand has one at least.
    enough
        Stop as soon as it is known whether so few can cover.
    nodes
        Nodes of the solver, at most.

    Examples
    --------
    >>> set_cover(np.array([[True, True, False], [False, True, True]])).sites.tolist()
    [1]
    """
    left, sites = reduced(near)
    upper, lower = _greedy(left), _apart(left)
    known = enough is not None and (upper.size <= enough or lower > enough)
    if known or upper.size == lower:
        return Cover(sites[upper], min(lower, upper.size), 0)
    proof = _enough(left, enough, nodes)
    if proof is not None and proof.inside is not None:
        return Cover(sites[proof.inside], lower, proof.nodes)
    if enough is not None and proof is not None and proof.bound == proof.cost:
        return Cover(sites[upper], enough + 1, proof.nodes)
    answer = ask_solver(_programme(left), nodes=nodes)
    if answer is None:
        raise ValueError  # each demand has a site
    bound = max(lower, int(np.ceil(answer.bound - 1e-6)))
    seen = answer.nodes + (0 if proof is None else proof.nodes)
    return Cover(sites[answer.columns > 0.5], bound, seen)


def _enough(near: Flags, sites: int | None, nodes: int) -> Proof | None:
    """Return whether so many sites leave out fewer than one demand, as far as it is proved."""
    if sites is None:
        return None
    return prove(near, np.ones(near.shape[0]), sites, 1.0, nodes=min(nodes, _PROGRAMMES))


def _programme(near: Flags) -> Programme:
    """Columns: sites. As few as cover everybody."""
    ones = np.ones(near.shape[1])
    return Programme(
        cost=ones,
        rows=csr_array(near.astype(float)),
        low=np.ones(near.shape[0]),
        high=np.full(near.shape[0], np.inf),
        most=ones,
        whole=ones > 0,
    )


def _greedy(near: Flags) -> NDArray[np.int64]:
    """Return sites that cover everybody: each time the one that covers most of what is left."""
    left, chosen = np.ones(near.shape[0], bool), []
    while left.any():
        chosen.append(int(near[left].sum(axis=0).argmax()))
        left &= ~near[:, chosen[-1]]
    return np.array(sorted(chosen), dtype=np.int64)


def _apart(near: Flags) -> int:
    """Return how many demands share no site two by two, chosen greedily."""
    table = near.astype(np.float32)
    meets = (table @ table.T) > 0.5
    left, count = np.ones(near.shape[0], bool), 0
    while left.any():
        among = np.flatnonzero(left)
        least = among[meets[np.ix_(among, among)].sum(axis=1).argmin()]
        left &= ~meets[least]
        count += 1
    return count
