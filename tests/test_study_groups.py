"""With and without a car: both share the same doctors, and a bus brings some of them back."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access import study, study_groups
from territory_access.dossier.content import content
from territory_access.dossier.voice import Voice
from territory_access.parameters import Parameters
from territory_access.scenario import Scenario
from territory_access.territory import Territory

if TYPE_CHECKING:
    from pathlib import Path

    from territory_access.study import Study

# An invented supply and invented cars in real communes; L'Huisserie lies 5 km south of Laval.
LAVAL, HUISSERIE, CHANGE = "53130", "53119", "53054"
SUPPLY = f"code;nb_mg\n{LAVAL};60\n"
CARS = f"code_insee;part sans voiture\n{LAVAL};0,25\n{HUISSERIE};0,10\n"
QUESTION = """
title = "Essai"
territory = {{communes = ["53130", "53119", "53054"], buffer_km = 0}}
siting = {{budget = 0, gp_fte = 0, services = ["SMP"]}}
{more}
"""


def question(folder: Path, *keys: str) -> Scenario:
    file = folder / "question.toml"
    file.write_text(QUESTION.format(more="\n".join(keys)), "utf-8")
    return Scenario.load(file)


def told(folder: Path, *keys: str) -> study_groups.Groups:
    """Return the groups alone, for files without a supply."""
    scenario, parameters = question(folder, *keys), Parameters.load()
    place = Territory.load(scenario, parameters=parameters)
    sites = place.facilities["zone_id"]
    return study_groups.groups(place, scenario, practices=None, sites=sites, parameters=parameters)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("groups")
    (place / "gp.csv").write_text(SUPPLY, "utf-8")
    (place / "cars.csv").write_text(CARS, "utf-8")
    return place


BOTH = ('supply.gp_file = "gp.csv"', 'need.cars_file = "cars.csv"')


@pytest.fixture(scope="module")
def walked(folder: Path) -> Study:
    return study.run(question(folder, *BOTH))


@pytest.fixture(scope="module")
def ridden(folder: Path, walked: Study) -> Study:
    """The same with a bus every ten minutes from L'Huisserie, eight minutes to Laval."""
    points = walked.territory.zones.set_geometry("anchor").geometry.to_crs(4326)
    stops = "".join(f"{code},{code},{points[code].y},{points[code].x}\n" for code in points.index)
    rides = "".join(
        f"b{n},{8 + n // 6:02d}:{n % 6}9:00,{8 + n // 6:02d}:{n % 6}9:00,{HUISSERIE},1\n"
        f"b{n},{8 + (n + 1) // 6:02d}:{(n + 1) % 6}7:00,{8 + (n + 1) // 6:02d}:{(n + 1) % 6}7:00,"
        f"{LAVAL},2\n"
        for n in range(15)
    )
    with zipfile.ZipFile(folder / "bus.zip", "w") as file:
        file.writestr("stops.txt", "stop_id,stop_name,stop_lat,stop_lon\n" + stops)
        file.writestr("routes.txt", "route_id,route_type\nB,3\n")
        trips = "".join(f"B,daily,b{n}\n" for n in range(15))
        file.writestr("trips.txt", "route_id,service_id,trip_id\n" + trips)
        file.writestr(
            "stop_times.txt",
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + rides,
        )
        days = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday"
        file.writestr(
            "calendar.txt", f"{days},start_date,end_date\ndaily,1,1,1,1,1,0,0,20260302,20260306\n"
        )
    return study.run(question(folder, *BOTH, 'travel.transit_gtfs = "bus.zip"'))


def test_the_doctors_are_shared_and_nothing_is_lost(walked: Study) -> None:
    groups = walked.groups
    assert groups is not None
    assert groups.level is not None
    level, need = groups.level, walked.territory.zones["need"]
    assert level["share"].to_dict() == {LAVAL: 0.25, HUISSERIE: 0.1, CHANGE: 0.18}
    assert groups.filled == 1  # the file says nothing of Changé: the share of France
    given = need * (1 - level["share"]) * level["with_car"]
    given += need * level["share"] * level["without_car"]
    supply = walked.territory.supply
    assert supply is not None
    assert given.sum() == pytest.approx(supply["acts_per_year"].sum())
    np.testing.assert_allclose(level["blend"] * need, given)
    # Nobody walks 5 km; who drives then has more than if all did.
    assert level.loc[HUISSERIE, "without_car"] == 0
    assert walked.apl_before is not None
    assert level.loc[HUISSERIE, "with_car"] > float(walked.apl_before.sel(origin=HUISSERIE))


def test_a_bus_brings_those_who_do_not_drive(walked: Study, ridden: Study) -> None:
    assert walked.groups is not None
    assert ridden.groups is not None
    assert walked.groups.level is not None
    assert ridden.groups.level is not None
    minutes = ridden.groups.minutes
    assert minutes is not None
    # On foot to a stop at the door, 10 minutes between buses of 8: half wait 4 minutes or less.
    assert float(minutes.sel(origin=HUISSERIE)) == 12
    before, after = walked.groups.level, ridden.groups.level
    assert after.loc[HUISSERIE, "without_car"] > 0
    assert (after["with_car"] <= before["with_car"]).all()  # they are not alone any more
    assert after.loc[HUISSERIE, "with_car"] < before.loc[HUISSERIE, "with_car"]
    assert ridden.groups.timetable is not None
    assert ridden.groups.timetable["day"] == "2026-03-02"
    assert "bus.zip" in ridden.sources.index


def test_what_is_missing_is_said(folder: Path, walked: Study) -> None:
    none = told(folder)
    assert none.level is None
    assert none.minutes is None
    assert [str(fault) for fault in none.missing] == [
        "Avec et sans voiture, l’APL de chacun : il manque need.cars_file, supply.gp_file."
    ]
    assert walked.groups is not None
    assert "travel.transit_gtfs" in str(walked.groups.missing[0])
    cars = told(folder, BOTH[1])
    assert cars.level is None
    assert "supply.gp_file" in str(cars.missing[0])


@pytest.mark.parametrize(
    ("language", "heading", "words"),
    [
        ("fr", "Avec et sans voiture", "attente comprise, médiane des départs de 8\u202fh à"),
        ("en", "With and without a car", "median of the departures from 8:00 to 10:00"),
    ],
)
def test_the_dossier_tells_of_both(ridden: Study, language: str, heading: str, words: str) -> None:
    said = content(ridden, Voice.of(language))
    table = next(table for table in said.tables("diagnostic") if table.id == "voitures")
    assert table.caption.startswith(heading)
    assert words.replace("\u202f", " ") in table.note.replace("\u202f", " ").replace("\xa0", " ")
    ids = [column.key for column in said.communes.columns]
    row = next(row for row in said.communes.rows if row[0] == HUISSERIE)
    assert row[ids.index("apl_sans_voiture")] > 0
    assert len(ids) == len(row)
