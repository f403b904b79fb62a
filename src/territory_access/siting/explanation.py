"""Says beside a study why its plan is what it is, within a work that is stated beforehand.

The work is counted in questions asked again and in the size of the model, never in seconds, so that
the same study always says the same:

* one year of places, proved, with eight sites at most: each site, money and staff;
* the whole model up to ``MEDIUM`` coefficients: the eight sites that bring most alone, and prices;
* up to ``RELAXED_AGAIN``, or with ``siting.time_limit``: the three sites that bring most alone;
* beyond: what goes when each site alone goes, counted again, without asking the solver.

What a plan promises, or contains of a plan already begun, has its price wherever that is found in
some seconds. The commands ``explain``, ``alternatives``, ``frontier`` and ``robustness`` take the
time that all of it needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.siting.explain import why
from territory_access.siting.prices import MONEY, NESTED, PROMISED, STAFF, prices
from territory_access.siting.questions import Questions
from territory_access.siting.solve import simple
from territory_access.siting.years.again import MEDIUM, RELAXED_AGAIN
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.siting.plan import SitingPlan

# Sites that are taken out in turn: of a small model, and of a large one.
_SITES, _FEW = 8, 3
# Seconds that the plan may have taken, for what it owes to be priced beside it.
_SECONDS = 20.0


@dataclass(frozen=True)
class Explanation:
    """Why these sites, and what a little more would bring.

    Attributes
    ----------
    why
        See ``siting.explain.why``; of a large plan, what is lost without a site is told of some
        only.
    prices
        See ``siting.prices.prices``: money and staff, promises and the plan already begun.
    """

    why: pd.DataFrame
    prices: pd.DataFrame


def explanation(plan: SitingPlan) -> Explanation | None:
    """Return the explanation of a plan, or ``None`` where it would take too long or say nothing.

    Parameters
    ----------
    plan
        The plan.
    """
    if plan.sites.empty:
        return None
    if not simple(plan.problem):
        return _whole(plan)
    proved = plan.report.status is Status.OPTIMAL and plan.problem.time_limit is None
    if not proved or len(plan.sites) > _SITES:
        return None
    asked = Questions(plan.problem)
    return Explanation(
        why=why(plan, questions=asked), prices=prices(plan, kinds=(MONEY, STAFF), questions=asked)
    )


def _whole(plan: SitingPlan) -> Explanation:
    """Explain a plan of the whole model, as far as its size allows."""
    problem, asked = plan.problem, Questions.of(plan)
    size = asked.again.size()
    small = size <= MEDIUM and problem.time_limit is None
    again = _SITES if small else _FEW if size <= RELAXED_AGAIN else 0
    owes = plan.report.seconds <= _SECONDS and plan.report.status is Status.OPTIMAL
    kinds = ((MONEY, STAFF) if small else ()) + ((PROMISED, NESTED) if small or owes else ())
    return Explanation(
        why=why(plan, questions=asked, most=again),
        prices=prices(plan, kinds=kinds, questions=asked),
    )
