"""Holds a question to the sites and sizes of a plan: they may open, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem

type Sites = tuple[tuple[str, str], ...]


def sites_of(plan: SitingPlan) -> Sites:
    """Return the ``(candidate, option)`` of a plan, in its order."""
    options = plan.sites["service"] + " " + plan.sites["size"]
    return tuple(zip(plan.sites.index.astype(str), options.astype(str), strict=True))


def only(problem: Problem, sites: Sites) -> Problem:
    """Return the question in which nothing but these sites may open, at these sizes.

    Parameters
    ----------
    problem
        What is asked.
    sites
        ``(candidate, option)`` that may open.
    """
    allowed = problem.allowed.copy(data=problem.allowed.to_numpy() & False)
    for code, option in sites:
        allowed.loc[{"candidate_id": code, "option": option}] = True
    return replace(problem, allowed=allowed)
