"""Whom the projects reach that the optimiser does not choose, and where the EHPADs are.

A third place, a respite platform or telemedicine in an EHPAD give no médecin traitant, or too
little is known of them to weigh them against the others: they are described, not optimised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access import travel
from territory_access.datasets import finess, registry
from territory_access.errors import Fault, ScenarioError
from territory_access.services import coalition
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from territory_access.parameters import Parameters
    from territory_access.scenario import Scenario
    from territory_access.services.service import Service
    from territory_access.territory import Territory
    from territory_access.travel.on_roads import OpenRoads

EHPAD, HOSPITAL, TELE = "ehpad", "hospital", "TELE_EHPAD"
_CATEGORIES = ("500", "101", "106", "355")


@dataclass(frozen=True, eq=False)
class Beyond:
    """What a study says beyond the sites that it chooses.

    Attributes
    ----------
    projects
        One row a project of the scenario that has a service and a commune: ``name``, ``service``,
        ``service_name``, ``commune``, ``commune_name``, ``reach`` (minutes), ``residents`` within
        reach, ``concerned`` (carers for a respite platform, else those who look for a médecin
        traitant; NaN where the service is for neither), ``capacity`` (a year, of the catalogue).
    care_homes
        One row an EHPAD, index ``finess``: ``name``, ``commune``, ``commune_name``,
        ``in_territory``, ``equipped`` (one of the proven sites stands in its commune),
        ``hospital_minutes``, ``model_minutes`` to the nearest proven site; ``None`` without file.
    wanted
        Whether the scenario is about EHPADs while it names no file of them.
    """

    projects: pd.DataFrame
    care_homes: pd.DataFrame | None
    wanted: bool


def beyond(
    place: Territory,
    scenario: Scenario,
    *,
    parameters: Parameters,
    services: Mapping[str, Service],
    roads: OpenRoads | None = None,
) -> Beyond | None:
    """Return what a study says of its projects and of the EHPADs, ``None`` where it has neither.

    Raises
    ------
    ScenarioError
        When a project names a service, a commune, a role or a lock that does not exist.
    MissingDataset, DataError
        When the file of EHPADs is not there, or cannot be used.
    """
    asked = [one for one in scenario.projects if one.service or one.commune]
    _check(scenario, place, services)
    path = scenario.need.care_homes_file
    if not asked and path is None:
        return None

    def minutes(codes: Collection[str]) -> pd.DataFrame:
        where = place.zones.loc[sorted(set(codes)), ["anchor"]].set_geometry("anchor")
        times = travel.matrix(
            place,
            destinations=where.assign(zone_id=where.index),
            max_minutes=scenario.travel.max_minutes,
            season=scenario.travel.season,
            parameters=parameters,
            roads=roads,
        )["travel_time"].transpose(ORIGIN, DESTINATION)
        table = pd.DataFrame(
            times.to_numpy(), times[ORIGIN].to_numpy(), times[DESTINATION].to_numpy()
        )
        return table.reindex(place.zones.index)

    rows = []
    near = minutes([one.commune for one in asked if one.commune]) if asked else pd.DataFrame()
    for one in asked:
        if one.commune:
            service = services[one.service]
            within = (near[one.commune] <= service.reach_minutes).to_numpy() & (
                service.reach_minutes > 0
            )
            within |= place.zones.index.to_numpy() == one.commune
            rows.append(_row(one.name, one.commune, service, place.zones, within, parameters))
    homes = None if path is None else _care_homes(place, registry.locate(
        path, key="need.care_homes_file"), minutes)  # fmt: skip
    wanted = path is None and any(one.service == TELE for one in asked)
    return Beyond(pd.DataFrame(rows), homes, wanted)


def concerned(
    service: Service, zones: pd.DataFrame, parameters: Parameters
) -> pd.Series[float] | None:
    """Return for how many residents of each zone a service is, ``None`` where nothing says it.

    Carers are a share of adults (``need.carer_share``), the same everywhere: an estimate.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> from territory_access.services import catalogue
    >>> zones = pd.DataFrame({"adults": [1200], "seekers": [70]}, index=["A"])
    >>> known = catalogue.load()
    >>> concerned(known["REPIT"], zones, Parameters.load()).round().tolist()
    [200.0]
    >>> concerned(known["SMP"], zones, Parameters.load()).tolist()
    [70.0]
    """
    if service.id == "REPIT":
        return zones["adults"].astype(float) * parameters.value("need.carer_share")
    return zones["seekers"].astype(float) if service.gives_places else None


def _row(  # noqa: PLR0913, PLR0917 - one project, as the loop has it
    name: str,
    commune: str,
    service: Service,
    zones: pd.DataFrame,
    within: NDArray[np.bool_],
    parameters: Parameters,
) -> dict[str, object]:
    whom = concerned(service, zones, parameters)
    return {
        "name": name,
        "service": service.id,
        "service_name": service.name,
        "commune": commune,
        "commune_name": str(zones.loc[commune, "name"]),
        "reach": service.reach_minutes,
        "residents": int(zones.loc[within, "population"].sum()),
        "concerned": np.nan if whom is None else float(whom[within].sum()),
        "capacity": service.capacity,
    }


def _care_homes(
    place: Territory, path: Path, minutes: Callable[[Collection[str]], pd.DataFrame]
) -> pd.DataFrame:
    """Return the EHPADs of a study, the furthest from a hospital first."""
    known = finess.load(path, categories=_CATEGORIES)
    here = known[known["commune"].isin(place.zones.index)]
    homes = here[here["kind"] == EHPAD]
    models = place.facilities.loc[place.facilities["service"] == TELE, "zone_id"]
    zones = place.zones.loc[homes["commune"]]
    found = pd.DataFrame(
        {
            "name": homes["name"],
            "commune": homes["commune"],
            "commune_name": zones["name"].to_numpy(),
            "in_territory": zones["in_territory"].to_numpy(dtype=bool),
            "equipped": homes["commune"].isin(models),
        },
        index=homes.index,
    )
    for column, codes in (
        ("hospital_minutes", here.loc[here["kind"] == HOSPITAL, "commune"]),
        ("model_minutes", models),
    ):
        nearest = minutes(codes).min(axis=1) if len(codes) else None
        found[column] = (
            np.inf if nearest is None else nearest.reindex(homes["commune"]).to_numpy(float)
        )
    order = ["in_territory", "hospital_minutes", "commune"]
    return found.sort_values(order, ascending=[False, False, True], kind="stable")


def _check(scenario: Scenario, place: Territory, services: Mapping[str, Service]) -> None:
    """Refuse the projects that name what does not exist, all of them at once."""
    faults = []
    for one in scenario.projects:
        if one.service and one.service not in services:
            faults.append(
                Fault(
                    "« {name} » : service inconnu « {service} ». Le catalogue : {known}.",
                    {"name": one.name, "service": one.service, "known": ", ".join(services)},
                )
            )
        if one.commune and one.commune not in place.zones.index:
            faults.append(
                Fault(
                    "« {name} » : la commune « {code} » n’est pas dans le territoire ni autour.",
                    {"name": one.name, "code": one.commune},
                )
            )
        if one.commune and not one.service:
            faults.append(Fault("« {name} » : il manque « service ».", {"name": one.name}))
        if one.service in services:
            coalition.checklist(one.service, one.partners, one.lifted)
    if faults:
        raise ScenarioError("projects : {fault}", fault=faults[0], faults=faults[1:])
