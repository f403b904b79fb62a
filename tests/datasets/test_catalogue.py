"""Every embedded table is found, or said to be missing, and its origin is known."""

from __future__ import annotations

import hashlib

import pytest

from territory_access.datasets import catalogue
from territory_access.errors import MissingDataset


def test_a_missing_table_is_named_with_the_remedy() -> None:
    with pytest.raises(MissingDataset, match=r"« absent\.csv » manque.*build\.py"):
        catalogue.embedded("absent.csv")


def test_every_origin_is_complete() -> None:
    sources = catalogue.sources()
    assert {"communes.parquet", "land.parquet", "fixed_links.csv"} <= set(sources.index)
    assert sources.index.is_unique
    for column in ("title", "vintage", "licence", "page", "method"):
        assert sources[column].str.len().gt(2).all(), column


def test_the_digest_is_that_of_the_file() -> None:
    content = catalogue.embedded("waters.csv").read_bytes()
    assert catalogue.sources().loc["waters.csv", "sha256"] == hashlib.sha256(content).hexdigest()


def test_every_embedded_table_has_a_source() -> None:
    data = {".csv", ".parquet", ".toml"}
    files = {
        path.name
        for path in catalogue.embedded("sources.toml").parent.iterdir()
        if path.suffix in data
    }
    assert files - {"sources.toml"} == set(catalogue.sources().index)
