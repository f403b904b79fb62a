r"""Adds where services may stand together: centres that run outposts, services an EPCI.

.. math::
   X_{kt} &\le \sum_{j \text{ near } j_k} C_{jt}, \quad
   C_{jt} \le \sum_{k' \text{ mother at } j} X_{k't} \quad
   \text{where k needs a centre and none exists near}\\
   \sum_{b \text{ in EPCI } e} y_b &\le \kappa
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.reduce import mothers

if TYPE_CHECKING:
    from territory_access.siting.years.draft import Draft


def hosting(made: Draft) -> None:
    """Add both rules to a model.

    Parameters
    ----------
    made
        The model, changed in place.
    """
    _mothers(made)
    _per_epci(made)


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
    places, at = np.unique(choices.place[is_mother], return_inverse=True)
    centre = made.blocks.add("centre", (places.size, years), high=1.0)
    year = np.arange(years)
    rows = np.arange(places.size)[:, None] * years + year
    where = np.full(made.build.size, places.size)
    where[is_mother] = at
    opened = made.since(np.where(is_mother, -1.0, 0.0), where)
    made.blocks.require("centre", places.size * years, [(rows, centre, 1.0), opened], high=0.0)
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
    terms = [(group[made.choices.place], made.build, 1.0)]
    made.blocks.require("epci", names.size, terms, high=float(limit))
