"""Puts a plan inside a larger one, so that money that comes later only adds to what was begun."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem


def nested(problem: Problem, smaller: SitingPlan) -> Problem:
    """Return the problem with the sites of a smaller plan in it, same services and sizes.

    What nesting costs is the gain of the free plan less that of this one.

    Parameters
    ----------
    problem
        What is asked, with more means.
    smaller
        The plan of less means.
    """
    names = smaller.sites["service"] + " " + smaller.sites["size"]
    kept = tuple(zip(smaller.sites.index.astype(str), names, strict=True))
    return replace(problem, included=tuple(sorted(kept)))
