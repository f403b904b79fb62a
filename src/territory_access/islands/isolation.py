"""How many days a year islanders reach no doctor, and how long the worst run of them is.

A day is *without a doctor* when none is on the island and nobody can go and consult on the mainland
and come home the same day: the sea stops the boats, or the timetable leaves no time. Telehealth is
not a doctor within reach: it is counted apart (``remote``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.islands.doctors import Doctors
    from territory_access.islands.weather import Weather

SEED = 2026
YEARS = 1_000
_INTERVAL = (0.05, 0.95)


@dataclass(frozen=True)
class Count:
    """A number of days a year: its mean, and what nine years in ten stay within.

    Attributes
    ----------
    mean
        Expected days.
    low, high
        5th and 95th centile over the years simulated.
    error
        Standard error of the mean: chance of the simulation, not of the parameters.
    """

    mean: float
    low: float
    high: float
    error: float

    @classmethod
    def of(cls, days: NDArray[np.generic]) -> Count:
        """Return the count of a sample, one number a year."""
        values = np.asarray(days, dtype=float)
        low, high = np.quantile(values, _INTERVAL)
        error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
        return cls(float(values.mean()), float(low), float(high), error)


@dataclass(frozen=True)
class Isolation:
    """What a year is like.

    Attributes
    ----------
    without
        Days on which no doctor can be reached.
    worst
        Longest run of such days within a year.
    absent
        Days on which no doctor is on the island.
    cut
        Days on which the sea stops every boat.
    """

    without: Count
    worst: Count
    absent: Count
    cut: Count


def simulate(  # noqa: PLR0913 - sea, boats and doctors, then how to draw; all by name
    weather: Weather,
    doctors: Doctors,
    *,
    same_day: tuple[float, float],
    visit: tuple[float, float] = (1.0, 1.0),
    high: NDArray[np.bool_],
    years: int = YEARS,
    seed: int = SEED,
) -> Isolation:
    """Draw many years, day by day.

    Parameters
    ----------
    weather
        How often the sea stops the boats, and for how long.
    doctors
        Who is on the island.
    same_day
        Share of the days on which the timetable lets islanders consult on the mainland and come
        home, in the low and in the high season; drawn day by day.
    visit
        Likewise for a doctor who comes from the mainland for the day.
    high
        Which days are of the high season, shape ``(days,)`` (``high_days``).
    years
        How many years to draw.
    seed
        The same seed gives the same answer.

    Returns
    -------
    Isolation
        Where ``weather`` and ``doctors`` hold one number a year, drawn from what is believed, the
        intervals hold what is not known as well as what is chance.

    Raises
    ------
    DataError
        If a share is not between 0 and 1, or no year is asked for.

    Examples
    --------
    Nobody on the island, boats every day but for one day in twenty:

    >>> from territory_access.islands import Doctors, Mode, Weather
    >>> found = simulate(Weather(0.05, 0.05, spell=2), Doctors(Mode.NONE), same_day=(1, 1),
    ...                  high=high_days("07-01", "08-31"))
    >>> abs(found.without.mean - 0.05 * 365) < 1, found.without == found.cut
    (True, True)
    """
    shares = np.array([*same_day, *visit], dtype=float)
    if years < 1 or not ((shares >= 0) & (shares <= 1)).all():
        raise DataError("Simulation d’une île : une part est entre 0 et 1, une année au moins.")
    rng = np.random.default_rng(seed)
    cut = weather.cut(years, high=high, rng=rng)
    crossing, landing = (
        rng.random(cut.shape) < np.where(high, share[1], share[0]) for share in (same_day, visit)
    )
    there = doctors.present(cut, landing=landing, rng=rng)
    without = ~there & (cut | ~crossing)
    return Isolation(
        without=Count.of(without.sum(axis=1)),
        worst=Count.of(longest(without)),
        absent=Count.of((~there).sum(axis=1)),
        cut=Count.of(cut.sum(axis=1)),
    )


def longest(days: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the longest run of true days of each year, shape ``(years,)``.

    Examples
    --------
    >>> longest(np.array([[True, True, False, True], [False] * 4])).tolist()
    [2, 0]
    """
    run = np.zeros(len(days), dtype=np.int64)
    best = run.copy()
    for day in days.T:
        run = (run + 1) * day
        np.maximum(best, run, out=best)
    return best


def high_days(start: str, end: str) -> NDArray[np.bool_]:
    """Return which of the 365 days are of the high season, ``MM-DD`` to ``MM-DD``, both included.

    A season that ends before it starts runs over the new year.

    Examples
    --------
    >>> int(high_days("07-01", "08-31").sum()), int(high_days("12-15", "01-05").sum())
    (62, 22)
    """
    days = np.arange("2025-01-01", "2026-01-01", dtype="datetime64[D]")
    first, last = (np.datetime64(f"2025-{day}", "D") for day in (start, end))
    if first <= last:
        return np.asarray((days >= first) & (days <= last))
    return np.asarray((days >= first) | (days <= last))
