"""Dated funding rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from territory_access.errors import DataError
from territory_access.services import funding

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "id,rule_set,field,label,from,to,value,unit,zone,tag,source,note\n"


def test_the_rule_sets_of_the_specification_are_there() -> None:
    sets = {rule.rule_set for rule in funding.load()}
    named = "AAP2023 AAP2024 direct_support ARS_FIR DETR France_Sante CNAM_contracts cumulation"
    assert set(named.split()) <= sets


def test_the_call_of_2024_says_forty_per_cent_and_a_hundred_thousand() -> None:
    open_call = funding.rules_in_force(date(2024, 8, 1))
    assert open_call["AAP2024.share_max"].value == 0.40
    assert open_call["AAP2024.own_funding_min"].value == 100_000
    assert open_call["AAP2024.envelope"].value == 250_000


@pytest.mark.parametrize(
    ("id_", "last_without", "first_with", "last_with"),
    [
        ("AAP2024.envelope", date(2024, 7, 7), date(2024, 7, 8), date(2024, 9, 20)),
        ("France_Sante.per_structure", date(2025, 12, 31), date(2026, 1, 1), date(2030, 1, 1)),
    ],
)
def test_rules_hold_from_their_first_day_to_their_last(
    id_: str, last_without: date, first_with: date, last_with: date
) -> None:
    assert id_ not in funding.rules_in_force(last_without)
    assert id_ in funding.rules_in_force(first_with)
    assert id_ in funding.rules_in_force(last_with)


def test_what_was_abolished_is_no_longer_in_force() -> None:
    assert "liberal.caim.ZIP" in funding.rules_in_force(date(2025, 12, 31))
    assert "liberal.caim.ZIP" not in funding.rules_in_force(date(2026, 1, 1))


def test_what_is_not_published_has_no_value() -> None:
    assert funding.rules_in_force(date(2026, 1, 1))["direct_support.share_max"].value is None


@pytest.mark.parametrize(
    "rows",
    [
        "a.b,a,b,x,2024-02-30,,1,€,,S,seed_assist,\n",
        "a.b,a,b,x,2024-02-02,2024-02-01,1,€,,S,seed_assist,\n",
        "a.b,a,b,x,,,un,€,,S,seed_assist,\n",
        "a.b,a,b,x,,,1,€,,S,nulle-part,\n",
        "a.b,a,b,x,,2024-01-01,1,€,,S,seed_assist,\na.b,a,b,x,2023-01-01,,2,€,,S,seed_assist,\n",
    ],
)
def test_a_row_that_cannot_be_used_is_refused(tmp_path: Path, rows: str) -> None:
    (tmp_path / "funding_rules.csv").write_text(HEADER + rows, "utf-8")
    with pytest.raises(DataError, match=r"funding_rules|référence"):
        funding.load(tmp_path)


def test_one_rule_may_follow_itself(tmp_path: Path) -> None:
    rows = "a.b,a,b,x,,2023-12-31,1,€,,S,seed_assist,\na.b,a,b,x,2024-01-01,,2,€,,S,seed_assist,\n"
    (tmp_path / "funding_rules.csv").write_text(HEADER + rows, "utf-8")
    rules = funding.load(tmp_path)
    assert funding.rules_in_force(date(2023, 6, 1), rules=rules)["a.b"].value == 1
    assert funding.rules_in_force(date(2024, 6, 1), rules=rules)["a.b"].value == 2
