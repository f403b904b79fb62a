"""Territories are gathered from real communes; what does not exist is named."""

from __future__ import annotations

import pytest

from territory_access.errors import ScenarioError
from territory_access.scenario import Scenario
from territory_access.territory import Territory


def asked(**tables: object) -> Scenario:
    return Scenario.model_validate(
        {
            "title": "Essai",
            "territory": {"departements": ("53",), "buffer_km": 10.0},
            "siting": {"budget": 1.0, "gp_fte": 1.0},
        }
        | tables
    )


@pytest.fixture(scope="module")
def mayenne() -> Territory:
    return Territory.load(asked())


def test_the_buffer_is_around_and_not_inside(mayenne: Territory) -> None:
    inside = mayenne.zones[mayenne.zones["in_territory"]]
    around = mayenne.zones[~mayenne.zones["in_territory"]]
    assert set(inside["departement"]) == {"53"}
    assert "53" not in set(around["departement"])
    distance = around.set_geometry("anchor").distance(inside["anchor"].union_all())
    assert distance.max() <= 10_000


def test_a_territory_is_called_by_its_name(mayenne: Territory) -> None:
    assert mayenne.name == "Mayenne"
    place = Territory.load(asked(territory={"regions": ("52",), "communes": ("56069",)}))
    assert place.name == "Pays de la Loire, Groix"


def test_people_without_a_doctor_follow_the_local_rate(mayenne: Territory) -> None:
    laval = mayenne.zones.loc["53130"]
    assert laval["without_doctor"] == round(laval["population"] * 0.80 * 0.25)
    assert 0 < laval["seekers"] < laval["without_doctor"] < laval["adults"]


def test_candidates_are_communes_of_the_territory(mayenne: Territory) -> None:
    assert mayenne.candidates["population"].min() >= 2000
    assert mayenne.zones.loc[mayenne.candidates["zone_id"], "in_territory"].all()


def test_an_excluded_site_is_gone() -> None:
    place = Territory.load(asked(supply={"exclude": ("smp-laval",)}))
    assert "smp-laval" not in place.facilities.index
    assert "smp-le-genest-saint-isle" in place.facilities.index


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"territory": {"communes": ("99999",)}}, "commune « 99999 » n’existe pas"),
        ({"territory": {"communes": ("49069",)}}, "Vouliez-vous dire « 49126 » ?"),
        ({"territory": {"communes": ("Cholet",)}}, "Vouliez-vous dire « 49099 » ?"),
        ({"territory": {"departements": ("2",)}}, "département « 2 » n’existe pas"),
        ({"territory": {"regions": ("52",), "communes": ("97411",)}}, "l’outre-mer"),
        ({"supply": {"exclude": ("smp-lavall",)}}, "Vouliez-vous dire « smp-laval » ?"),
        (
            {"siting": {"budget": 1.0, "gp_fte": 1.0, "keep": ("44109",)}},
            "« 44109 » n’est pas dans le territoire",
        ),
    ],
)
def test_what_does_not_exist_is_named(tables: dict[str, object], words: str) -> None:
    with pytest.raises(ScenarioError, match=words.replace("?", r"\?")):
        Territory.load(asked(**tables))


def test_overseas_departements_have_their_own_projection() -> None:
    place = Territory.load(asked(territory={"departements": ("974",)}))
    assert place.crs == "EPSG:2975"
    assert place.zones.geometry.is_valid.all()


def test_checks_say_what_to_do(mayenne: Territory) -> None:
    found = mayenne.checks()
    assert (found["count"] > 0).all()
    assert found["remedy"].str.len().gt(0).all()
