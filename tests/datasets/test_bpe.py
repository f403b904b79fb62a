"""INSEE's register of facilities, in each of the forms that it has had."""

from __future__ import annotations

import gzip
import zipfile
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from territory_access.datasets import bpe
from territory_access.errors import DataError, MissingDataset

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, text: str, name: str = "bpe.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_counts_of_an_old_edition(tmp_path: Path) -> None:
    rows = ["REG,DEP,DEPCOM,DCIRIS,AN,TYPEQU,NB_EQUIP", "52,53,53130,53130_0101,2018,D201,3"]
    rows += ["52,53,53130,53130_0102,2018,D201,4", "52,53,53130,53130_0102,2018,D232,9"]
    rows += ["52,53,53001,53001,2018,D108,1", "52,53,53001,53001,2018,A101,7"]
    table = bpe.load(written(tmp_path, "\n".join(rows)))
    assert table.index.name == "commune"
    assert table.to_dict("index") == {
        "53001": {"gp": 0, "nurse": 0, "health_centre": 1},
        "53130": {"gp": 7, "nurse": 9, "health_centre": 0},
    }
    assert table.attrs["vintage"] == 2018
    by_iris = bpe.load(tmp_path / "bpe.csv", level="iris")
    assert by_iris["gp"].to_dict() == {"530010000": 0, "531300101": 3, "531300102": 4}


def test_one_row_a_facility_with_the_codes_of_today(tmp_path: Path) -> None:
    rows = ["AN;DEPCOM;TYPEQU;LONGITUDE;LATITUDE;QUALITE_XY"]
    rows += ["2024;75101;D265;2.33;48.86;Bonne", "2024;75101;D265;;;", "2024;2A004;D307;8.7;41.9;x"]
    rows += ["2024;;D265;;;Non géolocalisé"]
    file = written(tmp_path, "\n".join(rows))
    table = bpe.load(file)
    assert table.to_dict("index") == {
        "2A004": {"gp": 0, "pharmacy": 1},
        "75101": {"gp": 2, "pharmacy": 0},
    }
    assert table.attrs == {
        "vintage": 2024,
        "codes": {"gp": "D265", "pharmacy": "D307"},
        "unplaced": 1,
    }


def test_the_long_table_of_today_counts_cities_once(tmp_path: Path) -> None:
    rows = ["GEO;GEO_OBJECT;FACILITY_DOM;FACILITY_TYPE;BPE_MEASURE;TIME_PERIOD;OBS_VALUE"]
    rows += [
        f"{geo};{level};D;D265;FACILITIES;{year};{count}"
        for geo, level, year, count in [
            ("75056", "COM", 2024, 30),
            ("75101", "ARM", 2024, 30),
            ("75", "DEP", 2024, 30),
            ("75056", "COM", 2023, 31),
        ]
    ]
    file = written(tmp_path, "\n".join(rows))
    assert bpe.load(file)["gp"].to_dict() == {"75056": 30}
    assert bpe.load(file, year=2023)["gp"].to_dict() == {"75056": 31}


@pytest.mark.parametrize("prefix", ["", "NB_"])
def test_a_column_a_kind(tmp_path: Path, prefix: str) -> None:
    text = f"CODGEO;LIBGEO;{prefix}D201;{prefix}D232\n1001;x;2;\n53130;y;44;80\n"
    table = bpe.load(written(tmp_path, text, "bpe18.csv"))
    assert table.to_dict("index") == {
        "01001": {"gp": 2, "nurse": 0},
        "53130": {"gp": 44, "nurse": 80},
    }
    assert table.attrs["vintage"] == 2018


def test_a_column_of_zeros_is_a_code_that_this_edition_does_not_use(tmp_path: Path) -> None:
    table = bpe.load(written(tmp_path, "DEPCOM;D201;D265\n53130;0;44\n"))
    assert table["gp"].to_dict() == {"53130": 44}
    assert table.attrs["codes"] == {"gp": "D265"}


