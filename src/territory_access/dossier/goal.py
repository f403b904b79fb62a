"""Says in which unit a plan's gain is counted: places, consultations, inhabitants, or a mixture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from territory_access.dossier.numbers import guarded
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from territory_access.dossier.numbers import Hidden
    from territory_access.dossier.voice import Voice
    from territory_access.siting.problem import Problem


def goal_of(problem: Problem) -> Objective | None:
    """Return the goal of a plan, ``None`` where several are added or places are weighed."""
    goals = dict(problem.weights) or {problem.objective: 1.0}
    single = len(goals) == 1 and problem.priority is None
    return next(iter(goals)) if single else None


def _weighed(problem: Problem) -> bool:
    """Return whether places are the only goal, counted by who gets them."""
    goals = dict(problem.weights) or {problem.objective: 1.0}
    return problem.priority is not None and set(goals) == {Objective.PLACES}


def more_of(problem: Problem, voice: Voice) -> str:
    """Return the heading of a column of gains."""
    say, goal = voice.say, goal_of(problem)
    if goal is Objective.PLACES:
        return say("Habitants avec une place, en plus")
    if goal is Objective.APL:
        return say("Consultations en plus")
    if goal is Objective.LIFTED:
        return say("Habitants passés au-dessus du seuil, en plus")
    if goal is Objective.WORST_TENTH:
        return say("Consultations en plus pour le dixième le plus mal desservi")
    if _weighed(problem):
        return say("Places pondérées, en plus")
    return say("Gain, à ses poids, en plus")


def counted(value: float, problem: Problem, voice: Voice) -> str:
    """Return an amount of gain as people read it, with its unit."""
    say, goal, shown = voice.say, goal_of(problem), amount(value, problem)
    n = voice.numbers.count(shown) if shown is not None else "–"
    if goal is Objective.PLACES:
        return say("{n} places", n=n)
    if goal is Objective.LIFTED:
        return say("{n} habitants au-dessus du seuil", n=n)
    if goal is Objective.APL and problem.horizon.years == 1:
        return say("{n} consultations par an", n=n)
    if goal in {Objective.APL, Objective.WORST_TENTH}:
        return say("{n} consultations", n=n)
    return say("{n} places pondérées", n=n) if _weighed(problem) else say("{n} de gain", n=n)


def amount(value: float, problem: Problem) -> int | Hidden | None:
    """Return an amount of gain for a table; few people are hidden, consultations are not people."""
    if not math.isfinite(value):
        return None
    if goal_of(problem) in {Objective.PLACES, Objective.LIFTED}:
        return guarded(value)
    return round(value)


def over_years(problem: Problem, voice: Voice) -> str:
    """Return what a gain of several years adds up, nothing for one year."""
    if problem.horizon.years == 1:
        return ""
    return voice.say(
        "Les gains s’additionnent sur {years} ans, chaque année à son poids.",
        years=voice.numbers.count(problem.horizon.years),
    )
