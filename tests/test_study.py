"""The default studies, on real places, keep the promises that a planner will hold us to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr

from territory_access import siting, study
from territory_access.scenario import Scenario
from territory_access.services import catalogue
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from territory_access.study import Study

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"


def answer(name: str, *changes: str) -> Study:
    return study.run(Scenario.load(SCENARIOS / f"{name}.toml", changes=changes))


@pytest.fixture(scope="module")
def loire() -> Study:
    return answer("pays-de-la-loire")


@pytest.fixture(scope="module")
def isles() -> Study:
    return answer("iles-du-morbihan")


def test_the_default_plan_is_proven_and_affordable(loire: Study) -> None:
    plan, limits = loire.plan, loire.scenario.siting
    assert plan.report.status is Status.OPTIMAL
    assert plan.report.gap == 0
    assert plan.gain > 0
    assert plan.sites["capex"].sum() <= limits.budget
    assert plan.sites["fte"].sum() <= limits.gp_fte + 1e-9
    assert plan.sites["deficit"].sum() <= limits.deficit_per_year


def test_the_reported_gain_is_the_optimised_gain(loire: Study) -> None:
    after, before = loire.places_after.attrs["total"], loire.places_before.attrs["total"]
    assert after - before == loire.plan.gain == loire.plan.report.objective


def test_nobody_is_served_twice_or_loses_a_place(loire: Study) -> None:
    seekers = loire.territory.zones["seekers"].sort_index().to_numpy()
    served = loire.places_after["served"].sortby("origin").to_numpy()
    assert (served <= seekers + 1e-9).all()
    assert float(loire.places_after["used"].sum()) == pytest.approx(served.sum())


def test_more_budget_never_serves_fewer_people(loire: Study) -> None:
    services = catalogue.load()
    gains = []
    for budget in range(200_000, 1_600_001, 200_000):
        asked = siting.problem(
            loire.territory,
            loire.times,
            loire.scenario.siting.model_copy(update={"budget": float(budget)}),
            parameters=loire.parameters,
            services=services,
        )
        gains.append(siting.solve(asked).gain)
    assert gains == sorted(gains)
    assert gains[-1] > gains[0]
    assert gains[2] == loire.plan.gain


def test_without_a_proven_site_its_basin_is_worse_off(loire: Study) -> None:
    without = answer("pays-de-la-loire", 'supply.exclude=["smp-laval"]', "siting.budget=0")
    times = loire.times["travel_time"].sel(destination="smp-laval")
    basin = times["origin"][times <= 20].to_numpy()
    here, gone = (
        float(one.places_before["served"].sel(origin=basin).sum()) for one in (loire, without)
    )
    assert here - gone > 1000


def test_a_budget_of_zero_says_why() -> None:
    plan = answer("pays-de-la-loire", "siting.budget=0").plan
    assert plan.report.status is Status.EMPTY
    assert "budget" in str(plan.report.reason)
    assert plan.sites.empty


def test_groix_and_houat_take_most_of_a_day(isles: Study) -> None:
    captive = isles.islands["captive_minutes_low"] / 60
    assert captive["56069"] == pytest.approx(5.5, abs=0.3)
    assert captive["56086"] == pytest.approx(9.0, abs=0.6)


def test_no_island_is_served_from_the_mainland_within_twenty_minutes(isles: Study) -> None:
    islands = isles.islands.index.to_numpy()
    times = isles.times["travel_time"]
    sites = [*isles.territory.facilities["zone_id"], *isles.territory.candidates["zone_id"]]
    zone = xr.DataArray(np.array(sites), {"destination": times["destination"]}, ("destination",))
    from_mainland = times.sel(origin=islands).where(~zone.isin(islands), np.inf)
    assert float(from_mainland.min()) > 20
    assert set(isles.islands.index) >= {"56069", "56085", "56086", "56087", "56088", "56152"}


def test_a_supply_file_brings_the_apl(tmp_path: Path) -> None:
    mayenne = ["territory.regions=[]", 'territory.departements=["53"]', "territory.buffer_km=20"]
    plain = answer("pays-de-la-loire", *mayenne)
    assert plain.apl_before is None
    offer = tmp_path / "offre.csv"
    doctors = plain.territory.zones["population"] // 2000
    offer.write_text(
        "code_commune;nb_mg\n" + "\n".join(f"{code};{n}" for code, n in doctors.items()),
        encoding="utf-8",
    )
    known = answer(
        "pays-de-la-loire", *mayenne, f'supply.gp_file="{offer}"', "siting.objective=apl"
    )
    assert known.apl_before is not None
    assert known.apl_after is not None
    assert known.plan.report.status is Status.OPTIMAL
    need = known.territory.zones["need"]
    threshold = known.parameters.value("apl.threshold")
    missing = [
        float((need.to_numpy() * np.maximum(0, threshold - apl.sel(origin=need.index))).sum())
        for apl in (known.apl_before, known.apl_after)
    ]
    assert missing[0] - missing[1] == pytest.approx(known.plan.gain, rel=1e-9)


def test_the_same_question_has_the_same_answer(loire: Study) -> None:
    again = answer("pays-de-la-loire")
    assert again.plan.sites.equals(loire.plan.sites)
    assert again.places_after.identical(loire.places_after)
