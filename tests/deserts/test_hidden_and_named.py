"""Named rules, gaps of patches, and whom the mean hides."""

from __future__ import annotations

from typing import get_args

import geopandas as gpd
import pytest
import shapely
import xarray as xr

from territory_access import deserts
from territory_access.deserts.rule import Measure
from territory_access.errors import DataError, ScenarioError
from territory_access.parameters import Parameters
from territory_access.scenario import Scenario
from territory_access.scenario_deserts import DesertRule

PARAMETERS = Parameters.load()
CODES = ["A", "B", "C"]


def zones(**columns: list) -> gpd.GeoDataFrame:
    table = {
        "name": ["Ici", "Là", "Ailleurs"],
        "population": [1_000, 500, 300],
        "kind": ["aucun", "distance", "à risque"],
        "in_territory": [True] * 3,
    }
    shapes = [shapely.box(x, 0, x + 1, 1) for x in range(3)]
    return gpd.GeoDataFrame(table | columns, geometry=shapes, index=CODES, crs="EPSG:2154")


def by_zone(*values: float) -> xr.DataArray:
    return xr.DataArray(list(values), {"origin": CODES})


def test_a_scenario_may_name_every_rule_and_no_other() -> None:
    offered = {rule.id for rule in deserts.rules(PARAMETERS, with_apl=True)}
    offered |= {rule.id for rule in deserts.DATED}
    assert set(get_args(DesertRule)) == offered
    text = 'title = "t"\nterritory.departements = ["53"]\nsiting = {budget = 1, gp_fte = 1}\n'
    part = Scenario.parse(text + 'deserts.rules = ["france-sante-30", "trop-peu"]').deserts
    assert part.rules == ("france-sante-30", "trop-peu")
    with pytest.raises(ScenarioError, match=r"deserts\.rules"):
        Scenario.parse(text + 'deserts.rules = ["trop-loing"]')


def test_every_rule_is_dated_and_sourced() -> None:
    from territory_access.datasets.catalogue import embedded

    references = embedded("references.toml").read_text("utf-8")
    for rule in (*deserts.DATED, *deserts.rules(PARAMETERS, with_apl=True)):
        assert rule.dated.isdigit()
        assert f"\n{rule.source} = " in references, rule.source


def test_a_rule_without_its_measure_is_refused() -> None:
    for name, key in (
        ("apl-2.5", "supply.gp_file"),
        ("medecin-15", "supply.gp_file"),
        ("urgences-30", "deserts.emergency_file"),
    ):
        with pytest.raises(ScenarioError, match=f"« {name} » a besoin de {key}"):
            deserts.named([name], PARAMETERS)
    with pytest.raises(ScenarioError, match="règle inconnue « rien »"):
        deserts.named(["rien"], PARAMETERS)
    known = {Measure.EMERGENCY_MINUTES}
    assert deserts.named(["urgences-30"], PARAMETERS, known=known)[0].threshold == 30


def test_emergency_minutes_make_a_desert() -> None:
    table = zones(adults=[800, 400, 240], without_doctor=[0] * 3, seekers=[0] * 3)
    places = xr.Dataset(
        {name: ("origin", [0.0] * 3) for name in ("served", "share", "reachable")},
        {"origin": CODES},
    )
    rules = deserts.named(["urgences-30"], PARAMETERS, known={Measure.EMERGENCY_MINUTES})
    found = deserts.find(
        table,
        by_zone(5, 5, 5),
        places,
        rules=rules,
        others={Measure.EMERGENCY_MINUTES: by_zone(10, 31, 28)},
    )
    assert found["kind"].tolist() == ["aucun", "distance", "à risque"]
    with pytest.raises(DataError, match="emergency_minutes"):
        deserts.find(table, by_zone(5, 5, 5), places, rules=rules)


def test_the_old_without_a_car_are_seen() -> None:
    table = zones(population_75=[200, 100, 50], no_car_share=[0.25, 0.5, 0.0])
    told = deserts.hidden(table, table, walk_minutes=by_zone(45, 60, 90))
    assert told.zones.to_dict("records") == [
        {"zone_id": "A", "name": "Ici", "whom": "75 ans et plus sans voiture", "people": 50.0,
         "value": 45.0}
    ]  # fmt: skip
    assert deserts.refined(table, told)["kind"].tolist() == [
        "sans voiture seulement",
        "distance",
        "à risque",
    ]


def test_august_and_the_night() -> None:
    table = zones(apl=[4.0, 1.0, 2.6], population_august=[1_200.0, 900.0, 3_000.0])
    told = deserts.hidden(
        table, table, night_minutes=by_zone(45, 60, 20), august_apl=by_zone(3.6, 0.9, 0.26)
    )
    assert told.zones[["zone_id", "whom"]].to_numpy().tolist() == [
        ["C", "au mois d’août"],
        ["A", "la nuit"],
    ]
    assert told.zones["value"].tolist() == [pytest.approx(0.26), 45.0]
    assert deserts.refined(table, told)["kind"].tolist() == ["aucun", "distance", "saisonnier"]
    assert len(told.missing) == 1


def test_what_is_missing_is_named() -> None:
    told = deserts.hidden(zones(), zones(population_75=[1, 1, 1]), walk_minutes=by_zone(9, 9, 9))
    assert len(told.zones) == 0
    assert [str(fault).split(" : ")[0] for fault in told.missing] == [
        "75 ans et plus sans voiture",
        "Au mois d’août",
        "La nuit",
    ]
    assert "need.cars_file (" in str(told.missing[0])


def test_doctors_who_close_a_gap() -> None:
    parts = xr.Dataset({
        "too_far": by_zone(10, 0, 0), "too_few": by_zone(0, 5, 0), "too_many": by_zone(0, 0, 0),
        "ageing": by_zone(0, 0, 0), "shortfall": by_zone(10, 5, 0),
    })  # fmt: skip
    patches = gpd.GeoDataFrame({"codes": ["A B", "C"]}, geometry=[shapely.box(0, 0, 1, 1)] * 2)
    found = deserts.explained(patches, parts, acts_each=4.2, acts_per_fte=4_200)
    assert found["fte"].tolist() == pytest.approx([0.015, 0.0])
    assert found["cause"].tolist() == ["too_far", ""]
    with pytest.raises(DataError, match="Productivité"):
        deserts.explained(patches, parts, acts_each=1, acts_per_fte=0)
    with pytest.raises(DataError, match="1 zones"):
        deserts.explained(patches.assign(codes=["Z", "A"]), parts, acts_each=1, acts_per_fte=1)
