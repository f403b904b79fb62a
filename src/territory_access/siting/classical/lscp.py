r"""Set covering: as few sites as have everybody within reach.

.. math:: \min |S| \quad \text{such that} \quad \min_{j \in S} c_{ij} \le r \;\; \forall i

(Toregas, Swain, ReVelle and Bergman, *The location of emergency service facilities*, 1971). Solved
by ``classical.set_cover``.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import Infeasible
from territory_access.siting.classical.labels import instance
from territory_access.siting.classical.location import Location, location
from territory_access.siting.classical.set_cover import set_cover

if TYPE_CHECKING:
    import xarray as xr


def lscp(costs: xr.DataArray, *, reach: float, nodes: int = 1_000_000) -> Location:
    """Return as few sites as have everybody within reach.

    Parameters
    ----------
    costs
        Minutes or metres ``(demand, site)``; ``inf`` is out of reach.
    reach
        Farthest cost that covers.
    nodes
        Nodes of the solver, at most.

    Raises
    ------
    DataError
        For a table that cannot be used.
    Infeasible
        Naming how many demands no site covers.

    Examples
    --------
    >>> import xarray as xr
    >>> towns, at = ["a", "b", "c"], np.array([0.0, 1.0, 10.0])
    >>> table = xr.DataArray(abs(at[:, None] - at), {"demand": towns, "site": towns})
    >>> lscp(table, reach=2.0).objective
    2.0
    """
    begun = time.perf_counter()
    asked = instance(costs)
    near = asked.costs <= reach
    alone = np.flatnonzero(~near.any(axis=1))
    if alone.size:
        raise Infeasible(
            "{count} demandes n’ont aucun site à portée, par exemple {example}.",
            count=alone.size,
            example=asked.demands[alone[0]],
        )
    found = set_cover(near, nodes=nodes)
    inside = np.zeros(asked.sites.size, bool)
    inside[found.sites] = True
    return location(
        asked,
        inside,
        objective=float(found.sites.size),
        bound=float(found.bound),
        seconds=time.perf_counter() - begun,
        nodes=found.nodes,
        proof="solver" if found.nodes else "counting",
        reach=reach,
    )
