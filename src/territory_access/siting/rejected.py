"""Says what forcing each rejected candidate into a plan would cost.

One year of places asks for each candidate in turn. The whole model asks for the best plan that has
**one at least** of the candidates not told yet: what it loses is exactly the regret of each new one
in it, and no other loses less. So regrets come in order, the smallest first, and when the search
stops every candidate left loses at least as much as the last one, or what its reduced cost says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.siting.explain import compared, names, why_not
from territory_access.siting.questions import Otherwise, Questions
from territory_access.vocabulary import CANDIDATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.siting.plan import SitingPlan

# Questions asked of the whole model: the candidates left are told by what was proved.
MOST, MOST_LARGE = 12, 6
_COLUMNS = ["name", "gain_lost", "at_least", "reached_lost", "leaves"]

type _Row = tuple[str, float, float, float, str]


def rejected(
    plan: SitingPlan,
    *,
    questions: Questions | None = None,
    observe: Callable[[int, int], None] = lambda _done, _all: None,
) -> pd.DataFrame:
    """Return what forcing each candidate in would cost, the least costly first.

    Parameters
    ----------
    plan
        The plan.
    questions
        Its problem, prepared.
    observe
        Called with the number of candidates done, and of all.

    Returns
    -------
    pandas.DataFrame
        Index ``candidate_id``: ``name``, ``gain_lost``, ``at_least``, ``reached_lost``
        (``siting.explain.Instead``; ``gain_lost`` is NaN where only ``at_least`` is known),
        ``leaves`` (names of the chosen sites that would not open). Candidates where nothing can
        open, or where it would serve nobody, are left out.
    """
    asked = Questions.of(plan, questions)
    mine = set(plan.sites.index.astype(str))
    others = [
        code
        for code in plan.problem.candidates.index.astype(str)
        if code not in mine and why_not(plan.problem, code) is None
    ]
    rows = (_each if asked.fast else _in_order)(plan, asked, others, observe)
    index = pd.Index(list(rows), name=CANDIDATE, dtype=str)
    table = pd.DataFrame(list(rows.values()), index=index, columns=_COLUMNS)
    return table.sort_values(["gain_lost", "at_least", "reached_lost", "name"])


def _each(
    plan: SitingPlan, asked: Questions, others: list[str], observe: Callable[[int, int], None]
) -> dict[str, _Row]:
    """Force each candidate in, in turn."""
    rows = {}
    mine = set(plan.sites.index.astype(str))
    for done, code in enumerate(others, start=1):
        other = compared(plan, asked, Otherwise(within=frozenset([code])))
        if other.possible:
            leaves = names(plan.problem, mine - {c for c, _ in other.sites})
            lost = (other.gain_lost, other.at_least, other.reached_lost)
            rows[code] = (names(plan.problem, {code}), *lost, leaves)
        observe(done, len(others))
    return rows


def _in_order(
    plan: SitingPlan, asked: Questions, others: list[str], observe: Callable[[int, int], None]
) -> dict[str, _Row]:
    """Force one of those left in, again and again."""
    rows: dict[str, _Row] = {}
    mine = set(plan.sites.index.astype(str))
    least = asked.again.regrets(plan.gain)
    left, floor = [code for code in others if code in least], 0.0
    for _ in range(MOST_LARGE if asked.again.large() else MOST):
        other = compared(plan, asked, Otherwise(some=frozenset(left))) if left else None
        if other is None or not other.possible:
            return rows
        floor = max(floor, other.at_least)
        new = {code for code, _ in other.sites} & set(left)
        leaves = names(plan.problem, mine - {code for code, _ in other.sites})
        for code in sorted(new):
            lost = (other.gain_lost, min(max(floor, least[code]), other.gain_lost), np.nan)
            rows[code] = (names(plan.problem, {code}), *lost, leaves)
        left = [code for code in left if code not in new]
        observe(len(others) - len(left), len(others))
        if not new:
            break
    for code in left:
        rows[code] = (names(plan.problem, {code}), np.nan, max(floor, least[code]), np.nan, "")
    return rows
