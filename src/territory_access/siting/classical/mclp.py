r"""Maximal covering: p sites, for most people to be within reach of one.

.. math:: \max_{|S| = p}\; \sum_{i : \min_{j \in S} c_{ij} \le r} w_i

(Church and ReVelle, *The maximal covering location problem*, 1974). Coverage is counted in people,
never in points. People within reach of the same sites are merged, dominated sites left out, and
``classical.uncapacitated`` is asked for the least people left out: a site serves for nothing within
reach, and to refuse somebody costs their weight. Where its branches would be many, linear
programmes prove the rest (``classical.relaxed``), on the sites that the multipliers have not
settled; where these would be many as well, HiGHS with its cuts.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from territory_access.siting.classical.cover import dominated, merged
from territory_access.siting.classical.labels import check_count, instance
from territory_access.siting.classical.location import Location, location
from territory_access.siting.classical.programme import Programme
from territory_access.siting.classical.programme import solve as ask_solver
from territory_access.siting.classical.relaxed import prove
from territory_access.siting.classical.uncapacitated import Task, solve

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    type Flags = NDArray[np.bool_]
    type Reals = NDArray[np.float64]

# Branches after which linear programmes are worth their time, and programmes after which cuts are.
_BRANCHES, _PROGRAMMES = 20, 80
# Local searches before them.
_KICKS = 8
# People by whom a proof may miss: rounding.
_CLOSE = 1e-6


def mclp(
    costs: xr.DataArray,
    count: int,
    *,
    reach: float,
    weights: xr.DataArray | None = None,
    nodes: int = 1_000_000,
) -> Location:
    """Return the sites that have most people within reach.

    Parameters
    ----------
    costs
        Minutes or metres ``(demand, site)``; ``inf`` is out of reach.
    count
        How many sites open, exactly; those that add nobody are the first labels left.
    reach
        Farthest cost that covers.
    weights
        People of each demand ``(demand)``.
    nodes
        Branches to look at, at most; then ``gap`` says what is left to prove.

    Raises
    ------
    DataError
        For tables that cannot be used.

    Examples
    --------
    >>> import xarray as xr
    >>> towns, at = ["a", "b", "c"], np.array([0.0, 1.0, 10.0])
    >>> table = xr.DataArray(abs(at[:, None] - at), {"demand": towns, "site": towns})
    >>> people = xr.DataArray([300.0, 200.0, 400.0], {"demand": towns})
    >>> found = mclp(table, 1, reach=2.0, weights=people)
    >>> found.sites, found.objective
    (('a',), 500.0)
    """
    begun = time.perf_counter()
    asked = instance(costs, weights)
    check_count(count, asked.sites.size)
    near, people = merged(asked.costs <= reach, asked.weights)
    useful = np.flatnonzero(~dominated(near)) if near.size else np.arange(0)
    inside = np.zeros(asked.sites.size, bool)
    lost, seen, proof = 0.0, 0, "counting"
    if useful.size > count:
        near, people = merged(near[:, useful], people)
        chosen, lost, seen, proof = _least_lost(near, people, count, nodes)
        inside[useful[chosen]] = True
    else:
        inside[useful] = True
    inside[np.flatnonzero(~inside)[: count - inside.sum()]] = True
    covered = (asked.costs[:, inside] <= reach).any(axis=1)
    return location(
        asked,
        inside,
        objective=float(asked.weights[covered].sum()),
        bound=float(people.sum() - lost),
        seconds=time.perf_counter() - begun,
        nodes=seen,
        proof=proof,
        reach=reach,
    )


def _least_lost(
    near: Flags, people: Reals, count: int, nodes: int
) -> tuple[Flags, float, int, str]:
    """Return the sites that leave out least people, a bound on these, the nodes and the proof."""
    price = np.where(near, 0.0, people[:, None])
    task = Task(price, people, np.zeros(near.shape[1]), count, count)
    found = solve(task, nodes=min(nodes, _BRANCHES), kicks=_KICKS)
    if found.bound == found.cost or found.nodes == nodes:
        return found.inside, found.bound, found.nodes, "branches" if found.nodes else "multipliers"
    free = ~(found.opened | found.closed)
    left = ~near[:, found.opened].any(axis=1)
    sets, weights = merged(near[left][:, free], people[left])
    # Those whom no free site covers are left out whatever opens.
    lost = float(people[left].sum() - weights.sum())
    more = count - int(found.opened.sum())
    limit = min(nodes - found.nodes, _PROGRAMMES)
    proof = prove(sets, weights, more, found.cost - lost, nodes=limit)
    seen, inside = found.nodes + proof.nodes, found.inside
    if proof.inside is not None:
        inside = found.opened.copy()
        inside[np.flatnonzero(free)[proof.inside]] = True
    bound = max(found.bound, proof.bound + lost)
    if proof.cost - proof.bound <= _CLOSE or seen >= nodes:
        return inside, bound, seen, "programmes"
    answer = ask_solver(_programme(sets, weights, more), nodes=nodes - seen, presolve=False)
    if answer is None:  # no other plan is left
        return inside, proof.cost + lost, seen, "solver"
    if answer.cost < proof.cost - _CLOSE:
        inside = found.opened.copy()
        inside[np.flatnonzero(free)[answer.columns[: free.sum()] > 0.5]] = True
    bound = max(bound, min(proof.cost, answer.bound) + lost)
    return inside, bound, seen + answer.nodes, "solver"


def _programme(near: Flags, people: Reals, count: int) -> Programme:
    """Columns: sites, then who is left out. Exactly ``count`` sites: one more never hurts."""
    sets, sites = near.shape
    covered = sparse.hstack([sparse.csr_array(near.astype(float)), sparse.eye_array(sets)])
    number = sparse.hstack([sparse.csr_array(np.ones((1, sites))), sparse.csr_array((1, sets))])
    return Programme(
        cost=np.concatenate([np.zeros(sites), people]),
        rows=sparse.csr_array(sparse.vstack([covered, number])),
        low=np.append(np.ones(sets), count),
        high=np.append(np.full(sets, np.inf), count),
        most=np.ones(sites + sets),
        whole=np.arange(sites + sets) < sites,
    )
