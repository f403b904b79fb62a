r"""Adds promises of fairness, kept in the last year T.

.. math::
   \sum_{i \in G} P^*_i r_{iT} &\ge \sigma \sum_i P^*_i r_{iT} \\
   A^0_{iT} + \sum_j a_{ij} Q_{jT} - \ell_{iT} &\ge \phi \quad (i \in G)

The second has a row for zones below the floor, and for those that a plan could take there.
Those about places are in ``siting.years.promised``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.donors import counted
from territory_access.siting.guarantees import APL
from territory_access.siting.years.closing import closed_away, lacking, without_plan
from territory_access.siting.years.losing import losing
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
    """Return the APL that sites add in each zone in the last year, one row a zone."""
    data = made.problem.missing
    if data is None:
        raise ValueError
    per_act = data.per_act.to_numpy()[zones][:, made.choices.pair_place]
    counts = counted(made.problem)[made.choices.pair_option]
    together, terms = np.zeros(counts.size, np.int64), []
    for row in range(zones.size):
        near = made.giving(counts * per_act[row], together)
        rows, columns, value = np.broadcast_arrays(*near)
        last = (rows == made.years - 1) & (value != 0)
        terms.append((np.full(int(last.sum()), row), columns[last], value[last]))
    return terms


def _gone(made: Draft, zones: NDArray[np.int64]) -> Term:
    """Return the APL that zones lose with practices nearby in the last year, one row a zone."""
    last = np.full(zones.size, made.years - 1)
    return losing(made).term(zones, last, np.arange(zones.size), sign=-1.0)


def _floor(made: Draft, guarantee: Guarantee, number: int) -> None:
    """Keep every commune of the group at or above the floor."""
    problem, data = made.problem, made.problem.missing
    if data is None:
        raise ValueError
    level, floor = without_plan(problem)[:, made.years - 1], guarantee.floor or 0.0
    per_act = data.per_act.to_numpy()[:, : len(problem.candidates)]
    lowest = level + closed_away(made, per_act)[:, -1] - losing(made).most[:, -1]
    mine = np.isin(problem.seekers[ORIGIN].to_numpy().astype(str), guarantee.zones)
    zones = np.flatnonzero(mine & (lowest < floor))
    terms = [*_added(made, zones), _gone(made, zones)]
    made.blocks.require(f"floor{number}", zones.size, terms, low=floor - level[zones])


def _share(made: Draft, guarantee: Guarantee, number: int) -> None:
    """Let a share at least of what the plan closes go to the group."""
    problem, closed = made.problem, made.blocks.names.get("closed")
    if closed is None or problem.missing is None:
        return
    zone, year = made.blocks.names["closed_zone"], made.blocks.names["closed_year"]
    mine = np.isin(problem.seekers[ORIGIN].to_numpy().astype(str), guarantee.zones)
    last = year == made.years - 1
    _no_less(made, np.flatnonzero(last & ~mine[zone]), number)
    value = problem.missing.need.to_numpy() * (mine - (guarantee.share_min or 0.0))
    away = losing(made)
    counts = lacking(problem)[:, -1] > 0
    counts[zone[last]] = True
    terms = [
        (0, closed, np.where(last, value[zone], 0.0)),
        (0, away.columns[:, -1], -(value * counts) @ away.per_mille),
    ]
    made.blocks.require(f"group{number}", 1, terms, low=0.0)


def _no_less(made: Draft, items: NDArray[np.int64], number: int) -> None:
    r"""Forbid the model to overlook what a plan closes elsewhere: r is the lesser, not below it.

    With :math:`s \in \{0, 1\}`: :math:`r \ge d s + \underline r (1 - s)` and
    :math:`g \ge s_i + \sum_j a_j Q_j - M s`.
    """
    data = made.problem.missing
    if data is None:
        raise ValueError
    closed, zone = made.blocks.names["closed"][items], made.blocks.names["closed_zone"][items]
    rows = np.arange(items.size)
    acts = np.zeros(made.choices.pair_place.size)
    np.maximum.at(acts, made.choices.pair, made.choices.acts[:, -1])
    most = data.per_act.to_numpy()[zone][:, made.choices.pair_place] @ acts
    full = made.blocks.add(f"full{number}", (items.size,), high=1.0, whole=True)
    lack = lacking(made.problem)[zone, -1]
    spare = np.maximum(0.0, without_plan(made.problem)[zone, made.years - 1] - data.threshold)
    least = np.minimum(0.0, spare - losing(made).most[zone, -1])
    terms = [(rows, closed, 1.0), (rows, full, least - lack), _gone(made, zone)]
    made.blocks.require(f"filled{number}", items.size, terms, low=least)
    terms = [(rows, closed, -1.0), (rows, full, -(spare + most)), *_added(made, zone)]
    made.blocks.require(f"open{number}", items.size, terms, high=-spare)
