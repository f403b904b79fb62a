"""Which rules does each plan break? Plans are listed without any rule, then each is counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import siting_plan_list as plan_list
from siting_plan_worth import keeps_promises

if TYPE_CHECKING:
    from territory_access.siting import Problem


def smallest(problem: Problem, everywhere: Problem) -> set[frozenset[str]]:
    """Return the smallest sets of rules without which some plan is left.

    ``everywhere`` is the same problem without any of its rules.
    """
    table = rules(problem, plan_list.listing(everywhere, most=300_000))
    names, broken = list(table), np.array(list(table.values())).T
    sets = np.unique(broken, axis=0)
    count = sets.sum(axis=1)
    return {frozenset(np.array(names)[row].tolist()) for row in sets[count == count.min()]}


def rules(problem: Problem, listed: plan_list.Listing) -> dict[str, np.ndarray]:
    """Return which plans break each rule ``(P,)``."""
    builds, plans = listed.builds, listed.plans
    years = problem.horizon.years
    money = plan_list._money(problem, builds)
    staff = plan_list._staff(problem, builds)
    limits = {
        "budget": (money[0][..., :years], money[1][:years]),
        "deficit_per_year": (money[0][..., years:], money[1][years:]),
        "gp_fte": (staff[0][..., :years], staff[1][:years]),
        "nurse_fte": (staff[0][..., years:], staff[1][years:]),
        "per_epci": plan_list._spread(problem, builds),
        "retired": plan_list._retired(problem, builds),
    }
    limits |= {
        f"hires {one.profile}": plan_list._pool(problem, builds, one) for one in problem.recruits
    }
    found = {name: _passed(use, limit, plans) for name, (use, limit) in limits.items()}
    found["centres"] = ~plan_list._mothered(problem, builds, plans)
    opened = plans > 0
    option = builds.option[plans]
    least = problem.options["min_population"].to_numpy(float)[option]
    people = problem.candidates["population"].to_numpy(float)
    found["population"] = (opened & (least > people)).any(axis=1)
    codes = problem.candidates.index
    found["forbid"] = opened[:, codes.isin(problem.rules.forbid)].any(axis=1)
    found["keep"] = (~opened[:, codes.isin(problem.rules.keep)]).any(axis=1)
    if problem.included:
        ((code, name),) = problem.included
        at = codes.get_loc(code)
        found["includes"] = ~opened[:, at] | (problem.options.index[option[:, at]] != name)
    for promise in problem.guarantees:
        alone = replace(problem, guarantees=(promise,))
        found[f"promise {promise.name}"] = ~keeps_promises(alone, listed)
    return found


def _passed(use: np.ndarray, limit: np.ndarray, plans: np.ndarray) -> np.ndarray:
    """Return which plans use more than some limit ``(P,)``."""
    use = use.copy()
    use[:, 0] = 0.0
    total = sum(use[j, plans[:, j]] for j in range(plans.shape[1]))
    return (total > limit + plan_list.CLOSE).any(axis=1)
