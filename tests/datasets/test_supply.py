"""The user's file of general practitioners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest

from territory_access.datasets import supply
from territory_access.errors import DataError, MissingDataset
from territory_access.parameters import Parameters

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "mg.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_separators_and_encodings(tmp_path: Path, separator: str, encoding: str) -> None:
    text = "Code commune INSEE;Libellé;Actes\r\n53130;Laval;1200\r\n2A004;Ajaccio;7\r\n"
    table = supply.load(written(tmp_path, text.replace(";", separator), encoding=encoding))
    assert table["acts_per_year"].to_dict() == {"53130": 1200.0, "2A004": 7.0}
    assert table.index.name == "commune"


def test_decimal_commas_and_grouped_thousands(tmp_path: Path) -> None:
    text = "codgeo;actes\n53130;12 345,5\n49099;1\u202f000\n72181;1.5e3\n"
    assert supply.load(written(tmp_path, text))["acts_per_year"].tolist() == [12345.5, 1000, 1500]


@pytest.mark.parametrize("column", ["nb_mg", "NB_D201", "D265", "Médecins généralistes"])
def test_a_count_of_doctors_becomes_consultations(tmp_path: Path, column: str) -> None:
    table = supply.load(written(tmp_path, f"DEPCOM;{column}\n53130;2\n"))
    assert table["acts_per_year"].tolist() == [8_500.0]
    assert table.attrs["from_count"]
    other = Parameters.load({"apl.acts_per_head": 5000})
    again = supply.load(written(tmp_path, f"DEPCOM;{column}\n53130;2\n"), parameters=other)
    assert again["acts_per_year"].tolist() == [10_000.0]


def test_consultations_win_over_doctors_unless_asked(tmp_path: Path) -> None:
    file = written(tmp_path, "insee;nb_mg;actes\n53130;1;4000\n")
    assert supply.load(file)["acts_per_year"].tolist() == [4000.0]
    assert supply.load(file, columns={"gp": "nb_mg"})["acts_per_year"].tolist() == [4250.0]


@pytest.mark.parametrize("column", ["etp", "ETP MG", "etp_mg"])
def test_full_time_equivalents_count_for_more_than_heads(tmp_path: Path, column: str) -> None:
    file = written(tmp_path, f"insee;{column}\n53130;2\n")
    asked = supply.load(file, columns={"gp": column})
    assert asked["acts_per_year"].tolist() == [10_800.0]


def test_columns_of_any_name_when_named(tmp_path: Path) -> None:
    file = written(tmp_path, "Lieu,Volume annuel\n01001,33\n")
    table = supply.load(file, columns={"code": "Lieu", "acts": "Volume annuel"})
    assert table["acts_per_year"].to_dict() == {"01001": 33.0}


def test_titles_above_the_names_of_the_columns(tmp_path: Path) -> None:
    text = "Offre de soins 2025\n\nSource ; ARS\nCODGEO;actes\n53130;5\n"
    assert supply.load(written(tmp_path, text))["acts_per_year"].to_dict() == {"53130": 5.0}


def test_a_lost_zero_is_put_back_and_said(tmp_path: Path) -> None:
    table = supply.load(written(tmp_path, "code;actes\n1001;5\n53130;6\n2a004;7\n"))
    assert table.index.tolist() == ["01001", "53130", "2A004"]
    assert table.attrs["repaired"] == ("01001",)


def test_arrondissements_are_added_up(tmp_path: Path) -> None:
    table = supply.load(written(tmp_path, "code;actes\n75101;5\n75120;6\n69389;1\n13216;2\n"))
    assert table["acts_per_year"].to_dict() == {"75056": 11.0, "69123": 1.0, "13055": 2.0}
    assert table.attrs["merged"] == ("13216", "69389", "75101", "75120")


def test_a_city_beside_its_arrondissements_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="75056"):
        supply.load(written(tmp_path, "code;actes\n75101;5\n75056;6\n"))


def test_official_registers_are_recognised(tmp_path: Path) -> None:
    text = "AN;DEPCOM;TYPEQU\n2024;53130;D265\n2024;53130;D281\n2024;75101;D265\n"
    table = supply.load(written(tmp_path, text))
    assert table["acts_per_year"].to_dict() == {"53130": 4250.0, "75056": 4250.0}
    assert table.attrs["form"] == "bpe"
    assert table.attrs["vintage"] == 2024
    assert table.attrs["column"] == "D265"
    head = "Identifiant PP|Code profession|Code savoir-faire|Code commune (coord. structure)\n"
    rows = "1|10|SM54|53130|\n1|10|SM54|2A004|\n2|10|SM26||\n"
    table = supply.load(written(tmp_path, head + rows, name="PS_20250101.txt"))
    assert table["acts_per_year"].to_dict() == {"2A004": 2700.0, "53130": 2700.0}
    assert table.attrs["form"] == "annuaire"
    assert table.attrs["unplaced"] == 5400
    assert table.attrs["vintage"] == 2025


def test_the_apl_itself_is_no_supply(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"need\.apl_file"):
        supply.load(written(tmp_path, "code;apl_mg2018;pop2016\n53130;2.5;100\n"))


def test_the_real_register(real_data: Path) -> None:
    table = supply.load(real_data / "supply" / "bpe2018_health_commune_wide.csv.gz")
    assert table["acts_per_year"].sum() == 61_594 * 4250
    assert table.attrs["vintage"] == 2018


def test_a_geopackage(tmp_path: Path) -> None:
    points = gpd.GeoSeries.from_xy([0.0, 1.0], [0.0, 1.0], crs=4326)
    layer = gpd.GeoDataFrame({"insee": ["01001", "2A004"], "actes": [3, 4]}, geometry=points)
    layer.to_file(tmp_path / "mg.gpkg")
    table = supply.load(tmp_path / "mg.gpkg")
    assert table["acts_per_year"].to_dict() == {"01001": 3.0, "2A004": 4.0}


def test_a_workbook(tmp_path: Path) -> None:
    file = tmp_path / "mg.xlsx"
    pd.DataFrame({"CODGEO": [1001, "2A004"], "Actes": [10, 2.5]}).to_excel(file, index=False)
    table = supply.load(file)
    assert table["acts_per_year"].to_dict() == {"01001": 10.0, "2A004": 2.5}


def test_every_fault_is_listed_once_with_its_lines(tmp_path: Path) -> None:
    rows = [
        "code;actes",
        "53130;1",
        "53130;2",
        "5313;3",
        "ABCDE;4",
        "49099;-5",
        "72181;",
        "20004;1",
    ]
    rows += ["0001;2", "49007;-1", "49008;beaucoup", ";5", "53131;inf"]
    with pytest.raises(DataError) as caught:
        supply.load(written(tmp_path, "\n".join(rows)))
    said = [str(fault) for fault in caught.value.faults]
    assert said == [
        (
            "code de commune illisible : ligne(s) "
            "5 (« ABCDE »), 8 (« 20004 »), 9 (« 0001 »), 12 (« vide »)"
        ),
        "code en double : ligne(s) 3 (« 53130, déjà ligne 2 »)",
        "nombre négatif : ligne(s) 6 (« -5 »), 10 (« -1 »)",
        "nombre manquant ou illisible : ligne(s) 7 (« vide »), 11 (« beaucoup »), 13 (« inf »)",
    ]


def test_a_lost_zero_that_meets_its_own_code_is_a_duplicate(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="01001, déjà ligne 2"):
        supply.load(written(tmp_path, "code;actes\n01001;5\n1001;6\n"))


def test_a_thousand_faults_make_a_short_message(tmp_path: Path) -> None:
    rows = "".join(f"{code};-1\n" for code in range(53000, 54000))
    with pytest.raises(DataError, match="1000 en tout") as caught:
        supply.load(written(tmp_path, "code;actes\n" + rows))
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("", {}, "vide"),
        ("code;actes\n", {}, "aucune commune"),
        ("nom;actes\nLaval;3\n", {}, "code INSEE"),
        ("code;nom\n53130;Laval\n", {}, "consultations"),
        ("code;actes\n53130;3\n", {"acts": "acte"}, "« actes »"),
        ("code;actes\n53130;3\n", {"code": "zzz"}, "code INSEE"),
        ('code;actes\n53130;"' + "x" * 200_000 + '"\n', {}, "lisible"),
        ("code;actes\n53130;\x00\n", {}, "CSV"),
    ],
)
def test_what_is_not_such_a_table_is_a_sentence(
    tmp_path: Path, text: str, columns: dict[str, str], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        supply.load(written(tmp_path, text), columns=columns)


def test_a_broken_workbook_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="classeur"):
        supply.load(written(tmp_path, "pas un classeur", name="mg.xlsx"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDataset, match=r"absent\.csv"):
        supply.load(tmp_path / "absent.csv")
