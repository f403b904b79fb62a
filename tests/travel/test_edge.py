"""How near what is not loaded lies: plain cases whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from territory_access.scenario import Scenario
from territory_access.territory import Territory
from territory_access.travel import edge


def _place(buffer_km: float, departement: str = "53") -> Territory:
    asked = Scenario.model_validate(
        {
            "title": "essai",
            "territory": {"departements": [departement], "buffer_km": buffer_km},
            "siting": {"budget": 1e6, "gp_fte": 2.0},
        }
    )
    return Territory.load(asked)


@pytest.fixture(scope="module")
def narrow() -> Territory:
    return _place(10.0)


def test_every_zone_of_the_territory_and_no_other(narrow: Territory) -> None:
    minutes = edge.minutes_to_edge(narrow)
    inside = narrow.zones.index[narrow.zones["in_territory"]]
    assert minutes.index.tolist() == inside.tolist()
    assert (minutes > 0).all()


def test_a_wider_buffer_moves_the_edge_away(narrow: Territory) -> None:
    near, far = edge.minutes_to_edge(narrow), edge.minutes_to_edge(_place(45.0))
    assert (far > near).all()
    assert not edge.near(near, narrow.zones).empty
    assert edge.near(far, narrow.zones).empty


def test_the_border_is_nearer_than_the_heart(narrow: Territory) -> None:
    minutes = edge.minutes_to_edge(narrow)
    laval, border = "53130", "53062"  # Château-Gontier lies by Maine-et-Loire
    assert minutes[laval] > minutes[border]


def test_the_sea_is_no_edge() -> None:
    isle = Scenario.model_validate(
        {
            "title": "essai",
            "territory": {"communes": ["85113"], "buffer_km": 0.0},
            "siting": {"budget": 1e6, "gp_fte": 2.0},
        }
    )
    assert np.isinf(edge.minutes_to_edge(Territory.load(isle))).all()


def test_forty_minutes_is_far_enough(narrow: Territory) -> None:
    inside = narrow.zones.index[narrow.zones["in_territory"]][:3]
    minutes = pd.Series([39.9, 40.0, np.inf], inside)
    assert edge.near(minutes, narrow.zones).index.tolist() == inside[:1].tolist()
