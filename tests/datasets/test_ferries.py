"""Boats: complete, in their ranges, at real places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from territory_access.datasets import ferries
from territory_access.errors import DataError
from territory_access.parameters import Parameters, data_folder

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


@pytest.fixture(scope="module")
def boats() -> pd.DataFrame:
    return ferries.load()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in ("ferries.csv", "ferry_figures.csv"):
        (tmp_path / name).write_bytes((data_folder() / name).read_bytes())
    return tmp_path


def test_the_islands_of_the_specification_are_there(boats: pd.DataFrame) -> None:
    islands = (
        "56069 56152 56009 56114 56241 56086 56085 56087 56088 "
        "22016 29082 29155 29084 29083 85113 17004"
    )
    assert sorted(boats["island_zone"]) == sorted(islands.split())


def test_the_communes_of_belle_ile_share_one_boat_and_one_landing(boats: pd.DataFrame) -> None:
    rows = boats[boats["line"] == "belle-ile"]
    assert len(rows) == 4
    shared = rows[["port_zone", "landing_zone", "crossing_minutes", "sailings_low"]]
    assert len(shared.drop_duplicates()) == 1
    assert set(rows["landing_zone"]) == {"56152"}


def test_what_is_not_known_stays_empty(boats: pd.DataFrame) -> None:
    assert boats.loc["houat", "high_season_start"] == "07-01"
    assert (boats.drop(index="houat")["high_season_start"] == "").all()
    assert (boats.drop(index="ile-aux-moines")["last_boat"] == "").all()


def test_every_figure_has_a_tag_a_confidence_and_a_source() -> None:
    figures = ferries.figures()
    assert (figures[["tag", "confidence", "reference"]] != "").all(axis=None)
    numbers = figures.dropna(subset=["low"])
    values = numbers["value"].astype(float)
    assert ((numbers["low"] <= values) & (values <= numbers["high"])).all()


def test_captive_time_is_half_a_day_from_groix_and_a_day_from_houat_in_winter(
    boats: pd.DataFrame,
) -> None:
    p = Parameters.load()
    around = p.value("ferry.check_in_minutes") + p.value("ferry.egress_minutes")

    def captive(ferry: str, to_port: float) -> float:
        one_way = to_port + around + boats.loc[ferry, "crossing_minutes"]
        headway = p.value("ferry.service_window_minutes") / boats.loc[ferry, "sailings_low"]
        return float(2 * one_way + p.value("ferry.consultation_minutes") + headway)

    assert captive("groix", 7.5) / 60 == pytest.approx(5.5, abs=0.15)
    assert captive("houat", 5) / 60 == pytest.approx(9, abs=0.5)


def test_ports_and_landings_are_where_their_communes_are(
    boats: pd.DataFrame, real_data: Path
) -> None:
    gpd = pytest.importorskip("geopandas")
    read = gpd.read_parquet(
        real_data / "communes" / "communes_cog2026_polygons.parquet",
        filters=[("dep", "in", ["17", "22", "29", "56", "85"])],
    )
    communes = read.set_index("code").to_crs(2154).geometry
    for end in ("port", "landing"):
        points = gpd.points_from_xy(boats[f"{end}_lon"], boats[f"{end}_lat"], crs=4326)
        there = gpd.GeoSeries(points, index=boats.index).to_crs(2154)
        own = communes.loc[boats[f"{end}_zone"]].set_axis(boats.index)
        assert there.distance(own).max() < 500  # piers stand off simplified shores


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("groix,crossing_minutes,47.5", "groix,crossing_minutes,57.5"),
        ("groix,crossing_minutes,47.5", "groix,crossing_minutes,vite"),
        ("groix,crossing_minutes,47.5", "groix,crossing_hours,47.5"),
        ("houat,high_season_start,07-01", "houat,high_season_start,13-01"),
        ("houat,sailings_low", "houat,crossing_minutes"),
    ],
)
def test_a_figure_that_cannot_be_used_is_refused(copied: Path, old: str, new: str) -> None:
    file = copied / "ferry_figures.csv"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(DataError):
        ferries.load(copied)


def test_a_boat_without_a_crossing_time_is_refused(copied: Path) -> None:
    file = copied / "ferry_figures.csv"
    kept = [line for line in file.read_text("utf-8").splitlines() if "sein,crossing" not in line]
    file.write_text("\n".join(kept), "utf-8")
    with pytest.raises(DataError, match="crossing_minutes"):
        ferries.load(copied)
