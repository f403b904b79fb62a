"""Projects that are described and not chosen, and the EHPADs of a FINESS file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access.errors import MissingDataset, ScenarioError
from territory_access.parameters import Parameters
from territory_access.scenario import Scenario
from territory_access.services import catalogue
from territory_access.services.beyond import beyond
from territory_access.territory import Territory

if TYPE_CHECKING:
    from pathlib import Path

    from territory_access.services.beyond import Beyond

TEXT = """
title = "Selongey"
territory = {communes = ["21599"], buffer_km = 25}
siting = {budget = 0, gp_fte = 0, min_population = 0}
"""
RELAY = """
[[projects]]
name = "Relais"
service = "REPIT"
commune = "21599"
cost = 30_000
"""
TELE = RELAY.replace("REPIT", "TELE_EHPAD")


def asked(text: str) -> Beyond | None:
    scenario = Scenario.parse(text)
    parameters = Parameters.load()
    place = Territory.load(scenario, parameters=parameters)
    return beyond(place, scenario, parameters=parameters, services=catalogue.load())


def structure(number: str, commune: str, category: str, name: str) -> str:
    cells = ["structureet", number, "210000999", name, name, *[""] * 7, commune[2:], commune[:2]]
    cells += ["", "", "", "", category, "", *[""] * 8]
    return ";".join([*cells, "2019-05-01", "", "", ""])


def test_nothing_is_said_where_nothing_is_asked() -> None:
    assert asked(TEXT) is None


def test_a_respite_platform_reaches_the_carers_around() -> None:
    told = asked(TEXT + RELAY)
    assert told is not None
    row = told.projects.iloc[0]
    share = Parameters.load().value("need.carer_share")
    assert row["residents"] > 2395  # Selongey and what lies within 30 minutes
    assert row["concerned"] == pytest.approx(0.8 * row["residents"] * share, rel=0.01)
    assert row["capacity"] == catalogue.load()["REPIT"].capacity
    assert not told.wanted


def test_telemedicine_without_a_list_of_care_homes_says_so() -> None:
    told = asked(TEXT + TELE)
    assert told is not None
    assert told.wanted
    assert told.care_homes is None
    assert np.isnan(told.projects.iloc[0]["concerned"])
    assert told.projects.iloc[0]["residents"] == 2395  # on the spot


def test_care_homes_come_furthest_from_a_hospital_first(tmp_path: Path) -> None:
    file = tmp_path / "finess.csv"
    rows = [
        structure("210000001", "21599", "500", "EHPAD de Selongey"),
        structure("210000002", "21317", "500", "EHPAD d’Is-sur-Tille"),
        structure("210000003", "21317", "355", "Hôpital d’Is-sur-Tille"),
        structure("210000004", "75101", "500", "EHPAD d’ailleurs"),
        structure("210000005", "21599", "620", "Pharmacie"),
    ]
    file.write_text("\n".join(["finess;etalab;94;2024-01-10", *rows]), encoding="utf-8")
    told = asked(f'{TEXT}need = {{care_homes_file = "{file}"}}\n{TELE}')
    assert told is not None
    assert told.care_homes is not None
    homes = told.care_homes
    assert homes.index.tolist() == ["210000001", "210000002"]
    assert homes["equipped"].tolist() == [True, False]
    assert homes.loc["210000001", "hospital_minutes"] > homes.loc["210000002", "hospital_minutes"]
    assert homes.loc["210000002", "model_minutes"] > 0
    assert not told.wanted


def test_a_file_that_is_not_there_says_where_to_find_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TERRITORY_ACCESS_DATA", str(tmp_path))
    with pytest.raises(MissingDataset, match="data get finess"):
        asked(f'{TEXT}need = {{care_homes_file = "data:finess"}}')


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("REPIT", "REPITS"), "service inconnu « REPITS »"),
        (("21599", "75101"), "n’est pas dans le territoire"),
        (("cost = 30_000", 'cost = 1\npartners = {arss = "signé"}'), "Vouliez-vous dire « ars »"),
    ],
)
def test_a_project_that_names_nothing_is_refused(change: tuple[str, str], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        asked(TEXT + RELAY.replace(*change))
