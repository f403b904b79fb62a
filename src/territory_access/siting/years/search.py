r"""Looks for the best plan in stages, and keeps what each proves.

1. the relaxation: a bound that follows from its duals, and which builds matter;
2. the best plan among the builds of its support and a few of small regret;
3. neighbourhoods (``years.neighbourhood``): part of the plan is free again, the rest of it stays
   open, a small part first, a larger one when small ones find nothing more;
4. builds whose reduced cost says that no better plan uses them are left out, and the rest is
   solved with that plan as a start, for the bound and the proof.

The relaxation and the proof are made on the tighter model (``years.linking``), neighbourhoods on
the shorter one. A large model does all that on two threads (``years.large``).

Everything is drawn in a fixed order and limited in nodes, never by a clock unless the scenario
sets one. Where time is up before anything is found, the plan that opens nothing more than what is
required remains, with the bound that is known.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.years.found import Found
from territory_access.siting.years.large import LARGE, large
from territory_access.siting.years.neighbourhood import neighbourhoods
from territory_access.siting.years.solver import Limits
from territory_access.siting.years.support import relax, support

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.years.blocks import Model
    from territory_access.siting.years.neighbourhood import Asked

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]

# Nodes of the first plan where time is short, and of the proof.
FIRST_NODES, LAST_NODES = 20, 1_000


def search(  # noqa: PLR0913 - each is a thing of its own
    model: Model,
    asked: Asked,
    *,
    promising: Flags,
    tight: Model | None = None,
    deadline: float | None = None,
    start: Reals | None = None,
) -> Found:
    """Return the best plan found and what was proved.

    Parameters
    ----------
    model
        The model.
    asked
        What the search looks at.
    promising
        The best builds of the most promising places ``(B,)``.
    tight
        The same model with rows that bound it better; ``None`` where there are none.
    deadline
        By ``time.perf_counter``.
    start
        Values of a known plan.
    """
    found = Found(model, model if tight is None else tight, deadline=deadline)
    found.bound = _everything(model)
    if start is not None:
        found.values, found.value = start, float(model.goal @ start)
    if model.matrix.nnz >= LARGE:
        large(found, asked, promising)
        return found
    left = found.left()
    if left is not None:  # a short limit has a plan, and the proof half of the time
        limits = Limits(gap=0.01, nodes=FIRST_NODES)
        found.run("first", found.opening(asked.build, promising), limits)
        asked = replace(asked, until=time.perf_counter() + left / 2)
    relaxation = relax(found)
    if relaxation is not None:
        support(found, asked, relaxation)
        neighbourhoods(found, asked, relaxation)
        _last(found, asked)
    return found


def _everything(model: Model) -> float:
    """Return what every column at its best bound would bring: a bound without any solver."""
    high = np.where(model.goal > 0, model.high, model.low)
    return float(model.goal @ np.where(model.goal == 0, 0.0, high))


def _last(found: Found, asked: Asked) -> None:
    """Leave out the builds that no better plan uses, and solve the rest to a bound."""
    if found.near(asked.gap):
        return
    which = found.useful(asked.build)
    dropped = found.reach(asked.build)[~which].max(initial=-np.inf)
    limits = Limits(gap=asked.gap, nodes=LAST_NODES)
    answer = found.run("proof", found.opening(asked.build, which), limits, tight=True)
    if answer is None:
        return
    found.bound = min(found.bound, max(answer.bound, found.value, dropped))
    found.trace.append(("end", found.value, found.bound, time.perf_counter()))
