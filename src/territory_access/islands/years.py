"""What years on one island are like, when neither the sea nor the staff is well known.

Each simulated year draws what is believed within its range (triangular), so that the interval holds
what is not known as well as what is chance. A value that the scenario sets is taken as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.islands.doctors import Doctors, Mode
from territory_access.islands.isolation import YEARS, high_days, simulate
from territory_access.islands.timetable import Timetable
from territory_access.islands.weather import Weather
from territory_access.vocabulary import Season

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.islands.isolation import Isolation
    from territory_access.parameters import Parameters

_SUMMER = ("07-01", "08-31")  # where no season is known
COUNTS = tuple(
    f"{what}{end}" for what in ("without_days", "worst_run") for end in ("", "_low", "_high")
)


def believed(
    line: pd.Series, parameters: Parameters, *, fte: tuple[float, float], seed: int
) -> dict[str, float]:
    """Return the days without a doctor, today and with the plan.

    Parameters
    ----------
    line
        The boat of the island, a row of ``schemas.FERRIES``.
    parameters
        ``ferry.*`` and ``island.*``.
    fte
        FTE of doctors of the island, today and with the plan.
    seed
        Of the simulation.

    Returns
    -------
    dict
        ``cut_days``; ``COUNTS`` and, with ``after_`` before, those with the plan; ``nan`` where
        doctors of the island are not known: no FTE today, no team always there with the plan.

    Examples
    --------
    >>> from territory_access.datasets import ferries
    >>> from territory_access.parameters import Parameters
    >>> known = Parameters.load({"ferry.cancel_rate": 0.0})
    >>> found = believed(ferries.load().loc["houat"], known, fte=(0.2, 0.2), seed=1)
    >>> found["cut_days"], found["after_worst_run"]
    (0.0, 0.0)
    """
    high = high_days(*(
        str(line.get(f"high_season_{end}", "")) or default
        for end, default in zip(("start", "end"), _SUMMER, strict=True)
    ))  # fmt: skip
    rng = np.random.default_rng(seed)
    weather = Weather.of_year(
        _drawn(parameters, "ferry.cancel_rate", rng) * _shelter(line, parameters),
        ratio=_drawn(parameters, "ferry.cancel_high_ratio", rng),
        spell=np.maximum(_drawn(parameters, "ferry.cancel_spell_days", rng), 1.0),
        high_days=int(high.sum()),
    )
    held = np.minimum(_drawn(parameters, "island.held_share", rng), 1.0)
    value = parameters.value
    ashore = 2 * value("ferry.egress_minutes") + value("ferry.consultation_minutes")
    shares = {
        "same_day": _share(line, ashore, parameters),
        "visit": _share(line, 60 * value("island.visit_hours"), parameters, from_port=True),
    }
    said: dict[str, float] = {}
    for prefix, staff in zip(("", "after_"), fte, strict=True):
        if prefix and staff == fte[0]:
            said |= {prefix + name: said[name] for name in COUNTS}
            continue
        doctors = Doctors.of_fte(
            staff,
            days_per_fte=value("island.days_per_fte"),
            turn_days=max(value("island.turn_days"), 1.0),
        ).with_held(held)
        year = simulate(weather, doctors, high=high, years=YEARS, seed=seed, **shares)
        # Doctors whom no data know may live there: only a team always there says all.
        known = fte[0] > 0 or doctors.mode is Mode.ROTATING
        said |= _said(year, prefix, known=known)
    return said


def _said(year: Isolation, prefix: str, *, known: bool) -> dict[str, float]:
    table = {} if prefix else {"cut_days": year.cut.mean}
    numbers = [
        number
        for count in (year.without, year.worst)
        for number in (count.mean, count.low, count.high)
    ]
    return table | {
        prefix + name: number if known else np.nan
        for name, number in zip(COUNTS, numbers, strict=True)
    }


def _drawn(parameters: Parameters, name: str, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a value a year from the triangle of a parameter's range; its value if it was set."""
    known = parameters[name]
    if known.overridden or known.low == known.high:
        return np.full(YEARS, known.value)
    return rng.triangular(known.low, known.value, known.high, YEARS)


def _shelter(line: pd.Series, parameters: Parameters) -> float:
    """Return how exposed the crossing is: 1 as the parameters say, less in a sheltered gulf."""
    rate, usual = line.get("cancel_rate"), parameters["ferry.cancel_rate"]
    if not isinstance(rate, float) or np.isnan(rate) or usual.overridden:
        return 1.0
    return rate / usual.value


def _share(
    line: pd.Series, ashore: float, parameters: Parameters, *, from_port: bool = False
) -> tuple[float, float]:
    """Return the share of days, low and high season, when boats allow an errand of some minutes.

    From the times of the first and last boat where they are known (a GTFS says them by season),
    from boats spread evenly otherwise; 1.5 boats a day are one and two boats in turn.
    """
    check_in = parameters.value("ferry.check_in_minutes")
    window = parameters.value("ferry.service_window_minutes")
    crossing = float(line["crossing_minutes"])
    found = []
    for season in Season:
        exact = f"{'visits' if from_port else 'returns'}_{season.value}"
        if exact in line.index and pd.notna(line[exact]):
            found.append(float(line[exact]))
            continue
        sailings = float(line[f"sailings_{season.value}"])
        few = int(sailings)
        fits = [
            Timetable.spread(boats, crossing=crossing, window=window).same_day(
                ashore, check_in=check_in
            )
            for boats in (few, few + 1)
        ]
        found.append(fits[0] + (sailings - few) * (int(fits[1]) - int(fits[0])))
    return found[0], found[1]
