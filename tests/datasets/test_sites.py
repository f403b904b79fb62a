"""Proven sites: every conflict kept, one statement chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from territory_access import schemas
from territory_access.datasets import sites
from territory_access.errors import DataError
from territory_access.parameters import data_folder
from territory_access.services import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return sites.load()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in ("sites.csv", "site_evidence.csv"):
        (tmp_path / name).write_bytes((data_folder() / name).read_bytes())
    return tmp_path


def test_the_proven_sites_stand_in_their_communes(places: pd.DataFrame) -> None:
    assert places["zone_id"].to_dict() == {
        "smp-laval": "53130",
        "smp-cholet": "49099",
        "smp-le-mans": "72181",
        "smp-saint-pierre-la-cour": "53247",
        "smp-le-genest-saint-isle": "53103",
        "isl-groix": "56069",
        "micro-houat": "56086",
        "micro-hoedic": "56085",
        "poct-groix": "56069",
        "tele-selongey": "21599",
        "tele-sombernon": "21611",
        "tiers-anglet": "64024",
        "rot-ajain": "23002",
    }


def test_places_are_what_the_operators_and_the_press_say(places: pd.DataFrame) -> None:
    smp = places[places["service"] == "SMP"].groupby("service_group")["places"].sum()
    assert smp.to_dict() == {
        "smp-cholet": 3500,
        "smp-laval": 3400,
        "smp-laval-ouest": 5000,
        "smp-le-mans": 3500,
    }
    assert places.loc["isl-groix", "places"] == 2310
    assert places.loc[["poct-groix", "tele-selongey", "tiers-anglet"], "places"].sum() == 0


def test_a_service_on_two_sites_keeps_its_total(places: pd.DataFrame) -> None:
    west = places[places["service_group"] == "smp-laval-ouest"]
    assert west["acts_per_year"].sum() == 19_000
    assert west["estimated"].all()  # nobody published how they share it


def test_the_table_is_made_for_territories(places: pd.DataFrame) -> None:
    table = places.assign(geometry="a point")
    schemas.check(table, schemas.FACILITIES, what="sites")
    assert set(places["service"]) <= set(catalogue.load())


def test_one_statement_is_chosen_for_each_field() -> None:
    said = sites.evidence()
    assert (said.groupby(["service_group", "field"])["selected"].sum() == 1).all()


def test_the_conflicts_of_the_specification_are_kept() -> None:
    said = sites.evidence()

    def values(group: str, field: str) -> set[str]:
        here = (said["service_group"] == group) & (said["field"] == field)
        return set(said.loc[here, "value"])

    assert {"3300", "2300", "2500", "2310"} <= values("isl-groix", "population")
    assert {"2022-04", "2022-05-02"} <= values("isl-groix", "opened")
    assert {"10", "9"} <= values("isl-groix", "gp_count")
    assert {"2022", "2021-11-08"} <= values("smp-le-mans", "opened")
    assert {"2023-07", "2023-09"} <= values("poct-groix", "opened")
    assert {"3400", "3500", "7000"} <= values("smp-laval", "patients")


def test_every_statement_is_about_a_known_service() -> None:
    assert set(sites.evidence()["service_group"]) <= set(sites.register()["service_group"])


def test_what_has_no_known_commune_is_registered_but_not_placed(places: pd.DataFrame) -> None:
    register = sites.register()
    assert {"repit-correze", "projet-ocas", "projet-igikali"} <= set(register.index)
    assert not {"repit-correze", "projet-ocas", "projet-igikali"} & set(places.index)


def test_without_stated_patients_places_follow_from_consultations(copied: Path) -> None:
    file = copied / "site_evidence.csv"
    rows = file.read_text("utf-8").splitlines()
    file.write_text("\n".join(r for r in rows if not r.startswith("smp-cholet,patients")), "utf-8")
    assert sites.load(kappa=4.2, folder=copied).loc["smp-cholet", "places"] == 3571


def test_unequal_shares_lose_nobody(copied: Path) -> None:
    file = copied / "site_evidence.csv"
    text = file.read_text("utf-8")
    file.write_text(text.replace("smp-laval-ouest,patients,5000", "smp-laval-ouest,patients,5001"))
    west = sites.load(folder=copied).query("service_group == 'smp-laval-ouest'")
    assert west["places"].sum() == 5001


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("site_evidence.csv", "seed_assist,false,", "seed_assist,true,"),
        ("site_evidence.csv", "smp-laval,patients,3400", "smp-laval,patients,beaucoup"),
        ("site_evidence.csv", "2021-11-08", "8/11/2021"),
        ("sites.csv", ",0.5,", ",0.6,"),
        ("sites.csv", "seed_assist", "nulle-part"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(
    copied: Path, name: str, old: str, new: str
) -> None:
    file = copied / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(DataError):
        sites.load(folder=copied)
