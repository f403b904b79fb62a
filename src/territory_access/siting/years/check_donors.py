"""Says whether practices nearby can lose what a plan takes from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.errors import Fault
from territory_access.siting.years.recount import lost_by_year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from territory_access.siting.plan import SitingPlan

# What the solver's floating point may leave, relatively and in consultations.
CLOSE = 1e-6


def lost_too_much(plan: SitingPlan) -> Iterator[Fault]:
    """Yield practices that would lose more than they offer, where what they lose counts.

    Parameters
    ----------
    plan
        A plan whose sites may open where they do.
    """
    known = plan.problem.donors
    if known is None or plan.problem.missing is None:
        return
    offered = known.acts.to_series()
    for year, lost in enumerate(lost_by_year(plan), start=1):
        total = lost.sum(axis=0)
        for code in total.index[total.to_numpy() > offered[total.index] * (1 + CLOSE) + CLOSE]:
            yield Fault(
                "année {year}, {code} : les cabinets y perdraient plus qu’ils n’offrent",
                {"year": year, "code": code},
            )
