"""Says which rule to relax, and by how much, when nothing respects them all."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from scipy.sparse import csr_array, hstack

from territory_access.errors import Fault, Infeasible, SitingError
from territory_access.siting.guarantees import APL, PLACES
from territory_access.siting.words import euros, fte
from territory_access.siting.years.model import whole
from territory_access.siting.years.solver import Limits, best

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.rules import Rules
    from territory_access.siting.years.model import Whole

# Rule, rows of the model that it limits, factor from the model's unit, how it is written.
_LIMITS: tuple[tuple[str, str, float, Callable[[float], str]], ...] = (
    ("budget", "capex", 1000.0, euros),
    ("deficit_per_year", "deficit", 1000.0, euros),
    ("gp_fte", "gp", 1.0, fte),
    ("nurse_fte", "nurse", 1.0, fte),
)
_PLENTY = 1e9


def refuse(problem: Problem) -> NoReturn:
    """Name each rule that, relaxed alone, makes a plan possible.

    Raises
    ------
    Infeasible
        With one fault a rule.
    """
    names = problem.candidates.loc[list(problem.rules.keep), "name"]
    if problem.time_limit is not None and _possible(problem):
        raise SitingError(
            "Aucun plan trouvé dans le temps donné ({seconds:g} s) ; augmentez siting.time_limit.",
            seconds=problem.time_limit,
        )
    ways = [*_limits(problem), *_pools(problem), *_islands(problem), *_promises(problem)]
    ways += [*_nested(problem), *([] if names.empty else _keep(problem))]
    if not ways:
        raise Infeasible(
            "Aucun plan ne respecte toutes les règles, et en relâcher une seule n’y suffirait pas."
        )
    if names.empty:
        raise Infeasible(
            "Aucun plan ne respecte toutes les règles. Une seule de ces règles relâchée "
            "suffirait :",
            faults=ways,
        )
    raise Infeasible(
        "Aucun plan ne respecte toutes les règles en ouvrant un service à {names}. Une seule de "
        "ces règles relâchée suffirait :",
        names=", ".join(names.astype(str)),
        faults=ways,
    )


def _limits(problem: Problem) -> Iterator[Fault]:
    """Yield how much money or staff would do, each alone."""
    for rule, rows, unit, say in _LIMITS:
        limit = float(getattr(problem.rules, rule))
        loose = replace(problem, rules=_lifted(problem, rule))
        made = whole(loose)
        needed = _least(made, rows)
        if needed is not None and needed * unit > limit:
            yield Fault(
                "siting.{rule} : {needed} au lieu de {limit} (+ {more})",
                {
                    "rule": rule,
                    "needed": say(needed * unit),
                    "limit": say(limit),
                    "more": say(needed * unit - limit),
                },
            )


def _lifted(problem: Problem, rule: str) -> Rules:
    """Return the rules with one limit lifted."""
    changes: dict[str, Any] = {rule: _PLENTY}
    return replace(problem.rules, **changes)


def _least(made: Whole, rows: str) -> float | None:
    """Return the least of what some rows add up, over their last year; ``None`` without a plan."""
    span = made.draft.blocks.spans.get(rows)
    if span is None or not made.draft.build.size:
        return None
    goal = -np.asarray(made.model.matrix[[span[1] - 1], :].todense()).ravel()
    answer = best(replace(made.model, goal=goal), Limits(nodes=500))
    return None if answer.values is None else -answer.value


def _pools(problem: Problem) -> Iterator[Fault]:
    """Yield profiles of which more doctors would do."""
    for recruits in problem.recruits:
        others = tuple(other for other in problem.recruits if other is not recruits)
        if _possible(replace(problem, recruits=others)):
            yield Fault(
                "siting.hires : plus de médecins « {profile} »", {"profile": recruits.profile}
            )
    more = replace(problem.pool, fte=problem.pool.fte + 10**6)
    if _possible(replace(problem, pool=more)):
        yield Fault("médecins retraités : il en faut plus dans les bassins à portée", {})
    if problem.rules.per_epci is not None and _possible(
        replace(problem, rules=replace(problem.rules, per_epci=None))
    ):
        yield Fault("siting.per_epci : plus de services par intercommunalité", {})


def _islands(problem: Problem) -> Iterator[Fault]:
    """Yield what islands are owed, where giving it up makes a plan possible."""
    rule = problem.continuity
    if rule is None or not _possible(replace(problem, continuity=None)):
        return
    if rule.floor:
        yield Fault(
            "siting.continuity : renoncer à ce qu’un centre d’île ait {floor}, de quoi être là à "
            "toute heure",
            {"floor": fte(rule.floor)},
        )
    if rule.kept:
        yield Fault(
            "siting.continuity : renoncer à garder un service à {islands}",
            {"islands": ", ".join(rule.kept)},
        )


def _promises(problem: Problem) -> Iterator[Fault]:
    """Yield how far floors can be kept, and guarantees that would do, given up alone."""
    for number, promise in enumerate(problem.guarantees):
        most = _highest(problem, number)
        if most is not None and promise.floor is not None and most < promise.floor - 1e-6:
            yield Fault(
                "siting.guarantees : « {name} », floor de {most:.2f} au lieu de {floor:g}",
                {
                    "name": promise.name,
                    "most": math.floor(most * 100 + 1e-6) / 100,
                    "floor": promise.floor,
                },
            )
        others = tuple(other for other in problem.guarantees if other is not promise)
        if _possible(replace(problem, guarantees=others)):
            yield Fault("siting.guarantees : renoncer à « {name} »", {"name": promise.name})


def _nested(problem: Problem) -> Iterator[Fault]:
    """Yield the smaller plan to contain, where giving it up makes a plan possible."""
    if problem.included and _possible(replace(problem, included=())):
        yield Fault("siting.includes : renoncer à garder le plan repris", {})


def _highest(problem: Problem, number: int) -> float | None:
    """Return the highest floor of a guarantee, all other rules kept; ``None`` without a plan."""
    promise, made = problem.guarantees[number], whole(problem)
    names = {APL: f"floor{number}", PLACES: f"places_floor{number}"}
    span = made.draft.blocks.spans.get(names[promise.on])
    if promise.floor is None or span is None or not made.draft.build.size:
        return None
    rows = np.arange(*span)
    # What one unit of the floor asks of each row: APL as it is, places by the seekers.
    low = made.model.row_low.copy()
    slope = np.ones(rows.size) if promise.on == APL else low[rows] / max(promise.floor, 1e-12)
    low[rows] -= slope * promise.floor
    asks = slope > 0  # a coefficient of 0 would read as a sign (``years.part``)
    level = csr_array(
        (-slope[asks], (rows[asks], np.zeros(int(asks.sum()), int))), shape=(low.size, 1)
    )
    model = made.model
    loose = replace(
        model,
        matrix=csr_array(hstack([model.matrix, level])),
        low=np.append(model.low, 0.0),
        high=np.append(model.high, promise.floor),
        goal=np.append(np.zeros(model.goal.size), 1.0),
        whole=np.append(model.whole, False),
        row_low=low,
    )
    answer = best(loose, Limits(nodes=500))
    return None if answer.values is None else answer.value


def _possible(problem: Problem) -> bool:
    made = whole(problem)
    if not made.draft.build.size:
        return False
    goal = np.zeros_like(made.model.goal)
    return best(replace(made.model, goal=goal), Limits(nodes=500)).values is not None


def _keep(problem: Problem) -> Iterator[Fault]:
    """Yield how many required communes to give up; without any, opening nothing is a plan."""
    kept = list(problem.rules.keep)
    made = whole(replace(problem, rules=replace(problem.rules, keep=())))
    opened = 0
    if made.draft.build.size:
        codes = problem.candidates.index.to_numpy(str)[made.draft.choices.place]
        goal = _ones(made, np.isin(codes, kept))
        found = best(replace(made.model, goal=goal), Limits(nodes=500))
        if found.values is None:  # the other rules leave no plan, whatever is given up here
            return
        opened = round(found.value)
    yield Fault(
        "siting.keep : renoncer à {given_up} des {kept} communes imposées",
        {"given_up": len(kept) - opened, "kept": len(kept)},
    )


def _ones(made: Whole, which: NDArray[np.bool_]) -> NDArray[np.float64]:
    goal = np.zeros_like(made.model.goal)
    goal[made.draft.build] = which
    return goal
