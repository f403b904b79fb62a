"""Estimated times on the real coast: gulfs and estuaries are gone round, bridges are used."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from territory_access import travel
from territory_access.datasets import communes, ferries, land
from territory_access.territory import Territory
from territory_access.travel import landmass
from territory_access.travel.estimate import Model
from territory_access.travel.survey import Survey

CRS = "EPSG:2154"


def around(departements: list[str]) -> Territory:
    """Return the communes of some départements, each also a destination."""
    here = communes.names()
    here = here[here["departement"].isin(departements)]
    points = gpd.GeoSeries.from_xy(here["lon"], here["lat"], index=here.index, crs="EPSG:4326")
    west, south, east, north = points.total_bounds
    anchors = points.to_crs(CRS)
    zones = gpd.GeoDataFrame(here.assign(area_km2=16.0, anchor=anchors), geometry=anchors)
    zones.index.name = "zone_id"
    boats = ferries.load()
    sites = gpd.GeoDataFrame({"zone_id": zones.index}, geometry=anchors.array, index=zones.index)
    return Territory(
        name="essai",
        zones=zones,
        facilities=sites.iloc[:0],
        candidates=sites,
        ferries=boats[boats["island_zone"].isin(zones.index)],
        land=land.load((west - 0.3, south - 0.3, east + 0.3, north + 0.3)).to_crs(CRS),
        fixed_links=land.fixed_links().to_crs(CRS),
        crs=CRS,
    )


class Times:
    """Minutes between communes called by their names."""

    def __init__(self, departements: list[str], names: list[str]) -> None:
        self.territory = around(departements)
        zones = self.territory.zones
        self.codes = {name: zones.index[zones["name"] == name][0] for name in names}
        sites = self.territory.candidates.loc[sorted(self.codes.values())]
        table = travel.matrix(self.territory, destinations=sites, max_minutes=800)
        self.table: pd.DataFrame = table["travel_time"].to_pandas()

    def __call__(self, start: str, stop: str) -> float:
        return float(self.table.loc[self.codes[start], self.codes[stop]])


@pytest.fixture(scope="module")
def morbihan() -> Times:
    names = ["Vannes", "Séné", "Arzon", "Larmor-Baden", "Locmariaquer", "Auray", "Sarzeau"]
    names += ["Plouhinec", "Étel", "Belz", "Lorient", "Port-Louis", "Groix", "Île-d'Houat", "Hœdic"]
    return Times(["56"], [*names, "Île-aux-Moines", "Le Palais", "Quiberon", "Sauzon"])


@pytest.fixture(scope="module")
def loire() -> Times:
    names = ["Paimbœuf", "Donges", "Saint-Nazaire", "Saint-Brevin-les-Pins", "Couëron", "Nantes"]
    names += ["Le Pellerin", "Noirmoutier-en-l'Île", "Challans", "L'Île-d'Yeu", "Rezé"]
    return Times(
        ["44", "85"], [*names, "La Barre-de-Monts", "Saint-Herblain", "Saint-Jean-de-Monts"]
    )


@pytest.fixture(scope="module")
def gironde() -> Times:
    names = ["Royan", "Soulac-sur-Mer", "Le Verdon-sur-Mer", "La Rochelle", "Saint-Martin-de-Ré"]
    names += [
        "Marennes-Hiers-Brouage",
        "Le Château-d'Oléron",
        "Rivedoux-Plage",
        "Blaye",
        "Lamarque",
    ]
    return Times(["17", "33"], [*names, "Arcachon", "Lège-Cap-Ferret", "Île-d'Aix", "Bordeaux"])


def test_the_gulf_of_morbihan_is_gone_round(morbihan: Times) -> None:
    # Arzon is 14 km from Vannes over the water and 33 km by road.
    assert 25 < morbihan("Arzon", "Vannes") < 50
    assert 25 < morbihan("Arzon", "Séné") < 50
    # Larmor-Baden and Locmariaquer face each other 4 km apart; by Auray it takes half an hour.
    assert 20 < morbihan("Larmor-Baden", "Locmariaquer") < 40
    assert morbihan("Arzon", "Larmor-Baden") > 35
    assert morbihan("Arzon", "Locmariaquer") > 45


def test_the_ria_of_etel_is_crossed_at_pont_lorois_only(morbihan: Times) -> None:
    assert morbihan("Plouhinec", "Belz") < 12
    assert 8 < morbihan("Plouhinec", "Étel") < 20


def test_the_roads_of_lorient_go_round_the_roadstead(morbihan: Times) -> None:
    assert 15 < morbihan("Lorient", "Port-Louis") < 35


def test_the_loire_is_crossed_at_nantes_and_saint_nazaire_only(loire: Times) -> None:
    assert loire("Paimbœuf", "Donges") > 20  # 4 km over the water, some 28 by the bridge
    assert loire("Couëron", "Le Pellerin") > 20  # 2 km, a boat but no bridge
    assert 8 < loire("Saint-Brevin-les-Pins", "Saint-Nazaire") < 20
    assert loire("Nantes", "Rezé") < 12


def test_the_gironde_estuary_is_wide(gironde: Times) -> None:
    assert gironde("Royan", "Soulac-sur-Mer") > 90
    assert gironde("Royan", "Le Verdon-sur-Mer") > 90
    assert gironde("Blaye", "Lamarque") > 45
    assert gironde("Arcachon", "Lège-Cap-Ferret") > 40


def test_islands_with_a_bridge_are_reached_by_it(gironde: Times, loire: Times) -> None:
    assert 15 < gironde("La Rochelle", "Saint-Martin-de-Ré") < 40
    assert gironde("Marennes-Hiers-Brouage", "Le Château-d'Oléron") < 25
    assert 20 < loire("Noirmoutier-en-l'Île", "Challans") < 55
    assert loire("Noirmoutier-en-l'Île", "Saint-Jean-de-Monts") < 55


def test_places_of_one_island_are_near_each_other(morbihan: Times) -> None:
    assert morbihan("Sauzon", "Le Palais") < 12


@pytest.mark.parametrize("fixture", ["morbihan", "loire", "gironde"])
def test_no_island_is_within_twenty_minutes_of_the_mainland(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    times: Times = request.getfixturevalue(fixture)
    piece = landmass.of(times.territory)
    codes = times.table.columns
    apart = piece.to_numpy()[:, None] != piece[codes].to_numpy()[None, :]
    assert apart.any()
    assert times.table.to_numpy()[apart].min() >= 20


@pytest.mark.parametrize("fixture", ["morbihan", "loire", "gironde"])
def test_roads_join_exactly_what_land_and_bridges_join(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    times: Times = request.getfixturevalue(fixture)
    survey = Survey.of(times.territory, Model.load())
    by_mesh = survey.mesh.component()[survey.zone_at]
    by_land = landmass.of(times.territory).to_numpy()
    pairs = pd.DataFrame({"mesh": by_mesh, "land": by_land}).drop_duplicates()
    assert pairs["mesh"].is_unique
    assert pairs["land"].is_unique


def test_hoedic_reaches_houat_by_the_port(morbihan: Times) -> None:
    both = morbihan("Hœdic", "Quiberon") + morbihan("Quiberon", "Île-d'Houat")
    assert morbihan("Hœdic", "Île-d'Houat") == pytest.approx(both, abs=10)


def test_a_wider_study_changes_times_at_its_heart_by_less_than_a_minute() -> None:
    heart, wider = around(["53"]), around(["53", "35", "44", "49", "50", "61", "72"])
    laval = heart.zones.loc["53130", "anchor"]
    near = heart.zones.index[shapely.dwithin(heart.zones["anchor"].array, laval, 12_000)]
    sites = heart.candidates.loc[near]
    one = travel.matrix(heart, destinations=sites, max_minutes=200)["travel_time"].to_pandas()
    other = travel.matrix(wider, destinations=sites, max_minutes=200)["travel_time"].to_pandas()
    gap = np.abs(one.loc[near] - other.loc[near, sites.index]).to_numpy()
    assert len(near) > 10
    assert gap.max() < 1.0
