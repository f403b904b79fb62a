r"""How an account is written: numbers put in, lines computed from them, rounded to the cent.

Every line is a product of inputs over others, or the yearly cost of an investment. The same line is
worked out here in exact decimals and written as a formula in a spreadsheet: whoever changes an
input there sees every total move, and finds the same cents.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

from territory_access.services.economics.consultation import exact, to_cents

if TYPE_CHECKING:
    from collections.abc import Mapping


class Group(StrEnum):
    """What a line counts for."""

    REVENUE = "revenue"
    AID = "aid"
    ONE_OFF = "one_off"
    COST = "cost"
    ASSET = "asset"


@dataclass(frozen=True)
class Input:
    """A number put into an account.

    Attributes
    ----------
    key
        Its name in lines.
    label
        French.
    values
        One a year, in ``unit``; equal where it does not change.
    unit
        French.
    origin
        Identifier of the parameter, cell or rule it comes from.
    """

    key: str
    label: str
    values: tuple[Decimal, ...]
    unit: str
    origin: str

    @property
    def constant(self) -> bool:
        """Whether it is the same every year."""
        return len(set(self.values)) == 1


@dataclass(frozen=True)
class Line:
    """A line of an account, before its numbers.

    Attributes
    ----------
    key
        Its name.
    group
        What it counts for.
    over, under
        Inputs multiplied, and inputs that divide. For an asset: amount, rate and years.
    """

    key: str
    group: Group
    over: tuple[str, ...]
    under: tuple[str, ...] = ()

    def amount(self, inputs: Mapping[str, Input], year: int) -> Decimal:
        """Return the euros of a year (0 for the first), rounded to the cent.

        Examples
        --------
        >>> price = Input("fee", "", (Decimal("33"),), "€", "")
        >>> acts = Input("acts", "", (Decimal("2.5"),), "", "")
        >>> Line("fees", Group.REVENUE, ("acts", "fee")).amount({"fee": price, "acts": acts}, 0)
        Decimal('82.50')
        """
        values = [inputs[name].values[year] for name in self.over]
        if self.group is Group.ASSET:
            return to_cents(annuity(*values))
        below = prod((inputs[name].values[year] for name in self.under), start=Decimal(1))
        return to_cents(prod(values, start=Decimal(1)) / below)


def annuity(amount: Decimal, rate: Decimal, years: Decimal) -> Decimal:
    """Return the yearly cost of an amount over its life, exactly.

    >>> round(annuity(Decimal(250_000), Decimal("0.03"), Decimal(7)))
    40127
    """
    if not rate:
        return amount / years
    return amount * rate / (1 - (1 + rate) ** -years)


@dataclass(frozen=True)
class Statement:
    """What a site earns and spends, year by year.

    Attributes
    ----------
    site
        ``candidate_id``, or the id of the service.
    service
        Id of the service.
    detailed
        Whether lines come from posts and fees; otherwise from the catalogue's own total.
    inputs
        Every number put in, by key.
    lines
        In order.
    amounts
        Euros by line key, one a year, rounded to the cent.
    """

    site: str
    service: str
    detailed: bool
    inputs: Mapping[str, Input]
    lines: tuple[Line, ...]
    amounts: Mapping[str, tuple[Decimal, ...]]

    @property
    def years(self) -> int:
        """How many years it tells."""
        return len(next(iter(self.inputs.values())).values)

    def total(self, group: Group) -> tuple[Decimal, ...]:
        """Return the sum of the lines of a group, one a year."""
        rows = [self.amounts[line.key] for line in self.lines if line.group is group]
        return tuple(sum(column, Decimal("0.00")) for column in zip(*rows, strict=True)) or (
            (Decimal("0.00"),) * self.years
        )

    def operating(self) -> tuple[Decimal, ...]:
        """Return revenue and recurrent aids less costs: neither one-off aids nor investment."""
        earned, aids, spent = map(self.total, (Group.REVENUE, Group.AID, Group.COST))
        return tuple(a + b - c for a, b, c in zip(earned, aids, spent, strict=True))

    def result(self, *, one_off: bool) -> tuple[Decimal, ...]:
        """Return what is left once the investment is paid for, with or without one-off aids."""
        extra, worn = self.total(Group.ONE_OFF), self.total(Group.ASSET)
        return tuple(
            left + (more if one_off else 0) - asset
            for left, more, asset in zip(self.operating(), extra, worn, strict=True)
        )

    def cliff(self) -> tuple[int, Decimal]:
        """Return the year that loses most aid from the one before, and how much it loses.

        Examples
        --------
        >>> aid = Input("aid", "", (Decimal(75), Decimal(75), Decimal(0)), "€/an", "")
        >>> line = Line("fir", Group.ONE_OFF, ("aid",))
        >>> told = Statement("x", "X", True, {"aid": aid}, (line,), {"fir": aid.values})
        >>> told.cliff()
        (3, Decimal('75.00'))
        """
        aids = [
            a + b for a, b in zip(self.total(Group.AID), self.total(Group.ONE_OFF), strict=True)
        ]
        falls = [
            (before - after, year) for year, (before, after) in enumerate(pairwise(aids), start=2)
        ]
        worst, when = max(falls, default=(Decimal(0), 1), key=lambda fall: (fall[0], -fall[1]))
        return (when, worst) if worst > 0 else (0, Decimal(0))


class Book:
    """Inputs and lines while an account is written down.

    Parameters
    ----------
    years
        How many the account tells.
    """

    def __init__(self, years: int) -> None:
        self.years = years
        self.inputs: dict[str, Input] = {}
        self.lines: list[Line] = []

    def put(self, key: str, label: str, value: float | list[float], unit: str, origin: str) -> None:
        """Write down a number, the same every year or one a year."""
        values = value if isinstance(value, list) else [value] * self.years
        self.inputs[key] = Input(key, label, tuple(exact(one) for one in values), unit, origin)

    def line(self, key: str, group: Group, *over: str, under: tuple[str, ...] = ()) -> None:
        """Write down a line: inputs multiplied, over others."""
        self.lines.append(Line(key, group, over, under))


def stated(
    site: str, service: str, inputs: Mapping[str, Input], lines: tuple[Line, ...], *, detailed: bool
) -> Statement:
    """Return a statement with its lines worked out; those of a zero total stay."""
    years = len(next(iter(inputs.values())).values)
    amounts = {
        line.key: tuple(line.amount(inputs, year) for year in range(years)) for line in lines
    }
    return Statement(site, service, detailed, inputs, lines, amounts)
