"""How every table of the dossier becomes files that a program reads: CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Table
from territory_access.dossier.numbers import Hidden

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from territory_access.dossier.blocks import Content
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.origin import Origin

TABLES = "tables"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def tables(content: Content) -> Iterator[Table]:
    """Yield every table of a dossier once, those too long for the page included."""
    seen = set()
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Table) and block.id not in seen:
                seen.add(block.id)
                yield block
    yield content.communes
    yield content.parameters


def comma_separated(table: Table) -> str:
    r"""Return a table as CSV: UTF-8, commas, decimal points, keys of columns as header.

    A number hidden because it counts fewer than 11 residents is an empty cell. Text that a
    spreadsheet would take for a formula begins with an apostrophe.

    >>> from territory_access.dossier.blocks import Column, Format
    >>> columns = (Column("commune", "Commune", Format.TEXT), Column("n", "N", Format.COUNT))
    >>> comma_separated(Table("t", "", columns, (("=A1", 3), ("Yeu", Hidden()))))
    "commune,n\r\n'=A1,3\r\nYeu,\r\n"
    """
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([column.key for column in table.columns])
    lines.writerows([_safe(_plain(value)) for value in row] for row in table.rows)
    return out.getvalue()


def as_json(content: Content) -> str:
    """Return all tables with their columns, formats and origins; hidden cells are null."""
    listing = {
        table.id: {
            "caption": table.caption,
            "note": table.note,
            "origin": _origin(table.origin),
            "columns": [
                {
                    "key": column.key,
                    "label": column.label,
                    "format": column.format.value,
                    "origin": _origin(column.origin),
                }
                for column in table.columns
            ],
            "rows": [[_finite(_plain(value)) for value in row] for row in table.rows],
        }
        for table in tables(content)
    }
    return json.dumps(listing, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_twins(content: Content, folder: Path) -> list[str]:
    """Write ``tables/<id>.csv`` and ``tables/tables.json`` under a folder; return their names."""
    (folder / TABLES).mkdir()
    written = {f"{TABLES}/{table.id}.csv": comma_separated(table) for table in tables(content)}
    written[f"{TABLES}/tables.json"] = as_json(content)
    for name, text in written.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    return list(written)


def _origin(origin: Origin | None) -> dict[str, object] | None:
    """Return where a number comes from: formula, what the run found, assumed and read."""
    return None if origin is None else {
        "formula": origin.formula,
        "found": origin.found,
        "assumed": [str(one) for one in origin.assumed],
        "read": [str(one) for one in origin.read],
    }  # fmt: skip


def _plain(value: Cell) -> str | int | float | None:
    return None if isinstance(value, Hidden) else value


def _finite(value: str | float | None) -> str | float | None:
    """Return a value that JSON can hold: out of reach is null, as in the other renderers."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _safe(value: str | float | None) -> str | float | None:
    """Return a cell that no spreadsheet evaluates."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
