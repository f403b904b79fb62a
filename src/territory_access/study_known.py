"""What stands before any choice of sites: several plans can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access import ledgers, siting, travel
from territory_access.parameters import Parameters
from territory_access.services import catalogue
from territory_access.siting import decisions
from territory_access.study_steps import Step
from territory_access.territory import Territory
from territory_access.travel.side_changes import beside_estimate
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

    from territory_access.scenario import Scenario, SitingPart
    from territory_access.services.service import Service
    from territory_access.siting.donors import Practices
    from territory_access.siting.problem import Problem
    from territory_access.study_steps import Clock
    from territory_access.travel.on_roads import OpenRoads


@dataclass(frozen=True)
class Known:
    """What stands before any choice of sites.

    Attributes
    ----------
    territory, parameters, services
        What is there, the numbers assumed, what may open.
    roads
        The road network, or ``None``.
    times
        ``travel_time (origin, destination)`` in minutes: zones × sites (facilities, candidates).
    practices
        Where doctors consult today (``ledgers.practices``), or ``None``.
    apl
        Consultations a standardised inhabitant a year today, or ``None``.
    """

    territory: Territory
    parameters: Parameters
    services: Mapping[str, Service]
    roads: OpenRoads | None
    times: xr.Dataset
    practices: Practices | None
    apl: xr.DataArray | None

    def asked(self, settings: SitingPart) -> Problem:
        """Return the question that a ``[siting]`` part puts here (``siting.problem``)."""
        return siting.problem(
            self.territory,
            self.times,
            settings,
            parameters=self.parameters,
            services=self.services,
            apl=self.apl,
            practices=self.practices,
        )


def known(scenario: Scenario, clock: Clock) -> Known:
    """Return what stands before any choice; the ``[siting]`` part of the scenario is not looked at.

    Parameters
    ----------
    scenario
        The question.
    clock
        Times and tells each step.

    Raises
    ------
    TerritoryAccessError
        When the scenario names what does not exist, or a file is missing or unusable.
    """
    parameters = Parameters.load(scenario.parameters)
    services = catalogue.load(scenario.services)
    decisions.check(scenario.siting)
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
    practices = ledgers.practices(place, scenario, parameters=parameters, roads=roads)
    apl = ledgers.apl_today(place, practices, parameters=parameters)
    return Known(place, parameters, services, roads, times, practices, apl)


def _open_roads(
    place: Territory, scenario: Scenario, *, parameters: Parameters, clock: Clock
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
