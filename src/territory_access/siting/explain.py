"""Says why each site was chosen, whom only it serves, and what happens if one opens elsewhere.

Nothing is read off the model: the question is asked again with the site forbidden, or forced in.
Where plans of one year of places tie on the first goal, what is lost is told on the second
(``siting.solve``): residents newly within reach of a place. Where the other plan is not proved to
be the best, what is lost is told with what was proved: « au moins ».
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import Fault, ScenarioError
from territory_access.siting.alone import alone
from territory_access.siting.options import did_you_mean
from territory_access.siting.questions import GAIN, REACHED, Answer, Otherwise, Questions
from territory_access.vocabulary import CANDIDATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem

# What the solver's floating point may leave of a gain.
_SMALL, _RELATIVE = 1e-6, 1e-8


@dataclass(frozen=True)
class Instead:
    """The best plan once one site is forbidden, or forced in.

    Attributes
    ----------
    gain_lost
        What the best other plan found gains less, in the unit of the goal; NaN where none was.
    reached_lost
        Residents no longer within reach of a new place; NaN where the gain itself is lost, or the
        plan is not one of places.
    sites
        ``(candidate, option)`` of that plan; empty where no plan is left.
    possible
        Whether some plan is left.
    at_least
        No other plan loses less; equal to ``gain_lost`` where the other plan is proved.
    """

    gain_lost: float
    reached_lost: float
    sites: tuple[tuple[str, str], ...]
    possible: bool
    at_least: float = 0.0


_NOT_ASKED = Instead(np.nan, np.nan, (), possible=True, at_least=np.nan)


def why(
    plan: SitingPlan,
    *,
    questions: Questions | None = None,
    most: int | None = None,
    observe: Callable[[int, int], None] = lambda _done, _all: None,
) -> pd.DataFrame:
    """Return why each site of a plan was chosen.

    Parameters
    ----------
    plan
        The plan.
    questions
        Its problem, prepared; to be shared between explanations.
    most
        Sites to take out in turn, those that bring most alone; all of them by default. Of the
        others ``gain_lost`` is NaN.
    observe
        Called with the number of sites done, and of all sites.

    Returns
    -------
    pandas.DataFrame
        Index ``candidate_id``: ``name``, ``service``, ``size``, ``served`` (residents given a
        place there), ``acts`` (new consultations a year there), ``alone`` (``siting.alone``),
        ``gain_lost``, ``at_least`` and ``reached_lost`` (``Instead``), ``next_best`` (names of the
        sites that would open instead).
    """
    asked = Questions.of(plan, questions)
    rows = []
    only = alone(plan)
    heaviest = only.sort_values(ascending=False, kind="stable").index
    taken_out = set(heaviest if most is None else heaviest[:most])
    for done, (code, site) in enumerate(plan.sites.iterrows(), start=1):
        out = code in taken_out
        without = Otherwise(without=frozenset([str(code)]))
        other = compared(plan, asked, without) if out else _NOT_ASKED
        rows.append(
            {
                **{key: site[key] for key in ("name", "service", "size", "served")},
                "acts": float(site["net_acts"]),
                "alone": float(only[str(code)]),
                "gain_lost": other.gain_lost,
                "at_least": other.at_least,
                "reached_lost": other.reached_lost,
                "next_best": names(plan.problem, {c for c, _ in other.sites} - _codes(plan)),
            }
        )
        observe(done, len(plan.sites))
    columns = ["name", "service", "size", "served", "acts", "alone"]
    columns += ["gain_lost", "at_least", "reached_lost", "next_best"]
    return pd.DataFrame(rows, index=plan.sites.index.rename(CANDIDATE), columns=columns)


def regret(plan: SitingPlan, site: str, *, questions: Questions | None = None) -> Instead:
    """Return what forcing a candidate in, or a chosen site out, would cost.

    Parameters
    ----------
    plan
        The plan.
    site
        Code or name of a candidate.
    questions
        The plan's problem, prepared.

    Raises
    ------
    ScenarioError
        For a place that is not a candidate.
    """
    code = candidate(site, plan.problem)
    asked = Questions.of(plan, questions)
    where = frozenset([code])
    otherwise = Otherwise(without=where) if code in _codes(plan) else Otherwise(within=where)
    return compared(plan, asked, otherwise)


def candidate(site: str, problem: Problem) -> str:
    """Return the code of a candidate, from its code or its name.

    Parameters
    ----------
    site
        As the user writes it; capitals do not matter.
    problem
        What is asked.

    Raises
    ------
    ScenarioError
        For a place that is not a candidate, with the nearest word.
    """
    table = problem.candidates
    if site in table.index:
        return site
    same = table.index[table["name"].astype(str).str.casefold() == site.casefold()]
    if len(same) == 1:
        return str(same[0])
    if len(same) > 1:
        raise ScenarioError(
            "« {site} » : plusieurs communes portent ce nom ({codes}) ; donnez le code.",
            site=site,
            codes=", ".join(same),
        )
    raise ScenarioError(
        "« {site} » n’est pas une commune candidate de ce territoire.{hint}",
        site=site,
        hint=did_you_mean(site, [*table["name"].astype(str), *table.index]),
    )


def why_not(problem: Problem, code: str) -> Fault | None:
    """Return what stops anything from opening at a candidate by itself, or ``None``.

    Parameters
    ----------
    problem
        What is asked.
    code
        A candidate.
    """
    place = problem.candidates.loc[code]
    if place["hosts"]:
        return Fault("{name} a déjà un site qui donne des places", {"name": place["name"]})
    if code in problem.rules.forbid:
        return Fault("{name} est dans siting.forbid", {"name": place["name"]})
    if place["site"] in dict(problem.rules.protect) and not _may(problem, code):
        return Fault(
            "le service en place à {name} est protégé (siting.protect)", {"name": place["name"]}
        )
    if not _may(problem, code):
        least = float(problem.options["min_population"].min())
        return Fault(
            "{name} a {population} habitants ; il en faut au moins {least} pour un des services",
            {
                "name": place["name"],
                "population": int(float(str(place["population"]))),
                "least": int(least),
            },
        )
    return None


def _may(problem: Problem, code: str) -> bool:
    """Return whether anything may be decided at a place."""
    return bool(problem.allowed.sel({CANDIDATE: code}).to_numpy().any())


def names(problem: Problem, codes: set[str] | frozenset[str]) -> str:
    """Return the names of candidates, in the order of their codes."""
    return ", ".join(problem.candidates.loc[sorted(codes), "name"].astype(str))


def _codes(plan: SitingPlan) -> frozenset[str]:
    return frozenset(plan.sites.index.astype(str))


def compared(plan: SitingPlan, asked: Questions, otherwise: Otherwise) -> Instead:
    """Return what the best plan of a changed question loses.

    One year of places is first asked for a plan as good: the gain is asked where there is none.

    Parameters
    ----------
    plan, asked
        The plan and its question.
    otherwise
        What differs.
    """
    if asked.fast:
        same = asked.ask(otherwise, goal=REACHED, least=plan.gain)
        if same is not None:
            return Instead(0.0, _reached(plan) - same.value, same.sites, possible=True)
    other: Answer | None = asked.ask(otherwise, goal=GAIN)
    if other is None:
        return Instead(plan.gain, np.nan, (), possible=False, at_least=plan.gain)
    small = max(_SMALL, _RELATIVE * abs(plan.gain))
    lost, least = plan.gain - other.gain, max(0.0, plan.gain - other.bound)
    return Instead(
        gain_lost=0.0 if lost < small else lost,
        reached_lost=np.nan,
        sites=other.sites,
        possible=True,
        at_least=0.0 if least < small else least,
    )


def _reached(plan: SitingPlan) -> float:
    stages = plan.report.stages
    return float(stages["value"].get(REACHED, np.nan))
