r"""Says what a place counts for, by who gets it: residents of groups put first count more.

.. math:: w_i = 1 + \sum_g e_g \, \pi_{gi}

with :math:`e_g` what ``siting.priority`` adds for group g and :math:`\pi_{gi}` its share among the
people of zone i (``siting.people``). A plan then gains

.. math:: W(\text{with the plan}) - W(\text{without}), \qquad W = \max \sum_i w_i y_i

over the allocations y of places to residents (``access.priority``), existing sites and new ones
together: both states are counted at their best, so that merely giving existing places to others
gains nothing. The allocation that is worth most is also a largest one: weights choose whom to
serve and never leave a place empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.errors import ScenarioError
from territory_access.siting.people import filled, share
from territory_access.vocabulary import ORIGIN, Objective

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.scenario import SitingPart
    from territory_access.siting.problem import Problem

KEY = "siting.priority"


@dataclass(frozen=True, eq=False)
class Priority:
    """Whom a plan puts first.

    Attributes
    ----------
    extra
        Group (``siting.people.GROUPS``) and what it adds to the weight of its people.
    weight
        What a place given to a resident of each zone counts ``(origin)``, 1 at least.
    """

    extra: tuple[tuple[str, float], ...]
    weight: xr.DataArray


def priority_of(settings: SitingPart, zones: pd.DataFrame) -> Priority | None:
    """Return whom a scenario puts first, or ``None`` where everybody counts the same.

    Parameters
    ----------
    settings
        The ``[siting]`` part of a scenario.
    zones
        ``schemas.ZONES``, in the order of the problem, with what files say of the people.

    Raises
    ------
    ScenarioError
        When places are no goal of the plan, or nothing says where a group lives.
    """
    extra = tuple(sorted((group, value) for group, value in settings.priority.items() if value))
    if not extra:
        return None
    if Objective.PLACES not in {settings.objective, *settings.then, *settings.weights}:
        raise ScenarioError(
            "siting.priority pèse des places : choisissez siting.objective = « places », ou ôtez "
            "siting.priority."
        )
    weight = np.ones(len(zones))
    for group, value in extra:
        weight += value * filled(share(zones, group, key=KEY), zones).to_numpy(float)
    return Priority(extra, xr.DataArray(weight, {ORIGIN: zones.index.to_numpy(str)}, (ORIGIN,)))


def weights(problem: Problem) -> NDArray[np.float64]:
    """Return what a place given to a resident of each zone counts ``(origin,)``; 1 by default."""
    if problem.priority is None:
        return np.ones(problem.seekers.size)
    return np.asarray(problem.priority.weight.to_numpy(), float)
