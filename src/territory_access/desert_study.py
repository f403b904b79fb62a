"""Which deserts a study finds, why each falls short, how surely, and whom the mean hides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access import access, desert_variants, deserts, islands, ledgers, travel
from territory_access.access.decay import Decay
from territory_access.access.places import eligible
from territory_access.datasets import bpe
from territory_access.deserts import why
from territory_access.deserts.rule import Measure
from territory_access.errors import DataError
from territory_access.siting import lines, summer
from territory_access.siting.problem import allocation
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from territory_access.desert_variants import Ground
    from territory_access.parameters import Parameters
    from territory_access.services.service import Service
    from territory_access.siting.plan import SitingPlan
    from territory_access.travel.on_roads import OpenRoads


@dataclass(frozen=True, eq=False)
class Explained:
    """The deserts of a study and what is known of them.

    Attributes
    ----------
    before, after
        Zones with their kind of desert (``deserts.find``), today and with the plan.
    places_after, apl_after
        Both ledgers with the plan.
    patches
        Contiguous deserts today with what they lack, its causes and the doctors who would make it
        up (``deserts.explained``); ``unit`` says whether consultations a year or residents without
        a place: the latter where the APL is not known or enough.
    rules
        What makes a desert, in the order that they are asked.
    why
        What each cause takes, by zone: residents without a place (``deserts.why.places``).
    consultations
        The same of consultations a standardised inhabitant a year, where the APL is known.
    stability
        Which deserts stay when a choice is made otherwise.
    hidden
        Whom the mean hides.
    service, acts_per_fte, acts_each
        The service in which doctors are counted, their consultations a year, and those that one of
        what is missing stands for: κ for a place, 1 for a consultation.
    """

    before: gpd.GeoDataFrame
    after: gpd.GeoDataFrame
    places_after: xr.Dataset
    apl_after: xr.DataArray | None
    patches: gpd.GeoDataFrame
    rules: tuple[deserts.Rule, ...]
    why: xr.Dataset
    consultations: xr.Dataset | None
    stability: deserts.Stability
    hidden: deserts.Hidden
    service: str
    acts_per_fte: float
    acts_each: float


def settled(ground: Ground, roads: OpenRoads | None) -> Ground:
    """Return the ground with the rules that the scenario names and all that they look at.

    Raises
    ------
    ScenarioError
        If a rule needs what the scenario does not give.
    DataError, MissingDataset
        If the file of emergency departments cannot be used.
    """
    others: dict[Measure, xr.DataArray] = {}
    if ground.practices is not None:
        others[Measure.GP_MINUTES] = access.closest(ground.practices.times)
    emergency = _emergency(ground, roads)
    if emergency is not None:
        others[Measure.EMERGENCY_MINUTES] = emergency
    known = {Measure.MINUTES, Measure.SHARE, Measure.UNSERVED, *others}
    if ground.apl is not None:
        known.add(Measure.APL)
    rules = deserts.named(ground.scenario.deserts.rules, ground.parameters, known=known)
    return replace(ground, rules=rules, others=others)


def explain(
    ground: Ground, plan: SitingPlan, *, times: xr.Dataset, services: Mapping[str, Service]
) -> Explained:
    """Return the deserts today and with a plan, with their causes and how sure they are.

    Parameters
    ----------
    ground
        What deserts are found from, ``settled``.
    plan
        What opens.
    times
        Minutes of the study, to all its sites.
    services
        The catalogue, for the consultations a year of a doctor in the service asked for.
    """
    place, parameters = ground.place, ground.parameters
    opened, kept = ledgers.opened(plan), lines.left(plan)
    after = allocation(kept, opened)
    apl_after = ledgers.apl_with(plan, ground.apl, place=place, times=times, parameters=parameters)
    before = desert_variants.found(ground)
    open_times = ledgers.open_minutes(kept, opened)
    left = desert_variants.found(replace(ground, places=after, apl=apl_after), times=open_times)
    hidden = deserts.hidden(
        before,
        place.zones,
        walk_minutes=ground.without_car,
        august_apl=summer.apl_in_august(place, ground.practices, parameters=parameters),
        walk_reach=parameters.value("travel.walk_minutes_max"),
        apl_threshold=parameters.value("apl.threshold"),
    )
    before = deserts.refined(before, hidden)
    causes, consultations = _places(ground), _consultations(ground)
    service, acts_per_fte = _productivity(ground.scenario.siting.services, services, parameters)
    acts_each = parameters.value("places.kappa") if consultations is None else 1.0
    return Explained(
        before=before,
        after=left,
        places_after=after,
        apl_after=apl_after,
        patches=_patches(ground, before, (causes, consultations), acts_per_fte),
        rules=ground.rules,
        why=causes,
        consultations=consultations,
        stability=deserts.stability(
            desert_variants.base(before),
            desert_variants.variants(ground, before),
            before.loc[before["in_territory"], "population"],
        ),
        hidden=hidden,
        service=service,
        acts_per_fte=acts_per_fte,
        acts_each=acts_each,
    )


def _patches(
    ground: Ground,
    before: gpd.GeoDataFrame,
    parts: tuple[xr.Dataset, xr.Dataset | None],
    acts_per_fte: float,
) -> gpd.GeoDataFrame:
    """Return the patches with what they lack: consultations, or else places."""
    place = ground.place
    patches = deserts.patches(before, landmass=islands.landmass(place), within=place.zones["epci"])
    causes, consultations = parts
    kappa = ground.parameters.value("places.kappa")
    told = deserts.explained(patches, causes, acts_each=kappa, acts_per_fte=acts_per_fte)
    told = told.assign(unit="residents")
    if consultations is None:
        return told
    acts = consultations * ledgers.need(place)
    first = deserts.explained(patches, acts, acts_each=1.0, acts_per_fte=acts_per_fte)
    short = first["missing"] > 0
    for column in (*why.CAUSES, "missing", "cause", "fte"):
        told[column] = told[column].mask(short, first[column])
    return told.assign(unit=told["unit"].mask(short, "consultations"))


def _places(ground: Ground) -> xr.Dataset:
    """Return why residents stay without a place."""
    asked = ground.asked
    sites = asked.existing.index.to_numpy()
    labels = {DESTINATION: sites}
    reach = xr.DataArray(asked.existing["reach"].to_numpy(float), labels, (DESTINATION,))
    offered = xr.DataArray(asked.existing["places"].to_numpy(float), labels, (DESTINATION,))
    pairs = eligible(asked.times.sel(labels), reach, home=asked.home.sel(labels))
    return why.places(ground.places, pairs, asked.seekers, offered)


def _consultations(ground: Ground) -> xr.Dataset | None:
    """Return why the APL is below its threshold, where it is known."""
    if ground.practices is None:
        return None
    place, parameters = ground.place, ground.parameters
    people = place.zones["population"]
    decay = Decay.drees(parameters)
    wide = ground.scenario.travel.max_minutes
    return why.consultations(
        ground.practices.times,
        ledgers.need(place),
        xr.DataArray(people.to_numpy(float), {ORIGIN: people.index.to_numpy()}, (ORIGIN,)),
        ground.practices.acts,
        threshold=parameters.value("apl.threshold"),
        decay=decay,
        wide=wide if wide > decay.reach else np.nextafter(decay.reach, np.inf),
    )


def _productivity(
    asked: tuple[str, ...], services: Mapping[str, Service], parameters: Parameters
) -> tuple[str, float]:
    """Return the first service asked for that has doctors, and their consultations a year."""
    for name in asked:
        service = services[name]
        if service.gp_fte > 0 and service.capacity > 0:
            return name, service.capacity / service.gp_fte
    return "", parameters.value("apl.acts_per_fte")


def _emergency(ground: Ground, roads: OpenRoads | None) -> xr.DataArray | None:
    """Return the minutes to the nearest emergency department, where the scenario names a file."""
    path = ground.scenario.deserts.emergency_file
    if path is None:
        return None
    counts = bpe.load(path)
    if "emergency" not in counts:
        raise DataError("« {path} » ne compte pas de services d’urgences (D106).", path=path)
    zones = ground.place.zones
    codes = counts.index[counts["emergency"] > 0].intersection(zones.index)
    where = zones.loc[codes, ["anchor"]].set_geometry("anchor")
    times = travel.matrix(
        ground.place,
        destinations=where.assign(zone_id=where.index),
        max_minutes=ground.scenario.travel.max_minutes,
        season=ground.scenario.travel.season,
        parameters=ground.parameters,
        roads=roads,
    )
    return access.closest(times)
