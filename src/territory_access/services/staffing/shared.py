"""How one doctor serves several sites some days a week each, and from whom a site takes doctors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

WEEK = 5.0


@dataclass(frozen=True)
class Duty:
    """Days a week that one doctor spends at one site."""

    doctor: int
    site: str
    days: float


def rota(days: Mapping[str, float], *, week: float = WEEK) -> tuple[Duty, ...]:
    """Return the fewest doctors who hold so many days a week at several sites.

    Sites are laid end to end in the order given (put neighbours side by side) and cut every
    ``week`` days: no rota needs fewer doctors, and each doctor goes to sites that follow one
    another.

    Parameters
    ----------
    days
        Days of a doctor a week that each site needs; more than ``week`` takes several doctors.
    week
        Days that a doctor works.

    Raises
    ------
    DataError
        If a number of days is negative, or a week has none.

    Examples
    --------
    >>> for duty in rota({"Houat": 1, "Hœdic": 1, "Quiberon": 4}):
    ...     print(duty.doctor, duty.site, duty.days)
    1 Houat 1.0
    1 Hœdic 1.0
    1 Quiberon 3.0
    2 Quiberon 1.0
    """
    if week <= 0 or any(need < 0 for need in days.values()):
        raise DataError("Semaine partagée : un nombre de jours positif est attendu.")
    duties: list[Duty] = []
    doctor, free = 1, float(week)
    for site, need in days.items():
        left = float(need)
        while left > 1e-9:
            if free <= 1e-9:
                doctor, free = doctor + 1, float(week)
            held = min(left, free)
            duties.append(Duty(doctor, site, round(held, 6)))
            left, free = left - held, free - held
    return tuple(duties)


@dataclass(frozen=True)
class NetSupply:
    """What a site adds once what it takes from practices nearby is counted.

    Attributes
    ----------
    gross, net
        Consultations a year.
    donors
        Consultations that each commune around loses, largest first; empty where nobody practises
        there: then nothing is taken.
    """

    gross: float
    net: float
    donors: pd.Series[float]


def net_supply(
    gross: float,
    poaching: float,
    supply: pd.Series[float],
    minutes: pd.Series[float],
    *,
    within: float,
) -> NetSupply:
    r"""Return what a site adds, and which communes lose what it takes.

    ``net = gross · (1 − ρ · overlap)`` where the overlap is 1 if anybody practises within reach and
    0 otherwise; each commune gives in proportion to the consultations offered there, and no more
    than it offers.

    Parameters
    ----------
    gross
        Consultations a year of the site.
    poaching
        Share :math:`\rho` drawn from doctors already in practice.
    supply
        Consultations a year offered in each commune today.
    minutes
        From each commune to the site.
    within
        Minutes within which doctors move (``staff.poaching_minutes``).

    Raises
    ------
    DataError
        If the share is not between 0 and 1.

    Examples
    --------
    >>> import pandas as pd
    >>> supply = pd.Series({"A": 9_000.0, "B": 3_000.0, "C": 50_000.0})
    >>> minutes = pd.Series({"A": 10.0, "B": 40.0, "C": 70.0})
    >>> found = net_supply(10_000, 0.35, supply, minutes, within=50)
    >>> found.net, found.donors.to_dict()
    (6500.0, {'A': 2625.0, 'B': 875.0})
    """
    if not 0 <= poaching <= 1:
        raise DataError("Débauchage : une part est entre 0 et 1.")
    near = supply[(minutes.reindex(supply.index) <= within) & (supply > 0)].astype(float)
    whole = float(near.sum())
    taken = min(gross * poaching, whole)
    lost = (near * (taken / whole) if whole else near).sort_values(ascending=False, kind="stable")
    return NetSupply(gross=float(gross), net=gross - taken, donors=lost[lost > 0])
