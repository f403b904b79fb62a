"""The files of a scenario, on today's communes and on the zones of a territory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from territory_access.datasets import brought, user_files
from territory_access.errors import DataError, MissingDataset
from territory_access.parameters import Parameters
from territory_access.scenario import Scenario
from territory_access.territory import Territory
from territory_access.territory_checks import checks

if TYPE_CHECKING:
    from pathlib import Path

PLAN = """
title = "Laval"
territory = {communes = ["53130"], buffer_km = 5}
siting = {budget = 0, gp_fte = 0}
"""


def asked(folder: Path, need: str, **files: str) -> Scenario:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    path = folder / "plan.toml"
    path.write_text(PLAN + need, encoding="utf-8")
    return Scenario.load(path)


def read(scenario: Scenario) -> brought.Brought:
    return brought.read(scenario, parameters=Parameters.load())


def test_files_are_found_beside_the_scenario_and_put_on_todays_communes(tmp_path: Path) -> None:
    # 49069 (Champtoceaux) is part of 49126 (Orée-d'Anjou) since 2015
    rows = "CODGEO;P12_POP0014;P12_POP15P\n49069;30;70\n49126;10;90\n53999;1;1\n"
    given = read(asked(tmp_path, '[need]\nages_file = "ages.csv"\n', ages=rows))
    assert given.people.index.tolist() == ["49126"]
    file = given.files[0]
    assert (file.key, file.vintage) == ("need.ages_file", 2012)
    assert file.unplaced == ("53999",)


def test_ages_weigh_people(tmp_path: Path) -> None:
    parameters = Parameters.load()
    young, old = (parameters.value(f"need.age_weight_{band}") for band in ("0_4", "85_plus"))
    head = "CODGEO;P21_POP0004;P21_POP0584;P21_POP85P\n"
    scenario = asked(tmp_path, '[need]\nages_file = "a.csv"\n', a=head + "53130;100;0;300\n")
    people = read(scenario).people
    assert people.loc["53130", "mean_weight"] == pytest.approx((young + 3 * old) / 4)
    assert people.loc["53130", "share_75"] == 0.75
    place = Territory.load(scenario)
    laval = place.zones.loc["53130"]
    assert laval["need"] == pytest.approx(laval["population"] * (young + 3 * old) / 4)
    assert laval["population_75"] == pytest.approx(0.75 * laval["population"])
    other = place.zones.drop("53130")
    assert other["population_75"].isna().all()
    assert (other["need"] / other["population"]).to_numpy() == pytest.approx((young + 3 * old) / 4)


def test_what_the_drees_publishes_is_taken_as_it_is(tmp_path: Path) -> None:
    need = '[need]\napl_file = "apl.csv"\n'
    place = Territory.load(asked(tmp_path, need, apl="code;apl_mg2018;pop2016\n53130;3;51234,5\n"))
    assert place.zones.loc["53130", "need"] == 51234.5
    assert place.files[0].vintage == 2016
    other = place.zones.drop("53130")
    assert (other["need"] == other["population"]).all()


def test_cars_and_deprivation_by_the_names_that_the_scenario_gives(tmp_path: Path) -> None:
    need = """
    [need]
    cars_file = "cars.csv"
    deprivation_file = "score.csv"
    [need.columns.deprivation]
    code = "Lieu"
    deprivation = "Score"
    [need.years]
    deprivation = 2021
    """
    scenario = asked(
        tmp_path,
        need,
        cars="CODGEO;P22_RP;P22_RP_VOIT1P\n53130;400;300\n",
        score="Lieu;Score\n53130;-1,5\n",
    )
    place = Territory.load(scenario)
    assert place.zones.loc["53130", "no_car_share"] == 0.25
    assert place.zones.loc["53130", "deprivation"] == -1.5
    assert {one.key: one.vintage for one in place.files} == {
        "need.cars_file": 2022,
        "need.deprivation_file": 2021,
    }
    known = user_files.sources(scenario, None, place.files)
    assert known.loc["score.csv", "vintage"] == "2021"


def test_own_shares_without_a_doctor_win_over_those_embedded(tmp_path: Path) -> None:
    need = '[need]\nwithout_doctor_file = "cpam2025.csv"\n'
    scenario = asked(tmp_path, need, cpam2025="code;taux\n53;10\n53130;30\n")
    zones = Territory.load(scenario).zones
    assert zones.loc["53130", "without_doctor"] == round(zones.loc["53130", "adults"] * 0.3)
    assert set(zones["without_doctor_level"]) == {"commune", "departement"}


def test_the_supply_is_put_on_todays_communes(tmp_path: Path) -> None:
    scenario = asked(
        tmp_path, '[supply]\ngp_file = "gp.csv"\n', gp="code;actes\n49069;5\n49126;6\n"
    )
    place = Territory.load(scenario)
    assert place.supply is not None
    assert place.supply["acts_per_year"].to_dict() == {"49126": 11.0}


def test_years_that_are_far_apart_are_said(tmp_path: Path) -> None:
    need = '[need]\ncars_file = "cars.csv"\n'
    old = asked(tmp_path, need, cars="CODGEO;P15_RP;P15_RP_VOIT1P\n53130;400;300\n")
    said = checks(Territory.load(old)).set_index("check")
    far = said.loc["millésimes éloignés de plus de trois ans"]
    assert far["examples"] == "Ménages sans voiture 2015, Population 2023"
    new = asked(tmp_path, need, cars="CODGEO;P21_RP;P21_RP_VOIT1P\n53130;400;300\n")
    said = checks(Territory.load(new)).set_index("check")
    assert "millésimes éloignés de plus de trois ans" not in said.index


def test_what_is_missing_or_wrong_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MissingDataset, match=r"none\.csv"):
        read(asked(tmp_path, '[need]\ncars_file = "none.csv"\n'))
    need = '[need]\napl_file = "apl.csv"\n'
    with pytest.raises(DataError, match="population standardisée"):
        read(asked(tmp_path, need, apl="code;apl_mg2018\n53130;3\n"))


def test_without_files_nothing_changes(tmp_path: Path) -> None:
    place = Territory.load(asked(tmp_path, ""))
    assert (place.zones["need"] == place.zones["population"]).all()
    assert place.files == ()
    assert place.supply is None


def test_the_real_files(real_data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TERRITORY_ACCESS_DATA", str(real_data))
    files = """
    [need]
    ages_file = "data:share_75plus_communes.json.gz"
    apl_file = "data:drees_apl_communes_2016_2018.csv.gz"
    deprivation_file = "data:fedi_deprivation_communes.json.gz"
    [supply]
    gp_file = "data:bpe2018_health_commune_wide.csv.gz"
    """
    place = Territory.load(asked(tmp_path, files))
    zones = place.zones
    assert zones["deprivation"].notna().all()
    assert zones["population_75"].notna().all()
    assert place.supply is not None
    assert place.supply["acts_per_year"].sum() == 61_594 * 4250
    assert zones.loc["53130", "need"] == pytest.approx(zones.loc["53130", "population"], rel=0.1)
