"""Says which numbers nobody knows well, how far they may lie, and what they change in a question.

Each is a multiplier of 1 today, between the ends of a parameter's range: draws are triangular, with
their mode at today's value. The summer has no such range: 1 stands for residents only, as the plan
is made, 2 for the visitors of August all year long, 1.4 for four tenths of them
(``siting.summer``). What draws do not touch is told by the labels: the places of existing sites,
what practices offer today and the deficit that a lower activity would leave stay as they are.

Only those that a question hangs on are asked: visits per patient and people who seek a doctor for
places; the share taken from practices nearby, departures and, where somebody counted its people,
the summer for the APL.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.decisions import closed
from territory_access.siting.missing import missing
from territory_access.siting.pool import carried
from territory_access.siting.problem import served
from territory_access.siting.summer import in_summer, known_ahead
from territory_access.siting.years.closing import net_share
from territory_access.vocabulary import DESTINATION, Objective

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import xarray as xr

    from territory_access.parameters import Parameters
    from territory_access.siting.problem import Problem


@dataclass(frozen=True)
class Unknown:
    """One number that nobody knows well.

    Attributes
    ----------
    id
        ``productivity``, ``fill``, ``visits``, ``take_up``, ``retirement``, ``recruitment``,
        ``costs``, ``travel``, ``demand``, ``poaching``, ``departures``, ``summer``.
    label
        In French, for the reader.
    low, high
        Multipliers at the ends of the range.
    harm
        Which end harms a plan: ``low`` or ``high``.
    """

    id: str
    label: str
    low: float
    high: float
    harm: str


# Identifier, label, parameter of the range, which end harms.
_RANGES = (
    ("fill", "Remplissage des créneaux", "productivity.session_fill", "low"),
    ("visits", "Consultations par patient et par an", "places.kappa", "high"),
    ("take_up", "Retraités qui s’engagent", "staff.retired_take_up", "low"),
    ("retirement", "Médecins retraités depuis peu", "staff.retired_gp_per_1000", "low"),
    ("recruitment", "Postes de médecin pourvus", "staff.salaried_filled_12_months", "low"),
    ("travel", "Temps de trajet", "travel.detour_plain", "high"),
    ("demand", "Personnes qui cherchent un médecin traitant", "need.seekers_share", "low"),
)
_SPREADS = (
    ("productivity", "Productivité des médecins", "sensitivity.productivity_spread", "low"),
    ("costs", "Coûts d’investissement et déficits", "sensitivity.cost_spread", "high"),
    ("poaching", "Part prise aux cabinets voisins", "sensitivity.poaching_spread", "high"),
)
_GONE = ("departures", "Départs de médecins non remplacés", "outlook.replaced", "high")
SUMMER = "summer"


def unknowns(parameters: Parameters, problem: Problem | None = None) -> tuple[Unknown, ...]:
    """Return the unknowns, their ranges read from the parameters.

    Parameters
    ----------
    parameters
        Default numbers, with low and high.
    problem
        What is asked: those that its answer hangs on; all of them without it.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> found = {one.id: one for one in unknowns(Parameters.load())}
    >>> round(found["take_up"].low, 2), round(found["take_up"].high, 2)
    (0.3, 2.5)
    """
    spreads = [
        Unknown(id_, label, 1 - parameters.value(name), 1 + parameters.value(name), harm)
        for id_, label, name, harm in _SPREADS
    ]
    ranges = []
    for id_, label, name, harm in _RANGES:
        one = parameters[name]
        low, high = one.low / one.value, one.high / one.value
        ranges.append(Unknown(id_, label, min(low, 1.0), max(high, 1.0), harm))
    id_, label, name, harm = _GONE
    kept = parameters[name]
    least, most = ((1 - end) / (1 - kept.value) for end in (kept.high, kept.low))
    gone = Unknown(id_, label, least, most, harm)
    found = (*spreads, *ranges, gone, Unknown(SUMMER, "Affluence d’été", 1.0, 2.0, "high"))
    return tuple(one for one in found if problem is None or in_play(one.id, problem))


def in_play(name: str, problem: Problem) -> bool:
    """Tell whether the answer hangs on an unknown at all.

    Parameters
    ----------
    name
        Identifier of the unknown.
    problem
        What is asked.
    """
    goals = {problem.objective, *problem.then, *(goal for goal, _ in problem.weights)}
    if name in {"visits", "demand"}:
        return Objective.PLACES in goals
    about_apl = bool(goals - {Objective.PLACES}) and problem.missing is not None
    if name == "departures":
        return about_apl and problem.horizon.apl is not None
    if name == "poaching":
        return about_apl and bool((net_share(problem) < 1.0).any())
    if name == SUMMER:
        brings = problem.summer is not None and bool((problem.summer.more > 0).any())
        return about_apl and brings and known_ahead(problem)
    return True


def draws(found: tuple[Unknown, ...], count: int, *, seed: int) -> list[dict[str, float]]:
    """Return seeded draws of all unknowns together.

    Parameters
    ----------
    found
        The unknowns.
    count
        How many draws.
    seed
        The same seed, the same draws.
    """
    chance = np.random.default_rng(seed)
    return [
        {
            one.id: float(chance.triangular(one.low, 1.0, one.high)) if one.high > one.low else 1.0
            for one in found
        }
        for _ in range(count)
    ]


def otherwise(problem: Problem, drawn: Mapping[str, float]) -> Problem:
    """Return the question as it would be with other numbers.

    Parameters
    ----------
    problem
        The question, with today's numbers.
    drawn
        Multiplier by unknown; those not named keep today's number.
    """
    take = {name: float(drawn.get(name, 1.0)) for name in _ALL}
    fte = _whole(problem.pool.fte * (take["take_up"] * take["retirement"]) + 1e-9)
    drawn_on = problem.pool.drawn[DESTINATION].to_numpy()
    existing = (
        problem.pool.within.sel({DESTINATION: drawn_on}).to_numpy() & (fte.to_numpy() > 0)[:, None]
    )
    kept = carried(fte.to_numpy(), existing, problem.pool.drawn.to_numpy())
    changed = replace(
        problem,
        options=_options(problem, take),
        pool=replace(problem.pool, fte=fte, kept=kept),
        rules=replace(problem.rules, gp_fte=problem.rules.gp_fte * take["recruitment"]),
        recruits=tuple(replace(one, fte=one.fte * take["recruitment"]) for one in problem.recruits),
        times=problem.times * take["travel"],
        seekers=_whole(problem.seekers * take["demand"] + 0.5),
    )
    changed = _apl(changed, take) if problem.missing is not None else changed
    moved = take["travel"] != 1.0 or take["demand"] != 1.0
    return replace(changed, before=served(changed)) if moved else changed


def _options(problem: Problem, take: Mapping[str, float]) -> pd.DataFrame:
    """Return what may open, with its figures changed; what a closure takes away stays."""
    options = problem.options.copy()
    stays, share = closed(options), net_share(problem)
    activity = np.where(stays, 1.0, take["productivity"] * take["fill"])
    costs = np.where(stays, 1.0, take["costs"])
    places = options["places"].to_numpy(float) * np.where(stays, 1.0, activity / take["visits"])
    options["places"] = np.floor(places + 1e-9).astype(int)
    poached = np.where(stays, 1.0 - share, np.minimum(1.0, (1.0 - share) * take["poaching"]))
    options["acts_per_year"] *= activity
    if take["poaching"] == 1.0:
        options["net_acts"] *= activity
    else:
        options["net_acts"] = options["acts_per_year"] * (1.0 - poached)
    options["capex"] *= take["costs"]  # what a closure costs once, too
    options["deficit"] *= costs
    return options


def _apl(changed: Problem, take: Mapping[str, float]) -> Problem:
    """Return the question with other people, other times to new sites, and other departures."""
    changed = in_summer(changed, take[SUMMER] - 1.0)
    data, horizon = changed.missing, changed.horizon
    if data is not None and take["travel"] != 1.0:
        places = {DESTINATION: data.per_act[DESTINATION].to_numpy()}
        again = missing(
            changed.times.sel(places),
            data.need,
            data.apl,
            threshold=data.threshold,
            decay=data.decay,
        )
        data = replace(data, per_act=again.per_act)
    if horizon.apl is not None and data is not None and take["departures"] != 1.0:
        gone = horizon.apl - data.apl
        horizon = replace(
            horizon, apl=(data.apl + gone * take["departures"]).transpose(*horizon.apl.dims)
        )
    return replace(changed, missing=data, horizon=horizon)


def _whole(amounts: xr.DataArray) -> xr.DataArray:
    """Return amounts rounded down."""
    return amounts.copy(data=np.floor(amounts.to_numpy()).astype(np.int64))


_ALL = (*(name for name, *_ in (*_RANGES, *_SPREADS, _GONE)), SUMMER)
