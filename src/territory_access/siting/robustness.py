"""Says whether a plan still stands when the numbers that nobody knows well turn out otherwise.

Every draw is a question of its own, solved to 0.5 %. The plan is then held to its sites and sizes:
it opens those that the drawn money and staff allow, over several years in the years that suit them
best, and what it brings less than the best plan of that draw is its **regret**. A site is *chosen*
in a draw when a plan within 1 % of the best has it: plans tie by thousands, and a name drawn among
equals says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.siting.questions import WEIGHED, Otherwise, Questions
from territory_access.siting.same import only, sites_of
from territory_access.siting.unknowns import draws, otherwise, unknowns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from territory_access.parameters import Parameters
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.unknowns import Unknown

NO_REGRET, DEPENDS, FRAGILE = "sans regret", "dépend", "fragile"
# Within this share of the best, a plan is as good.
_AS_GOOD = 0.01
# Draws are solved to that: closer, they would take minutes and decide nothing.
_GAP = 0.005
_EQUAL = 1e-9
_OFTEN, _HALF = 0.8, 0.5


@dataclass(frozen=True)
class Robustness:
    """How a plan fares over the draws.

    Attributes
    ----------
    sites
        Index ``candidate_id``: ``name``, ``chosen`` (share of the draws), ``verdict`` (*sans
        regret* from 80 % on, *dépend* from 50 %, *fragile* below).
    draws
        One row a draw: its multipliers, ``best``, ``kept`` (gain of the plan), ``regret``.
    checks
        Index ``unknown``, the first to verify first: ``label``, ``low`` and ``high``
        (multipliers), ``regret_low``, ``regret_high``, ``kept_low``, ``kept_high``, ``worst``.
    """

    sites: pd.DataFrame
    draws: pd.DataFrame
    checks: pd.DataFrame


def robustness(  # noqa: PLR0913 - draws, their seed, and who listens
    plan: SitingPlan,
    parameters: Parameters,
    *,
    count: int = 20,
    seed: int = 0,
    share: float = _OFTEN,
    observe: Callable[[int, int], None] = lambda _done, _all: None,
) -> Robustness:
    """Return how a plan fares when unknown numbers turn out otherwise.

    Parameters
    ----------
    plan
        The plan.
    parameters
        Where the ranges come from (``siting.unknowns``).
    count
        How many draws.
    seed
        The same seed, the same draws.
    share
        Share of the draws from which on a site is *sans regret* (``sensitivity.robust_share``).
    observe
        Called with the questions done, and all of them.
    """
    found = unknowns(parameters, plan.problem)
    sample = draws(found, count, seed=seed)
    alone = [{one.id: end} for one in found for end in (one.low, one.high)]
    results = []
    for done, drawn in enumerate([*sample, *alone], start=1):
        results.append(_fares(plan, drawn, sites=done <= count))
        observe(done, count + len(alone))
    chosen = np.array([result.chosen for result in results[:count]]).reshape(count, -1)
    often = chosen.mean(axis=0)
    verdicts = np.select([often >= share, often >= _HALF], [NO_REGRET, DEPENDS], FRAGILE)
    table = pd.DataFrame(sample).assign(
        best=[result.best for result in results[:count]],
        kept=[result.kept for result in results[:count]],
    )
    return Robustness(
        sites=pd.DataFrame(
            {"name": plan.sites["name"], "chosen": often, "verdict": verdicts},
            index=plan.sites.index,
        ),
        draws=table.assign(regret=table["best"] - table["kept"]),
        checks=_checks(found, results[count:]),
    )


@dataclass(frozen=True)
class _Fares:
    best: float
    kept: float
    chosen: list[bool]


def _fares(plan: SitingPlan, drawn: Mapping[str, float], *, sites: bool) -> _Fares:
    """Return the best gain of a draw, that of the plan, and which sites a good plan has."""
    changed, mine = otherwise(plan.problem, drawn), sites_of(plan)
    asked = Questions(changed)
    asked.again.hold(mine)
    best = asked.ask(gap=_GAP)
    if best is None:
        return _Fares(0.0, 0.0, [False] * len(mine))
    if asked.fast:
        held = asked.ask(Otherwise(only=frozenset(mine)), gap=_GAP)
    else:
        held = Questions(only(changed, mine)).ask(gap=_GAP)
    kept = 0.0 if held is None else held.gain
    # Below what the solver's floating point may leave, the plan is as good.
    most = best.gain if best.gain > kept * (1 + _EQUAL) else kept
    enough = most * (1 - _AS_GOOD)
    places = best.places
    if held is not None and kept >= enough:
        places |= held.places
    unseen = {code for code, _ in mine} - places if sites and most > 0 else set()
    while unseen:
        # The plan, nearly as good as the best, that has most of the sites not seen in one yet.
        weights = dict.fromkeys(unseen, 1.0)
        least = float(np.ceil(enough)) if asked.fast else enough
        found = asked.ask(goal=WEIGHED, least=least, weights=weights, quick=True)
        if found is None or not unseen & found.places:
            break
        unseen -= found.places
        places |= found.places
    return _Fares(most, kept, [code in places for code, _ in mine])


def _checks(found: tuple[Unknown, ...], results: list[_Fares]) -> pd.DataFrame:
    """Return the regret at both ends of each unknown alone, the worst first."""
    rows = []
    for one, low, high in zip(found, results[::2], results[1::2], strict=True):
        rows.append(
            {
                "label": one.label,
                "low": one.low,
                "high": one.high,
                "regret_low": low.best - low.kept,
                "regret_high": high.best - high.kept,
                "kept_low": low.kept,
                "kept_high": high.kept,
            }
        )
    index = pd.Index([one.id for one in found], name="unknown", dtype=str)
    table = pd.DataFrame(rows, index=index)
    table["worst"] = table[["regret_low", "regret_high"]].max(axis=1)
    return table.sort_values(["worst", "label"], ascending=[False, True])
