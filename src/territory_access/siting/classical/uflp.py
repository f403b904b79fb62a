r"""Facility location without capacities: how many sites, and where, when each has a price.

.. math:: \min_{S \ne \emptyset}\; \sum_{j \in S} f_j + \sum_i w_i \min_{j \in S} c_{ij}

(Erlenkotter, *A dual-based procedure for uncapacitated facility location*, 1978). Solved by
``classical.uncapacitated``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import Fault, Infeasible
from territory_access.siting.classical.labels import instance, per_site
from territory_access.siting.classical.location import Location, location
from territory_access.siting.classical.p_median import unreachable
from territory_access.siting.classical.uncapacitated import Task, solve

if TYPE_CHECKING:
    import xarray as xr


def uflp(
    costs: xr.DataArray,
    opening: xr.DataArray,
    *,
    weights: xr.DataArray | None = None,
    nodes: int = 1_000_000,
) -> Location:
    """Return the sites whose opening and service cost least together.

    Parameters
    ----------
    costs
        Of serving one unit of each demand ``(demand, site)``; ``inf`` is out of reach.
    opening
        Of opening each site ``(site)``, at least 0, in the same unit.
    weights
        Size of each demand ``(demand)``.
    nodes
        Branches to look at, at most; then ``gap`` says what is left to prove.

    Raises
    ------
    DataError
        For tables that cannot be used.
    Infeasible
        When some demand is out of reach of every site.

    Examples
    --------
    >>> import xarray as xr
    >>> towns, at = ["a", "b", "c"], np.array([0.0, 1.0, 10.0])
    >>> table = xr.DataArray(abs(at[:, None] - at), {"demand": towns, "site": towns})
    >>> found = uflp(table, xr.DataArray([3.0, 2.0, 2.0], {"site": towns}))
    >>> found.sites, found.objective
    (('b', 'c'), 5.0)
    """
    asked = instance(costs, weights)
    price = per_site(opening, asked, Fault("Coûts d’ouverture", {}))
    some = asked.weights > 0
    paid = asked.costs[some] * asked.weights[some, None]
    if not np.isfinite(paid).any(axis=1).all():
        raise Infeasible("Des demandes sont hors de portée de tous les sites.")
    # Refusing somebody would cost more than opening every site.
    lost = unreachable(paid)
    lost = lost if np.isfinite(paid).all() else lost + np.ceil(price.sum())
    everywhere = Task(np.minimum(paid, lost[:, None]), lost, price, 1, asked.sites.size)
    found = solve(everywhere, nodes=nodes)
    return location(
        asked,
        found.inside,
        objective=found.cost,
        bound=found.bound,
        seconds=found.seconds,
        nodes=found.nodes,
        proof="branches" if found.nodes else "multipliers",
    )
