"""Speeds: one table, its caps and its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from territory_access.datasets import osm_access, road_tables
from territory_access.errors import DataError, MissingDataset
from territory_access.parameters import Parameters, data_folder, references
from territory_access.travel import built_up
from territory_access.travel.speeds import SpeedTable, assign

if TYPE_CHECKING:
    from pathlib import Path

    from territory_access.datasets.road_form import Roads

TABLE = SpeedTable.load()


def edges(*rows: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["highway", "maxspeed"])


def test_the_limit_only_lowers() -> None:
    table = edges(("secondary", np.nan), ("secondary", 30), ("secondary", 130), ("motorway", 110))
    rural = assign(table, np.zeros(4, bool), TABLE, mode="car")
    assert rural.tolist() == pytest.approx([60, 24, 60, 88])


def test_town_is_slower_and_rush_hour_slower_still() -> None:
    table, town = edges(("primary", np.nan)), np.ones(1, bool)
    quiet = assign(table, town, TABLE, mode="car")[0]
    rush = assign(table, town, TABLE, mode="car", peak=True)[0]
    country = assign(table, ~town, TABLE, mode="car")[0]
    assert rush == pytest.approx(quiet / 1.25)
    assert rush < quiet < country


def test_people_on_foot_do_not_mind_limits_nor_traffic() -> None:
    table = edges(("primary", 50), ("steps", np.nan))
    assert assign(table, np.ones(2, bool), TABLE, mode="walk", peak=True).tolist() == [4.5, 2.0]


@pytest.mark.parametrize("mode", ["car", "bike", "walk"])
def test_every_class_that_a_mode_may_use_has_a_speed(mode: str) -> None:
    allowed = osm_access.Mode(mode)
    classes = osm_access._BY_DEFAULT[allowed] | osm_access._IF_TAGGED[allowed]
    for area in (False, True):
        speed = assign(
            edges(*((name, np.nan) for name in sorted(classes))),
            np.full(len(classes), area),
            TABLE,
            mode=mode,
        )
        assert (speed > 0).all()


def test_a_class_that_the_table_lacks_is_named() -> None:
    with pytest.raises(DataError, match="autobahn"):
        assign(edges(("autobahn", np.nan)), np.zeros(1, bool), TABLE, mode="car")


def test_every_row_has_range_tag_and_known_source() -> None:
    known = references()
    for row in TABLE.rows.to_dict("records"):
        assert row["low"] <= row["value"] <= row["high"]
        assert set(row["source"].split()) <= set(known), row


def test_the_table_agrees_with_the_parameters() -> None:
    parameters = Parameters.load()
    for area in ("rural", "urban"):
        said = parameters.value(f"travel.terminal_{area}")
        assert TABLE.value("terminal", mode="car", area=area) == said
    assert TABLE.value("congestion_peak", area="urban") == parameters.value("travel.peak_factor")
    walk = TABLE.value("speed", mode="walk", highway="residential")
    assert walk == parameters.value("travel.walk_speed")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("speed,car,primary,rural,64,55,75", "speed,car,primary,rural,99,55,75", "low ≤ value"),
        ("speed,car,primary,rural,64,55,75", "speed,car,primary,rural,vite,55,75", "des nombres"),
        ("speed,car,primary,rural,64", "speed,car,primary,urban,64", "déjà donnée"),
        ("speed,car,service,any,15,10,20", "speed,car,service,any,0,0,20", "au moins 1 km/h"),
        ("rural,104,95,118,km/h,K-M", "rural,104,95,118,km/h,SURE", "SURE"),
        ("ferry_headway", "ferry_tide", "absente : ferry_headway"),
        ("quantity,", "grandeur,", "colonnes absentes : quantity"),
    ],
)
def test_a_faulty_table_says_where(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (data_folder() / "speeds.csv").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.csv"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=said):
        SpeedTable.load(path)


def test_another_table_may_serve(tmp_path: Path) -> None:
    text = (data_folder() / "speeds.csv").read_text(encoding="utf-8")
    path = tmp_path / "lent.csv"
    path.write_text(text.replace("rural,64,55,75", "rural,30,20,40"), encoding="utf-8")
    slow = SpeedTable.load(path)
    assert assign(edges(("primary", np.nan)), np.zeros(1, bool), slow, mode="car")[0] == 30
    assert (slow.name, slow.digest != TABLE.digest) == ("lent.csv", True)
    with pytest.raises(MissingDataset, match="n’existe pas"):
        SpeedTable.load(tmp_path / "absent.csv")


def street_grid() -> Roads:
    """Return a town of 36 crossings 100 m apart, and a road 5 km away from it."""
    east, north = np.meshgrid(np.arange(6), np.arange(6))
    x, y = np.append(east.ravel(), [60, 90]) * 100.0, np.append(north.ravel(), [0, 0]) * 100.0
    nodes = pd.DataFrame({"id": np.arange(38), "x": x, "y": y})
    ends = [(i, i + 1) for i in range(36) if i % 6 < 5] + [(i, i + 6) for i in range(30)]
    rows = pd.DataFrame([*ends, (36, 37)], columns=["u", "v"])
    rows["length"], rows["oneway"] = 100.0, False
    rows["highway"] = ["residential"] * 59 + ["secondary"] * 2
    rows.loc[59:, "maxspeed"] = [80.0, np.nan]
    return road_tables.from_tables(nodes, rows, source_crs="EPSG:2154")


def test_town_is_where_streets_are_dense() -> None:
    town = built_up.urban(street_grid(), TABLE)
    assert town[:59].all()
    assert not town[59]  # in the middle of town, but limited to 80
    assert not town[60]


def test_town_is_where_communes_are_dense() -> None:
    communes = gpd.GeoDataFrame(
        {"population": [30, 5000]},
        geometry=[shapely.box(-100, -100, 800, 800), shapely.box(5000, -100, 9500, 100)],
        crs="EPSG:2154",
    )
    town = built_up.urban(street_grid(), TABLE, communes=communes)
    assert not town[:59].any()
    assert town[60]
