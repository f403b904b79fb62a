"""One run, from a scenario to everything that a dossier says, step by step."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from territory_access import access, deserts, islands, siting, travel
from territory_access.access.decay import Decay
from territory_access.datasets import supply, user_files
from territory_access.parameters import Parameters
from territory_access.services import catalogue
from territory_access.siting.problem import allocation
from territory_access.territory import Territory
from territory_access.territory_checks import findings
from territory_access.travel.side_changes import beside_estimate
from territory_access.vocabulary import DESTINATION, ORIGIN, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import geopandas as gpd

    from territory_access.scenario import Scenario
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem
    from territory_access.travel.on_roads import OpenRoads


@dataclass(frozen=True)
class Step:
    """A step that begins (``seconds`` is ``None``) or has ended, with what it found."""

    name: str
    seconds: float | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Study:
    """Everything of one run, in order.

    Attributes
    ----------
    scenario, territory, parameters
        What was asked, what is there, and every default number used.
    times
        ``travel_time (origin, destination)`` in minutes: zones × sites (facilities, candidates).
    places_before, places_after
        The second ledger (``access.places.allocate``), over zones and sites.
    apl_before, apl_after
        Consultations a standardised inhabitant a year by zone, or ``None`` without GP supply.
    deserts_before, deserts_after
        Zones with ``kind`` and the rules that they break.
    patches
        Contiguous deserts with population and kind.
    islands
        One row an island: boats, captive time, residents.
    plan
        What to open, at what cost, with what proof.
    checks
        check · severity · count · examples · remedy.
    sources
        What was read: name, vintage, licence, SHA-256.
    seconds
        Time spent by step.
    rules
        What makes a desert, in the order that they are asked.
    """

    scenario: Scenario
    territory: Territory
    parameters: Parameters
    times: xr.Dataset
    places_before: xr.Dataset
    places_after: xr.Dataset
    apl_before: xr.DataArray | None
    apl_after: xr.DataArray | None
    deserts_before: gpd.GeoDataFrame
    deserts_after: gpd.GeoDataFrame
    patches: gpd.GeoDataFrame
    islands: pd.DataFrame
    plan: SitingPlan
    checks: pd.DataFrame
    sources: pd.DataFrame
    seconds: Mapping[str, float]
    rules: tuple[deserts.Rule, ...] = ()


class _Clock:
    """Times the steps and tells whoever listens."""

    def __init__(self, observe: Callable[[Step], None]) -> None:
        self.observe = observe
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, object]]:
        self.observe(Step(name))
        start = time.perf_counter()
        facts: dict[str, object] = {}
        yield facts
        self.seconds[name] = time.perf_counter() - start
        self.observe(Step(name, self.seconds[name], facts))


def run(scenario: Scenario, *, observe: Callable[[Step], None] = lambda _: None) -> Study:
    """Answer a scenario.

    Parameters
    ----------
    scenario
        The question.
    observe
        Called when each step begins and ends; the library itself prints nothing.

    Raises
    ------
    TerritoryAccessError
        When the scenario names what does not exist, a file is missing or unusable, or no plan
        obeys the rules.
    """
    clock = _Clock(observe)
    parameters = Parameters.load(scenario.parameters)
    services = catalogue.load(scenario.services)
    with clock.step("territory") as facts:
        place = Territory.load(scenario, parameters=parameters)
        facts.update(place.counts())
    roads = _open_roads(place, scenario, parameters=parameters, clock=clock)
    with clock.step("travel") as facts:
        times = travel.matrix(
            place,
            max_minutes=scenario.travel.max_minutes,
            season=scenario.travel.season,
            parameters=parameters,
            roads=roads,
        )
        if roads is not None:
            times = beside_estimate(times, place, parameters=parameters)
        facts.update(
            origins=times.sizes[ORIGIN],
            destinations=times.sizes[DESTINATION],
            max_minutes=scenario.travel.max_minutes,
        )
    with clock.step("access") as facts:
        apl_before = _apl(place, scenario, parameters=parameters, roads=roads)
        asked = siting.problem(
            place, times, scenario.siting, parameters=parameters, services=services, apl=apl_before
        )
        before = allocation(asked)
        facts.update(_ledgers(place, before, apl_before))
    with clock.step("islands") as facts:
        isles = islands.find(place, times, season=scenario.travel.season, parameters=parameters)
        facts.update(names=isles.loc[isles["in_territory"], "name"].tolist())
    with clock.step("siting") as facts:
        plan = siting.solve(asked)
        plan.verify()
        facts.update(plan=plan)
    with clock.step("deserts") as facts:
        opened = _opened(plan)
        after = allocation(asked, opened)
        rules = deserts.rules(parameters, with_apl=apl_before is not None)
        apl_after = _apl_with(plan, apl_before, place=place, times=times, parameters=parameters)
        margin = parameters.value("deserts.at_risk_margin")
        found, left = (
            deserts.find(
                place.zones,
                access.closest(minutes),
                places,
                rules=rules,
                apl=apl,
                second_minutes=access.closest(minutes, rank=2),
                margin=margin,
            )
            for places, apl, minutes in (
                (before, apl_before, _open_minutes(asked, {})),
                (after, apl_after, _open_minutes(asked, opened)),
            )
        )
        facts.update(before=found, after=left)
    return Study(
        scenario=scenario,
        territory=place,
        parameters=parameters,
        times=times,
        places_before=before,
        places_after=after,
        apl_before=apl_before,
        apl_after=apl_after,
        deserts_before=found,
        deserts_after=left,
        patches=deserts.patches(
            found, landmass=islands.landmass(place), within=place.zones["epci"]
        ),
        islands=isles,
        plan=plan,
        checks=_checks(place, isles, parameters, roads),
        sources=user_files.sources(scenario, place.roads),
        seconds=clock.seconds,
        rules=rules,
    )


def _open_roads(
    place: Territory, scenario: Scenario, *, parameters: Parameters, clock: _Clock
) -> OpenRoads | None:
    """Return the roads of the territory, if it has some; compiled code is loaded only then."""
    if place.roads is None:
        return None
    from territory_access.travel import on_roads

    with clock.step("roads") as facts:

        def tell(what: str, share: float | None) -> None:
            clock.observe(Step("roads", facts={"doing": what, "share": share}))

        roads = on_roads.open_roads(
            place, season=scenario.travel.season, parameters=parameters, tell=tell
        )
        facts.update(
            name=roads.source.name,
            junctions=roads.network.graph.nodes,
            km=float(roads.network.stretches["length"].sum()) / 1000,
        )
    return roads


def _ledgers(place: Territory, before: xr.Dataset, apl: xr.DataArray | None) -> dict[str, object]:
    """Return what both ledgers say of the territory itself, its buffer left out."""
    inside = place.zones.index[place.zones["in_territory"]]
    need = place.zones.loc[inside, "need"].to_numpy()
    return {
        "seekers": int(place.zones.loc[inside, "seekers"].sum()),
        "served": float(before["served"].sel({ORIGIN: inside}).sum()),
        "apl": None if apl is None else float(np.average(apl.sel({ORIGIN: inside}), weights=need)),
    }


def _apl(
    place: Territory,
    scenario: Scenario,
    *,
    parameters: Parameters,
    roads: OpenRoads | None,
) -> xr.DataArray | None:
    """Return the APL by zone, where the scenario gives the supply of GPs."""
    part = scenario.supply
    if part.gp_file is None:
        return None
    given = supply.load(
        part.gp_file,
        code_column=part.code_column,
        acts_column=part.acts_column,
        gp_column=part.gp_column,
        parameters=parameters,
    )
    zones = place.zones
    acts = given["acts_per_year"].reindex(zones.index, fill_value=0.0)
    acts = acts[acts > 0]
    practices = zones.loc[acts.index, ["anchor"]].set_geometry("anchor")
    times = travel.matrix(
        place,
        destinations=practices.assign(zone_id=practices.index),
        max_minutes=scenario.travel.max_minutes,
        season=scenario.travel.season,
        parameters=parameters,
        roads=roads,
    )
    offered = xr.DataArray(acts.to_numpy(), {DESTINATION: acts.index.to_numpy()}, (DESTINATION,))
    return access.apl(times, _need(place), offered, Decay.drees(parameters))


def _need(place: Territory) -> xr.DataArray:
    """Return the standardised inhabitants of each zone."""
    need = place.zones["need"]
    return xr.DataArray(need.to_numpy(), {ORIGIN: need.index.to_numpy()}, (ORIGIN,))


def _apl_with(
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
    return before + access.apl(sites, _need(place), added, Decay.drees(parameters))


def _opened(plan: SitingPlan) -> dict[str, tuple[int, float]]:
    """Return places and reach of each site that the plan opens."""
    sites = plan.sites
    return {
        str(code): (int(places), float(reach))
        for code, places, reach in zip(sites.index, sites["places"], sites["reach"], strict=True)
    }


def _open_minutes(asked: Problem, opened: Mapping[str, tuple[int, float]]) -> xr.DataArray:
    """Return minutes to the sites that give places; one for its own island is far for others."""
    existing = asked.existing[asked.existing["places"] > 0]
    reach = existing["reach"].to_dict() | {code: reach for code, (_, reach) in opened.items()}
    times = asked.times.sel({DESTINATION: list(reach)})
    limits = np.array(list(reach.values()), dtype=float)
    local = xr.DataArray(limits == 0, {DESTINATION: list(reach)}, (DESTINATION,))
    return times.where(~local | asked.home.sel({DESTINATION: list(reach)}), np.inf)


def _checks(
    place: Territory, isles: pd.DataFrame, parameters: Parameters, roads: OpenRoads | None
) -> pd.DataFrame:
    """Return the checks of the territory, and those that only a study can make."""
    stranded = isles.loc[isles["ferry"] == "", "name"]
    strange = pd.Series([p.label for p in parameters.values() if p.outside_range], dtype=str)
    return pd.concat(
        [
            place.checks(),
            *_road_checks(place, roads),
            findings(
                [
                    (
                        "îles sans liaison connue",
                        Severity.WARNING,
                        stranded,
                        "Ajoutez leur bateau à la table des liaisons, ou un pont s’il existe.",
                    ),
                    (
                        "paramètres hors de leur étendue",
                        Severity.WARNING,
                        strange,
                        "Justifiez ces valeurs dans le dossier, ou revenez dans l’étendue.",
                    ),
                ]
            ),
        ],
        ignore_index=True,
    )


def _road_checks(place: Territory, roads: OpenRoads | None) -> Iterator[pd.DataFrame]:
    """Yield what is doubtful about the roads; what is merely good to know, ``check`` prints."""
    if roads is not None:
        from territory_access.travel import road_checks

        found = road_checks.checks(place, roads)
        yield found[found["severity"] != Severity.INFO.value]
