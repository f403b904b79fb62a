"""Islands of a made-up coast, from geometry alone; then those of Brittany and Vendée."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xarray as xr

from territory_access import Scenario, Territory, islands, travel
from territory_access.parameters import Parameters
from territory_access.travel import landmass

INF = float("inf")
CRS = "EPSG:2154"
WEST, SOUTH = 300_000.0, 6_700_000.0
# Kilometres: the coast is 60 long; two islets share a causeway, one is bridged, one is far out.
LAND = {
    "coast": (0, 0, 60, 30),
    "bridged": (62, 10, 66, 14),
    "north islet": (80, 20, 84, 24),
    "south islet": (80, 10, 84, 14),
    "rock": (100, 10, 101, 11),
}
TOWNS = {
    "C1": ("Grand-Port", 30, 15, 40_000),
    "C2": ("Pointe-Est", 59, 12, 900),
    "B1": ("Île-Pontée", 64, 12, 800),
    "N1": ("Nord-Île", 82, 22, 600),
    "S1": ("Sud-Île", 82, 12, 300),
    "R1": ("Le-Rocher", 100.5, 10.5, 20),
    "X1": ("Hors-Carte", 130, 10, 5),
}
LINKS = {
    "bridge": ([(59.5, 12), (62.5, 12)], True),
    "causeway": ([(82, 19.9), (82, 14.1)], True),
    "ford": ([(66, 12), (80, 12)], False),
}


def metres(x: float, y: float) -> tuple[float, float]:
    return WEST + 1_000 * x, SOUTH + 1_000 * y


def degrees(x: float, y: float) -> tuple[float, float]:
    point = gpd.GeoSeries([shapely.Point(metres(x, y))], crs=CRS).to_crs(4326).iloc[0]
    return point.x, point.y


def boat(line: str, zone: str, *, sailings: float = 5, **more: object) -> dict[str, object]:
    lon, lat = degrees(59.9, 12)
    return {
        "ferry_id": line,
        "island_zone": zone,
        "port_zone": "C2",
        "port": "Cale-Est",
        "operator": "Passeur",
        "port_lon": lon,
        "port_lat": lat,
        "crossing_minutes": 40.0,
        "sailings_low": sailings,
        "sailings_high": 2 * sailings,
        "high_season_start": "07-01",
        "high_season_end": "08-31",
        "last_boat": "",
    } | more


@pytest.fixture
def coast() -> Territory:
    anchors = [shapely.Point(metres(x, y)) for _, x, y, _ in TOWNS.values()]
    codes = pd.Index(TOWNS, name="zone_id")
    zones = gpd.GeoDataFrame(
        {
            "name": [name for name, *_ in TOWNS.values()],
            "population": [people for *_, people in TOWNS.values()],
            "area_km2": 4.0,
            "in_territory": True,
            "anchor": gpd.GeoSeries(anchors, crs=CRS, index=codes),
        },
        geometry=[anchor.buffer(500) for anchor in anchors],
        index=codes,
        crs=CRS,
    )
    stands = gpd.GeoDataFrame(
        {"zone_id": ["C1", "N1"], "acts_per_year": [9_000.0, 600.0]},
        geometry=[anchors[0], anchors[3]],
        index=pd.Index(["centre", "cabinet"], name="facility_id"),
        crs=CRS,
    )
    parts = [shapely.box(*metres(*box[:2]), *metres(*box[2:])) for box in LAND.values()]
    links = [shapely.LineString([metres(*end) for end in ends]) for ends, _ in LINKS.values()]
    boats = pd.DataFrame([boat("slow", "N1", sailings=2), boat("fast", "N1")])
    return Territory(
        name="Côte inventée",
        zones=zones,
        facilities=stands,
        candidates=gpd.GeoDataFrame(
            {"zone_id": ["C2"]}, geometry=anchors[1:2], index=["C2"], crs=CRS
        ),
        ferries=boats.set_index("ferry_id"),
        land=gpd.GeoDataFrame(geometry=parts, index=list(LAND), crs=CRS),
        fixed_links=gpd.GeoDataFrame(
            {"usable": [usable for _, usable in LINKS.values()]}, geometry=links, crs=CRS
        ),
        crs=CRS,
    )


@pytest.fixture
def times() -> xr.Dataset:
    minutes = np.full((len(TOWNS), 3), INF, dtype=np.float32)
    minutes[:3, [0, 2]] = [[0, 30], [30, 0], [35, 6]]
    minutes[3] = [160, 5, 150]
    return xr.Dataset(
        {"travel_time": (("origin", "destination"), minutes)},
        coords={"origin": list(TOWNS), "destination": ["centre", "cabinet", "C2"]},
    )


PARAMETERS = Parameters.load()


def test_land_is_one_where_a_usable_link_joins_it(coast: Territory) -> None:
    label = landmass.of(coast)
    assert (label[["C1", "C2", "B1"]] == landmass.MAINLAND).all()
    assert label["N1"] == label["S1"] != landmass.MAINLAND
    assert label[["N1", "R1", "X1"]].nunique() == 3


def test_without_its_bridge_an_island_is_one(coast: Territory) -> None:
    cut = replace(coast, fixed_links=coast.fixed_links.iloc[1:])
    assert landmass.of(cut)["B1"] != landmass.MAINLAND


def test_the_mainland_is_where_the_boats_come_from(coast: Territory) -> None:
    isles = coast.zones.loc[["N1", "S1", "R1"]]
    label = landmass.of(replace(coast, zones=isles))
    assert (label != landmass.MAINLAND).all()


def test_land_that_the_map_cuts_stays_one(coast: Territory) -> None:
    west, east = (shapely.box(*metres(x, 0), *metres(x + 29, 30)) for x in (0, 31))
    land = coast.land.copy()
    land.loc["coast", "geometry"] = shapely.MultiPolygon([west, east])
    label = landmass.of(replace(coast, land=land))
    assert label["C2"] == label["C1"] == landmass.MAINLAND


def test_a_map_without_land_tells_no_island(coast: Territory, times: xr.Dataset) -> None:
    flat = replace(coast, land=coast.land.iloc[:0])
    assert (landmass.of(flat) == landmass.MAINLAND).all()
    found = islands.find(flat, times, parameters=PARAMETERS)
    assert found.empty
    assert list(found.columns) == list(islands.COLUMNS)


def test_what_is_said_of_each_island(coast: Territory, times: xr.Dataset) -> None:
    found = islands.find(coast, times, season="low", parameters=PARAMETERS)
    assert found.index.tolist() == ["N1", "S1", "R1", "X1"]
    assert found["ferry"].tolist() == ["fast", "fast", "", ""]
    assert found["own_service"].tolist() == [True, True, False, False]
    assert found["mainland_minutes"].tolist() == [150.0, INF, INF, INF]
    assert found["headway"].tolist() == [144.0, 144.0, INF, INF]
    assert not found.drop(columns="same_day").isna().any(axis=None)
    north = found.loc["N1"]
    # 1 km to the quay at 50 km/h with a detour of 1.3, 15 to check in, 40 at sea, 15 beyond.
    assert north["one_way_minutes"] == pytest.approx(1.56 + 70)
    assert north["captive_minutes_low"] == pytest.approx(2 * 71.56 + 20 + 144)
    assert north["captive_minutes_high"] == pytest.approx(2 * 71.56 + 20 + 72)


@pytest.mark.parametrize(
    ("first", "last", "same_day"),
    [("07:00", "08:44", False), ("07:00", "08:45", True), ("", "20:00", None), ("07:00", "", None)],
)
def test_same_day(
    coast: Territory, times: xr.Dataset, first: str, last: str, same_day: object
) -> None:
    # 40 out, 15 to the practice, 20 there, 15 back and 15 to check in: 105 minutes.
    boats = pd.DataFrame([boat("only", "N1", first_boat=first, last_boat=last)])
    alone = replace(coast, ferries=boats.set_index("ferry_id"))
    found = islands.find(alone, times, parameters=PARAMETERS)
    assert found.loc["N1", "same_day"] is same_day


def departements(*codes: str) -> Territory:
    territory = {"departements": codes, "buffer_km": 0}
    question = {"title": "Côte", "territory": territory, "siting": {"budget": 0, "gp_fte": 0}}
    return Territory.load(Scenario.model_validate(question))


@pytest.fixture(scope="module")
def morbihan() -> Territory:
    return departements("56")


def test_the_islands_of_morbihan(morbihan: Territory) -> None:
    found = islands.find(morbihan, travel.matrix(morbihan, max_minutes=360), parameters=PARAMETERS)
    assert set(found["name"]) == {
        "Groix", "Le Palais", "Bangor", "Locmaria", "Sauzon", "Île-d'Houat", "Hœdic",
        "Île-aux-Moines", "Île-d'Arz",
    }  # fmt: skip
    by_name = found.set_index("name")
    assert by_name.loc["Groix", "captive_minutes_low"] / 60 == pytest.approx(5.5, abs=0.25)
    assert by_name.loc["Île-d'Houat", "captive_minutes_low"] / 60 == pytest.approx(9, abs=0.35)
    assert (found["mainland_minutes"] > 20).all()
    assert np.isfinite(found["mainland_minutes"]).all()
    assert by_name.loc[["Groix", "Île-d'Houat", "Hœdic"], "own_service"].all()


def test_bridges_make_no_islands() -> None:
    place = departements("17", "85")
    label = landmass.of(place)
    isles = label.index[label != landmass.MAINLAND]
    assert place.zones.loc[isles, "name"].tolist() == ["Île-d'Aix", "L'Île-d'Yeu"]
