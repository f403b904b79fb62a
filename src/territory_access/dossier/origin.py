"""Where a number comes from, once it is said: formula, what was assumed, what was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Input:
    """An assumption or a source: what it is called, and its value, range, tag or vintage."""

    label: str
    detail: str

    def __str__(self) -> str:
        return f"{self.label} {self.detail}"


@dataclass(frozen=True)
class Origin:
    """What a doubtful reader asks for.

    Attributes
    ----------
    formula
        How the number is worked out or what was read, and its tag; empty for several at once.
    found
        What only the run can tell, a sentence each: its engine, its rates, its rules.
    assumed
        Assumptions with value, range, tag and source.
    read
        Tables and files with vintage and licence.
    """

    formula: str
    found: tuple[str, ...] = ()
    assumed: tuple[Input, ...] = ()
    read: tuple[Input, ...] = ()

    def lines(self, *, assumed: str, read: str) -> tuple[str, ...]:
        """Return all of it as lines, assumptions and sources under these two words.

        >>> kappa = Input("κ", "= 4,2 [C]")
        >>> Origin("S ÷ κ. [C]", assumed=(kappa,)).lines(assumed="Hypothèses", read="Sources")
        ('S ÷ κ. [C]', 'Hypothèses', '– κ = 4,2 [C]')
        """
        return (
            *((self.formula,) if self.formula else ()),
            *self.found,
            *((assumed, *(f"– {one}" for one in self.assumed)) if self.assumed else ()),
            *((read, *(f"– {one}" for one in self.read)) if self.read else ()),
        )


def together(origins: Iterable[Origin]) -> Origin:
    """Return what several numbers rest on, each sentence, assumption and source once.

    >>> kappa, reach = Input("κ", "= 4,2"), Input("portée", "= 20 min")
    >>> together([Origin("a", (), (kappa,)), Origin("b", (), (kappa, reach))]).assumed == (
    ...     kappa, reach)
    True
    """
    every = tuple(origins)
    return Origin(
        "",
        tuple(dict.fromkeys(part for one in every for part in one.found)),
        tuple(dict.fromkeys(part for one in every for part in one.assumed)),
        tuple(dict.fromkeys(part for one in every for part in one.read)),
    )
