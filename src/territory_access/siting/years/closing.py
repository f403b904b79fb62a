r"""Adds what a plan does to the APL: consultations no longer missing below the threshold.

Sets: zones i, places j, years t. Parameters: :math:`d_{it} = \max(0, \theta - A^0_{it})` what
each standardised inhabitant lacks, :math:`s_{it} = \max(0, A^0_{it} - \theta)` what is to spare;
:math:`a_{ij} = w_{ij} / D_j` the APL that one consultation a year at j adds (``siting.missing``:
exact, since :math:`D_j` does not depend on the plan). Variables: :math:`Q_{jt}` consultations that
count at a place, :math:`\ell_{it} \ge 0` what a zone loses with practices nearby
(``siting.years.losing``; 0 where what they offer is not known), :math:`g_{it}` what is gained
before that, as far as it helps. What is no longer lacking is then :math:`r_{it}`:

.. math::
   r_{it} = g_{it} - \ell_{it}, \qquad
   g_{it} \le s_{it} + \sum_j a_{ij} Q_{jt}, \qquad g_{it} \le d_{it} + \ell_{it}

so that :math:`r_{it} = \min(d_{it}, s_{it} + \sum_j a_{ij} Q_{jt} - \ell_{it})`, negative where a
plan takes more than it brings. Where practices lose nothing, :math:`r = g \le d` is one column.

(T4) Where one place alone could pass :math:`h_{it} = d_{it} + \max \ell_{it}`, its builds count
for no more than it: :math:`g_{it} \le \sum_{j\ small} a_{ij} Q_{jt}
+ \sum_{j\ large} \sum_b \min(h_{it}, a_{ij} \bar q_{bt}) y_b`. With whole teams and one year this
row says it all. (T5) Zones that cannot rise and lack something only lose: :math:`r = -\ell`, no
row. Zones that lack nothing have a row where a plan could take them below the threshold, by what
practices lose or by what it closes (``siting.decisions``; T4 leaves what closes out).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.donors import counted
from territory_access.siting.years.losing import Limits, losing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Term
    from territory_access.siting.years.draft import Draft
    from territory_access.siting.years.losing import Losing

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Closing:
    r"""Where consultations are missing, or could be.

    Attributes
    ----------
    zone, year
        Positions of the zones and years that a plan can lift, or take below the threshold
        ``(R,)``.
    lack
        :math:`d_{it}` ``(R,)``.
    spare
        :math:`s_{it}` ``(R,)``.
    need
        Standardised inhabitants :math:`P^*_i` ``(R,)``.
    columns
        :math:`g_{it}` ``(R,)``.
    least
        :math:`r_{it}` is never less ``(R,)``, at most 0.
    losing
        What practices lose, :math:`\ell_{it}`.
    """

    zone: Whole
    year: Whole
    lack: Reals
    spare: Reals
    need: Reals
    columns: Whole
    least: Reals
    losing: Losing

    def gained(self, items: Whole, row: Whole, *, sign: float = 1.0) -> list[Term]:
        """Return :math:`r_{it}` of some of these, one row each, times ``sign``.

        Parameters
        ----------
        items
            Positions among ``columns``.
        row
            Row of each.
        """
        lost = self.losing.term(self.zone[items], self.year[items], row, sign=-sign)
        return [(row, self.columns[items], sign), lost]


def lacking(problem: Problem) -> Reals:
    """Return what each standardised inhabitant lacks without the plan ``(origin, year)``."""
    data, years = problem.missing, problem.horizon.years
    if data is None:
        raise ValueError
    return np.asarray(np.maximum(0.0, data.threshold - without_plan(problem)[:, :years]))


def without_plan(problem: Problem) -> Reals:
    """Return the APL without the plan ``(origin, year)``, as today where no outlook is given."""
    data, outlook = problem.missing, problem.horizon.apl
    if data is None:
        raise ValueError
    if outlook is None:
        return np.repeat(data.apl.to_numpy()[:, None], problem.horizon.years, axis=1)
    return np.asarray(outlook.transpose("origin", "year").to_numpy(), float)


def net_share(problem: Problem) -> Reals:
    """Return the share of an option's consultations that are new ``(O,)``."""
    acts = problem.options["acts_per_year"].to_numpy(float)
    net = problem.options["net_acts"].to_numpy(float)
    share: Reals = np.divide(net, acts, out=np.zeros_like(net), where=acts != 0)
    return share


