"""Says what exactly is asked: every number that a plan depends on, labelled, sorted and checked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from territory_access.access.labels import minutes
from territory_access.errors import DataError
from territory_access.siting import pool as pools
from territory_access.siting.addons import reinforcing, with_addons
from territory_access.siting.continuity import Continuity, continuity_of
from territory_access.siting.decisions import OPEN, decided
from territory_access.siting.donors import Donors, Practices, donors_of
from territory_access.siting.funders import Funder, funders_of
from territory_access.siting.guarantees import APL, Guarantee, guarantees_of
from territory_access.siting.horizon import Horizon, horizon_of
from territory_access.siting.hosts import Addons, addons_of, hosted
from territory_access.siting.included import included_of
from territory_access.siting.missing import Missing, missing_of
from territory_access.siting.options import options
from territory_access.siting.places import allowed, candidate_places, existing_sites
from territory_access.siting.places import recruitment_basins as basins
from territory_access.siting.priority import Priority, priority_of
from territory_access.siting.protected import protected, spared
from territory_access.siting.recruits import Recruits, recruits_of
from territory_access.siting.rules import Rules, rules_of
from territory_access.siting.served import allocation, served
from territory_access.siting.standing import standing, with_existing
from territory_access.siting.summer import Summer, summer_of
from territory_access.travel import landmass
from territory_access.vocabulary import DESTINATION, ORIGIN, Objective

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.parameters import Parameters
    from territory_access.scenario import SitingPart
    from territory_access.services.service import Service
    from territory_access.territory import Territory


@dataclass(frozen=True)
class Problem:
    """The question put to the optimiser; tables are sorted by label, so order changes nothing.

    Attributes
    ----------
    name
        Territory, as the user reads it.
    objective
        What the plan does best: places, or consultations missing.
    seekers
        Residents who look for a médecin traitant ``(origin)``.
    times
        Minutes ``(origin, destination)`` to the candidates and to the existing sites.
    home
        Whether a site stands in the zone's own commune or on its island ``(origin,
        destination)``: it is open to them whatever its reach.
    existing
        Existing sites, index ``facility_id``: ``service``, ``zone_id``, ``places``, ``reach``,
        ``fte``, ``acts_per_year``, ``retired``, ``is_mother``.
    candidates
        Where a site may open, index ``candidate_id``: ``name``, ``zone_id``, ``population``,
        ``hosts`` (already has a site that gives places), ``island`` (a boat serves it),
        ``epci``, ``site`` (the existing site that this place stands for, or nothing).
    options
        What may open, see ``siting.options``.
    allowed
        May this candidate get this option ``(candidate_id, option)``: host big enough, not
        forbidden, nothing there yet.
    pool
        Retired GPs, by basin.
    missing
        What the APL objective needs, or ``None``.
    rules
        Money, staff, candidates that must or may not open.
    before
        Residents whom the existing places can serve.
    gap, time_limit
        When the search may stop short of the proof: relative gap, seconds.
    horizon
        Years of the plan; one year at cruise by default.
    recruits
        Doctors of other profiles who can be hired, by basin; no limit where none is given.
    funders
        Who helps to invest, and on which terms.
    then
        Goals of the next stages, each among the best plans of the stages before.
    weights
        Goals of the first stage and what one unit of each counts; ``objective`` alone when empty.
    guarantees
        Promises of fairness.
    public_share
        Largest share of an investment that public funders pay together.
    exit_retired
        Share of retired GPs at work who stop each year.
    addons
        Where doctors and centres may be reinforced, and by how many (``siting.addons``).
    continuity
        What the plan owes to islands (``siting.continuity``).
    included
        Sites of a smaller plan that this one contains: candidate and option (``siting.included``).
    priority
        What a place counts for by who gets it; ``None`` where everybody counts the same.
    donors
        Practices that a new site takes doctors from; ``None`` where their supply is not known.
    summer
        Whom the summer brings, where the answer hangs on the APL and somebody counted them; else
        ``None``. The plan itself is made for residents: see ``siting.summer``.
    """

    name: str
    objective: Objective
    seekers: xr.DataArray
    times: xr.DataArray
    home: xr.DataArray
    existing: pd.DataFrame
    candidates: pd.DataFrame
    options: pd.DataFrame
    allowed: xr.DataArray
    pool: pools.Pool
    missing: Missing | None
    rules: Rules
    before: int
    gap: float
    time_limit: float | None
    horizon: Horizon = field(default_factory=Horizon)
    recruits: tuple[Recruits, ...] = ()
    funders: tuple[Funder, ...] = ()
    public_share: float = 1.0
    then: tuple[Objective, ...] = ()
    weights: tuple[tuple[Objective, float], ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    exit_retired: float = 0.0
    addons: Addons | None = None
    continuity: Continuity | None = None
    included: tuple[tuple[str, str], ...] = ()
    priority: Priority | None = None
    donors: Donors | None = None
    summer: Summer | None = None


def problem(  # noqa: PLR0913 - the interface that the study and notebooks call
    territory: Territory,
    times: xr.Dataset | xr.DataArray,
    settings: SitingPart,
    *,
    parameters: Parameters,
    services: Mapping[str, Service],
    places_before: xr.Dataset | None = None,
    apl: xr.DataArray | None = None,
    outlook: xr.DataArray | None = None,
    practices: Practices | None = None,
) -> Problem:
    """Put the question of a scenario in the optimiser's terms.

    Parameters
    ----------
    territory
        Zones, existing sites and candidates.
    times
        Minutes ``(origin, destination)``: zones × (facilities and candidates).
    settings
        The ``[siting]`` part of a scenario.
    parameters
        Default numbers: ``places.kappa``, ``staff.*``, ``apl.threshold``.
    services
        The catalogue, by id.
    places_before
        What existing places serve (``access.places.allocate``); computed when not given.
    apl
        Consultations a standardised inhabitant a year today ``(origin)``; needed by the
        objective ``apl``.
    outlook
        APL without the plan by year ``(year, origin)``, where departures are foreseen; as today
        every year without it.
    practices
        Where doctors consult today, the supply behind ``apl``: those whom a site takes from them
        are then lost there (``siting.donors``); without it, the site counts for its net.

    Raises
    ------
    ScenarioError
        For a service or candidate that does not exist, or rules that contradict each other.
    DataError
        For a table that lacks a site, a zone or a service.
    """
    territory, times = with_existing(territory, times, settings)
    territory, times = with_addons(territory, times, settings, services)
    zones = territory.zones.sort_index()
    table = _sorted(minutes(times), territory)
    existing = existing_sites(territory, services)
    candidates = candidate_places(territory, existing)
    there = table.sel({DESTINATION: candidates.index.to_numpy(str)})
    objective = Objective(settings.objective)
    wanted = {objective, *settings.then, *settings.weights}
    promises = guarantees_of(settings, zones)
    kappa = parameters.value("places.kappa")
    protection = protected(settings, territory)
    changes = decided(standing(territory, existing), services, settings, parameters)
    offered = options(
        settings.services,
        services,
        objective,
        kappa,
        more=spared(changes, protection, settings)
        | reinforcing(settings, services, objective, kappa),
        opening=OPEN in settings.decisions,
    )
    rules = rules_of(settings, candidates, protection)
    addons = addons_of(territory, candidates, existing, services, parameters)
    needs = existing["fte"].where(existing["retired"], 0.0)
    drawn = xr.DataArray(
        needs.to_numpy(float), {DESTINATION: existing.index.to_numpy(str)}, (DESTINATION,)
    )
    asked = Problem(
        name=territory.name,
        objective=objective,
        seekers=xr.DataArray(
            zones["seekers"].to_numpy(np.int64), {ORIGIN: table[ORIGIN]}, (ORIGIN,)
        ),
        times=table,
        home=_home(territory, table, pd.concat([candidates["zone_id"], existing["zone_id"]])),
        existing=existing,
        candidates=candidates,
        options=offered,
        allowed=hosted(allowed(candidates, offered, rules), addons, existing, offered, rules.keep),
        addons=addons,
        continuity=continuity_of(territory, settings, (candidates, existing, offered), parameters),
        pool=pools.pool(zones, table, drawn, parameters=parameters),
        missing=missing_of(zones, there, apl, parameters)
        if wanted - {Objective.PLACES} or any(promise.on == APL for promise in promises)
        else None,
        rules=rules,
        before=0,
        gap=settings.gap,
        time_limit=settings.time_limit,
        horizon=horizon_of(settings, parameters, outlook),
        recruits=recruits_of(
            settings,
            candidates,
            basins(zones, candidates, settings.hire_basin),
            parameters,
        ),
        funders=funders_of(settings),
        public_share=settings.public_share_max,
        then=tuple(Objective(name) for name in settings.then),
        weights=tuple(
            (Objective(name), weight) for name, weight in sorted(settings.weights.items())
        ),
        guarantees=promises,
        exit_retired=parameters.value("staff.retired_exit_rate"),
        priority=priority_of(settings, zones),
        donors=donors_of(practices, there, zones["need"], parameters),
    )
    return replace(
        asked,
        before=served(asked) if places_before is None else places_before.attrs["total"],
        included=included_of(settings, asked),
        summer=summer_of(territory, asked.missing, asked.donors, parameters=parameters),
    )


def _sorted(times: xr.DataArray, territory: Territory) -> xr.DataArray:
    """Return the times of the territory's zones and sites, in the order of their labels."""
    zones, sites = territory.zones.index, territory.candidates.index
    sites = sites.sort_values().append(territory.facilities.index.sort_values())
    for wanted, dim in ((zones, ORIGIN), (sites, DESTINATION)):
        absent = wanted.difference(pd.Index(times[dim].to_numpy()))
        if len(absent):
            raise DataError(
                "Temps de trajet : {count} lieux manquent, par exemple {example}.",
                count=len(absent),
                example=absent[0],
            )
    labels = {ORIGIN: zones.sort_values().to_numpy(str), DESTINATION: sites.to_numpy(str)}
    return times.sel(labels)


def _home(territory: Territory, times: xr.DataArray, zones: pd.Series[str]) -> xr.DataArray:
    """Return which sites stand in a zone's own commune or on its own island."""
    mass = landmass.of(territory)
    area = mass.index.to_series().where(mass == landmass.MAINLAND, "île " + mass.astype(str))
    here = area.loc[times[ORIGIN].to_numpy()].to_numpy()
    there = area.loc[zones.loc[times[DESTINATION].to_numpy()]].to_numpy()
    return xr.DataArray(here[:, None] == there[None, :], dict(times.coords), times.dims)


__all__ = ["Problem", "allocation", "problem", "served"]
