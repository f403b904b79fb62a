"""How many doctors an island needs: by its volume of care, and to have one there at any hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.errors import DataError

if TYPE_CHECKING:
    from territory_access.parameters import Parameters

HOURS_A_YEAR = 24 * 365


@dataclass(frozen=True)
class Staff:
    """FTE of general practitioners that an island needs.

    Attributes
    ----------
    volume
        For its consultations.
    continuity, continuity_low, continuity_high
        For one doctor present or on call at any hour of the year, whatever the volume.
    """

    volume: float
    continuity: float
    continuity_low: float
    continuity_high: float

    @property
    def needed(self) -> float:
        """The greater of both: a small island needs hours, a large one consultations."""
        return max(self.volume, self.continuity)


def staff_needed(acts: float, *, parameters: Parameters) -> Staff:
    """Return the FTE that a yearly volume asks for, and those that continuity asks for.

    ``volume = acts / productivity``; ``continuity = covered hours / hours of an FTE`` where all
    8,760 hours of a year are covered and, on an island, an hour on call holds the doctor there
    like any other.

    Parameters
    ----------
    acts
        Consultations a year.
    parameters
        ``productivity.salaried_centre``, ``island.hours_per_fte``.

    Raises
    ------
    DataError
        If the acts are negative or not a number.

    Examples
    --------
    Groix: 12,000 consultations would take 2.8 FTE; to be there at any hour takes 5.

    >>> from territory_access import Parameters
    >>> staff = staff_needed(12_000, parameters=Parameters.load())
    >>> round(staff.volume, 1), round(staff.continuity), round(staff.needed)
    (2.8, 5, 5)
    """
    if not 0 <= acts < float("inf"):
        raise DataError("Continuité : un nombre de consultations par an est attendu.")
    hours = parameters["island.hours_per_fte"]
    return Staff(
        volume=acts / parameters.value("productivity.salaried_centre"),
        continuity=HOURS_A_YEAR / hours.value,
        continuity_low=HOURS_A_YEAR / max(hours.high, hours.value),
        continuity_high=HOURS_A_YEAR / min(hours.low, hours.value),
    )
