"""Says where what stands could change: each existing site is one more place to decide upon."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from territory_access.siting.decisions import OPEN
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    from territory_access.scenario import SitingPart
    from territory_access.territory import Territory

# How the place of an existing site is called: no commune has such a code.
STANDING = "+"


def with_existing[T: xr.Dataset | xr.DataArray](
    territory: Territory, times: T, settings: SitingPart
) -> tuple[Territory, T]:
    """Return the territory and its times with each existing site as a place to decide upon.

    As they are where the scenario only opens, or where it was done already. Sites of the buffer
    stay out: nobody here decides of them.

    Parameters
    ----------
    territory
        ``facilities`` and ``candidates``.
    times
        Minutes ``(origin, destination)`` to both.
    settings
        ``decisions`` of the scenario.
    """
    sites = territory.facilities.sort_index()
    if "in_territory" in territory.zones:
        inside = territory.zones["in_territory"].astype(bool)
        sites = sites[inside.loc[sites["zone_id"]].to_numpy(bool)]
    labels = [f"{site}{STANDING}" for site in sites.index]
    if set(settings.decisions) <= {OPEN} or set(labels) <= set(territory.candidates.index):
        return territory, times
    rows = gpd.GeoDataFrame(
        {
            "name": territory.zones.loc[sites["zone_id"], "name"].to_numpy(),
            "zone_id": sites["zone_id"].to_numpy(),
            "population": territory.zones.loc[sites["zone_id"], "population"].to_numpy(),
        },
        index=pd.Index(labels, name=territory.candidates.index.name, dtype=str),
        geometry=sites.geometry.to_numpy(),
        crs=territory.candidates.crs,
    )
    both = pd.concat([territory.candidates, rows])
    here = times.sel({DESTINATION: sites.index.to_numpy(str)})
    here = here.assign_coords({DESTINATION: np.array(labels, str)})
    joined: Any = xr.concat([times, here], DESTINATION, join="exact", combine_attrs="override")  # type: ignore[call-overload]  # both are of one kind
    return replace(territory, candidates=both), joined


def standing(territory: Territory, existing: pd.DataFrame) -> pd.DataFrame:
    """Return the existing sites that have their place among the candidates.

    Parameters
    ----------
    territory
        As ``with_existing`` returns it.
    existing
        All existing sites, index ``facility_id``.

    Returns
    -------
    pandas.DataFrame
        Some of them, with ``island``: a boat leads there.
    """
    labels = pd.Series([f"{site}{STANDING}" for site in existing.index], existing.index, dtype=str)
    island = existing["zone_id"].isin(territory.ferries["island_zone"])
    return existing.assign(island=island)[labels.isin(territory.candidates.index)]
