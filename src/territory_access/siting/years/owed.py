r"""Adds what islands are owed: one that has a service today keeps one every year.

.. math::
   \sum_{b \text{ closes a site of e},\, t_b \le t} y_b
     - \sum_{b \text{ opens on e},\, t_b \le t} y_b \;\le\; |F_e| - 1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.decisions import closed, new_service

if TYPE_CHECKING:
    from territory_access.siting.years.draft import Draft


def owed(made: Draft) -> None:
    """Keep a service on every island that the rule protects.

    Parameters
    ----------
    made
        The model, changed in place.
    """
    rule, problem, choices = made.problem.continuity, made.problem, made.choices
    if rule is None or not rule.kept:
        return
    options, names = problem.options, list(rule.kept)
    row = {name: number for number, name in enumerate(names)}
    at = np.array([row.get(name, len(names)) for name in rule.candidates])
    of_site = rule.sites.reindex(options["site"]).fillna("").to_numpy(str)
    gone = closed(options) & np.isin(of_site, names)
    comes = new_service(options) & (options["fte"] > 0).to_numpy(bool)
    # The place of a site that closes is on its island: both count by where they are.
    change = np.where(gone, 1.0, np.where(comes, -1.0, 0.0))[choices.option]
    stand = np.array([int((rule.sites == name).sum()) for name in names], float)
    high = np.repeat(np.append(stand - 1.0, np.inf), made.years)
    made.blocks.require("owed", high.size, [made.since(change, at[choices.place])], high=high)
