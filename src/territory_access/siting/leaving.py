r"""Says what it costs, once, to close a service or to move it away.

Severance pay and notice, end of the lease, rooms made good, files kept: counted as a share
:math:`\chi_p` of what the service costs in a year, by the profile p of its doctors, since those who
are employed are owed most. A team that moves keeps its work: only the share :math:`\mu` of it,
that of the rooms, is due where it leaves.

.. math::
   F_f = \chi_p\, c_f \quad \text{(closed)}, \qquad F_f = \mu\, \chi_p\, c_f \quad \text{(moved)}

No source gives these costs; ``closing.*`` are assumptions of wide range, which a scenario replaces.
They are paid from the budget of the year when the service closes, and no funder of investments
helps with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from territory_access.parameters import Parameters
    from territory_access.services.service import Service

# Whoever has no doctor of its own employs its staff.
_EMPLOYED = "salaried"
_PROFILES = {"none": _EMPLOYED}


def leaving_cost(
    service: Service, yearly: float, *, parameters: Parameters, moves: bool = False
) -> float:
    """Return what closing a site of this service costs, in euros, once.

    Parameters
    ----------
    service
        What stands there; its ``staff_profile`` says whom it employs.
    yearly
        What the site costs a year, in euros.
    parameters
        ``closing.retired_share``, ``closing.salaried_share``, ``closing.rotating_share``,
        ``closing.liberal_share``, ``closing.move_share``.
    moves
        Whether its team opens elsewhere the same year.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> from territory_access.services.catalogue import load
    >>> known = Parameters.load({"closing.salaried_share": 0.3, "closing.move_share": 0.5})
    >>> centre = load()["CDS"]
    >>> round(leaving_cost(centre, 400_000.0, parameters=known))
    120000
    >>> round(leaving_cost(centre, 400_000.0, parameters=known, moves=True))
    60000
    """
    profile = _PROFILES.get(service.staff_profile, service.staff_profile)
    due = parameters.value(f"closing.{profile}_share") * yearly
    return due * parameters.value("closing.move_share") if moves else due
