r"""Adds who is given a place, each resident once: flows from zones to sites, year by year.

With :math:`s_i` residents who look for a médecin traitant, :math:`m_k` places that a consultation
a year keeps open, sites old (f) and new (j):

.. math::
   \sum_j x_{ijt} + \sum_f x_{ift} \le s_i, \quad \sum_i x_{ift} \le c_f, \quad
   \sum_{i : t_{ij} > \ell} x_{ijt} \le \sum_{k \text{ at } j : r_k > \ell} m_k q_{kt}
   \quad \text{for each reach } \ell \text{ of the services of } j

(T7) What a place alone can be worth: with :math:`W_b` the heaviest residents within its reach, as
many as it has places, :math:`\sum_i w_i x_{ijt} \le \sum_{b \text{ at } j} W_{bt}\, y_b`. A
fraction of a site could else serve the heaviest only.

A place counts 1, or the weight of the zone of who gets it (``siting.priority``). With whole teams
each size keeps open the places of the catalogue; teams that may be smaller share one rate, and
their places are not rounded to whole residents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.siting.decisions import closed
from territory_access.siting.priority import weights
from territory_access.siting.served import weighted
from territory_access.siting.years.choices import families
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Term
    from territory_access.siting.years.draft import Draft

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]


def per_consultation(problem: Problem) -> Reals:
    """Return the places that one consultation a year keeps open, by option ``(O,)``."""
    acts = problem.options["acts_per_year"].to_numpy(float)
    places = problem.options["places"].to_numpy(float)
    each: Reals = np.divide(places, acts, out=np.zeros_like(acts), where=acts > 0)
    # Sizes of one family share their rates, though each rounds its places down by itself.
    return each[families(problem.options)] if problem.horizon.flexible else each


def away(problem: Problem, sites: list[str]) -> Reals:
    """Return minutes from zones to sites, 0 for a site's own commune or island."""
    labels = {DESTINATION: sites}
    minutes = problem.times.sel(labels).to_numpy()
    # A reach of 0 is for the own commune alone, so nobody else is at 0.
    minutes = np.maximum(minutes, np.finfo(float).tiny)
    return np.where(problem.home.sel(labels).to_numpy(), 0.0, minutes)


@dataclass(frozen=True)
class Flows:
    """Residents who get a place, from zones to sites, year by year.

    Attributes
    ----------
    zone, place, new
        Zone and candidate of each pair ``(P,)``, and its columns ``(P, T)``.
    old_zone, kept
        The same with existing sites.
    """

    zone: Whole
    place: Whole
    new: Whole
    old_zone: Whole
    kept: Whole

    def of_zones(self, year: int) -> list[Term]:
        """Return the residents of each zone who get a place in a year, one row a zone."""
        return [(self.zone, self.new[:, year], 1.0), (self.old_zone, self.kept[:, year], 1.0)]


def seats(made: Draft) -> tuple[Whole, Reals, float]:
    """Add the flows; return their columns, the worth of each and what places are worth before.

    Parameters
    ----------
    made
        The model, changed in place.
    """
    problem = made.problem
    given, worth = flows(made), problem.horizon.worth()
    if problem.priority is not None:
        _heaviest(made, given)
    columns = np.concatenate([given.new.ravel(), given.kept.ravel()])
    zone = np.concatenate([given.zone, given.old_zone])
    each = weights(problem)[zone, None] * worth[None, :]
    return columns, each.ravel(), -float(worth.sum()) * weighted(problem)


def flows(made: Draft, name: str = "", *, last: bool = False) -> Flows:
    """Add flows from zones to sites, and return their columns.

    Parameters
    ----------
    made
        The model, changed in place.
    name
        Before the names of their columns and rows.
    last
        Only in the last year.
    """
    problem, blocks, years = made.problem, made.blocks, made.years
    seekers, year = problem.seekers.to_numpy().astype(float), np.arange(years)
    counts = np.where(year < years - 1, 0.0, 1.0) if last else np.ones(years)
    zone, place, far = _new(made, seekers)
    most = np.zeros(len(problem.candidates))
    reach = per_consultation(problem)[made.choices.option] * made.choices.acts.max(axis=1)
    np.maximum.at(most, made.choices.place, reach)
    most = np.minimum(seekers[zone], most[place])
    new = blocks.add(f"{name}seat", (zone.size, years), high=most[:, None] * counts)
    old_zone, old, room = _old(problem, seekers)
    most = np.minimum(seekers[old_zone], room[old])
    kept = blocks.add(f"{name}kept_seat", (old_zone.size, years), high=most[:, None] * counts)
    rows = zone[:, None] * years + year
    terms = [(rows, new, 1.0), (old_zone[:, None] * years + year, kept, 1.0)]
    blocks.require(f"{name}seekers", seekers.size * years, terms, high=np.repeat(seekers, years))
    terms = [(old[:, None] * years + year, kept, 1.0), _closed_rooms(made)]
    blocks.require(f"{name}rooms", room.size * years, terms, high=np.repeat(room, years))
    _capacity(made, new, place, far, name=name)
    blocks.names |= {
        f"{name}seat_zone": zone,
        f"{name}seat_place": place,
        f"{name}kept_seat_zone": old_zone,
    }
    return Flows(zone, place, new, old_zone, kept)


