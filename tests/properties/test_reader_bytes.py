"""Whatever the file, every reader gives a checked table or says what is wrong, each fault once."""

from __future__ import annotations

import gzip
import random
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_access.datasets import (
    ages,
    annuaire,
    apl_workbook,
    bpe,
    cars,
    deprivation,
    finess,
    own_rates,
    population_grid,
    share_75,
    supply,
)
from territory_access.errors import DataError, TerritoryAccessError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd


@dataclass(frozen=True)
class Reader:
    """A reader, and a small good file for it: cells of its header, then of its rows."""

    load: Callable[[Path], pd.DataFrame]
    rows: tuple[tuple[str, ...], ...]
    signed: bool = False  # whether a number may be negative
    header: bool = True


def of(load: Callable[[Path], pd.DataFrame], *lines: str, **more: bool) -> Reader:
    return Reader(load, tuple(tuple(line.split(";")) for line in lines), **more)


READERS = {
    "supply": of(supply.load, "code;Région;actes", "53130;é;1 200,5", "2A004;ç;7", "1001;x;0"),
    "bpe long": of(bpe.load, "DEPCOM;TYPEQU;NB_EQUIP", "53130;D201;44", "2A004;D301;3"),
    "bpe wide": of(bpe.load, "CODGEO;LIBGEO;NB_D265;NB_D281", "53130;é;44;50", "2A004;x;1;"),
    "bpe iris": of(
        partial(bpe.load, level="iris"), "DCIRIS;TYPEQU", "53130_0101;D265", "53001;D265"
    ),
    "bpe points": of(
        bpe.points, "DEPCOM;TYPEQU;LAMBERT_X;LAMBERT_Y",
        "53130;D265;420000;6790000", "2A004;D265;;",
        signed=True,
    ),
    "apl": of(
        apl_workbook.load, "code;lib_com;apl_mg2018;pop2016", "53130;é;2,5;50000", "2A004;y;3;9"
    ),
    "ages wide": of(ages.load, "CODGEO;P21_POP0014;P21_POP15P", "53130;10;30", "2A004;1;2"),
    "ages long": of(
        ages.load, "CODGEO;SEXE;AGED100;NB", "53130;1;000;3", "53130;2;015;5", "2A004;1;000;2"
    ),
    "cars": of(cars.load, "CODGEO;P21_RP;P21_RP_VOIT1P", "53130;400;300", "2A004;20;20"),
    "deprivation": of(deprivation.load, "code;EDI", "53130;-1,5", "2A004;8", signed=True),
    "share of 75": of(share_75.load, "code;part_75", "53130;8,8", "2A004;20"),
    "own rates": of(own_rates.load, "code;taux", "53130;12", "53;10", "200083392;3"),
    "grid": of(
        population_grid.load,
        "idcar_200m;lcog_geo;ind", "CRS3035RES200mN2029800E4252400;2B033;4.5",
    ),
    "annuaire": of(
        annuaire.load,
        "Identifiant PP;Code profession;Code savoir-faire;Code commune (coord. structure)",
        "1;10;SM54;53130", "1;10;SM54;2A004", "2;10;SM26;",
    ),
    "finess": of(
        finess.load,
        ";".join(["structureet", "530000012", "530000111", "CDS", "", "", "", "", "", "", "", "",
                  "130", "53", "", "", "", "", "124", "Centre", *[""] * 12]),
        "geolocalisation;530000012;420000;6790000;1,IGN,LAMBERT_93;2024-01-01",
        header=False, signed=True,
    ),
}  # fmt: skip
NASTY = ["", "-3", "1e999", "9e9", "NaN", "inf", "é", '"', "'", "53130", "01001", "2a004", "1001"]
NASTY += ["x" * 200, "00000", "75056", "75101", "{x}", "%s", "0,5", "1.000.000", "\u202f", "D201"]
NASTY += ["D265", "_T", "Y15T24", "000", "10", "SM54", "٣", "²", "1_0", "0x10", "--", "9" * 18]
ENCODINGS = ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readers")


def text_of(rows: list[list[str]] | tuple[tuple[str, ...], ...], sign: str = ";") -> str:
    return "\n".join(sign.join(row) for row in rows) + "\n"


