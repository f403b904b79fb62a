"""Which of all plans is the best? Those that keep every rule are listed and valued one by one.

Only teams that may be smaller than their size need a linear programme, one a plan: plans are then
looked at best first, by what they would bring with whole teams, until that is less than the best.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import linprog
from siting_one_plan import keeps_places
from siting_plan_list import CLOSE, Builds, Listing, TooManyError, listing
from siting_plan_worth import keeps_promises, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.siting import Problem

# Plans whose teams may be smaller, or that promise places, that are looked at one by one.
LEAVES = 400


class Purse:
    """Says whether funders and one's own money pay for a plan, each question asked once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.known: dict[tuple[tuple[int, int], ...], bool] = {}

    def pays(self, builds: Builds, made: np.ndarray) -> bool:
        """Return whether some way to help pays for what opens."""
        numbers = made[made > 0]
        if not self.problem.funders or not numbers.size:
            return True
        each = zip(builds.option[numbers].tolist(), builds.paid[numbers].tolist(), strict=True)
        projects = tuple(sorted(each))
        if projects not in self.known:
            who = list(product((True, False), repeat=len(self.problem.funders)))
            ways = product(who, repeat=len(projects))
            everyone = np.ones((len(projects), len(self.problem.funders)), bool)
            self.known[projects] = self._enough(projects, everyone, own=0.0) and any(
                self._enough(projects, np.array(way)) for way in ways
            )
        return self.known[projects]

    def _enough(
        self, projects: tuple[tuple[int, int], ...], helps: np.ndarray, *, own: float = 1.0
    ) -> bool:
        """Return whether amounts exist when these funders help these projects ``(P, F)``.

        Each asks for its share of one's ``own`` money; for none of it nobody asks.
        """
        problem, funders = self.problem, self.problem.funders
        options = problem.options.iloc[[o for o, _ in projects]]
        cost = options["capex"].to_numpy(float) / 1000
        serves = [options["service"].isin(f.services) | (not f.services) for f in funders]
        helps = helps & np.array(serves, bool).T
        share = np.array([np.minimum(f.share_max * cost, f.per_project / 1000) for f in funders]).T
        asked = own * (helps * np.array([f.own_min / 1000 for f in funders])).max(axis=1)
        each, public = np.eye(len(projects)), np.array([float(f.public) for f in funders])
        # Amounts stand project by project, and in a project funder by funder.
        rows = [np.kron(each, np.ones(len(funders))), np.kron(each, public)]
        limits = [np.where(helps.any(axis=1), cost - asked, cost), problem.public_share * cost]
        rows.append(np.kron(np.ones(len(projects)), np.eye(len(funders))))
        limits.append(np.array([min(f.envelope / 1000, 1e9) for f in funders]))
        years = np.arange(problem.horizon.years)
        due = (np.array([paid for _, paid in projects])[None, :] <= years[:, None]).astype(float)
        rows.append(-np.kron(due, np.ones(len(funders))))
        come = problem.rules.budget * np.cumsum(problem.horizon.budget_shares) / 1000
        limits.append(come - due @ cost)
        high = np.where(helps, share, 0.0).ravel()
        found = linprog(
            np.zeros(high.size),
            np.vstack(rows),
            np.concatenate(limits),
            bounds=np.column_stack([np.zeros(high.size), high]),
        )
        return bool(found.status == 0)


def gains(problem: Problem, found: dict[str, np.ndarray]) -> np.ndarray:
    """Return what the first stage counts: its goals at their weights."""
    weights = dict(problem.weights) or {problem.objective: 1.0}
    return sum(weight * found[goal.value] for goal, weight in weights.items())


class Best(NamedTuple):
    """The best gain, the plans that reach it, all plans, and what whole teams bring of each."""

    top: float
    winners: list[int]
    listed: Listing
    values: dict[str, np.ndarray]


def best(problem: Problem, *, most: int, leaf: Callable[[Problem, dict], float]) -> Best | None:
    """Return the best of all plans; ``None`` when no plan keeps the rules.

    ``leaf`` values one plan whose teams may be smaller; what whole teams bring bounds it.
    """
    listed = listing(problem, most=most)
    found = values(problem, listed)
    flexible, purse = problem.horizon.flexible, Purse(problem)
    kept = np.ones(len(listed.plans), bool) if flexible else keeps_promises(problem, listed)
    promised = any(promise.on == "places" for promise in problem.guarantees)
    total = gains(problem, found)
    top, winners, asked = -np.inf, [], 0
    for row in np.argsort(-total, kind="stable"):
        if total[row] < top - CLOSE * max(1.0, abs(top)):
            break
        if not kept[row] or not purse.pays(listed.builds, listed.plans[row]):
            continue
        asked += flexible or promised
        if asked > LEAVES:
            raise TooManyError
        if promised and not flexible and not keeps_places(problem, listed.opened(row)):
            continue
        value = leaf(problem, listed.opened(row)) if flexible else float(total[row])
        if value == -np.inf:
            continue
        if value > top + CLOSE * max(1.0, abs(value)):
            winners = []
        if value >= top - CLOSE * max(1.0, abs(value)):
            winners.append(int(row))
        top = max(top, value)
    return Best(top, winners, listed, found) if winners else None