@pytest.mark.parametrize(
    "text", ["DEPCOM;TYPEQU\n53130;D201\n53130;D265\n", "DEPCOM;D201;D265\n53130;1;1\n"]
)
def test_two_codes_for_one_profession_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match=r"D265 et D201"):
        bpe.load(written(tmp_path, text))


def test_archives_and_compressed_files(tmp_path: Path) -> None:
    text = "DEPCOM;TYPEQU;NB_EQUIP\n53130;D201;44\n"
    packed = tmp_path / "bpe.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    archive = tmp_path / "bpe.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("varmod.csv", "COD_VAR;LIB\n")
        file.writestr("bpe.csv", text)
    assert bpe.load(packed).equals(bpe.load(archive))
    packed.write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(DataError, match="incomplet"):
        bpe.load(packed)


def test_every_fault_once(tmp_path: Path) -> None:
    text = "DEPCOM;TYPEQU;NB_EQUIP\n531;D201;1\n53130;D201;x\n53130;D232;-1\n53130;D301;1e9\n"
    with pytest.raises(DataError) as caught:
        bpe.load(written(tmp_path, text))
    assert [str(fault).split(" :")[0] for fault in caught.value.faults] == [
        "code de commune illisible",
        "nombre manquant ou illisible",
        "nombre négatif",
        "nombre invraisemblable",
    ]


def test_what_is_no_register(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="TYPEQU"):
        bpe.load(written(tmp_path, "code;actes\n53130;3\n"))
    with pytest.raises(DataError, match="aucun équipement"):
        bpe.load(written(tmp_path, "DEPCOM;TYPEQU\n53130;A101\n"))
    with pytest.raises(MissingDataset):
        bpe.load(tmp_path / "none.csv")


def test_facilities_stand_where_their_projection_says(tmp_path: Path) -> None:
    # the town halls of Paris, Fort-de-France and Saint-Denis de La Réunion
    rows = ["DEPCOM;TYPEQU;LAMBERT_X;LAMBERT_Y;QUALITE_XY", "75104;D265;652470.9;6862035.3;Bonne"]
    rows += ["97209;D265;708554.0;1615200.0;Bonne", "97411;D265;338683.0;7691459.0;Mauvaise"]
    rows += ["75104;D265;;;", "75104;D307;1;1;Bonne"]
    table = bpe.points(written(tmp_path, "\n".join(rows)))
    assert table.crs.to_epsg() == 4326
    assert table["commune"].tolist() == ["75104", "97209", "97411", "75104"]
    assert table.geometry[:3].x.tolist() == pytest.approx([2.35, -61.06, 55.45], abs=0.01)
    assert table.geometry[:3].y.tolist() == pytest.approx([48.86, 14.61, -20.87], abs=0.01)
    assert table.geometry[3] is None
    assert table.attrs["unplaced"] == 1
    with pytest.raises(DataError, match="les coordonnées"):
        bpe.points(written(tmp_path, "DEPCOM;TYPEQU\n53130;D201\n", "none.csv"))


def test_the_real_edition_of_2018(real_data: Path) -> None:
    wide = bpe.load(real_data / "supply" / "bpe2018_health_commune_wide.csv.gz")
    long = bpe.load(real_data / "supply" / "bpe2018_health_D_iris_long.csv.gz")
    assert wide["gp"].sum() == 61_594
    assert wide["health_centre"].sum() == 2_045
    assert wide.attrs["vintage"] == long.attrs["vintage"] == 2018
    same = long.reindex(wide.index, fill_value=0)[wide.columns]
    pd.testing.assert_frame_equal(same, wide)
    iris = bpe.load(real_data / "supply" / "bpe2018_health_D_iris_long.csv.gz", level="iris")
    assert iris["gp"].groupby(iris.index.str[:5]).sum().equals(long["gp"].rename_axis("iris"))
