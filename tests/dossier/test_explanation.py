"""The chapter « Pourquoi ici, et sinon ? »: there when the plan is explained, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from territory_access.dossier.blocks import Statement, Table
from territory_access.dossier.explanation import explanation
from territory_access.dossier.numbers import Hidden
from territory_access.dossier.voice import Voice
from territory_access.errors import Fault
from territory_access.siting.explanation import Explanation
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from territory_access.study import Study


@pytest.fixture
def explained(study: Study) -> Study:
    sites = study.plan.sites
    why = pd.DataFrame(
        {
            "name": sites["name"],
            "service": sites["service"],
            "size": sites["size"],
            "served": 500.0,
            "alone": 5.0,
            "gain_lost": 0.0,
            "reached_lost": np.nan,
            "next_best": "",
        },
        index=sites.index,
    )
    label = Fault("{amount} de médecin de plus", {"amount": "1 ETP"})
    prices = pd.DataFrame(
        [(label, 900.0, 120.0, 130.0, "Groix")],
        index=["gp_fte+1"],
        columns=["label", "gain", "more", "at_most", "sites"],
    )
    return replace(study, explanation=Explanation(why, prices))


def test_a_plan_that_is_not_explained_has_no_chapter(study: Study) -> None:
    assert explanation(replace(study, explanation=None), Voice.of("fr")) is None


@pytest.mark.parametrize("code", ["fr", "en"])
def test_each_site_and_each_price_has_its_row(explained: Study, code: str) -> None:
    chapter = explanation(explained, Voice.of(code))
    assert chapter is not None
    why, prices = (block for block in chapter.blocks if isinstance(block, Table))
    assert len(why.rows) == len(explained.plan.sites)
    assert isinstance(why.rows[0][4], Hidden)  # five people could be recognised
    assert why.rows[0][5] == 0
    assert why.rows[0][6] is None
    assert prices.rows[0][1:] == (120, 130, "Groix")
    heading = {"fr": "Pourquoi ici", "en": "Why here"}[code]
    assert chapter.heading.startswith(heading)


@pytest.mark.parametrize("asked", [0, 1, 2])
def test_a_plan_about_the_apl_is_told_as_far_as_it_was_asked(explained: Study, asked: int) -> None:
    told = explained.explanation
    assert told is not None
    plan = explained.plan
    problem = replace(plan.problem, objective=Objective.APL)
    size = min(asked, len(plan.sites))
    lost = [900.0] * size + [np.nan] * (len(plan.sites) - size)
    why = told.why.assign(acts=4500.0, alone=1200.0, gain_lost=lost, at_least=lost)
    study = replace(
        explained, plan=replace(plan, problem=problem), explanation=replace(told, why=why)
    )
    chapter = explanation(study, Voice.of("fr"))
    assert chapter is not None
    table, prices = (block for block in chapter.blocks if isinstance(block, Table))
    assert [column.key for column in table.columns][3:7] == [
        "acts",
        "only",
        "gain_lost",
        "at_least",
    ]
    assert [row[5] for row in table.rows] == [900] * size + [None] * (len(plan.sites) - size)
    assert prices.columns[1].label == "Consultations en plus"
    first = chapter.blocks[0]
    assert isinstance(first, Statement)
    whole, part, none = "Chaque site est retiré", "Le modèle est grand", "Le modèle est trop grand"
    assert first.text.startswith(whole if size == len(plan.sites) else part if size else none)
