"""Says why each site was chosen, whom only it serves, and what happens if one opens elsewhere.

Nothing is read off the model: the question is asked again with the site forbidden, or forced in.
Where plans tie on the first goal, what is lost is told on the second (``siting.solve``): residents
newly within reach of a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import Fault, ScenarioError
from territory_access.siting.options import did_you_mean
from territory_access.siting.questions import GAIN, REACHED, Answer, Otherwise, Questions
from territory_access.vocabulary import CANDIDATE, DESTINATION

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem

_SMALL = 1e-6


@dataclass(frozen=True)
class Instead:
    """The best plan once one site is forbidden, or forced in.

    Attributes
    ----------
    gain_lost
        Residents who lose their place (or consultations), against the best plan.
    reached_lost
        Residents no longer within reach of a new place; NaN where the gain itself is lost, or the
        plan is not one of places.
    sites
        ``(candidate, option)`` of that plan; empty where no plan is left.
    possible
        Whether some plan is left.
    """

    gain_lost: float
    reached_lost: float
    sites: tuple[tuple[str, str], ...]
    possible: bool


def why(
    plan: SitingPlan,
    *,
    questions: Questions | None = None,
    observe: Callable[[int, int], None] = lambda _done, _all: None,
) -> pd.DataFrame:
    """Return why each site of a plan was chosen.

    Parameters
    ----------
    plan
        The plan.
    questions
        Its problem, prepared; to be shared between explanations.
    observe
        Called with the number of sites done, and of all sites.

    Returns
    -------
    pandas.DataFrame
        Index ``candidate_id``: ``name``, ``service``, ``size``, ``served`` (residents given a
        place there), ``alone`` (seekers whom no other site with places reaches), ``gain_lost`` and
        ``reached_lost`` (``Instead``), ``next_best`` (names of the sites that would open instead).
    """
    asked = questions or Questions(plan.problem)
    rows = []
    only = alone(plan)
    for done, (code, site) in enumerate(plan.sites.iterrows(), start=1):
        other = _compared(plan, asked, Otherwise(without=frozenset([str(code)])))
        rows.append(
            {
                **{key: site[key] for key in ("name", "service", "size", "served")},
                "alone": float(only[str(code)]),
                "gain_lost": other.gain_lost,
                "reached_lost": other.reached_lost,
                "next_best": names(plan.problem, {c for c, _ in other.sites} - _codes(plan)),
            }
        )
        observe(done, len(plan.sites))
    columns = ["name", "service", "size", "served", "alone"]
    columns += ["gain_lost", "reached_lost", "next_best"]
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
    asked = questions or Questions(plan.problem)
    where = frozenset([code])
    otherwise = Otherwise(without=where) if code in _codes(plan) else Otherwise(within=where)
    return _compared(plan, asked, otherwise)


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
        Index ``candidate_id``: ``name``, ``gain_lost``, ``reached_lost`` (``Instead``), ``leaves``
        (names of the chosen sites that would not open). Candidates where nothing can open, or
        where it would serve nobody, are left out.
    """
    asked = questions or Questions(plan.problem)
    mine = _codes(plan)
    others = [code for code in plan.problem.candidates.index.astype(str) if code not in mine]
    rows, codes = [], []
    for done, code in enumerate(others, start=1):
        observe(done, len(others))
        if why_not(plan.problem, code) is not None:
            continue
        other = _compared(plan, asked, Otherwise(within=frozenset([code])))
        if other.possible:
            leaves = names(plan.problem, mine - {c for c, _ in other.sites})
            codes.append(code)
            rows.append((names(plan.problem, {code}), other.gain_lost, other.reached_lost, leaves))
    index = pd.Index(codes, name=CANDIDATE, dtype=str)
    table = pd.DataFrame(rows, index=index, columns=["name", "gain_lost", "reached_lost", "leaves"])
    return table.sort_values(["gain_lost", "reached_lost", "name"])


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
    if not problem.allowed.sel({CANDIDATE: code}).to_numpy().any():
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


def alone(plan: SitingPlan) -> pd.Series[float]:
    """Return the seekers whom no other site with places reaches, by site of the plan."""
    problem, sites = plan.problem, plan.sites
    old = problem.existing[problem.existing["places"] > 0]
    codes = [*sites.index.astype(str), *old.index.astype(str)]
    reach = np.array([*sites["reach"], *old["reach"]], float)
    minutes = problem.times.sel({DESTINATION: codes}).to_numpy()
    near = problem.home.sel({DESTINATION: codes}).to_numpy() | (
        (minutes <= reach[None, :]) & (reach > 0)[None, :]
    )
    single = near.sum(axis=1) == 1
    counted = problem.seekers.to_numpy() @ (near[:, : len(sites)] & single[:, None])
    return pd.Series(counted.astype(float), index=sites.index)


def names(problem: Problem, codes: set[str] | frozenset[str]) -> str:
    """Return the names of candidates, in the order of their codes."""
    return ", ".join(problem.candidates.loc[sorted(codes), "name"].astype(str))


def _codes(plan: SitingPlan) -> frozenset[str]:
    return frozenset(plan.sites.index.astype(str))


def _compared(plan: SitingPlan, asked: Questions, otherwise: Otherwise) -> Instead:
    """Ask for as good a plan first; for the best of the gains only where there is none."""
    if asked.fast:
        same = asked.ask(otherwise, goal=REACHED, least=plan.gain)
        if same is not None:
            return Instead(0.0, _reached(plan) - same.value, same.sites, possible=True)
    other: Answer | None = asked.ask(otherwise, goal=GAIN)
    if other is None:
        return Instead(plan.gain, np.nan, (), possible=False)
    lost = plan.gain - other.gain
    return Instead(0.0 if abs(lost) < _SMALL else lost, np.nan, other.sites, possible=True)


def _reached(plan: SitingPlan) -> float:
    stages = plan.report.stages
    return float(stages["value"].get(REACHED, np.nan))
