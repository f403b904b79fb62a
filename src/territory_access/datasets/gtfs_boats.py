"""Lay the boats of a GTFS over the table of boats: those of the islands that it serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_numeric_dtype

from territory_access import schemas
from territory_access.datasets import gtfs
from territory_access.errors import DataError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from shapely import Geometry

    from territory_access.parameters import Parameters

_SEASONS = ("low", "high")
_SHORE_METRES = 2_000.0  # a quay lies that near to its land, as simplified


@dataclass(frozen=True)
class Shores:
    """Where people live and on which land.

    Attributes
    ----------
    zones
        ``anchor``, ``population``; index ``zone_id``.
    land
        One row a landmass.
    """

    zones: gpd.GeoDataFrame
    land: gpd.GeoDataFrame


def over(
    boats: pd.DataFrame,
    path: Path,
    *,
    shores: Shores,
    parameters: Parameters,
    day: dt.date | None = None,
) -> pd.DataFrame:
    """Return the table of boats with those of a timetable in place of what it knows better.

    A pair of ports serves an island where one of them lies on a landmass with zones and the other
    on one with more residents; where an island has several, those to the greatest land stay. All
    its communes get the boat, and lose those of the table, of which a season stays that the
    timetable does not cover.

    Parameters
    ----------
    boats
        As ``ferries.load`` gives them, of the zones of the territory.
    path
        The archive.
    shores
        Zones and land of the territory.
    parameters
        ``ferry.*``, ``island.visit_hours``: what a visit takes.
    day
        Take the boats of this day for both seasons.

    Returns
    -------
    DataFrame
        As ``schemas.FERRIES``, with ``returns_low``, ``returns_high`` and ``visits_low``,
        ``visits_high`` for the boats of the timetable: share of the days of the season when an
        islander can consult across and come home, and when a doctor can come for the day.

    Raises
    ------
    MissingDataset, DataError
        When the timetable cannot be used, or serves no inhabited island of the territory.
    """
    summer = _summer(boats)
    lines = gtfs.lines(path, high_start=summer[0], high_end=summer[1], day=day)
    chosen = _oriented(lines, shores)
    if chosen.empty:
        raise DataError(
            "travel.gtfs : aucun bateau de {path} ne dessert une île habitée du territoire. Il "
            "relie : {names}.",
            path=path.name,
            names=" ; ".join(lines["name"].head(5)),
        )
    shares = _shares(gtfs.sailings(path, day=day), chosen, parameters, summer=summer, day=day)
    fresh = [
        _row(line, zone, boats, shares=shares, summer=summer)
        for line in chosen.to_dict("records")
        for zone in line["zones"]
    ]
    table = pd.DataFrame(fresh).set_index("ferry_id")
    kept = boats[~boats["island_zone"].isin(table["island_zone"])]
    together = pd.concat([kept, table]) if len(kept) else table
    text = [str(name) for name in together if not is_numeric_dtype(together[name])]
    together[text] = together[text].fillna("")
    checked: pd.DataFrame = schemas.check(together, schemas.FERRIES, what="bateaux du GTFS")
    return checked


def _summer(boats: pd.DataFrame) -> tuple[str, str]:
    """Return the high season of the first boat that says it, July and August otherwise."""
    known = boats[boats["high_season_start"] != ""]
    if known.empty:
        return "07-01", "08-31"
    return str(known["high_season_start"].iloc[0]), str(known["high_season_end"].iloc[0])


def _oriented(lines: pd.DataFrame, shores: Shores) -> pd.DataFrame:
    """Return the lines that serve an island: island end, mainland end, zones of the island."""
    zones = shores.zones
    home = _land(np.asarray(zones["anchor"].to_numpy(), dtype=object), shores.land)
    people = zones["population"].groupby(home).sum()
    people = people[people.index >= 0]
    quays = {end: _quays(lines, end, zones) for end in ("port", "landing")}
    on = {end: _land(points, shores.land) for end, points in quays.items()}
    rows = []
    for at, line in enumerate(lines.reset_index().to_dict("records")):
        sides = {end: int(on[end][at]) for end in on}
        size = {end: float(people.get(side, 0.0)) for end, side in sides.items()}
        island, port = sorted(size, key=lambda end: size[end])
        if sides[island] == sides[port] or sides[island] not in people.index:
            continue
        here, there = np.flatnonzero(home == sides[island]), np.flatnonzero(home == sides[port])
        rows.append(
            line
            | {"island_end": island, "port_end": port, "mainland": size[port]}
            | {"land": sides[island], "zones": zones.index[here].tolist()}
            | {"landing_zone": _nearest(quays[island][at], zones, here)}
            | {"port_zone": _nearest(quays[port][at], zones, there)}
        )
    found = pd.DataFrame(rows)
    if found.empty:
        return found
    return found[found["mainland"] == found.groupby("land")["mainland"].transform("max")]


def _quays(lines: pd.DataFrame, end: str, zones: gpd.GeoDataFrame) -> NDArray[np.object_]:
    points = gpd.GeoSeries.from_xy(lines[f"{end}_lon"], lines[f"{end}_lat"], crs=4326)
    return np.asarray(points.to_crs(zones.crs).to_numpy(), dtype=object)


def _land(points: NDArray[np.object_], land: gpd.GeoDataFrame) -> NDArray[np.intp]:
    """Return the row of the landmass on or near which each point lies, −1 far from any."""
    found = np.full(len(points), -1, dtype=np.intp)
    if len(land) and len(points):
        tree = shapely.STRtree(np.asarray(land.geometry.to_numpy(), dtype=object))
        point, row = tree.query_nearest(points, max_distance=_SHORE_METRES, all_matches=False)
        found[point] = row
    return found


def _nearest(point: Geometry, zones: gpd.GeoDataFrame, rows: NDArray[np.intp]) -> str:
    """Return the zone whose anchor is nearest to a quay, ``""`` where its land has none."""
    if not len(rows):
        return ""
    anchors = np.asarray(zones["anchor"].to_numpy(), dtype=object)[rows]
    return str(zones.index[rows[int(shapely.distance(anchors, point).argmin())]])


def _shares(
    sailings: pd.DataFrame,
    lines: pd.DataFrame,
    parameters: Parameters,
    *,
    summer: tuple[str, str],
    day: dt.date | None,
) -> dict[tuple[str, str], float]:
    """Return, by line and column, the share of days that allow a return, and a doctor's visit."""
    value = parameters.value
    errand = {
        "returns": 2 * value("ferry.egress_minutes") + value("ferry.consultation_minutes"),
        "visits": 60 * value("island.visit_hours"),
    }
    every = pd.date_range(sailings.attrs["first"], sailings.attrs["last"])
    every = every if day is None else every[:1]
    monthday = every.strftime("%m-%d")
    high = (monthday >= summer[0]) & (monthday <= summer[1])
    seasons = (
        {"low": every[~high], "high": every[high]}
        if day is None
        else dict.fromkeys(_SEASONS, every)
    )
    found = {}
    for line in lines.to_dict("records"):
        stops = line[f"{line['island_end']}_stop"], line[f"{line['port_end']}_stop"]
        for what, (start, stop) in (("returns", stops), ("visits", stops[::-1])):
            there = sailings[(sailings["start"] == start) & (sailings["stop"] == stop)]
            back = sailings[(sailings["start"] == stop) & (sailings["stop"] == start)]
            ready = there.groupby("date")["arrives"].min() + errand[what]
            ready += value("ferry.check_in_minutes")
            last = back.groupby("date")["leaves"].max().reindex(ready.index)
            fits = set(ready.index[(last >= ready).to_numpy()])
            for season, days in seasons.items():
                dates = days.strftime("%Y-%m-%d")
                share = float(dates.isin(fits).mean()) if len(dates) else np.nan
                found[str(line["ferry_id"]), f"{what}_{season}"] = share
    return found


