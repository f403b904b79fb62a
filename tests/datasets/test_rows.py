"""Rows out of files of any form."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from territory_access.datasets.rows import iter_rows, read_rows, sheet_names
from territory_access.errors import DataError


def test_records_by_code_and_lists_of_records(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"01001": {"EDI": 1.5, "n": None}, "2A004": {"EDI": 2}}))
    assert read_rows(file) == [
        (1, ["code", "EDI", "n"]),
        (2, ["01001", "1.5", ""]),
        (3, ["2A004", "2", ""]),
    ]
    packed = tmp_path / "a.json.gz"
    packed.write_bytes(gzip.compress(b'[{"x": 1}, {"y": "e"}]'))
    assert read_rows(packed) == [(1, ["x", "y"]), (2, ["1", ""]), (3, ["", "e"])]


def test_a_code_given_twice_in_json_stays_twice(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"01001": {"EDI": 1}, "01001": {"EDI": 2}}')
    assert [row for _, row in read_rows(file)][1:] == [["01001", "1"], ["01001", "2"]]


def test_a_quotation_mark_may_be_a_letter(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text('a|b\n"LES LILAS|3\n', encoding="utf-8")
    assert list(iter_rows(file, quoted=False))[1] == (2, ['"LES LILAS', "3"])


def test_utf_16_and_western_code_pages(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    for encoding in ("utf-16", "cp1252", "utf-8-sig"):
        file.write_bytes("code;œuvre’\n".encode(encoding))
        assert read_rows(file) == [(1, ["code", "œuvre’"])]


def test_sheets_by_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Lisez-moi"
    book.create_sheet("APL 2023").append(["code", 1.5, None])
    book.save(tmp_path / "a.xlsx")
    assert sheet_names(tmp_path / "a.xlsx") == ["Lisez-moi", "APL 2023"]
    assert read_rows(tmp_path / "a.xlsx", sheet="APL 2023") == [(1, ["code", "1.5"])]
    with pytest.raises(DataError, match="APL 2023"):
        read_rows(tmp_path / "a.xlsx", sheet="APL 2019")
    assert sheet_names(Path("a.csv")) == []


def test_parquet(tmp_path: Path) -> None:
    pd.DataFrame({"code": ["01001", None], "n": [1, 2]}).to_parquet(tmp_path / "a.parquet")
    assert read_rows(tmp_path / "a.parquet") == [
        (1, ["code", "n"]),
        (2, ["01001", "1"]),
        (3, ["", "2"]),
    ]


def test_an_archive_without_a_table(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.pdf", "x")
    with pytest.raises(DataError, match="CSV ou TXT"):
        read_rows(tmp_path / "a.zip")
