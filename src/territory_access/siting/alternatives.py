r"""Says which other plans are nearly as good, which sites they all share, and which none has.

Plans whose gain is at least :math:`(1 - t)` of the best are asked for again and again, each time
the one that opens most candidates not yet seen; when it opens none of them, **no** plan within the
tolerance does. In the same way, each time the one that opens fewest of the sites common so far;
when it opens them all, **every** plan does. Both lists are proved, whatever the number of plans.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.siting.questions import WEIGHED, Answer, Questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.siting.plan import SitingPlan

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
        The best plan, of one year of places.
    tolerance
        Share of the gain that a plan may lose.
    count
        Plans to show.
    questions
        The plan's problem, prepared.
    observe
        Called with the candidates settled, and all of them.

    Raises
    ------
    SitingError
        When the question is one of several years or of the APL.
    """
    asked = questions or Questions(plan.problem)
    least = float(-(-plan.gain * (1 - tolerance) // 1))  # whole residents, rounded up
    best = Answer(plan.gain, plan.report.bound, plan.gain, plan.gain, _sites(plan))
    able = plan.problem.allowed.any("option").to_series()
    unseen = set(able.index[able].astype(str)) - best.places
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
    return _told(plan, tolerance, count, plans, proved=proved)


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


def _sites(plan: SitingPlan) -> tuple[tuple[str, str], ...]:
    options = plan.sites["service"] + " " + plan.sites["size"]
    return tuple(sorted(zip(plan.sites.index.astype(str), options, strict=True)))