def closing(made: Draft) -> Closing:
    """Add :math:`g_{it}` and its rows.

    Parameters
    ----------
    made
        The model, changed in place.
    """
    problem, years = made.problem, made.years
    data = problem.missing
    if data is None:
        raise ValueError
    count = len(problem.candidates)
    per_act = data.per_act.to_numpy()[:, :count] * _open(made, count)
    away = losing(made)
    lack, lost = lacking(problem), closed_away(made, per_act)
    spare = np.maximum(0.0, without_plan(problem)[:, :years] - data.threshold)
    near = (per_act > 0).any(axis=1)[:, None] & (lack > 0)
    falls = (lack == 0) & (spare + lost - away.most < -1e-12)
    zone, year = np.nonzero((near | falls) & (data.need.to_numpy() > 0)[:, None])
    most, least = away.most[zone, year], lost[zone, year]
    short, over = lack[zone, year], spare[zone, year]
    columns = made.blocks.add("closed", (zone.size,), low=least, high=short + most)
    made.blocks.names |= {"closed_zone": zone, "closed_year": year}
    people = data.need.to_numpy()[zone]
    found = Closing(zone, year, short, over, people, columns, over + least - most, away)
    if problem.horizon.flexible or years > 1 or (lost < 0).any():  # else saturation says it all
        _by_supply(made, found, per_act)
    _saturated(made, found, per_act)
    _no_more_than_lacks(made, found, per_act)
    return found


def _no_more_than_lacks(made: Draft, found: Closing, per_act: Reals) -> None:
    r"""Add :math:`g \le d + \ell`, where a plan could pass :math:`d` and something is lost."""
    choices = made.choices
    counts = np.maximum(0.0, choices.acts * counted(made.problem)[choices.option][:, None])
    limits = Limits.of(made, counts, choices.place, per_act.shape[1])
    passes = found.spare + limits.together(per_act)[found.zone, found.year] > found.lack
    items = np.flatnonzero(passes & (found.losing.most[found.zone, found.year] > 0))
    terms = found.gained(items, np.arange(items.size))
    made.blocks.require("enough", items.size, terms, high=found.lack[items])


def closed_away(made: Draft, per_act: Reals) -> Reals:
    """Return the most APL that closing sites takes from each zone ``(origin, year)``, at most 0."""
    choices = made.choices
    least = np.zeros((len(made.problem.candidates), made.years))
    np.minimum.at(least, choices.place, choices.acts)
    found: Reals = per_act @ least
    return found


def _open(made: Draft, count: int) -> Reals:
    """Return 1 for candidates where something may open ``(J,)``."""
    return np.isin(np.arange(count), made.choices.place).astype(float)


def _by_supply(made: Draft, found: Closing, per_act: Reals) -> None:
    """Add the exact rows, on the consultations of each place."""
    choices, blocks, years = made.choices, made.blocks, made.years
    places, at = np.unique(choices.pair_place, return_inverse=True)
    least = np.zeros((len(made.problem.candidates), years))
    np.minimum.at(least, choices.place, choices.acts)
    supply = blocks.add("supply", (places.size, years), low=least[places])
    counts = counted(made.problem)[choices.pair_option]
    rows = np.arange(supply.size).reshape(supply.shape)
    blocks.require(
        "net",
        supply.size,
        [(rows, supply, -1.0), made.giving(counts, at)],
        low=0.0,
        high=0.0,
    )
    shares = per_act[:, places][found.zone]
    row, place = np.nonzero(shares)
    terms = [
        (np.arange(found.zone.size), found.columns, 1.0),
        (row, supply[place, found.year[row]], -shares[row, place]),
    ]
    blocks.require("access", found.zone.size, terms, high=found.spare)
    made.blocks.names["supply_place"] = places


def _saturated(made: Draft, found: Closing, per_act: Reals) -> None:
    """Add T4; with whole teams in one year, for every zone."""
    choices, years = made.choices, made.years
    exact = years == 1 and not made.problem.horizon.flexible and "supply" not in made.blocks.names
    most = choices.acts * counted(made.problem)[choices.option][:, None]
    reach = found.lack + found.losing.most[found.zone, found.year] - found.spare
    row, build = np.nonzero(per_act[found.zone][:, choices.place] * (choices.acts[:, -1] > 0))
    # Zones that lack nothing have nothing to saturate, unless these rows are the only ones.
    wide = (found.lack[row] > 0) | exact
    row, build = row[wide], build[wide]
    is_open = found.year[row] >= choices.year[build]
    row, build = row[is_open], build[is_open]
    gives = per_act[found.zone[row], choices.place[build]] * most[build, found.year[row]]
    over = gives > reach[row] * (1 + 1e-9)
    # A row, and a place in it, count only where some build of the place alone passes the lack.
    keys = row * len(made.problem.candidates) + choices.place[build]
    large = np.isin(keys, np.unique(keys[over])) | exact
    wanted = np.full(found.zone.size, exact)
    wanted[row[large]] = True
    number = np.cumsum(wanted) - 1
    terms = [
        (number[wanted], found.columns[wanted], 1.0),
        (
            number[row[large]],
            made.build[build[large]],
            -np.minimum(reach[row[large]], gives[large]),
        ),
    ]
    if not exact:
        supply, places = made.blocks.names["supply"], made.blocks.names["supply_place"]
        at = np.searchsorted(places, choices.place[build])
        small = wanted[row] & ~large
        _, first = np.unique(keys[small], return_index=True)
        item = np.flatnonzero(small)[first]
        terms.append(
            (
                number[row[item]],
                supply[at[item], found.year[row[item]]],
                -per_act[found.zone[row[item]], choices.place[build[item]]],
            )
        )
    made.blocks.require("saturated", int(wanted.sum()), terms, high=found.spare[wanted])
