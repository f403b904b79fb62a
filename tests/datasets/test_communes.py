"""The table of communes is whole, drawn without gaps, and quick to read in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
import shapely

from territory_access.datasets import communes
from territory_access.datasets.catalogue import embedded
from territory_access.errors import DataError

if TYPE_CHECKING:
    import geopandas as gpd

METROPOLITAN_KM2 = 543_940.0  # IGN, land cadastre and lakes


@pytest.fixture(scope="module")
def france() -> gpd.GeoDataFrame:
    return communes.load()


@pytest.fixture(scope="module")
def metropolitan(france: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return france[~france["departement"].str.startswith("97")]


def test_every_commune_is_there_once(france: gpd.GeoDataFrame) -> None:
    assert len(france) == 34_875
    assert france.index.is_unique
    assert set(france.index.str.len()) == {5}
    assert france["departement"].nunique() == 101
    assert not france.drop(columns="geometry").isna().to_numpy().any()


def test_the_population_is_that_of_the_census(france: gpd.GeoDataFrame) -> None:
    # INSEE: 68.4 million residents in 2023 with Mayotte, of which the municipal populations
    assert france["population"].sum() == pytest.approx(68_350_798)
    assert france.loc["75056", "population"] == 2_103_778
    assert france.loc["35238", "name"] == "Rennes"
    assert france.loc["44109", "epci_name"] == "Nantes Métropole"


def test_only_island_communes_outside_any_epci_have_none(france: gpd.GeoDataFrame) -> None:
    without = france[france["epci"].eq("")]
    assert set(without["name"]) == {
        "Île-de-Bréhat", "Île-de-Sein", "Ouessant", "L'Île-d'Yeu",
    }  # fmt: skip


def test_polygons_neither_overlap_nor_leave_gaps(metropolitan: gpd.GeoDataFrame) -> None:
    shapes = metropolitan.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.get_parts(shapely.coverage_union_all(shapes))
    holes = [shapely.Polygon(ring) for shape in whole for ring in shape.interiors]
    large = [hole for hole in holes if hole.area > 1e-4]  # about 1 km²
    assert len(large) == 1, "only Llívia, which is in Spain, is a hole"
    assert shapely.contains_xy(large[0], 1.974, 42.473)


def test_the_area_is_that_of_the_country(metropolitan: gpd.GeoDataFrame) -> None:
    km2 = metropolitan.to_crs("EPSG:6933").area.sum() / 1e6
    assert km2 == pytest.approx(METROPOLITAN_KM2, rel=0.01)


def test_every_chef_lieu_stands_in_its_commune(france: gpd.GeoDataFrame) -> None:
    points = shapely.points(france["lon"], france["lat"])
    assert shapely.contains(france.geometry.to_numpy(), points).all()


def test_what_is_estimated_says_so(france: gpd.GeoDataFrame) -> None:
    divided = france.loc[["15031", "15035", "15047", "15141", "15171"]]
    assert divided["polygon_source"].str.contains("estimation").all()
    assert france["polygon_source"].str.contains("estimation").sum() == 5
    assert france["point_source"].eq("intérieur du polygone").sum() == 1_247


def test_reading_a_region_reads_its_row_groups_alone() -> None:
    path = embedded(communes.FILE)
    assert pq.ParquetFile(path).num_row_groups == 101
    (fragment,) = ds.dataset(path).get_fragments()
    read = fragment.split_by_row_group(ds.field("departement").isin(communes.regions()["52"]))
    assert len(read) == 5
    rows = sum(group.num_rows for part in read for group in part.row_groups)
    assert len(communes.load(communes.regions()["52"])) == rows


def test_the_file_is_small() -> None:
    assert embedded(communes.FILE).stat().st_size < 12e6


def test_old_codes_lead_to_present_communes() -> None:
    bridge = communes.bridge()
    assert bridge.index.is_unique
    assert set(bridge) == set(communes.names().index)
    assert bridge[["75101", "75120", "69381", "69389", "13201", "13216"]].tolist() == [
        "75056", "75056", "69123", "69123", "13055", "13055",
    ]  # fmt: skip
    assert communes.current_code("93059") == "93066"  # Pierrefitte, in Saint-Denis since 2025
    assert communes.current_code("60455") == "60694"  # La Neuville-Garnier, in Les Hauts-Talican
    assert communes.current_code("2A004") == "2A004"
    assert communes.current_code("00000") is None


def test_unknown_departements_are_all_named_with_what_was_meant() -> None:
    with pytest.raises(DataError, match="inconnu") as raised:
        communes.load(["1", "Mayenne", "53"])
    assert [fault.values["close"] for fault in raised.value.faults] == ["01", "53"]
    assert "Vouliez-vous dire « 53 » (Mayenne)" in str(raised.value)


def test_regions_share_out_the_departements() -> None:
    regions = communes.regions()
    assert len(regions) == 18
    assert sorted(code for group in regions.values() for code in group) == sorted(
        communes.departements().index
    )
