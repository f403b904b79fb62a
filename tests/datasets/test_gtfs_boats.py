"""The boats of a timetable in place of those of the table."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from territory_access import Scenario, Territory, islands, travel
from territory_access.datasets import ferries, gtfs, gtfs_boats, gtfs_source
from territory_access.datasets.road_tables import from_tables
from territory_access.errors import DataError, MissingDataset, ScenarioError
from territory_access.parameters import Parameters
from territory_access.travel import network

if TYPE_CHECKING:
    from pathlib import Path

PARAMETERS = Parameters.load()
# Houat and Quiberon: to the island at noon only, home in the morning only, but for Saturdays.
FEED = {
    "stops": "stop_id,stop_name,stop_lat,stop_lon\nQ,Quiberon,47.4770,-3.1245\n"
    "H,Houat,47.3925,-2.9570\n",
    "routes": "route_id,route_long_name,route_type,agency_id\nF,Houat,4,A\n",
    "agency": "agency_id,agency_name\nA,Passeur\n",
    "trips": "route_id,service_id,trip_id\nF,week,wo\nF,week,wb\nF,sat,so\nF,sat,sb\n",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "wo,10:00:00,10:00:00,H,1\nwo,10:40:00,10:40:00,Q,2\n"
    "wb,09:00:00,09:00:00,Q,1\nwb,09:40:00,09:40:00,H,2\n"
    "so,08:00:00,08:00:00,H,1\nso,08:40:00,08:40:00,Q,2\n"
    "sb,18:00:00,18:00:00,Q,1\nsb,18:40:00,18:40:00,H,2\n",
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\nweek,1,1,1,1,1,0,1,20260101,20260630\n"
    "sat,0,0,0,0,0,1,0,20260101,20260630\n",
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "houat.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in FEED.items():
            file.writestr(f"{name}.txt", text)
    return path


def question(path: object, **travel_keys: object) -> Scenario:
    return Scenario.model_validate(
        {
            "title": "Houat",
            "territory": {"communes": ["56086", "56085"], "buffer_km": 25},
            "travel": {"gtfs": str(path), **travel_keys},
            "siting": {"budget": 0, "gp_fte": 0},
        }
    )


def test_a_timetable_replaces_the_boats_of_the_islands_that_it_serves(archive: Path) -> None:
    place = Territory.load(question(archive))
    boats = place.ferries.set_index("island_zone")
    houat = boats.loc["56086"]
    assert houat["source"] == "GTFS"
    assert (houat["operator"], houat["port_zone"], houat["line"]) == ("Passeur", "56186", "houat")
    assert houat["sailings_low"] == 1
    assert houat["sailings_high"] == ferries.load().loc["houat", "sailings_high"]  # not covered
    assert (houat["first_boat"], houat["last_boat"]) == ("08:00", "18:00")
    assert boats.loc["56085", "source"] == ""  # Hœdic keeps its boat of the table
    assert houat["returns_low"] == pytest.approx(26 / 181)  # Saturdays from January to June
    assert houat["visits_low"] == 0
    assert pd.isna(houat["returns_high"])
    found = islands.find(place, travel.matrix(place, max_minutes=400), parameters=PARAMETERS)
    assert found.loc["56086", "same_day"]
    assert found.loc["56086", "headway"] == 720
    table = islands.outlook(place, found, parameters=PARAMETERS).set_index("name")
    # Six days in seven without a return, and doctors cannot come for the day.
    assert table.loc["Houat", "without_days"] > 250
    assert table.loc["Hœdic", "without_days"] < 60


def test_a_timetable_of_one_day(archive: Path) -> None:
    saturday = Territory.load(question(archive, gtfs_day=dt.date(2026, 2, 14)))
    sunday = Territory.load(question(archive, gtfs_day=dt.date(2026, 2, 15)))
    returns = [
        place.ferries.set_index("island_zone").loc["56086", ["returns_low", "returns_high"]]
        for place in (saturday, sunday)
    ]
    assert [found.tolist() for found in returns] == [[1, 1], [0, 0]]
    with pytest.raises(DataError, match="2026-12-25 n’est pas dans cet horaire"):
        Territory.load(question(archive, gtfs_day=dt.date(2026, 12, 25)))


def test_the_day_may_be_a_date_of_toml(archive: Path) -> None:
    scenario = Scenario.parse(f"""
