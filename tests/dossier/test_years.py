"""The tables of a plan of several years add up to the plan."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from territory_access.dossier.blocks import Table
from territory_access.dossier.voice import Voice
from territory_access.dossier.years import by_year


def _small() -> Any:
    path = Path(__file__).parents[1] / "siting" / "small.py"
    spec = importlib.util.spec_from_file_location("dossier_small", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def case() -> Any:
    small = _small()
    return small.Case(
        seekers=[100, 100],
        minutes=small.line([0, 0], 5.0),
        candidates=[0],
        services={"CDS": small.service("CDS", (1.0, 100, 100_000.0, 5_000.0), lead_months=6.0)},
        apl=[0.0, 0.0],
        rules={"objective": "apl", "years": 3, "budget": 100_000.0},
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_years_and_grants_add_up(case: Any, language: str) -> None:
    funder = {"name": "Région", "share_max": 0.4}
    plan = case.but(budget=60_000.0, funders=(funder,)).solved()
    blocks = by_year(plan, Voice.of(language))
    years, sites, grants = [block for block in blocks if isinstance(block, Table)]
    assert [row[0] for row in years.rows] == [1, 2, 3]
    assert sum(row[3] for row in years.rows) == pytest.approx(plan.activity["acts_per_year"].sum())
    assert sum(row[3] for row in sites.rows) == pytest.approx(plan.activity["acts_per_year"].sum())
    assert [row[1] for row in years.rows] == ["Commune Z0", "–", "–"]
    assert sum(row[2] for row in grants.rows) == pytest.approx(100_000.0)
    assert grants.rows[0][1:] == ("Région", pytest.approx(40_000.0))


def test_a_plan_of_one_year_has_no_such_table(case: Any) -> None:
    assert by_year(case.but(years=1).solved(), Voice.of("fr")) == ()
