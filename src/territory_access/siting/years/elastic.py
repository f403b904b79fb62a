r"""Writes one model in which every rule may be relaxed, and says by how much it is.

The question is built without its limits (``years.loosened``) and each limit is then written again
with a column that it may be passed by: with :math:`a_r` the amount of rule r, in the words of the
user (euros, FTE, communes given up…),

.. math::
   \text{row} \le L_r + h\, a_r, \qquad 0 \le a_r \le M_r\, b_r, \qquad b_r \in \{0, 1\}

where :math:`M_r` is the most that any plan could pass it by, so that :math:`b = 0` is the question
as it was asked and :math:`b = 1` is the one without the rule. The fewest rules to relax are then
:math:`\min \sum_r b_r`, and the least of one rule :math:`\min a_r` with all others at 0. Giving up
everything that must open or is promised leaves opening nothing, so that there is always an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Model, Term
    from territory_access.siting.years.model import Whole

    type Reals = NDArray[np.float64]
    type Ints = NDArray[np.int64]

# The switch that ways to relax one promise share.
PROMISE, FLOOR, SHARE = "promise", "floor", "share"
# What a rule is about: means, what is there, what is asked.
MEANS, THERE, ASKED = 0.0, 0.01, 0.02


@dataclass(frozen=True)
class Slack:
    """One way to relax a rule.

    Attributes
    ----------
    rule, name
        The rule, and which one of its kind (profile of doctors, number of a promise).
    switch
        Column :math:`b_r`; two ways to relax the same promise share it.
    amount
        Column :math:`a_r`.
    limit
        The rule as it was asked, in the unit of the amount.
    kind
        ``MEANS``, ``THERE`` or ``ASKED``: which of two sets of the same size is told first.
    """

    rule: str
    name: str
    switch: int
    amount: int
    limit: float
    kind: float

    @property
    def promise(self) -> bool:
        """Return whether it is a promise of fairness."""
        return self.rule in {FLOOR, SHARE}


@dataclass
class Elastic:
    """A question whose rules may all be relaxed.

    Attributes
    ----------
    problem
        As it was asked.
    made
        The model without limits, to which the columns are added.
    slacks
        Every way to relax a rule.
    """

    problem: Problem
    made: Whole
    slacks: list[Slack] = field(default_factory=list)
    _high: dict[int, float] = field(default_factory=dict)

    def model(self) -> Model:
        """Return the model with every column that relaxes a rule, and no goal."""
        found = self.made.draft.blocks.model()
        high = found.row_high.copy()
        high[list(self._high)] = list(self._high.values())
        return replace(found, row_high=high, goal=np.zeros(found.goal.size))

    def rows(self, name: str) -> Ints:
        """Return the rows of a block, none where the model has no such block."""
        return np.arange(*self.made.draft.blocks.spans.get(name, (0, 0)))

    def limit(self, name: str, high: Reals) -> None:
        """Write the limits of a block of rows again."""
        self._high |= dict(zip(self.rows(name).tolist(), high.tolist(), strict=True))

    def most(self, name: str) -> Reals:
        """Return the most that each row of a block can add up to, one build a place."""
        draft, model = self.made.draft, self.made.model
        place, builds = draft.choices.place, draft.build
        found = []
        for row in self.rows(name).tolist():
            here = slice(model.matrix.indptr[row], model.matrix.indptr[row + 1])
            each = np.zeros(model.goal.size)
            each[model.matrix.indices[here]] = model.matrix.data[here]
            with np.errstate(invalid="ignore"):
                reach = np.fmax(each * model.low, each * model.high)
            of_place = np.zeros(len(self.problem.candidates))
            np.maximum.at(of_place, place, reach[builds])
            reach[builds] = 0.0
            found.append(float(reach.sum() + of_place.sum()))
        return np.array(found)

    def amount(
        self, slack: tuple[str, str], most: float, *, limit: float, kind: float, whole: bool = False
    ) -> int:
        """Add the amount of a rule and its switch; return the column of the amount."""
        rule, name = slack
        blocks = self.made.draft.blocks
        switch = self.switch(PROMISE if rule in {FLOOR, SHARE} else rule, name)
        column = int(blocks.add(f"more_{rule}{name}", (1,), high=most, whole=whole)[0])
        terms: list[Term] = [(0, column, 1.0), (0, switch, -most)]
        blocks.require(f"switched_{rule}{name}", 1, terms, high=0.0)
        self.slacks.append(Slack(rule, name, switch, column, limit, kind))
        return column

    def switch(self, rule: str, name: str) -> int:
        """Return the column that says whether a rule is relaxed, added the first time."""
        blocks, label = self.made.draft.blocks, f"switch_{rule}{name}"
        if label not in blocks.names:
            blocks.add(label, (1,), high=1.0, whole=True)
        return int(blocks.names[label][0])

    def given_up(
        self, slack: tuple[str, str], terms: list[Term], count: int, *, block: str, kind: float
    ) -> None:
        """Let each of some things be given up, and count them.

        Parameters
        ----------
        slack
            Rule and name.
        terms
            Rows of a block, which thing each is about, and what giving it up adds there.
        count
            How many things.
        block
            The block of rows.
        kind
            See ``Slack``.
        """
        blocks = self.made.draft.blocks
        each = blocks.add(f"gone_{slack[0]}{slack[1]}", (count,), high=1.0, whole=True)
        blocks.extend(block, [(row, each[which], value) for row, which, value in terms])
        column = self.amount(slack, float(count), limit=float(count), kind=kind, whole=True)
        blocks.require(
            f"counted_{slack[0]}{slack[1]}", 1, [(0, each, 1.0), (0, column, -1.0)], high=0.0
        )
