"""How yearly accounts become a sheet in which every amount is a live formula.

Each site has its inputs (numbers, with their origin as a note), its lines (formulas on these
inputs, rounded to the cent) and its totals (sums of these lines). The values kept beside formulas
are those of the dossier: a reader who changes nothing sees the same cents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.services.economics import Group

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from xlsxwriter.format import Format as Style
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from territory_access.dossier.blocks import Account, Content
    from territory_access.services.economics import Line

# Label, unit, identifier; then the years.
_FIRST_YEAR = 3
_LOSSES = frozenset({Group.COST, Group.ASSET})


@dataclass(frozen=True)
class _Styles:
    title: Style
    head: Style
    number: Style
    money: Style
    total: Style


def write_accounts(book: Workbook, content: Content) -> None:
    """Write the sheet of accounts; nothing where no site opens.

    Parameters
    ----------
    book
        The workbook.
    content
        With ``accounts``, and the heading of the section ``economie``.
    """
    section = content.section("economie")
    if not content.accounts or section is None:
        return
    sheet = book.add_worksheet(section.heading)
    colour = "#0b4a58"
    styles = _Styles(
        title=book.add_format({"bold": True, "font_size": 13, "font_color": colour}),
        head=book.add_format({"bold": True, "bottom": 1, "font_color": colour}),
        number=book.add_format({"num_format": "#,##0.######", "bg_color": "#eef4f3"}),
        money=book.add_format({"num_format": '#,##0.00" €"'}),
        total=book.add_format({"num_format": '#,##0.00" €"', "bold": True, "top": 1}),
    )
    sheet.set_column(0, 0, 52)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 2, 34)
    years = max(account.statement.years for account in content.accounts)
    sheet.set_column(_FIRST_YEAR, _FIRST_YEAR + years - 1, 16)
    top = 0
    for account in content.accounts:
        top = _account(sheet, account, top, styles) + 2


def _account(sheet: Worksheet, account: Account, top: int, styles: _Styles) -> int:
    """Write one site from a line on; return its last line."""
    told, names = account.statement, account.names
    sheet.write_string(top, 0, account.title, styles.title)
    top += 1
    heads = [names["label"], names["unit"], names["origin"]]
    heads += [names["year"].format(n=year) for year in range(1, told.years + 1)]
    for column, text in enumerate(heads):
        sheet.write_string(top, column, text, styles.head)
    rows = _inputs(sheet, account, top + 1, styles)
    line_rows: dict[str, int] = {}
    at = top + 1 + len(rows)
    for line in told.lines:
        sheet.write_string(at, 0, names[line.key])
        for year in range(told.years):
            _formula(sheet, at, year, formula(line, rows, year), told.amounts[line.key][year],
                     styles.money)  # fmt: skip
        line_rows[line.key] = at
        at += 1
    return _totals(sheet, account, line_rows, at, styles)


def _inputs(sheet: Worksheet, account: Account, top: int, styles: _Styles) -> dict[str, int]:
    """Write the numbers that lines are worked out from; return the row of each."""
    rows: dict[str, int] = {}
    for at, one in enumerate(account.statement.inputs.values(), start=top):
        sheet.write_string(at, 0, account.names[f"input {one.key}"])
        sheet.write_string(at, 1, account.names[f"unit {one.key}"])
        sheet.write_string(at, 2, one.origin)
        sheet.write_comment(at, 2, account.origins[one.key], {"x_scale": 3.0})
        for year, value in enumerate(one.values):
            column = _FIRST_YEAR + year
            if year and one.constant:
                before = cell(at, column - 1)
                sheet.write_formula(at, column, f"={before}", styles.number, float(value))
            else:
                sheet.write_number(at, column, float(value), styles.number)
        rows[one.key] = at
    return rows


def _totals(
    sheet: Worksheet, account: Account, rows: dict[str, int], top: int, styles: _Styles
) -> int:
    """Write the results as sums of lines; return the last line written."""
    told = account.statement
    groups = {
        "operating": {Group.REVENUE, Group.AID, Group.COST},
        "without": {Group.REVENUE, Group.AID, Group.COST, Group.ASSET},
        "with": set(Group),
    }
    values = {
        "operating": told.operating(),
        "without": told.result(one_off=False),
        "with": told.result(one_off=True),
    }
    for at, (key, counted) in enumerate(groups.items(), start=top):
        sheet.write_string(at, 0, account.names[key], styles.head)
        lines = [line for line in told.lines if line.group in counted]
        for year in range(told.years):
            _formula(sheet, at, year, total(lines, rows, year), values[key][year], styles.total)
    return top + len(groups) - 1


def _formula(  # noqa: PLR0913, PLR0917 - where, what, how it looks
    sheet: Worksheet, row: int, year: int, text: str, value: Decimal, style: Style
) -> None:
    sheet.write_formula(row, _FIRST_YEAR + year, text, style, float(value))


def formula(line: Line, rows: dict[str, int], year: int) -> str:
    """Return the formula of a line: a product over others, or an investment's yearly cost.

    Parameters
    ----------
    line
        What it is worked out from.
    rows
        Row of each input, 0 for the first.
    year
        0 for the first.

    Examples
    --------
    >>> from territory_access.services.economics import Group, Line
    >>> formula(Line("f", Group.REVENUE, ("a", "b"), ("c",)), {"a": 0, "b": 1, "c": 2}, 1)
    '=ROUND(E1*E2/E3,2)'
    """
    column = _FIRST_YEAR + year
    over = [cell(rows[key], column) for key in line.over]
    if line.group is Group.ASSET:
        amount, rate, life = over
        return f"=ROUND(IF({rate}=0,{amount}/{life},{amount}*{rate}/(1-(1+{rate})^-{life})),2)"
    under = "".join(f"/{cell(rows[key], column)}" for key in line.under)
    return f"=ROUND({'*'.join(over)}{under},2)"


def total(lines: Iterable[Line], rows: dict[str, int], year: int) -> str:
    """Return the formula that adds lines up, what is spent below zero.

    >>> from territory_access.services.economics import Group, Line
    >>> earned, spent = Line("e", Group.REVENUE, ()), Line("s", Group.COST, ())
    >>> total([earned, spent], {"e": 4, "s": 5}, 0)
    '=ROUND(D5-D6,2)'
    """
    parts = [
        f"{'-' if line.group in _LOSSES else '+'}{cell(rows[line.key], _FIRST_YEAR + year)}"
        for line in lines
    ]
    return f"=ROUND({''.join(parts).removeprefix('+')},2)"


def cell(row: int, column: int) -> str:
    """Return the name of a cell, 0 for the first row and column.

    >>> cell(4, 3)
    'D5'
    """
    return f"{chr(ord('A') + column)}{row + 1}"
