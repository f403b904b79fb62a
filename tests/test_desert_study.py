"""A real study explains its deserts: causes that add up, variants, words in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access import study
from territory_access.deserts.why import CAUSES
from territory_access.dossier.content import content
from territory_access.dossier.voice import Voice
from territory_access.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from territory_access.dossier.blocks import Content
    from territory_access.study import Study

# An invented supply in four real communes around Laval.
SUPPLY = "code;nb_mg\n53130;60\n53062;15\n53147;14\n53201;2\n"
QUESTION = """
title = "Essai"
territory = {{departements = ["53"], buffer_km = 5}}
supply.gp_file = "{supply}"
siting = {{budget = 200_000, gp_fte = 3, services = ["SMP"], min_population = 20_000}}
deserts.rules = ["apl-2.5", "medecin-15", "france-sante-30", "trop-peu"]
"""
HEADINGS = ["Pourquoi ?", "Est-ce sûr ?", "À quel point est-ce inégal ?", "Ce que la moyenne cache"]


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Study:
    file: Path = tmp_path_factory.mktemp("supply") / "medecins.csv"
    file.write_text(SUPPLY, "utf-8")
    return study.run(Scenario.parse(QUESTION.format(supply=file.as_posix())))


@pytest.fixture(scope="module")
def said(answer: Study) -> Content:
    return content(answer, Voice.of("fr"))


def test_the_causes_of_every_commune_add_up(answer: Study) -> None:
    told = answer.explained
    assert told is not None
    assert told.consultations is not None
    for parts in (told.why, told.consultations):
        total = sum(parts[cause] for cause in CAUSES)
        np.testing.assert_allclose(total, parts["shortfall"], rtol=1e-12, atol=1e-12)
    level = answer.apl_before
    assert level is not None
    short = (2.5 - level).clip(min=0)
    np.testing.assert_allclose(told.consultations["shortfall"].sortby("origin"),
                               short.sortby("origin"), atol=1e-9)  # fmt: skip


def test_the_patches_say_what_they_lack(answer: Study) -> None:
    patches = answer.patches
    np.testing.assert_allclose(patches[list(CAUSES)].sum(axis=1), patches["missing"], atol=1e-6)
    each = patches["unit"].map({"consultations": 1.0, "residents": 4.2})
    np.testing.assert_allclose(patches["fte"], patches["missing"] * each / 6_000)
    assert (patches.loc[patches["kind"] == "capacité", "missing"] > 0).all()
    assert answer.explained is not None
    assert answer.explained.service == "SMP"


def test_one_choice_moves_at_a_time(answer: Study) -> None:
    told = answer.explained
    assert told is not None
    assert [rule.id for rule in answer.rules] == [
        "apl-2.5", "medecin-15", "france-sante-30", "trop-peu"
    ]  # fmt: skip
    table = told.stability.variants
    assert set(table["moved"]) == {"seuil", "décroissance", "temps de trajet", "zonage"}
    assert table["overlap"].between(0, 1).all()
    assert (table["overlap"] < 1).any()
    zones = told.stability.zones
    assert zones["robust"].sum() <= zones["desert"].sum()
    assert (zones.loc[zones["robust"], "kept"] == 1).all()
    assert len(zones) == int(answer.territory.zones["in_territory"].sum())


def test_shorter_trips_and_a_later_line_leave_fewer_deserts(answer: Study) -> None:
    told = answer.explained
    assert told is not None
    table = told.stability.variants
    shorter = table[table["label"].str.startswith("Trajets plus courts")]
    longer = table[table["label"].str.startswith("Trajets plus longs")]
    assert int(shorter["zones"].iloc[0]) <= int(longer["zones"].iloc[0])


def test_the_diagnosis_tells_all_that(answer: Study, said: Content) -> None:
    section = said.section("diagnostic")
    assert section is not None
    headings = [block.text for block in section.blocks if block.kind == "subheading"]
    told = [" ".join(heading.split()) for heading in headings]
    assert [heading for heading in HEADINGS if heading in told] == HEADINGS
    tables = {table.id: table for table in said.tables("diagnostic")}
    assert {"causes", "robustesse", "equite"} <= set(tables)
    assert "vieillissement" in [column.key for column in tables["causes"].columns]
    measures = [str(row[0]) for row in tables["equite"].rows]
    assert measures[0] == "Indice de Gini"
    keys = [column.key for column in said.communes.columns]
    assert keys[-2:] == ["robuste", "depend"]
    row = said.communes.rows[0]
    assert len(row) == len(keys)
    assert answer.explained is not None


def test_everything_is_said_in_english(answer: Study) -> None:
    english = content(answer, Voice.of("en"))
    texts = [
        str(cell)
        for table in english.tables("diagnostic")
        if table.id in {"causes", "robustesse", "equite"}
        for row in table.rows
        for cell in row
        if isinstance(cell, str)
    ]
    assert "Gini index" in texts
    assert not [text for text in texts if any(word in text.split() for word in ("le", "des", "à"))]


def test_august_is_looked_at_where_somebody_counted(tmp_path: Path) -> None:
    # An invented supply at Laval, and an invented crowd at Changé, next to it.
    supply, crowd = tmp_path / "gp.csv", tmp_path / "aout2024.csv"
    supply.write_text(SUPPLY.replace("53130;60", "53130;120"), "utf-8")
    crowd.write_text("code;visiteurs\n53054;600000\n", "utf-8")
    text = QUESTION.format(supply=supply.as_posix())
    text = text.replace(', "medecin-15", "france-sante-30", "trop-peu"', "")
    answer = study.run(Scenario.parse(text + f'need.august_file = "{crowd.as_posix()}"\n'))
    told = answer.explained
    assert told is not None
    rows = told.hidden.zones.query("whom == 'au mois d’août'")
    assert rows["zone_id"].tolist() == ["53054"]
    assert rows["people"].tolist() == [answer.territory.zones.loc["53054", "population"] + 600_000]
    assert 0 < rows["value"].iloc[0] < 2.5 < told.before.loc["53054", "apl"]
    assert told.before.loc["53054", "kind"] == "saisonnier"
    assert not any("août" in str(fault) for fault in told.hidden.missing)
