"""Says who gets a place with existing and opened sites, and what that is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.places import allocate, eligible
from territory_access.access.priority import heaviest_first
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.siting.problem import Problem

    type Opened = Mapping[str, tuple[int, float]]


def served(asked: Problem, opened: Opened | None = None) -> int:
    """Return how many residents have a place: with existing sites, and with those opened.

    Parameters
    ----------
    asked
        The problem.
    opened
        Places and reach in minutes of each candidate where a site opens.
    """
    return int(allocation(asked, opened).attrs["total"])


def allocation(asked: Problem, opened: Opened | None = None) -> xr.Dataset:
    """Return who gets a place (``access.places.allocate``) with existing and opened sites."""
    pairs, places = _sites(asked, opened or {})
    return allocate(pairs, asked.seekers, places)


def weighted(asked: Problem, opened: Opened | None = None) -> float:
    """Return the most that places can be worth, each at the weight of who gets it.

    Residents where nobody is put first (``siting.priority``); else weighted places.
    """
    if asked.priority is None:
        return float(served(asked, opened))
    pairs, places = _sites(asked, opened or {})
    given = heaviest_first(pairs, asked.seekers, places, weight=asked.priority.weight)
    return float(given.attrs["weighted"])


def _sites(asked: Problem, opened: Opened) -> tuple[xr.DataArray, xr.DataArray]:
    """Return which zones may use which sites, opened ones first, and the places of those."""
    sites = [*opened, *asked.existing.index]
    reach = [minutes for _, minutes in opened.values()] + asked.existing["reach"].tolist()
    places = [places for places, _ in opened.values()] + asked.existing["places"].tolist()
    labels = {DESTINATION: sites}
    pairs = eligible(
        asked.times.sel(labels),
        xr.DataArray(np.array(reach, float), labels, (DESTINATION,)),
        home=asked.home.sel(labels),
    )
    return pairs, xr.DataArray(np.array(places, np.int64), labels, (DESTINATION,))
