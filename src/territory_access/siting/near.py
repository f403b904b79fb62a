"""Finds the plans of the whole model that are nearly as good as the best (``alternatives``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.siting.questions import WEIGHED, Answer, Otherwise, Questions

if TYPE_CHECKING:
    from collections.abc import Callable

# Questions asked at most; fewer of a large model, where each takes seconds.
_MOST, _MOST_LARGE = 40, 12


def near(  # noqa: PLR0913 - what is known, what is looked for, how many, who listens
    asked: Questions,
    best: Answer,
    unseen: set[str],
    least: float,
    count: int,
    *,
    observe: Callable[[int, int], None],
) -> tuple[list[Answer], bool]:
    """Return plans that gain enough, and whether no other site has a place in any.

    Parameters
    ----------
    asked
        The question.
    best
        The plan.
    unseen
        Candidates that it does not open.
    least
        Gain that a plan must keep.
    count
        Plans as different as can be that are wanted.
    observe
        Called with the candidates settled, and all of them.
    """
    lost = asked.again.regrets(best.gain)
    # By reduced costs alone, these are in no plan that gains enough.
    unseen = {code for code in unseen if code in lost and best.gain - lost[code] >= least}
    plans, left = (
        _different(asked, best, least, count),
        _MOST_LARGE if asked.again.large() else _MOST,
    )
    total, sure = len(unseen) + len(best.places), True
    tried: set[str] = set()
    while left > 0:
        left -= 1
        seen = frozenset().union(*(one.places for one in plans))
        unseen -= seen
        common = best.places.intersection(*(one.places for one in plans)) - tried
        observe(total - len(unseen) - len(common), total)
        if common:
            otherwise = Otherwise(without=frozenset(sorted(common)[:1]))
            tried |= otherwise.without
        elif unseen:
            otherwise = Otherwise(some=frozenset(unseen))
        else:
            return plans, sure
        found = asked.ask(otherwise)
        enough = found is not None and found.gain >= least - 1e-9 * abs(least)
        if found is not None and enough:
            plans.append(found)
            continue
        sure = sure and (found is None or found.bound < least)
        if otherwise.some:
            return plans, sure
    return plans, False


def _different(asked: Questions, best: Answer, least: float, count: int) -> list[Answer]:
    """Return the plan, then each time the one that shares least with those taken."""
    plans = [best]
    while len(plans) < count:
        weights: dict[str, float] = {}
        for plan in plans:
            for code in plan.places:
                weights[code] = weights.get(code, 0.0) - 1.0
        found = asked.ask(goal=WEIGHED, least=least, weights=weights)
        if found is None or not found.gain >= least - 1e-9 * abs(least):
            break
        if found.places in {one.places for one in plans}:
            break
        plans.append(found)
    return plans
