"""What those with and without a car can count on, when both share the same doctors.

Those with a car have the minutes of the study. The others walk between chefs-lieux, straight lines
with the detour of roads, and within a commune half the side of a square of its area, as the
estimate of times by car does; where the scenario brings a timetable, they take whatever is quicker
of the walk and of public transport (``travel.transit``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xarray as xr
from scipy.spatial.distance import cdist

from territory_access import access
from territory_access.access.decay import Decay
from territory_access.access.groups import Group, by_group, fastest, on_foot, split
from territory_access.deserts.hidden import NO_CAR
from territory_access.errors import Fault
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from territory_access.parameters import Parameters
    from territory_access.scenario import Scenario
    from territory_access.siting.donors import Practices
    from territory_access.territory import Territory

WITH_CAR, WITHOUT_CAR = "avec voiture", "sans voiture"


@dataclass(frozen=True, eq=False)
class Groups:
    """What two groups can count on.

    Attributes
    ----------
    level
        By zone: ``share`` of residents without a car, ``with_car`` and ``without_car``
        (consultations a standardised inhabitant a year), ``blend`` their mean by people; ``None``
        where the cars of households or the supply of GPs are not known.
    minutes
        Without a car, to the nearest site ``(origin)``; ``None`` where cars are not known.
    timetable
        What public transport rests on (``attrs`` of ``travel.transit.table``); empty without.
    filled
        Zones of the territory of which the file of cars says nothing: the share of the country
        stands for theirs.
    missing
        What would have to be given, a sentence each.
    """

    level: pd.DataFrame | None = None
    minutes: xr.DataArray | None = None
    timetable: Mapping[str, object] | None = None
    filled: int = 0
    missing: tuple[Fault, ...] = ()


def groups(
    place: Territory,
    scenario: Scenario,
    *,
    practices: Practices | None,
    sites: pd.Series[str],
    parameters: Parameters,
) -> Groups:
    """Return what residents with and without a car can count on, as far as the files tell.

    Parameters
    ----------
    place, scenario, parameters
        The territory, the question, the default numbers.
    practices
        Where GPs work, and the minutes by car to them; ``None`` without ``supply.gp_file``.
    sites
        Zones of the sites that give places, for the minutes where practices are not known.

    Raises
    ------
    DataError, MissingDataset, ScenarioError
        When the timetable of the scenario cannot be used.
    """
    missing = _missing(place, scenario)
    if NO_CAR not in place.zones:
        return Groups(missing=missing)
    known = sites.unique() if practices is None else practices.acts[DESTINATION].to_numpy()
    where = np.asarray(known, dtype=object)
    walk = walking(place, where, parameters=parameters)
    table, timetable = walk, None
    if scenario.travel.transit_gtfs:
        transit = _transit(place, scenario, where, parameters=parameters)
        table, timetable = fastest(walk, transit), transit.attrs
    minutes = access.closest(table) if len(where) else None
    if practices is None:
        return Groups(minutes=minutes, timetable=timetable, missing=missing)
    limit = parameters.value("travel.walk_minutes_max")
    level = _level(
        place, practices, table.where((walk > table) | (walk <= limit), np.inf), parameters
    )
    inside = place.zones["in_territory"] & place.zones[NO_CAR].isna()
    return Groups(level, minutes, timetable, int(inside.sum()), missing)


def walking(
    place: Territory, where: NDArray[np.object_], *, parameters: Parameters
) -> xr.DataArray:
    """Return the minutes of a walk from each zone to some zones, however long.

    Parameters
    ----------
    place
        The territory; its zones start from their ``anchor``.
    where
        Zones to walk to.
    parameters
        ``travel.walk_speed`` and ``travel.detour_plain``.
    """
    zones = place.zones
    codes = zones.index.to_numpy(dtype=object)
    starts = shapely.get_coordinates(zones["anchor"].array)
    at = zones.index.get_indexer(where)
    metres = cdist(starts, starts[at]) if len(at) else np.zeros((len(codes), 0))
    inside = 0.5 * np.sqrt(zones["area_km2"].to_numpy(float) * 1e6)
    metres = np.where(codes[:, None] == where[None, :], inside[:, None], metres)
    way = metres * parameters.value("travel.detour_plain")
    return on_foot(
        xr.DataArray(way, {ORIGIN: codes, DESTINATION: where}, (ORIGIN, DESTINATION)),
        kmh=parameters.value("travel.walk_speed"),
        max_minutes=np.inf,
    )


def _transit(
    place: Territory, scenario: Scenario, where: NDArray[np.object_], *, parameters: Parameters
) -> xr.DataArray:
    """Return the minutes by public transport; its compiled code is loaded only here."""
    from territory_access.datasets import gtfs_rides, gtfs_source
    from territory_access.travel.transit import Habits, table

    asked = scenario.travel
    path = gtfs_source.locate(asked.transit_gtfs, key="travel.transit_gtfs")
    anchors = gpd.GeoSeries(place.zones["anchor"], crs=place.crs)
    found = table(
        gtfs_rides.load(path, day=asked.transit_day),
        anchors,
        anchors.loc[list(where)],
        habits=Habits.of(parameters),
        max_minutes=asked.max_minutes,
    )
    # Within a commune both ends are the same point: what a bus does between them means nothing.
    return found.where(found[ORIGIN] != found[DESTINATION], np.inf)


def _level(
    place: Territory, practices: Practices, table: xr.DataArray, parameters: Parameters
) -> pd.DataFrame:
    """Return the APL of both groups, and of all."""
    zones = place.zones
    labels = {ORIGIN: zones.index.to_numpy(dtype=object)}
    share = zones[NO_CAR].fillna(parameters.value("need.no_car_share"))
    without, others = split(
        xr.DataArray(zones["need"].to_numpy(float), labels, (ORIGIN,)),
        xr.DataArray(share.to_numpy(float), labels, (ORIGIN,)),
    )
    decay = Decay.drees(parameters)
    found = by_group(
        [
            Group(WITH_CAR, practices.times, others, decay),
            Group(WITHOUT_CAR, table, without, decay),
        ],
        practices.acts,
    )
    level = found["access"].to_numpy()
    return pd.DataFrame(
        {"share": share, "with_car": level[0], "without_car": level[1], "blend": found["blend"]},
        index=zones.index,
    )


def _missing(place: Territory, scenario: Scenario) -> tuple[Fault, ...]:
    """Return what the scenario does not give, and what follows from it."""
    files = {"need.cars_file": NO_CAR in place.zones, "supply.gp_file": place.supply is not None}
    absent = [key for key, given in files.items() if not given]
    found = []
    if absent:
        found.append(
            Fault(
                "Avec et sans voiture, l’APL de chacun : il manque {files}.",
                {"files": ", ".join(absent)},
            )
        )
    if not scenario.travel.transit_gtfs and NO_CAR in place.zones:
        found.append(
            Fault(
                "Sans voiture, on ne compte que la marche : il manque un horaire de transports en "
                "commun (travel.transit_gtfs).",
                {},
            )
        )
    return tuple(found)
