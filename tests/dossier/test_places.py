"""Places are shown over the range of κ, in both languages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pandas as pd

from territory_access.dossier.places import places
from territory_access.dossier.voice import Voice
from territory_access.parameters import Parameters

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Statement, Table
    from territory_access.study import Study

TABLE = pd.DataFrame(
    {
        "kappa": [4.5, 4.2, 3.8],
        "places": [8_400] * 3,
        "opened": [1_998, 2_142, 2_366],
        "served": [7_018.4] * 3,
        "after": [8_994.5, 9_135.7, 9_348.6],
    }
)
ZONES = pd.DataFrame({"in_territory": [True, False], "seekers": [1_100.0, 9_000.0]})


def asked(table: pd.DataFrame | None) -> Study:
    place = SimpleNamespace(zones=ZONES)
    found = SimpleNamespace(by_kappa=table, territory=place, parameters=Parameters.load())
    return cast("Study", found)


def test_both_ends_are_said_and_all_three_shown() -> None:
    section = places(asked(TABLE), Voice.of("en"))
    assert section is not None
    told, shown = cast("tuple[Statement, Table]", section.blocks)
    assert "4.5 or 3.8" in told.text
    assert "1,000 to 1,600" in told.text  # 0.5 and 0.8 of those without, for 0.55
    assert [row[2] for row in shown.rows] == [1_998, 2_142, 2_366]


def test_nothing_is_said_of_a_study_without_the_range() -> None:
    assert places(asked(None), Voice.of("fr")) is None
