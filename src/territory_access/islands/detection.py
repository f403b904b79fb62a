r"""Which zones no road links to the mainland, and what a consultation over there costs in hours.

Islands come from geometry (``travel.landmass``), not from a list of names: land that bridges do
not join to the mainland. For a consultation in the port town, at an hour that fits no timetable,

.. math:: T_{ow} = \text{access} + \text{check-in} + \text{crossing} + \text{egress}, \qquad
          \text{captive} = 2\,T_{ow} + \text{consultation} + H, \quad H = W / n

with *n* boats a day each way, evenly spread over the *W* minutes of the day in which they sail:
half a headway *H* is lost on the way out and half on the way back (``travel.ferry.round_trip``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from territory_access.access.labels import minutes
from territory_access.travel import ferry
from territory_access.travel.landmass import MAINLAND, of
from territory_access.vocabulary import DESTINATION, ORIGIN, Season

if TYPE_CHECKING:
    import xarray as xr

    from territory_access.parameters import Parameters
    from territory_access.territory import Territory

COLUMNS = (
    "name", "landmass", "residents", "in_territory", "ferry", "port", "operator",
    "sailings_low", "sailings_high", "access_minutes", "crossing_minutes", "one_way_minutes",
    "headway", "captive_minutes_low", "captive_minutes_high", "mainland_minutes", "same_day",
    "own_service", "note",
)  # fmt: skip


def landmass(territory: Territory) -> pd.Series[int]:
    """Return the landmass of each zone, 0 for the mainland (``travel.landmass.of``).

    Zones of different landmasses never make one patch (``deserts.patches``).
    """
    return of(territory)


def find(
    territory: Territory,
    times: xr.Dataset,
    *,
    season: Season | str = Season.LOW,
    parameters: Parameters,
) -> pd.DataFrame:
    """Return one row a zone that no road links to the mainland.

    Parameters
    ----------
    territory
        Zones, land, fixed links, boats and existing sites.
    times
        Minutes ``(origin, destination)`` to facilities and candidates.
    season
        Timetable of the column ``headway``.
    parameters
        ``ferry.*`` and ``travel.*``.

    Returns
    -------
    pandas.DataFrame
        Index ``zone_id``, the zones of the territory first, then by residents: ``name``,
        ``landmass`` (islands of one number are one), ``residents``, ``in_territory``; ``ferry``,
        ``port``, ``operator`` (``""`` without a boat); ``sailings_low`` and ``sailings_high`` a
        day, each way; ``access_minutes`` to the quay, ``crossing_minutes``, ``one_way_minutes`` to
        the port town without waiting for the boat, ``headway``; ``captive_minutes_low`` and
        ``captive_minutes_high``; ``mainland_minutes`` to the nearest mainland site of ``times``,
        expected wait included; all these ``inf`` where there is no way. ``same_day`` says
        whether the last boat known leaves time to come back (``None`` where it is not known);
        ``own_service``: one of the existing sites of the study consults on the island (other
        doctors may too); ``note``: what to know, in French.

    Raises
    ------
    DataError
        If a time is negative or missing.

    Examples
    --------
    >>> from territory_access import Parameters, Scenario, Territory, travel
    >>> place = Territory.load(Scenario.parse('''
    ... title = "Houat"
    ... territory = {communes = ["56086"], buffer_km = 20}
    ... siting = {budget = 0, gp_fte = 0}
    ... '''))
    >>> found = find(place, travel.matrix(place), parameters=Parameters.load())
    >>> found.loc["56086", ["name", "port"]].tolist()
    ["Île-d'Houat", 'Quiberon, Port-Maria']
    >>> round(found.loc["56086", "captive_minutes_low"] / 60)
    9
    """
    land = of(territory)
    isles = land[land != MAINLAND]
    nearest = _mainland_minutes(territory, times, land)
    rows = [
        _row(territory, zone, land, season=Season(season), parameters=parameters)
        | {"mainland_minutes": float(nearest.get(zone, np.inf))}
        for zone in isles.index
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS), index=isles.index)
    return table.astype({"same_day": object}).sort_values(
        ["in_territory", "residents", "name"], ascending=[False, False, True], kind="stable"
    )


def _mainland_minutes(
    territory: Territory, times: xr.Dataset, land: pd.Series[int]
) -> pd.Series[float]:
    """Return the minutes from each zone to the nearest site of the mainland."""
    table = minutes(times)
    columns = [territory.facilities["zone_id"], territory.candidates["zone_id"]]
    where = pd.concat(columns)
    over_there = where.index[(where.map(land) == MAINLAND).to_numpy()]
    kept = table[DESTINATION].to_index().intersection(over_there)
    values = table.sel({DESTINATION: kept.to_numpy()}).to_numpy()
    nearest = values.min(axis=1, initial=np.inf)
    return pd.Series(nearest, index=table[ORIGIN].to_index())


def _row(
    territory: Territory,
    zone: str,
    land: pd.Series[int],
    *,
    season: Season,
    parameters: Parameters,
) -> dict[str, object]:
    """Return what is said of one island zone, except the way to the nearest mainland site."""
    here = territory.zones.loc[zone]
    same = land.index[land == land[zone]]
    consulting = territory.facilities[territory.facilities["acts_per_year"] > 0]
    about = {
        "name": here["name"],
        "landmass": int(land[zone]),
        "residents": int(here["population"]),
        "in_territory": bool(here["in_territory"]),
        "own_service": bool(consulting["zone_id"].isin(same).any()),
    }
    boats = territory.ferries
    lines = boats[boats["island_zone"] == zone]
    lines = lines if len(lines) else boats[boats["island_zone"].isin(same)]
    if lines.empty:
        return about | _NO_BOAT
    trips = [_trip(territory, zone, line, season, parameters) for _, line in lines.iterrows()]
    return about | min(trips, key=lambda trip: float(str(trip["captive_minutes_low"])))


_NO_BOAT: dict[str, object] = {
    "ferry": "",
    "port": "",
    "operator": "",
    "sailings_low": 0.0,
    "sailings_high": 0.0,
    "same_day": None,
    "note": "Aucun bateau connu : hors d’atteinte.",
} | dict.fromkeys(
    ("access_minutes", "crossing_minutes", "one_way_minutes", "headway",
     "captive_minutes_low", "captive_minutes_high"),
    np.inf,
)  # fmt: skip


def _trip(
    territory: Territory, zone: str, line: pd.Series, season: Season, parameters: Parameters
) -> dict[str, object]:
    """Return what one boat costs the residents of one zone."""
    value = parameters.value
    window = value("ferry.service_window_minutes")
    consultation = value("ferry.consultation_minutes")
    check_in, egress = value("ferry.check_in_minutes"), value("ferry.egress_minutes")
    access = _access(territory, zone, line, parameters)
    crossing = float(line["crossing_minutes"])
    one_way = access + check_in + crossing + egress
    captive = {
        f"captive_minutes_{when.value}": ferry.round_trip(
            one_way,
            sailings=float(line[f"sailings_{when.value}"]),
            consultation=consultation,
            window=window,
        )
        for when in Season
    }
    away = crossing + 2 * egress + consultation + check_in
    return captive | {
        "ferry": line.name,
        "port": line["port"],
        "operator": line["operator"],
        "sailings_low": float(line["sailings_low"]),
        "sailings_high": float(line["sailings_high"]),
        "access_minutes": access,
        "crossing_minutes": crossing,
        "one_way_minutes": one_way,
        "headway": ferry.headway(float(line[f"sailings_{season.value}"]), window=window),
        **_same_day(line, away, season),
    }


def _access(territory: Territory, zone: str, line: pd.Series, parameters: Parameters) -> float:
    """Return the minutes to the quay, as the crow flies with a detour.

    At least what separates an average resident from the middle of the zone: not everybody lives
    on the quay.
    """
    here = territory.zones.loc[zone]
    metres = 500.0 * np.sqrt(float(here["area_km2"]))
    if "landing_lon" in line:
        quay = gpd.GeoSeries.from_xy([line["landing_lon"]], [line["landing_lat"]], crs=4326)
        metres = max(metres, quay.to_crs(territory.crs).iloc[0].distance(here["anchor"]))
    metres_a_minute = parameters.value("travel.rural_speed") * 1000 / 60
    return float(metres * parameters.value("travel.detour_plain") / metres_a_minute)


def _same_day(line: pd.Series, away: float, season: Season) -> dict[str, object]:
    """Return whether the first boat out leaves ``away`` minutes until the last boat back.

    A timetable says on which share of the days of the season it does.
    """
    days = line.get(f"returns_{season.value}")
    if isinstance(days, float) and not np.isnan(days):
        note = f"Retour dans la journée possible {days:.0%} des jours, d’après l’horaire."
        return {"same_day": days > 0, "note": note.replace("%", "\N{NARROW NO-BREAK SPACE}%")}
    first, last = str(line.get("first_boat", "")), str(line.get("last_boat", ""))
    if not last:
        note = "Retour dans la journée à vérifier : l’heure du dernier bateau n’est pas connue."
        return {"same_day": None, "note": note}
    if not first:
        note = f"Dernier bateau à {last} ; l’heure du premier n’est pas connue."
        return {"same_day": None, "note": note}
    possible = _clock(first) + away <= _clock(last)
    note = f"Premier bateau à {first}, dernier à {last}."
    return {"same_day": bool(possible), "note": note}


def _clock(time: str) -> int:
    """Return the minutes since midnight of ``HH:MM``."""
    hours, rest = time.split(":")
    return 60 * int(hours) + int(rest)
