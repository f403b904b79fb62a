"""Says what only one site of a plan brings: whom no other serves, what goes if it alone goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.siting.solve import simple
from territory_access.vocabulary import CANDIDATE, DESTINATION

if TYPE_CHECKING:
    from territory_access.siting.plan import SitingPlan


def alone(plan: SitingPlan) -> pd.Series[float]:
    """Return what only each site brings, by site of the plan.

    For one year of places, the seekers whom no other site with places reaches. Otherwise, what the
    plan gains less when the site is taken out of it and nothing else moves, counted again through
    ``access``: consultations, inhabitants or residents, as the goal says.

    Parameters
    ----------
    plan
        The plan.
    """
    if plan.activity.empty and simple(plan.problem):
        return _reached_alone(plan)
    from territory_access.siting.years import recount

    found = [plan.gain - recount.gain(without(plan, str(code))) for code in plan.sites.index]
    return pd.Series(found, index=plan.sites.index, dtype=float)


def without(plan: SitingPlan, code: str) -> SitingPlan:
    """Return what is left of a plan when one of its sites does not open and nothing else moves.

    Parameters
    ----------
    plan
        The plan.
    code
        One of its sites.
    """
    stays = plan.activity.index.get_level_values(CANDIDATE) != code
    return replace(plan, sites=plan.sites.drop(index=code), activity=plan.activity[stays])


def _reached_alone(plan: SitingPlan) -> pd.Series[float]:
    problem, sites = plan.problem, plan.sites
    old = problem.existing[problem.existing["places"] > 0]
    codes = [*sites.index.astype(str), *old.index.astype(str)]
    reach = np.array([*sites["reach"], *old["reach"]], float)
    minutes = problem.times.sel({DESTINATION: codes}).to_numpy()
    near = problem.home.sel({DESTINATION: codes}).to_numpy() | (
        (minutes <= reach[None, :]) & (reach > 0)[None, :]
    )
    single = near.sum(axis=1) == 1
    counted = problem.seekers.to_numpy() @ (near[:, : len(sites)] & single[:, None])
    return pd.Series(counted.astype(float), index=sites.index)
