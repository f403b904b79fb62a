"""Who is on an island in August: counted as a whole, shared among its communes, else not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from territory_access.islands.august import counted
from territory_access.scenario import Scenario
from territory_access.siting.summer import in_summer
from territory_access.siting.unknowns import unknowns
from territory_access.study_known import known
from territory_access.study_steps import Clock
from territory_access.territory import Territory

if TYPE_CHECKING:
    from pathlib import Path

ISLANDS = """
title = "Belle-Île et Arz"
territory = {communes = ["56152", "56009", "56114", "56241", "56088"], buffer_km = 0}
siting = {objective = "apl", budget = 100_000, gp_fte = 1, min_population = 100, services = ["CDS"]}
"""
BELLE_ILE = ["56009", "56114", "56152", "56241"]


def test_the_communes_of_an_island_share_its_people() -> None:
    place = Territory.load(Scenario.parse(ISLANDS))
    found, people = counted(place), place.zones["population"]
    assert found[BELLE_ILE].sum() == pytest.approx(41_500)
    share = found[BELLE_ILE] / people[BELLE_ILE]
    assert share.to_numpy() == pytest.approx(41_500 / people[BELLE_ILE].sum())
    # Nobody counted the Île d'Arz: nothing is supposed.
    assert found.drop(BELLE_ILE).isna().all()


def test_a_bridge_and_no_boat_are_not_counted() -> None:
    text = 'title = "x"\nterritory = {communes = ["53130"], buffer_km = 0}\n'
    place = Territory.load(Scenario.parse(text + "siting = {budget = 0, gp_fte = 0}"))
    assert counted(place).isna().all()


def test_a_file_wins_over_what_was_counted(tmp_path: Path) -> None:
    files = {
        "gp.csv": "code;actes\n56152;9000\n56009;4500\n56088;2000\n",
        "august.csv": "code;presents\n56009;1500\n56088;1000\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "a.toml").write_text(
        ISLANDS + '[supply]\ngp_file = "gp.csv"\n[need]\naugust_file = "august.csv"\n',
        encoding="utf-8",
    )
    scenario = Scenario.load(tmp_path / "a.toml")
    base = known(scenario, Clock(lambda _: None))
    problem = base.asked(scenario.siting)
    assert problem.summer is not None
    people = base.territory.zones["population"]
    more = problem.summer.more.to_series()
    island = 41_500 / people[BELLE_ILE].sum()
    assert more["56152"] == pytest.approx((island - 1) / 3)
    assert more["56009"] == pytest.approx(max(0.0, 1500 / people["56009"] - 1) / 3)
    assert more["56088"] == pytest.approx((1000 / people["56088"] - 1) / 3)
    assert problem.summer.counted.all()
    assert "summer" in {one.id for one in unknowns(base.parameters, problem)}
    august = in_summer(problem, 1.0).missing
    assert float(august.need @ august.apl) == pytest.approx(9000 + 4500 + 2000)
