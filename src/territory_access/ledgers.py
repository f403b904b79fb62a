"""What both ledgers, places and APL, say of a territory today and with a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from territory_access import access, travel
from territory_access.access import outlook
from territory_access.access.decay import Decay
from territory_access.datasets import sites
from territory_access.siting.donors import Practices
from territory_access.siting.lines import left, lines
from territory_access.siting.lost import apl_lost, lost_by
from territory_access.siting.problem import allocation
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
    """Return the APL with a plan: it is linear in supply, so what comes and goes is added.

    What practices nearby lose goes too, where what they offer is known (``siting.donors``).
    """
    if before is None or plan.sites.empty:
        return before
    told, known = lines(plan), plan.problem.donors
    acts = told["net_acts" if known is None else "acts_per_year"].to_numpy(float)
    at = {DESTINATION: told["at"].to_numpy(str)}
    sites, decay, after = times.sel(at), Decay.drees(parameters), before
    for sign in (1.0, -1.0):  # apart: an offer is never negative
        changed = np.maximum(0.0, sign * acts)
        if changed.any():
            offer = xr.DataArray(changed, at, (DESTINATION,))
            after = after + sign * access.apl(sites, need(place), offer, decay)
    if known is None:
        return after
    people = need(place).sel({ORIGIN: known.times[ORIGIN].to_numpy()})
    gone = apl_lost(plan.problem, lost_by(plan).sum(axis=0), people, decay)
    return after - people.copy(data=gone).sel({ORIGIN: after[ORIGIN].to_numpy()})


def need(place: Territory) -> xr.DataArray:
    """Return the standardised inhabitants of each zone."""
    need = place.zones["need"]
    return xr.DataArray(need.to_numpy(), {ORIGIN: need.index.to_numpy()}, (ORIGIN,))


def opened(plan: SitingPlan) -> dict[str, tuple[int, float]]:
    """Return the places that the plan adds at each site, and their reach."""
    sites = plan.sites[plan.sites["places"] > 0]
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


@dataclass(frozen=True)
class Retirement:
    """What the consultations of a territory become as doctors retire, and on what they hang.

    Attributes
    ----------
    scenarios
        One row a year and a share of replacement: ``years``, ``replaced``, ``apl`` (mean weighted
        by standardised inhabitants), ``zones`` and ``residents`` under the threshold.
    fragile
        Residents at or above the threshold today who fall under it if one full-time doctor stops,
        the one whom their zone would miss most, and their ``zones``.
    alone
        Zones whose supply is one doctor at most, ``lost`` how many of them are expected to have
        none in ten years.
    threshold
        Consultations a standardised inhabitant a year.
    """

    scenarios: pd.DataFrame
    fragile: Mapping[str, float]
    alone: Mapping[str, float]
    threshold: float


def retirement(
    place: Territory,
    known: Practices | None,
    apl: xr.DataArray | None,
    *,
    parameters: Parameters,
) -> Retirement | None:
    """Return the outlook of the supply that is known, ages being those of the country."""
    if known is None or apl is None:
        return None
    zones = place.zones[place.zones["in_territory"]]
    here = {ORIGIN: zones.index.to_numpy(dtype=object)}
    level, threshold = apl.sel(here), parameters.value("apl.threshold")
    residents, weight = zones["population"].to_numpy(float), zones["need"].to_numpy(float)
    parts = outlook.national_bands(level, parameters)
    replaced = parameters["outlook.replaced"]
    rows = []
    for years in (0, 5, 10):
        for share in dict.fromkeys((replaced.low, replaced.value, replaced.high)):
            chances = outlook.Hazards.load(parameters, replaced=share)
            then = outlook.after(parts, years, chances).to_numpy()
            under = then < threshold - 1e-9
            mean = float(np.average(then, weights=weight)) if weight.sum() else 0.0
            rows.append((years, share, mean, int(under.sum()), float(residents[under].sum())))
            if years == 0:
                break
    one = parameters.value("apl.acts_per_fte")
    without = outlook.fragility(
        known.times,
        need(place),
        known.acts,
        Decay.drees(parameters),
        lost=known.acts.clip(max=one),
    )
    falls = (level >= threshold).to_numpy() & (without["without"].sel(here) < threshold).to_numpy()
    alone = known.acts.to_series().reindex(zones.index).dropna().le(one).sum()
    chances = outlook.Hazards.load(parameters)
    gone = 1 - float(outlook.after(outlook.national_bands(xr.ones_like(level[:1])), 10, chances)[0])
    return Retirement(
        pd.DataFrame(rows, columns=["years", "replaced", "apl", "zones", "residents"]),
        {"zones": float(falls.sum()), "residents": float(residents[falls].sum())},
        {"zones": float(alone), "lost": float(alone) * gone},
        threshold,
    )


def by_kappa(
    asked: Problem, plan: SitingPlan, *, place: Territory, parameters: Parameters
) -> pd.DataFrame:
    """Return the second ledger over the range of κ, consultations a registered patient a year.

    Places that a source gives stay as they are; those worked out from consultations follow κ. The
    plan stays the same: only what it brings, or takes away, changes.

    Returns
    -------
    pandas.DataFrame
        Three rows, from the highest κ (prudent) to the lowest: ``kappa``; ``places`` of the sites
        that are there and ``opened``, what the plan adds less what it closes; residents
        ``served`` by the first and ``after``, with the plan, those of the territory.
    """
    known = parameters["places.kappa"]
    inside = place.zones.index[place.zones["in_territory"]]
    own = asked.existing["places"]
    derived = sites.load(kappa=known.value)["places"].reindex(own.index)
    rows = []
    for kappa in (known.high, known.value, known.low):
        follows = sites.load(kappa=kappa)["places"].reindex(own.index)
        existing = own.where(derived.ne(own) | derived.isna(), follows).astype(np.int64)
        then = replace(asked, existing=asked.existing.assign(places=existing))
        kept = replace(then, existing=then.existing.loc[left(plan).existing.index])
        brought = {
            code: (int(places * known.value / kappa + 1e-9), reach)
            for code, (places, reach) in opened(plan).items()
        }
        served = [
            float(allocation(question, with_plan)["served"].sel({ORIGIN: inside}).sum())
            for question, with_plan in ((then, {}), (kept, brought))
        ]
        new = sum(places for places, _ in brought.values())
        new -= int(then.existing["places"].sum() - kept.existing["places"].sum())
        rows.append((kappa, int(existing.sum()), new, *served))
    return pd.DataFrame(rows, columns=["kappa", "places", "opened", "served", "after"])
