"""The workbook holds numbers as numbers, codes as text, and never a formula from data."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from territory_access.dossier.content import content
from territory_access.dossier.voice import Voice
from territory_access.dossier.workbook import write_workbook

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from openpyxl import Workbook

    from territory_access.study import Study


@pytest.fixture(scope="module")
def book(written: Path) -> Workbook:
    return openpyxl.load_workbook(written / "annexe.xlsx")


# Formulas of the accounts: cells, signs, numbers and two functions, no text.
OURS = re.compile(r"=(ROUND|IF|[A-Z]+[0-9]+|[0-9]+|[-+*/^(),=])+")


def test_sheets_are_those_of_the_house(book: Workbook) -> None:
    assert book.sheetnames == [
        "Synthèse", "Communes", "Propositions", "Modèle économique", "Hypothèses",
        "Sources", "Îles", "Contrôles",
    ]  # fmt: skip


def test_communes_are_a_real_table_of_numbers_and_codes(book: Workbook) -> None:
    sheet = book["Communes"]
    assert sheet.freeze_panes == "A2"
    assert list(sheet.tables) == ["t_communes"]
    header = [cell.value for cell in sheet[1]]
    row = dict(zip(header, sheet[2], strict=True))
    assert row["Code"].value == "99000"
    assert row["Code"].number_format == "@"
    assert row["Habitants"].value == 90
    assert row["Habitants"].data_type == "n"
    assert sheet.max_row == 1 + 20 + 1


def test_money_adds_up_live(book: Workbook, study: Study, written: Path) -> None:
    cells = [cell for row in book["Propositions"].iter_rows() for cell in row]
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert any("Investissement" in formula for formula in formulas)
    read = openpyxl.load_workbook(written / "annexe.xlsx", data_only=True)["Propositions"]
    assert study.plan.sites["capex"].sum() in [
        cell.value for row in read.iter_rows() for cell in row
    ]


def test_text_from_data_is_never_a_formula(hostile_written: Path) -> None:
    book = openpyxl.load_workbook(hostile_written / "annexe.xlsx")
    formulas = [
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas
    assert all(OURS.fullmatch(formula) or formula.startswith("=SUBTOTAL(109,[")
               for formula in formulas)  # fmt: skip


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "=cmd|' /C calc'!A0"])
def test_no_start_makes_a_formula_or_a_link(
    made_up: ModuleType, tmp_path: Path, start: str
) -> None:
    study = made_up.made_up_study(lambda text: f"{start} {text}")
    write_workbook(content(study, Voice.of("fr")), tmp_path / "annexe.xlsx")
    book = openpyxl.load_workbook(tmp_path / "annexe.xlsx")
    sheet = book["Communes"]
    assert sheet["B2"].value == f"{start} Commune 0"
    assert sheet["B2"].data_type == "s"
    with zipfile.ZipFile(tmp_path / "annexe.xlsx") as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name]