def flows_of(made: Draft) -> Flows | None:
    """Return the flows that ``seats`` has added, if it has."""
    names = made.blocks.names
    if "seat" not in names:
        return None
    return Flows(
        names["seat_zone"],
        names["seat_place"],
        names["seat"],
        names["kept_seat_zone"],
        names["kept_seat"],
    )


def _heaviest(made: Draft, given: Flows) -> None:
    """Add T7: no place is worth more than the heaviest residents within its reach."""
    problem, choices, years = made.problem, made.choices, made.years
    seekers, weight = problem.seekers.to_numpy().astype(float), weights(problem)
    minutes, reach = away(problem, list(problem.candidates.index)), made.of("reach")
    places = per_consultation(problem)[choices.option, None] * np.maximum(0.0, choices.acts)
    order = np.argsort(-weight, kind="stable")
    most = np.zeros_like(places)
    keys, build = np.unique(np.stack([choices.place, reach]), axis=1, return_inverse=True)
    for number, (place, limit) in enumerate(keys.T.tolist()):
        near = order[minutes[order, int(place)] <= limit]
        held = np.concatenate([[0.0], np.cumsum(seekers[near])])
        worth = np.concatenate([[0.0], np.cumsum(seekers[near] * weight[near])])
        mine = build.reshape(-1) == number
        most[mine] = np.interp(places[mine], held, worth)
    rows = given.place[:, None] * years + np.arange(years)
    terms = [
        (rows, given.new, weight[given.zone][:, None]),
        made.since(-most, choices.place),
    ]
    made.blocks.require("heaviest", len(problem.candidates) * years, terms, high=0.0)


def _new(made: Draft, seekers: Reals) -> tuple[Whole, Whole, Reals]:
    """Return the pairs (zone, place) within the longest reach of the place, and their minutes."""
    problem, choices = made.problem, made.choices
    minutes = away(problem, list(problem.candidates.index))
    gives = per_consultation(problem)[choices.option] > 0
    longest = np.full(len(problem.candidates), -1.0)
    np.maximum.at(longest, choices.place[gives], made.of("reach")[gives])
    zone, place = np.nonzero((minutes <= longest[None, :]) & (seekers > 0)[:, None])
    return zone, place, minutes[zone, place]


def _old(problem: Problem, seekers: Reals) -> tuple[Whole, Whole, Reals]:
    """Return the pairs (zone, existing site) within reach, and the places of those sites."""
    sites = problem.existing[problem.existing["places"] > 0]
    minutes = away(problem, list(sites.index))
    near = (minutes <= sites["reach"].to_numpy(float)[None, :]) & (seekers > 0)[:, None]
    zone, site = np.nonzero(near)
    return zone, site, sites["places"].to_numpy(float)


def _closed_rooms(made: Draft) -> Term:
    """Return the places that builds take away from existing sites."""
    sites, options = made.problem.existing, made.problem.options
    sites = sites[sites["places"] > 0]
    site = pd.Index(options["site"].to_numpy(str)[made.choices.option])
    row = np.asarray(sites.index.get_indexer(site))
    gone = closed(options)[made.choices.option] & (row >= 0)
    places = sites["places"].to_numpy(float)[row] if len(sites) else np.zeros(row.size)
    return made.since(np.where(gone, places, 0.0), row)


def _capacity(made: Draft, new: Whole, place: Whole, far: Reals, *, name: str) -> None:
    """Hold those beyond each reach within the places of the services that reach farther."""
    years, candidates = made.years, len(made.problem.candidates)
    reach = made.of("reach")
    for number, beyond in enumerate([-1.0, *np.unique(reach).tolist()[:-1]]):
        beyond_it = far > beyond
        rows = place[beyond_it, None] * years + np.arange(years)
        terms = [(rows, new[beyond_it], 1.0), opened(made, beyond, np.arange(candidates))]
        made.blocks.require(f"{name}seats{number}", candidates * years, terms, high=0.0)


def opened(made: Draft, beyond: float, row: Whole, *, worth: float = -1.0) -> Term:
    """Return the places of the services that reach farther, times ``worth``, by row and year.

    Parameters
    ----------
    made
        The model.
    beyond
        Minutes.
    row
        Of each candidate ``(J,)``.
    worth
        What one place counts.
    """
    choices, each = made.choices, worth * per_consultation(made.problem)
    if made.acts.size:
        gives = np.where(made.of_pair("reach") > beyond, each[choices.pair_option], 0.0)
        return made.giving(gives, row[choices.pair_place])
    gives = np.where(made.of("reach") > beyond, each[choices.option], 0.0)
    return made.since(gives[:, None] * choices.acts, row[choices.place])
