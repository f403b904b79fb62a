"""What has to be said of a number so that a doubtful reader can find it again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


WHOLE = ""  # key under which stands what holds for a whole table


class Ground(StrEnum):
    """What only the run itself can tell: which engine, which rates, which evidence."""

    MINUTES = "minutes"
    RATES = "rates"
    SITES = "sites"
    BOATS = "boats"
    RULES = "rules"
    DECISIONS = "decisions"
    SOLVER = "solver"


@dataclass(frozen=True)
class Figure:
    """A number that one or several tables show.

    Attributes
    ----------
    formula
        How it is worked out, or what was read, as a sentence in French.
    tag
        Where it comes from; ``None`` where each row has its own.
    of
        The numbers that it is worked out from: what is said of them is said of it too.
    parameters
        Identifiers of the default numbers that may enter. Only those that the run has read are
        told, at the value that it used: a number that was not read cannot have entered.
    tables
        Embedded tables (``datasets/sources.toml``).
    files
        Keys of the scenario that name a file (``datasets.brought.TITLES``); told if it names one.
    asked
        Keys of the scenario, told with their value.
    cells
        Fields of the catalogue of services, told for each service that the plan opens.
    grounds
        What only the run can tell.
    with_apl
        What stands for this figure where the supply of doctors, hence the APL, is known.

    Examples
    --------
    >>> residents = Figure("Population.", tag=Tag.WEB, tables=("communes.parquet",))
    >>> share = Figure("Part.", of=(residents,), parameters=("need.adult_share",))
    >>> share.every("tables"), share.every("parameters")
    (('communes.parquet',), ('need.adult_share',))
    """

    formula: str
    tag: Tag | None = Tag.COMPUTED
    of: tuple[Figure, ...] = ()
    parameters: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    grounds: tuple[Ground, ...] = ()
    with_apl: Figure | None = None

    def in_run(self, *, apl: bool) -> Figure:
        """Return this figure as a run works it out: with the APL, where it is known."""
        one = self.with_apl if apl and self.with_apl is not None else self
        return replace(one, of=tuple(part.in_run(apl=apl) for part in one.of))

    def every(self, what: str) -> tuple[str, ...]:
        """Return one of the lists above, those of the figures that this one is of included."""
        return tuple(dict.fromkeys(self._walk(lambda figure: getattr(figure, what))))

    def _walk(self, listed: Callable[[Figure], tuple[str, ...]]) -> Iterator[str]:
        yield from listed(self)
        for part in self.of:
            yield from part._walk(listed)  # noqa: SLF001 - of the same class
