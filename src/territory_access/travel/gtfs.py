"""Read the boats of a GTFS timetable: how long they take and how often they go, by season."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import DataError, MissingDataset

if TYPE_CHECKING:
    from os import PathLike

_FERRIES = {"4", *map(str, range(1000, 1100)), "1200"}  # route_type, with its extended values
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEEDED = ("stops", "routes", "trips", "stop_times")
_SECONDS = np.array([3600, 60, 1])


def lines(
    path: str | PathLike[str], *, high_start: str = "07-01", high_end: str = "08-31"
) -> pd.DataFrame:
    """Return one row a pair of ports that a boat joins without a change.

    Parameters
    ----------
    path
        GTFS archive (``.zip``); routes that are not boats are left out.
    high_start, high_end
        First and last day of the high season, ``MM-DD``.

    Returns
    -------
    DataFrame
        Index ``ferry_id``; ``name``, ``line``, ``port_lon``, ``port_lat``, ``landing_lon``,
        ``landing_lat``, ``crossing_minutes`` (mean, both ways), ``sailings_low``,
        ``sailings_high`` (departures each way on a day when it sails, the lesser of both ways; 0 if
        it never does), ``days_low``, ``days_high`` (share of the days of the season, within the
        timetable, when it sails), ``first_boat``, ``last_boat`` (from the port, HH:MM), ``source``.

    Raises
    ------
    MissingDataset, DataError
        If there is no such file, or it is no timetable with boats.
    """
    feed = _read(Path(path))
    calls = _calls(feed, Path(path))
    days = _services(feed, Path(path))
    day = pd.DatetimeIndex(days.index).strftime("%m-%d")
    high = (day >= high_start) & (day <= high_end)
    stops = {str(row["stop_id"]): row for row in feed["stops"].to_dict("records")}
    rows = []
    for (a, b), legs in calls.groupby(["a", "b"], sort=True):
        port, landing = str(a), str(b)
        row: dict[str, object] = {
            "ferry_id": f"{port}-{landing}",
            "name": f"{stops[port]['stop_name']} – {stops[landing]['stop_name']}",
            "line": str(legs["line"].iloc[0]),
            "crossing_minutes": float(legs.groupby("out")["minutes"].mean().mean()),
        }
        for end, stop in (("port", port), ("landing", landing)):
            row[f"{end}_lon"] = float(stops[stop]["stop_lon"])
            row[f"{end}_lat"] = float(stops[stop]["stop_lat"])
        for season, chosen in (("low", days[~high]), ("high", days[high])):
            row[f"sailings_{season}"], row[f"days_{season}"] = _frequency(legs, chosen)
        leaving = legs.loc[legs["out"], "leaves"]
        row["first_boat"], row["last_boat"] = _clock(leaving.min()), _clock(leaving.max())
        row["source"] = "GTFS"
        rows.append(row)
    return pd.DataFrame(rows).set_index("ferry_id")


def _read(path: Path) -> dict[str, pd.DataFrame]:
    if not path.is_file():
        raise MissingDataset(
            "{path} : cet horaire GTFS n’existe pas. Les horaires se trouvent sur "
            "transport.data.gouv.fr.",
            path=str(path),
        )
    try:
        with zipfile.ZipFile(path) as archive:
            names = {Path(name).stem: name for name in archive.namelist() if name.endswith(".txt")}
            feed = {
                stem: pd.read_csv(
                    archive.open(name), dtype=str, keep_default_na=False, encoding="utf-8-sig"
                )
                for stem, name in names.items()
            }
    except (zipfile.BadZipFile, pd.errors.ParserError, UnicodeDecodeError) as error:
        raise DataError("{path} : archive GTFS illisible.", path=str(path)) from error
    missing = [f"{name}.txt" for name in _NEEDED if name not in feed]
    if missing or not {"calendar", "calendar_dates"} & set(feed):
        missing = missing or ["calendar.txt"]
        raise DataError("{path} : il manque {names}.", path=str(path), names=", ".join(missing))
    return feed


def _calls(feed: dict[str, pd.DataFrame], path: Path) -> pd.DataFrame:
    """Return every pair of stops of every trip by boat, ports in the order of the alphabet."""
    boats = feed["routes"][feed["routes"]["route_type"].isin(_FERRIES)]
    trips = feed["trips"].merge(boats, on="route_id").set_index("trip_id")
    calls = feed["stop_times"][feed["stop_times"]["trip_id"].isin(trips.index)].copy()
    if calls.empty:
        raise DataError("{path} : cet horaire ne contient aucun bateau.", path=str(path))
    for name in ("arrival_time", "departure_time"):
        calls[name] = calls[name].str.split(":", expand=True).astype(float) @ _SECONDS
    calls["stop_sequence"] = calls["stop_sequence"].astype(int)
    pairs = calls.merge(calls, on="trip_id", suffixes=("", "_to"))
    pairs = pairs[pairs["stop_sequence"] < pairs["stop_sequence_to"]]
    pairs = pairs[pairs["stop_id"] != pairs["stop_id_to"]]
    out = pairs["stop_id"] < pairs["stop_id_to"]
    about = trips.loc[pairs["trip_id"]]
    line = about["route_long_name" if "route_long_name" in about else "route_id"]
    return pd.DataFrame({
        "a": np.where(out, pairs["stop_id"], pairs["stop_id_to"]),
        "b": np.where(out, pairs["stop_id_to"], pairs["stop_id"]),
        "out": out.to_numpy(),
        "service": about["service_id"].to_numpy(),
        "line": line.to_numpy(),
        "leaves": pairs["departure_time"].to_numpy(),
        "minutes": ((pairs["arrival_time_to"] - pairs["departure_time"]) / 60).to_numpy(),
        "departures": _departures(feed, pairs["trip_id"]),
    })  # fmt: skip


def _departures(feed: dict[str, pd.DataFrame], trips: pd.Series) -> np.ndarray:
    """Return how often each trip leaves in a day: once, or as ``frequencies.txt`` says."""
    if "frequencies" not in feed or feed["frequencies"].empty:
        return np.ones(len(trips))
    table = feed["frequencies"]
    start, end = (
        table[name].str.split(":", expand=True).astype(float) @ _SECONDS
        for name in ("start_time", "end_time")
    )
    often = pd.Series((end - start) / table["headway_secs"].astype(float))
    a_day = often.groupby(table["trip_id"]).sum().to_dict()
    return np.array([float(a_day.get(trip, 1.0)) for trip in trips])


def _services(feed: dict[str, pd.DataFrame], path: Path) -> pd.DataFrame:
    """Return whether each service runs on each day of the timetable: days × services."""
    weekly = feed.get("calendar", pd.DataFrame(columns=["service_id", "start_date", "end_date"]))
    extra = feed.get("calendar_dates", pd.DataFrame(columns=["service_id", "date"]))
    dates = pd.to_datetime(
        pd.concat([weekly["start_date"], weekly["end_date"], extra["date"]]), format="%Y%m%d"
    )
    if dates.empty:
        raise DataError("{path} : aucun jour de circulation.", path=str(path))
    days = pd.date_range(dates.min(), dates.max())
    names = pd.unique(pd.concat([weekly["service_id"], extra["service_id"]]))
    runs = pd.DataFrame(False, index=days, columns=pd.Index(names))
    for row in weekly.to_dict("records"):
        span = (days >= pd.Timestamp(row["start_date"])) & (days <= pd.Timestamp(row["end_date"]))
        week = np.array([row[day] == "1" for day in _DAYS])
        runs.loc[span & week[days.day_of_week], row["service_id"]] = True
    for row in extra.to_dict("records"):
        runs.loc[pd.Timestamp(row["date"]), row["service_id"]] = row["exception_type"] == "1"
    return runs


def _frequency(legs: pd.DataFrame, days: pd.DataFrame) -> tuple[float, float]:
    """Return departures a day of sailing (the lesser of both ways), and the share of such days."""
    if days.empty:
        return 0.0, 0.0
    a_day = [
        days.reindex(columns=[*side["service"]], fill_value=False).to_numpy(float)
        @ side["departures"].to_numpy(float)
        for _, side in legs.groupby("out")
    ]
    both = np.minimum.reduce(a_day)
    sails = both > 0
    return (float(both[sails].mean()) if sails.any() else 0.0), float(sails.mean())


def _clock(seconds: float) -> str:
    """Return HH:MM, empty where nothing leaves.

    >>> _clock(33_300.0), _clock(float("nan"))
    ('09:15', '')
    """
    return (
        "" if np.isnan(seconds) else f"{int(seconds) // 3600:02d}:{int(seconds) % 3600 // 60:02d}"
    )
