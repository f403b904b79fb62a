r"""Says what a plan may be asked to do best, each as columns, rows and coefficients to maximise.

With :math:`r_{it}` what is no longer lacking in zone i (``siting.years.closing``),
:math:`u_{it} = d_{it} - r_{it}` what still is, and :math:`\delta_t` the worth of year t:

* ``apl``: consultations no longer missing, :math:`\sum \delta_t P^*_i r_{it}`;
* ``lifted``: inhabitants lifted above the threshold, :math:`\sum \delta_t P^*_i l_{it}` with
  :math:`l_{it} \in \{0, 1\}` and :math:`d_{it}\, l_{it} + \underline r_{it} (1 - l_{it}) \le
  r_{it}`: the coefficient is what the zone lacks and not the threshold, the smallest that is right,
  and :math:`\underline r \le 0` the most that it could lose; those whom the plan takes below the
  threshold count against it, :math:`P^*_i (k_{it} - 1)` with :math:`k_{it} \in \{0, 1\}` and
  :math:`r_{it} \ge \underline r_{it} (1 - k_{it})`;
* ``worst_tenth``: what the tenth of inhabitants who lack most lack together, the CVaR
  :math:`\min_\eta \; \alpha P \eta + \sum_i P^*_i (u_i - \eta)^+` with :math:`\alpha = 0.1`, over
  the zones whose APL a site may change: the others stay as they are;
* ``places``: residents given a place (``siting.years.seats``).

A goal counts from the state without any plan, so that opening nothing gains 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.donors import taken
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
        gained = (closed.columns, closed.need * worth[closed.year], 0.0)
        found[Objective.APL] = [gained, _lost(made, closed)]
    if closed is not None and Objective.LIFTED in wanted:
        found[Objective.LIFTED] = [_lifted(made, closed), *_fallen(made, closed)]
    if closed is not None and Objective.WORST_TENTH in wanted:
        found[Objective.WORST_TENTH] = [_worst(made, closed, year) for year in range(made.years)]
    if Objective.PLACES in wanted:
        found[Objective.PLACES] = [seats(made)]
    return found


def _lost(made: Draft, closed: Closing) -> Goal:
    """Return what zones that lack, or could, lose with practices nearby."""
    problem = made.problem
    if problem.missing is None:
        raise ValueError
    counts = lacking(problem) > 0
    counts[closed.zone, closed.year] = True
    people = problem.missing.need.to_numpy()[:, None] * counts * problem.horizon.worth()
    value = closed.losing.per_mille.T @ people
    return closed.losing.columns.ravel(), -value.ravel(), 0.0


def _lifted(made: Draft, closed: Closing) -> Goal:
    """Add whether a zone no longer lacks anything."""
    items = np.flatnonzero(closed.lack > 0)
    rows = np.arange(items.size)
    lifted = made.blocks.add("lifted", (rows.size,), high=1.0, whole=True)
    terms = [(rows, lifted, closed.lack[items]), *closed.gained(items, rows, sign=-1.0)]
    # Binary 0 asks for nothing, even where the zone loses.
    terms.append((rows, lifted, -closed.least[items]))
    made.blocks.require("lifted", rows.size, terms, high=-closed.least[items])
    worth = made.problem.horizon.worth()[closed.year[items]]
    return lifted, closed.need[items] * worth, 0.0


def _fallen(made: Draft, closed: Closing) -> list[Goal]:
    r"""Add whether a zone that lacks nothing stays so: :math:`r \ge \underline r\, (1 - k)`."""
    items = np.flatnonzero(closed.lack == 0)
    if not items.size:
        return []
    rows, least = np.arange(items.size), closed.least[items]
    stays = made.blocks.add("stays", (rows.size,), high=1.0, whole=True)
    terms = [(rows, stays, least), *closed.gained(items, rows)]
    made.blocks.require("stays", rows.size, terms, low=least)
    value = closed.need[items] * made.problem.horizon.worth()[closed.year[items]]
    return [(stays, value, -float(value.sum()))]


def _worst(made: Draft, closed: Closing, year: int) -> Goal:
    """Add the CVaR of one year, over the zones whose APL a plan may change."""
    zones, lack, need = reached(made.problem, year)
    share = TENTH * float(need.sum())
    most = lack + closed.losing.most[zones, year]
    edge = made.blocks.add(f"edge{year}", (1,), high=float(most.max(initial=0.0)))
    beyond = made.blocks.add(f"beyond{year}", (zones.size,), high=most)
    rows = np.arange(zones.size)
    terms = [(rows, beyond, 1.0), (rows, edge[0], 1.0)]
    here = np.flatnonzero(closed.year == year)
    terms += closed.gained(here, np.searchsorted(zones, closed.zone[here]))
    # Those that cannot rise and lack something only lose.
    falls = np.flatnonzero((lack > 0) & ~np.isin(zones, closed.zone[here]))
    years = np.full(falls.size, year)
    terms.append(closed.losing.term(zones[falls], years, falls, sign=-1.0))
    made.blocks.require(f"beyond{year}", zones.size, terms, low=lack)
    worth = float(made.problem.horizon.worth()[year])
    before = worth * tail(lack, need)
    columns = np.concatenate([edge, beyond])
    return columns, -worth * np.concatenate([[share], need]), before


def reached(problem: Problem, year: int) -> tuple[Whole, Reals, Reals]:
    """Return the zones whose APL a site may change, what they lack without a plan, their need."""
    data = problem.missing
    if data is None:
        raise ValueError
    count = len(problem.candidates)
    near = (data.per_act.to_numpy()[:, :count] > 0).any(axis=1)
    if problem.donors is not None:
        loses = problem.donors.near[:, :count][:, (taken(problem) > 0).any(axis=1)].any(axis=1)
        near |= (problem.donors.per_act.to_numpy()[:, loses] > 0).any(axis=1)
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
