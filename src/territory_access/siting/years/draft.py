r"""Starts the model: what is decided, and what every plan obeys whatever its objective.

Variables
---------
:math:`y_b \in \{0, 1\}` build b is chosen; :math:`n_{kt} \ge 0` GP FTE at work at pair k in year t;
:math:`q_{kt} \ge 0` consultations a year there, gross.
:math:`X_{kt} = \sum_{b \in k, t_b \le t} y_b` is no variable: it is written out where needed.

Rows
----
.. math::
   \sum_{b \text{ at } j} y_b &\le 1 \quad (= 1 \text{ if kept}) \\
   \sum_{b \in k, t_b \le t} \underline g_{bt}\, y_b \le n_{kt} &\le
      \sum_{b \in k, t_b \le t} \bar g_{bt}\, y_b \\
   q_{kt} \le K_k\, n_{kt}, \qquad q_{kt} &\le \sum_{b \in k, t_b \le t} \bar q_{bt}\, y_b
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.decisions import closed
from territory_access.siting.years.blocks import Blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Term
    from territory_access.siting.years.choices import Choices

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Draft:
    """A model under construction.

    Attributes
    ----------
    problem, choices
        What is asked, and what may be built.
    blocks
        The model, which grows.
    build
        Columns :math:`y_b` ``(B,)``.
    team, acts
        Columns :math:`n_{kt}` and :math:`q_{kt}` ``(K, T)``; none where teams are whole, since
        the builds then say both.
    """

    problem: Problem
    choices: Choices
    blocks: Blocks
    build: Whole
    team: Whole
    acts: Whole

    @property
    def years(self) -> int:
        """Return how many years the plan has."""
        return self.problem.horizon.years

    def of(self, column: str) -> Reals:
        """Return a figure of the option of each build ``(B,)``."""
        return self.problem.options[column].to_numpy(float)[self.choices.option]

    def of_pair(self, column: str) -> Reals:
        """Return a figure of the first option of each pair ``(K,)``, for what sizes share."""
        return self.problem.options[column].to_numpy(float)[self.choices.pair_option]

    def of_service(self) -> Whole:
        """Return the number of the service of each build ``(B,)``."""
        service = self.problem.options["service"].to_numpy(str)
        numbers: Whole = np.unique(service, return_inverse=True)[1]
        return numbers[self.choices.option]

    def since(self, value: Reals, row: Whole) -> Term:
        """Return the builds open in year t in row ``row × T + t``.

        Parameters
        ----------
        value
            Coefficient of each build ``(B,)``, or by year ``(B, T)``.
        row
            Group of each build ``(B,)``.
        """
        years = np.arange(self.years)
        amount = value[:, None] if value.ndim == 1 else value
        is_open = (years[None, :] >= self.choices.year[:, None]) & (amount != 0)
        build, year = np.nonzero(is_open)
        amount = np.broadcast_to(amount, is_open.shape)[build, year]
        return row[build] * self.years + year, self.build[build], amount

    def working(self, value: Reals, row: Whole) -> Term:
        """Return the FTE at work at each pair in year t, times ``value``, in row ``row × T + t``.

        Parameters
        ----------
        value, row
            Coefficient and group of each pair ``(K,)``.
        """
        if self.team.size == 0:
            return self.since(self.choices.least * value[self.choices.pair, None], self._of(row))
        return row[:, None] * self.years + np.arange(self.years), self.team, value[:, None]

    def giving(self, value: Reals, row: Whole) -> Term:
        """Return the gross consultations of each pair in year t, in the same way."""
        if self.acts.size == 0:
            return self.since(self.choices.acts * value[self.choices.pair, None], self._of(row))
        return row[:, None] * self.years + np.arange(self.years), self.acts, value[:, None]

    def _of(self, row: Whole) -> Whole:
        return row[self.choices.pair]


def draft(problem: Problem, choices: Choices) -> Draft:
    """Return the model with its decisions, teams and consultations.

    Parameters
    ----------
    problem
        What is asked.
    choices
        What may be built.
    """
    blocks, years = Blocks(), problem.horizon.years
    pairs = choices.pair_place.size if problem.horizon.flexible else 0
    build = blocks.add("build", (choices.option.size,), high=1.0, whole=True)
    most_team, most_acts = np.zeros((pairs, years)), np.zeros((pairs, years))
    low_team, low_acts = np.zeros((pairs, years)), np.zeros((pairs, years))
    if pairs:
        np.minimum.at(low_team, choices.pair, choices.least)
        np.minimum.at(low_acts, choices.pair, choices.acts)
        np.maximum.at(most_team, choices.pair, choices.most)
        np.maximum.at(most_acts, choices.pair, choices.acts)
    team = blocks.add("team", (pairs, years), low=low_team, high=most_team)
    acts = blocks.add("acts", (pairs, years), low=low_acts, high=most_acts)
    made = Draft(problem, choices, blocks, build, team, acts)
    _one_each(made)
    _included(made)
    if pairs:
        _teams(made)
    return made


def counts(made: Draft) -> None:
    """Say how many of each option open: whole numbers that a search can split on.

    A build opened or not moves little in a plan of thirty sites; one centre more or less moves
    what is left for all the others.

    Parameters
    ----------
    made
        The model, changed in place.
    """
    problem, option = made.problem, made.choices.option
    most = np.bincount(option, minlength=len(problem.options)).astype(float)
    given = [funder.envelope for funder in problem.funders]
    for amount, column in (
        (problem.rules.budget + sum(given), "capex"),
        (np.inf if closed(problem.options).any() else problem.rules.gp_fte, "least_fte"),
    ):
        each = problem.options[column].to_numpy(float)
        room = np.divide(amount, each, out=np.full_like(each, np.inf), where=each > 0)
        most = np.minimum(most, np.floor(room + 1e-6))
    count = made.blocks.add("count", most.shape, high=most, whole=True)
    rows = np.arange(most.size)
    terms = [(option, made.build, 1.0), (rows, count, -1.0)]
    made.blocks.require("count", most.size, terms, low=0.0, high=0.0)


def _one_each(made: Draft) -> None:
    """At most one service at a candidate; one where the planner says so."""
    candidates = made.problem.candidates
    kept = candidates.index.isin(made.problem.rules.keep)
    made.blocks.require(
        "one",
        len(candidates),
        [(made.choices.place, made.build, 1.0)],
        low=np.where(kept, 1.0, -np.inf),
        high=1.0,
    )


def _included(made: Draft) -> None:
    """Open every site of the smaller plan that this one contains, as it stands there."""
    problem, choices = made.problem, made.choices
    codes = problem.candidates.index.to_numpy(str)[choices.place]
    names = problem.options.index.to_numpy(str)[choices.option]
    for number, (code, option) in enumerate(problem.included):
        same = (codes == code) & (names == option)
        made.blocks.require(f"included{number}", 1, [(0, made.build[same], 1.0)], low=1.0)


def _teams(made: Draft) -> None:
    """Teams between the smallest and the largest, consultations by doctors and by ramp-up."""
    choices, blocks = made.choices, made.blocks
    pairs, years = made.team.shape
    rows = np.arange(pairs * years).reshape(pairs, years)
    least, most = made.since(choices.least, choices.pair), made.since(choices.most, choices.pair)
    blocks.require("least", rows.size, [(rows, made.team, -1.0), least], high=0.0)
    blocks.require("most", rows.size, [(rows, made.team, 1.0), _minus(most)], high=0.0)
    fte, acts = made.of_pair("fte"), made.of_pair("acts_per_year")
    staffed = np.flatnonzero(fte > 0)
    rate = acts[staffed] / fte[staffed]
    blocks.require(
        "work",
        staffed.size * years,
        [
            (rows[: staffed.size], made.acts[staffed], 1.0),
            (rows[: staffed.size], made.team[staffed], -rate[:, None]),
        ],
        high=0.0,
    )
    ramp = made.since(choices.acts, choices.pair)
    # A site that closes gives up all that it did, no more and no less.
    gone = closed(made.problem.options)[choices.pair_option]
    low = np.where(np.repeat(gone, years), 0.0, -np.inf)
    blocks.require("ramp", rows.size, [(rows, made.acts, 1.0), _minus(ramp)], low=low, high=0.0)


def _minus(term: Term) -> Term:
    return term[0], term[1], -np.asarray(term[2])
