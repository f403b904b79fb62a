"""One run, from a scenario to everything that a dossier says, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access import (
    desert_study,
    islands,
    ledgers,
    siting,
    study_checks,
    study_groups,
    study_roads,
)
from territory_access.datasets import user_files
from territory_access.desert_variants import Ground
from territory_access.services import beyond
from territory_access.siting.explanation import explanation
from territory_access.siting.lines import left, lines
from territory_access.siting.problem import allocation
from territory_access.study_known import known
from territory_access.study_steps import Clock
from territory_access.travel import edge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    import pandas as pd
    import xarray as xr

    from territory_access import deserts
    from territory_access.parameters import Parameters
    from territory_access.scenario import Scenario
    from territory_access.services.beyond import Beyond
    from territory_access.siting.explanation import Explanation
    from territory_access.siting.plan import SitingPlan
    from territory_access.study_steps import Step
    from territory_access.territory import Territory
    from territory_access.travel.reach import Reach


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
    explained
        Why deserts fall short, how surely, and whom the mean hides; ``None`` where not worked out.
    outlook
        One row an island: days without a doctor, staff, summer, biology (``islands.outlook``).
    explanation
        What each site of the plan is worth, and a little more money; ``None`` where it would take
        too long (``siting.explanation``).
    retirement
        What the consultations become as doctors retire; ``None`` without GP supply.
    by_kappa
        The second ledger over the range of κ (``ledgers.by_kappa``).
    groups
        What residents with and without a car can count on, as far as the files tell.
    reach
        Surroundings of what opens and longest ways, where times are those of roads.
    edge
        Minutes from each zone of the territory to what is not loaded (``travel.edge``).
    beyond
        Projects of the scenario that are described and not chosen, and EHPADs; ``None`` without.
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
    explained: desert_study.Explained | None = None
    outlook: pd.DataFrame | None = None
    explanation: Explanation | None = None
    reach: Reach | None = None
    beyond: Beyond | None = None
    edge: pd.Series[float] | None = None
    retirement: ledgers.Retirement | None = None
    by_kappa: pd.DataFrame | None = None
    groups: study_groups.Groups | None = None

    def _repr_html_(self) -> str:
        from territory_access.cards import of_study

        return of_study.card_of(self)


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
    clock = Clock(observe)
    base = known(scenario, clock)
    place, times, parameters = base.territory, base.times, base.parameters
    roads, practices, apl_before = base.roads, base.practices, base.apl
    with clock.step("access") as facts:
        asked = base.asked(scenario.siting)
        before = allocation(asked)
        giving = asked.existing.loc[asked.existing["places"] > 0, "zone_id"]
        groups = study_groups.groups(
            place, scenario, practices=practices, sites=giving, parameters=parameters
        )
        facts.update(ledgers.summary(place, before, apl_before))
    with clock.step("islands") as facts:
        isles = islands.find(place, times, season=scenario.travel.season, parameters=parameters)
        facts.update(names=isles.loc[isles["in_territory"], "name"].tolist())
    with clock.step("siting") as facts:
        plan = siting.solve(asked)
        facts.update(plan=plan)
    with clock.step("explanation") as facts:
        why = explanation(plan)
        facts.update(sites=0 if why is None else int(why.why["gain_lost"].count()))
    with clock.step("deserts") as facts:
        ground = Ground(
            *(place, scenario, parameters, asked, before, apl_before, practices),
            without_car=groups.minutes,
        )
        told = desert_study.explain(
            desert_study.settled(ground, roads), plan, times=times, services=base.services
        )
        facts.update(before=told.before, after=told.after)
    far = edge.minutes_to_edge(place)
    return Study(
        scenario=scenario,
        territory=place,
        parameters=parameters,
        times=times,
        places_before=before,
        places_after=told.places_after,
        apl_before=apl_before,
        apl_after=told.apl_after,
        deserts_before=told.before,
        deserts_after=told.after,
        patches=told.patches,
        islands=isles,
        plan=plan,
        checks=study_checks.checks(place, isles, parameters, roads, edge=far),
        edge=far,
        sources=user_files.sources(scenario, place.roads, place.files),
        seconds=clock.seconds,
        rules=told.rules,
        explained=told,
        outlook=islands.outlook(
            place, isles, parameters=parameters, opened=lines(plan).set_index("zone_id")
        ),
        explanation=why,
        by_kappa=ledgers.by_kappa(asked, plan, place=place, parameters=parameters),
        groups=groups,
        retirement=ledgers.retirement(place, practices, apl_before, parameters=parameters),
        beyond=beyond.beyond(
            place, scenario, parameters=parameters, services=base.services, roads=roads
        ),
        reach=study_roads.reach(
            place, roads, plan=plan, minutes=ledgers.open_minutes(left(plan), ledgers.opened(plan))
        ),
    )
