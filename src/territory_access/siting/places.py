"""Says where services stand and where they may open, as tables sorted by label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from territory_access.errors import DataError
from territory_access.siting.addons import addon_of
from territory_access.siting.decisions import NEW, REINFORCE
from territory_access.siting.options import MOTHERS, OPTION, RETIRED
from territory_access.siting.standing import STANDING
from territory_access.vocabulary import CANDIDATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.services.service import Service
    from territory_access.siting.rules import Rules
    from territory_access.territory import Territory


def existing_sites(territory: Territory, services: Mapping[str, Service]) -> pd.DataFrame:
    """Return the existing sites with the reach and staff of their service."""
    sites = territory.facilities.sort_index()
    unknown = sites.index[~sites["service"].isin(list(services)) & (sites["places"] > 0)]
    if len(unknown):
        raise DataError(
            "Sites existants : le service de {site} n’est pas au catalogue ; sa portée manque.",
            site=unknown[0],
        )
    known = {name: services[name] for name in sites["service"].unique() if name in services}
    reach = sites["service"].map({name: service.reach_minutes for name, service in known.items()})
    retired = [name for name, service in known.items() if service.staff_profile == RETIRED]
    return pd.DataFrame(
        {
            "service": sites["service"],
            "zone_id": sites["zone_id"],
            "places": sites["places"].astype(np.int64),
            "reach": reach.fillna(0.0).astype(float),
            "fte": sites["fte"].astype(float),
            "acts_per_year": sites["acts_per_year"].astype(float),
            "retired": sites["service"].isin(retired),
            "is_mother": sites["service"].isin(MOTHERS),
        }
    )


def candidate_places(territory: Territory, existing: pd.DataFrame) -> pd.DataFrame:
    """Return the candidates, saying which already host a site that gives places."""
    places = territory.candidates.sort_index()[["name", "zone_id", "population"]]
    # The place of an existing site stands for the site itself: what it hosts is what changes.
    standing = {f"{site}{STANDING}": str(site) for site in existing.index}
    site = pd.Series([standing.get(str(code), "") for code in places.index], places.index, str)
    hosts = existing.loc[existing["places"] > 0, "zone_id"]
    islands = places["zone_id"].isin(territory.ferries["island_zone"])
    home = territory.zones["epci"].astype(str).loc[places["zone_id"]].to_numpy()
    addon = pd.Series(addon_of(places.index), places.index, str)
    own = (site == "") & (addon == "")
    return pd.DataFrame(
        places.assign(
            hosts=places["zone_id"].isin(hosts) & own, island=islands, epci=home, site=site,
            addon=addon,
        )
    )  # fmt: skip


def recruitment_basins(zones: pd.DataFrame, candidates: pd.DataFrame, kind: str) -> pd.Series[str]:
    """Return the recruitment basin of each candidate."""
    if kind == "territoire" or kind not in zones:
        return pd.Series("", index=candidates.index, dtype=str)
    return pd.Series(
        zones.loc[candidates["zone_id"], kind].to_numpy(str), index=candidates.index, dtype=str
    )


def allowed(candidates: pd.DataFrame, offered: pd.DataFrame, rules: Rules) -> xr.DataArray:
    """Return which option may open where."""
    free = ~candidates["hosts"].to_numpy(bool) & ~candidates.index.isin(rules.forbid)
    population = candidates["population"].to_numpy(float)
    enough = population[:, None] >= offered["min_population"].to_numpy(float)[None, :]
    there = candidates["island"].to_numpy(bool)[:, None] | ~offered["island"].to_numpy(bool)
    here, decision = candidates["site"].to_numpy(str), offered["decision"].to_numpy(str)
    own = here[:, None] == offered["site"].to_numpy(str)[None, :]
    # Something new goes where nothing stands; what changes a site goes to its own place.
    fits = np.where(np.isin(decision, NEW)[None, :], (here == "")[:, None], own)
    beside = np.where(decision == REINFORCE, offered["service"].to_numpy(str), "")
    fits &= candidates["addon"].to_numpy(str)[:, None] == beside[None, :]
    return xr.DataArray(
        free[:, None] & enough & there & fits,
        {CANDIDATE: candidates.index.to_numpy(str), OPTION: offered.index.to_numpy(str)},
        (CANDIDATE, OPTION),
    )
