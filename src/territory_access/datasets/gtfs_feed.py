"""Open a GTFS archive and say which boats call where, on which days."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import DataError, Fault, MissingDataset

if TYPE_CHECKING:
    import datetime as dt


_FERRIES = {"4", *map(str, range(1000, 1100)), "1200"}  # route_type, with its extended values
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEEDED = {
    "stops": ("stop_id", "stop_name", "stop_lat", "stop_lon"),
    "routes": ("route_id", "route_type"),
    "trips": ("route_id", "service_id", "trip_id"),
    "stop_times": ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"),
}
_OPTIONAL = {
    "calendar": ("service_id", "start_date", "end_date", *_DAYS),
    "calendar_dates": ("service_id", "date", "exception_type"),
    "frequencies": ("trip_id", "start_time", "end_time", "headway_secs"),
}
_PER_MINUTE = np.array([60.0, 1.0, 1 / 60])  # of hours, minutes, seconds


@dataclass(frozen=True)
class Feed:
    """The tables of an archive, as text, and where they come from."""

    path: Path
    tables: dict[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def get(self, name: str) -> pd.DataFrame:
        """Return an optional table, empty where it is absent."""
        return self.tables.get(name, pd.DataFrame(columns=list(_OPTIONAL[name]), dtype=str))


def read(path: Path) -> Feed:
    """Return the tables of an archive that a timetable of boats needs.

    Raises
    ------
    MissingDataset, DataError
        If it is not there, unreadable, or a table or a column is missing.
    """
    if not path.is_file():
        raise MissingDataset(
            "{path} : cet horaire GTFS n’existe pas. Les horaires se trouvent sur "
            "transport.data.gouv.fr.",
            path=str(path),
        )
    try:
        with zipfile.ZipFile(path) as archive:
            names = {Path(name).stem: name for name in archive.namelist() if name.endswith(".txt")}
            wanted = {*_NEEDED, *_OPTIONAL, "agency"} & set(names)
            tables = {
                stem: pd.read_csv(
                    archive.open(names[stem]),
                    dtype=str,
                    keep_default_na=False,
                    encoding="utf-8-sig",
                    skipinitialspace=True,
                )
                for stem in sorted(wanted)
            }
    except (zipfile.BadZipFile, pd.errors.ParserError, pd.errors.EmptyDataError,
            UnicodeDecodeError) as error:  # fmt: skip
        raise DataError("{path} : archive GTFS illisible.", path=str(path)) from error
    missing = [f"{name}.txt" for name in _NEEDED if name not in tables]
    if missing or not {"calendar", "calendar_dates"} & set(tables):
        missing = missing or ["calendar.txt"]
        raise DataError("{path} : il manque {names}.", path=str(path), names=", ".join(missing))
    faults = [
        Fault(
            "{table}.txt : colonnes absentes : {names}", {"table": name, "names": ", ".join(gone)}
        )
        for name, columns in (_NEEDED | _OPTIONAL).items()
        if name in tables and (gone := [column for column in columns if column not in tables[name]])
    ]
    if faults:
        raise DataError("{path} : archive GTFS incomplète.", path=str(path), faults=faults)
    return Feed(path, tables)


def calls(feed: Feed) -> pd.DataFrame:
    """Return every pair of stops of every trip by boat, ports in the order of the alphabet."""
    boats = feed["routes"][feed["routes"]["route_type"].isin(_FERRIES)]
    trips = feed["trips"].merge(boats, on="route_id").set_index("trip_id")
    stops = feed["stop_times"][feed["stop_times"]["trip_id"].isin(trips.index)].copy()
    # Between the stops whose time is known, GTFS leaves the others empty: no boat is known there.
    stops = stops[(stops["arrival_time"] != "") & (stops["departure_time"] != "")]
    if stops.empty:
        raise DataError("{path} : cet horaire ne contient aucun bateau.", path=str(feed.path))
    for name in ("arrival_time", "departure_time"):
        stops[name] = clock_minutes(stops[name], feed.path)
    stops["stop_sequence"] = stops["stop_sequence"].astype(int)
    pairs = stops.merge(stops, on="trip_id", suffixes=("", "_to"))
    pairs = pairs[pairs["stop_sequence"] < pairs["stop_sequence_to"]]
    pairs = pairs[pairs["stop_id"] != pairs["stop_id_to"]]
    out = pairs["stop_id"] < pairs["stop_id_to"]
    about = trips.loc[pairs["trip_id"]]
    line = about["route_long_name" if "route_long_name" in about else "route_id"]
    found = pd.DataFrame({
        "a": np.where(out, pairs["stop_id"], pairs["stop_id_to"]),
        "b": np.where(out, pairs["stop_id_to"], pairs["stop_id"]),
        "out": out.to_numpy(),
        "trip": pairs["trip_id"].to_numpy(),
        "service": about["service_id"].to_numpy(),
        "line": line.to_numpy(),
        "operator": _operators(feed, about),
        "leaves": pairs["departure_time"].to_numpy(),
        "minutes": (pairs["arrival_time_to"] - pairs["departure_time"]).to_numpy(),
    })  # fmt: skip
    if not (found["minutes"] > 0).all():
        raise DataError(
            "{path} : un bateau arrive avant de partir ({trip}).",
            path=str(feed.path),
            trip=found.loc[~(found["minutes"] > 0), "trip"].iloc[0],
        )
    return _repeated(feed, found)


def _operators(feed: Feed, trips: pd.DataFrame) -> np.ndarray:
    """Return the name of the agency of each trip, ``""`` where it is not said."""
    agencies = feed.tables.get("agency")
    if agencies is None or "agency_name" not in agencies or agencies.empty:
        return np.full(len(trips), "", dtype=object)
    only = str(agencies["agency_name"].iloc[0]) if len(agencies) == 1 else ""
    if "agency_id" not in agencies or "agency_id" not in trips:
        return np.full(len(trips), only, dtype=object)
    named = dict(zip(agencies["agency_id"], agencies["agency_name"], strict=True))
    return np.array([str(named.get(one, only)) for one in trips["agency_id"]], dtype=object)


def _repeated(feed: Feed, calls: pd.DataFrame) -> pd.DataFrame:
    """Return the calls, those of ``frequencies.txt`` once a departure."""
    table = feed.get("frequencies")
    table = table[table["trip_id"].isin(calls["trip"])]
    if table.empty:
        return calls
    spans = pd.DataFrame({
        "trip": table["trip_id"],
        "start": clock_minutes(table["start_time"], feed.path),
        "end": clock_minutes(table["end_time"], feed.path),
        "step": table["headway_secs"].astype(float) / 60,
    })  # fmt: skip
    step = spans["step"].to_numpy(float)
    if not (step > 0).all():
        raise DataError("{path} : une fréquence est de 0 s.", path=str(feed.path))
    starts = [
        np.arange(low, high, gap)
        for low, high, gap in spans[["start", "end", "step"]].to_numpy(float)
    ]
    often = pd.DataFrame({
        "trip": np.repeat(spans["trip"].to_numpy(), [len(times) for times in starts]),
        "shift": np.concatenate(starts),
    })  # fmt: skip
    first = calls.groupby("trip")["leaves"].transform("min")
    moved = calls.assign(after=calls["leaves"] - first).merge(often, on="trip")
    moved["leaves"] = moved["shift"] + moved["after"]
    once = calls[~calls["trip"].isin(often["trip"])]
    return pd.concat([once, moved[calls.columns]], ignore_index=True)


def clock_minutes(times: pd.Series, path: Path) -> np.ndarray:
    """Return minutes after midnight of ``H:MM:SS``; hours beyond 24 are of the day after."""
    parts = times.str.strip().str.fullmatch(r"\d{1,3}:[0-5]\d:[0-5]\d")
    if not parts.all():
        raise DataError(
            "{path} : « {time} » n’est pas une heure (HH:MM:SS).",
            path=str(path),
            time=times[~parts].iloc[0],
        )
    return np.asarray(times.str.strip().str.split(":", expand=True).astype(float) @ _PER_MINUTE)


def degrees(text: object, path: Path) -> float:
    """Return a coordinate of a stop, or refuse it in the name of the archive."""
    try:
        return float(str(text))
    except ValueError as error:
        raise DataError(
            "{path} : « {text} » n’est pas une coordonnée d’arrêt.", path=str(path), text=text
        ) from error


def services(feed: Feed) -> pd.DataFrame:
    """Return whether each service runs on each day of the timetable: days × services."""
    weekly, extra = feed.get("calendar"), feed.get("calendar_dates")
    texts = pd.concat([weekly["start_date"], weekly["end_date"], extra["date"]])
    dates = pd.to_datetime(texts, format="%Y%m%d", errors="coerce")
    if dates.isna().any():
        raise DataError(
            "{path} : « {date} » n’est pas une date (AAAAMMJJ).",
            path=str(feed.path),
            date=texts[dates.isna()].iloc[0],
        )
    if dates.empty:
        raise DataError("{path} : aucun jour de circulation.", path=str(feed.path))
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


def chosen(days: pd.DataFrame, day: dt.date | None, path: Path) -> pd.DataFrame:
    """Return the days of the timetable, or one of them."""
    if day is None:
        return days
    asked = pd.Timestamp(day)
    if asked not in days.index:
        raise DataError(
            "{path} : le {day} n’est pas dans cet horaire, qui va du {first} au {last}.",
            path=str(path),
            day=str(day),
            first=str(days.index[0].date()),
            last=str(days.index[-1].date()),
        )
    return days.loc[[asked]]
