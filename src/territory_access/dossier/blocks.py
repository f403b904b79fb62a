"""What a dossier is made of: sections of sentences, figures, tables and maps.

These types carry content only. Each renderer (page, workbook, layers) lays them out in its own way
and adds no sentence of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from territory_access.dossier.origin import together

if TYPE_CHECKING:
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.origin import Origin
    from territory_access.services.economics import Statement as YearlyAccounts


class Format(StrEnum):
    """How the cells of a column are written."""

    TEXT = "text"
    CODE = "code"
    IDENTIFIER = "identifier"
    TAG = "tag"
    COUNT = "count"
    EUROS = "euros"
    CENTS = "cents"
    SHARE = "share"
    MINUTES = "minutes"
    DURATION = "duration"
    DECIMAL = "decimal"
    EXACT = "exact"


class Tone(StrEnum):
    """How loudly a sentence speaks."""

    LEAD = "lead"
    PLAIN = "plain"
    PROOF = "proof"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Column:
    """One column: ``key`` names it in files, ``label`` for people; ``total`` adds it up.

    ``origin`` says where its numbers come from (``dossier.origins``).
    """

    key: str
    label: str
    format: Format
    total: bool = False
    origin: Origin | None = None


@dataclass(frozen=True)
class Statement:
    """One or more sentences."""

    kind: ClassVar[str] = "statement"
    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Bullets:
    """Sentences of equal weight."""

    kind: ClassVar[str] = "bullets"
    items: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """Words and what they mean."""

    kind: ClassVar[str] = "terms"
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class KeyFigure:
    """A number that answers: what it counts, its tag, and where it comes from."""

    label: str
    value: str
    detail: str
    tag: str
    before: str = ""
    origin: Origin | None = None


@dataclass(frozen=True)
class KeyFigures:
    """The few numbers to remember."""

    kind: ClassVar[str] = "figures"
    items: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Part:
    """One part of a whole: ``role`` decides its colour, ``share`` its length (0 to 1)."""

    label: str
    value: str
    share: float
    role: str


@dataclass(frozen=True)
class Bar:
    """A whole and its parts, side by side."""

    kind: ClassVar[str] = "bar"
    title: str
    parts: tuple[Part, ...]
    origin: Origin | None = None


@dataclass(frozen=True)
class Table:
    """Rows of raw values: each renderer writes them by the format of their column.

    ``origin`` says what holds for all of its numbers.
    """

    kind: ClassVar[str] = "table"
    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    marked: frozenset[int] = frozenset()  # rows that the reader must not miss
    origin: Origin | None = None

    @property
    def formulas(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each formula with the labels of the columns that it holds for; none: the whole table."""
        told: dict[str, list[str]] = {}
        for column in self.columns:
            if column.origin:
                told.setdefault(column.origin.formula, []).append(column.label)
        whole = ((self.origin.formula, ()),) if self.origin else ()
        return (*whole, *((formula, tuple(labels)) for formula, labels in told.items()))

    @property
    def inputs(self) -> Origin | None:
        """What all of its numbers rest on, told once; nothing where no number says."""
        every = [one for one in (self.origin, *(column.origin for column in self.columns)) if one]
        return together(every) if every else None

    @property
    def has_total(self) -> bool:
        """Whether a last line adds columns up."""
        return len(self.rows) > 1 and any(column.total for column in self.columns)

    def total(self, position: int) -> float:
        """Return the sum of a column, hidden cells left out."""
        return sum(row[position] for row in self.rows if isinstance(row[position], int | float))  # type: ignore[misc]  # the filter keeps numbers only


@dataclass(frozen=True)
class LegendItem:
    """One class of a map; ``mark`` is a shape, a fill or a hatch."""

    label: str
    mark: str
    colour: str


@dataclass(frozen=True)
class Picture:
    """A map: the finding is its title, the description says it to who cannot see it."""

    kind: ClassVar[str] = "picture"
    id: str
    title: str
    description: str
    legend_title: str
    legend: tuple[LegendItem, ...]
    source: str
    svg: str = field(repr=False, default="")
    origin: Origin | None = None


@dataclass(frozen=True)
class Living:
    """A map on which the reader tries other sites; ``without`` is said where it cannot run."""

    kind: ClassVar[str] = "living"
    id: str
    title: str
    without: str
    data: str = field(repr=False)
    origin: Origin | None = None


@dataclass(frozen=True)
class Subheading:
    """A heading inside a section."""

    kind: ClassVar[str] = "subheading"
    text: str


type Block = Statement | Bullets | Terms | KeyFigures | Bar | Table | Picture | Living | Subheading


@dataclass(frozen=True)
class Section:
    """A chapter of the dossier."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Account:
    """The yearly accounts of one site, for whoever wants to change a number and see.

    Attributes
    ----------
    title
        Site and service.
    statement
        Inputs, lines and amounts (``services.economics.lines``).
    names
        Labels of inputs, lines and totals, by key.
    origins
        What is said of each input: tag, range, source.
    """

    title: str
    statement: YearlyAccounts
    names: dict[str, str]
    origins: dict[str, str]


@dataclass(frozen=True)
class Content:
    """A whole dossier, said but not laid out.

    Attributes
    ----------
    language
        ``fr`` or ``en``.
    labels
        Words of the layout itself: contents, total, proof of origin…
    title, subtitle
        Of the study.
    facts
        What the cover says: label and value.
    sections
        In reading order.
    communes, parameters
        The tables that are too long for a page.
    accounts
        Yearly accounts of the sites, with the numbers that their lines are worked out from.
    """

    language: str
    labels: dict[str, str]
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    communes: Table
    parameters: Table
    accounts: tuple[Account, ...] = ()

    def section(self, name: str) -> Section | None:
        """Return a section by its id, or nothing where the study has none."""
        return next((section for section in self.sections if section.id == name), None)

    def tables(self, name: str) -> tuple[Table, ...]:
        """Return the tables of a section."""
        section = self.section(name)
        blocks = section.blocks if section else ()
        return tuple(block for block in blocks if isinstance(block, Table))
