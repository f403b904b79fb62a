"""On which days the sea cuts an island off: spells of bad weather, not single days at random.

A day is cut (no boat sails) or open. The chain of days is Markov's, with two numbers: the share *p*
of days cut and the mean length *L* of a spell, in days. An open day is followed by a cut one with
probability ``p / (1 − p) / L``, a cut day by an open one with probability ``1 / L``: the share of
days cut is then *p* and spells are geometric of mean *L*. ``L = 1 / (1 − p)`` are independent days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import DataError

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import ArrayLike, NDArray

DAYS = 365


@dataclass(frozen=True)
class Weather:
    """How often and for how long the sea stops the boats, for each year to simulate.

    Attributes
    ----------
    low, high
        Share of the days cut in the low and in the high season, shape ``(years,)`` or one number.
    spell
        Mean days of a spell, likewise.

    Raises
    ------
    DataError
        If a share is not in [0, 0.5] or a spell is shorter than a day.
    """

    low: ArrayLike
    high: ArrayLike
    spell: ArrayLike

    def __post_init__(self) -> None:
        shares = np.concatenate([np.ravel(self.low), np.ravel(self.high)]).astype(float)
        if not ((shares >= 0) & (shares <= 0.5)).all():
            raise DataError("Météo : la part de jours coupés est entre 0 et 0,5.")
        if not (np.ravel(np.asarray(self.spell, dtype=float)) >= 1).all():
            raise DataError("Météo : une coupure dure au moins un jour.")

    @classmethod
    def of_year(
        cls, rate: ArrayLike, *, ratio: ArrayLike, spell: ArrayLike, high_days: int
    ) -> Weather:
        """Return the weather of both seasons from the share of the whole year.

        ``low · d_low + high · d_high = rate · 365`` with ``high = ratio · rate``.

        Parameters
        ----------
        rate
            Share of the days of a year that are cut.
        ratio
            How much lower it is in the high season: 0.3 is less than a third of the mean.
        spell
            Mean days of a spell.
        high_days
            Length of the high season.

        Examples
        --------
        >>> found = Weather.of_year(0.04, ratio=0.25, spell=1.5, high_days=62)
        >>> round(float(found.low), 4), float(found.high)
        (0.0461, 0.01)
        """
        mean = np.asarray(rate, dtype=float)
        high = mean * np.asarray(ratio, dtype=float)
        low_days = DAYS - high_days
        low = (mean * DAYS - high * high_days) / low_days if low_days else mean
        return cls(low, high, spell)

    def cut(self, years: int, *, high: NDArray[np.bool_], rng: Generator) -> NDArray[np.bool_]:
        """Return which days are cut.

        Parameters
        ----------
        years
            How many years to draw.
        high
            Which of the days are of the high season, shape ``(days,)``.
        rng
            Source of chance.

        Returns
        -------
        Shape ``(years, days)``.
        """
        leave = 1.0 / np.broadcast_to(np.asarray(self.spell, dtype=float), years)
        share = {
            season: np.broadcast_to(np.asarray(values, dtype=float), years)
            for season, values in ((False, self.low), (True, self.high))
        }
        enter = {season: part / (1 - part) * leave for season, part in share.items()}
        chance = rng.random((len(high), years))
        found = np.empty((len(high), years), dtype=bool)
        state = chance[0] < share[bool(high[0])]
        found[0] = state
        for day in range(1, len(high)):
            state = chance[day] < np.where(state, 1 - leave, enter[bool(high[day])])
            found[day] = state
        return found.T
