"""Where a proven site could be done again: asked of a region, or of a study already made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access import islands, siting, travel
from territory_access.errors import ScenarioError
from territory_access.parameters import Parameters
from territory_access.scenario import Scenario
from territory_access.services import catalogue, coalition, context, proven
from territory_access.services.replication import Ground, Replication, replicate
from territory_access.siting.problem import allocation
from territory_access.territory import Territory
from territory_access.travel.landmass import MAINLAND
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from territory_access.services.proven import Proven
    from territory_access.study import Study

_BUFFER_KM = 60  # doctors come from 60 minutes away


def ask(
    site: str,
    *,
    regions: Sequence[str] = (),
    departements: Sequence[str] = (),
    parameters: Mapping[str, float] | None = None,
) -> Replication:
    """Return where a proven site could be done again in some regions or départements.

    Every commune large enough by the widest reading of the catalogue is ranked, on estimated times.

    Parameters
    ----------
    site
        Id of the model, for example ``smp-cholet``.
    regions, departements
        INSEE codes; one at least.
    parameters
        Changed defaults, by id: ``{"replication.need": 0.4}``.

    Raises
    ------
    DataError
        When the site is not known.
    ScenarioError
        When no place is given, or a code does not exist.
    """
    model = proven.site(site)
    if not regions and not departements:
        raise ScenarioError(
            "replicate : donnez une région ou un département, par exemple --region 52."
        )
    service = catalogue.load()[model.service]
    island = service.setting == "island"
    least = 0.0 if island else max(service.cells["min_population"].low, 500.0)
    scenario = Scenario.model_validate(
        {
            "title": model.name,
            "territory": {
                "regions": tuple(regions),
                "departements": tuple(departements),
                "buffer_km": _BUFFER_KM,
            },
            "siting": {"budget": 0.0, "gp_fte": 0.0, "min_population": int(least)},
            "parameters": dict(parameters or {}),
        }
    )
    known = Parameters.load(scenario.parameters)
    place = Territory.load(scenario, parameters=known)
    times = travel.matrix(place, max_minutes=context.POOL, parameters=known)
    asked = siting.problem(
        place, times, scenario.siting, parameters=known, services=catalogue.load()
    )
    served = allocation(asked)["served"]
    mass = islands.landmass(place)
    ground = Ground(
        zones=place.zones,
        minutes=times["travel_time"],
        places=tuple(place.candidates.index),
        facilities=place.facilities,
        unserved=unserved(place.zones["seekers"], served),
        islands=frozenset(mass.index[mass != MAINLAND]),
    )
    return replicate(model, ground, service=service, parameters=known)


def of_study(study: Study, model: Proven) -> Replication:
    """Return where a proven site could be done again among the candidates of a study.

    The study's own times, supply and parameters are used; the state of the coalition is that of
    its projects of this service.
    """
    service = catalogue.load(study.scenario.services)[model.service]
    mass = islands.landmass(study.territory)
    agreed = {
        project.commune: coalition.checklist(project.service, project.partners).coverage
        for project in study.scenario.projects
        if project.service == model.service and project.commune
    }
    ground = Ground(
        zones=study.territory.zones,
        minutes=study.times["travel_time"],
        places=tuple(study.territory.candidates.index),
        facilities=study.territory.facilities,
        unserved=unserved(study.territory.zones["seekers"], study.places_before["served"]),
        islands=frozenset(mass.index[mass != MAINLAND]),
        apl=study.apl_before,
    )
    return replicate(model, ground, service=service, parameters=study.parameters, coalition=agreed)


def unserved(seekers: pd.Series[int], served: xr.DataArray) -> xr.DataArray:
    """Return who looks for a médecin traitant and gets none, by zone, never below 0."""
    given = served.sel({ORIGIN: seekers.index.to_numpy()}).to_numpy()
    left = np.clip(seekers.to_numpy(float) - given, 0.0, None)
    return xr.DataArray(left, {ORIGIN: seekers.index.to_numpy()}, (ORIGIN,))
