r"""Adds what a plan does to the APL: consultations no longer missing below the threshold.

Sets: zones i, places j, years t. Parameters: :math:`d_{it} = \max(0, \theta - A^0_{it})` what
each standardised inhabitant lacks; :math:`a_{ij} = w_{ij} / D_j` the APL that one consultation
a year at j adds (``siting.missing``: exact, since :math:`D_j` does not depend on the plan);
:math:`\rho_k` the share of doctors who leave a practice nearby. Variables: :math:`Q_{jt}` net
consultations at a place; :math:`0 \le r_{it} \le d_{it}` what is no longer lacking.

.. math::
   Q_{jt} = \sum_{k \text{ at } j} (1 - \rho_k)\, q_{kt}, \qquad
   r_{it} \le \sum_j a_{ij} Q_{jt}

(T4) Where one place alone could pass :math:`d_{it}`, its builds count for no more than it:
:math:`r_{it} \le \sum_{j\ small} a_{ij} Q_{jt}
+ \sum_{j\ large} \sum_b \min(d_{it}, a_{ij} \bar q_{bt}) y_b`. With whole teams and one year this
row says it all. (T5) Zones that lack nothing, or that no candidate reaches, have no row.

Where a plan may also take consultations away (``siting.decisions``), :math:`r_{it}` may be
negative, zones that lack nothing count too, with what they have above the threshold,
:math:`r_{it} \le (A^0_{it} - \theta)^+ + \sum_j a_{ij} Q_{jt}`, and T4 leaves losses out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.draft import Draft

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Closing:
    """Where consultations are missing.

    Attributes
    ----------
    zone, year
        Positions of the zones and years that lack some and that a candidate reaches ``(R,)``.
    lack
        :math:`d_{it}` ``(R,)``.
    need
        Standardised inhabitants :math:`P^*_i` ``(R,)``.
    columns
        :math:`r_{it}` ``(R,)``.
    """

    zone: Whole
    year: Whole
    lack: Reals
    need: Reals
    columns: Whole


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
    """Add :math:`r_{it}` and its rows.

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
    lack, need = lacking(problem), data.need.to_numpy()
    near = (per_act > 0).any(axis=1) & (need > 0)
    lost = _lost(made, per_act)
    zone, year = np.nonzero(((lack > 0) & near[:, None]) | (lost < 0) & (need > 0)[:, None])
    short = lack[zone, year]
    columns = made.blocks.add("closed", (zone.size,), low=lost[zone, year], high=short)
    made.blocks.names |= {"closed_zone": zone, "closed_year": year}
    found = Closing(zone, year, short, need[zone], columns)
    if problem.horizon.flexible or years > 1 or (lost < 0).any():  # else saturation says it all
        _by_supply(made, found, per_act)
    _saturated(made, found, per_act)
    return found


def _lost(made: Draft, per_act: Reals) -> Reals:
    """Return the most APL that a plan may take from each zone ``(origin, year)``, at most 0."""
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
    net = net_share(made.problem)[choices.pair_option]
    rows = np.arange(supply.size).reshape(supply.shape)
    blocks.require(
        "net",
        supply.size,
        [(rows, supply, -1.0), made.giving(net, at)],
        low=0.0,
        high=0.0,
    )
    shares = per_act[:, places][found.zone]
    row, place = np.nonzero(shares)
    terms = [
        (np.arange(found.zone.size), found.columns, 1.0),
        (row, supply[place, found.year[row]], -shares[row, place]),
    ]
    above = np.maximum(0.0, without_plan(made.problem) - _threshold(made))
    blocks.require("access", found.zone.size, terms, high=above[found.zone, found.year])
    made.blocks.names["supply_place"] = places


def _threshold(made: Draft) -> float:
    data = made.problem.missing
    if data is None:
        raise ValueError
    return data.threshold


def _saturated(made: Draft, found: Closing, per_act: Reals) -> None:
    """Add T4; with whole teams in one year, for every zone."""
    choices, years = made.choices, made.years
    exact = years == 1 and not made.problem.horizon.flexible and "supply" not in made.blocks.names
    net = net_share(made.problem)[choices.option]
    most = choices.acts * net[:, None]
    row, build = np.nonzero(per_act[found.zone][:, choices.place] * (choices.acts[:, -1] > 0))
    # Zones that lack nothing have nothing to saturate.
    row, build = row[found.lack[row] > 0], build[found.lack[row] > 0]
    is_open = found.year[row] >= choices.year[build]
    row, build = row[is_open], build[is_open]
    gives = per_act[found.zone[row], choices.place[build]] * most[build, found.year[row]]
    over = gives > found.lack[row] * (1 + 1e-9)
    # A row, and a place in it, count only where some build of the place alone passes the lack.
    keys = row * len(made.problem.candidates) + choices.place[build]
    large = np.isin(keys, np.unique(keys[over])) | exact
    wanted = np.zeros(found.zone.size, bool)
    wanted[row[large]] = True
    number = np.cumsum(wanted) - 1
    terms = [
        (number[wanted], found.columns[wanted], 1.0),
        (
            number[row[large]],
            made.build[build[large]],
            -np.minimum(found.lack[row[large]], gives[large]),
        ),
    ]
    if not exact:
        supply, places = made.blocks.names["supply"], made.blocks.names["supply_place"]
        at = np.searchsorted(places, choices.place[build])
        small = wanted[row] & ~large
        once, first = np.unique(keys[small], return_index=True)
        item = np.flatnonzero(small)[first]
        terms.append(
            (
                number[row[item]],
                supply[at[item], found.year[row[item]]],
                -per_act[found.zone[row[item]], choices.place[build[item]]],
            )
        )
        del once
    made.blocks.require("saturated", int(wanted.sum()), terms, high=0.0)