def _row(
    line: Mapping[Hashable, Any],
    zone: str,
    boats: pd.DataFrame,
    *,
    shares: dict[tuple[str, str], float],
    summer: tuple[str, str],
) -> dict[str, object]:
    """Return a row of the table of boats for one commune of an island."""
    former = boats[boats["island_zone"] == zone]
    island, port = str(line["island_end"]), str(line["port_end"])
    out, home = ("boat", "back") if island == "port" else ("back", "boat")
    about = former.iloc[0].to_dict() if len(former) else {}
    covered = {season: pd.notna(line[f"days_{season}"]) for season in _SEASONS}
    return {
        "ferry_id": f"{line['ferry_id']}-{zone}",
        "line": about.get("line", line["line"]),
        "island": about.get("island", line[f"{island}_name"]),
        "name": line["name"],
        "island_zone": zone,
        "port_zone": line["port_zone"],
        "landing_zone": line["landing_zone"],
        "operator": line["operator"] or about.get("operator", ""),
        "crossing_minutes": line["crossing_minutes"],
        "cancel_rate": about.get("cancel_rate", np.nan),
        "high_season_start": summer[0],
        "high_season_end": summer[1],
        "first_boat": line[f"first_{out}"],
        "last_boat": line[f"last_{home}"],
        "source": "GTFS",
        **dict(_places(line, island, port)),
        **{
            f"sailings_{season}": line[f"sailings_{season}"]
            if covered[season]
            else about.get(f"sailings_{season}", 0.0)
            for season in _SEASONS
        },
        **{
            f"{what}_{season}": shares[str(line["ferry_id"]), f"{what}_{season}"]
            for what in ("returns", "visits")
            for season in _SEASONS
        },
    }


def _places(line: Mapping[Hashable, Any], island: str, port: str) -> Iterator[tuple[str, object]]:
    """Yield names and places of both quays, the mainland's as ``port``."""
    yield "port", line[f"{port}_name"]
    yield "landing", line[f"{island}_name"]
    for axis in ("lon", "lat"):
        yield f"port_{axis}", line[f"{port}_{axis}"]
        yield f"landing_{axis}", line[f"{island}_{axis}"]
