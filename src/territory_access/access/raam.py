r"""What care costs a resident who chooses the site where travel and waiting together are least.

In the rational agent access model every resident weighs two costs: minutes on the way, and the
crowd at the site. With :math:`x_{ij}` residents of zone :math:`i` at site :math:`j`,

.. math:: c_{ij} = \frac{t_{ij}}{\tau} + \frac{D_j}{\rho S_j}, \quad D_j = \sum_i x_{ij}, \quad
          \rho = \frac{\sum_i P_i}{\sum_j S_j}

nobody can do better elsewhere: :math:`x_{ij} > 0` only where :math:`c_{ij} = \min_l c_{il}`.
Such an equilibrium is the minimum of a convex function (Beckmann 1956),

.. math:: \min_{x \ge 0} \sum_{ij} \frac{t_{ij}}{\tau} x_{ij} + \sum_j \frac{D_j^2}{2 \rho S_j}
          \quad\text{with}\quad \sum_j x_{ij} = P_i ,

so the loads :math:`D_j` and the costs are unique. It is found zone by zone: with the others held
still, a zone spreads over its sites like water over an uneven floor, which has a closed form; the
sweeps end when residents who could still gain by moving would gain less than ``gap`` of all costs.
PySAL's ``access`` moves whole residents for a set number of rounds; this goes to the equilibrium.

References
----------
J. Saxon and D. Snow (2020), A rational agent model for the spatial accessibility of primary health
care, *Annals of the American Association of Geographers* 110. M. Beckmann, C. McGuire and
C. Winsten (1956), *Studies in the economics of transportation*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.pairs import Pairs
from territory_access.errors import DataError
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.access.pairs import Rows

    type Floats = NDArray[np.float64]

TAU_MINUTES = 60.0
"""Minutes of travel that weigh as much as a crowd of the average size (Saxon & Snow)."""
SWEEPS = 1_000


def rational_agents(  # noqa: PLR0913 - who, what, where, and how exactly
    times: xr.Dataset | xr.DataArray | Pairs,
    demand: xr.DataArray,
    supply: xr.DataArray,
    *,
    reach: float = np.inf,
    tau: float = TAU_MINUTES,
    gap: float = 1e-6,
) -> xr.Dataset:
    r"""Return the cost of care at the equilibrium (formulae above): the lower the better.

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach, or the ``Pairs`` within reach.
        The pairs are gathered in memory, chunks or not.
    demand
        People ``(origin)``.
    supply
        What each site offers ``(destination)``; a site that offers nothing receives nobody.
    reach
        Minutes, included, that residents travel at most.
    tau
        Minutes of travel worth a crowd of the average size.
    gap
        Share of all costs that moving residents could still save when the search ends.

    Returns
    -------
    xarray.Dataset
        ``cost (origin)``, ``inf`` where no site is in reach; ``load (destination)`` residents who
        go there; ``congestion (destination)``, 1 being the average. ``attrs`` hold the ``gap``
        reached, ``sweeps``, ``tau`` and ``rho``.

    Raises
    ------
    DataError
        If labels differ, an amount is negative, missing or infinite, ``tau`` is not positive, or
        the equilibrium is not reached.

    Examples
    --------
    A and B are both nearest to S; some of them go to T, until both cost the same.

    >>> import xarray as xr
    >>> times = xr.DataArray(
    ...     [[0.0, 12.0], [0.0, 12.0]], {"origin": ["A", "B"], "destination": ["S", "T"]}
    ... )
    >>> people = xr.DataArray([100.0, 100.0], {"origin": ["A", "B"]})
    >>> offers = xr.DataArray([10.0, 10.0], {"destination": ["S", "T"]})
    >>> found = rational_agents(times, people, offers)
    >>> found["cost"].values.round(3).tolist(), found["load"].values.round(2).tolist()
    ([1.1, 1.1], [110.0, 90.0])
    """
    if not tau > 0:
        raise DataError("RAAM : tau vaut {tau} min ; il doit être positif.", tau=tau)
    pairs = Pairs.within(times, reach)
    people = pairs.zones(demand, what="Population")
    offered = pairs.sites(supply, what="Offre")
    total = float(offered.sum())
    rho = float(people.sum()) / total if total and people.sum() else 1.0
    rows = _serving(pairs.gathered(), offered, tau)
    load, reached, sweeps = _equilibrium(rows, people, offered * rho, gap)
    crowd = np.divide(load, offered * rho, out=np.zeros_like(load), where=offered > 0)
    return xr.Dataset(
        {
            "cost": (ORIGIN, _cheapest(rows, crowd), {"units": "1"}),
            "load": (DESTINATION, load, {"units": "residents"}),
            "congestion": (DESTINATION, crowd, {"units": "1"}),
        },
        coords={ORIGIN: pairs.origin, DESTINATION: pairs.destination},
        attrs={"gap": reached, "sweeps": sweeps, "tau": tau, "rho": rho},
    )


def _serving(rows: Rows, offered: Floats, tau: float) -> Rows:
    """Return travel in units of ``tau``, only to sites that offer something."""
    kept = offered[rows.indices] > 0
    starts = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
    return type(rows)((rows.data[kept] / tau, rows.indices[kept], starts), shape=rows.shape)


def _equilibrium(
    rows: Rows, people: Floats, capacity: Floats, gap: float
) -> tuple[Floats, float, int]:
    """Return the load of each site at the equilibrium, the gap left and the sweeps made."""
    starts, sites, travel = rows.indptr, rows.indices, rows.data
    zones = np.flatnonzero((np.diff(starts) > 0) & (people > 0))
    going, load = np.zeros(len(sites)), np.zeros(rows.shape[1])
    left = np.inf
    for sweep in range(1, SWEEPS + 1):
        for zone in zones:
            part = slice(starts[zone], starts[zone + 1])
            where = sites[part]
            room = capacity[where]
            others = load[where] - going[part]
            going[part] = _spread(people[zone], travel[part] + others / room, room)
            load[where] = others + going[part]
        load = np.bincount(sites, weights=going, minlength=len(load))  # undo rounding
        left = _gap(rows, going, load, capacity)
        if left <= gap:
            return load, left, sweep
    raise DataError(
        "RAAM : pas d’équilibre après {sweeps} tours (écart {left:.2g}) ; élargir l’écart accepté.",
        sweeps=SWEEPS,
        left=left,
    )


def _spread(people: float, floor: Floats, room: Floats) -> Floats:
    """Return how a zone spreads over its sites: water poured over an uneven floor.

    >>> _spread(10.0, np.array([0.0, 1.0, 9.0]), np.array([5.0, 5.0, 5.0])).tolist()
    [7.5, 2.5, 0.0]
    """
    order = np.argsort(floor, kind="stable")
    width, height = room[order], floor[order]
    level = (people + np.cumsum(width * height)) / np.cumsum(width)
    wet = max(int((level > height).sum()), 1)
    return np.asarray(room * np.maximum(0.0, level[wet - 1] - floor))


def _gap(rows: Rows, going: Floats, load: Floats, capacity: Floats) -> float:
    """Return the share of all costs that residents could save by moving, the others held still."""
    crowd = np.divide(load, capacity, out=np.zeros_like(load), where=capacity > 0)
    cost = rows.data + crowd[rows.indices]
    least = np.repeat(_cheapest(rows, crowd), np.diff(rows.indptr))
    spent = float(going @ cost)
    return float(going @ (cost - least)) / spent if spent else 0.0


def _cheapest(rows: Rows, crowd: Floats) -> Floats:
    """Return the least cost of each zone; ``inf`` where no site is in reach."""
    cost = rows.data + crowd[rows.indices]
    found = np.full(rows.shape[0], np.inf)
    some = np.diff(rows.indptr) > 0
    if some.any():
        found[some] = np.minimum.reduceat(cost, rows.indptr[:-1][some])
    return found
