"""The dossier tells whom a plan puts first, what it promises, and what it keeps; in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from territory_access.dossier.blocks import Statement, Table
from territory_access.dossier.findings import findings
from territory_access.dossier.owed import owed
from territory_access.dossier.summary import proof
from territory_access.dossier.voice import Voice
from territory_access.errors import Fault
from territory_access.siting.explanation import Explanation
from territory_access.siting.guarantees import Guarantee
from territory_access.siting.priority import Priority

if TYPE_CHECKING:
    from types import ModuleType

    from territory_access.study import Study

FR = Voice.of("fr")


@pytest.fixture
def owing(study: Study) -> Study:
    """The made-up study, whose plan owes something to everybody."""
    place, problem = study.territory, study.plan.problem
    zones = place.zones.assign(
        population_75=place.zones["population"] * 0.1,
        deprivation=np.arange(len(place.zones), dtype=float),
    )
    some = tuple(zones.index[:3].astype(str))
    asked = replace(
        problem,
        priority=Priority(
            (("aged_75", 0.5), ("deprived", 1.0)),
            xr.full_like(problem.seekers, 1.5, dtype=float),
        ),
        guarantees=(
            Guarantee("nord", some, 0.4, None, "places"),
            Guarantee("sud", some, None, 0.25, "places"),
        ),
        included=(
            (str(study.plan.sites.index[0]), "SMP base"),
            (str(study.plan.sites.index[1]), "SMP base"),
        ),
    )
    costs = pd.DataFrame(
        {
            "label": [Fault("x", {})] * 3,
            "more": [0.0, 1250.4, 33.3],
            "at_most": [0.0, 1250.4, 33.3],
            "sites": [""] * 3,
        },
        index=pd.Index(["guarantee-1", "guarantee-2", "includes:none"], name="change"),
    )
    return replace(
        study,
        territory=replace(place, zones=zones),
        plan=replace(study.plan, problem=asked),
        explanation=Explanation(why=pd.DataFrame(), prices=costs),
    )


def test_a_plan_that_owes_nothing_says_nothing(study: Study) -> None:
    assert owed(study, FR) == ()


def test_whom_it_puts_first(owing: Study) -> None:
    tables = {block.id: block for block in owed(owing, FR) if isinstance(block, Table)}
    rows = tables["priorites"].rows
    assert [(str(row[0]).replace("\xa0", " "), row[1]) for row in rows] == [
        ("75 ans et plus", 1.5),
        ("communes les plus défavorisées", 2.0),
    ]
    zones = owing.territory.zones
    inside = zones[zones["in_territory"]]
    adults = (inside["population"] * 0.1 / inside["adults"]).clip(0, 1)
    assert float(str(rows[0][2])) == pytest.approx(float(inside["seekers"] @ adults), abs=1)


def test_each_promise_with_its_price(owing: Study) -> None:
    tables = {block.id: block for block in owed(owing, FR) if isinstance(block, Table)}
    told = [[str(cell).replace("\u202f", " ") for cell in row] for row in tables["garanties"].rows]
    assert told[0][2:] == ["au moins 40 % des places nouvelles", "rien"]
    assert told[1][2:] == [
        "dans chaque commune, une place pour 25 % des demandeurs au moins",
        "1 250 places pondérées",
    ]


def test_what_it_keeps_and_at_what_cost(owing: Study) -> None:
    said = " ".join(block.text for block in owed(owing, FR) if isinstance(block, Statement))
    assert "tels quels, les 2 sites d’un plan déjà engagé" in said
    assert "un plan apporterait 33 places pondérées de plus" in said
    free = replace(owing.explanation, prices=owing.explanation.prices.assign(more=0.0))
    said = " ".join(
        block.text
        for block in owed(replace(owing, explanation=free), FR)
        if isinstance(block, Statement)
    )
    assert "ne coûte rien" in said


def test_the_proof_is_of_what_was_optimised(owing: Study, made_up: ModuleType) -> None:
    del made_up
    told = proof(owing, findings(owing), FR).replace("\u202f", " ")
    assert "places pondérées" in told
    assert "habitants de plus" in told
