r"""Adds where services may stand together: centres that run outposts, services an EPCI, moves.

.. math::
   X_{kt} &\le \sum_{j \text{ near } j_k} C_{jt}, \quad
   C_{jt} \le \sum_{k' \text{ mother at } j} X_{k't} \quad
   \text{where k needs a centre and none exists near}\\
   \sum_{b \text{ in EPCI } e} y_b &\le \kappa \\
   \sum_{b \text{ takes in site } f,\, t} y_b &= \sum_{b \text{ leaves } f,\, t} y_b

A centre that the plan may close runs outposts only in years when it has not: it counts in C as
:math:`1 - \sum_{t_b \le t} y_b` over the builds that close it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.decisions import LEAVE, RELOCATE, closed, new_service
from territory_access.siting.reduce import mothers

if TYPE_CHECKING:
    from territory_access.siting.years.draft import Draft


def hosting(made: Draft) -> None:
    """Add these rules to a model.

    Parameters
    ----------
    made
        The model, changed in place.
    """
    _mothers(made)
    _per_epci(made)
    _moves(made)


def _mothers(made: Draft) -> None:
    """Hold an outpost to years when a centre that can run it is open near."""
    choices, years = made.choices, made.years
    mothered, near = mothers(made.problem)
    is_mother = made.problem.options["is_mother"].to_numpy(bool)[choices.option]
    limits = made.problem.options["mother_minutes"].to_numpy(float)
    lone = ~np.isnan(limits[choices.option]) & ~mothered[choices.place, choices.option]
    pairs = np.unique(choices.pair[lone])
    if not pairs.size:
        return
    # One column a place says whether a centre stands there, so that rows stay short.
    options, candidates = made.problem.options, made.problem.candidates
    standing = made.problem.existing["is_mother"].to_numpy(bool)
    site = candidates["site"].to_numpy(str)[choices.place]
    gone = closed(options)[choices.option]
    gone &= np.isin(site, made.problem.existing.index.to_numpy(str)[standing])
    may_stand = is_mother | gone
    places, at = np.unique(choices.place[may_stand], return_inverse=True)
    centre = made.blocks.add("centre", (places.size, years), high=1.0)
    year = np.arange(years)
    rows = np.arange(places.size)[:, None] * years + year
    where = np.full(made.build.size, places.size)
    where[may_stand] = at
    opened = made.since(np.where(gone, 1.0, np.where(is_mother, -1.0, 0.0)), where)
    stands = np.repeat(np.isin(places, choices.place[gone]).astype(float), years)
    terms = [(rows, centre, 1.0), opened]
    made.blocks.require("centre", places.size * years, terms, high=stands)
    row = np.full(choices.pair_place.size, pairs.size)
    row[pairs] = np.arange(pairs.size)
    option, place = choices.pair_option[pairs], choices.pair_place[pairs]
    close = np.array([near[o][j][places] for o, j in zip(option, place, strict=True)])
    outpost, by = np.nonzero(close)
    terms = [
        made.since(np.where(lone, 1.0, 0.0), row[choices.pair]),
        (outpost[:, None] * years + year, centre[by], -1.0),
    ]
    made.blocks.require("mother", pairs.size * years, terms, high=0.0)


def _per_epci(made: Draft) -> None:
    """At most so many new services in one intercommunalité."""
    limit, candidates = made.problem.rules.per_epci, made.problem.candidates
    if limit is None:
        return
    names, group = np.unique(candidates["epci"].to_numpy(str), return_inverse=True)
    counts = new_service(made.problem.options)[made.choices.option].astype(float)
    terms = [(group[made.choices.place], made.build, counts)]
    made.blocks.require("epci", names.size, terms, high=float(limit))


def _moves(made: Draft) -> None:
    """Open elsewhere, the same year, every site that leaves, and no other."""
    options, choices = made.problem.options, made.choices
    decision = options["decision"].to_numpy(str)[choices.option]
    moves = np.isin(decision, [LEAVE, RELOCATE])
    if not moves.any():
        return
    sites, at = np.unique(options["site"].to_numpy(str)[choices.option[moves]], return_inverse=True)
    rows = at * made.years + choices.year[moves]
    sign = np.where(decision[moves] == LEAVE, -1.0, 1.0)
    terms = [(rows, made.build[moves], sign)]
    made.blocks.require("moves", sites.size * made.years, terms, low=0.0, high=0.0)
