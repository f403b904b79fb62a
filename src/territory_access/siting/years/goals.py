r"""Says what a plan may be asked to do best, each as columns, rows and coefficients to maximise.

With :math:`r_{it}` what is no longer lacking in zone i (``siting.years.closing``),
:math:`u_{it} = d_{it} - r_{it}` what still is, and :math:`\delta_t` the worth of year t:

* ``apl``: consultations no longer missing, :math:`\sum \delta_t P^*_i r_{it}`;
* ``lifted``: inhabitants lifted above the threshold, :math:`\sum \delta_t P^*_i l_{it}` with
  :math:`l_{it} \in \{0, 1\}` and :math:`d_{it}\, l_{it} \le r_{it}`: the coefficient is what the
  zone lacks and not the threshold, the smallest that is right;
* ``worst_tenth``: what the tenth of inhabitants who lack most lack together, the CVaR
  :math:`\min_\eta \; \alpha P \eta + \sum_i P^*_i (u_i - \eta)^+` with :math:`\alpha = 0.1`, over
  the zones that a candidate reaches: the others stay as they are;
* ``places``: residents given a place (``siting.years.seats``).

A goal counts from the state without any plan, so that opening nothing gains 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.guarantees import APL
from territory_access.siting.years.closing import Closing, closing, lacking
from territory_access.siting.years.seats import seats
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.draft import Draft

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]
    type Goal = tuple[Whole, Reals, float]  # columns, coefficients, constant

# The share of inhabitants that ``worst_tenth`` looks at.
TENTH = 0.1


def asked(problem: Problem) -> dict[Objective, float]:
    """Return the goals of the first stage and their weights."""
    return dict(problem.weights) or {problem.objective: 1.0}


def goals(made: Draft) -> dict[Objective, list[Goal]]:
    """Add what the goals of a problem need, and return the terms of each.

    Parameters
    ----------
    made
        The model, changed in place.
    """
    problem = made.problem
    wanted = [*asked(problem), *problem.then]
    found: dict[Objective, list[Goal]] = {}
    needs_apl = {Objective.APL, Objective.LIFTED, Objective.WORST_TENTH} & set(wanted)
    shared = any(one.on == APL and one.share_min is not None for one in problem.guarantees)
    closed = closing(made) if needs_apl or shared else None
    worth = problem.horizon.worth()
    if closed is not None:
        found[Objective.APL] = [(closed.columns, closed.need * worth[closed.year], 0.0)]
    if closed is not None and Objective.LIFTED in wanted:
        found[Objective.LIFTED] = [_lifted(made, closed)]
    if closed is not None and Objective.WORST_TENTH in wanted:
        found[Objective.WORST_TENTH] = [_worst(made, closed, year) for year in range(made.years)]
    if Objective.PLACES in wanted:
        found[Objective.PLACES] = [seats(made)]
    return found


def _lifted(made: Draft, closed: Closing) -> Goal:
    """Add whether a zone no longer lacks anything."""
    rows = np.arange(closed.zone.size)
    lifted = made.blocks.add("lifted", (rows.size,), high=1.0, whole=True)
    terms = [(rows, lifted, closed.lack), (rows, closed.columns, -1.0)]
    made.blocks.require("lifted", rows.size, terms, high=0.0)
    return lifted, closed.need * made.problem.horizon.worth()[closed.year], 0.0


def _worst(made: Draft, closed: Closing, year: int) -> Goal:
    """Add the CVaR of one year, over the zones that a candidate reaches."""
    zones, lack, need = reached(made.problem, year)
    share = TENTH * float(need.sum())
    edge = made.blocks.add(f"edge{year}", (1,), high=float(lack.max(initial=0.0)))
    beyond = made.blocks.add(f"beyond{year}", (zones.size,), high=lack)
    column = np.full(zones.size, -1)
    here = np.flatnonzero(closed.year == year)
    column[np.searchsorted(zones, closed.zone[here])] = closed.columns[here]
    rows, helped = np.arange(zones.size), column >= 0
    terms = [(rows, beyond, 1.0), (rows, edge[0], 1.0)]
    terms.append((rows[helped], column[helped], 1.0))
    made.blocks.require(f"beyond{year}", zones.size, terms, low=lack)
    worth = float(made.problem.horizon.worth()[year])
    before = worth * tail(lack, need)
    columns = np.concatenate([edge, beyond])
    return columns, -worth * np.concatenate([[share], need]), before


def reached(problem: Problem, year: int) -> tuple[Whole, Reals, Reals]:
    """Return the zones that a candidate reaches, what they lack without a plan, and their need."""
    data = problem.missing
    if data is None:
        raise ValueError
    near = (data.per_act.to_numpy()[:, : len(problem.candidates)] > 0).any(axis=1)
    zones = np.flatnonzero(near & (data.need.to_numpy() > 0))
    return zones, lacking(problem)[zones, year], data.need.to_numpy()[zones]


def tail(lack: Reals, need: Reals) -> float:
    """Return what the tenth of inhabitants who lack most lack together.

    Parameters
    ----------
    lack
        What each standardised inhabitant of a zone lacks ``(zone,)``.
    need
        Standardised inhabitants ``(zone,)``.

    Examples
    --------
    Of 1 000 inhabitants the worst 100 are the 60 who lack 2 and 40 of those who lack 1:

    >>> tail(np.array([2.0, 1.0, 0.0]), np.array([60.0, 440.0, 500.0]))
    160.0
    """
    order = np.argsort(-lack, kind="stable")
    left = TENTH * float(need.sum()) - np.concatenate([[0.0], np.cumsum(need[order])[:-1]])
    return float(lack[order] @ np.clip(left, 0.0, need[order]))
