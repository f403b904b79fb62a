r"""Who is given a place when some residents count more than others: the heaviest first.

With :math:`w_i > 0` what a place given to a resident of zone i counts, and the flows of
``access.places`` (:math:`\sum_j x_{ij} \le s_i`, :math:`\sum_i x_{ij} \le c_j`):

.. math:: \max \sum_i w_i y_i, \qquad y_i = \sum_j x_{ij}.

The vectors :math:`y` of flows form a polymatroid, so the greedy algorithm is exact (Edmonds 1970):
zones are taken from the heaviest to the lightest, and each is given as much as it can be *without
taking anything back* from those before, who may only be moved to another site in reach. The result
is also a largest allocation: weights say who comes first, they leave no place empty that somebody
could take. Equal weights leave several allocations of the same worth.

When a zone can be given no more, the sites that it reaches, directly or by moving others, are full
and only hold zones that reach no other: nobody will gain anything there, so they are closed. Only
additions and comparisons are done on the amounts: whole numbers stay exact.

References
----------
J. Edmonds (1970), Submodular functions, matroids, and certain polyhedra, in *Combinatorial
Structures and Their Applications*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.labels import amounts, joined
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]

# Below this, an amount that is not a whole number is what floating point left of nothing.
_NOTHING = 1e-9


def heaviest_first(
    eligible: xr.DataArray, seekers: xr.DataArray, places: xr.DataArray, *, weight: xr.DataArray
) -> xr.Dataset:
    """Return an allocation of places that is worth most, each resident at the weight of the zone.

    Parameters
    ----------
    eligible
        Booleans ``(origin, destination)``: may a resident of this zone use this site?
    seekers
        Residents who look for a médecin traitant ``(origin)``.
    places
        Places that the sites still have ``(destination)``.
    weight
        What one of those residents counts ``(origin)``, above 0.

    Returns
    -------
    xarray.Dataset
        ``served (origin)`` residents who get a place, ``used (destination)``; ``attrs``: ``total``
        residents, ``weighted`` the sum of their weights, which no allocation passes.

    Raises
    ------
    DataError
        If labels differ, or an amount is negative or missing.

    Examples
    --------
    Ten places for fifteen residents, of whom those of B count double:

    >>> import xarray as xr
    >>> zones, site = {"origin": ["A", "B"]}, {"destination": ["S"]}
    >>> given = heaviest_first(
    ...     xr.DataArray([[True], [True]], zones | site), xr.DataArray([8, 7], zones),
    ...     xr.DataArray([10], site), weight=xr.DataArray([1.0, 2.0], zones))
    >>> given["served"].values.tolist(), given.attrs["weighted"]
    ([3.0, 7.0], 17.0)
    """
    pairs, seekers, places, weight = joined(
        eligible.transpose(ORIGIN, DESTINATION),
        amounts(seekers, what="Habitants en recherche", dim=ORIGIN),
        amounts(places, what="Places", dim=DESTINATION),
        amounts(weight, what="Poids", dim=ORIGIN),
    )
    served, used = first_served(
        pairs.values.astype(bool), seekers.values, places.values, weight.values
    )
    return xr.Dataset(
        {"served": (ORIGIN, served), "used": (DESTINATION, used)},
        coords={ORIGIN: pairs[ORIGIN], DESTINATION: pairs[DESTINATION]},
        attrs={"total": float(served.sum()), "weighted": float(weight.values @ served)},
    )


def first_served(links: Flags, seekers: Reals, places: Reals, weight: Reals) -> tuple[Reals, Reals]:
    """Return what each zone is given and what each site holds, as ``heaviest_first``.

    Parameters
    ----------
    links
        Which zones may use which sites ``(zones, sites)``.
    seekers, weight
        By zone.
    places
        By site.
    """
    links = links.copy()
    flow = np.zeros(links.shape)
    free = places.astype(float)
    links[:, free <= _NOTHING] = False
    for zone in np.lexsort((np.arange(weight.size), -weight)).tolist():
        wants = float(seekers[zone])
        while wants > _NOTHING and links[zone].any():
            path, reached = _path(links, flow, free, zone)
            if path is None:
                links[:, reached] = False
                break
            wants -= _push(flow, free, zone, path, wants)
    return flow.sum(axis=1), flow.sum(axis=0)


def _path(
    links: Flags, flow: Reals, free: Reals, zone: int
) -> tuple[list[tuple[int, int]] | None, Flags]:
    """Return how a zone gets to a free place, with fewest moves, and the sites looked at.

    A path lists ``(site, mover)``: the zone takes the first site, from which the mover goes to the
    next one; the last has no mover (-1).
    """
    reached = links[zone].copy()
    came: dict[int, tuple[int, int]] = {}  # site -> (site before, zone that moves from it to this)
    waiting = np.flatnonzero(reached).tolist()
    for site in waiting:  # grows as sites are found: breadth first
        if free[site] > _NOTHING:
            return _back(came, site), reached
        holders = np.flatnonzero(flow[:, site] > _NOTHING)
        new = np.flatnonzero(links[holders].any(axis=0) & ~reached)
        for other in new.tolist():
            mover = int(holders[int(np.argmax(links[holders, other]))])
            came[other] = (site, mover)
        reached[new] = True
        waiting += new.tolist()
    return None, reached


def _back(came: dict[int, tuple[int, int]], site: int) -> list[tuple[int, int]]:
    """Return the path that leads to a site."""
    path = [(site, -1)]
    while site in came:
        site, mover = came[site]
        path.append((site, mover))
    return path[::-1]


def _push(flow: Reals, free: Reals, zone: int, path: list[tuple[int, int]], wants: float) -> float:
    """Move as much as a path can carry, in place; return it."""
    last = path[-1][0]
    moved = [flow[mover, site] for site, mover in path[:-1]]
    amount = float(min([wants, free[last], *moved]))
    holder = zone
    for site, mover in path:
        flow[holder, site] += amount
        if mover >= 0:
            flow[mover, site] -= amount
            holder = mover
    free[last] -= amount
    return amount


__all__ = ["first_served", "heaviest_first"]
