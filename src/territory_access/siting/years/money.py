r"""Adds the limits on money: investment by year, net operating deficit by year.

With :math:`e_b` capex, :math:`\tau_b` the year of payment, :math:`B_t` what comes in year t and
:math:`g` the contributions of funders (``siting.years.funding``):

.. math::
   \sum_{b : \tau_b \le t} e_b y_b - \sum_{f, b : \tau_b \le t} g_{fb} &\le \sum_{t' \le t} B_{t'}\\
   \sum_k \big( \sum_{b \in k, t_b \le t} a_b y_b + v_k n_{kt} - p_k q_{kt} \big) &\le D_t

A service costs :math:`c` a year with its whole team; the share :math:`\psi` of it (premises,
secretaries) does not depend on doctors: :math:`a_b = \psi c_b`, :math:`v_k = (1 - \psi) c / g`.
A consultation brings :math:`p_k = (c - d) / q` with d the deficit of the catalogue, so that a whole
team at cruise has exactly the catalogue's deficit. Doctors who wait for patients cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.siting.years.blocks import Term
    from territory_access.siting.years.draft import Draft

    type Reals = NDArray[np.float64]

# Euros are counted in thousands, so that rows are of one size.
UNIT = 1000.0


@dataclass(frozen=True)
class Running:
    """What one option costs and brings in a year.

    Attributes
    ----------
    fixed
        Euros a year once open ``(O,)``.
    by_fte
        Euros a year a GP FTE at work ``(O,)``.
    by_act
        Euros that a consultation brings ``(O,)``.
    """

    fixed: Reals
    by_fte: Reals
    by_act: Reals


def running(options: pd.DataFrame, fixed_cost: float) -> Running:
    """Return yearly costs and takings of each option.

    Parameters
    ----------
    options
        ``opex``, ``deficit``, ``fte``, ``acts_per_year``.
    fixed_cost
        Share of the cost that does not depend on the team.

    Examples
    --------
    A team of 2 that costs 100 000 € and loses 20 000 €, with 4 000 consultations:

    >>> import pandas as pd
    >>> table = pd.DataFrame({"opex": [1e5], "deficit": [2e4], "fte": [2.0],
    ...                       "acts_per_year": [4e3]})
    >>> found = running(table, 0.25)
    >>> found.fixed.tolist(), found.by_fte.tolist(), found.by_act.tolist()
    ([25000.0], [37500.0], [20.0])
    """
    cost, loss = options["opex"].to_numpy(float), options["deficit"].to_numpy(float)
    fte, acts = options["fte"].to_numpy(float), options["acts_per_year"].to_numpy(float)
    # Without doctors or consultations everything is fixed.
    alone = np.where(fte > 0, fixed_cost, 1.0)
    by_act = np.divide(cost - loss, acts, out=np.zeros_like(cost), where=acts > 0)
    return Running(
        fixed=np.where(acts > 0, cost * alone, loss),
        by_fte=np.divide(cost * (1.0 - alone), fte, out=np.zeros_like(cost), where=fte > 0),
        by_act=by_act,
    )


def money(made: Draft, *, grants: list[Term]) -> None:
    """Add what may be invested and lost each year.

    Parameters
    ----------
    made
        The model, changed in place.
    grants
        Contributions of funders: (year of payment, columns, 1), in thousands of euros.
    """
    problem, choices, years = made.problem, made.choices, made.years
    horizon, rules = problem.horizon, problem.rules
    if np.isfinite(rules.budget):
        come = rules.budget * np.cumsum(horizon.budget_shares)
        spent = _onwards(choices.paid, made.build, made.of("capex") / UNIT, years)
        helped = [
            _onwards(np.asarray(year), np.asarray(column), -np.ones(np.size(column)), years)
            for year, column, _ in grants
        ]
        made.blocks.require("capex", years, [spent, *helped], high=come / UNIT)
    if np.isfinite(rules.deficit_per_year):
        cost = running(problem.options, horizon.fixed_cost)
        first, together = choices.pair_option, np.zeros(choices.pair_option.size, np.int64)
        made.blocks.require(
            "deficit",
            years,
            [
                made.since(cost.fixed[choices.option] / UNIT, together[choices.pair]),
                made.working(cost.by_fte[first] / UNIT, together),
                made.giving(-cost.by_act[first] / UNIT, together),
            ],
            high=rules.deficit_per_year * np.array(horizon.deficit_shares) / UNIT,
        )


def _onwards(year: NDArray[np.int64], column: NDArray[np.int64], value: Reals, years: int) -> Term:
    """Return columns in the row of every year from theirs on."""
    item, row = np.nonzero(np.arange(years)[None, :] >= year[:, None])
    return row, column[item], value[item]
