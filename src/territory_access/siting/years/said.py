"""Says in words by how much a rule is relaxed; amounts are rounded to what still suffices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import Fault
from territory_access.siting.words import euros, fte
from territory_access.siting.years.elastic import FLOOR
from territory_access.siting.years.money import UNIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.elastic import Elastic, Slack

    type Reals = NDArray[np.float64]

_MONEY = ("budget", "deficit_per_year")
_STAFF = ("gp_fte", "nurse_fte", "hires", "retired")
# What the solver's tolerance adds to an amount, in steps of what is told.
_CLOSE, _CLOSE_FLOOR = 1e-3, 1e-4


def said(found: Elastic, slack: Slack, values: Reals) -> Fault:
    """Return the sentence of one rule.

    Parameters
    ----------
    found
        The question.
    slack
        What is relaxed.
    values
        Of each column of the model.
    """
    amount = rounded(slack, float(values[slack.amount]))
    if slack.rule in (*_MONEY, "gp_fte", "nurse_fte"):
        return _means(slack, amount)
    problem, count = found.problem, round(amount)
    if slack.rule == FLOOR:
        return Fault(
            "siting.guarantees : « {name} », floor de {most:.2f} au lieu de {floor:g}",
            {
                "name": problem.guarantees[int(slack.name)].name,
                "most": slack.limit - amount,
                "floor": slack.limit,
            },
        )
    return {
        "hires": lambda: Fault(
            "siting.hires : « {profile} », {needed} par an au lieu de {limit}",
            {
                "profile": slack.name,
                "needed": fte(slack.limit + amount),
                "limit": fte(slack.limit),
            },
        ),
        "retired": lambda: Fault(
            "médecins retraités à portée : {needed} de plus", {"needed": fte(amount)}
        ),
        "per_epci": lambda: Fault(
            "siting.per_epci : {needed} au lieu de {limit}",
            {"needed": round(slack.limit) + count, "limit": round(slack.limit)},
        ),
        "population": lambda: Fault(
            "population minimale des communes d’accueil : il manque {needed} habitants",
            {"needed": count},
        ),
        "forbid": lambda: Fault(
            "siting.forbid : permettre {names}", {"names": _permitted(found, values)}
        ),
        "centres": lambda: Fault(
            "centre mère : {needed} antenne(s) sans centre à portée", {"needed": count}
        ),
        "offered": lambda: Fault(
            "cabinets alentour : accepter que leur soient prises {missing} consultations par an de "
            "plus qu’ils n’en offrent",
            {"missing": count},
        ),
        "islands": lambda: Fault(
            "siting.continuity : renoncer à garder un service à {islands}",
            {"islands": _left(found, values)},
        ),
        "presence": lambda: Fault(
            "siting.continuity : renoncer à ce qu’un centre d’île ait {floor}, de quoi être là à "
            "toute heure",
            {"floor": fte(slack.limit)},
        ),
        "includes": lambda: Fault("siting.includes : renoncer à garder le plan repris", {}),
        "keep": lambda: Fault(
            "siting.keep : renoncer à {given_up} des {kept} communes imposées",
            {"given_up": count, "kept": round(slack.limit)},
        ),
    }[slack.rule]()


def promised(problem: Problem, slack: Slack, share: float) -> Fault:
    """Return the sentence of a share that can be kept.

    Parameters
    ----------
    problem
        The question.
    slack
        The share that was asked for.
    share
        The one that can be kept.
    """
    return Fault(
        "siting.guarantees : « {name} », share_min de {most:.2f} au lieu de {share:g}",
        {
            "name": problem.guarantees[int(slack.name)].name,
            "most": share,
            "share": slack.limit,
        },
    )


def renounced(problem: Problem, slack: Slack) -> Fault:
    """Return the sentence of a promise that is given up."""
    name = problem.guarantees[int(slack.name)].name
    return Fault("siting.guarantees : renoncer à « {name} »", {"name": name})


def rounded(slack: Slack, amount: float) -> float:
    """Return an amount as it is told, rounded to what still suffices.

    Parameters
    ----------
    slack
        What is relaxed.
    amount
        In the unit of the model.

    Examples
    --------
    A budget of 100 000 € in thousands, of which 50 000,40 € more are needed:

    >>> from territory_access.siting.years.elastic import MEANS, Slack
    >>> rounded(Slack("budget", "", 0, 1, 100.0, MEANS), 50.0004)
    50.001
    """
    if slack.rule in (*_MONEY, *_STAFF):
        return max(0.0, _up((slack.limit + amount) * UNIT) / UNIT - slack.limit)
    if slack.rule == FLOOR:
        return slack.limit - math.floor((slack.limit - amount) * 100 + _CLOSE_FLOOR) / 100
    return float(_up(amount))


def _up(amount: float) -> int:
    return math.ceil(amount - _CLOSE)


def _means(slack: Slack, amount: float) -> Fault:
    """Return the sentence of a limit on money or staff."""
    money = slack.rule in _MONEY
    say, unit = (euros, UNIT) if money else (fte, 1.0)
    return Fault(
        "siting.{rule} : {needed} au lieu de {limit} (+ {more})",
        {
            "rule": slack.rule,
            "needed": say((slack.limit + amount) * unit),
            "limit": say(slack.limit * unit),
            "more": say(amount * unit),
        },
    )


def _permitted(found: Elastic, values: Reals) -> str:
    """Return the names of the forbidden communes where something opens."""
    draft, candidates = found.made.draft, found.problem.candidates
    opened = np.unique(draft.choices.place[values[draft.build] > 0.5])
    here = candidates.iloc[opened]
    names = here.loc[here.index.isin(found.problem.rules.forbid), "name"]
    return ", ".join(names.astype(str))


def _left(found: Elastic, values: Reals) -> str:
    """Return the islands that are given up."""
    rule = found.problem.continuity
    gone = values[found.made.draft.blocks.names["gone_islands"]] > 0.5
    kept = () if rule is None else rule.kept
    return ", ".join(name for name, left in zip(kept, gone.tolist(), strict=True) if left)
