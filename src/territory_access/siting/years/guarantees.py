r"""Adds promises of fairness, kept in the last year T.

.. math::
   \sum_{i \in G} P^*_i r_{iT} &\ge \sigma \sum_i P^*_i r_{iT} \\
   A^0_{iT} + \sum_j a_{ij} Q_{jT} &\ge \phi \quad (i \in G,\; A^0_{iT} < \phi)

Those about places are in ``siting.years.promised``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.guarantees import APL
from territory_access.siting.years.closing import lacking, net_share, without_plan
from territory_access.siting.years.promised import promised
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.guarantees import Guarantee
    from territory_access.siting.years.blocks import Term
    from territory_access.siting.years.draft import Draft


def guarantees(made: Draft) -> None:
    """Add every guarantee of a problem.

    Parameters
    ----------
    made
        The model, changed in place; what it closes is in it where a share is promised.
    """
    promised(made)
    for number, guarantee in enumerate(made.problem.guarantees):
        if guarantee.on != APL:
            continue
        if guarantee.floor is not None:
            _floor(made, guarantee, number)
        if guarantee.share_min is not None:
            _share(made, guarantee, number)


def _added(made: Draft, zones: NDArray[np.int64]) -> list[Term]:
    """Return the APL that a plan adds in each zone in the last year, one row a zone."""
    data = made.problem.missing
    if data is None:
        raise ValueError
    per_act = data.per_act.to_numpy()[zones][:, made.choices.pair_place]
    net = net_share(made.problem)[made.choices.pair_option]
    together, terms = np.zeros(net.size, np.int64), []
    for row in range(zones.size):
        near = made.giving(net * per_act[row], together)
        rows, columns, value = np.broadcast_arrays(*near)
        last = (rows == made.years - 1) & (value != 0)
        terms.append((np.full(int(last.sum()), row), columns[last], value[last]))
    return terms


def _floor(made: Draft, guarantee: Guarantee, number: int) -> None:
    """Keep every commune of the group at or above the floor."""
    problem, data = made.problem, made.problem.missing
    if data is None:
        raise ValueError
    level = without_plan(problem)[:, -1]
    mine = np.isin(problem.seekers[ORIGIN].to_numpy().astype(str), guarantee.zones)
    zones = np.flatnonzero(mine & (level < (guarantee.floor or 0.0)))
    least = (guarantee.floor or 0.0) - level[zones]
    made.blocks.require(f"floor{number}", zones.size, _added(made, zones), low=least)


def _share(made: Draft, guarantee: Guarantee, number: int) -> None:
    """Let a share at least of what the plan closes go to the group."""
    problem, closed = made.problem, made.blocks.names.get("closed")
    if closed is None or problem.missing is None:
        return
    zone, year = made.blocks.names["closed_zone"], made.blocks.names["closed_year"]
    need = problem.missing.need.to_numpy()[zone]
    mine = np.isin(problem.seekers[ORIGIN].to_numpy().astype(str)[zone], guarantee.zones)
    last = year == made.years - 1
    _no_less(made, np.flatnonzero(last & ~mine), number)
    value = np.where(last, need * (mine - (guarantee.share_min or 0.0)), 0.0)
    made.blocks.require(f"group{number}", 1, [(0, closed, value)], low=0.0)


def _no_less(made: Draft, items: NDArray[np.int64], number: int) -> None:
    r"""Forbid the model to overlook what a plan closes elsewhere: r is the lesser, not below it.

    With :math:`s \in \{0, 1\}`: :math:`r \ge d s` and :math:`r \ge \sum_j a_j Q_j - M s`.
    """
    closed, zone = made.blocks.names["closed"][items], made.blocks.names["closed_zone"][items]
    added, rows = _added(made, zone), np.arange(items.size)
    acts = np.zeros(made.choices.pair_place.size)
    np.maximum.at(acts, made.choices.pair, made.choices.acts[:, -1])
    data = made.problem.missing
    if data is None:
        raise ValueError
    most = data.per_act.to_numpy()[zone][:, made.choices.pair_place] @ acts
    full = made.blocks.add(f"full{number}", (items.size,), high=1.0, whole=True)
    lack = lacking(made.problem)[zone, -1]
    terms = [(rows, closed, 1.0), (rows, full, -lack)]
    made.blocks.require(f"filled{number}", items.size, terms, low=0.0)
    terms = [(rows, closed, -1.0), (rows, full, -most), *added]
    made.blocks.require(f"open{number}", items.size, terms, high=0.0)
