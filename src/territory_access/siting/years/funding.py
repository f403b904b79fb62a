r"""Adds what funders give, inside the optimisation: shares, own money, envelopes, cumulation.

A place holds one service at most, so contributions :math:`g_{fj\tau} \ge 0` are counted by funder,
place and year of payment; :math:`y` below are the builds of that place paid that year, and
:math:`h_{fj\tau} \in \{0, 1\}` says whether f helps there.

.. math::
   g_{fj\tau} &\le \sum_b \min(\sigma_f C_b, C_b - O_f, E_f)^+ y_b, \qquad
   \sum_{j\tau} g_{fj\tau} \le E_f \\
   \sum_{f} g_{fj\tau} &\le \sum_b C_b y_b - O_f h_{fj\tau}, \qquad
   g_{fj\tau} \le \bar g_{fj\tau} h_{fj\tau} \\
   \sum_{f\ public} g_{fj\tau} &\le \bar\sigma \sum_b C_b y_b

With one funder the own money stands in the first row already and h is not needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.siting.decisions import closed
from territory_access.siting.years.money import UNIT
from territory_access.vocabulary import CANDIDATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.funders import Funder
    from territory_access.siting.years.blocks import Term
    from territory_access.siting.years.draft import Draft

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]

# Below this, in euros, a contribution is the solver's rounding.
LEAST = 0.01


def funding(made: Draft) -> list[Term]:
    """Add contributions; return (year of payment, columns, 1) for the rows of money.

    Parameters
    ----------
    made
        The model, changed in place.
    """
    funders = made.problem.funders
    if not funders:
        return []
    choices, blocks = made.choices, made.blocks
    keys, project = np.unique(choices.place * made.years + choices.paid, return_inverse=True)
    cost = made.of("capex") / UNIT
    given = []
    for number, funder in enumerate(funders):
        most = _most(made, funder)
        highest = np.zeros(keys.size)
        np.maximum.at(highest, project, most)
        grant = blocks.add(f"grant{number}", (keys.size,), high=highest)
        given.append(grant)
        rows = np.arange(keys.size)
        blocks.require(
            f"share{number}",
            keys.size,
            [(rows, grant, 1.0), (project, made.build, -most)],
            high=0.0,
        )
        if np.isfinite(funder.envelope):
            blocks.require(f"envelope{number}", 1, [(0, grant, 1.0)], high=funder.envelope / UNIT)
    _together(made, given, project, cost)
    blocks.names["grant_key"] = keys
    return [(keys % made.years, grant, 1.0) for grant in given]


def _most(made: Draft, funder: Funder) -> Reals:
    """Return the most that a funder gives to each build, in thousands of euros."""
    services = made.problem.options["service"].to_numpy(str)[made.choices.option]
    helped = np.isin(services, funder.services) if funder.services else np.ones(services.size, bool)
    helped &= ~closed(made.problem.options)[made.choices.option]  # closing is no investment
    return np.where(helped, funder.most(made.of("capex")) / UNIT, 0.0)


def _together(made: Draft, given: list[Whole], project: Whole, cost: Reals) -> None:
    """Hold all funders of a project within its cost, their own-money rules and the law."""
    blocks, funders, rows = made.blocks, made.problem.funders, np.arange(given[0].size)
    paid = (project, made.build, -cost)
    public = [grant for funder, grant in zip(funders, given, strict=True) if funder.public]
    if public:
        limit = (project, made.build, -cost * made.problem.public_share)
        terms = [limit, *((rows, grant, 1.0) for grant in public)]
        blocks.require("public", rows.size, terms, high=0.0)
    if len(funders) == 1:
        return
    everyone = [(rows, grant, 1.0) for grant in given]
    blocks.require("cost", rows.size, [paid, *everyone], high=0.0)
    for number, (funder, grant) in enumerate(zip(funders, given, strict=True)):
        if funder.own_min <= 0:
            continue
        helps = blocks.add(f"helps{number}", (rows.size,), high=1.0, whole=True)
        highest = np.zeros(rows.size)
        np.maximum.at(highest, project, _most(made, funder))
        blocks.require(
            f"own{number}",
            rows.size,
            [paid, *everyone, (rows, helps, funder.own_min / UNIT)],
            high=0.0,
        )
        blocks.require(
            f"if{number}", rows.size, [(rows, grant, 1.0), (rows, helps, -highest)], high=0.0
        )


def grants(made: Draft, values: Reals) -> pd.DataFrame:
    """Return one row a funder and site that it helps: ``candidate_id``, ``funder``, ``amount``."""
    rows = []
    codes = made.problem.candidates.index.to_numpy(str)
    for number, funder in enumerate(made.problem.funders):
        amounts = values[made.blocks.names[f"grant{number}"]] * UNIT
        for item in np.flatnonzero(amounts > LEAST).tolist():
            place = int(made.blocks.names["grant_key"][item]) // made.years
            rows.append((codes[place], funder.name, float(amounts[item])))
    return pd.DataFrame(rows, columns=[CANDIDATE, "funder", "amount"])
