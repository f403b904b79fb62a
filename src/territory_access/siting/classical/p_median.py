r"""p-median: p sites, for everybody to go the least far in all.

.. math:: \min_{|S| = p}\; \sum_i w_i \min_{j \in S} c_{ij}

(Hakimi, *Optimum locations of switching centers*, Operations Research 1964). Solved by
``classical.uncapacitated``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import Infeasible
from territory_access.siting.classical.labels import check_count, instance
from territory_access.siting.classical.location import Location, location
from territory_access.siting.classical.uncapacitated import Task, solve

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray


def p_median(
    costs: xr.DataArray,
    count: int,
    *,
    weights: xr.DataArray | None = None,
    nodes: int = 1_000_000,
) -> Location:
    """Return the sites from which the total weighted cost is least.

    Parameters
    ----------
    costs
        Of serving one unit of each demand ``(demand, site)``; ``inf`` is out of reach.
    count
        How many sites open, exactly.
    weights
        Size of each demand ``(demand)``.
    nodes
        Branches to look at, at most; then ``gap`` says what is left to prove.

    Raises
    ------
    DataError
        For tables that cannot be used.
    Infeasible
        When so few sites cannot reach everybody.

    Examples
    --------
    >>> import xarray as xr
    >>> towns, at = ["a", "b", "c"], np.array([0.0, 1.0, 10.0])
    >>> table = xr.DataArray(abs(at[:, None] - at), {"demand": towns, "site": towns})
    >>> found = p_median(table, 2)
    >>> found.objective, found.gap, found.proof
    (1.0, 0.0, 'multipliers')
    """
    asked = instance(costs, weights)
    check_count(count, asked.sites.size)
    some = asked.weights > 0
    price = asked.costs[some] * asked.weights[some, None]
    lost = unreachable(price)
    found = solve(
        Task(np.minimum(price, lost[:, None]), lost, np.zeros(asked.sites.size), count, count),
        nodes=nodes,
    )
    if not np.isfinite(asked.costs[some][:, found.inside].min(axis=1)).all():
        raise Infeasible(
            "Avec {count} sites, on ne peut être à portée de toutes les demandes.", count=count
        )
    return location(
        asked,
        found.inside,
        objective=found.cost,
        bound=found.bound,
        seconds=found.seconds,
        nodes=found.nodes,
        proof="branches" if found.nodes else "multipliers",
    )


def unreachable(price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what it costs to leave a demand unserved: more than serving all, where it can happen.

    Parameters
    ----------
    price
        Weighted costs ``(demands, sites)``.
    """
    finite = np.isfinite(price)
    farthest = np.where(finite, price, 0.0).max(axis=1, initial=0.0)
    if finite.all():
        return np.asarray(farthest)
    return np.full(farthest.size, np.ceil(farthest.sum()) + 1.0)
