"""Where and when a service opens, as far as money cares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from territory_access.services import funding
from territory_access.services.economics.consultation import Case

if TYPE_CHECKING:
    from collections.abc import Mapping

YEARS = 6
"""Long enough to see the aids of the first years end."""


@dataclass(frozen=True)
class Setting:
    """Where and when a service opens, as far as money cares.

    Attributes
    ----------
    zone
        ``ZIP``, ``ZAC`` or ``""`` where it is not known: aids tied to a zone are then left out.
    opening
        First day.
    years
        How many are told.
    case
        Which end of the ranges.
    rules
        Dated rules of every funder; the embedded ones by default.
    """

    zone: str = ""
    opening: date = date(2027, 1, 1)
    years: int = YEARS
    case: Case = Case.BASE
    rules: tuple[funding.Rule, ...] = ()

    def in_force(self) -> list[Mapping[str, funding.Rule]]:
        """Return the rules that hold each year, on the anniversary of the opening."""
        known = self.rules or funding.load()
        days = [
            date(self.opening.year + year, self.opening.month, min(self.opening.day, 28))
            for year in range(self.years)
        ]
        return [funding.rules_in_force(day, rules=known) for day in days]
