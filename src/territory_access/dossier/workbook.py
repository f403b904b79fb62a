"""How the dossier becomes a workbook that people go on working with."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Format, KeyFigures, Statement
from territory_access.dossier.html import WORDS
from territory_access.dossier.numbers import SMALLEST_COUNT, Hidden
from territory_access.dossier.workbook_money import write_accounts

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.format import Format as Style
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from territory_access.dossier.blocks import Column, Content, Table
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.origin import Origin

# the same workbook for the same study: its only date is fixed, the oldest that the format knows
_CREATED = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - the library writes it as UTC and takes no zone
_LONGEST_CELL = 32_767
_KEPT = "\n\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"  # not printable, for Python
_NOTE_WIDTH, _NOTE_LINES = 62, 4.5  # characters a line of a note, lines at its usual height
_FORMATS = {
    Format.TEXT: "@",
    Format.CODE: "@",
    Format.IDENTIFIER: "@",
    Format.TAG: "@",
    Format.COUNT: "#,##0",
    Format.EUROS: '#,##0" €"',
    Format.CENTS: '#,##0.00" €"',
    Format.SHARE: "0.0%",
    Format.MINUTES: "0",
    Format.DURATION: "0",
    Format.DECIMAL: "0.0",
    Format.EXACT: "#,##0.####",
}
_SETTINGS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def write_workbook(content: Content, path: Path) -> None:
    """Write the annexe: numbers as numbers, codes as text, totals that follow the filters.

    Parameters
    ----------
    content
        What to say.
    path
        The ``.xlsx`` file to write.
    """
    import xlsxwriter

    labels = content.labels
    with xlsxwriter.Workbook(str(path), _SETTINGS) as book:
        book.set_properties(
            {"title": _text(content.title)[:255], "comments": labels["made"], "created": _CREATED}
        )
        _synthesis(book, content)
        _sheet(book, labels["communes"], (content.communes,), content)
        proposals = [
            table for table in content.tables("proposition") if table.id in {"sites", "couts"}
        ]
        _sheet(
            book, labels["proposals"], tuple(proposals) or content.tables("proposition"), content
        )
        write_accounts(book, content)
        section = content.section("hypotheses")
        if section:
            services = [table for table in content.tables("hypotheses") if table.id != "hypotheses"]
            _sheet(book, section.heading, (content.parameters, *services), content)
        for name in ("sources", "iles", "controles"):
            section = content.section(name)
            if section and content.tables(name):
                _sheet(book, section.heading, content.tables(name), content)


def _synthesis(book: Workbook, content: Content) -> None:
    """Write the answer: its sentences, then its figures, one a line."""
    labels = content.labels
    sheet = book.add_worksheet(labels["synthesis"])
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 2, 22)
    sheet.set_column(3, 3, 60)
    title = book.add_format({"bold": True, "font_size": 16, "font_color": "#0b4a58"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, _text(content.title), title)
    sheet.write_string(1, 0, _text(content.subtitle))
    sheet.freeze_panes(1, 0)
    line = 3
    head = book.add_format({"bold": True, "bottom": 1, "font_color": "#0b4a58"})
    for position, label in enumerate(
        (labels["figure"], labels["before"], labels["value"], labels["detail"])
    ):
        sheet.write_string(line, position, label, head)
    summary = content.sections[0]
    for block in summary.blocks:
        if isinstance(block, KeyFigures):
            for figure in block.items:
                line += 1
                for position, text in enumerate(
                    (figure.label, figure.before, figure.value, f"{figure.detail} [{figure.tag}]")
                ):
                    sheet.write_string(line, position, _text(text), wrapped)
                if figure.origin:
                    _comment(sheet, line, 2, _said(content, figure.origin))
    line += 2
    for fact in content.facts:
        sheet.write_string(line, 0, _text(fact[0]), wrapped)
        sheet.write_string(line, 1, _text(fact[1]))
        line += 1
    line += 1
    for block in summary.blocks:
        if isinstance(block, Statement):
            sheet.write_string(line, 0, _text(block.text))
            line += 1
    sheet.write_string(line + 1, 0, _text(labels["files"]))


def _said(content: Content, origin: Origin) -> str:
    labels = content.labels
    return "\n".join(origin.lines(assumed=labels["assumed"], read=labels["read"]))


def _comment(sheet: Worksheet, line: int, position: int, text: str) -> None:
    """Write a note that can be read whole: its height grows with its words."""
    lines = sum(1 + len(part) // _NOTE_WIDTH for part in text.split("\n"))
    size = {"x_scale": 3.0, "y_scale": max(1.5, lines / _NOTE_LINES)}
    sheet.write_comment(line, position, _text(text), size)


def _sheet(book: Workbook, name: str, tables: tuple[Table, ...], content: Content) -> None:
    """Write tables one below the other on a sheet; the header of the first stays in sight."""
    sheet = book.add_worksheet(name)
    styles = {
        kind: book.add_format({"num_format": code, "valign": "top"})
        for kind, code in _FORMATS.items()
    }
    top = 0
    widths: dict[int, int] = {}
    for table in tables:
        for position, column in enumerate(table.columns):
            origin = column.origin or (table.origin if column.format not in WORDS else None)
            if origin:
                _comment(sheet, top, position, _said(content, origin))
        top = _table(sheet, table, top, styles) + 2
        for position, column in enumerate(table.columns):
            widths[position] = max(widths.get(position, 0), _width(table, column, position))
        if table.note:
            sheet.write_string(top - 1, 0, _text(table.note))
            top += 1
    for position, width in widths.items():
        sheet.set_column(position, position, width)
    sheet.freeze_panes(1, 0)


def _table(sheet: Worksheet, table: Table, top: int, styles: dict[Format, Style]) -> int:
    """Write a real table at a line and return its last line."""
    bottom = top + max(1, len(table.rows)) + (1 if table.has_total else 0)
    columns = [_column(table, position, styles) for position in range(len(table.columns))]
    sheet.add_table(
        top,
        0,
        bottom,
        len(columns) - 1,
        {
            "name": f"t_{table.id}",
            "columns": columns,
            "total_row": table.has_total,
            "style": "Table Style Light 11",
            "banded_rows": False,
        },
    )
    for line, row in enumerate(table.rows, start=top + 1):
        for position, value in enumerate(row):
            _cell(sheet, line, position, value, styles[table.columns[position].format])
    return bottom


def _column(table: Table, position: int, styles: dict[Format, Style]) -> dict[str, object]:
    column = table.columns[position]
    described: dict[str, object] = {"header": column.label, "format": styles[column.format]}
    if table.has_total and column.total:
        described |= {"total_function": "sum", "total_value": table.total(position)}
    elif table.has_total and position == 0:
        described["total_string"] = "Σ"
    return described


def _cell(sheet: Worksheet, line: int, position: int, value: Cell, style: Style) -> None:
    if value is None:
        sheet.write_blank(line, position, None, style)
    elif isinstance(value, Hidden):
        sheet.write_string(
            line, position, f"< {SMALLEST_COUNT}" if value.is_count else "n.c.", style
        )
    elif isinstance(value, str):
        sheet.write_string(line, position, _text(value), style)
    else:
        sheet.write_number(line, position, value, style)


def _width(table: Table, column: Column, position: int) -> int:
    cells = [len(str(row[position])) for row in table.rows if isinstance(row[position], str)]
    longest = max([*cells, 10])
    return min(60, max(longest, min(len(column.label), 24))) + 2


def _text(text: str) -> str:
    """Return text that a workbook can hold: no control character, not too long."""
    if text.isprintable():
        return text[:_LONGEST_CELL]
    return "".join(char for char in text if char.isprintable() or char in _KEPT)[:_LONGEST_CELL]
