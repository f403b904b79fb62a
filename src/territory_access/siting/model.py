r"""Builds the mixed-integer model, in PuLP: which sites, of which service and size, to open.

Sets
----
:math:`g` cells of zones that may use the same sites; :math:`f` existing sites; :math:`j` candidate
communes; :math:`o` options (a service and a size); :math:`h` basins of retired GPs;
:math:`k` reach classes: option o has class :math:`k_o`, cell g is in class :math:`k_{gj}` at j, and
may use the option there if :math:`k_{gj} \le k_o`.

Given numbers
-------------
:math:`s_g` seekers (residents); :math:`c_f` places of existing sites; :math:`m_{jo}` effective
places (``siting.reduce``); :math:`e_o` capex (€), :math:`d_o` deficit (€/yr), :math:`n_o, u_o` GP
and nurse FTE; :math:`F_h` retired GPs (FTE); :math:`B, D, N, U` the limits on each.

Variables
---------
:math:`y_{jo} \in \{0,1\}` option o opens at j; :math:`Y_o = \sum_j y_{jo}` whole: how many of each;
:math:`x_{gj}, x_{gf} \ge 0` residents of g given a place at j, at f; :math:`v_g \in [0, 1]` cell g
is newly within reach of a place; :math:`z_{hj}, z_{hf} \ge 0` FTE of retired GPs from h.

Constraints
-----------
.. math::
   \sum_o y_{jo} &\le 1 \quad (= 1 \text{ if kept})\\
   \sum_o e_o Y_o \le B,\quad \sum_o d_o Y_o &\le D,\quad \sum_o n_o Y_o \le N,\quad
   \sum_o u_o Y_o \le U\\
   \sum_j x_{gj} + \sum_f x_{gf} &\le s_g,\qquad \sum_g x_{gf} \le c_f\\
   \sum_{g : k_{gj} > k} x_{gj} &\le \sum_{o : k_o > k} m^k_{jo}\, y_{jo}
   \quad \text{for each class } k \text{ of the options of } j, \text{ and } k = -1\\
   \sum_j z_{hj} + \sum_f z_{hf} &\le F_h,\qquad \sum_h z_{hj} = \sum_{o\ retired} n_o y_{jo},
   \qquad \sum_{hf} z_{hf} = \text{what existing sites can draw alone}\\
   y_{jo} &\le \sum_{j' \text{ near}} \sum_{o'\ mother} y_{j'o'} \quad
   \text{where o needs a mother centre and none exists near}\\
   v_g &\le \sum_{jo : k_{gj} \le k_o} y_{jo}

with :math:`m^k_{jo}` the smaller of the places and of the seekers beyond class k.

Objectives, one stage after the other (``siting.solve``)
--------------------------------------------------------
``gain`` :math:`\sum x - \text{served before}`; ``reached`` :math:`\sum_g s_g v_g` over cells that
no existing place reaches; ``cost`` :math:`\sum_o (e_o + d_o) Y_o`; ``minutes``
:math:`\sum w_{jo} y_{jo}` with effective places × mean minutes of the seekers in reach.
Goals on the APL are those of the whole model (``siting.years``).

Why it is solved fast
---------------------
Capacity saturates almost everywhere, so millions of plans tie: what decides is *how many* of each
option, which the whole :math:`Y_o` let the solver branch on; money and staff rows are written on
them. :math:`\sum x_{\cdot j} \le \sum_{jo} m_{jo} y_{jo}` in aggregate links flow and counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pulp

    from territory_access.siting.flow import Cut
    from territory_access.siting.problem import Problem
    from territory_access.siting.reduce import Reduced

    type Term = tuple[pulp.LpVariable, float]


@dataclass
class Model:
    """A PuLP problem under construction, with what the stages optimise.

    Attributes
    ----------
    program
        The PuLP problem.
    build
        :math:`y_{jo}` by positions (candidate, option).
    at_site
        The same by candidate, then option.
    counts
        :math:`Y_o` by position of the option.
    given
        What each basin of retired GPs gives, by position.
    goals
        Terms and constant of each objective by name.
    """

    program: pulp.LpProblem
    build: dict[tuple[int, int], pulp.LpVariable] = field(default_factory=dict)
    at_site: dict[int, dict[int, pulp.LpVariable]] = field(default_factory=dict)
    counts: dict[int, pulp.LpVariable] = field(default_factory=dict)
    given: dict[int, list[Term]] = field(default_factory=dict)
    goals: dict[str, tuple[list[Term], float]] = field(default_factory=dict)

    def real(self, name: str, most: float) -> pulp.LpVariable:
        """Return a new variable between 0 and ``most``."""
        return self.program.add_variable(name, 0, float(most))

    def whole(self, name: str, most: float) -> pulp.LpVariable:
        """Return a new whole variable between 0 and ``most``."""
        return self.program.add_variable(name, 0, float(most), "Integer")

    def total(self, name: str, terms: list[pulp.LpVariable]) -> pulp.LpVariable:
        """Return the sum of exclusive decisions as one variable, which keeps rows short."""
        if len(terms) == 1:
            return terms[0]
        whole = self.real(name, 1)
        self.equal([(whole, -1.0), *((term, 1.0) for term in terms)], 0.0, name)
        return whole

    def at_most(self, terms: list[Term], limit: float, name: str | None = None) -> None:
        """Add the row ``terms ≤ limit``; nothing to add when there are no terms."""
        if terms:
            self.program.addConstraint(expression(terms) <= float(limit), name)

    def equal(self, terms: list[Term], value: float, name: str | None = None) -> None:
        """Add the row ``terms = value``."""
        self.program.addConstraint(expression(terms) == float(value), name)


def expression(terms: list[Term], constant: float = 0.0) -> Any:  # noqa: ANN401 - PuLP has no types
    """Return a PuLP expression, in one pass."""
    import pulp

    total = pulp.lpSum_vars_coefs(terms) if terms else pulp.LpAffineExpression.empty()
    total.constant = constant
    return total


def model(problem: Problem, reduced: Reduced) -> Model:
    """Return the whole model: decisions, rules, the objective's own part, and what speeds it up.

    Parameters
    ----------
    problem
        What is asked.
    reduced
        The same, smaller (``siting.reduce``).
    """
    built = decisions(problem, reduced)
    built.goals["gain"] = ([(built.real("gain", float(reduced.seekers.sum())), 1.0)], 0.0)
    gain, _ = built.goals["gain"]
    worth = [(y, -reduced.worth[key]) for key, y in built.build.items()]
    built.at_most([*gain, *worth], 0.0, "worth")
    return built


def learn(built: Model, bound: Cut, before: int) -> None:
    """Add a cut: the gain is at most what it grants, beyond the residents served before."""
    gain, _ = built.goals["gain"]
    worth = [(y, -bound.worth[key]) for key, y in built.build.items() if bound.worth[key]]
    built.at_most([*gain, *worth], bound.always - before)


def decisions(problem: Problem, reduced: Reduced) -> Model:
    """Return the part of the model that says which plans are allowed, whatever they bring."""
    import pulp

    built = Model(pulp.LpProblem("siting", pulp.LpMaximize))
    for j, o in np.argwhere(reduced.open).tolist():
        built.build[j, o] = built.whole(f"y{j}_{o}", 1)
        built.at_site.setdefault(j, {})[o] = built.build[j, o]
    _one_each(built, problem)
    _counts(built, problem)
    _pool(built, problem)
    _mothers(built, problem, reduced)
    for n, clique in enumerate(reduced.rivals):
        one_of = [(built.build[key], 1.0) for key in clique if key in built.build]
        built.at_most(one_of, 1.0, f"rivals{n}")
    amounts = problem.options[["capex", "deficit"]].sum(axis=1).to_numpy(float)
    cost = [(count, amounts[o] / 1000) for o, count in built.counts.items()]
    built.goals["cost"] = (cost, 0.0)
    minutes = [(y, reduced.person_minutes[key] / 1000) for key, y in built.build.items()]
    built.goals["minutes"] = (minutes, 0.0)
    return built


def _one_each(built: Model, problem: Problem) -> None:
    kept = set(problem.rules.keep)
    for j, code in enumerate(problem.candidates.index):
        terms = [(y, 1.0) for y in built.at_site.get(j, {}).values()]
        if code in kept:
            built.equal(terms, 1.0, f"keep{j}")
        else:
            built.at_most(terms, 1.0, f"one{j}")


def _counts(built: Model, problem: Problem) -> None:
    """Count each option, and write money and staff on the counts."""
    options, rules = problem.options, problem.rules
    for o in range(len(options)):
        terms = [(y, 1.0) for (_, option), y in built.build.items() if option == o]
        if terms:
            built.counts[o] = built.whole(f"Y{o}", len(terms))
            built.equal([*terms, (built.counts[o], -1.0)], 0.0, f"count{o}")
    limits = {
        "capex": rules.budget,
        "deficit": rules.deficit_per_year,
        "fte": rules.gp_fte,
        "nurse_fte": rules.nurse_fte,
    }
    for name, limit in limits.items():
        unit = 1000.0 if name in {"capex", "deficit"} else 1.0
        amount = options[name].to_numpy(float) / unit
        terms = [(count, amount[o]) for o, count in built.counts.items() if amount[o] > 0]
        if np.isfinite(limit):
            built.at_most(terms, limit / unit, f"most_{name}")


def _pool(built: Model, problem: Problem) -> None:
    """Carry retired GPs from their basins to the sites that they staff."""
    pool, options = problem.pool, problem.options
    fte, within = pool.fte.to_numpy() / 1000, pool.within.to_numpy()
    needs = np.where(options["retired"], options["fte"], 0.0)
    candidates = len(problem.candidates)
    given = built.given
    given |= {h: [] for h in range(len(fte))}
    asked: dict[int, list[Term]] = {}
    for (j, o), y in built.build.items():
        if needs[o]:
            asked.setdefault(j, []).append((y, -needs[o]))
    if not asked:
        return
    for j, terms in asked.items():
        for h in np.flatnonzero(within[:, j]).tolist():
            z = built.real(f"z{h}_{j}", min(fte[h], needs.max()))
            given[h].append((z, 1.0))
            terms.append((z, 1.0))
        built.equal(terms, 0.0, f"staff{j}")
    drawn: list[Term] = []
    for f, need in enumerate(pool.drawn.to_numpy() / 1000):
        mine = []
        for h in np.flatnonzero(within[:, candidates + f]).tolist() if need else []:
            mine.append((built.real(f"e{h}_{f}", min(fte[h], need)), 1.0))
            given[h].append(mine[-1])
        built.at_most(mine, need, f"drawn{f}")
        drawn += mine
    if drawn:
        built.equal(drawn, pool.kept / 1000, "drawn")
    for h, terms in given.items():
        built.at_most(terms, fte[h], f"pool{h}")


def _mothers(built: Model, problem: Problem, reduced: Reduced) -> None:
    """Let an outpost open only where a centre that can run it exists or opens near."""
    is_mother = problem.options["is_mother"].to_numpy(bool)
    centre = {
        j: built.total(f"M{j}", [y for o, y in here.items() if is_mother[o]])
        for j, here in built.at_site.items()
        if any(is_mother[o] for o in here)
    }
    limits = problem.options["mother_minutes"].to_numpy(float)
    for j, here in built.at_site.items():
        for limit in np.unique(limits[[o for o in here if not reduced.mothered[j, o]]]).tolist():
            lone = [o for o in here if limits[o] == limit]
            near = np.flatnonzero(reduced.mothers[lone[0]][j]).tolist()
            row = [(here[o], 1.0) for o in lone]
            row += [(centre[k], -1.0) for k in near if k in centre]
            built.at_most(row, 0.0, f"mother{j}_{limit:g}")
