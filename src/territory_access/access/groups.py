r"""How much is left for those without a car, and for the others, when both share the same sites.

Each group :math:`g` has its own people and its own minutes; they meet in the waiting room:

.. math::
    D_j = \sum_g \sum_k w_g(t^g_{kj}) P^g_k, \quad R_j = \frac{S_j}{D_j}, \quad
    A^g_i = \sum_j w_g(t^g_{ij}) R_j, \quad
    A_i = \frac{\sum_g P^g_i A^g_i}{\sum_g P^g_i}

A measure that takes everybody for a driver counts the pressure of people who never come, and
promises them what they cannot reach; both errors are undone here. Nothing is lost or counted
twice: :math:`\sum_g \sum_i P^g_i A^g_i = \sum_j S_j` over the sites that somebody reaches.

References
----------
L. Mao and D. Nekorchuk (2013), Measuring spatial accessibility to healthcare for populations with
multiple transportation modes, *Health & Place* 24.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial, reduce
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.labels import amounts, joined, oriented, positive
from territory_access.access.pairs import Pairs, weighed
from territory_access.errors import DataError
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from territory_access.access.smooth import Weighting

GROUP = "group"
WALKING_KMH = 4.5
WALKING_MINUTES = 20.0


@dataclass(frozen=True, eq=False)
class Group:
    """People who travel alike.

    Attributes
    ----------
    name
        For example « sans voiture ».
    times
        Their minutes ``(origin, destination)``, ``inf`` out of reach, or the ``Pairs`` in reach.
    people
        How many they are ``(origin)``.
    decay
        What minutes weigh for them.
    """

    name: str
    times: xr.Dataset | xr.DataArray | Pairs
    people: xr.DataArray
    decay: Weighting


def by_group(groups: Sequence[Group], supply: xr.DataArray) -> xr.Dataset:
    """Return the access of each group, and of all, to the sites that they share.

    Parameters
    ----------
    groups
        Of the same zones, to the same sites.
    supply
        What each site offers ``(destination)``.

    Returns
    -------
    xarray.Dataset
        ``access (group, origin)`` supply for one person of the group, ``blend (origin)`` the mean
        of the groups by their people, 0 where nobody lives. ``attrs`` name the supply that nobody
        reaches (``unreached``, ``unreached_supply``).

    Raises
    ------
    DataError
        If the groups speak of other zones or sites, two have one name, there is none, or an
        amount is negative, missing or infinite.

    Examples
    --------
    Half of the village has no car and the town is too far on foot.

    >>> import xarray as xr
    >>> from territory_access.access.decay import Decay
    >>> inf, place = float("inf"), {"origin": ["village", "town"], "destination": ["town"]}
    >>> zones = {"origin": ["village", "town"]}
    >>> drivers = Group("car", xr.DataArray([[12.0], [0.0]], place),
    ...                 xr.DataArray([100.0, 300.0], zones), Decay.binary(20))
    >>> walkers = Group("walk", xr.DataArray([[inf], [0.0]], place),
    ...                 xr.DataArray([100.0, 100.0], zones), Decay.binary(20))
    >>> found = by_group([drivers, walkers], xr.DataArray([1000.0], {"destination": ["town"]}))
    >>> found["access"].values.tolist(), found["blend"].values.tolist()
    ([[2.0, 2.0], [0.0, 2.0]], [1.0, 2.0])
    """
    names = [group.name for group in groups]
    if not names or len(set(names)) < len(names):
        raise DataError(
            "Groupes d’habitants : {names} ; il en faut au moins un, de noms différents.",
            names=", ".join(names) or "–",
        )
    pairs = [Pairs.within(group.times, group.decay.reach) for group in groups]
    people = [
        p.zones(group.people, what="Population") for p, group in zip(pairs, groups, strict=True)
    ]
    _same(pairs)
    weigh = [partial(weighed, decay=group.decay) for group in groups]
    offered = pairs[0].sites(supply, what="Offre")
    around = np.sum(
        [p.per_site(w, n) for p, w, n in zip(pairs, weigh, people, strict=True)], axis=0
    )
    per_site = np.divide(offered, around, out=np.zeros_like(around), where=around > 0)
    level = np.array([p.per_zone(w, per_site) for p, w in zip(pairs, weigh, strict=True)])
    total = np.sum(people, axis=0)
    held = np.sum(np.array(people) * level, axis=0)
    lost = (around == 0) & (offered > 0)
    return xr.Dataset(
        {
            "access": ((GROUP, ORIGIN), level),
            "blend": (ORIGIN, np.divide(held, total, out=np.zeros_like(held), where=total > 0)),
        },
        coords={GROUP: names, ORIGIN: pairs[0].origin},
        attrs={
            "unreached": [str(label) for label in pairs[0].destination[lost]],
            "unreached_supply": float(offered[lost].sum()),
        },
    )


def split(people: xr.DataArray, share: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Return the people of each zone who belong to a group, and the others.

    Parameters
    ----------
    people
        Inhabitants ``(origin)``.
    share
        Of the group among them, from 0 to 1 ``(origin)``: households without a car.

    Raises
    ------
    DataError
        If labels differ, an amount is negative or missing, or a share is above 1.

    Examples
    --------
    >>> import xarray as xr
    >>> zones = {"origin": ["A", "B"]}
    >>> without, others = split(xr.DataArray([200.0, 50.0], zones), xr.DataArray([0.2, 0], zones))
    >>> without.values.tolist(), others.values.tolist()
    ([40.0, 0.0], [160.0, 50.0])
    """
    all_of_them, part = joined(
        amounts(people, what="Population", dim=ORIGIN), amounts(share, what="Part", dim=ORIGIN)
    )
    if bool((part > 1).any()):
        raise DataError(
            "Part d’un groupe : {count} valeurs dépassent 1.", count=int((part > 1).sum())
        )
    return all_of_them * part, all_of_them * (1 - part)


