"""How one thing is shown: a title, a few facts, a small map, a table; all text, nothing runs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INK, ACCENT, MUTED = "#14323b", "#c2410c", "#5b6b70"
_BOX = (
    "font-family:system-ui,sans-serif;font-size:13px;line-height:1.45;color:#14323b;"
    "background:#fff;border:1px solid #cfd8db;border-radius:8px;padding:12px 16px;"
    "display:inline-flex;flex-wrap:wrap;gap:8px 24px;align-items:flex-start;max-width:100%"
)
_CELL = "padding:2px 10px 2px 0;border:0;text-align:{};white-space:nowrap;color:#14323b"


def card(
    title: str,
    facts: Sequence[tuple[str, str]],
    *,
    table: Sequence[Mapping[str, str]] = (),
    picture: str = "",
    note: str = "",
) -> str:
    """Return a card as HTML whose every word is escaped, without style sheet nor script.

    Parameters
    ----------
    title
        What is shown.
    facts
        Label and value, the most important first.
    table
        Rows with the same keys, which are the headings; texts that begin with a digit are aligned
        on the right.
    picture
        An ``<svg>`` element, put in as it is.
    note
        One sentence below.

    Examples
    --------
    >>> html = card("A <b>", [("Communes", "12")])
    >>> "A &lt;b&gt;" in html, "<b>" in html
    (True, False)
    """
    head = f'<strong style="font-size:15px">{escape(title)}</strong>'
    parts = [f'<div style="min-width:0;overflow-x:auto">{head}']
    parts.append(_table([[label, value] for label, value in facts], heading=False))
    if table:
        rows = [list(table[0]), *(list(row.values()) for row in table)]
        parts.append(_table(rows, heading=True))
    if note:
        parts.append(f'<p style="margin:6px 0 0;max-width:64ch;color:{MUTED}">{escape(note)}</p>')
    parts.append("</div>")
    return f'<div style="{_BOX}" lang="fr">{"".join(parts)}{picture}</div>'


def count(number: float) -> str:
    r"""Return a whole number with narrow spaces between thousands.

    >>> count(1234567)
    '1\u202f234\u202f567'
    """
    return f"{number:,.0f}".replace(",", "\u202f")


def euros(amount: float) -> str:
    r"""Return an amount in whole euros.

    >>> euros(600_000)
    '600\u202f000\xa0€'
    """
    return f"{count(amount)}\xa0€"


def decimal(number: float, digits: int = 1) -> str:
    """Return a number with a comma, as it is read in French.

    >>> decimal(2.5)
    '2,5'
    """
    return f"{number:.{digits}f}".replace(".", ",")


def _table(rows: Sequence[Sequence[str]], *, heading: bool) -> str:
    lines = []
    for position, row in enumerate(rows):
        tag = "th" if heading and position == 0 else "td"
        cells = "".join(
            f'<{tag} style="{_CELL.format(_side(rows, column))}">{escape(text)}</{tag}>'
            for column, text in enumerate(row)
        )
        lines.append(f'<tr style="background:none">{cells}</tr>')
    body = "".join(lines)
    return f'<table style="border-collapse:collapse;margin:6px 0 0;border:0">{body}</table>'


def _side(rows: Sequence[Sequence[str]], column: int) -> str:
    """Return where a column leans: numbers below a heading to the right, words to the left."""
    return "right" if len(rows[0]) > 2 and rows[-1][column][:1].isdigit() else "left"
