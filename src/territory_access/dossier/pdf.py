"""How the dossier becomes a document to print, sign and archive."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from territory_access.dossier.blocks import Bar, KeyFigures, Living, Picture, Table
from territory_access.dossier.html import WORDS, shown
from territory_access.dossier.origin import Origin, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from territory_access.dossier.blocks import Block, Content
    from territory_access.dossier.numbers import Numbers

TEMPLATE = Path(__file__).parent / "templates" / "dossier.typ"
STANDARD: Final = "ua-1"  # tagged for screen readers: PDF/UA-1
_SHORT = 90
_MAP_STYLE = (
    "*{stroke-linejoin:round;stroke-linecap:butt}"
    ".halo text{paint-order:stroke;stroke:#fff;stroke-opacity:.85;stroke-width:2.6px}"
)
_PROSE = 40  # characters from which a column of words takes the room that is left


def document(content: Content, numbers: Numbers, *, one_page: bool = False) -> bytes:
    """Return the dossier as a tagged PDF (PDF/UA-1), the same bytes for the same content.

    Only the fonts that come with the typesetter and with matplotlib are used, and no date is
    written, so that the same study gives the same file on every machine.

    Parameters
    ----------
    content
        What to say.
    numbers
        How to write the cells of tables.
    one_page
        Leave the list of contents out.
    """
    import matplotlib as mpl
    import typst

    made = typst.compile(
        TEMPLATE,
        format="pdf",
        sys_inputs={"content": json.dumps(_laid_out(content, numbers, one_page=one_page))},
        pdf_standards=STANDARD,
        ignore_system_fonts=True,
        font_paths=[Path(mpl.get_data_path()) / "fonts" / "ttf"],
    )
    return bytes(made)


def _laid_out(content: Content, numbers: Numbers, *, one_page: bool) -> dict[str, object]:
    """Return the content as plain data, every cell written."""
    title = content.title
    notes = Notes()
    sections = [
        {
            "heading": section.heading,
            "blocks": [_block(block, content, numbers, notes) for block in section.blocks],
        }
        for section in content.sections
        if not any(isinstance(block, Living) for block in section.blocks)  # paper does not move
    ]
    return {
        "language": content.language,
        "labels": content.labels,
        "title": title,
        "short": title if len(title) <= _SHORT else title[: _SHORT - 1].rstrip() + "…",
        "author": content.labels["made"],
        "subtitle": content.subtitle,
        "facts": content.facts,
        "one_page": one_page,
        "sections": sections,
        "notes": _notes(notes),
    }


def _notes(notes: Notes) -> dict[str, object]:
    """Return the last chapter: what each note says, and what notes share, told once."""
    shared = together(notes.listed)
    marks = {one: f"H{place}" for place, one in enumerate(shared.assumed, start=1)}
    marks |= {one: f"S{place}" for place, one in enumerate(shared.read, start=1)}
    return {
        "found": shared.found,
        "listed": [
            {
                "text": origin.formula,
                "marks": ", ".join(
                    marks[one] for one in marks if one in {*origin.assumed, *origin.read}
                ),
            }
            for origin in notes.listed
        ],
        "assumed": [(marks[one], one.label, one.detail) for one in shared.assumed],
        "read": [(marks[one], one.label, one.detail) for one in shared.read],
    }


class Notes:
    """The origins that a document tells at its end, each once, by its number.

    >>> notes = Notes()
    >>> notes.number(Origin("a")), notes.number(None), notes.number(Origin("a"))
    (1, 0, 1)
    """

    def __init__(self) -> None:
        self._numbers: dict[Origin, int] = {}

    def number(self, origin: Origin | None) -> int:
        """Return the number of a note, a new one for an origin not told yet; 0 for none."""
        if origin is None:
            return 0
        return self._numbers.setdefault(origin, len(self._numbers) + 1)

    @property
    def listed(self) -> tuple[Origin, ...]:
        """The origins in the order of their numbers."""
        return tuple(self._numbers)


def _block(block: Block, content: Content, numbers: Numbers, notes: Notes) -> dict[str, object]:
    """Return a block as plain data: its fields, with tables and maps made ready to lay out."""
    said: dict[str, object] = {"kind": block.kind}
    match block:
        case Table():
            return said | _table(block, content, numbers, notes)
        case KeyFigures():
            items = [
                asdict(figure) | {
                    "origin": figure.origin.formula if figure.origin else "",
                    "note": notes.number(figure.origin),
                }
                for figure in block.items
            ]  # fmt: skip
            return said | {"items": items}
        case Picture():
            drawn = {"svg": _standalone(block.svg), "note": notes.number(block.origin)}
            return said | asdict(block) | drawn
        case Bar():
            return said | asdict(block) | {"note": notes.number(block.origin)}
    return said | asdict(block)


def _table(table: Table, content: Content, numbers: Numbers, notes: Notes) -> dict[str, object]:
    columns = table.columns
    rows = [
        [shown(value, column, numbers) for value, column in zip(row, columns, strict=True)]
        for row in table.rows
    ]
    total = (
        [
            content.labels["total"]
            if position == 0
            else shown(table.total(position), column, numbers)
            if column.total
            else ""
            for position, column in enumerate(columns)
        ]
        if table.has_total
        else []
    )
    return {
        "caption": table.caption,
        "columns": [column.label for column in columns],
        "whole": notes.number(table.origin),
        "notes": [notes.number(column.origin) for column in columns],
        "numeric": [column.format not in WORDS for column in columns],
        "widths": _widths(rows, len(columns)),
        "rows": rows,
        "total": total,
        "marked": sorted(table.marked),
        "note": table.note,
    }


def _widths(rows: Sequence[Sequence[str]], columns: int) -> list[float]:
    """Return the share of the free width of each column, 0 where its longest word is enough."""
    longest = [max((len(row[place]) for row in rows), default=0) for place in range(columns)]
    return [min(length, 90) / 10 if length > _PROSE else 0.0 for length in longest]


def _standalone(svg: str) -> str:
    """Return a map of the page as a picture of its own, with what it takes from the page."""
    alone = svg.replace("var(--font, sans-serif)", "'DejaVu Sans'")
    return alone.replace("</desc>", f"</desc><style>{_MAP_STYLE}</style>", 1)
