r"""Adds who hosts add-ons: as many as the doctors there can have, in years when they are there.

With :math:`u_b` add-ons in build b, :math:`G_z` GP FTE in practice in commune z, :math:`g_f` those
of its existing sites and :math:`n_{kt}` what the plan adds there, or takes away when a site closes;
where practices lose doctors to the plan, :math:`v_{zt}` is the share that those of z lose,
:math:`\sum_{j : z \in N_j} u_{jt} / 1000` (``siting.years.losing``), and only who is left hosts:

.. math::
   \sum_{b \text{ of s in } z,\, t_b \le t} u_b\, y_b
     - \rho_c \sum_{k \text{ in } z} n_{kt} &\le \rho\, G_z (1 - v_{zt})
     + \rho_c \sum_{f \text{ in } z} g_f \\
   \sum_{b \text{ of s in } z,\, t_b \le t} y_b &\le
     \Big|\{f \text{ in } z\}\Big| + \sum_{b \text{ in } z,\, t_b \le t} \pm y_b
     \quad \text{(centres only, for an add-on of a centre)}

(T8) Add-ons are whole, and one place of a commune holds one build: with :math:`h_z` the right side
of the first row where nothing is lost, and :math:`\bar g_b` the largest team of a build,

.. math::
   \sum_{b \text{ of s in } z} u_b\, y_b \le \lfloor h_z \rfloor
     + \sum_{b \text{ in } z} \big( \lfloor h_z + \rho_c\, \bar g_b \rfloor
     - \lfloor h_z \rfloor \big)\, y_b
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.services.requirements import CENTRES
from territory_access.siting.addons import CENTRE, NOBODY, PRACTICE, lots
from territory_access.siting.decisions import CLOSE, EXTEND, LEAVE, REINFORCE, UPGRADE
from territory_access.siting.hosts import sites_fte
from territory_access.siting.years.losing import MILLE, losing
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.siting.years.blocks import Term
    from territory_access.siting.years.draft import Draft

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]


def beside(made: Draft) -> None:
    """Hold every add-on to years when somebody hosts it.

    Parameters
    ----------
    made
        The model, changed in place.
    """
    addons = made.problem.addons
    if addons is None:
        return
    for service, places in addons.places.groupby("service", sort=True):
        kind = str(places["kind"].iloc[0])
        if kind != NOBODY:
            _hosted(made, str(service), places, kind)


def _hosted(made: Draft, service: str, places: pd.DataFrame, kind: str) -> None:
    """Add the rows of one add-on, one a commune and year."""
    problem, choices, addons = made.problem, made.choices, made.problem.addons
    if addons is None:
        raise ValueError
    zones = places["zone_id"].to_numpy(str)
    row = _rows(problem.candidates["zone_id"].to_numpy(str), zones)
    mine = problem.options["service"].to_numpy(str) == service
    mine &= (problem.options["decision"] == REINFORCE).to_numpy(bool)
    taken = np.where(mine, lots(problem.options), 0.0)[choices.option]
    terms = [made.since(taken, row[choices.place])]
    if kind == PRACTICE:
        doctor = (problem.options["fte"].to_numpy(float) != 0)[choices.pair_option]
        gives = np.where(doctor, -addons.per_centre_fte, 0.0)
        terms.append(made.working(gives, row[choices.pair_place]))
        most = addons.per_fte * places["practices"].to_numpy(float)
        terms.append(_left(made, zones, most))
        most = most + addons.per_centre_fte * sites_fte(problem.existing, zones)
    elif kind == CENTRE:
        comes = centres(problem.options, problem.existing)[choices.option]
        terms.append(made.since(-comes, row[choices.place]))
        standing = problem.existing[problem.existing["service"].isin(CENTRES)]
        count = standing["zone_id"].value_counts().reindex(zones, fill_value=0)
        most = count.to_numpy(np.int64).astype(float)
    high = np.repeat(np.append(most, np.inf), made.years)
    made.blocks.require(f"beside_{service}", high.size, terms, high=high)
    if kind == PRACTICE:
        _whole(made, service, terms[0], row[choices.place], most)


def _left(made: Draft, zones: NDArray[np.str_], most: Reals) -> Term:
    """Return what practices of each commune no longer host, once doctors have left them."""
    known = made.problem.donors
    nothing = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    if known is None or made.problem.missing is None:
        return nothing
    lost = losing(made)
    if not lost.columns.size:
        return nothing
    places = made.blocks.names["taken_place"]
    labels = known.acts[DESTINATION].to_numpy().astype(str)
    order = np.argsort(labels)
    at = np.clip(np.searchsorted(labels, zones, sorter=order), 0, labels.size - 1)
    donor = order[at]
    near = known.near[donor][:, places] & (labels[donor] == zones)[:, None]
    zone, place = np.nonzero(near & (most > 0)[:, None])
    rows = zone[:, None] * made.years + np.arange(made.years)
    return rows, lost.columns[place], most[zone][:, None] / MILLE


def _whole(made: Draft, service: str, taken: Term, row: Whole, most: Reals) -> None:
    """Add T8, in communes with one place where doctors may come."""
    problem, choices, addons = made.problem, made.choices, made.problem.addons
    if addons is None:
        raise ValueError
    coming = problem.options["fte"].to_numpy(float)[choices.option] != 0
    pairs = np.unique(np.stack([row[coming], choices.place[coming]], axis=1), axis=0)
    alone = np.bincount(pairs[:, 0], minlength=most.size + 1)[:-1] <= 1
    there = np.append(np.where(alone, most, 0.0), 0.0)
    now = np.floor(there + 1e-9)
    then = np.floor(there[row][:, None] + addons.per_centre_fte * choices.most + 1e-9)
    more = np.where(coming[:, None], then - now[row][:, None], 0.0)
    high = np.repeat(np.where(np.append(alone, False), now, np.inf), made.years)
    terms = [taken, made.since(-more, row)]
    made.blocks.require(f"beside_whole_{service}", high.size, terms, high=high)


def _rows(of: NDArray[np.str_], zones: NDArray[np.str_]) -> Whole:
    """Return the row of each candidate's commune; those of others fall in a last, empty one."""
    place = {zone: number for number, zone in enumerate(zones.tolist())}
    return np.array([place.get(zone, zones.size) for zone in of.tolist()], np.int64)


def centres(options: pd.DataFrame, existing: pd.DataFrame) -> Reals:
    """Return what each option does to the number of centres of its commune ``(O,)``.

    Parameters
    ----------
    options
        What may open or change.
    existing
        What stands today.
    """
    decision = options["decision"].to_numpy(str)
    new = options["service"].isin(CENTRES).to_numpy(bool).astype(float)
    site = options["site"].to_numpy(str)
    old = existing["service"].reindex(site).isin(CENTRES).to_numpy(bool).astype(float)
    gone = np.isin(decision, [CLOSE, LEAVE])
    still = np.isin(decision, [EXTEND, REINFORCE])
    found: Reals = np.select(
        [gone, still, decision == UPGRADE], [-old, np.zeros_like(new), new - old], new
    )
    return found
