r"""Says what the people of the summer change, where they are known commune by commune.

A plan is made for residents. With :math:`V_i` visitors on a mean day of August, :math:`P_i`
residents, and visits a day of a visitor and of a resident :math:`r_v, r_c`, the need of a commune
as far as a share :math:`s` of August lasts all year long is

.. math::
   P^*_i(s) = P^*_i\,(1 + s\, m_i), \qquad
   m_i = \frac{V_i}{P_i} \cdot \frac{r_v}{r_c}, \qquad 0 \le s \le 1

Nothing is linear in :math:`s`: both what one finds today and what a new consultation adds share
out among more people. Existing practices keep their consultations :math:`S_d`, and everything is
worked out again, by ``access`` for the first:

.. math::
   A^0_i(s) = \sum_d \frac{w_{id}\, S_d}{\sum_k w_{kd}\, P^*_k(s)}, \qquad
   a_{ij}(s) = \frac{w_{ij}}{\sum_k w_{kj}\, P^*_k(s)}

Visitors ask for consultations, no médecin traitant: places do not change, nor do recruitment
basins. Where those who are away in August outnumber those who come, nobody is taken off: residents
count where they live. A commune without residents has no need here, whoever comes.

Years to come keep the share of today's consultations that an outlook leaves, when it is the same
in every commune: :math:`A_{it}(s) = f_t A^0_i(s)`. Where it is not, the supply of those years
cannot be told from their APL, and the summer is not looked at (``known_ahead``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.apl import apl as apl_of
from territory_access.access.decay import Decay
from territory_access.errors import DataError
from territory_access.islands.august import counted
from territory_access.siting.missing import missing
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.parameters import Parameters
    from territory_access.siting.donors import Donors, Practices
    from territory_access.siting.horizon import Horizon
    from territory_access.siting.missing import Missing
    from territory_access.siting.problem import Problem
    from territory_access.territory import Territory

    type Reals = NDArray[np.float64]

AUGUST = "population_august"
# Relative difference between two ways to the same APL that floating point explains.
_SAME = 1e-9


@dataclass(frozen=True)
class Summer:
    r"""Whom the summer brings.

    Attributes
    ----------
    more
        What visitors of a mean day of August add to the need of a zone, as a share of it,
        :math:`m_i` ``(origin)``; 0 where nobody counted.
    counted
        Whether somebody counted them ``(origin)``.
    each
        Visits of a visitor's day over those of a resident's, :math:`r_v / r_c`.
    """

    more: xr.DataArray
    counted: xr.DataArray
    each: float


def summer_of(
    territory: Territory,
    data: Missing | None,
    donors: Donors | None,
    *,
    parameters: Parameters,
) -> Summer | None:
    """Return whom the summer brings; ``None`` where nobody counted, or it changes no answer.

    Parameters
    ----------
    territory
        Its zones, with ``population_august`` where a file says it, and the boats of its islands.
    data
        What is missing today; without it nothing is asked about the APL.
    donors
        The practices behind the APL; without them it cannot be worked out again.
    parameters
        ``need.visitor_acts_per_1000_days``, ``need.resident_acts_per_1000_days``.

    Raises
    ------
    DataError
        If the practices given are not those behind the APL given.
    """
    if data is None or donors is None:
        return None
    zones = territory.zones.loc[data.need[ORIGIN].to_numpy()]
    present = _present(territory).loc[zones.index]
    if not present.notna().any():
        return None
    if not np.allclose(_apl(donors, data.need, data), data.apl.to_numpy(), rtol=_SAME, atol=_SAME):
        raise DataError(
            "Affluence d’été : l’APL donnée n’est pas celle des cabinets donnés ; elle ne peut pas "
            "être recalculée avec les visiteurs."
        )
    each = _each(parameters)
    more = visitors_per_resident(zones["population"], present) * each
    here = {ORIGIN: data.need[ORIGIN]}
    return Summer(
        more=xr.DataArray(more, here, (ORIGIN,)),
        counted=xr.DataArray(present.notna().to_numpy(), here, (ORIGIN,)),
        each=each,
    )


def apl_in_august(
    territory: Territory, practices: Practices | None, *, parameters: Parameters
) -> xr.DataArray | None:
    """Return the APL shared with the visitors of August, all year long; today's supply.

    Parameters
    ----------
    territory
        Its zones, with ``population_august`` where a file says it, and the boats of its islands.
    practices
        Where doctors consult; nothing is known without them.
    parameters
        ``need.visitor_acts_per_1000_days``, ``need.resident_acts_per_1000_days``, the decay.

    Returns
    -------
    xarray.DataArray or None
        Consultations a standardised inhabitant a year ``(origin)``; ``None`` where nobody counted.
    """
    present = _present(territory)
    if practices is None or not present.notna().any():
        return None
    zones = territory.zones
    more = visitors_per_resident(zones["population"], present) * _each(parameters)
    need = xr.DataArray(
        zones["need"].to_numpy(float) * (1.0 + more), {ORIGIN: zones.index.to_numpy()}, (ORIGIN,)
    )
    return apl_of(practices.times, need, practices.acts, Decay.drees(parameters))


def _each(parameters: Parameters) -> float:
    """Return the visits of a visitor's day over those of a resident's."""
    mine = parameters.value("need.visitor_acts_per_1000_days")
    return mine / parameters.value("need.resident_acts_per_1000_days")


def _present(territory: Territory) -> pd.Series[float]:
    """Return the people of a mean day of August: as a file says, else as an island was counted."""
    isles = counted(territory)
    if AUGUST not in territory.zones:
        return isles
    told: pd.Series[float] = territory.zones[AUGUST].astype(float)
    return told.fillna(isles)


def visitors_per_resident(population: pd.Series[int], present: pd.Series[float]) -> Reals:
    """Return visitors a resident on a mean day of August, never below 0; 0 where nobody counted.

    Parameters
    ----------
    population
        Residents of each zone.
    present
        People of a mean day of August, residents included; NaN where nobody counted.

    Examples
    --------
    >>> import pandas as pd
    >>> visitors_per_resident(
    ...     pd.Series([1000, 1000, 1000, 0]), pd.Series([4000, 900, float("nan"), 50])
    ... ).tolist()
    [3.0, 0.0, 0.0, 0.0]
    """
    people = population.to_numpy(float)
    come = np.nan_to_num(np.maximum(present.to_numpy(float) - people, 0.0))
    found: Reals = np.divide(come, people, out=np.zeros_like(come), where=people > 0)
    return found


def known_ahead(problem: Problem) -> bool:
    """Tell whether the APL of years to come can be worked out with more people."""
    return _kept(problem) is not None


def in_summer(problem: Problem, share: float) -> Problem:
    """Return the question as it is with visitors of August all year long, or a share of them.

    Parameters
    ----------
    problem
        The question for residents.
    share
        Of the visitors of August, 0 or more; 0 changes nothing.

    Raises
    ------
    DataError
        If visitors are not known, or years to come lose more in some communes than in others.
    """
    if share == 0:
        return problem
    data, donors, kept = problem.missing, problem.donors, _kept(problem)
    if data is None or donors is None or problem.summer is None:
        raise DataError(
            "Affluence d’été : elle n’est connue d’aucune commune. Donnez need.august_file et "
            "supply.gp_file."
        )
    if kept is None:
        raise DataError(
            "Affluence d’été : les départs de médecins prévus diffèrent d’une commune à l’autre ; "
            "l’APL des années à venir ne peut pas être recalculée avec les visiteurs."
        )
    need = data.need * (1.0 + share * problem.summer.more)
    level = data.apl.copy(data=_apl(donors, need, data))
    places = {DESTINATION: data.per_act[DESTINATION].to_numpy()}
    times = problem.times.sel(places)
    weight = data.decay(donors.times.to_numpy())
    basin = need.to_numpy() @ weight
    per_act = np.divide(weight, basin, out=np.zeros_like(weight), where=basin > 0)
    return replace(
        problem,
        missing=missing(times, need, level, threshold=data.threshold, decay=data.decay),
        donors=replace(donors, per_act=donors.per_act.copy(data=per_act)),
        horizon=_ahead(problem.horizon, level, kept),
    )


def _apl(donors: Donors, need: xr.DataArray, data: Missing) -> Reals:
    """Return the APL of practices, shared among these people ``(origin,)``."""
    level = apl_of(donors.times, need, donors.acts, data.decay)
    return np.asarray(level.sel({ORIGIN: need[ORIGIN]}).to_numpy(), float)


def _kept(problem: Problem) -> Reals | None:
    """Return the share of today's APL left each year, ``None`` where communes differ in it."""
    data, ahead = problem.missing, problem.horizon.apl
    if ahead is None or data is None:
        return np.ones(problem.horizon.years)
    today = data.apl.to_numpy()
    then = np.asarray(ahead.transpose("year", ORIGIN).sel({ORIGIN: data.need[ORIGIN]}), float)
    most = int(today.argmax())
    kept: Reals = then[:, most] / today[most] if today[most] > 0 else np.ones(len(then))
    same = np.allclose(then, kept[:, None] * today[None, :], rtol=_SAME, atol=_SAME)
    return kept if same else None


def _ahead(horizon: Horizon, level: xr.DataArray, kept: Reals) -> Horizon:
    """Return the years, the APL without the plan as it is with these people."""
    if horizon.apl is None:
        return horizon
    told = horizon.apl.transpose("year", ORIGIN).sel({ORIGIN: level[ORIGIN]})
    apl = told.copy(data=kept[:, None] * level.to_numpy()[None, :])
    return replace(horizon, apl=apl.transpose(*horizon.apl.dims))