def checked(reader: Reader, file: Path) -> pd.DataFrame | None:
    """Return the table when it is one and it is sound, ``None`` when faults were said."""
    try:
        table = reader.load(file)
    except DataError as error:
        said = [str(fault) for fault in error.faults]
        assert str(error)  # noqa: PT017 - the sentence must be sayable, whatever it quotes
        assert len(set(said)) == len(said)
        assert all(len(one) < 2000 for one in said)
        return None
    except TerritoryAccessError as error:  # pragma: no cover - says what was raised instead
        pytest.fail(f"{type(error).__name__}: {error}")
    assert len(table)
    assert table.index.is_unique
    assert "vintage" in table.attrs
    numbers = table.select_dtypes("number").to_numpy(float)
    assert np.isfinite(numbers).all()
    assert reader.signed or (numbers >= 0).all()
    return table


def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two tables say the same, in any order."""
    left, right = (
        sorted(map(str, table.reset_index().itertuples(index=False, name=None)))
        for table in (one.reindex(columns=other.columns), other)
    )
    return left == right


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_good_files_are_read_the_same_in_any_encoding_and_order(
    folder: Path, name: str, sign: str
) -> None:
    reader = READERS[name]
    file = folder / "good.csv"
    rows = [[cell.replace(",", ".") for cell in row] for row in reader.rows]
    file.write_text(text_of(rows), encoding="utf-8")
    expected = checked(reader, file)
    assert expected is not None
    if not reader.header and sign == ",":
        return  # there, a comma stands within cells
    order = list(range(len(rows[0])))
    if reader.header:
        shuffled = random.Random(name)  # noqa: S311 - an order, no secret
        shuffled.shuffle(order)
        body = rows[1:]
        shuffled.shuffle(body)
        rows = [rows[0], *body]
        rows = [[row[at] for at in order] for row in rows]
    for encoding in ENCODINGS:
        file.write_bytes(text_of(rows, sign).encode(encoding))
        found = checked(reader, file)
        assert found is not None
        assert same(found, expected)


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(READERS)),
    content=st.binary(max_size=300),
    suffix=st.sampled_from([".csv", ".txt", ".gz", ".zip", ".xlsx", ".json", ".gpkg", ".parquet"]),
    start=st.sampled_from(
        [b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xff\xfe", b"SQLite format 3\x00", b"{"]
    ),
)
def test_any_bytes(folder: Path, name: str, content: bytes, suffix: str, start: bytes) -> None:
    file = folder / f"any{suffix}"
    file.write_bytes(start + content)
    checked(READERS[name], file)


@settings(max_examples=400, deadline=None)
@given(
    name=st.sampled_from(sorted(READERS)),
    wrong=st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from(NASTY)), max_size=5
    ),
    twice=st.lists(st.integers(0, 5), max_size=2),
    encoding=st.sampled_from(ENCODINGS),
    sign=st.sampled_from(";,\t|"),
    kept=st.floats(0, 1),
)
def test_good_files_that_went_wrong(
    *,
    folder: Path,
    name: str,
    wrong: list[tuple[int, int, str]],
    twice: list[int],
    encoding: str,
    sign: str,
    kept: float,
) -> None:
    reader = READERS[name]
    rows = [list(row) for row in reader.rows]
    rows += [list(rows[at % len(rows)]) for at in twice]
    for line, column, cell in wrong:
        row = rows[line % len(rows)]
        row[column % len(row)] = cell
    content = text_of(rows, sign).encode(encoding, errors="replace")
    cut = content if kept > 0.3 else content[: int(len(content) * kept * 3)]
    file = folder / "wrong.csv"
    file.write_bytes(cut)
    checked(reader, file)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(READERS)), cut=st.integers(0, 120), flip=st.integers(0, 120))
def test_damaged_archives(folder: Path, name: str, cut: int, flip: int) -> None:
    content = bytearray(gzip.compress(text_of(READERS[name].rows).encode(), mtime=0))
    content[flip % len(content)] ^= 0x55
    file = folder / "damaged.csv.gz"
    file.write_bytes(content[: len(content) - cut])
    checked(READERS[name], file)
