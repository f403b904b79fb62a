"""Says what more money would bring, point by point, and what fairness costs.

Each point is a plan of its own, proved; the marginal euro is the slope between two points. With
``nested``, each plan keeps the sites of the smaller one, and what that loses is told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.siting.explain import names
from territory_access.siting.questions import REACHED, Answer, Otherwise, Questions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem

SHARES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
KEPT = (1.0, 0.99, 0.98, 0.95, 0.9)
# Fairness is proved to within 1 %: its last steps would take minutes.
_GAP = 0.01


def by_budget(
    problem: Problem,
    *,
    budgets: Sequence[float] | None = None,
    nested: bool = False,
    questions: Questions | None = None,
    observe: Callable[[int, int], None] = lambda _done, _all: None,
) -> pd.DataFrame:
    """Return the gain against the investment.

    Parameters
    ----------
    problem
        What is asked; its other rules hold at every point.
    budgets
        Euros; a quarter to twice the problem's by default.
    nested
        Each plan keeps the sites of the one before, with their size.
    questions
        The problem, prepared.
    observe
        Called with the points done, and all of them.

    Returns
    -------
    pandas.DataFrame
        Index ``budget`` (€, rising): ``gain``, ``bound``, ``spent`` (€), ``per_100k`` (gain for
        100 000 € more than the point before; NaN at the first), ``sites`` (how many), ``names``;
        with ``nested``, ``nesting_costs``: what keeping the smaller plan's sites loses.
    """
    asked = questions or Questions(problem)
    points = sorted(set(budgets or [share * problem.rules.budget for share in SHARES]))
    rows: list[dict[str, object]] = []
    fixed: tuple[tuple[str, str], ...] = ()
    for done, budget in enumerate(points, start=1):
        rules = replace(problem.rules, budget=float(budget))
        free = asked.ask(Otherwise(rules=rules))
        if free is None:
            free = Answer(0.0, 0.0, 0.0, 0.0, ())
        plan = free
        if nested and fixed:
            plan = asked.ask(Otherwise(rules=rules, fixed=fixed)) or free
        fixed = plan.sites
        rows.append(
            {
                "gain": plan.gain,
                "bound": plan.bound,
                "spent": _spent(problem, plan),
                "sites": len(plan.sites),
                "names": names(problem, plan.places),
                "nesting_costs": free.gain - plan.gain,
            }
        )
        observe(done, len(points))
    table = pd.DataFrame(rows, index=pd.Index(points, name="budget", dtype=float))
    steps = np.diff(table.index.to_numpy(), prepend=np.nan)
    table.insert(3, "per_100k", table["gain"].diff() / steps * 100_000)
    return table if nested else table.drop(columns="nesting_costs")


def by_equity(
    plan: SitingPlan,
    *,
    kept: Sequence[float] = KEPT,
    questions: Questions | None = None,
    observe: Callable[[int, int], None] = lambda _done, _all: None,
) -> pd.DataFrame:
    """Return how much fairer a plan can be for a little less gain.

    The most places are rarely where nobody has any: each point keeps a share of the gain and
    brings as many residents as can be within reach of a place for the first time. About the APL,
    it leaves the tenth of inhabitants who are worst served lacking as little as can be.

    Parameters
    ----------
    plan
        The best plan.
    kept
        Shares of its gain to keep.
    questions
        Its problem, prepared.
    observe
        Called with the points done, and all of them.

    Returns
    -------
    pandas.DataFrame
        Index ``kept``: ``gain``, ``reached`` (residents newly within reach; or consultations that
        the worst-served tenth no longer lacks), ``at_most`` (no plan does more), ``sites`` (how
        many), ``names``.
    """
    asked = Questions.of(plan, questions)
    rows = []
    for done, share in enumerate(kept, start=1):
        least = plan.gain * share
        least = float(np.ceil(least - 1e-9)) if asked.fast else least
        found = asked.ask(goal=REACHED, least=least, gap=_GAP)
        rows.append(
            (np.nan, np.nan, np.nan, 0, "")
            if found is None
            else (
                found.gain,
                found.value,
                found.at_most,
                len(found.sites),
                names(plan.problem, found.places),
            )
        )
        observe(done, len(kept))
    index = pd.Index(list(kept), name="kept", dtype=float)
    return pd.DataFrame(rows, index=index, columns=["gain", "reached", "at_most", "sites", "names"])


def _spent(problem: Problem, plan: Answer) -> float:
    return float(problem.options.loc[[option for _, option in plan.sites], "capex"].sum())
