"""How much of the care of days without a doctor telehealth can stand in for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.errors import DataError

if TYPE_CHECKING:
    from territory_access.parameters import Parameters


def remote_acts(acts: float, days: float, *, parameters: Parameters) -> float:
    """Return the consultations a year that can be held at a distance on days without a doctor.

    ``min(share, 1) · acts · days / 365``: a share of what these days would have asked for, never
    more than what can be done without touching anybody (``tele.substitutable_share``). It takes no
    day off the days without a doctor, and gives nobody a médecin traitant.

    Parameters
    ----------
    acts
        Consultations that the island asks for in a year.
    days
        Days a year without a doctor within reach.
    parameters
        ``tele.substitutable_share``.

    Raises
    ------
    DataError
        If the acts are negative or the days are not those of a year.

    Examples
    --------
    >>> from territory_access import Parameters
    >>> remote_acts(3_650, 10, parameters=Parameters.load())
    15.0
    """
    if acts < 0 or not 0 <= days <= 365:
        raise DataError("Télésanté : des consultations et 0 à 365 jours par an sont attendus.")
    return min(parameters.value("tele.substitutable_share"), 1.0) * acts * days / 365
