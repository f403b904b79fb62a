r"""Backup coverage: p sites, for most people to have a second one within reach too.

.. math:: \max_{|S| = p}\; \sum_i w_i \bigl((1 - s)\, y_i + s\, u_i\bigr), \qquad
          u_i \le y_i, \quad y_i + u_i \le \sum_{j : c_{ij} \le r} x_j

with :math:`y_i` covered once, :math:`u_i` twice, :math:`s` the weight of the second site (Hogan and
ReVelle, *Concepts and applications of backup coverage*, 1986, BACOP2). People within reach of the
same sites are merged; HiGHS proves the rest.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from territory_access.errors import DataError
from territory_access.siting.classical.cover import merged
from territory_access.siting.classical.labels import check_count, instance
from territory_access.siting.classical.location import Location, location
from territory_access.siting.classical.programme import Programme, solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray


def bclp(  # noqa: PLR0913 - a model, its reach and its weights
    costs: xr.DataArray,
    count: int,
    *,
    reach: float,
    weights: xr.DataArray | None = None,
    backup: float = 0.5,
    nodes: int = 1_000_000,
) -> Location:
    """Return the sites that cover most people, once and twice.

    Parameters
    ----------
    costs
        Minutes or metres ``(demand, site)``; ``inf`` is out of reach.
    count
        How many sites open, exactly.
    reach
        Farthest cost that covers.
    weights
        People of each demand ``(demand)``.
    backup
        Share :math:`s` of the objective for the second site, 0 to 1.
    nodes
        Nodes of the solver, at most; then ``gap`` says what is left to prove.

    Raises
    ------
    DataError
        For tables, or a share, that cannot be used.

    Examples
    --------
    >>> import xarray as xr
    >>> towns, at = ["a", "b", "c"], np.array([0.0, 1.0, 10.0])
    >>> table = xr.DataArray(abs(at[:, None] - at), {"demand": towns, "site": towns})
    >>> found = bclp(table, 2, reach=2.0, backup=0.9)
    >>> found.sites, people_within(table, found.sites, reach=2.0, times=2)
    (('a', 'b'), 2.0)
    """
    begun = time.perf_counter()
    if not 0 <= backup <= 1:
        raise DataError("Second site : sa part vaut {share} ; il faut de 0 à 1.", share=backup)
    asked = instance(costs, weights)
    check_count(count, asked.sites.size)
    near, people = merged(asked.costs <= reach, asked.weights)
    answer = solve(_programme(near, people, count, backup), nodes=nodes)
    if answer is None:
        raise ValueError  # any set of sites is a plan
    return location(
        asked,
        answer.columns[: asked.sites.size] > 0.5,
        objective=-answer.cost,
        bound=-answer.bound,
        seconds=time.perf_counter() - begun,
        nodes=answer.nodes,
        proof="solver",
        reach=reach,
    )


def _programme(
    near: NDArray[np.bool_], people: NDArray[np.float64], count: int, backup: float
) -> Programme:
    """Columns: sites, covered once, covered twice."""
    sets, sites = near.shape
    eye = sparse.eye_array(sets)
    covered = sparse.hstack([sparse.csr_array(-near.astype(float)), eye, eye])
    second = sparse.hstack([sparse.csr_array((sets, sites)), -eye, eye])
    number = sparse.csr_array(np.concatenate([np.ones(sites), np.zeros(2 * sets)])[None, :])
    columns = sites + 2 * sets
    zero = np.zeros(2 * sets)
    return Programme(
        cost=np.concatenate([np.zeros(sites), (backup - 1) * people, -backup * people]),
        rows=sparse.csr_array(sparse.vstack([covered, second, number])),
        low=np.append(np.full(2 * sets, -np.inf), count),
        high=np.append(zero, count),
        most=np.ones(columns),
        # Where one site covers, half of each would count for more than once when s > 1/2.
        whole=np.arange(columns) < sites + (sets if backup > 0.5 else 0),
    )


def people_within(
    costs: xr.DataArray,
    sites: Sequence[str],
    *,
    reach: float,
    weights: xr.DataArray | None = None,
    times: int = 1,
) -> float:
    """Return how many people have so many of these sites within reach.

    Parameters
    ----------
    costs
        Minutes or metres ``(demand, site)``.
    sites
        Labels of the sites that are open.
    reach
        Farthest cost that covers.
    weights
        People of each demand ``(demand)``.
    times
        Sites within reach, at least.
    """
    asked = instance(costs, weights)
    near = asked.costs[:, np.isin(asked.sites, list(sites))] <= reach
    return float(asked.weights[near.sum(axis=1) >= times].sum())
