"""Whatever the bytes, the supply reader gives a table or says what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_access.datasets import supply
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

CELLS = st.sampled_from(
    ["code", "actes", "nb_mg", "53130", "1001", "2A004", "12,5", "-3", "", '"', "{x}", "é", "1e999"]
)
TABLES = st.lists(st.lists(CELLS, max_size=4), max_size=6).map(
    lambda rows: "\n".join(";".join(row) for row in rows).encode()
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("supply")


def a_table_or_a_sentence(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    try:
        table = supply.load(file)
    except DataError as error:
        assert str(error)  # noqa: PT017 - the sentence must be sayable, whatever it quotes
        return
    assert table.index.is_unique
    assert np.isfinite(table["acts_per_year"]).all()
    assert (table["acts_per_year"] >= 0).all()


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes(folder: Path, content: bytes) -> None:
    a_table_or_a_sentence(folder / "any.csv", content)


@settings(max_examples=200, deadline=None)
@given(content=TABLES)
def test_almost_tables(folder: Path, content: bytes) -> None:
    a_table_or_a_sentence(folder / "almost.csv", content)


@settings(max_examples=20, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_called_a_workbook(folder: Path, content: bytes) -> None:
    a_table_or_a_sentence(folder / "any.xlsx", b"PK\x03\x04" + content)
