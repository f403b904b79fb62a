"""The published optima of siting are checked by command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from territory_access.validation import siting
from territory_access.validation.row import Row, Skipped

if TYPE_CHECKING:
    from pathlib import Path


def test_without_data_the_rows_are_skipped(tmp_path: Path) -> None:
    for folder in (None, tmp_path):
        (only,) = siting.rows(folder)
        assert isinstance(only, Skipped)


@pytest.mark.real_data
def test_every_published_optimum_is_found(real_data: Path) -> None:
    found = siting.rows(real_data)
    assert len(found) == 29
    assert all(isinstance(row, Row) and row.passed for row in found)
