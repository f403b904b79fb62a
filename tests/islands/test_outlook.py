"""What is said of each island: continuity, summer, telehealth, biology, and all of it together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from scipy import stats

from territory_access import Scenario, Territory, islands, travel
from territory_access.datasets import ferries, island_figures
from territory_access.errors import DataError
from territory_access.islands.years import believed
from territory_access.parameters import Parameters

if TYPE_CHECKING:
    from pathlib import Path

PARAMETERS = Parameters.load()


def test_groix_needs_five_for_continuity_though_volume_asks_for_less() -> None:
    staff = islands.staff_needed(12_000, parameters=PARAMETERS)
    assert staff.volume == pytest.approx(2.8, abs=0.05)
    assert staff.continuity == pytest.approx(5, abs=0.02)
    assert staff.continuity_low < 5 < staff.continuity_high
    assert staff.needed == staff.continuity
    assert islands.staff_needed(40_000, parameters=PARAMETERS).needed == pytest.approx(40 / 4.22)
    with pytest.raises(DataError, match="consultations"):
        islands.staff_needed(-1, parameters=PARAMETERS)


def test_biology_at_groix_avoided_29_of_55() -> None:
    found = islands.avoided(55, seen=(29, 55), parameters=PARAMETERS)
    assert found.share == pytest.approx(30 / 57)
    assert round(found.share, 3) == PARAMETERS.value("ferry.evacuation_avoided_share")
    low, high = stats.beta(30, 27).ppf([0.025, 0.975])
    assert (found.share_low, found.share_high) == pytest.approx((low, high))
    assert found.euros / found.count == pytest.approx(2_069)
    assert found.count_low < 29 < found.count_high
    assert islands.avoided(0, seen=(29, 55), parameters=PARAMETERS).euros == 0
    with pytest.raises(DataError, match="56 sur 55"):
        islands.avoided(55, seen=(56, 55), parameters=PARAMETERS)


def test_demand_follows_the_formula() -> None:
    table = islands.monthly(1_000, august_people=5_000, profile=[0.5] * 12, parameters=PARAMETERS)
    acts = 9 / 1_000 * 365 * 1_000
    assert table["resident_acts"].sum() == pytest.approx(acts)
    assert table["visitor_days"].sum() == pytest.approx(4_000 * 0.5 * 365)
    assert table["acts"].sum() == pytest.approx(acts + 2_000 * 365 * 3 / 1_000)
    assert islands.peak(table) == (1, pytest.approx(table["acts"].max() / table["acts"].mean()))
    fewer = islands.monthly(1_000, august_people=0, profile=[1] * 12, parameters=PARAMETERS)
    assert (fewer["visitor_days"] == 0).all()
    with pytest.raises(DataError, match="douze"):
        islands.monthly(10, august_people=10, profile=[1], parameters=PARAMETERS)


def test_telehealth_never_takes_more_than_its_share() -> None:
    assert islands.remote_acts(10_000, 365, parameters=PARAMETERS) == 1_500
    assert islands.remote_acts(10_000, 0, parameters=PARAMETERS) == 0
    with pytest.raises(DataError, match="365"):
        islands.remote_acts(10, 400, parameters=PARAMETERS)


def test_a_value_of_the_scenario_is_not_drawn() -> None:
    line = ferries.load().loc["houat"]
    still = Parameters.load({"ferry.cancel_rate": 0.0})
    assert believed(line, still, fte=(0.2, 0.2), seed=1)["cut_days"] == 0
    usual = believed(line, PARAMETERS, fte=(0.0, 5.0), seed=1)
    assert pd.isna(usual["without_days"])
    assert usual["after_without_days"] < 1
    assert usual["cut_days"] == pytest.approx(0.04 * 365, rel=0.08)
    assert usual == believed(line, PARAMETERS, fte=(0.0, 5.0), seed=1)


@pytest.fixture(scope="module")
def morbihan() -> tuple[Territory, pd.DataFrame]:
    scenario = Scenario.parse("""
title = "Morbihan"
territory = {communes = ["56069", "56086", "56085", "56152", "56114"], buffer_km = 10}
siting = {budget = 0, gp_fte = 0}
""")
    place = Territory.load(scenario)
    return place, islands.find(place, travel.matrix(place), parameters=PARAMETERS)


def test_the_islands_of_morbihan(morbihan: tuple[Territory, pd.DataFrame]) -> None:
    place, found = morbihan
    table = islands.outlook(place, found, parameters=PARAMETERS).set_index("name")
    assert sorted(table.index) == ["Belle-Île-en-Mer", "Houat", "Hœdic", "Île de Groix"]
    assert table.loc["Belle-Île-en-Mer", "zones"] == "56152 56114"
    groix, houat = table.loc["Île de Groix"], table.loc["Houat"]
    assert groix["without_days"] < 1  # a team in turns is there whatever the sea
    assert houat["without_days"] == houat["cut_days"] == pytest.approx(14.6, rel=0.08)
    assert houat["without_days_low"] < houat["without_days"] < houat["without_days_high"]
    assert houat["worst_run"] < houat["without_days"]
    assert pd.isna(table.loc["Belle-Île-en-Mer", ["without_days", "avoided"]]).all()
    assert table["peak_month"].eq(8).all()
    assert groix["peak_people"] == 10_000
    assert table["counted"].to_dict()["Hœdic"] is False
    assert groix["has_biology"]
    assert not houat["has_biology"]
    assert groix["tests"] == pytest.approx(3 * 55, rel=0.01)


def test_a_team_that_opens_changes_the_year(morbihan: tuple[Territory, pd.DataFrame]) -> None:
    place, found = morbihan
    opened = pd.DataFrame({"fte": [5.0]}, index=["56086"])
    before, after = (
        islands.outlook(place, found, parameters=PARAMETERS, opened=sites).set_index("name")
        for sites in (None, opened)
    )
    assert after.loc["Houat", "fte_after"] == 5.2
    assert after.loc["Houat", "after_without_days"] < 1 < before.loc["Houat", "after_without_days"]
    assert after.loc["Houat", "without_days"] == before.loc["Houat", "without_days"]


def test_a_coast_without_islands_says_nothing(morbihan: tuple[Territory, pd.DataFrame]) -> None:
    place, found = morbihan
    table = islands.outlook(place, found.iloc[:0], parameters=PARAMETERS)
    assert table.empty
    assert "without_days" in table


def test_the_table_of_figures_lists_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "island_figures.csv").write_text(
        "line,figure,value,low,high,unit,tag,confidence,source,note\n"
        "groix,august_people,10,20,30,p,W,haute,knowledge,\n"
        "groix,rats,1,1,1,p,W,haute,knowledge,\n"
        "yeu,august_people,beaucoup,,,p,W,haute,knowledge,\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as raised:
        island_figures.load(tmp_path)
    assert len(raised.value.faults) == 3
