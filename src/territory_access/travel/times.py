"""How long it takes from every zone to every destination, by car and boat."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xarray as xr

from territory_access.errors import DataError, Fault
from territory_access.parameters import Parameters
from territory_access.provenance import digest_of
from territory_access.travel import ferry
from territory_access.travel.estimate import Model, error_summary
from territory_access.travel.passage import Boats, with_boats
from territory_access.travel.survey import Survey
from territory_access.vocabulary import DESTINATION, ORIGIN, Season

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.territory import Territory
    from territory_access.travel.on_roads import OpenRoads


def matrix(  # noqa: PLR0913 - the question has eight parts, seven of them with a default
    territory: Territory,
    *,
    destinations: gpd.GeoDataFrame | None = None,
    max_minutes: float = 60.0,
    season: Season | str = Season.LOW,
    parameters: Parameters | None = None,
    within_zone: str = "area",
    roads: OpenRoads | None = None,
    block: int | None = None,
) -> xr.Dataset:
    """Return minutes by car, and by boat where no road leads.

    They are those of the roads of the territory where it has some (``engine`` is ``"roads"``),
    estimated otherwise (``"estimate"``); never of both in one table.

    Parameters
    ----------
    territory
        Zones start from their ``anchor``.
    destinations
        Points indexed by id, with a column ``zone_id``; the facilities, then the candidates, when
        not given.
    max_minutes
        Longer times are ``inf``: out of reach.
    season
        Whose timetable the boats follow.
    parameters
        Default numbers; those of the package when not given.
    within_zone
        Time to a destination of the own zone: ``"area"`` for
        ``0.5·√area·detour / speed`` (``travel.detour_plain``, ``travel.rural_speed``), ``"metric"``
        for 0, the convention of INSEE's METRIC.
    roads
        The roads of the territory where they are open already (``on_roads.open_roads``), with the
        same season and parameters; otherwise they are opened here.
    block
        Zones in a task: on roads, ``travel_time`` is then a dask array, worked out when it is
        needed, on the processes of the user's ``distributed.Client`` where there is one. Needs
        the extra ``cluster``. An estimate is never lazy: its table is quick to make.

    Returns
    -------
    ``travel_time (origin, destination)`` in minutes, float32; ``attrs`` say how it was made and
    how far the estimate was from METRIC on pairs put aside (``error_mae``, ``error_p90``…). On
    roads, also ``origin_metres`` and ``destination_metres`` to the nearest road (``inf`` beyond
    20 km), and ``attrs`` name the network, its vintage and SHA-256, and the speed table.

    Raises
    ------
    DataError
        When two destinations share an id or one has no position.
    MissingDataset, NetworkError
        When the roads of the territory cannot be used.

    Notes
    -----
    Times are those of driving, comparable to INSEE's METRIC off-peak: parking and walking are not
    in them unless the roads ask for it. One destination more changes no other time. Estimated ones
    (``estimate.Model``) are symmetric and do not depend on the order of zones.

    On roads, a zone further than 2 km from any road of the file is out of reach, its own
    destinations included: nothing is estimated in its place (``road_checks`` names it).

    An island without a usable bridge is reached by its boats only (``ferry.crossings``): way to the
    quay, check-in, expected wait of half a headway, crossing, landing, and the way on. Without a
    boat it is out of reach.
    """
    parameters = Parameters.load() if parameters is None else parameters
    sites = _sites(territory) if destinations is None else destinations
    _check(sites)
    home = _within(territory.zones, parameters) * (within_zone == "area")
    boats = ferry.crossings(territory.ferries, season=season, parameters=parameters)
    if territory.roads is None:
        minutes, about = _estimated(territory, sites, boats=boats, limit=max_minutes)
        metres = {}
    else:
        from territory_access.travel import on_roads

        opened = roads or on_roads.open_roads(territory, season=season, parameters=parameters)
        points = gpd.GeoSeries(np.asarray(sites.geometry.array), crs=territory.crs)
        if block is None:
            found = on_roads.minutes(opened, points, max_minutes=max_minutes)
        else:
            from territory_access.travel import lazy_roads

            found = lazy_roads.minutes(
                opened,
                gpd.GeoSeries(territory.zones["anchor"], crs=territory.crs),
                points,
                max_minutes=max_minutes,
                block=block,
            )
        minutes = found.minutes.astype(np.float64)
        about = on_roads.attributes(opened)
        metres = _metres(found.origin_metres, found.destination_metres)
        home = np.where(opened.zones.stretch < 0, np.inf, home)
    own = territory.zones.index.to_numpy()[:, None] == sites["zone_id"].to_numpy()[None, :]
    minutes = np.where(own, home[:, None], minutes)
    minutes = np.where(minutes <= max_minutes, minutes, np.inf)
    units = {"units": "minutes"}
    return xr.Dataset(
        {"travel_time": ((ORIGIN, DESTINATION), minutes.astype(np.float32), units), **metres},
        coords={
            ORIGIN: territory.zones.index.to_numpy(dtype=object),
            DESTINATION: sites.index.to_numpy(dtype=object),
        },
        attrs={
            "units": "minutes",
            "mode": "car",
            "season": Season(season).value,
            "max_minutes": float(max_minutes),
            "within_zone": within_zone,
            **about,
            "inputs": digest_of(
                [_digest(territory, sites, boats=boats, home=home), repr(sorted(about.items()))]
            ),
        },
    )


def _estimated(
    territory: Territory, sites: gpd.GeoDataFrame, *, boats: pd.DataFrame, limit: float
) -> tuple[NDArray[np.float64], dict[str, Any]]:
    """Return minutes without road data, ``(zones, sites)``, and what they rest on."""
    model = Model.load()
    survey = Survey.of(territory, model)
    places = survey.minutes(shapely.get_coordinates(sites.geometry.array), limit=limit)
    minutes = places[:, survey.zone_at].T
    if len(boats):
        minutes = _across(survey, minutes, lines=boats, places=places, limit=limit)
    measured = _measured_error()
    return minutes, {"engine": "estimate", "model": f"estimate {model.digest}", **measured}


def _metres(origins: NDArray[np.float64], destinations: NDArray[np.float64]) -> dict[str, Any]:
    """Return the distances to the road, as variables of the dataset."""
    return {
        "origin_metres": ((ORIGIN,), origins.astype(np.float32), {"units": "metres"}),
        "destination_metres": (
            (DESTINATION,),
            destinations.astype(np.float32),
            {"units": "metres"},
        ),
    }


def _across(
    survey: Survey,
    road: NDArray[np.float64],
    *,
    lines: pd.DataFrame,
    places: NDArray[np.float64],
    limit: float,
) -> NDArray[np.float64]:
    """Return the minutes by road or boat, from those by road to zones and to all places."""
    ends = np.append(survey.landing_at, survey.port_at)
    quays, position = np.unique(ends, return_inverse=True)
    by_road = survey.minutes(survey.mesh.points[quays], limit=limit)
    between = by_road[:, quays]
    np.fill_diagonal(between, 0.0)
    boats = Boats(
        by_road=between,
        minutes=lines["minutes"].to_numpy(),
        island=position[: len(lines)],
        port=position[len(lines) :],
    )
    to_quays = by_road[:, survey.zone_at].T
    return with_boats(road, boats=boats, to_quays=to_quays, from_quays=places[:, quays].T)


def _measured_error() -> dict[str, float]:
    """Return the error of the estimate on pairs of METRIC put aside, for the attributes."""
    measured = error_summary()["metric"]
    return {
        f"error_{name}": measured[name] for name in ("pairs", "mae", "p90", "bias", "side_at_20")
    }


def _sites(territory: Territory) -> gpd.GeoDataFrame:
    """Return facilities, then candidates: zone and point."""
    columns = ["zone_id", "geometry"]
    parts = [territory.facilities[columns], territory.candidates[columns]]
    return pd.concat([part for part in parts if len(part)] or parts[:1])


def _within(zones: gpd.GeoDataFrame, parameters: Parameters) -> NDArray[np.float64]:
    """Return minutes from a zone to its own centre: ``0.5·√area·detour / speed``."""
    km = 0.5 * np.sqrt(zones["area_km2"].to_numpy(dtype=np.float64))
    speed = parameters.value("travel.rural_speed") / 60.0
    minutes: NDArray[np.float64] = km * parameters.value("travel.detour_plain") / speed
    return minutes


def _check(sites: gpd.GeoDataFrame) -> None:
    """Refuse destinations that share an id or have no position."""
    double = sites.index[sites.index.duplicated()]
    faults = [Fault("« {site} » est là plusieurs fois", {"site": site}) for site in double.unique()]
    nowhere = sites.index[shapely.is_missing(sites.geometry.array) | sites.geometry.is_empty]
    faults += [Fault("« {site} » n’a pas de position", {"site": site}) for site in nowhere]
    if faults:
        raise DataError("Les destinations ne conviennent pas.", faults=faults)


def _digest(
    territory: Territory,
    sites: gpd.GeoDataFrame,
    *,
    boats: pd.DataFrame,
    home: NDArray[np.float64],
) -> str:
    """Return the SHA-256 of everything that the times depend on."""
    digest = hashlib.sha256()
    zones = territory.zones
    for geometry in (zones["anchor"], sites.geometry, territory.land, territory.fixed_links):
        digest.update(b"".join(shapely.to_wkb(np.asarray(geometry.geometry.array, dtype=object))))
    for table in (zones[["population", "area_km2"]], sites[["zone_id"]], boats):
        digest.update(table.to_csv().encode())
    digest.update(home.tobytes())
    return digest.hexdigest()
