"""Cars, deprivation, the share of the old, rates and grids: small tables with their quirks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest

from territory_access.datasets import cars, deprivation, own_rates, population_grid, share_75
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, text: str, name: str = "table.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_cars_of_the_last_census(tmp_path: Path) -> None:
    text = "CODGEO;P22_RP;P22_RP_VOIT1P;P11_RP;P11_RP_VOIT1P\n01001;400;380;100;10\n2A004;0;0;0;0\n"
    table = cars.load(written(tmp_path, text))
    assert table["no_car_share"].to_dict() == {"01001": pytest.approx(0.05)}
    assert table.attrs == {"vintage": 2022, "missing": ("2A004",)}


def test_cars_by_iris_and_by_households(tmp_path: Path) -> None:
    text = "IRIS;COM;P20_MEN;P20_RP_VOIT1P\n530010101;53001;200;150\n"
    table = cars.load(written(tmp_path, text), level="iris")
    assert table["no_car_share"].to_dict() == {"530010101": 0.25}


def test_an_own_share_of_households_without_a_car(tmp_path: Path) -> None:
    path = written(tmp_path, "Lieu;Sans\n53130;25\n2A004;10\n")
    table = cars.load(path, columns={"code": "Lieu", "no_car_share": "Sans"})
    assert table["no_car_share"].to_dict() == {"53130": 0.25, "2A004": 0.1}


def test_more_cars_than_households_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="plus de ménages"):
        cars.load(written(tmp_path, "CODGEO;P21_RP;P21_RP_VOIT1P\n01001;400;480\n"))


@pytest.mark.parametrize(
    ("column", "year"), [("FDEP15", 2015), ("fdep_2020", 2020), ("F-EDI 2021", 2021), ("EDI", None)]
)
def test_indices_of_deprivation(tmp_path: Path, column: str, year: int | None) -> None:
    table = deprivation.load(written(tmp_path, f"CODGEO;quintile_EDI;{column}\n53130;5;-1,5\n"))
    assert table["deprivation"].to_dict() == {"53130": -1.5}
    assert table.attrs["vintage"] == year


def test_the_real_index(real_data: Path) -> None:
    table = deprivation.load(real_data / "population" / "fedi_deprivation_communes.json.gz")
    assert len(table) == 34_845
    assert table.attrs["missing"] == ("85165", "85212", "60694")
    assert table.loc["01033", "deprivation"] == 8.09


def test_the_real_share_of_the_old(real_data: Path) -> None:
    table = share_75.load(real_data / "population" / "share_75plus_communes.json.gz")
    assert len(table) == 34_848
    assert table.loc["01001", "share_75"] == pytest.approx(0.088)


def test_rates_by_level(tmp_path: Path) -> None:
    table = own_rates.load(written(tmp_path, "code;taux\n53130;20\n200083392;15\n53;12,5\n"))
    assert table.values.tolist() == [
        ["departement", "53", 0.125],
        ["epci", "200083392", 0.15],
        ["commune", "53130", 0.2],
    ]
    with pytest.raises(DataError, match="code illisible"):
        own_rates.load(written(tmp_path, "code;taux\nlaval;20\n"))


@pytest.mark.parametrize(
    ("cell", "side", "x"),
    [
        ("CRS3035RES200mN2029800E4252400", 200.0, 4252500.0),
        ("CRS3035RES1000mN2029000E4252000", 1000.0, 4252500.0),
        ("1kmN2029E4252", 1000.0, 4252500.0),
        ("CRS2975RES200mN7649600E332400", 200.0, 332500.0),
    ],
)
def test_names_of_squares(tmp_path: Path, cell: str, side: float, x: float) -> None:
    table = population_grid.load(written(tmp_path, f"GRD_ID,TOT_P_2021\n{cell},7\n"))
    assert table["x"].tolist() == [x]
    assert table.attrs["side"] == side
    assert table.attrs["vintage"] == 2021
    assert table.attrs["crs"] == ("EPSG:2975" if "2975" in cell else "EPSG:3035")


def test_squares_of_a_geopackage_within_a_departement(tmp_path: Path) -> None:
    names = ["CRS3035RES200mN2029800E4252400", "CRS3035RES200mN2030000E4252400"]
    layer = gpd.GeoDataFrame(
        {"idcar_200m": names, "lcog_geo": ["2B0332B034", "53130"], "ind": [4.5, 3]},
        geometry=gpd.GeoSeries.from_xy([0, 1], [0, 1], crs=3035),
    )
    layer.to_file(tmp_path / "carreaux_2019.gpkg")
    table = population_grid.load(tmp_path / "carreaux_2019.gpkg", departements=["2B"])
    assert table[["population", "commune"]].values.tolist() == [[4.5, "2B033"]]
    assert table.attrs["vintage"] == 2019


def test_squares_of_two_grids_or_twice_are_faults(tmp_path: Path) -> None:
    one, other = "CRS3035RES200mN2029800E4252400", "CRS2975RES200mN2029800E4252600"
    path = written(tmp_path, f"idcar_200m,ind\n{one},1\n{other},2\n{one},3\nx,4\n")
    with pytest.raises(DataError) as caught:
        population_grid.load(path)
    assert [str(fault).split(" :")[0] for fault in caught.value.faults] == [
        "carreau illisible",
        "carreau d’une autre grille",
        "code en double",
    ]


def test_the_real_grid(real_data: Path) -> None:
    path = real_data / "population" / "france_popgrid_1km_2018_2021.parquet"
    table = population_grid.load(path, departements=["2A", "2B"])
    assert table.attrs["vintage"] == 2021
    assert table.attrs["side"] == 1000
    assert 300_000 < table["population"].sum() < 360_000
    assert set(table["commune"].str[:2]) == {"2A", "2B"}
    with pytest.raises(DataError, match="1999"):
        population_grid.load(path, year=1999)
