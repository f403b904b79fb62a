"""Water is not land, and only the real islands have no road to the mainland."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.cluster.hierarchy import DisjointSet

from territory_access.datasets import communes, land
from territory_access.datasets.catalogue import embedded

if TYPE_CHECKING:
    import geopandas as gpd

ISLANDS = {
    "17004": "Île-d'Aix",
    "22016": "Île-de-Bréhat",
    "29082": "Île-de-Batz",
    "29083": "Île-de-Sein",
    "29084": "Île-Molène",
    "29155": "Ouessant",
    "56009": "Bangor",
    "56069": "Groix",
    "56085": "Hœdic",
    "56086": "Île-d'Houat",
    "56087": "Île-aux-Moines",
    "56088": "Île-d'Arz",
    "56114": "Locmaria",
    "56152": "Le Palais",
    "56241": "Sauzon",
    "85113": "L'Île-d'Yeu",
}
WATER = {
    "golfe du Morbihan": (-2.82, 47.58),
    "rade de Brest": (-4.45, 48.34),
    "ria d’Étel": (-3.16, 47.70),
    "Gironde": (-0.68, 45.12),
    "bassin d’Arcachon": (-1.15, 44.68),
    "estuaire de la Seine": (0.22, 49.44),
    "étang de Berre": (5.10, 43.45),
}


@pytest.fixture(scope="module")
def whole() -> gpd.GeoDataFrame:
    return land.load()


@pytest.fixture(scope="module")
def towns() -> pd.DataFrame:
    return communes.names()


def on_land(whole: gpd.GeoDataFrame, lon: pd.Series, lat: pd.Series) -> np.ndarray:
    """Position of the landmass of each point, -1 on water."""
    # the tree holds the points: the large polygons are prepared once, not once a point
    tree = shapely.STRtree(shapely.points(lon, lat))
    piece, point = tree.query(whole.geometry.to_numpy(), predicate="intersects")
    found = np.full(len(lon), -1)
    found[point] = piece
    return found


def apart(whole: gpd.GeoDataFrame, towns: pd.DataFrame, links: gpd.GeoDataFrame) -> set[str]:
    """Metropolitan communes that land and links do not join to Paris or to Ajaccio."""
    ends = shapely.get_coordinates(links.geometry.to_numpy()).reshape(-1, 2, 2)
    groups = DisjointSet(range(len(whole)))
    for a, b in zip(
        on_land(whole, ends[:, 0, 0], ends[:, 0, 1]),
        on_land(whole, ends[:, 1, 0], ends[:, 1, 1]),
        strict=True,
    ):
        groups.merge(a, b)
    here = towns[~towns["departement"].str.startswith("97")]
    piece = pd.Series(on_land(whole, here["lon"], here["lat"]), index=here.index)
    mainlands = groups.subset(piece["75056"]) | groups.subset(piece["2A004"])
    return set(piece.index[~piece.isin(mainlands)])


def test_the_communes_without_a_road_are_the_real_islands(
    whole: gpd.GeoDataFrame, towns: pd.DataFrame
) -> None:
    assert apart(whole, towns, land.fixed_links()) == set(ISLANDS)
    assert towns.loc[list(ISLANDS), "name"].to_dict() == ISLANDS


@pytest.mark.parametrize(
    ("link", "communes_lost"), [("ile-de-re", 10), ("oleron", 8), ("noirmoutier", 4)]
)
def test_without_its_bridge_an_island_is_one_again(
    whole: gpd.GeoDataFrame, towns: pd.DataFrame, link: str, communes_lost: int
) -> None:
    lost = apart(whole, towns, land.fixed_links().drop(link)) - set(ISLANDS)
    assert len(lost) == communes_lost


def test_every_chef_lieu_is_on_land(whole: gpd.GeoDataFrame, towns: pd.DataFrame) -> None:
    assert (on_land(whole, towns["lon"], towns["lat"]) >= 0).all()


@pytest.mark.parametrize("place", WATER)
def test_gulfs_and_estuaries_are_water(whole: gpd.GeoDataFrame, place: str) -> None:
    lon, lat = WATER[place]
    assert not shapely.contains_xy(whole.geometry.to_numpy(), lon, lat).any()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("44184", "44154"),  # Saint-Nazaire, Saint-Brevin
        ("44047", "44120"),  # Couëron, Le Pellerin
        ("56106", "56152"),  # Quiberon, Le Palais: sea
        ("56116", "56005"),  # Locmariaquer, Arzon
        ("56078", "29031"),  # Guidel, Clohars-Carnoët
        ("33058", "33206"),  # Blaye, Lamarque
        ("27485", "76476"),  # Quillebeuf, Port-Jérôme
    ],
)
def test_straight_lines_between_two_shores_cross_water(
    whole: gpd.GeoDataFrame, towns: pd.DataFrame, one: str, other: str
) -> None:
    line = shapely.LineString(towns.loc[[one, other], ["lon", "lat"]].to_numpy())
    ground = shapely.union_all(whole[whole.intersects(line)].geometry.intersection(line).to_numpy())
    assert shapely.get_num_geometries(ground) > 1


def test_links_stand_on_land_and_cross_water(whole: gpd.GeoDataFrame) -> None:
    links = land.fixed_links(usable_only=False)
    assert links.index.is_unique
    ends = shapely.get_coordinates(links.geometry.to_numpy())
    assert (on_land(whole, ends[:, 0], ends[:, 1]) >= 0).all()
    for link, line in links.geometry.items():
        near = whole[whole.intersects(line)].geometry
        wet = shapely.difference(line, shapely.union_all(near.intersection(line.buffer(0.1))))
        assert wet.length > 1e-4, f"{link} crosses no water"
        assert line.length < 0.1, f"{link} is too long for a bridge"


def test_a_tidal_causeway_is_not_usable_unless_asked() -> None:
    assert "gois" not in land.fixed_links().index
    gois = land.fixed_links(usable_only=False).loc["gois"]
    assert gois["kind"] == "gué"
    assert not gois["usable"]


def test_a_box_cuts_the_land() -> None:
    box = (-3.6, 47.2, -2.6, 47.8)
    cut = land.load(box)
    assert {"56069", "56152", "56085", "56086"} <= set(cut.index)
    assert "17385" not in cut.index
    assert shapely.within(cut.geometry.to_numpy(), shapely.box(*box).buffer(1e-9)).all()


def test_landmasses_are_valid_and_the_file_small(whole: gpd.GeoDataFrame) -> None:
    assert whole.index.is_unique
    assert whole.is_valid.all()
    assert embedded("land.parquet").stat().st_size < 4e6