def on_foot(
    metres: xr.DataArray, *, kmh: float = WALKING_KMH, max_minutes: float = WALKING_MINUTES
) -> xr.DataArray:
    """Return the minutes of a walk, ``inf`` where it is too long.

    Parameters
    ----------
    metres
        Length of the way on foot ``(origin, destination)``.
    kmh
        Pace; 4.5 km/h suits old people too.
    max_minutes
        The longest walk that people take to a doctor, included.

    Raises
    ------
    DataError
        If a length is negative or missing, or the pace is not above 0.

    Examples
    --------
    >>> import xarray as xr
    >>> way = xr.DataArray([[750.0, 1501.0]], {"origin": ["A"], "destination": ["S", "T"]})
    >>> on_foot(way).values.tolist()
    [[10.0, inf]]
    """
    if not kmh > 0:
        raise DataError("Marche : {kmh} km/h ; la vitesse doit être positive.", kmh=kmh)
    way = oriented(metres)
    minutes = positive(way.values) / (kmh * 1000 / 60)
    return way.copy(data=np.where(minutes <= max_minutes, minutes, np.inf)).assign_attrs(
        units="minutes"
    )


def fastest(*times: xr.DataArray) -> xr.DataArray:
    """Return the fewest minutes of several ways to travel: on foot, by bus, by ferry.

    Raises
    ------
    DataError
        If the tables speak of other zones or sites.

    Examples
    --------
    >>> import xarray as xr
    >>> place = {"origin": ["A"], "destination": ["S"]}
    >>> fastest(xr.DataArray([[30.0]], place), xr.DataArray([[12.0]], place)).values.tolist()
    [[12.0]]
    """
    tables = joined(*(oriented(table) for table in times))
    return reduce(lambda one, other: one.where(one <= other, other), tables)


def _same(pairs: Sequence[Pairs]) -> None:
    """Refuse groups of other zones or sites than the first."""
    joined(*(p.by_zone(np.zeros(len(p.origin)), "zones") for p in pairs))
    joined(*(p.by_site(np.zeros(len(p.destination)), "sites") for p in pairs))
