"""The APL as the DREES publishes it: workbooks of each year, and the csv form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from territory_access.datasets import apl_workbook
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

TITLES = ["DREES", "Accessibilité potentielle localisée", "Méthode concertée", "", "Champ : France"]


def workbook(folder: Path, years: list[int], *, bound: str = "65 ans et moins ") -> Path:
    """Write a workbook as the DREES does, with made-up communes."""
    book = openpyxl.Workbook()
    book.active.title = "Lisez-moi"
    book.active.append(["Pondérer par la population standardisée"])
    book.create_sheet("Paramètres").append(["0-4 ans", 1.05])
    for year in years:
        sheet = book.create_sheet(f"APL {year}")
        for title in TITLES:
            sheet.append([title or None])
        sheet.append(
            [
                "Code commune INSEE ",
                "Commune",
                "APL aux médecins généralistes",
                f"APL aux médecins généralistes de {bound}",
                "APL aux médecins généralistes de 62 ans et moins",
                "APL aux médecins généralistes de 60 ans et moins",
                f"Population standardisée {year - 2} pour la médecine générale",
                f"Population totale {year - 2}",
            ]
        )
        sheet.append([None, None, "C/an/hab. standardisé", "C/an", "C/an", "C/an", "hab.", "hab."])
        sheet.append(["01001", "Bourg", year / 1000, 1.9, 1.8, 1.7, 761.5, 800])
        sheet.append(["2A004", "Port", 3.5, 3.25, 3, "2,5", 7000, 7100])
        sheet.append(["75101", "Arrondissement", 5, 4, 4, 4, 9000, 16000])
        sheet.append([None])
        sheet.append(["Lecture : en 2023, les habitants de…"])
        sheet.append(["Source : DREES, SNDS."])
    path = folder / "apl_mg.xlsx"
    book.save(path)
    return path


def written(folder: Path, text: str, name: str = "apl.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("bound", ["65 ans et moins ", "65 ans ou moins", "moins de 65 ans"])
def test_the_last_year_of_a_workbook(tmp_path: Path, bound: str) -> None:
    table = apl_workbook.load(workbook(tmp_path, [2022, 2024, 2023], bound=bound))
    assert table.loc["01001"].to_dict() == {
        "apl": 2.024,
        "apl_65": 1.9,
        "apl_62": 1.8,
        "apl_60": 1.7,
        "need": 761.5,
        "population": 800.0,
        "name": "Bourg",
    }
    assert table.loc["2A004", "apl_60"] == 2.5
    assert table.index.tolist() == ["01001", "2A004", "75101"]
    assert table.attrs == {"vintage": 2024, "need_vintage": 2022, "missing": ()}


def test_another_year_and_one_that_is_not_there(tmp_path: Path) -> None:
    path = workbook(tmp_path, [2022, 2023])
    assert apl_workbook.load(path, year=2022).loc["01001", "apl"] == 2.022
    with pytest.raises(DataError, match="2019 \\(années : 2022, 2023\\)"):
        apl_workbook.load(path, year=2019)


def test_what_stands_beside_the_tables(tmp_path: Path) -> None:
    said = apl_workbook.notes(workbook(tmp_path, [2023]))
    assert said == {
        "Lisez-moi": ["Pondérer par la population standardisée"],
        "Paramètres": ["0-4 ans ; 1.05"],
    }


def test_the_csv_form_by_profession_and_year(tmp_path: Path) -> None:
    text = (
        "code,lib_com,apl_mg2018,apl_mg2018_65,pop2016,apl_mg2016,pop2014,apl_inf2016\n"
        "01001,x,2.4,2.1,761.7,2.3,765.2,110.9\n"
        "76601,y,2.6,2.5,100,,,\n"
    )
    path = written(tmp_path, text)
    now = apl_workbook.load(path)
    assert now.drop(columns="name").loc["01001"].to_dict() == {
        "apl": 2.4,
        "apl_65": 2.1,
        "need": 761.7,
    }
    before = apl_workbook.load(path, year=2016)
    assert before[["apl", "need"]].to_dict("index") == {"01001": {"apl": 2.3, "need": 765.2}}
    assert before.attrs == {"vintage": 2016, "need_vintage": 2014, "missing": ("76601",)}
    nurses = apl_workbook.load(path, profession="nurse")
    assert nurses["apl"].to_dict() == {"01001": 110.9}
    with pytest.raises(DataError, match="profession inconnue"):
        apl_workbook.load(path, profession="vet")
    with pytest.raises(DataError, match="l’APL de cette profession"):
        apl_workbook.load(path, profession="midwife")


def test_every_fault_once(tmp_path: Path) -> None:
    text = "code,apl_mg2018\n01001,1\n01001,2\nX,3\n01002,-1\n01003,99999\n01004,deux\n"
    with pytest.raises(DataError) as caught:
        apl_workbook.load(written(tmp_path, text))
    assert [str(fault) for fault in caught.value.faults] == [
        "code de commune illisible : ligne(s) 4 (« X »)",
        "code en double : ligne(s) 3 (« 01001, déjà ligne 2 »)",
        "nombre négatif : ligne(s) 5 (« -1 »)",
        "nombre invraisemblable : ligne(s) 6 (« 99999 »)",
        "nombre manquant ou illisible : ligne(s) 7 (« deux »)",
    ]


def test_the_real_csv_form(real_data: Path) -> None:
    table = apl_workbook.load(real_data / "apl" / "drees_apl_communes_2016_2018.csv.gz")
    assert len(table) == 32_227
    assert table.attrs["vintage"] == 2018
    assert table.attrs["need_vintage"] == 2016
    mean = (table["apl"] * table["need"]).sum() / table["need"].sum()
    assert mean == pytest.approx(3.84, abs=0.005)
    before = apl_workbook.load(
        real_data / "apl" / "drees_apl_communes_2016_2018.csv.gz", year=2016, profession="physio"
    )
    assert before.attrs["missing"] == ("76601",)
