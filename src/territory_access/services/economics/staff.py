"""Which posts a service pays, what each costs a year, and how long what it buys lasts."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.errors import DataError
from territory_access.parameters import data_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from territory_access.services.service import Service, Size

DETAILED = frozenset({"retired", "salaried", "rotating"})
"""Whose doctors the project itself pays: only there are fees and wages its own."""

# What each role is called, for people.
ROLES = {
    "doctor": "Médecins",
    "nurse": "Infirmières",
    "advanced_nurse": "Infirmières en pratique avancée",
    "secretary": "Secrétariat",
    "assistant": "Assistants médicaux",
    "coordinator": "Coordination",
}
_PAY = {
    "retired": "money.retired_gp_loaded",
    "salaried": "money.gp_loaded",
    "rotating": "money.rotating_gp_loaded",
}
_SUPPORT = (("secretary", 0.55), ("assistant", 0.35), ("coordinator", 0.10))


@dataclass(frozen=True)
class Share:
    """One role's share of an account of a service, and the parameter that prices it.

    Attributes
    ----------
    account
        ``doctor``, ``nurse``, ``support`` (shares of full-time equivalents) or ``asset`` (of the
        investment).
    role
        ``secretary``… or ``fit_out``, ``vehicle``…
    share
        0 to 1; the shares of an account add up to 1.
    parameter
        Euros a full-time equivalent and year, or years that the asset lasts.
    """

    account: str
    role: str
    share: float
    parameter: str


@dataclass(frozen=True)
class Post:
    """Full-time equivalents of one role, and what one costs a year (a parameter)."""

    role: str
    fte: float
    parameter: str


def load(folder: Path | None = None) -> dict[str, tuple[Share, ...]]:
    """Return the shares of every service of the catalogue.

    Raises
    ------
    DataError
        When a weight is negative, or those of an account are all zero.

    Examples
    --------
    >>> [share.role for share in load()["SMP"]]
    ['doctor', 'secretary', 'assistant', 'coordinator', 'fit_out']
    """
    with ((folder or data_folder()) / "service_costs.csv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    totals: dict[tuple[str, str], float] = {}
    for row in rows:
        key = row["service"], row["account"]
        totals[key] = totals.get(key, 0.0) + float(row["weight"])
    found: dict[str, tuple[Share, ...]] = {}
    for row in rows:
        whole, weight = totals[row["service"], row["account"]], float(row["weight"])
        if weight < 0 or whole <= 0:
            raise DataError(
                "service_costs.csv : {service}, le poids de « {role} » ne convient pas.",
                service=row["service"],
                role=row["role"],
            )
        share = Share(row["account"], row["role"], weight / whole, row["parameter"])
        found[row["service"]] = (*found.get(row["service"], ()), share)
    return found


def posts(service: Service, size: Size, known: Mapping[str, tuple[Share, ...]]) -> list[Post]:
    """Return the posts of one size of a service; empty where the project pays no doctor.

    A type that the planner added has no shares of its own: its doctors are paid as its profile
    says, its other staff in the usual proportions.

    Parameters
    ----------
    service, size
        What opens.
    known
        What ``load`` returned.

    Examples
    --------
    >>> from territory_access.services import catalogue
    >>> smp = catalogue.load()["SMP"]
    >>> [(post.role, round(post.fte, 2)) for post in posts(smp, smp.size("base"), load())]
    [('doctor', 2.5), ('secretary', 2.0), ('assistant', 0.85), ('coordinator', 0.1)]
    """
    if service.staff_profile not in DETAILED or size.fte <= 0:
        return []
    ratio = size.fte / service.gp_fte
    staff = {
        "doctor": size.fte,
        "nurse": size.nurse_fte,
        "support": service.support_fte * ratio,
    }
    return [
        Post(share.role, round(staff[share.account] * share.share, 6), share.parameter)
        for share in _complete(service, known.get(service.id, ()))
        if share.account in staff and staff[share.account] > 0
    ]


def assets(service: Service, known: Mapping[str, tuple[Share, ...]]) -> list[Share]:
    """Return what the investment buys and how long each part lasts.

    Examples
    --------
    >>> from territory_access.services import catalogue
    >>> assets(catalogue.load()["MEDIBUS"], load())[0].parameter
    'money.life_vehicle'
    """
    return [one for one in _complete(service, known.get(service.id, ())) if one.account == "asset"]


def _complete(service: Service, shares: tuple[Share, ...]) -> tuple[Share, ...]:
    """Return shares with the usual ones for each account that lacks its own."""
    usual = [Share("doctor", "doctor", 1.0, _PAY.get(service.staff_profile, "money.gp_loaded"))]
    usual.append(Share("nurse", "nurse", 1.0, "money.nurse_loaded"))
    usual += [Share("support", role, part, f"money.{role}_loaded") for role, part in _SUPPORT]
    usual.append(Share("asset", "fit_out", 1.0, "money.life_fit_out"))
    own = {share.account for share in shares}
    return (*shares, *(share for share in usual if share.account not in own))
