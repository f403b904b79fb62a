"""The dossier and the commands say whether the summer is drawn, and what to give if it is not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from territory_access.cli import robust_tables
from territory_access.dossier.summer import of_summer, season
from territory_access.dossier.voice import Voice
from territory_access.siting.horizon import Horizon
from territory_access.siting.summer import Summer
from territory_access.vocabulary import Objective

VOICE = Voice.of("fr")
HERE = {"origin": ["A", "B"]}


def zones(*values: float) -> xr.DataArray:
    return xr.DataArray(np.array(values), HERE, ("origin",))


def question(**changes: Any) -> Any:
    """Return what these sentences look at in a problem about the APL with a known summer."""
    asked = {
        "objective": Objective.APL,
        "then": (),
        "weights": (),
        "priority": None,
        "missing": SimpleNamespace(apl=zones(2.0, 1.0), need=zones(100.0, 200.0)),
        "donors": SimpleNamespace(),
        "horizon": Horizon(),
        "summer": Summer(zones(0.5, 0.0), zones(1.0, 0.0).astype(bool), 1 / 3),
    }
    return SimpleNamespace(**(asked | changes))


def test_it_is_drawn_where_somebody_counted() -> None:
    said = season(question(), VOICE)
    assert "une des inconnues" in said
    assert "dans 1 commune" in said
    assert "33\u202f%" in said
    both = Summer(zones(0.5, 0.1), zones(1, 1).astype(bool), 1 / 3)
    assert "dans 2 communes" in of_summer(question(summer=both), VOICE)
    assert "one of the unknowns" in season(question(), Voice.of("en"))


APART = xr.DataArray([[2.0, 1.0], [1.0, 0.9]], {"year": [1, 2], **HERE}, ("year", "origin"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"summer": None}, "Donnez need.august_file"),
        ({"donors": None, "summer": None}, "supply.gp_file"),
        ({"horizon": Horizon(years=2, apl=APART)}, "diffèrent d’une commune à l’autre"),
        ({"summer": Summer(zones(0, 0), zones(1, 0).astype(bool), 0.3)}, "personne ne s’ajoute"),
        ({"objective": Objective.PLACES}, "ne cherchent pas de médecin traitant"),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, Any], said: str) -> None:
    asked = question(**changes)
    told = of_summer(asked, VOICE)
    assert said in told
    assert "pas tiré" in told
    assert told != of_summer(asked, Voice.of("en"))
    assert robust_tables.untouched(asked, VOICE).endswith(told)


def test_places_keep_the_words_of_before() -> None:
    assert "n’est pas compté" in season(question(missing=None), VOICE)


def test_tables_say_august_and_not_two_hundred_per_cent() -> None:
    checks = pd.DataFrame(
        {
            "label": ["Affluence d’été", "Coûts d’investissement et déficits"],
            "low": [1.0, 0.85], "high": [2.0, 1.15], "kept_low": [5.0, 5.0],
            "kept_high": [4.0, 5.0], "worst": [1.0, 0.0],
        },
        index=pd.Index(["summer", "costs"], name="unknown"),
    )  # fmt: skip
    found = SimpleNamespace(checks=checks)
    table = robust_tables.to_check(found, question(), VOICE)
    assert [row[1] for row in table.rows] == [
        "habitants seuls – comme en août",
        "85\u202f% – 115\u202f%",
    ]
    until = pd.DataFrame(
        {"label": ["Affluence d’été"], "harm": ["high"], "holds_to": [1.4], "likely": [True]},
        index=pd.Index(["summer"], name="unknown"),
    )
    assert "40\u202f% des visiteurs d’août" in robust_tables.until(until, VOICE)[1]
