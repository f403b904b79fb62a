r"""p-centre: p sites, for the farthest demand to be as near as can be.

.. math:: \min_{|S| = p}\; \max_i \min_{j \in S} c_{ij}

The answer is one of the costs: bisection on their sorted values, asking each time whether p sites
have everybody within that radius (Minieka, *The m-center problem*, SIAM Review 1970). Most
questions are answered by hand (``classical.set_cover``), first of all those that narrow the radius.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import Infeasible
from territory_access.siting.classical.labels import check_count, instance
from territory_access.siting.classical.location import Location, location
from territory_access.siting.classical.set_cover import set_cover

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray


def p_centre(costs: xr.DataArray, count: int, *, nodes: int = 1_000_000) -> Location:
    """Return the sites from which the farthest demand is nearest.

    Parameters
    ----------
    costs
        Minutes or metres ``(demand, site)``; ``inf`` is out of reach.
    count
        How many sites open, exactly; those that are not needed are the first labels left.
    nodes
        Nodes of the solver at each radius, at most.

    Raises
    ------
    DataError
        For a table that cannot be used.
    Infeasible
        When so few sites cannot reach everybody.

    Examples
    --------
    >>> import xarray as xr
    >>> towns, at = ["a", "b", "c"], np.array([0.0, 1.0, 10.0])
    >>> table = xr.DataArray(abs(at[:, None] - at), {"demand": towns, "site": towns})
    >>> p_centre(table, 2).objective
    1.0
    """
    begun = time.perf_counter()
    asked = instance(costs)
    check_count(count, asked.sites.size)
    radii = np.unique(asked.costs[np.isfinite(asked.costs)])
    if not np.isfinite(asked.costs).any(axis=1).all():
        raise Infeasible("Des demandes sont hors de portée de tous les sites.")
    low = int(np.searchsorted(radii, asked.costs.min(axis=1).max()))
    high, best, seen = radii.size, np.arange(0), 0
    unproved = low
    while low < high:
        middle = (low + high) // 2
        found = set_cover(asked.costs <= radii[middle], enough=count, nodes=nodes)
        seen += found.nodes
        if found.sites.size <= count:
            high, best = middle, found.sites
        else:
            low = middle + 1
            unproved = low if found.bound > count else unproved
    if not best.size:
        raise Infeasible(
            "Avec {count} sites, on ne peut être à portée de toutes les demandes.", count=count
        )
    return location(
        asked,
        _exactly(best, count, asked.sites.size),
        objective=float(radii[high]),
        bound=float(radii[min(unproved, high)]),
        seconds=time.perf_counter() - begun,
        nodes=seen,
        proof="bisection",
    )


def _exactly(sites: NDArray[np.int64], count: int, total: int) -> NDArray[np.bool_]:
    """Return flags of ``count`` sites: these, then the first ones left."""
    inside = np.zeros(total, bool)
    inside[sites] = True
    inside[np.flatnonzero(~inside)[: count - sites.size]] = True
    return inside
