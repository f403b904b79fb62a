"""What both ledgers, places and APL, say of a territory today and with a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

from territory_access import access, travel
from territory_access.access.decay import Decay
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.parameters import Parameters
    from territory_access.scenario import Scenario
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem
    from territory_access.territory import Territory
    from territory_access.travel.on_roads import OpenRoads


def summary(place: Territory, before: xr.Dataset, apl: xr.DataArray | None) -> dict[str, object]:
    """Return what both ledgers say of the territory itself, its buffer left out."""
    inside = place.zones.index[place.zones["in_territory"]]
    need = place.zones.loc[inside, "need"].to_numpy()
    return {
        "seekers": int(place.zones.loc[inside, "seekers"].sum()),
        "served": float(before["served"].sel({ORIGIN: inside}).sum()),
        "apl": None if apl is None else float(np.average(apl.sel({ORIGIN: inside}), weights=need)),
    }


class Practices(NamedTuple):
    """Where general practitioners work: minutes to them, and consultations a year."""

    times: xr.Dataset | xr.DataArray
    acts: xr.DataArray


def practices(
    place: Territory,
    scenario: Scenario,
    *,
    parameters: Parameters,
    roads: OpenRoads | None,
) -> Practices | None:
    """Return the supply of GPs and the way to it, where the scenario gives it."""
    if place.supply is None:
        return None
    zones = place.zones
    acts = place.supply["acts_per_year"].reindex(zones.index, fill_value=0.0)
    acts = acts[acts > 0]
    where = zones.loc[acts.index, ["anchor"]].set_geometry("anchor")
    times = travel.matrix(
        place,
        destinations=where.assign(zone_id=where.index),
        max_minutes=scenario.travel.max_minutes,
        season=scenario.travel.season,
        parameters=parameters,
        roads=roads,
    )
    offered = xr.DataArray(acts.to_numpy(), {DESTINATION: acts.index.to_numpy()}, (DESTINATION,))
    return Practices(times, offered)


def apl_today(
    place: Territory, known: Practices | None, *, parameters: Parameters
) -> xr.DataArray | None:
    """Return the APL by zone, where the supply of GPs is known."""
    if known is None:
        return None
    return access.apl(known.times, need(place), known.acts, Decay.drees(parameters))


def apl_with(
    plan: SitingPlan,
    before: xr.DataArray | None,
    *,
    place: Territory,
    times: xr.Dataset,
    parameters: Parameters,
) -> xr.DataArray | None:
    """Return the APL with the sites of a plan: it is linear in supply, so theirs is added."""
    if before is None or plan.sites.empty:
        return before
    acts = plan.sites["net_acts"]
    added = xr.DataArray(acts.to_numpy(), {DESTINATION: acts.index.to_numpy()}, (DESTINATION,))
    sites = times.sel({DESTINATION: acts.index.to_numpy()})
    return before + access.apl(sites, need(place), added, Decay.drees(parameters))


def need(place: Territory) -> xr.DataArray:
    """Return the standardised inhabitants of each zone."""
    need = place.zones["need"]
    return xr.DataArray(need.to_numpy(), {ORIGIN: need.index.to_numpy()}, (ORIGIN,))


def opened(plan: SitingPlan) -> dict[str, tuple[int, float]]:
    """Return places and reach of each site that the plan opens."""
    sites = plan.sites
    return {
        str(code): (int(places), float(reach))
        for code, places, reach in zip(sites.index, sites["places"], sites["reach"], strict=True)
    }


def open_minutes(asked: Problem, opened: Mapping[str, tuple[int, float]]) -> xr.DataArray:
    """Return minutes to the sites that give places; one for its own island is far for others."""
    existing = asked.existing[asked.existing["places"] > 0]
    reach = existing["reach"].to_dict() | {code: reach for code, (_, reach) in opened.items()}
    times = asked.times.sel({DESTINATION: list(reach)})
    limits = np.array(list(reach.values()), dtype=float)
    local = xr.DataArray(limits == 0, {DESTINATION: list(reach)}, (DESTINATION,))
    return times.where(~local | asked.home.sel({DESTINATION: list(reach)}), np.inf)
