"""What an elected official reads: the answer, its map and its sites, on one page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import KeyFigures, Picture, Section, Statement, Tone

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Block, Content

_ON_ONE_PAGE = 6  # sites; more of them are counted, not listed


def one_page(content: Content) -> Content:
    """Return the dossier cut down to its answer; every sentence is one of the whole dossier.

    Parameters
    ----------
    content
        The whole dossier.

    Returns
    -------
    Content
        One section: the answer and its proof, the figures, the map with the plan (or of today,
        where nothing is proposed) and the sites.
    """
    summary = content.sections[0]
    blocks: list[Block] = [
        block
        for block in summary.blocks
        if isinstance(block, KeyFigures)
        or (isinstance(block, Statement) and block.tone in {Tone.LEAD, Tone.PROOF, Tone.WARNING})
    ]
    for name in ("proposition", "diagnostic"):
        section = content.section(name)
        drawn = [block for block in section.blocks if isinstance(block, Picture)] if section else []
        if drawn:
            blocks.append(drawn[0])
            break
    blocks += [
        replace(table, note="")
        for table in content.tables("proposition")
        if table.id == "sites" and len(table.rows) <= _ON_ONE_PAGE
    ]
    page = Section("resume", summary.heading, tuple(blocks))
    return replace(content, sections=(page,))
