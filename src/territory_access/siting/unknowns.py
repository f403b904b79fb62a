"""Says which numbers nobody knows well, how far they may lie, and what they change in a question.

Each is a multiplier of 1 today, between the ends of a parameter's range: draws are triangular, with
their mode at today's value. What they do not touch is told by the labels: the places of existing
sites and the deficit that a lower activity would leave stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.pool import carried
from territory_access.siting.problem import served
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        ``costs``, ``travel``, ``demand``.
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
)


def unknowns(parameters: Parameters) -> tuple[Unknown, ...]:
    """Return the unknowns, their ranges read from the parameters.

    Parameters
    ----------
    parameters
        Default numbers, with low and high.

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
    return (*spreads, *ranges)


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
    activity = take["productivity"] * take["fill"]
    options = problem.options.copy()
    options["places"] = np.floor(options["places"] * (activity / take["visits"]) + 1e-9).astype(int)
    for name in ("acts_per_year", "net_acts"):
        options[name] *= activity
    for name in ("capex", "deficit"):
        options[name] *= take["costs"]
    fte = _whole(problem.pool.fte * (take["take_up"] * take["retirement"]) + 1e-9)
    drawn_on = problem.pool.drawn[DESTINATION].to_numpy()
    existing = (
        problem.pool.within.sel({DESTINATION: drawn_on}).to_numpy() & (fte.to_numpy() > 0)[:, None]
    )
    kept = carried(fte.to_numpy(), existing, problem.pool.drawn.to_numpy())
    changed = replace(
        problem,
        options=options,
        pool=replace(problem.pool, fte=fte, kept=kept),
        rules=replace(problem.rules, gp_fte=problem.rules.gp_fte * take["recruitment"]),
        times=problem.times * take["travel"],
        seekers=_whole(problem.seekers * take["demand"] + 0.5),
    )
    moved = take["travel"] != 1.0 or take["demand"] != 1.0
    return replace(changed, before=served(changed)) if moved else changed


def _whole(amounts: xr.DataArray) -> xr.DataArray:
    """Return amounts rounded down."""
    return amounts.copy(data=np.floor(amounts.to_numpy()).astype(np.int64))


_ALL = tuple(name for name, *_ in (*_RANGES, *_SPREADS))
