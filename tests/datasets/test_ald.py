"""The share of people with a long-term illness, from a file of the CPAM to the zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from territory_access.datasets import brought, own_rates
from territory_access.errors import DataError
from territory_access.parameters import Parameters
from territory_access.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    'title = "x"\nterritory.departements = ["53"]\nsiting = {budget = 1, gp_fte = 1}\n'
    'need.ald_file = "ald2022.csv"\n'
)


def _asked(folder: Path, content: str) -> brought.Brought:
    (folder / "ald2022.csv").write_text(content, encoding="utf-8")
    (folder / "a.toml").write_text(HEAD, encoding="utf-8")
    return brought.read(Scenario.load(folder / "a.toml"), parameters=Parameters.load())


def test_the_most_precise_share_wins(tmp_path: Path) -> None:
    found = _asked(tmp_path, "code;prévalence\n53130;25\n53;17,5\n200083392;20\n")
    assert [(one.key, one.vintage) for one in found.files] == [("need.ald_file", 2022)]
    assert found.rates is None
    places = pd.DataFrame(
        {"departement": ["53", "53", "53", "49"], "epci": ["200083392", "200083392", "", ""]},
        index=["53130", "53247", "53001", "49007"],
    )
    assert found.ald is not None
    shares = own_rates.spread(found.ald, places)
    assert shares.iloc[:3].tolist() == [0.25, 0.2, 0.175]
    assert shares.isna().tolist() == [False, False, False, True]


def test_its_faults_speak_of_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="affection de longue durée"):
        _asked(tmp_path, "code;taux\nnulle part;12\n")
