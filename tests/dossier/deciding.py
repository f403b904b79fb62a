"""A made-up study whose plan takes every decision at once: open, extend, change, close, move."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from territory_access import ledgers, siting
from territory_access.parameters import Parameters
from territory_access.services import catalogue
from territory_access.siting.lines import left, lines
from territory_access.siting.problem import allocation
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from types import ModuleType

    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem
    from territory_access.study import Study

# Existing sites: service, commune, FTE, consultations a year, places.
SITES = {
    "grows": ("CDS", "99019", 2.0, 8600.0, 2047),
    "changes": ("ROT", "99015", 1.0, 4500.0, 1071),
    "closes": ("CDS", "99011", 2.0, 8600.0, 2047),
    "moves": ("ROT", "99008", 1.0, 4500.0, 1071),
    "beyond": ("CDS", "99023", 2.0, 8600.0, 2047),  # in the buffer: nobody here decides of it
}
WANTED = {
    "grows+": "CDS base, grows",
    "changes+": "CDS base, changes",
    "closes+": "CDS fermeture, closes",
    "moves+": "ROT départ, moves",
    "99012": "ROT déplacé, moves",
    "99017": "ROT base",
}
RULES = {
    "budget": 2_000_000.0,
    "deficit_per_year": 500_000.0,
    "gp_fte": 12.0,
    "nurse_fte": 40.0,
    "services": ("CDS", "ROT"),
    "decisions": ("open", "extend", "upgrade", "close", "relocate"),
}


def decided_study(
    made_up: ModuleType, *, objective: str = "apl", wanted: dict[str, str] | None = None
) -> Study:
    """Return a whole study of that plan, or of part of it."""
    study = _with_sites(made_up.made_up_study(with_apl=True))
    rules = study.scenario.siting.model_copy(update=RULES | {"objective": Objective(objective)})
    scenario = study.scenario.model_copy(update={"siting": rules})
    asked = siting.problem(
        study.territory,
        study.times,
        rules,
        parameters=Parameters.load(),
        services=catalogue.load(),
        apl=study.apl_before,
    )
    plan = siting.solve(_only(asked, WANTED if wanted is None else wanted))
    # what else could be decided is what the page offers
    return _told(replace(study, scenario=scenario), replace(plan, problem=asked))


def _with_sites(study: Study) -> Study:
    """Return the study with the existing sites above instead of its own."""
    zones = study.territory.zones
    table = pd.DataFrame(
        [(f"Site {name}", *site, "2021") for name, site in SITES.items()],
        columns=["name", "service", "zone_id", "fte", "acts_per_year", "places", "opened"],
        index=pd.Index(SITES, name="facility_id", dtype=str),
    )
    sites = gpd.GeoDataFrame(
        table.assign(evidence=""), geometry=list(zones["anchor"][table["zone_id"]]), crs=zones.crs
    )
    codes = [*table["zone_id"], *study.territory.candidates.index]
    at = gpd.GeoSeries(zones["anchor"])
    away = np.array([at.distance(at[code]).to_numpy() for code in codes]).T
    minutes = (away / 1000 * 1.4 + 2).astype("float32")
    island = zones.index.to_numpy() == "99006"
    minutes[island] = np.inf
    times = xr.Dataset(
        {"travel_time": (("origin", "destination"), minutes)},
        coords={
            "origin": list(zones.index),
            "destination": [*SITES, *study.territory.candidates.index],
        },
        attrs=study.times.attrs,
    )
    place = replace(study.territory, facilities=sites)
    return replace(study, territory=place, times=times)


def _only(asked: Problem, wanted: dict[str, str]) -> Problem:
    """Return the question in which just these decisions can be taken, and must be."""
    allowed = xr.zeros_like(asked.allowed)
    for code, option in wanted.items():
        assert bool(asked.allowed.sel(candidate_id=code, option=option)), (code, option)
        allowed.loc[{"candidate_id": code, "option": option}] = True
    rules = replace(asked.rules, keep=tuple(sorted(wanted)))
    return replace(asked, allowed=allowed, rules=rules)


def _told(study: Study, plan: SitingPlan) -> Study:
    """Return the study with both ledgers of this plan, and the islands that follow from it."""
    known: dict[str, Any] = {"place": study.territory, "parameters": Parameters.load()}
    return replace(
        study,
        plan=plan,
        places_before=allocation(plan.problem),
        places_after=allocation(left(plan), ledgers.opened(plan)),
        apl_after=ledgers.apl_with(plan, study.apl_before, times=study.times, **known),
        by_kappa=ledgers.by_kappa(plan.problem, plan, **known),
    )


def told(study: Study) -> pd.DataFrame:
    """Return the lines of its plan by decision."""
    return lines(study.plan).set_index("decision")
