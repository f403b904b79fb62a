"""What a study tells of its plan at once, whatever the question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from territory_access.siting import explanation as told
from territory_access.siting.explanation import explanation

if TYPE_CHECKING:
    from types import ModuleType


def towns(small: ModuleType, **rules: Any) -> Any:
    """Return three towns far apart and money for two centres."""
    return small.Case(
        seekers=[10, 10, 10],
        minutes=np.where(np.eye(3) > 0, 0.0, 60.0),
        candidates=[0, 1, 2],
        services={"CDS": small.service("CDS", (1.0, 100, 50_000.0, 0.0), lead_months=6.0)},
        apl=[0.0, 0.5, 1.0],
        population=[2000, 1000, 100],
        rules={"objective": "apl", "budget": 100_000.0} | rules,
    )


@pytest.mark.parametrize("years", [1, 3])
def test_each_site_and_a_little_more(small: ModuleType, years: int) -> None:
    plan = towns(small, years=years).solved()
    found = explanation(plan)
    assert found is not None
    assert found.why.index.tolist() == ["Z0", "Z1"]
    # Z2 would open instead of either: its hundred people lack 150 consultations a year.
    assert (found.why["next_best"] == "Commune Z2").all()
    assert (found.why["gain_lost"] < found.why["alone"]).all()
    assert found.why["at_least"].to_numpy() == pytest.approx(found.why["gain_lost"].to_numpy())
    assert found.prices.loc["budget+100000", "sites"] == "Commune Z2"


def test_a_large_model_is_told_in_part(small: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = towns(small).solved()
    monkeypatch.setattr(told, "MEDIUM", 0)
    monkeypatch.setattr(told, "_FEW", 1)
    found = explanation(plan)
    assert found is not None
    assert found.why["gain_lost"].notna().tolist() == [True, False]
    assert found.why["alone"].notna().all()
    assert found.prices.empty
    monkeypatch.setattr(told, "RELAXED_AGAIN", 0)
    nothing_asked = explanation(plan)
    assert nothing_asked is not None
    assert nothing_asked.why["gain_lost"].isna().all()


def test_a_question_in_a_hurry_is_told_in_part(small: ModuleType) -> None:
    plan = towns(small).solved()
    hurried = explanation(replace(plan, problem=replace(plan.problem, time_limit=60.0)))
    assert hurried is not None
    assert hurried.prices.empty
    nothing = towns(small, budget=0.0).solved()
    assert explanation(nothing) is None
