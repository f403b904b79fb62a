"""Says in a few seconds why a plan is what it is: what a study tells beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.siting.explain import why
from territory_access.siting.prices import MONEY, STAFF, prices
from territory_access.siting.questions import Questions
from territory_access.siting.solve import simple
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.siting.plan import SitingPlan

# Each site and each price asks the solver again: more than this belongs to a command of its own.
_SITES = 8


@dataclass(frozen=True)
class Explanation:
    """Why these sites, and what a little more would bring.

    Attributes
    ----------
    why
        See ``siting.explain.why``.
    prices
        See ``siting.prices.prices``: money and staff only.
    """

    why: pd.DataFrame
    prices: pd.DataFrame


def explanation(plan: SitingPlan) -> Explanation | None:
    """Return the explanation of a plan, or ``None`` where it would take too long or say nothing.

    Only proved plans of one year of places, with eight sites at most, are explained at once; the
    commands ``explain``, ``alternatives``, ``frontier`` and ``robustness`` take their time.

    Parameters
    ----------
    plan
        The plan.
    """
    proved = plan.report.status is Status.OPTIMAL
    if not proved or plan.problem.time_limit is not None or not simple(plan.problem):
        return None
    if len(plan.sites) > _SITES:
        return None
    asked = Questions(plan.problem)
    return Explanation(
        why=why(plan, questions=asked), prices=prices(plan, kinds=(MONEY, STAFF), questions=asked)
    )
