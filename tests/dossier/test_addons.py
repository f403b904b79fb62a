"""The dossier says what is reinforced, beside whom, and whether opening would cost less."""

from __future__ import annotations

import pytest

from territory_access import study
from territory_access.dossier.addons import addons
from territory_access.dossier.blocks import Statement, Table
from territory_access.dossier.content import content
from territory_access.dossier.voice import Voice
from territory_access.errors import ScenarioError
from territory_access.scenario import Scenario

SCENARIO = """
title = "Mayenne : renforcer ou ouvrir ?"
territory = {communes = ["53147", "53184"], buffer_km = 10}

[siting]
budget = 200_000
gp_fte = 2
deficit_per_year = 100_000
services = ["ROT", "AM"]
keep = ["53147", "53147+AM"]
"""


@pytest.fixture(scope="module")
def done() -> study.Study:
    """One run where a centre must open, and its doctors have an assistant."""
    return study.run(Scenario.parse(SCENARIO))


def test_the_plan_reinforces_the_centre_that_it_opens(done: study.Study) -> None:
    site, host = done.plan.sites.loc["53147+AM"], done.plan.sites.loc["53147"]
    assert site["decision"] == "renforcer"
    # 0.6 a doctor of a centre: a team of one would host none.
    assert host["fte"] == 2.0
    assert site["size"] == "1"
    assert site["acts_per_year"] == 440


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_one_consultation_more_costs_is_compared(done: study.Study, language: str) -> None:
    blocks = addons(done, Voice.of(language))
    tables = {block.id: block for block in blocks if isinstance(block, Table)}
    each = dict.fromkeys(row[1] for row in tables["renfort_ou_lieu"].rows)
    assert len(each) == 2
    costs = [row[5] for row in tables["renfort_ou_lieu"].rows]
    assert costs == sorted(costs)
    row = tables["renforts"].rows[0]
    assert row[0] == "Mayenne"
    assert row[2] <= row[5]
    said = [block.text for block in blocks if isinstance(block, Statement)]
    assert any("AM" not in text and "€" in text for text in said)


def test_the_whole_dossier_holds_them(done: study.Study) -> None:
    told = content(done, Voice.of("fr"))
    found = {block.id for section in told.sections for block in section.blocks
             if isinstance(block, Table)}  # fmt: skip
    assert {"renforts", "renfort_ou_lieu"} <= found


def test_a_run_refuses_what_it_would_never_choose() -> None:
    asked = Scenario.parse(SCENARIO.replace('"AM"', '"POCT"'))
    with pytest.raises(ScenarioError, match="évite des transferts"):
        study.run(asked)


def test_each_table_has_a_name_of_its_own(done: study.Study) -> None:
    told = content(done, Voice.of("fr"))
    names = [block.id for section in told.sections for block in section.blocks
             if isinstance(block, Table)]  # fmt: skip
    assert len(names) == len(set(names))
    assert {"compte_53147", "compte_53147_am"} <= set(names)
