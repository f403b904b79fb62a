"""Each promise, and the plan already begun, has its price: the plan made again without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from territory_access.siting.prices import NESTED, PROMISED, prices

if TYPE_CHECKING:
    from types import ModuleType


def _three(small: ModuleType, **rules: Any) -> Any:
    """Return three towns out of reach of each other; the largest are Z2, then Z1."""
    return small.Case(
        seekers=[30, 40, 90],
        minutes=np.where(np.eye(3) > 0, 0.0, 60.0),
        candidates=[0, 1, 2],
        services={"CDS": small.service("CDS", (1.0, 50, 100_000.0, 0.0), (2.0, 90, 180_000, 0.0))},
        rules={"budget": 200_000.0} | rules,
    )


def test_what_nesting_costs(small: ModuleType) -> None:
    begun = {"site": "Z0", "service": "CDS", "size": "petit"}
    plan = _three(small, includes=(begun,)).solved()
    assert plan.gain == 80.0
    table = prices(plan, kinds=(NESTED,))
    assert table.loc["includes:none", ["more", "at_most"]].tolist() == pytest.approx([10.0, 10.0])


def test_each_promise_has_its_price(small: ModuleType) -> None:
    promises = (
        {"name": "ouest", "communes": ("Z0",), "floor": 0.9},
        {"name": "tous", "share_min": 0.1},
    )
    plan = _three(small, guarantees=promises).solved()
    assert plan.gain == 80.0
    table = prices(plan, kinds=(PROMISED,))
    assert table.index.tolist() == ["guarantee-1", "guarantee-2"]
    assert table["more"].tolist() == pytest.approx([10.0, 0.0])
    assert table["at_most"].tolist() == pytest.approx([10.0, 0.0])
    assert str(table["label"].iloc[0]) == "Sans la garantie « ouest »"
