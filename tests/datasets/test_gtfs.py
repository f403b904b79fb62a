"""Timetables of boats."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from territory_access.datasets import gtfs
from territory_access.errors import DataError, MissingDataset

if TYPE_CHECKING:
    from pathlib import Path

FEED = {
    "stops": "stop_id,stop_name,stop_lat,stop_lon\nH,Hoëdic,47.34,-2.88\nO,Houat,47.39,-2.96\n"
    "Q,Quiberon,47.48,-3.12\nG,Gare,47.50,-3.12\n",
    "routes": "route_id,route_long_name,route_type\nF,Îles,4\nB,Bus,3\n",
    "trips": "route_id,service_id,trip_id\nF,all,out\nF,all,back\nF,fair,more\nF,fair,home\n"
    "B,all,bus\n",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "out,08:00:00,08:00:00,Q,1\nout,08:40:00,08:50:00,O,2\nout,09:15:00,09:15:00,H,3\n"
    "back,17:00:00,17:00:00,H,1\nback,17:25:00,17:30:00,O,2\nback,18:14:00,18:14:00,Q,3\n"
    "more,23:50:00,23:50:00,Q,2\nmore,24:30:00,24:30:00,O,10\n"
    "home,19:00:00,19:00:00,O,1\nhome,19:44:00,19:44:00,Q,2\n"
    "bus,08:00:00,08:00:00,Q,1\nbus,08:10:00,08:10:00,G,2\n",
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\nall,1,1,1,1,1,1,1,20250601,20250731\n"
    "fair,0,0,0,0,0,1,0,20250601,20250731\n",
    "calendar_dates": "service_id,date,exception_type\nall,20250605,2\nfair,20250702,1\n",
}


def feed(folder: Path, **changes: str | None) -> Path:
    path = folder / "boats.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (FEED | changes).items():
            if text is not None:
                archive.writestr(f"{name}.txt", "\ufeff" + text)
    return path


def test_each_pair_of_ports_has_its_time_and_its_days(tmp_path: Path) -> None:
    lines = gtfs.lines(feed(tmp_path))
    assert sorted(lines.index) == ["H-O", "H-Q", "O-Q"]
    crossing = lines["crossing_minutes"].to_dict()
    assert crossing == {"H-O": 25, "H-Q": (74 + 75) / 2, "O-Q": (44 + 40) / 2}
    sailings = lines.loc["O-Q"]
    # June: 30 days, one cancelled, 4 Saturdays with two boats; July: 31, 4 Saturdays and a fair
    assert sailings["sailings_low"] == pytest.approx((29 + 4) / 29)
    assert sailings["days_low"] == pytest.approx(29 / 30)
    assert sailings["sailings_high"] == pytest.approx((31 + 4 + 1) / 31)
    assert sailings["days_high"] == 1
    assert sailings[["port_lat", "landing_lat"]].tolist() == [47.39, 47.48]
    assert lines["line"].unique().tolist() == ["Îles"]


def test_the_season_moves_with_its_dates(tmp_path: Path) -> None:
    lines = gtfs.lines(feed(tmp_path), high_start="06-01", high_end="12-31")
    assert lines["sailings_low"].tolist() == [0, 0, 0]
    assert (lines["sailings_high"] > 0).all()


def test_frequencies_multiply_departures(tmp_path: Path) -> None:
    often = "trip_id,start_time,end_time,headway_secs\nout,08:00:00,12:00:00,3600\n"
    often += "back,12:00:00,18:00:00,3600\n"
    lines = gtfs.lines(feed(tmp_path, frequencies=often))
    assert lines.loc["H-Q", "sailings_low"] == 4


def test_dates_alone_are_a_calendar(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nall,20250605,1\nall,20250701,1\n"
    lines = gtfs.lines(feed(tmp_path, calendar=None, calendar_dates=dates))
    assert lines.loc["H-Q", ["sailings_low", "sailings_high"]].tolist() == [1, 1]


def test_what_is_no_timetable_of_boats_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingDataset, match=r"transport\.data"):
        gtfs.lines(tmp_path / "absent.zip")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK")
    with pytest.raises(DataError, match="illisible"):
        gtfs.lines(broken)
    with pytest.raises(DataError, match=r"trips\.txt"):
        gtfs.lines(feed(tmp_path, trips=None))
    with pytest.raises(DataError, match=r"calendar\.txt"):
        gtfs.lines(feed(tmp_path, calendar=None, calendar_dates=None))
    with pytest.raises(DataError, match="aucun bateau"):
        gtfs.lines(feed(tmp_path, routes="route_id,route_long_name,route_type\nF,Îles,3\n"))


def test_the_glenan_boat_of_2025(real_data: Path) -> None:
    lines = gtfs.lines(real_data / "ferries" / "gtfs_concarneau_glenan_2025.zip")
    boat = lines.loc["CONCARNEAU-STNICOLAS"]
    assert boat["crossing_minutes"] == 90
    assert (boat["first_boat"], boat["last_boat"]) == ("09:00", "13:10")
    assert boat["days_low"] == pytest.approx(0.57, abs=0.005)  # four days a week
    assert boat["days_high"] == 1
    assert 1 < boat["sailings_low"] < 2
