"""How numbers are written: spaces, euros, minutes, and counts too small to print."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

if TYPE_CHECKING:
    from decimal import Decimal

SMALLEST_COUNT = 11  # fewer residents could be recognised: the rule of the national health data


@dataclass(frozen=True)
class Hidden:
    """A number that is not printed, because it counts too few residents to stay anonymous.

    Attributes
    ----------
    is_count
        False for a share whose parts are hidden.
    """

    is_count: bool = True


type Cell = str | int | float | Hidden | None


def guarded(count: float) -> int | Hidden:
    """Return a rounded count of residents, or hide it from 1 to 10.

    Zero stays: nobody can be recognised in it.

    >>> guarded(11), guarded(0), guarded(3.2)
    (11, 0, Hidden(is_count=True))
    """
    rounded = round(count)
    return Hidden() if 0 < rounded < SMALLEST_COUNT else rounded


def guarded_share(part: float, whole: float) -> float | Hidden:
    """Return ``part / whole`` (0 of nothing is 0), hidden where it would give a small count away.

    >>> guarded_share(50, 200), guarded_share(3, 200), guarded_share(0, 0)
    (0.25, Hidden(is_count=False), 0.0)
    """
    if isinstance(guarded(part), Hidden) or isinstance(guarded(whole), Hidden):
        return Hidden(is_count=False)
    return float(part / whole) if whole else 0.0


@dataclass(frozen=True)
class Numbers:
    """Numbers as a reader of one language expects them.

    Attributes
    ----------
    locale
        ``fr`` or ``en``.
    """

    locale: str

    def count(self, value: float | Hidden) -> str:
        r"""Return a whole number.

        >>> Numbers("fr").count(1234.4), Numbers("fr").count(Hidden())
        ('1\u202f234', '<\xa011')
        """
        if isinstance(value, Hidden):
            return f"<\N{NO-BREAK SPACE}{SMALLEST_COUNT}" if value.is_count else "n.c."
        return str(format_decimal(round(value), locale=self.locale))

    def people(self, value: float) -> str:
        """Return a count of residents, guarded."""
        return self.count(guarded(value))

    def euros(self, value: float) -> str:
        r"""Return whole euros.

        >>> Numbers("fr").euros(600000), Numbers("en").euros(-1250.2)
        ('600\u202f000\xa0€', '-€1,250')
        """
        money = format_currency(
            round(value) + 0,
            "EUR",
            locale=self.locale,
            currency_digits=False,
            decimal_quantization=True,
            format="#,##0\N{NO-BREAK SPACE}¤" if self.locale == "fr" else "¤#,##0",
        )
        return str(money)

    def cents(self, value: Decimal | float) -> str:
        r"""Return euros to the cent.

        >>> Numbers("fr").cents(1234.5), Numbers("en").cents(-0.05)
        ('1\u202f234,50\xa0€', '-€0.05')
        """
        pattern = "#,##0.00\N{NO-BREAK SPACE}¤" if self.locale == "fr" else "¤#,##0.00"
        return str(
            format_currency(value, "EUR", locale=self.locale, currency_digits=False, format=pattern)
        )

    def share(self, value: float | Hidden, digits: int = 0) -> str:
        r"""Return a percentage; a small but real share is not written 0.

        >>> Numbers("fr").share(0.1234, 1), Numbers("en").share(0.002), Numbers("fr").share(0.997)
        ('12,3\u202f%', '<1%', '99,7\u202f%')
        """
        if isinstance(value, Hidden):
            return self.count(value)
        unit = "\N{NARROW NO-BREAK SPACE}%" if self.locale == "fr" else "%"
        digits = 0 if value in {0.0, 1.0} else digits
        least = 10.0 ** -(2 + digits)
        if 0 < value < least / 2:
            return (
                f"<{self._gap()}{format_percent(least, self._pattern(digits, unit), self.locale)}"
            )
        if 1 - least / 2 <= value < 1:
            digits += 1
        return str(format_percent(value, self._pattern(digits, unit), self.locale))

    def decimal(self, value: float, digits: int = 1) -> str:
        """Return a number with a fixed number of decimals.

        >>> Numbers("fr").decimal(4.25)
        '4,2'
        """
        return str(format_decimal(value, f"#,##0.{'0' * digits}".rstrip("."), locale=self.locale))

    def exact(self, value: float) -> str:
        r"""Return a number with the decimals it has, at most four significant after the point.

        >>> Numbers("fr").exact(0.55), Numbers("fr").exact(20.0), Numbers("fr").exact(6000)
        ('0,55', '20', '6\u202f000')
        """
        if math.isinf(value):
            return "∞"
        return str(format_decimal(value, "#,##0.######", locale=self.locale))

    def minutes(self, value: float) -> str:
        r"""Return a duration in minutes, or that nothing is in reach.

        >>> Numbers("fr").minutes(17.6), Numbers("fr").minutes(float("inf"))
        ('18\xa0min', '—')
        """
        if not math.isfinite(value):
            return "—"
        return f"{self.count(value)}\N{NO-BREAK SPACE}min"

    def duration(self, value: float) -> str:
        r"""Return minutes as hours and minutes.

        >>> Numbers("fr").duration(329), Numbers("en").duration(45)
        ('5\xa0h\xa029', '45\xa0min')
        """
        if not math.isfinite(value) or value < 60:
            return self.minutes(value)
        hours, minutes = divmod(round(value), 60)
        return f"{hours}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{minutes:02d}"

    def date(self, text: str) -> str:
        r"""Return an ISO date as people write it; a year, or anything else, as it stands.

        >>> Numbers("fr").date("2021-11-08"), Numbers("fr").date("2021")
        ('8\xa0nov.\xa02021', '2021')
        """
        try:
            day = dt.date.fromisoformat(f"{text}-01" if len(text) == len("2021-11") else text)
        except ValueError:
            return text
        pattern = "MMM y" if len(text) == len("2021-11") else "d MMM y"
        return str(format_date(day, pattern, self.locale)).replace(" ", "\N{NO-BREAK SPACE}")

    def _gap(self) -> str:
        return "\N{NO-BREAK SPACE}" if self.locale == "fr" else ""

    @staticmethod
    def _pattern(digits: int, unit: str) -> str:
        return f"#,##0.{'0' * digits}".rstrip(".") + unit
