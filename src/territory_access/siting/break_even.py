"""Says until when a plan holds, one unknown at a time: « tant que le recrutement dépasse 55 % ».

A plan *holds* while all its sites can open with the money and staff that there are, and it brings
at least nine tenths of what it promised. One year of places needs no solver: additions and a
maximum flow. Other plans ask the whole model with their sites and sizes alone, all of them open;
over several years, each in the year that suits it best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.siting.pool import carried, thousandths
from territory_access.siting.problem import served
from territory_access.siting.questions import Otherwise, Questions
from territory_access.siting.same import only, sites_of
from territory_access.siting.solve import simple
from territory_access.siting.unknowns import SUMMER, otherwise, unknowns
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    from territory_access.parameters import Parameters
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem
    from territory_access.siting.unknowns import Unknown

# Share of the promised gain that a plan must still bring.
PROMISED = 0.9
# Multipliers are searched that far, and told to that precision.
_LEAST, _MOST, _EXACT = 0.05, 3.0, 0.005
# Gap at which the whole model stops: nine tenths are not told closer.
_CLOSE = 1e-4


def break_even(plan: SitingPlan, parameters: Parameters) -> pd.DataFrame:
    """Return until where each unknown may go before the plan no longer holds.

    Parameters
    ----------
    plan
        The plan.
    parameters
        Where the ranges come from.

    Returns
    -------
    pandas.DataFrame
        Index ``unknown``: ``label``, ``harm`` (``low``, ``high``: which way harms), ``holds_to``
        (multiplier of today's number; NaN when it holds as far as one may look), ``likely``
        (whether that lies within the range of the unknown).
    """
    found = unknowns(parameters, plan.problem)
    rows = []
    for one in found:
        edge = _edge(plan, one)
        within = np.isfinite(edge) and one.low <= edge <= one.high
        rows.append((one.label, one.harm, edge, bool(within)))
    index = pd.Index([one.id for one in found], name="unknown", dtype=str)
    return pd.DataFrame(rows, index=index, columns=["label", "harm", "holds_to", "likely"])


def _edge(plan: SitingPlan, one: Unknown) -> float:
    """Return the last multiplier at which the plan holds, going the way that harms."""
    # Nothing lies beyond the visitors of August.
    most = one.high if one.id == SUMMER else _MOST
    good, bad = 1.0, _LEAST if one.harm == "low" else most
    if holds(plan, otherwise(plan.problem, {one.id: bad})):
        return float("nan")
    while abs(good - bad) > _EXACT:
        middle = (good + bad) / 2
        if holds(plan, otherwise(plan.problem, {one.id: middle})):
            good = middle
        else:
            bad = middle
    return good


def holds(plan: SitingPlan, changed: Problem) -> bool:
    """Tell whether all sites of a plan can open and bring nine tenths of what was promised.

    Parameters
    ----------
    plan
        The plan, made with today's numbers.
    changed
        The same question with other numbers.
    """
    if not simple(changed):
        mine = sites_of(plan)
        all_open = Otherwise(within=frozenset(code for code, _ in mine))
        found = Questions(only(changed, mine)).ask(all_open, gap=_CLOSE)
        return found is not None and bool(found.gain >= PROMISED * plan.gain)
    chosen = changed.options.loc[plan.sites["service"] + " " + plan.sites["size"]]
    rules = changed.rules
    limits = {
        "capex": rules.budget,
        "deficit": rules.deficit_per_year,
        "fte": rules.gp_fte,
        "nurse_fte": rules.nurse_fte,
    }
    if any(float(chosen[name].sum()) > limit + 1e-6 for name, limit in limits.items()):
        return False
    retired = chosen["retired"].to_numpy(bool)
    needs = thousandths(chosen["fte"].to_numpy(float)[retired])
    pool = changed.pool
    codes = plan.sites.index.astype(str)
    labels = [*codes[retired], *pool.drawn[DESTINATION].to_numpy()]
    near = pool.within.sel({DESTINATION: labels}).to_numpy()
    asked = np.concatenate([needs, pool.drawn.to_numpy()])
    if carried(pool.fte.to_numpy(), near, asked) < pool.kept + needs.sum():
        return False
    opened = {
        str(code): (int(places), float(reach))
        for code, places, reach in zip(codes, chosen["places"], chosen["reach"], strict=True)
    }
    return served(changed, opened) - changed.before >= PROMISED * plan.gain
