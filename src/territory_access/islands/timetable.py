"""What a day of boats allows an islander: first and last boat, wait, hours ashore, time away.

Somebody from the island leaves with a boat *out* and comes home with a boat *back*. A visit is
possible the same day if one boat back leaves late enough after one boat out has landed: the order
counts, a boat back in the morning and a boat out in the evening allow nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from territory_access.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

_DAY = 24 * 60
_MORNING = 7 * 60  # where no first boat is known, a day of boats begins at seven


@dataclass(frozen=True)
class Timetable:
    """The boats of one day.

    Attributes
    ----------
    out, back
        Departures from the island, and from the port to the island; minutes after midnight (a boat
        after midnight counts on: 1,450), ascending.
    crossing
        Minutes at sea, each way.
    exact
        Whether these are times of a timetable, rather than boats spread evenly over a day.

    Raises
    ------
    DataError
        If a departure is not a finite time of the day or the crossing is not positive.
    """

    out: tuple[float, ...]
    back: tuple[float, ...]
    crossing: float
    exact: bool = True

    def __post_init__(self) -> None:
        for side in ("out", "back"):
            object.__setattr__(self, side, tuple(sorted(float(time) for time in self._of(side))))
        times = np.array([*self.out, *self.back])
        if not (np.isfinite(times) & (times >= 0) & (times < 2 * _DAY)).all():
            raise DataError("Horaire de bateau : une heure n’est pas dans la journée.")
        if not 0 < self.crossing < np.inf:
            raise DataError("Horaire de bateau : la traversée doit durer plus de 0 min.")

    def _of(self, side: str) -> tuple[float, ...]:
        times: tuple[float, ...] = getattr(self, side)
        return times

    @classmethod
    def spread(
        cls, sailings: int, *, crossing: float, window: float, first: float = _MORNING
    ) -> Self:
        """Return boats spread evenly, the first of both sides at the same hour.

        With ``H = window / sailings``, the last one leaves ``(sailings − 1)·H`` after the first
        (``travel.ferry.same_day_feasible``).

        Examples
        --------
        >>> Timetable.spread(2, crossing=40, window=720).back
        (420.0, 780.0)
        """
        times = tuple(first + window / max(sailings, 1) * rank for rank in range(sailings))
        return cls(times, times, crossing, exact=False)

    @classmethod
    def of_day(cls, sailings: pd.DataFrame, *, island: str, port: str) -> Self:
        """Return the boats between two stops on one day of a GTFS (``datasets.gtfs.sailings``).

        Parameters
        ----------
        sailings
            ``start``, ``stop``, ``leaves``, ``arrives`` (minutes after midnight) of one day.
        island, port
            Identifiers of the two stops.

        Raises
        ------
        DataError
            If no boat joins them that day.
        """
        sides = [
            sailings[(sailings["start"] == one) & (sailings["stop"] == other)]
            for one, other in ((island, port), (port, island))
        ]
        if all(side.empty for side in sides):
            raise DataError(
                "Horaire de bateau : rien entre {port} et {island} ce jour-là.",
                port=port,
                island=island,
            )
        at_sea = np.concatenate([(side["arrives"] - side["leaves"]).to_numpy() for side in sides])
        return cls(
            tuple(sides[0]["leaves"]), tuple(sides[1]["leaves"]), crossing=float(at_sea.mean())
        )

    @property
    def reversed(self) -> Timetable:
        """The same boats for somebody who comes from the port: a doctor who visits the island."""
        return Timetable(self.back, self.out, self.crossing, self.exact)

    @property
    def headway(self) -> float:
        """Mean minutes between two boats out; ``inf`` with fewer than two."""
        if len(self.out) < 2:
            return float("inf")
        return (self.out[-1] - self.out[0]) / (len(self.out) - 1)

    def stay(self, *, check_in: float = 0.0) -> float:
        """Return the longest stay ashore that ends with a boat back the same day, minutes.

        From the landing of the first boat out to ``check_in`` minutes before the last boat back;
        negative where that boat leaves earlier, ``−inf`` where a side has no boat.

        Examples
        --------
        From Houat at seven and home at one, forty minutes each way:

        >>> Timetable.spread(2, crossing=40, window=720).stay(check_in=15)
        305.0
        """
        if not self.out or not self.back:
            return float("-inf")
        return self.back[-1] - check_in - self.out[0] - self.crossing

    def same_day(self, on_land: float, *, check_in: float = 0.0) -> bool:
        """Tell whether an errand of ``on_land`` minutes fits between two boats of the day.

        Examples
        --------
        Two boats a day that leave the island in the morning allow it; the same boats seen from the
        other shore do not:

        >>> boats = Timetable(out=(450,), back=(1_080,), crossing=40)
        >>> boats.same_day(50, check_in=15), boats.reversed.same_day(50, check_in=15)
        (True, False)
        """
        return self.stay(check_in=check_in) >= on_land

    def away(self, on_land: float, *, check_in: float = 0.0) -> float:
        """Return the least minutes from boarding out to landing home, ``inf`` if not that day.

        The best pair of boats for somebody who may choose the hour of the appointment, check-in
        before the boat out included.
        """
        best = float("inf")
        for start in self.out:
            ready = start + self.crossing + on_land + check_in
            home = next((boat for boat in self.back if boat >= ready), None)
            if home is not None:
                best = min(best, check_in + home + self.crossing - start)
        return best
