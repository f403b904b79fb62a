"""The rides of a timetable: consecutive stops, the usual weekday, what cannot be."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import pytest

from territory_access.datasets import gtfs_rides
from territory_access.errors import DataError, MissingDataset

if TYPE_CHECKING:
    from pathlib import Path

# School days are busy, one Monday is a holiday, Saturdays have their own bus.
FEED = {
    "stops": "stop_id,stop_name,stop_lat,stop_lon\nA,Bourg,48.0,-0.8\nB,Gare,48.0,-0.7\n"
    "C,Centre,48.0,-0.6\nZ,Jamais,48.0,-0.5\n",
    "routes": "route_id,route_type\nL,3\n",
    "trips": "route_id,service_id,trip_id\nL,week,t1\nL,week,t2\nL,sat,t3\nL,extra,t4\n",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,"
    "drop_off_type\n"
    "t1,08:20:00,08:20:00,C,10,0,0\nt1,08:00:00,08:00:00,A,1,0,1\nt1,08:10:00,08:12:00,B,2,1,0\n"
    "t2,09:00:00,09:00:00,A,1,,\nt2,,,B,2,,\nt2,09:15:30,09:15:30,C,3,,\n"
    "t3,10:00:00,10:00:00,A,1,0,0\nt3,10:30:00,10:30:00,B,2,0,0\n"
    "t4,25:00:00,25:00:00,B,1,0,0\nt4,25:05:00,25:05:00,A,2,0,0\n",
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\nweek,1,1,1,1,1,0,0,20260302,20260314\n"
    "sat,0,0,0,0,0,1,0,20260302,20260314\n",
    "calendar_dates": "service_id,date,exception_type\nweek,20260302,2\nextra,20260304,1\n",
}


def archive(folder: Path, **changes: str) -> Path:
    path = folder / "bus.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in (FEED | changes).items():
            file.writestr(f"{name}.txt", text)
    return path


def test_rides_join_the_stops_that_follow_each_other(tmp_path: Path) -> None:
    rides = gtfs_rides.load(archive(tmp_path))
    assert rides.day == dt.date(2026, 3, 3)  # Monday is off, Wednesday has one trip more
    names = rides.stops["stop_id"].to_numpy()
    told = zip(names[rides.start], names[rides.end], rides.leaves, rides.arrives, strict=True)
    assert sorted(told) == [
        ("A", "B", 28_800, 29_400),
        ("A", "C", 32_400, 33_330),  # nothing is known of B in between
        ("B", "C", 29_520, 30_000),
    ]
    by_leaving = rides.leaves.argsort()
    assert rides.boards[by_leaving].tolist() == [True, False, True]
    assert rides.alights[by_leaving].tolist() == [True, True, True]
    assert set(names) == {"A", "B", "C"}


def test_a_day_may_be_asked_for(tmp_path: Path) -> None:
    path = archive(tmp_path)
    assert len(gtfs_rides.load(path, day=dt.date(2026, 3, 7)).start) == 1
    assert gtfs_rides.load(path, day=dt.date(2026, 3, 4)).arrives.max() == 25 * 3600 + 300
    with pytest.raises(DataError, match="rien ne circule le 2026-03-08"):
        gtfs_rides.load(path, day=dt.date(2026, 3, 8))
    with pytest.raises(DataError, match="2027-01-01 n’est pas dans cet horaire"):
        gtfs_rides.load(path, day=dt.date(2027, 1, 1))


def test_a_frequency_runs_once_a_headway(tmp_path: Path) -> None:
    often = "trip_id,start_time,end_time,headway_secs\nt1,10:00:00,11:00:00,1200\n"
    rides = gtfs_rides.load(archive(tmp_path, frequencies=often))
    first = sorted(rides.leaves[rides.stops["stop_id"].to_numpy()[rides.start] == "A"])
    assert first == [9 * 3600, 10 * 3600, 10 * 3600 + 1200, 10 * 3600 + 2400]
    assert len(set(rides.vehicle)) == 4


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("stop_times", "t1,08:20:00", "t1,07:20:00", r"arrive avant de partir \(t1\)"),
        ("stop_times", "08:10:00,08:12:00", "08:10:00,08:09:00", r"arrive avant de partir \(t1\)"),
        ("stop_times", "A,1,0,1", "A,un,0,1", "l’ordre des arrêts n’est pas un nombre"),
        ("stop_times", "A,1,0,1", "Q,1,0,1", "des arrêts inconnus : Q"),
        ("stops", "48.0,-0.8", "ici,-0.8", "« ici » n’est pas une coordonnée d’arrêt"),
        ("calendar", "1,1,1,1,1,0,0", "0,0,0,0,0,1,0", None),
    ],
)
def test_what_cannot_be_is_refused(
    tmp_path: Path, name: str, old: str, new: str, said: str | None
) -> None:
    assert old in FEED[name]
    path = archive(tmp_path, **{name: FEED[name].replace(old, new)})
    if said is None:  # only the extra trip runs on a weekday
        assert gtfs_rides.load(path).day == dt.date(2026, 3, 4)
        return
    with pytest.raises(DataError, match=said):
        gtfs_rides.load(path)


def test_nothing_on_weekdays_is_said(tmp_path: Path) -> None:
    weekly = FEED["calendar"].replace("week,1,1,1,1,1", "week,0,0,0,0,0")
    dates = "service_id,date,exception_type\nextra,20260307,1\n"
    with pytest.raises(DataError, match="rien ne circule du lundi au vendredi"):
        gtfs_rides.load(archive(tmp_path, calendar=weekly, calendar_dates=dates))
    with pytest.raises(MissingDataset):
        gtfs_rides.load(tmp_path / "none.zip")


def test_the_boats_of_the_glenan_can_be_ridden(real_data: Path) -> None:
    import geopandas as gpd

    from territory_access.parameters import Parameters
    from territory_access.travel.transit import Habits, table

    rides = gtfs_rides.load(real_data / "ferries" / "gtfs_concarneau_glenan_2025.zip")
    assert rides.day.weekday() < 5
    quays = gpd.GeoSeries.from_xy(
        rides.stops["lon"], rides.stops["lat"], index=rides.stops["stop_id"], crs=4326
    ).to_crs(2154)
    habits = Habits.of(Parameters.load())
    port, island = quays[["CONCARNEAU"]], quays[["STNICOLAS"]]
    found = table(rides, port, island, habits=habits, max_minutes=240)
    # One boat at 9 leaves late for half of those who come between 8 and 10.
    leaves = rides.leaves[rides.stops["stop_id"].to_numpy()[rides.start] == "CONCARNEAU"]
    arrives = rides.arrives[rides.stops["stop_id"].to_numpy()[rides.start] == "CONCARNEAU"]
    each = sorted(
        min((a - now for go, a in zip(leaves, arrives, strict=True) if go >= now), default=10**9)
        for now in habits.departures
    )
    assert found.item() * 60 == each[59]
