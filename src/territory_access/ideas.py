"""What other means or rules would give: many plans on one territory, side by side."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access import siting
from territory_access.errors import Infeasible, ScenarioError
from territory_access.scenario import Scenario
from territory_access.study_known import Known, known
from territory_access.study_steps import Clock, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from territory_access.siting.plan import SitingPlan


@dataclass(frozen=True)
class Idea:
    """One way tried.

    Attributes
    ----------
    asked
        What was changed, as typed; nothing for the scenario as it stands.
    plan
        Its plan, or ``None`` where no plan obeys the rules.
    refusal
        Why there is no plan, or ``None``.
    seconds
        What this idea alone took.
    """

    asked: str
    plan: SitingPlan | None
    refusal: Infeasible | None
    seconds: float


def tried(
    path: Path | str,
    ideas: Sequence[str],
    *,
    changes: Sequence[str] = (),
    observe: Callable[[Step], None] = lambda _: None,
) -> Iterator[Idea]:
    """Yield the plan of a scenario, then that of each idea, as soon as it is found.

    The territory and its travel times are worked out once; they are worked out again only for an
    idea that changes them.

    Parameters
    ----------
    path
        A scenario file.
    ideas
        Each one or several changes, as ``"siting.budget=400000 siting.gp_fte=8"``.
    changes
        Changes common to all.
    observe
        As in ``study.run``, for what stands before any choice.

    Raises
    ------
    ScenarioError
        For a change that means nothing, before anything is worked out.
    """
    wanted = [Scenario.load(path, changes=(*changes, *_split(idea))) for idea in ("", *ideas)]
    ready: dict[str, Known] = {}
    for asked, scenario in zip(("", *ideas), wanted, strict=True):
        start = time.perf_counter()
        ground = scenario.model_copy(update={"siting": wanted[0].siting}).dump()
        if ground not in ready:
            ready[ground] = known(scenario, Clock(observe))
        try:
            plan, refusal = siting.solve(ready[ground].asked(scenario.siting)), None
        except Infeasible as error:
            plan, refusal = None, error
        yield Idea(asked, plan, refusal, time.perf_counter() - start)


def _split(idea: str) -> list[str]:
    """Return the changes of an idea; values may stand in quotes.

    >>> _split("siting.budget=4e5 siting.keep=['44109']")
    ['siting.budget=4e5', "siting.keep=['44109']"]
    """
    words = shlex.shlex(idea, posix=False, punctuation_chars=False)
    words.whitespace_split = True
    words.commenters = ""
    try:
        return list(words)
    except ValueError as error:
        raise ScenarioError("« {idea} » : un guillemet n’est pas fermé.", idea=idea) from error
