"""Reads the rides of a GTFS timetable on one day: every vehicle, from each stop to its next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.datasets.gtfs_feed import (
    chosen,
    clock_minutes,
    degrees,
    read,
    services,
)
from territory_access.errors import DataError

if TYPE_CHECKING:
    import datetime as dt
    from os import PathLike

    from numpy.typing import NDArray

    from territory_access.datasets.gtfs_feed import Feed

_SATURDAY = 5
_NONE = "1"  # of pickup_type and drop_off_type: nobody gets on, or off, there


@dataclass(frozen=True, eq=False)
class Rides:
    """What runs on a day, one row a ride from a stop to the next of the same vehicle.

    Attributes
    ----------
    day
        Whose timetable it is.
    stops
        ``stop_id``, ``name``, ``lon``, ``lat``; ``start`` and ``end`` are its rows.
    start, end
        Stops of each ride ``(ride)``.
    leaves, arrives
        Seconds after midnight ``(ride)``; beyond 86,400 the night after.
    vehicle
        Number of the vehicle's trip ``(ride)``; its rides follow each other.
    boards, alights
        Whether people get on at ``start``, and off at ``end`` ``(ride)``.
    """

    day: dt.date
    stops: pd.DataFrame
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    leaves: NDArray[np.int32]
    arrives: NDArray[np.int32]
    vehicle: NDArray[np.int32]
    boards: NDArray[np.bool_]
    alights: NDArray[np.bool_]


def load(path: str | PathLike[str], *, day: dt.date | None = None) -> Rides:
    """Return what runs on one day: buses, trams, trains, boats.

    Parameters
    ----------
    path
        GTFS archive (``.zip``).
    day
        The one asked for; by default the ``usual_weekday``.

    Raises
    ------
    MissingDataset, DataError
        If there is no such file, it is no timetable, nothing runs on that day, or a vehicle arrives
        before it leaves.

    Notes
    -----
    Stops whose time the archive leaves empty are left out: no vehicle is known there. A trip of
    ``frequencies.txt`` runs once a headway. ``transfers.txt`` is not read. Vehicles that left the
    day before and run after midnight are not those of this day.
    """
    feed = read(Path(path))
    days = services(feed)
    if day is None:
        day = usual_weekday(feed, days)
    running = chosen(days, day, feed.path).iloc[0]
    trips = feed["trips"]
    trips = trips[trips["service_id"].isin(running.index[running])]
    calls = feed["stop_times"]
    calls = calls[calls["trip_id"].isin(trips["trip_id"])]
    calls = calls[(calls["arrival_time"] != "") & (calls["departure_time"] != "")]
    if calls.empty:
        raise DataError("{path} : rien ne circule le {day}.", path=str(feed.path), day=str(day))
    return _rides(feed, _timed(feed, calls), day)


def usual_weekday(feed: Feed, days: pd.DataFrame) -> dt.date:
    """Return the weekday that stands for the others: the one with the median number of trips.

    Of the days from Monday to Friday on which something runs, in the order of their number of
    trips, the one in the middle (the lower of two; the earliest of those that are alike): neither
    a bank holiday nor a day of reinforcement.

    Parameters
    ----------
    feed
        The archive.
    days
        ``gtfs_feed.services(feed)``.

    Raises
    ------
    DataError
        If nothing runs from Monday to Friday.
    """
    each = feed["trips"]["service_id"].value_counts().reindex(days.columns, fill_value=0)
    trips = pd.Series(days.to_numpy(int) @ each.to_numpy(int), index=days.index)
    week = trips[(pd.DatetimeIndex(trips.index).day_of_week < _SATURDAY) & (trips > 0)]
    if week.empty:
        raise DataError("{path} : rien ne circule du lundi au vendredi.", path=str(feed.path))
    middle = np.sort(week.to_numpy())[(len(week) - 1) // 2]
    first: dt.date = pd.DatetimeIndex(week.index[week == middle])[0].date()
    return first


def _timed(feed: Feed, calls: pd.DataFrame) -> pd.DataFrame:
    """Return calls in the order of each ``run``, with ``arrives`` and ``leaves`` in seconds."""
    calls = calls.copy()
    for name, column in (("arrives", "arrival_time"), ("leaves", "departure_time")):
        calls[name] = np.rint(clock_minutes(calls[column], feed.path) * 60).astype(np.int64)
    calls["order"] = pd.to_numeric(calls["stop_sequence"], errors="coerce")
    if calls["order"].isna().any():
        raise DataError("{path} : l’ordre des arrêts n’est pas un nombre.", path=str(feed.path))
    calls = _repeated(feed, calls).sort_values(["run", "order"], kind="stable", ignore_index=True)
    for name in ("pickup_type", "drop_off_type"):
        if name not in calls:
            calls[name] = ""
    return calls


def _repeated(feed: Feed, calls: pd.DataFrame) -> pd.DataFrame:
    """Return the calls with ``run``, those of ``frequencies.txt`` once a departure."""
    table = feed.get("frequencies")
    table = table[table["trip_id"].isin(calls["trip_id"])]
    calls = calls.assign(run=calls["trip_id"])
    if table.empty:
        return calls
    step = np.rint(pd.to_numeric(table["headway_secs"], errors="coerce").to_numpy(float))
    if not (step > 0).all():
        raise DataError("{path} : une fréquence est de 0 s.", path=str(feed.path))
    ends = [clock_minutes(table[name], feed.path) * 60 for name in ("start_time", "end_time")]
    starts = [np.arange(*span) for span in zip(*ends, step, strict=True)]
    often = pd.DataFrame({
        "trip_id": np.repeat(table["trip_id"].to_numpy(), [len(times) for times in starts]),
        "moved": np.concatenate(starts),
    })  # fmt: skip
    first = calls.groupby("trip_id")["leaves"].transform("min")
    moved = calls.assign(first=first).merge(often, on="trip_id")
    shift = np.rint(moved["moved"] - moved["first"]).astype(np.int64)
    moved["arrives"] += shift
    moved["leaves"] += shift
    moved["run"] = moved["trip_id"] + "@" + moved["moved"].astype(str)
    once = calls[~calls["trip_id"].isin(often["trip_id"])]
    return pd.concat([once, moved[calls.columns]], ignore_index=True)


def _rides(feed: Feed, calls: pd.DataFrame, day: dt.date) -> Rides:
    """Return the rides between calls that follow each other in one run."""
    vehicle = pd.factorize(calls["run"])[0]
    on = np.flatnonzero(vehicle[1:] == vehicle[:-1])
    leaves, arrives = calls["leaves"].to_numpy()[on], calls["arrives"].to_numpy()[on + 1]
    waits = calls["leaves"].to_numpy() < calls["arrives"].to_numpy()
    late = arrives < leaves
    if waits.any() or late.any():
        row = int(np.flatnonzero(waits)[0]) if waits.any() else int(on[late][0])
        raise DataError(
            "{path} : un véhicule arrive avant de partir ({trip}).",
            path=str(feed.path),
            trip=str(calls["trip_id"].iloc[row]),
        )
    stops, at = _stops(feed, calls["stop_id"])
    return Rides(
        day=day,
        stops=stops,
        start=at[on].astype(np.int32),
        end=at[on + 1].astype(np.int32),
        leaves=leaves.astype(np.int32),
        arrives=arrives.astype(np.int32),
        vehicle=vehicle[on].astype(np.int32),
        boards=(calls["pickup_type"] != _NONE).to_numpy()[on],
        alights=(calls["drop_off_type"] != _NONE).to_numpy()[on + 1],
    )


def _stops(feed: Feed, called: pd.Series[str]) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Return the stops that are called at, and the row of each call."""
    at, names = pd.factorize(called, sort=True)
    known = feed["stops"].drop_duplicates("stop_id").set_index("stop_id")
    gone = [str(name) for name in names if name not in known.index]
    if gone:
        raise DataError(
            "{path} : des courses desservent des arrêts inconnus : {names}.",
            path=str(feed.path),
            names=", ".join(gone[:5]),
        )
    here = known.loc[names]
    places = {
        axis: [degrees(text, feed.path) for text in here[f"stop_{axis}"]] for axis in ("lon", "lat")
    }
    table = pd.DataFrame({"stop_id": names, "name": here["stop_name"].to_numpy()} | places)
    return table, np.asarray(at, dtype=np.intp)
