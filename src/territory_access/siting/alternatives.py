r"""Says which other plans are nearly as good, which sites they all share, and which none has.

Plans whose gain is at least :math:`(1 - t)` of the best are asked for again and again, each time
the one that opens most candidates not yet seen; when it opens none of them, **no** plan within the
tolerance does. In the same way, each time the one that opens fewest of the sites common so far;
when it opens them all, **every** plan does. Both lists are proved, whatever the number of plans.

The whole model (``siting.years``) is asked the other way round, which it answers faster: the most
gain with one at least of the candidates not yet seen, and the most gain without each site common
so far. When that is below :math:`(1 - t)` of the best, the same is proved. Plans as different as
can be are asked for besides: :math:`\min \sum_p \sum_{j \in p} y_j` over the plans p taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.siting.near import near
from territory_access.siting.questions import WEIGHED, Answer, Questions
from territory_access.siting.same import sites_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.siting.plan import SitingPlan

    type Observe = Callable[[int, int], None]

# More questions than this and the lists are left open, and said to be.
_MOST = 120


@dataclass(frozen=True)
class Alternatives:
    """The plans within a tolerance of the best.

    Attributes
    ----------
    tolerance
        Share of the gain that a plan may lose.
    always, never
        Candidates that every such plan opens; that none opens though something could.
    sometimes
        The others.
    plans
        A few plans as different as can be, the best first.
    proved
        False when the search was stopped: ``always`` and ``never`` are then only what was seen.
    seen
        How many plans were looked at.
    """

    tolerance: float
    always: tuple[str, ...]
    never: tuple[str, ...]
    sometimes: tuple[str, ...]
    plans: tuple[Answer, ...]
    proved: bool
    seen: int


def alternatives(
    plan: SitingPlan,
    *,
    tolerance: float = 0.01,
    count: int = 4,
    questions: Questions | None = None,
    observe: Callable[[int, int], None] = lambda _done, _all: None,
) -> Alternatives:
    """Return the plans that lose at most a share of the gain.

    Parameters
    ----------
    plan
        The best plan.
    tolerance
        Share of the gain that a plan may lose.
    count
        Plans to show.
    questions
        The plan's problem, prepared.
    observe
        Called with the candidates settled, and all of them.
    """
    asked = Questions.of(plan, questions)
    best = Answer(plan.gain, plan.report.bound, plan.gain, plan.gain, tuple(sorted(sites_of(plan))))
    able = plan.problem.allowed.any("option").to_series()
    unseen = set(able.index[able].astype(str)) - best.places
    least = plan.gain * (1 - tolerance)
    if asked.fast:
        whole = float(-(-least // 1))  # whole residents, rounded up
        plans, proved = _one_by_one(asked, best, unseen, whole, observe)
    else:
        plans, proved = near(asked, best, unseen, least, count, observe=observe)
    return _told(plan, tolerance, count, plans, proved=proved)


def _one_by_one(
    asked: Questions, best: Answer, unseen: set[str], least: float, observe: Observe
) -> tuple[list[Answer], bool]:
    """Look for plans until every candidate is seen, or proved to be in none."""
    common, plans, proved, total = set(best.places), [best], True, len(unseen)
    while unseen or common:
        if len(plans) > _MOST:
            proved = False
            break
        weights = dict.fromkeys(unseen, 1.0) if unseen else dict.fromkeys(common, -1.0)
        found = asked.ask(goal=WEIGHED, least=least, weights=weights)
        if found is None:
            proved = False
            break
        plans.append(found)
        shared = common & found.places
        if unseen and not unseen & found.places:
            unseen = set()
        elif unseen:
            unseen -= found.places
        elif shared == common:
            break
        common = shared
        observe(total - len(unseen), total)
    return plans, proved


def _told(
    plan: SitingPlan, tolerance: float, count: int, plans: list[Answer], *, proved: bool
) -> Alternatives:
    able = plan.problem.allowed.any("option").to_series()
    seen = frozenset().union(*(one.places for one in plans))
    always = frozenset(plans[0].places).intersection(*(one.places for one in plans))
    return Alternatives(
        tolerance=tolerance,
        always=tuple(sorted(always)),
        never=tuple(sorted(set(able.index[able].astype(str)) - seen)),
        sometimes=tuple(sorted(seen - always)),
        plans=tuple(diverse(plans, count)),
        proved=proved,
        seen=len(plans),
    )


def diverse(plans: list[Answer], count: int) -> list[Answer]:
    """Return the first plan, then each time the one that shares least with those taken.

    Parameters
    ----------
    plans
        Plans, the best first.
    count
        How many to take.

    Examples
    --------
    >>> plans = [Answer(1, 1, 1, 1, tuple((s, "o") for s in sites)) for sites in ("ab", "ac", "cd")]
    >>> ["".join(sorted(plan.places)) for plan in diverse(plans, 2)]
    ['ab', 'cd']
    """
    taken = plans[:1]
    left = list(dict.fromkeys(plans[1:]))
    while left and len(taken) < count:
        far = max(
            left, key=lambda one: (min(len(one.places ^ mine.places) for mine in taken), one.gain)
        )
        left.remove(far)
        if far.places not in {mine.places for mine in taken}:
            taken.append(far)
    return taken
