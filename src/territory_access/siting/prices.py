"""Says what one thing more would bring: money, a doctor, one rule less. Each is asked again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from territory_access.errors import Fault
from territory_access.siting.explain import names
from territory_access.siting.included import holding
from territory_access.siting.questions import Questions
from territory_access.siting.solve import simple
from territory_access.siting.words import euros, fte

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from territory_access.siting.frame import Answer
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem
    from territory_access.siting.recruits import Recruits

MONEY, STAFF, LIFTED, KEPT = "money", "staff", "lifted", "kept"
PROMISED, NESTED = "promised", "nested"
KINDS = (MONEY, STAFF, LIFTED, KEPT, PROMISED, NESTED)
_INVESTED, _LOST = 100_000.0, 10_000.0
_PROFILES = {
    "salaried": "salariés",
    "rotating": "volontaires par roulement",
    "liberal": "libéraux",
    "retired": "retraités",
}
_SMALL = 1e-6


@dataclass(frozen=True)
class Change:
    """One rule made looser.

    Attributes
    ----------
    id
        Short, stable: ``budget+100000``.
    label
        What changes, in French.
    kind
        ``money`` or ``staff`` (some more), ``lifted`` (a limit taken away), ``kept`` (a candidate
        that need not open), ``promised`` (a guarantee given up), ``nested`` (the smaller plan that
        this one contains, let go).
    problem
        The question so changed.
    """

    id: str
    label: Fault
    kind: str
    problem: Problem


def changes(plan: SitingPlan, *, kinds: Sequence[str] = KINDS) -> list[Change]:
    """Return the changes worth a price: each limit a little, then whole; each kept site, promise.

    Parameters
    ----------
    plan
        The plan whose rules are changed.
    kinds
        Which ones.
    """
    return [change for change in _changes(plan) if change.kind in kinds]


def _changes(plan: SitingPlan) -> Iterator[Change]:
    yield from _more(plan.problem)
    yield from _hires(plan.problem)
    yield from _lifted(plan.problem)
    yield from _kept(plan.problem)
    yield from _promised(plan.problem)
    if plan.problem.included:
        label = Fault("Sans garder le plan déjà engagé (siting.includes)", {})
        yield Change("includes:none", label, NESTED, replace(plan.problem, included=()))


def _more(problem: Problem) -> Iterator[Change]:
    """Yield a little more of everything that is limited."""
    for name, amount, sentence, said, kind in (
        ("budget", _INVESTED, "{amount} d’investissement de plus", euros(_INVESTED), MONEY),
        ("deficit_per_year", _LOST, "{amount} de déficit par an de plus", euros(_LOST), MONEY),
        ("gp_fte", 1.0, "{amount} de médecin de plus", fte(1.0), STAFF),
        ("nurse_fte", 1.0, "{amount} d’infirmier de plus", fte(1.0), STAFF),
    ):
        limit = getattr(problem.rules, name)
        if np.isfinite(limit):
            label = Fault(sentence, {"amount": said})
            changed = _with(problem, **{name: limit + amount})
            yield Change(f"{name}+{amount:g}", label, kind, changed)


def _hires(problem: Problem) -> Iterator[Change]:
    """Yield one hire more a year in each basin, profile by profile, where there are some."""
    for recruits in problem.recruits:
        if not (recruits.fte.to_numpy()[:, 0] > 0).all():
            continue
        others = [one for one in problem.recruits if one is not recruits]
        label = Fault(
            "{amount} recruté de plus par an et par bassin : médecins {profile}",
            {"amount": fte(1.0), "profile": Fault(_PROFILES[recruits.profile], {})},
        )
        changed = replace(problem, recruits=(*others, _one_more(recruits)))
        yield Change(f"hires-{recruits.profile}+1", label, STAFF, changed)


def _one_more(recruits: Recruits) -> Recruits:
    """Return the pools with one FTE more hired each year, leaving as the others do."""
    given = recruits.fte.to_numpy()
    # What is at work the first year is what is hired each year: the rest follows in proportion.
    return replace(recruits, fte=recruits.fte.copy(data=given + given / given[:, :1]))


def _lifted(problem: Problem) -> Iterator[Change]:
    """Yield each limit taken away."""
    for name, sentence in (
        ("budget", "Sans limite d’investissement"),
        ("deficit_per_year", "Sans limite de déficit"),
        ("gp_fte", "Sans limite de médecins"),
        ("nurse_fte", "Sans limite d’infirmiers"),
    ):
        if np.isfinite(getattr(problem.rules, name)):
            label = Fault(sentence, {})
            yield Change(f"{name}:inf", label, LIFTED, _with(problem, **{name: np.inf}))
    if problem.rules.per_epci is not None:
        label = Fault("Sans limite de services par intercommunalité", {})
        yield Change("per_epci:inf", label, LIFTED, _with(problem, per_epci=None))
    if problem.continuity is not None:
        label = Fault("Sans ce qui est dû aux îles (siting.continuity)", {})
        yield Change("continuity:none", label, LIFTED, replace(problem, continuity=None))


def _kept(problem: Problem) -> Iterator[Change]:
    """Yield each required candidate that no longer is."""
    for code in problem.rules.keep:
        left = tuple(kept for kept in problem.rules.keep if kept != code)
        label = Fault("{name} n’est plus imposé", {"name": names(problem, {code})})
        yield Change(f"keep-{code}", label, KEPT, _with(problem, keep=left))


def _promised(problem: Problem) -> Iterator[Change]:
    """Yield each guarantee given up: what the others, and all other rules, would still bring."""
    for number, promise in enumerate(problem.guarantees):
        others = tuple(one for n, one in enumerate(problem.guarantees) if n != number)
        label = Fault("Sans la garantie « {name} »", {"name": promise.name})
        changed = replace(problem, guarantees=others)
        yield Change(f"guarantee-{number + 1}", label, PROMISED, changed)


def _with(problem: Problem, **changed: Any) -> Problem:  # noqa: ANN401 - the rules are of all kinds
    """Return the question with some of its rules changed."""
    return replace(problem, rules=replace(problem.rules, **changed))


def _asked(asked: Questions, problem: Problem) -> Answer | None:
    """Return the best plan of a changed question, by the exact flow where that is enough."""
    held = holding(problem)
    if asked.fast or not simple(held):
        return asked.changed(problem)
    return Questions(held).ask()


def prices(
    plan: SitingPlan,
    *,
    kinds: Sequence[str] = KINDS,
    questions: Questions | None = None,
    observe: Callable[[int, int], None] = lambda _done, _all: None,
) -> pd.DataFrame:
    """Return what each change would bring.

    Parameters
    ----------
    plan
        The plan.
    kinds
        Which changes (``Change.kind``).
    questions
        Its problem, prepared.
    observe
        Called with the number of changes done, and of all.

    Returns
    -------
    pandas.DataFrame
        Index ``change``: ``label`` (a ``Fault``), ``gain``, ``more`` (than the plan), ``at_most``
        (proved: no plan under the changed rule brings more than that), ``sites`` (names of those
        that would open and do not today).
    """
    asked = Questions.of(plan, questions)
    wanted = changes(plan, kinds=kinds)
    rows = []
    mine = set(plan.sites.index.astype(str))
    for done, change in enumerate(wanted, start=1):
        gain, bound, places = plan.gain, plan.gain, frozenset(mine)
        # Where counting alone shows that nothing more is possible, nothing is searched.
        idle = asked.most(change.problem.rules) <= plan.gain + _SMALL
        found = None if idle else _asked(asked, change.problem)
        if found is not None:
            bound = max(plan.gain, found.bound)
        if found is not None and found.gain >= plan.gain:
            gain, places = found.gain, found.places
        new = names(plan.problem, places - mine) if gain > plan.gain else ""
        rows.append((change.label, gain, gain - plan.gain, bound - plan.gain, new))
        observe(done, len(wanted))
    index = pd.Index([change.id for change in wanted], name="change", dtype=str)
    return pd.DataFrame(rows, index=index, columns=["label", "gain", "more", "at_most", "sites"])
