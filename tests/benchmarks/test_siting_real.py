"""Plans of a whole region on the real supply of GPs: how far, how fast, in how much memory.

The supply is INSEE's BPE 2018, brought down evenly to the national mean APL of 2024 (3.26), since
much more is missing today than in 2018 and the question is harder. Times between communes are
estimated. « ours » is what the plan leaves unproved of its gain, « peer » the gap allowed.
"""

from __future__ import annotations

import resource
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from territory_access import access, siting, travel
from territory_access.access.decay import Decay
from territory_access.datasets import communes
from territory_access.parameters import Parameters
from territory_access.scenario import Scenario
from territory_access.services import catalogue
from territory_access.siting.donors import Practices
from territory_access.territory import Territory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.real_data
MEAN_2024 = 3.26
QUESTION = """
title = "Pays de la Loire"
territory.regions = ["52"]
siting = {budget = 2_000_000, gp_fte = 8, nurse_fte = 30, deficit_per_year = 600_000,
  services = ["SMP", "CDS", "ANT", "ROT"], min_population = 2_500, objective = "apl"}
services.SMP.min_population = 3000
""".replace(",\n  ", ", ")


@pytest.fixture(scope="module")
def ask(real_data: Path) -> Callable[..., siting.Problem]:
    scenario = Scenario.parse(QUESTION)
    parameters = Parameters.load()
    services = catalogue.load(scenario.services)
    place = Territory.load(scenario, parameters=parameters)
    times = travel.matrix(place, max_minutes=60.0, season="low", parameters=parameters)
    apl, practices = _supply(real_data, place, parameters)

    def asked(*, donors: bool = False, **changes: Any) -> siting.Problem:
        settings = type(scenario.siting)(**(scenario.siting.model_dump() | changes))
        return siting.problem(
            place,
            times,
            settings,
            parameters=parameters,
            services=services,
            apl=apl,
            practices=practices if donors else None,
        )

    return asked


def _supply(
    real_data: Path, place: Territory, parameters: Parameters
) -> tuple[xr.DataArray, Practices]:
    table = pd.read_csv(
        real_data / "supply" / "bpe2018_health_commune_wide.csv.gz", dtype={"DEPCOM": str}
    )
    known = communes.names().index
    current = [code if code in known else communes.current_code(code) for code in table["DEPCOM"]]
    doctors = table.groupby(current)["D201"].sum().reindex(place.zones.index, fill_value=0)
    doctors = doctors[doctors > 0]
    practices = place.zones.loc[doctors.index, ["anchor"]].set_geometry("anchor")
    times = travel.matrix(
        place,
        destinations=practices.assign(zone_id=practices.index),
        max_minutes=60.0,
        season="low",
        parameters=parameters,
    )
    need = place.zones["need"]
    people = xr.DataArray(need.to_numpy(), {"origin": need.index.to_numpy()}, ("origin",))
    acts = doctors.to_numpy(float) * parameters.value("apl.acts_per_fte")
    offered = xr.DataArray(acts, {"destination": doctors.index.to_numpy()}, ("destination",))
    level = access.apl(times, people, offered, Decay.drees(parameters))
    inside = place.zones["in_territory"].to_numpy()
    share = MEAN_2024 / float(np.average(level.to_numpy()[inside], weights=need[inside]))
    return level * share, Practices(times, offered * share)


def _measured(problem: siting.Problem) -> tuple[siting.SitingPlan, float, str]:
    start, wall = time.process_time(), time.perf_counter()
    plan = siting.solve(problem)
    used, passed = time.process_time() - start, time.perf_counter() - wall
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    worth = float(problem.horizon.worth().sum())
    missing = worth * problem.missing.total(problem.missing.apl)
    left = (plan.report.bound - plan.gain) / (missing - plan.gain)
    shape = f"{len(problem.candidates)} candidates × {len(problem.options)} options"
    said = (
        f"{shape} × {problem.horizon.years} year(s), {len(plan.sites)} sites; {used:.0f} s of CPU, "
        f"{passed:.0f} s in all, {memory:.0f} MB; {left:.2%} of the shortfall; recounted"
    )
    return plan, used, said


def test_one_year(ask: Callable[..., siting.Problem], note: Callable[..., float]) -> None:
    plan, used, said = _measured(replace(ask(), time_limit=60.0))
    said = f"gap on the gain {plan.report.gap:.3%}; {said}"
    assert plan.report.gap <= 1e-3
    assert note("plan of one year, Pays de la Loire / budget of 20 s", used, 20.0, equal=said) >= 1


def test_one_year_with_donors(
    ask: Callable[..., siting.Problem], note: Callable[..., float]
) -> None:
    plan, used, said = _measured(replace(ask(donors=True), time_limit=60.0))
    said = f"gap on the gain {plan.report.gap:.3%}; {said}"
    assert plan.report.gap <= 1e-3
    # Proved in a fifth of this time; the rest chooses among plans of the same gain.
    note("plan of one year, practices nearby lose doctors / budget of 20 s", used, 20.0, equal=said)


def test_one_year_of_more_money(
    ask: Callable[..., siting.Problem], note: Callable[..., float]
) -> None:
    problem = ask(budget=3_000_000.0, deficit_per_year=900_000.0, gp_fte=40.0)
    plan, used, said = _measured(replace(problem, time_limit=60.0))
    said = f"gap on the gain {plan.report.gap:.3%}; {said}"
    note("plan of one year, 3 M€ and 40 FTE / budget of 20 s", used, 20.0, equal=said)


def test_five_years(ask: Callable[..., siting.Problem], note: Callable[..., float]) -> None:
    problem = ask(
        budget=3_000_000.0,
        deficit_per_year=900_000.0,
        gp_fte=40.0,
        years=5,
        hires={"salaried": 2.0, "rotating": 3.0},
        funders=(
            {"name": "Assist", "share_max": 0.4, "own_min": 100_000.0, "envelope": 250_000.0},
        ),
    )
    plan, _, said = _measured(replace(problem, time_limit=300.0))
    note("plan of five years, Pays de la Loire: gap on the gain", plan.report.gap, 0.02, equal=said)
