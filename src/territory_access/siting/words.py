"""Writes euros and staff in siting's French sentences."""

from __future__ import annotations

# Narrow no-break space between thousands, no-break space before the unit.
_NARROW, _SPACE = "\u202f", "\u00a0"


def euros(amount: float) -> str:
    """Return an amount of money in French.

    >>> euros(600_000.0)
    '600 000 €'
    """
    return f"{round(amount):,}".replace(",", _NARROW) + f"{_SPACE}€"


def fte(amount: float) -> str:
    """Return an amount of staff in French.

    >>> fte(2.5)
    '2,5 ETP'
    """
    return f"{amount:.3f}".rstrip("0").rstrip(".").replace(".", ",") + f"{_SPACE}ETP"
