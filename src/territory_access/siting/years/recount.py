"""Counts again what a plan brings, through ``access`` alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.catchment import floating_catchment
from territory_access.access.priority import first_served
from territory_access.siting.decisions import remaining
from territory_access.siting.lost import apl_lost, lost_to
from territory_access.siting.priority import weights
from territory_access.siting.served import weighted
from territory_access.siting.years.closing import without_plan
from territory_access.siting.years.goals import asked, reached, tail
from territory_access.siting.years.seats import away, per_consultation
from territory_access.vocabulary import DESTINATION, Objective

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem

    type Reals = NDArray[np.float64]

# An APL this close below the threshold has reached it: the solver's floating point.
CLOSE = 1e-6


def by_year(plan: SitingPlan, column: str) -> Reals:
    """Return a column of the plan's activity ``(site, year)``, sites in the plan's order."""
    years = plan.problem.horizon.years
    if plan.sites.empty:
        return np.zeros((0, years))
    table = plan.activity.reset_index().pivot_table(column, "candidate_id", "year")
    return np.asarray(table.loc[plan.sites.index].to_numpy(float))


def closed_by(plan: SitingPlan, year: int) -> list[str]:
    """Return the options of the sites that are there, or gone, by a year (1 for the first)."""
    return options_of(plan).index[plan.sites["year"].to_numpy(int) <= year].tolist()


def options_of(plan: SitingPlan) -> pd.DataFrame:
    """Return the option of each site of a plan."""
    names = plan.sites["service"] + " " + plan.sites["size"]
    return plan.problem.options.loc[names]


def apl_by_year(plan: SitingPlan) -> Reals:
    """Return the APL with the plan ``(origin, year)``, through ``access`` alone."""
    problem, data = plan.problem, plan.problem.missing
    if data is None:
        raise ValueError
    level = without_plan(problem).copy()
    # Where those who lose are known the whole offer counts here, and they lose theirs.
    acts = by_year(plan, "net_acts" if problem.donors is None else "acts_per_year")
    sites = {DESTINATION: plan.sites.index.to_numpy(str)}
    for year, lost in enumerate(lost_by_year(plan)):
        level[:, year] -= apl_lost(problem, lost.sum(axis=0), data.need, data.decay)
    for year in range(level.shape[1]) if len(plan.sites) else ():
        # What comes and what goes are counted apart: an offer is never negative.
        for sign in (1.0, -1.0):
            offered = xr.DataArray(np.maximum(0.0, sign * acts[:, year]), sites, (DESTINATION,))
            level[:, year] += sign * floating_catchment(
                problem.times.sel(sites), data.need, offered, data.decay
            )
    return level


def lost_by_year(plan: SitingPlan) -> list[pd.DataFrame]:
    """Return what practices lose to each site of a plan, one table a year (``siting.lost``)."""
    acts = by_year(plan, "acts_per_year")
    return [lost_to(plan.problem, plan.sites, year) for year in acts.T] if len(plan.sites) else []


def gain(plan: SitingPlan) -> float:
    """Return what the plan brings of its goals, each at its weight, from ``access`` alone."""
    return sum(weight * _goal(plan, goal) for goal, weight in asked(plan.problem).items())


def _goal(plan: SitingPlan, goal: Objective) -> float:
    """Return what the plan brings of one goal, each year at its worth."""
    problem, worth = plan.problem, plan.problem.horizon.worth()
    if goal is Objective.PLACES:
        today = weighted(problem)
        return float(worth @ [_served(plan, year) - today for year in range(worth.size)])
    before, level = without_plan(problem), apl_by_year(plan)
    return float(
        sum(
            worth[year] * _apl_goal(problem, goal, year, level[:, year], before[:, year])
            for year in range(worth.size)
        )
    )


def _apl_goal(problem: Problem, goal: Objective, year: int, level: Reals, before: Reals) -> float:
    data = problem.missing
    if data is None:
        raise ValueError
    need = data.need.to_numpy()
    if goal is Objective.APL:
        return data.total(before) - data.total(level)
    if goal is Objective.LIFTED:
        above = (level >= data.threshold - CLOSE) & (before < data.threshold)
        fallen = (level < data.threshold - CLOSE) & (before >= data.threshold)
        return float(need[above].sum() - need[fallen].sum())
    zones, lack, people = reached(problem, year)
    left = np.maximum(0.0, data.threshold - level[zones])
    return tail(lack, people) - tail(left, people)


@dataclass(frozen=True)
class Seats:
    """Who may use which places in a year of a plan.

    Attributes
    ----------
    seekers
        By zone.
    near
        May a zone use a site ``(zones, sites)``: those of the plan, then existing ones.
    places
        By site.
    """

    seekers: Reals
    near: NDArray[np.bool_]
    places: Reals


def seats_of(plan: SitingPlan, year: int) -> Seats:
    """Return who may use which places in a year of a plan, 0 for the first."""
    problem = remaining(plan.problem, closed_by(plan, year + 1))
    old = problem.existing[problem.existing["places"] > 0]
    each = per_consultation(problem)[problem.options.index.get_indexer(options_of(plan).index)]
    new = each * by_year(plan, "acts_per_year")[:, year]
    reach = np.concatenate([plan.sites["reach"].to_numpy(float), old["reach"].to_numpy(float)])
    return Seats(
        seekers=problem.seekers.to_numpy().astype(float),
        near=away(problem, [*plan.sites.index, *old.index]) <= reach[None, :],
        places=np.concatenate([np.maximum(0.0, new), old["places"].to_numpy(float)]),
    )


def _served(plan: SitingPlan, year: int) -> float:
    """Return what the places of a year are worth at most: residents, or weighted places."""
    seats, weight = seats_of(plan, year), weights(plan.problem)
    found, _ = first_served(seats.near, seats.seekers, seats.places, weight)
    return float(weight @ found)