title = "Houat"
territory.communes = ["56086"]
travel = {{gtfs = "{archive}", gtfs_day = 2026-02-14}}
siting = {{budget = 0, gp_fte = 0}}
""")
    assert scenario.travel.gtfs_day == dt.date(2026, 2, 14)
    assert Scenario.parse(scenario.dump()) == scenario


def test_a_path_is_relative_to_its_scenario(archive: Path) -> None:
    file = archive.with_name("houat.toml")
    file.write_text(
        'title = "Houat"\nterritory.communes = ["56086"]\ntravel.gtfs = "houat.zip"\n'
        "siting = {budget = 0, gp_fte = 0}\n",
        encoding="utf-8",
    )
    assert Scenario.load(file).travel.gtfs == str(archive)


def test_where_a_timetable_is_looked_for(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TERRITORY_ACCESS_DATA", raising=False)
    with pytest.raises(MissingDataset, match="TERRITORY_ACCESS_DATA"):
        gtfs_source.locate("data:houat")
    monkeypatch.setenv("TERRITORY_ACCESS_DATA", str(tmp_path))
    assert gtfs_source.locate("data:houat") == archive
    with pytest.raises(MissingDataset, match=r"sein\.zip"):
        gtfs_source.locate("data:sein")
    with pytest.raises(ScenarioError, match="tirets"):
        gtfs_source.locate("data:../houat")
    with pytest.raises(MissingDataset, match=r"transport\.data"):
        gtfs_source.locate(str(tmp_path / "nowhere.zip"))


def test_of_two_shores_the_greater_is_the_mainland(archive: Path) -> None:
    anchors = [shapely.Point(x, y) for x, y in ((245_000, 6_725_000), (256_500, 6_714_500))]
    zones = gpd.GeoDataFrame(
        {"population": [10, 5_000], "anchor": gpd.GeoSeries(anchors, crs=2154, index=["A", "B"])},
        geometry=anchors, index=["A", "B"], crs=2154,
    )  # fmt: skip
    land = gpd.GeoDataFrame(geometry=[point.buffer(4_000) for point in anchors], crs=2154)
    shores = gtfs_boats.Shores(zones, land)
    points = gpd.GeoSeries(anchors, crs=2154).to_crs(4326)
    text = "stop_id,stop_name,stop_lat,stop_lon\n" + "".join(
        f"{stop},{stop},{point.y},{point.x}\n" for stop, point in zip("QH", points, strict=True)
    )
    path = archive.with_name("two.zip")
    with zipfile.ZipFile(path, "w") as file:
        for name, content in (FEED | {"stops": text}).items():
            file.writestr(f"{name}.txt", content)
    found = gtfs_boats.over(ferries.load().iloc[:0], path, shores=shores, parameters=PARAMETERS)
    assert found["island_zone"].tolist() == ["A"]
    assert found["port_zone"].tolist() == ["B"]


def test_a_feed_for_nobody_says_what_it_joins(real_data: Path) -> None:
    path = real_data / "ferries" / "gtfs_concarneau_glenan_2025.zip"
    with pytest.raises(DataError, match="Concarneau"):
        Territory.load(question(path))


def test_the_glenan_boat_brings_visitors_there_and_nobody_here(real_data: Path) -> None:
    sailings = gtfs.sailings(real_data / "ferries" / "gtfs_concarneau_glenan_2025.zip")
    day = sailings[sailings["date"] == "2025-07-14"]
    boats = islands.Timetable.of_day(day, island="STNICOLAS", port="CONCARNEAU")
    assert (boats.out, boats.back, boats.crossing) == ((870, 1_110), (540, 760), 90)
    # Whoever sleeps there leaves at 14:30 at the earliest; the last boat back left at 12:40.
    assert not boats.same_day(0)
    assert boats.reversed.stay(check_in=15) == 1_110 - 15 - 540 - 90
    with pytest.raises(DataError, match="STNICOLAS"):
        islands.Timetable.of_day(day.iloc[:0], island="STNICOLAS", port="CONCARNEAU")


def test_an_island_whose_boats_sleep_in_winter_is_out_of_reach_then(tmp_path: Path) -> None:
    calendar = (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "week,1,1,1,1,1,1,1,20260701,20260831\nsat,0,0,0,0,0,1,0,20260701,20260831\n"
        "rest,0,0,0,0,0,0,0,20260101,20261231\n"
    )
    path = tmp_path / "summer.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in (FEED | {"calendar": calendar}).items():
            file.writestr(f"{name}.txt", text)
    place = Territory.load(question(path))
    assert place.ferries.set_index("island_zone").loc["56086", "sailings_low"] == 0
    minutes = {
        season: travel.matrix(place, max_minutes=900, season=season)["travel_time"].sel(
            origin="56086", destination="micro-hoedic"
        )
        for season in ("low", "high")
    }
    assert float(minutes["low"]) == float("inf") > float(minutes["high"])
    found = islands.find(place, travel.matrix(place), parameters=PARAMETERS)
    assert found.loc["56086", "captive_minutes_low"] == float("inf")
    assert found.loc["56086", "captive_minutes_high"] < float("inf")
    year = islands.outlook(place, found, parameters=PARAMETERS).set_index("name").loc["Houat"]
    assert year["without_days"] > 280


def test_roads_take_the_boats_of_the_timetable(archive: Path) -> None:
    boats = Territory.load(question(archive)).ferries
    nodes = pd.DataFrame({"id": range(4), "x": 0.0, "y": 0.0})
    ends = gpd.GeoSeries.from_xy(
        [-3.1245, -3.1345, -2.9570, -2.9470], [47.4770, 47.4870, 47.3925, 47.3925], crs=4326
    ).to_crs(2154)
    nodes["x"], nodes["y"] = ends.x.to_numpy(), ends.y.to_numpy()
    edges = pd.DataFrame({"u": [0, 2], "v": [1, 3], "length": 1e3, "travel_time": 60.0})
    roads = from_tables(nodes, edges.assign(oneway=False), source_crs="EPSG:2154")
    built = network.build(roads, boats=boats)
    used = built.ferries[built.ferries["used"].astype(bool)]
    assert used["source"].tolist() == ["GTFS"]
    assert used["crossing_minutes"].tolist() == [40]
    assert used["headway_minutes"].tolist() == [720]
