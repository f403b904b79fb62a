"""Says what one thing more would bring: money, a doctor, one rule less. Each is asked again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from territory_access.errors import Fault
from territory_access.siting.explain import names
from territory_access.siting.questions import Otherwise, Questions
from territory_access.siting.words import euros, fte

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.rules import Rules

MONEY, STAFF, LIFTED, KEPT = "money", "staff", "lifted", "kept"
_INVESTED, _LOST = 100_000.0, 10_000.0
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
        that need not open).
    rules
        The rules so changed.
    """

    id: str
    label: Fault
    kind: str
    rules: Rules


def changes(
    plan: SitingPlan, *, kinds: Sequence[str] = (MONEY, STAFF, LIFTED, KEPT)
) -> list[Change]:
    """Return the changes worth a price: every limit a little, then whole, and each kept site.

    Parameters
    ----------
    plan
        The plan whose rules are changed.
    kinds
        Which ones.
    """
    return [change for change in _changes(plan) if change.kind in kinds]


def _changes(plan: SitingPlan) -> Iterator[Change]:
    rules = plan.problem.rules
    more = {
        "budget": (
            _INVESTED,
            Fault("{amount} d’investissement de plus", {"amount": euros(_INVESTED)}),
            MONEY,
        ),
        "deficit_per_year": (
            _LOST,
            Fault("{amount} de déficit par an de plus", {"amount": euros(_LOST)}),
            MONEY,
        ),
        "gp_fte": (1.0, Fault("{amount} de médecin de plus", {"amount": fte(1.0)}), STAFF),
        "nurse_fte": (1.0, Fault("{amount} d’infirmier de plus", {"amount": fte(1.0)}), STAFF),
    }
    lifted = {
        "budget": "Sans limite d’investissement",
        "deficit_per_year": "Sans limite de déficit",
        "gp_fte": "Sans limite de médecins",
        "nurse_fte": "Sans limite d’infirmiers",
    }
    for name, (amount, label, kind) in more.items():
        limit = getattr(rules, name)
        if np.isfinite(limit):
            yield Change(f"{name}+{amount:g}", label, kind, _with(rules, name, limit + amount))
    for name, sentence in lifted.items():
        if np.isfinite(getattr(rules, name)):
            yield Change(f"{name}:inf", Fault(sentence, {}), LIFTED, _with(rules, name, np.inf))
    for code in rules.keep:
        left = tuple(kept for kept in rules.keep if kept != code)
        label_kept = Fault("{name} n’est plus imposé", {"name": names(plan.problem, {code})})
        yield Change(f"keep-{code}", label_kept, KEPT, replace(rules, keep=left))


def _with(rules: Rules, name: str, value: float) -> Rules:
    changed: dict[str, Any] = {name: value}
    return replace(rules, **changed)


def prices(
    plan: SitingPlan,
    *,
    kinds: Sequence[str] = (MONEY, STAFF, LIFTED, KEPT),
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
    asked = questions or Questions(plan.problem)
    wanted = changes(plan, kinds=kinds)
    rows = []
    mine = set(plan.sites.index.astype(str))
    for done, change in enumerate(wanted, start=1):
        gain, bound, places = (plan.gain, plan.report.bound, frozenset(mine))
        # Where counting alone shows that nothing more is possible, nothing is searched.
        idle = asked.most(change.rules) <= plan.gain + _SMALL
        found = None if idle else asked.ask(Otherwise(rules=change.rules))
        if found is not None and found.gain >= plan.gain:
            gain, bound, places = found.gain, found.bound, found.places
        new = names(plan.problem, places - mine) if gain > plan.gain else ""
        rows.append((change.label, gain, gain - plan.gain, bound - plan.gain, new))
        observe(done, len(wanted))
    index = pd.Index([change.id for change in wanted], name="change", dtype=str)
    return pd.DataFrame(rows, index=index, columns=["label", "gain", "more", "at_most", "sites"])
