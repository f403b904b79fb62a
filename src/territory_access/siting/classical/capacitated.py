r"""Facility location with capacities: sites that cannot serve as many as come.

.. math::
   \min\; \sum_j f_j y_j + \sum_{ij} w_i c_{ij} x_{ij}, \qquad
   \sum_j x_{ij} = 1, \quad \sum_i w_i x_{ij} \le K_j y_j, \quad x_{ij} \le y_j,
   \quad \sum_j y_j = p \text{ if asked}

With opening costs it is the capacitated facility location problem (Kuehn and Hamburger 1963), with
a number of sites the capacitated p-median. A demand may be split between sites
(:math:`x_{ij} \ge 0`) or not (:math:`x_{ij} \in \{0, 1\}`). Implied: :math:`\sum_j K_j y_j \ge
\sum_i w_i`. Proved by HiGHS.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from territory_access.errors import Fault, Infeasible
from territory_access.siting.classical.labels import check_count, instance, per_site
from territory_access.siting.classical.location import Location, location
from territory_access.siting.classical.programme import Programme, solve

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from territory_access.siting.classical.labels import Instance

    type Reals = NDArray[np.float64]


def capacitated(  # noqa: PLR0913 - two models in one: each has its own numbers
    costs: xr.DataArray,
    capacity: xr.DataArray,
    *,
    opening: xr.DataArray | None = None,
    count: int | None = None,
    weights: xr.DataArray | None = None,
    split: bool = True,
    nodes: int = 1_000_000,
) -> Location:
    """Return the sites whose opening and service cost least within their capacities.

    Parameters
    ----------
    costs
        Of serving one unit of each demand ``(demand, site)``; ``inf`` is out of reach.
    capacity
        Units that each site can serve ``(site)``.
    opening
        Of opening each site ``(site)``; nothing by default.
    count
        How many sites open, exactly; as many as pay by default.
    weights
        Size of each demand ``(demand)``.
    split
        Whether several sites may share a demand; ``assignment`` then names the one that serves
        most of it.
    nodes
        Nodes of the solver, at most; then ``gap`` says what is left to prove.

    Raises
    ------
    DataError
        For tables that cannot be used.
    Infeasible
        When capacities do not hold the demand.

    Examples
    --------
    The nearest site holds one of the two towns:

    >>> import xarray as xr
    >>> towns = {"demand": ["a", "b"]}
    >>> sites = {"site": ["s", "t"]}
    >>> table = xr.DataArray([[1.0, 5.0], [1.0, 2.0]], {**towns, **sites})
    >>> found = capacitated(table, xr.DataArray([1.0, 9.0], sites))
    >>> found.objective, found.assignment.tolist()
    (3.0, ['s', 't'])
    """
    begun = time.perf_counter()
    asked = instance(costs, weights)
    if count is not None:
        check_count(count, asked.sites.size)
    room = per_site(capacity, asked, Fault("Capacités", {}))
    price = np.zeros(asked.sites.size)
    if opening is not None:
        price = per_site(opening, asked, Fault("Coûts d’ouverture", {}))
    pairs = np.argwhere(np.isfinite(asked.costs))
    answer = solve(_programme(asked, pairs, room, price, count, split), nodes=nodes)
    if answer is None:
        raise Infeasible("Les capacités ne suffisent pas à servir toutes les demandes.")
    found = location(
        asked,
        answer.columns[: asked.sites.size] > 0.5,
        objective=answer.cost,
        bound=answer.bound,
        seconds=time.perf_counter() - begun,
        nodes=answer.nodes,
        proof="solver",
    )
    return replace(found, assignment=_mostly(asked, pairs, answer.columns[asked.sites.size :]))


def _programme(  # noqa: PLR0913, PLR0917 - the arrays of one programme
    asked: Instance,
    pairs: NDArray[np.int64],
    room: Reals,
    price: Reals,
    count: int | None,
    split: bool,
) -> Programme:
    """Columns: sites, then the pairs of a demand and a site within reach."""
    demands, sites = asked.costs.shape
    i, j = pairs.T
    each, ones = np.arange(len(pairs)), np.ones(len(pairs))
    once = sparse.csr_array((ones, (i, each)), shape=(demands, len(pairs)))
    served = sparse.csr_array((asked.weights[i], (j, each)), shape=(sites, len(pairs)))
    opened = sparse.csr_array((-ones, (each, j)), shape=(len(pairs), sites))
    none = sparse.csr_array((1, len(pairs)))
    blocks = [
        sparse.hstack([sparse.csr_array((demands, sites)), once]),
        sparse.hstack([sparse.diags_array(-room), served]),
        sparse.hstack([opened, sparse.eye_array(len(pairs))]),
        sparse.hstack([sparse.csr_array(-room[None, :]), none]),
    ]
    low = [np.ones(demands), np.full(sites + len(pairs) + 1, -np.inf)]
    high = [np.ones(demands), np.zeros(sites + len(pairs)), np.array([-asked.weights.sum()])]
    if count is not None:
        blocks.append(sparse.hstack([sparse.csr_array(np.ones((1, sites))), none]))
        low.append(np.array([float(count)]))
        high.append(np.array([float(count)]))
    return Programme(
        cost=np.concatenate([price, asked.weights[i] * asked.costs[i, j]]),
        rows=sparse.csr_array(sparse.vstack(blocks)),
        low=np.concatenate(low),
        high=np.concatenate(high),
        most=np.ones(sites + len(pairs)),
        whole=(np.arange(sites + len(pairs)) < sites) | (not split),
    )


def _mostly(asked: Instance, pairs: NDArray[np.int64], share: Reals) -> pd.Series[str]:
    """Return the site that serves most of each demand."""
    table = np.zeros(asked.costs.shape)
    table[pairs[:, 0], pairs[:, 1]] = share
    index = pd.Index(asked.demands, name="demand")
    return pd.Series(asked.sites[table.argmax(axis=1)].astype(object), index=index, name="site")
