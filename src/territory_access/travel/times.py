"""How long it takes from every zone to every destination, by car and boat, without road data."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
import xarray as xr

from territory_access.errors import DataError, Fault
from territory_access.parameters import Parameters
from territory_access.travel import ferry
from territory_access.travel.estimate import Model, error_summary
from territory_access.travel.passage import Boats, with_boats
from territory_access.travel.survey import Survey
from territory_access.vocabulary import DESTINATION, ORIGIN, Season

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from territory_access.territory import Territory


def matrix(  # noqa: PLR0913 - the question has six parts, five of them with a default
    territory: Territory,
    *,
    destinations: gpd.GeoDataFrame | None = None,
    max_minutes: float = 60.0,
    season: Season | str = Season.LOW,
    parameters: Parameters | None = None,
    within_zone: str = "area",
) -> xr.Dataset:
    """Return estimated minutes by car, and by boat where no road leads.

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

    Returns
    -------
    ``travel_time (origin, destination)`` in minutes, float32; ``attrs`` say how it was made and
    how far the estimate was from METRIC on pairs put aside (``error_mae``, ``error_p90``…).

    Raises
    ------
    DataError
        When two destinations share an id or one has no position.

    Notes
    -----
    Times are those of driving (``estimate.Model``), comparable to INSEE's METRIC off-peak: parking
    and walking are not in them. They are symmetric, do not depend on the order of zones, and one
    destination more changes no other time.

    An island without a usable bridge is reached by its boats only (``ferry.crossings``): way to the
    quay, check-in, expected wait of half a headway, crossing, landing, and the way on. Without a
    boat it is out of reach.
    """
    parameters = Parameters.load() if parameters is None else parameters
    sites = _sites(territory) if destinations is None else destinations
    _check(sites)
    model = Model.load()
    survey = Survey.of(territory, model)
    boats = ferry.crossings(territory.ferries, season=season, parameters=parameters)
    home = _within(territory.zones, parameters) * (within_zone == "area")
    places = survey.minutes(shapely.get_coordinates(sites.geometry.array), limit=max_minutes)
    minutes = places[:, survey.zone_at].T
    if len(boats):
        minutes = _across(survey, minutes, lines=boats, places=places, limit=max_minutes)
    own = territory.zones.index.to_numpy()[:, None] == sites["zone_id"].to_numpy()[None, :]
    minutes = np.where(own, home[:, None], minutes)
    minutes = np.where(minutes <= max_minutes, minutes, np.inf)
    return xr.Dataset(
        {"travel_time": ((ORIGIN, DESTINATION), minutes.astype(np.float32), {"units": "minutes"})},
        coords={
            ORIGIN: territory.zones.index.to_numpy(dtype=object),
            DESTINATION: sites.index.to_numpy(dtype=object),
        },
        attrs={
            "units": "minutes",
            "engine": "estimate",
            "mode": "car",
            "season": Season(season).value,
            "max_minutes": float(max_minutes),
            "model": f"estimate {model.digest}",
            "within_zone": within_zone,
            "inputs": _digest(territory, sites, boats=boats, home=home),
            **_measured_error(),
        },
    )


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
