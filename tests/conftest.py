"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real official files, or a skip that says what is missing."""
    folder = Path(os.environ.get("TERRITORY_ACCESS_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no real data: TERRITORY_ACCESS_DATA names no folder")
    return folder
