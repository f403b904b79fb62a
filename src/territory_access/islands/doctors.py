"""On which days a doctor is on the island: residents, teams that rotate, doctors who visit.

Whoever comes or goes takes the boat. A relief that the sea holds back keeps the former team there;
a resident on leave comes home when the boats sail again; a visit that the sea stops is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import DataError

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import ArrayLike, NDArray

DAYS_A_YEAR = 365


class Mode(StrEnum):
    """How doctors are there."""

    NONE = "none"
    RESIDENT = "resident"
    ROTATING = "rotating"
    VISITING = "visiting"


@dataclass(frozen=True)
class Doctors:
    """The doctors of an island.

    Attributes
    ----------
    mode
        Whether they live there, take turns there, or come for the day.
    count
        Residents; or doctors on duty at the same time, each relieved on their own; not used for
        visits.
    days_a_week
        Visits a week, 0 to 7; only for visits.
    held
        Share of the turns or visits for which somebody is found, one number or one a year; for
        residents, the share of their absences for which a locum is found.
    absent
        Share of the days that a resident is away.
    turn_days
        Days of a turn, or of a mean absence.

    Raises
    ------
    DataError
        If a share is not between 0 and 1, or a number is negative.
    """

    mode: Mode
    count: int = 1
    days_a_week: float = 0.0
    held: ArrayLike = 1.0
    absent: float = 0.0
    turn_days: float = 7.0

    def __post_init__(self) -> None:
        shares = np.append(np.ravel(np.asarray(self.held, dtype=float)), self.absent)
        if not ((shares >= 0) & (shares <= 1)).all() or self.absent == 1:
            raise DataError("Médecins d’une île : une part est entre 0 et 1.")
        if self.count < 0 or not 0 <= self.days_a_week <= 7 or self.turn_days < 1:
            raise DataError(
                "Médecins d’une île : leur nombre est positif, les visites 0 à 7 par semaine, "
                "un tour d’un jour au moins."
            )

    @classmethod
    def of_fte(cls, fte: float, *, days_per_fte: float, turn_days: float = 7.0) -> Doctors:
        """Return how a team of some FTE can be there: always, in turns, or on some days.

        ``fte · days_per_fte`` days a year are shared out: with 365 or more, one doctor (or several)
        at any time, in turns; below, visits on as many days a week as that gives.

        Examples
        --------
        Groix with 5 FTE has two doctors on duty all the year, Houat with 0.2 FTE not quite a day a
        week.

        >>> Doctors.of_fte(5, days_per_fte=218).count
        2
        >>> Doctors.of_fte(0.2, days_per_fte=218).days_a_week.__round__(2)
        0.84
        """
        if fte <= 0:
            return cls(Mode.NONE, count=0)
        at_once = fte * days_per_fte / DAYS_A_YEAR
        if at_once >= 1:
            return cls(Mode.ROTATING, count=int(at_once), turn_days=turn_days)
        return cls(Mode.VISITING, days_a_week=7 * at_once)

    def with_held(self, held: ArrayLike) -> Doctors:
        """Return the same, with another share of turns or visits that are held."""
        return replace(self, held=held)

    def present(
        self, cut: NDArray[np.bool_], *, landing: NDArray[np.bool_], rng: Generator
    ) -> NDArray[np.bool_]:
        """Return on which days at least one doctor is on the island.

        Parameters
        ----------
        cut
            Days on which the sea stops the boats, shape ``(years, days)``.
        landing
            Days on which a boat would let a visitor come and go home the same day, same shape.
        rng
            Source of chance.
        """
        there = np.zeros(cut.shape, dtype=bool)
        if self.mode is Mode.VISITING:
            return _visits(self, rng, cut.shape) & landing & ~cut
        turn = {Mode.ROTATING: _turns, Mode.RESIDENT: _residence}.get(self.mode)
        for _ in range(self.count if turn is not None else 0):
            there |= turn(self, cut, rng)  # type: ignore[misc]  # the loop is empty without one
        return there


def _visits(doctors: Doctors, rng: Generator, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return the days planned for which somebody is found: evenly spread, from any day of week."""
    rate = doctors.days_a_week / 7
    start = rng.random((shape[0], 1))
    ticks = np.floor(start + rate * np.arange(shape[1] + 1))
    held = np.broadcast_to(np.asarray(doctors.held, dtype=float), shape[0])[:, None]
    planned: NDArray[np.bool_] = np.diff(ticks, axis=1) > 0
    return planned & (rng.random(shape) < held)


def _turns(doctors: Doctors, cut: NDArray[np.bool_], rng: Generator) -> NDArray[np.bool_]:
    """Return the days on which one place of a rota is held; reliefs wait for a boat."""
    years, days = cut.shape
    turn = round(doctors.turn_days)
    held = np.broadcast_to(np.asarray(doctors.held, dtype=float), years)
    first = rng.integers(0, turn, years)
    there = np.empty(cut.shape, dtype=bool)
    present = rng.random(years) < held
    following, waiting = present, np.zeros(years, dtype=bool)
    for day in range(days):
        change = (day + first) % turn == 0
        following = np.where(change, rng.random(years) < held, following)
        waiting |= change
        lands = waiting & ~cut[:, day]
        present = np.where(lands, following, present)
        waiting &= ~lands
        there[:, day] = present
    return there


def _residence(doctors: Doctors, cut: NDArray[np.bool_], rng: Generator) -> NDArray[np.bool_]:
    """Return the days on which one resident, or a locum, is there; both move with the boats."""
    years, days = cut.shape
    away = doctors.absent * (1 - np.broadcast_to(np.asarray(doctors.held, dtype=float), years))
    home = 1.0 / doctors.turn_days
    leave = away / (1 - away) * home
    there = np.empty(cut.shape, dtype=bool)
    absent = rng.random(years) < away
    for day in range(days):
        chance = rng.random(years)
        moved = np.where(absent, chance < home, chance < leave) & ~cut[:, day]
        absent ^= moved
        there[:, day] = ~absent
    return there
