r"""Adds where services may stand together: centres that run outposts, services an EPCI.

.. math::
   X_{kt} &\le \sum_{k' \text{ mother near } j_k} X_{k't} \quad
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
    row = np.full(choices.pair_place.size, pairs.size)
    row[pairs] = np.arange(pairs.size)
    terms = [made.since(np.where(lone, 1.0, 0.0), row[choices.pair])]
    for number, pair in enumerate(pairs.tolist()):
        option = int(choices.option[lone & (choices.pair == pair)][0])
        close = near[option][choices.pair_place[pair]][choices.place] & is_mother
        group = np.full(made.build.size, number)
        terms.append(made.since(np.where(close, -1.0, 0.0), group))
    made.blocks.require("mother", (pairs.size + 1) * years, terms, high=0.0)


def _per_epci(made: Draft) -> None:
    """At most so many new services in one intercommunalité."""
    limit, candidates = made.problem.rules.per_epci, made.problem.candidates
    if limit is None:
        return
    names, group = np.unique(candidates["epci"].to_numpy(str), return_inverse=True)
    terms = [(group[made.choices.place], made.build, 1.0)]
    made.blocks.require("epci", names.size, terms, high=float(limit))
