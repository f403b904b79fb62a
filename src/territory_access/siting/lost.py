"""Counts, site by site, the consultations that practices nearby lose to a plan.

By addition, commune by commune (``services.staffing.net_supply``), from the problem's tables and
the plan's own: the check of a plan and the dossier both read this, not the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.access.catchment import floating_catchment
from territory_access.services.staffing import net_supply
from territory_access.siting.donors import DONOR, largest_sizes, shares
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from territory_access.access.decay import Decay
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem

    type Reals = NDArray[np.float64]


def lost_to(problem: Problem, sites: pd.DataFrame, acts: Reals) -> pd.DataFrame:
    """Return what practices of each commune lose to each site.

    Parameters
    ----------
    problem
        What is asked.
    sites
        Sites of a plan: ``service`` and ``size``, index ``candidate_id``.
    acts
        Consultations a year that each offers ``(site,)``.

    Returns
    -------
    pandas.DataFrame
        Consultations a year; one row a site, one column a commune that loses some; no column
        where those who lose are not known.
    """
    known = problem.donors
    if known is None or sites.empty:
        return pd.DataFrame(index=sites.index)
    supply = known.acts.to_series()
    options = problem.options
    share = pd.Series(shares(options), options.index)
    largest = pd.Series(largest_sizes(options), options.index)
    rows = {}
    for (code, site), offered in zip(sites.iterrows(), acts, strict=True):
        option = f"{site['service']} {site['size']}"
        away = known.minutes.sel({DESTINATION: code}).to_series().reindex(supply.index)
        there = float(supply[away <= known.within].sum())
        if offered > 0 and share[option] > 0 and there > 0:
            part = min(share[option], there / largest[option])
            rows[code] = net_supply(float(offered), part, supply, away, within=known.within).donors
    # Columns in the order of the practices, rows in that of the plan.
    table = pd.DataFrame(rows, dtype=float).T
    table = table.reindex(index=sites.index, columns=supply.index.intersection(table.columns))
    return table.fillna(0.0).rename_axis(columns=DONOR)


def share_left(problem: Problem, lost: pd.DataFrame) -> pd.Series[float]:
    """Return the share of its doctors that practices of each commune keep, those that are known.

    Parameters
    ----------
    problem
        What is asked.
    lost
        As ``lost_to`` returns it.
    """
    if problem.donors is None or lost.columns.empty:
        return pd.Series(dtype=float)
    gone = lost.sum(axis=0)
    return (1.0 - gone / problem.donors.acts.to_series()[gone.index]).clip(lower=0.0)


def lost_by(plan: SitingPlan) -> pd.DataFrame:
    """Return what practices of each commune lose to each site of a plan, in its last year."""
    acts = plan.sites["acts_per_year"].to_numpy(float)
    return lost_to(plan.problem, plan.sites, acts)


def apl_lost(problem: Problem, lost: pd.Series[float], need: xr.DataArray, decay: Decay) -> Reals:
    """Return the APL that goes where practices offer that much less ``(origin,)``.

    Parameters
    ----------
    problem
        What is asked.
    lost
        Consultations a year by commune; no commune loses more than it offers.
    need
        Standardised inhabitants ``(origin)``.
    decay
        What travel time leaves of a consultation.
    """
    known = problem.donors
    if known is None or lost.empty:
        return np.zeros(need.size)
    offered = known.acts.to_series()
    left = (offered - lost.reindex(offered.index, fill_value=0.0)).clip(lower=0.0)
    levels = [
        floating_catchment(
            known.times, need, known.acts.copy(data=amount.to_numpy(float)), decay
        ).to_numpy()
        for amount in (offered, left)
    ]
    found: Reals = levels[0] - levels[1]
    return found
