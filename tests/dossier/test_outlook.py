"""The outlook of doctors' departures is said in both languages, and only when supply is known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pandas as pd

from territory_access.dossier.outlook import retirement
from territory_access.dossier.voice import Voice
from territory_access.ledgers import Retirement

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Statement, Table
    from territory_access.study import Study

FOUND = Retirement(
    pd.DataFrame(
        {
            "years": [0, 10, 10, 10],
            "replaced": [0.3, 0.3, 0.5, 0.7],
            "apl": [3.78, 2.75, 3.04, 3.34],
            "zones": [13, 97, 64, 32],
            "residents": [8_202.0, 95_819.0, 57_196.0, 25_940.0],
        }
    ),
    {"zones": 4.0, "residents": 5_017.0},
    {"zones": 25.0, "lost": 4.9},
    2.5,
)


def section(language: str, found: Retirement | None = FOUND) -> tuple[Statement, Table] | None:
    done = retirement(cast("Study", SimpleNamespace(retirement=found)), Voice.of(language))
    return None if done is None else cast("tuple[Statement, Table]", done.blocks)


def test_nothing_is_said_without_supply() -> None:
    assert section("fr", None) is None


def test_the_middle_of_the_range_is_said_and_the_range_shown() -> None:
    for language, later in (("fr", "3,04"), ("en", "3.04")):
        blocks = section(language)
        assert blocks is not None
        told, table = blocks
        assert later in told.text
        assert [row[1] for row in table.rows] == [None, 0.3, 0.5, 0.7]
        assert [row[3] for row in table.rows] == [13, 97, 64, 32]
