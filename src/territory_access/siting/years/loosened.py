"""Says what a question becomes once no rule limits it, before each limit is written again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.siting.decisions import OPEN
from territory_access.siting.pool import BASIN, THOUSANDTHS
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.pool import Pool
    from territory_access.siting.problem import Problem
    from territory_access.siting.rules import Rules

# More than any plan asks for: euros or FTE, doctors of a profile, services in an EPCI.
PLENTY, MANY = 1e9, 10**6
# The basin of doctors who are not there, near every place.
ELSEWHERE = "~"


def loosened(problem: Problem) -> Problem:
    """Return the same question with means, doctors and places without limit.

    What must open, what is promised and what islands keep stay asked: their rows are relaxed one
    by one (``years.elastic``). What the plan does best does not matter here.

    Parameters
    ----------
    problem
        What is asked.
    """
    continuity = problem.continuity
    return replace(
        problem,
        objective=Objective.PLACES if problem.missing is None else Objective.APL,
        weights=(),
        then=(),
        priority=None,
        rules=_without_limits(problem.rules),
        recruits=tuple(
            replace(one, fte=xr.full_like(one.fte, float(MANY))) for one in problem.recruits
        ),
        pool=_elsewhere(problem.pool),
        allowed=problem.allowed | openable(problem),
        continuity=None if continuity is None else replace(continuity, floor=0.0),
    )


def _without_limits(rules: Rules) -> Rules:
    """Return the rules with every limit that is set lifted."""
    return replace(
        rules,
        budget=_plenty(rules.budget),
        deficit_per_year=_plenty(rules.deficit_per_year),
        gp_fte=_plenty(rules.gp_fte),
        nurse_fte=_plenty(rules.nurse_fte),
        per_epci=None if rules.per_epci is None else MANY,
    )


def _plenty(limit: float) -> float:
    return PLENTY if np.isfinite(limit) else limit


def _elsewhere(pool: Pool) -> Pool:
    """Return the pool with one more basin, near every site."""
    more = xr.DataArray([MANY * THOUSANDTHS // 10], {BASIN: [ELSEWHERE]}, (BASIN,))
    near = xr.ones_like(pool.within.isel({BASIN: [0]})).assign_coords({BASIN: [ELSEWHERE]})
    return replace(
        pool,
        fte=xr.concat([pool.fte, more], BASIN),
        within=xr.concat([pool.within, near], BASIN),
    )


def openable(problem: Problem) -> xr.DataArray:
    """Return where something new could open if communes were large enough, and none forbidden.

    Parameters
    ----------
    problem
        What is asked.
    """
    candidates, options = problem.candidates, problem.options
    free = ~candidates["hosts"].to_numpy(bool)
    free &= (candidates["site"] == "").to_numpy(bool) & (candidates["addon"] == "").to_numpy(bool)
    there = candidates["island"].to_numpy(bool)[:, None] | ~options["island"].to_numpy(bool)
    new = (options["decision"] == OPEN).to_numpy(bool)
    return problem.allowed.copy(data=free[:, None] & there & new)


def too_small(problem: Problem) -> NDArray[np.float64]:
    """Return how many inhabitants each candidate lacks to host each option ``(J, O)``.

    Parameters
    ----------
    problem
        What is asked.
    """
    least = problem.options["min_population"].to_numpy(float)
    people = problem.candidates["population"].to_numpy(float)
    return np.asarray(np.maximum(0.0, least[None, :] - people[:, None]))
