"""Where every number of a dossier comes from: formula, tag, assumptions, sources and vintage.

Sentences are written once, by figure (``care``, ``sites``, ``money``, ``isles``); which column
shows which figure stands in ``columns``. Values are those of the run: its parameters, its sources,
its scenario.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Living, Picture, Table
from territory_access.dossier.origin import Origin
from territory_access.dossier.origins.columns import PICTURES, of_table, shown
from territory_access.dossier.origins.figure import WHOLE
from territory_access.dossier.origins.told import Origins, formula

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.dossier.blocks import Block, Content
    from territory_access.dossier.origins.figure import Figure
    from territory_access.dossier.voice import Voice

__all__ = ["Origins", "plainly", "traced"]


def traced(said: Content, origins: Origins) -> Content:
    """Return a dossier whose tables, maps and living map say where their numbers come from.

    Parameters
    ----------
    said
        The dossier, its chapters all worked out: what a run has read is known by then.
    origins
        Of the same study.
    """
    sections = tuple(
        replace(section, blocks=tuple(_block(block, origins) for block in section.blocks))
        for section in said.sections
    )
    return replace(
        said,
        sections=sections,
        communes=_table(said.communes, origins),
        parameters=_table(said.parameters, origins),
    )


def plainly(table: Table, voice: Voice) -> Table:
    r"""Return a table of no study with the formula and the tag of its numbers, and no more.

    >>> from territory_access.dossier.blocks import Column, Format
    >>> from territory_access.dossier.voice import Voice
    >>> rank = Column("rang", "Rang", Format.COUNT)
    >>> told = plainly(Table("analogues", "", (rank,), ()), Voice.of("fr")).columns[0].origin
    >>> told.formula[:20], told.read
    ('Rang selon le score\u202f', ())
    """
    return _told(table, lambda one: Origin(formula(one, voice)))


def _block(block: Block, origins: Origins) -> Block:
    match block:
        case Table():
            return _table(block, origins)
        case Picture() | Living() if block.id in PICTURES:
            return replace(block, origin=origins.of(PICTURES[block.id]))
    return block


def _table(table: Table, origins: Origins) -> Table:
    return _told(table, origins.of)


def _told(table: Table, tell: Callable[[Figure], Origin]) -> Table:
    whole = of_table(table.id).get(WHOLE)
    columns = tuple(
        column if (one := shown(table.id, column.key)) is None
        else replace(column, origin=tell(one))
        for column in table.columns
    )  # fmt: skip
    return replace(table, columns=columns, origin=None if whole is None else tell(whole))
