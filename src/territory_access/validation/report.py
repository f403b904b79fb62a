"""Which published numbers can be checked with the data at hand, and how many are broken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from territory_access import __version__
from territory_access.validation.row import Row, Skipped, as_record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

TOPICS = (
    "apl", "apl_published", "apl_france", "apl_corsica", "kappa", "economics", "islands", "siting",
)  # fmt: skip
"""Modules of this package; each has ``rows(data: Path | None) -> list[Row | Skipped]``."""


@dataclass(frozen=True)
class Report:
    """Every row, in the order of the topics.

    Attributes
    ----------
    results
        Rows, and those skipped.
    """

    results: tuple[Row | Skipped, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """What was checked."""
        return tuple(result for result in self.results if isinstance(result, Row))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What was not, for want of data."""
        return tuple(result for result in self.results if isinstance(result, Skipped))

    @property
    def broken(self) -> tuple[Row, ...]:
        """What lies beyond its tolerance."""
        return tuple(row for row in self.rows if not row.passed)

    def as_json(self) -> str:
        """Return everything as JSON text: the version, then one record a row."""
        records = [as_record(result) for result in self.results]
        whole = {"version": __version__, "results": records}
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def run(
    data: Path | None,
    *,
    topics: Sequence[str] | None = None,
    observe: Callable[[Row | Skipped], None] = lambda _result: None,
) -> Report:
    """Check every published number that the data at hand allow.

    Parameters
    ----------
    data
        Folder of official files (``TERRITORY_ACCESS_DATA``), or ``None``: rows that need one are
        skipped, by name.
    topics
        Modules of this package; all of ``TOPICS`` where not given.
    observe
        Called with each row when it is known.

    Examples
    --------
    >>> run(None, topics=["apl"]).broken
    ()
    """
    results: list[Row | Skipped] = []
    for topic in TOPICS if topics is None else topics:
        for result in import_module(f"territory_access.validation.{topic}").rows(data):
            observe(result)
            results.append(result)
    return Report(tuple(results))
