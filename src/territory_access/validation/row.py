"""What a published number is beside ours: one row of the validation, and when it is broken."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from territory_access.errors import Fault

if TYPE_CHECKING:
    from typing import Any

CLOSE, AT_LEAST, AT_MOST = "close", "at least", "at most"
"""How ours is held against the published number."""


@dataclass(frozen=True)
class Row:
    """One published number, and the same worked out here.

    Attributes
    ----------
    id
        Short, stable, in words joined by dots: ``apl.toy.a``.
    label
        What is counted, in French; a ``Fault`` where the sentence has values.
    published, ours
        The two numbers, in ``unit`` (French).
    tolerance
        How far ours may lie; ``None`` where the row is reported only.
    source
        Where the number was published, in French.
    note
        What explains the residual, or how ours was found.
    held
        ``CLOSE``; ``AT_LEAST`` (a correlation) or ``AT_MOST`` (an error) where one side matters.

    Examples
    --------
    >>> row = Row("a.mean", "Moyenne", 3.9, 3.88, "consultations", 0.05, "DREES")
    >>> round(row.residual, 2), row.passed
    (-0.02, True)
    >>> Row("a.rho", "Rangs", 0.8, 0.9, "", 0.0, "objectif", held=AT_LEAST).passed
    True
    """

    id: str
    label: str | Fault
    published: float
    ours: float
    unit: str
    tolerance: float | None
    source: str
    note: str | Fault = ""
    held: str = CLOSE

    @property
    def residual(self) -> float:
        """Ours less the published number."""
        return self.ours - self.published

    @property
    def passed(self) -> bool:
        """Whether the residual is within the tolerance; always so where none is stated."""
        if self.tolerance is None:
            return True
        beyond = {
            CLOSE: abs(self.residual),
            AT_LEAST: -self.residual,
            AT_MOST: self.residual,
        }[self.held]
        return bool(math.isfinite(self.ours) and beyond <= self.tolerance * (1 + 1e-12))


@dataclass(frozen=True)
class Skipped:
    """A published number that could not be checked here.

    Attributes
    ----------
    id, label
        As in ``Row``.
    why
        What is missing, in French.
    """

    id: str
    label: str | Fault
    why: str | Fault


def as_record(result: Row | Skipped) -> dict[str, Any]:
    """Return a result as plain values, for JSON.

    Examples
    --------
    >>> as_record(Skipped("a.b", "Moyenne", "fichier absent"))["status"]
    'skipped'
    """
    values = {field.name: getattr(result, field.name) for field in fields(result)}
    plain = {
        key: str(value) if isinstance(value, Fault) else value for key, value in values.items()
    }
    if isinstance(result, Skipped):
        return plain | {"status": "skipped"}
    verdict = "reported" if result.tolerance is None else "passed" if result.passed else "broken"
    return plain | {"residual": result.residual, "status": verdict}
