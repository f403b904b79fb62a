"""Read the boats of a GTFS timetable: how long they take and how often they go, by season."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.datasets.gtfs_feed import calls, chosen, degrees, read, services

if TYPE_CHECKING:
    import datetime as dt
    from os import PathLike


def lines(
    path: str | PathLike[str],
    *,
    high_start: str = "07-01",
    high_end: str = "08-31",
    day: dt.date | None = None,
) -> pd.DataFrame:
    """Return one row a pair of ports that a boat joins without a change.

    Parameters
    ----------
    path
        GTFS archive (``.zip``); routes that are not boats are left out.
    high_start, high_end
        First and last day of the high season, ``MM-DD``.
    day
        Take the boats of this day for both seasons; by default, those of all days.

    Returns
    -------
    DataFrame
        Index ``ferry_id``; ``name``, ``line``, ``operator``, ``port_stop``, ``landing_stop``,
        ``port_name``, ``landing_name``, ``port_lon``, ``port_lat``, ``landing_lon``,
        ``landing_lat``, ``crossing_minutes`` (mean, both ways), ``sailings_low``,
        ``sailings_high`` (departures each way on a day when it sails, the lesser of both ways; 0 if
        it never does), ``days_low``, ``days_high`` (share of the days of the season, within the
        timetable, when it sails; ``nan`` where the timetable has no day of the season),
        ``first_boat``, ``last_boat`` (from the port, HH:MM), ``first_back``, ``last_back`` (from
        the landing), ``source``.

    Raises
    ------
    MissingDataset, DataError
        If there is no such file, it is no timetable with boats, or it does not know the day.
    """
    feed = read(Path(path))
    called, days = calls(feed), chosen(services(feed), day, Path(path))
    monthday = pd.DatetimeIndex(days.index).strftime("%m-%d")
    high = (monthday >= high_start) & (monthday <= high_end)
    seasons = (
        {"low": days[~high], "high": days[high]}
        if day is None
        else dict.fromkeys(("low", "high"), days)
    )
    stops = {str(row["stop_id"]): row for row in feed["stops"].to_dict("records")}
    rows = []
    for (a, b), legs in called.groupby(["a", "b"], sort=True):
        ends = {"port": str(a), "landing": str(b)}
        row: dict[str, object] = {
            "ferry_id": "-".join(ends.values()),
            "name": " – ".join(str(stops[stop]["stop_name"]) for stop in ends.values()),
            "line": str(legs["line"].iloc[0]),
            "operator": str(legs["operator"].iloc[0]),
            "crossing_minutes": float(legs.groupby("out")["minutes"].mean().mean()),
        }
        for end, stop in ends.items():
            row[f"{end}_stop"], row[f"{end}_name"] = stop, str(stops[stop]["stop_name"])
            row[f"{end}_lon"] = degrees(stops[stop]["stop_lon"], feed.path)
            row[f"{end}_lat"] = degrees(stops[stop]["stop_lat"], feed.path)
        for season, part in seasons.items():
            row[f"sailings_{season}"], row[f"days_{season}"] = _frequency(legs, part)
        for which, out in (("boat", True), ("back", False)):
            leaving = legs.loc[legs["out"] == out, "leaves"]
            row[f"first_{which}"] = _clock(leaving.min())
            row[f"last_{which}"] = _clock(leaving.max())
        row["source"] = "GTFS"
        rows.append(row)
    return pd.DataFrame(rows).set_index("ferry_id")


def sailings(path: str | PathLike[str], *, day: dt.date | None = None) -> pd.DataFrame:
    """Return every crossing of every day: date · start · stop · leaves · arrives.

    Parameters
    ----------
    path
        As for ``lines``.
    day
        Only this one; all by default.

    Returns
    -------
    DataFrame
        ``date`` (``YYYY-MM-DD``), ``start`` and ``stop`` (identifiers of stops), ``leaves`` and
        ``arrives`` in minutes after midnight (beyond 1,440 the day after), in order. ``attrs``:
        ``first`` and ``last`` day of the timetable.

    Raises
    ------
    MissingDataset, DataError
        As ``lines``.
    """
    feed = read(Path(path))
    called, days = calls(feed), chosen(services(feed), day, Path(path))
    row, column = np.nonzero(days.to_numpy(bool))
    when = pd.DataFrame({"date": days.index[row], "service": days.columns[column]})
    found = when.merge(called, on="service")
    table = pd.DataFrame({
        "date": pd.DatetimeIndex(found["date"]).strftime("%Y-%m-%d"),
        "start": np.where(found["out"], found["a"], found["b"]),
        "stop": np.where(found["out"], found["b"], found["a"]),
        "leaves": found["leaves"],
        "arrives": found["leaves"] + found["minutes"],
    })  # fmt: skip
    table = table.sort_values(["date", "start", "stop", "leaves"], ignore_index=True)
    table.attrs = {end: str(days.index[at].date()) for end, at in (("first", 0), ("last", -1))}
    return table


def _frequency(legs: pd.DataFrame, days: pd.DataFrame) -> tuple[float, float]:
    """Return departures a day of sailing (the lesser of both ways), and the share of such days."""
    if days.empty:
        return 0.0, float("nan")
    a_day = [
        days.reindex(columns=[*side["service"]], fill_value=False).to_numpy(float).sum(axis=1)
        for _, side in legs.groupby("out")
    ]
    # A boat that only goes one way brings nobody back.
    both = np.minimum.reduce(a_day) if len(a_day) == 2 else np.zeros(len(days))
    sails = both > 0
    return (float(both[sails].mean()) if sails.any() else 0.0), float(sails.mean())


def _clock(minutes: float) -> str:
    """Return HH:MM, empty where nothing leaves.

    >>> _clock(555.0), _clock(float("nan"))
    ('09:15', '')
    """
    return "" if np.isnan(minutes) else f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"
