"""Who must agree before a service opens, which regulatory locks hold it, and where both stand.

Assist calls it being a *connecteur*. Roles and locks are data (``coalition_roles.csv``,
``locks.csv``); their state is what a project of the scenario says, and nothing else: what is not
said is still to be done.
"""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from territory_access.errors import Fault, ScenarioError
from territory_access.parameters import data_folder

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

TO_DO = "à contacter"
AGREED = ("signé", "accord")
STATES = (*AGREED, "contacté", TO_DO)


@dataclass(frozen=True)
class Role:
    """A role in the coalition of a service, and where it stands.

    Attributes
    ----------
    id, name, brings
        Short id, French name, what it brings.
    required
        Whether the service cannot do without; otherwise it helps.
    state
        One of ``STATES``.
    tag
        Where the requirement comes from.
    """

    id: str
    name: str
    brings: str
    required: bool
    state: str
    tag: str


@dataclass(frozen=True)
class Lock:
    """An authorisation or agreement without which the service stays shut.

    Attributes
    ----------
    id, name, authority, why
        Short id, French name, who lifts it, what is at stake.
    open
        Whether it has been lifted.
    tag
        Where the requirement comes from.
    """

    id: str
    name: str
    authority: str
    why: str
    open: bool
    tag: str


@dataclass(frozen=True)
class Checklist:
    """The coalition and the locks of one service.

    Attributes
    ----------
    service
        Of the catalogue.
    roles, locks
        Those that concern it.
    """

    service: str
    roles: tuple[Role, ...]
    locks: tuple[Lock, ...]

    @property
    def coverage(self) -> float:
        """Share of the required roles that agreed or signed, from 0 to 1."""
        needed = [role for role in self.roles if role.required]
        return sum(role.state in AGREED for role in needed) / len(needed) if needed else 1.0

    @property
    def shut(self) -> tuple[Lock, ...]:
        """Locks still to be lifted."""
        return tuple(lock for lock in self.locks if not lock.open)


def checklist(
    service: str,
    partners: Mapping[str, str] | None = None,
    lifted: Collection[str] = (),
) -> Checklist:
    """Return the roles and the locks of a service, with their state.

    Parameters
    ----------
    service
        Id of the catalogue.
    partners
        State by role; a role left out is still to be contacted.
    lifted
        Locks that have been lifted.

    Raises
    ------
    ScenarioError
        With every role or lock that does not exist, and the nearest one that does.

    Examples
    --------
    >>> found = checklist("POCT", {"ars": "accord", "laboratoire": "signé"}, ["poct_convention"])
    >>> round(found.coverage, 2), [lock.id for lock in found.shut]
    (0.33, ['poct_autorisation'])
    """
    partners = partners or {}
    roles = tuple(
        Role(
            id=row["role"],
            name=row["name"],
            brings=row["brings"],
            required=row["need"] == "required",
            state=partners.get(row["role"], TO_DO),
            tag=row["tag"],
        )
        for row in _rows("coalition_roles.csv")
        if _concerns(row, service) or row["role"] in partners
    )
    locks = tuple(
        Lock(
            id=row["lock"],
            name=row["name"],
            authority=row["authority"],
            why=row["why"],
            open=row["lock"] in lifted,
            tag=row["tag"],
        )
        for row in _rows("locks.csv")
        if _concerns(row, service)
    )
    faults = [
        *_unknown(partners, [row["role"] for row in _rows("coalition_roles.csv")]),
        *_unknown(lifted, [lock.id for lock in locks]),
    ]
    if faults:
        raise ScenarioError(
            "projects : coalition du service {service} : {fault}",
            service=service,
            fault=faults[0],
            faults=faults[1:],
        )
    return Checklist(service, roles, locks)


def _concerns(row: Mapping[str, str], service: str) -> bool:
    """Whether a row is for a service: an empty cell stands for all of them."""
    return not row["services"] or service in row["services"].split()


def _unknown(names: Collection[str], known: list[str]) -> list[Fault]:
    faults = []
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
            faults.append(
                Fault(
                    "« {name} » est inconnu. Vouliez-vous dire « {near} » ?",
                    {"name": name, "near": near[0] if near else "—"},
                )
            )
    return faults


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (data_folder() / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
