"""Says which rules to relax, and by how much, when nothing respects them all.

Each rule is first relaxed alone; where none suffices, the fewest together. Everything is asked of
one model (``years.elastic``), limited in nodes and not by a clock: where a search was cut short,
the message says that less might do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

import numpy as np
from scipy.sparse import csr_array, vstack

from territory_access.errors import Fault, Infeasible, SitingError
from territory_access.siting.years import shares
from territory_access.siting.years.elastic import SHARE, Elastic, Slack
from territory_access.siting.years.model import whole
from territory_access.siting.years.relaxing import elastic
from territory_access.siting.years.said import promised, renounced, rounded, said
from territory_access.siting.years.solver import Answer, Limits, best

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Model

    type Reals = NDArray[np.float64]
    type Caps = dict[int, float]

# Nodes of one search, sets that are told, and what is no amount.
NODES, SETS, NOTHING = 500, 3, 1e-6


def refuse(problem: Problem) -> NoReturn:
    """Name each rule that, relaxed alone, makes a plan possible, or the fewest that do together.

    Raises
    ------
    Infeasible
        With one fault a rule, or one a set of rules.
    """
    if problem.time_limit is not None and _possible(problem):
        raise SitingError(
            "Aucun plan trouvé dans le temps donné ({seconds:g} s) ; augmentez siting.time_limit.",
            seconds=problem.time_limit,
        )
    asked = Asked(elastic(problem))
    names = problem.candidates.loc[list(problem.rules.keep), "name"].astype(str)
    ways = list(asked.alone())
    if not ways:
        raise Infeasible(
            "Aucun plan ne respecte toutes les règles, et en relâcher une seule n’y suffirait "
            "pas. Chacun de ces ensembles, les plus petits, suffirait :",
            faults=[*asked.together(), *asked.unproved()],
        )
    if names.empty:
        raise Infeasible(
            "Aucun plan ne respecte toutes les règles. Une seule de ces règles relâchée "
            "suffirait :",
            faults=[*ways, *asked.unproved()],
        )
    raise Infeasible(
        "Aucun plan ne respecte toutes les règles en ouvrant un service à {names}. Une seule de "
        "ces règles relâchée suffirait :",
        names=", ".join(names),
        faults=[*ways, *asked.unproved()],
    )


def _possible(problem: Problem) -> bool:
    made = whole(problem)
    goal = np.zeros_like(made.model.goal)
    return best(replace(made.model, goal=goal), Limits(nodes=NODES)).values is not None


@dataclass
class Asked:
    """A question without a plan, asked again with some of its rules relaxed.

    Attributes
    ----------
    found
        The question.
    cut
        Whether some search stopped before its proof.
    """

    found: Elastic
    cut: bool = False

    def __post_init__(self) -> None:
        self.model = self.found.model()
        self.forget = self.found.made.draft.blocks.names.get("forget", np.zeros(0, np.int64))

    def alone(self) -> Iterator[Fault]:
        """Yield each rule that suffices, relaxed alone."""
        done = set()
        for slack in self.found.slacks:
            if slack.rule == SHARE:
                kept = shares.highest(self.found, self.relaxed([slack]), slack, self.ask)
                if kept is not None and kept[0] < slack.limit - NOTHING:
                    yield promised(self.found.problem, slack, kept[0])
            else:
                answer = self.least([slack])
                if answer.values is not None and answer.values[slack.amount] > NOTHING:
                    yield said(self.found, slack, answer.values)
            if slack.promise and slack.switch not in done:
                done.add(slack.switch)
                every = [one for one in self.found.slacks if one.switch == slack.switch]
                model = self.relaxed(every, forget=True)
                if self.ask(model).values is not None:
                    yield renounced(self.found.problem, slack)

    def together(self) -> Iterator[Fault]:
        """Yield the smallest sets that suffice, a few of them."""
        switches = sorted({slack.switch for slack in self.found.slacks})
        kinds = {slack.switch: slack.kind for slack in self.found.slacks}
        goal = np.zeros(self.model.goal.size)
        goal[switches] = [-1.0 - kinds[switch] for switch in switches]
        model, size = replace(self.model, goal=goal), None
        for _ in range(SETS):
            answer = self.ask(model)
            if answer.values is None:
                return
            chosen = [switch for switch in switches if answer.values[switch] > 0.5]
            size = size or len(chosen)
            if len(chosen) > size:
                return
            rules = self.amounts(chosen)
            if rules:
                yield Fault("ensemble : {rules}", {"rules": _listed(rules)})
            model = _without(model, chosen)

    def amounts(self, switches: Collection[int]) -> list[Fault]:
        """Return by how much each rule of a set is relaxed, the least on the whole."""
        slacks = [slack for slack in self.found.slacks if slack.switch in switches]
        answer, forget = self.least(slacks), False
        if answer.values is None:
            answer, forget = self.least(slacks, forget=True), True
        if answer.values is None:
            return []
        rules: dict[Slack, Fault] = {}
        caps: Caps = {}
        for slack in slacks:
            if slack.rule != SHARE:
                amount = float(answer.values[slack.amount])
                caps[slack.amount] = rounded(slack, amount) if amount > NOTHING else 0.0
                if amount > NOTHING:
                    rules[slack] = said(self.found, slack, answer.values)
        model = self.relaxed(slacks, caps=caps, forget=forget)
        mine = [slack for slack in slacks if slack.rule == SHARE]
        if forget:
            rules |= {slack: renounced(self.found.problem, slack) for slack in mine}
        else:
            rules |= self._shares(mine, model)
        return [rules[slack] for slack in slacks if slack in rules]

    def _shares(self, slacks: list[Slack], model: Model) -> dict[Slack, Fault]:
        """Return the highest share that each promise keeps, one after the other."""
        found = {}
        for slack in slacks:
            kept = shares.highest(self.found, model, slack, self.ask)
            if kept is None:
                found[slack] = renounced(self.found.problem, slack)
            elif kept[0] < slack.limit - NOTHING:
                found[slack] = promised(self.found.problem, slack, kept[0])
                model = kept[1]
        return found

    def least(self, slacks: list[Slack], *, forget: bool = False) -> Answer:
        """Return the plan that relaxes some rules least, each beside what it may be."""
        model = self.relaxed(slacks, forget=forget)
        for slack in slacks:
            if slack.rule != SHARE:
                scale = slack.limit if slack.limit > 0 else model.high[slack.amount]
                model.goal[slack.amount] = -1.0 / max(scale, NOTHING)
        return self.ask(model)

    def relaxed(
        self, slacks: list[Slack], *, caps: Caps | None = None, forget: bool = False
    ) -> Model:
        """Return the model where these rules alone may be relaxed, and no goal."""
        high = self.model.high.copy()
        free = {slack.amount for slack in slacks}
        switches = {slack.switch for slack in slacks}
        for slack in self.found.slacks:
            if slack.amount not in free:
                high[slack.amount] = 0.0
            if slack.switch not in switches:
                high[slack.switch] = 0.0
        for column, most in (caps or {}).items():
            high[column] = min(high[column], most)
        if not forget:
            high[self.forget] = 0.0
        return replace(self.model, high=high, goal=np.zeros(high.size))

    def ask(self, model: Model) -> Answer:
        """Solve a model, and remember where the search was cut short."""
        answer = best(model, Limits(nodes=NODES))
        self.cut = self.cut or answer.nodes >= NODES
        return answer

    def unproved(self) -> list[Fault]:
        """Return what is to be said where a search was cut short."""
        if not self.cut:
            return []
        return [
            Fault("recherche arrêtée avant la preuve : relâcher moins pourrait aussi suffire", {})
        ]


def _listed(rules: list[Fault]) -> Fault:
    """Return several rules as one fault, parted by semicolons."""
    if len(rules) == 1:
        return rules[0]
    return Fault("{first} ; {others}", {"first": rules[0], "others": _listed(rules[1:])})


def _without(model: Model, switches: list[int]) -> Model:
    """Return the model where these rules are not all relaxed again."""
    row = np.zeros(model.goal.size)
    row[switches] = 1.0
    return replace(
        model,
        matrix=csr_array(vstack([model.matrix, csr_array(row[None, :])])),
        row_low=np.append(model.row_low, -np.inf),
        row_high=np.append(model.row_high, len(switches) - 1.0),
    )
