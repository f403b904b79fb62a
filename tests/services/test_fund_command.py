"""The command says what each project may receive, and why not more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from territory_access.cli.app import main

if TYPE_CHECKING:
    from pathlib import Path

SPACES = str.maketrans("\u202f\xa0", "  ")
SCENARIO = """
title = "Deux projets"
territory.departements = ["53"]
siting = {budget = 1, gp_fte = 1}
[[projects]]
name = "Maison"
cost = 800000
own = 90000
asked = 330000
taxes_included = true
[[projects]]
name = "Antenne [1]"
cost = 120000
others = {"Région" = 30000}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    path = tmp_path / "projets.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[str, str, int]:
    with pytest.raises(SystemExit) as left:
        main(words)
    out = capsys.readouterr()
    one_line = " ".join(out.out.translate(SPACES).split())
    return one_line, out.err.translate(SPACES), int(left.value.code or 0)


def test_each_project_has_its_amount_and_the_reason(
    scenario: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _, code = said(["fund", scenario, "--rules", "assist-2024"], capsys)
    assert code == 0
    assert "Appel clos le 20 sept. 2024" in out
    assert "250 000,00 €" in out
    assert "OWN_TOO_LOW" in out
    assert "OVER_40PCT" in out
    assert "Antenne [1]" in out
    assert "le porteur apporte au moins 40 000,00 €" in out


def test_the_same_in_english(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    out, _, code = said(["fund", scenario, "--lang", "en"], capsys)
    assert code == 0
    assert "the own contribution is €90 000, at least €100 000 are needed" in out
    assert "France Santé €50,000.00" in out


def test_unknown_rules_name_those_that_exist(
    scenario: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, err, code = said(["fund", scenario, "--rules", "assist-2030"], capsys)
    assert code == 2
    assert "assist-2030" in err
    assert "assist-2024, direct" in err


def test_what_is_not_published_is_to_be_agreed(
    scenario: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _, _ = said(["fund", scenario, "--rules", "detr"], capsys)
    assert "à convenir avec le financeur" in out
