"""Turns the text of cells into codes and numbers, and notes every fault once with its lines."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    import pandas as pd

_LINES_SHOWN = 20
_NOTE_LENGTH = 10  # longer than any code: a sentence under the table
_COMMUNE_DIGITS = 5
_NO_IRIS = "0000"  # communes that are not divided
_BLANK = Fault("vide", {})
_UNREADABLE_CODE = "code de commune illisible : ligne(s) {lines}{more}"
_UNREADABLE_IRIS = "code d’IRIS illisible : ligne(s) {lines}{more}"
_TWICE = "code en double : ligne(s) {lines}{more}"
_UNREADABLE_NUMBER = "nombre manquant ou illisible : ligne(s) {lines}{more}"
_NEGATIVE = "nombre négatif : ligne(s) {lines}{more}"
_ABSURD = "nombre invraisemblable : ligne(s) {lines}{more}"
_CODE = re.compile(r"(?:0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5])\d{3}|9[78]\d{3}")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
_YEAR = re.compile(r"(?<!\d)(?:19[6-9]\d|20[0-4]\d)(?!\d)")


@dataclass
class Faults:
    """What is wrong, each kind once with its lines."""

    lines: dict[str, list[Fault]] = field(default_factory=dict)

    def add(self, sentence: str, line: Hashable, shown: str | Fault) -> None:
        """Note one line; ``sentence`` holds ``{lines}`` and ``{more}``."""
        cut = (shown[:30] or _BLANK) if isinstance(shown, str) else shown
        where = Fault("{line} (« {shown} »)", {"line": line, "shown": cut})
        self.lines.setdefault(sentence, []).append(where)

    def listed(self) -> list[Fault]:
        """Return one fault a kind, with its first lines."""
        return [
            Fault(sentence, {"lines": tuple(found[:_LINES_SHOWN]), "more": _more(len(found))})
            for sentence, found in self.lines.items()
        ]

    def check(self, what: Fault, path: Path) -> None:
        """Raise what was found, if anything."""
        if self.lines:
            raise DataError(
                "{what} : « {path} » ne convient pas.", what=what, path=path, faults=self.listed()
            )


def _more(count: int) -> str | Fault:
    if count <= _LINES_SHOWN:
        return ""
    return Fault("… ({count} en tout)", {"count": count})


def is_note(code: str) -> bool:
    """Whether what stands in the place of a code is a sentence under the table."""
    return len(code) > _NOTE_LENGTH and not code.isdigit()


def codes(cells: pd.Series[str], faults: Faults, *, once: bool = True) -> pd.Series[str]:
    """Return commune codes, a lost zero put back; unreadable ones and duplicates are faults.

    Parameters
    ----------
    cells
        Text by line.
    faults
        Where to note them.
    once
        Whether a code may stand only once.

    Examples
    --------
    >>> import pandas as pd
    >>> faults = Faults()
    >>> codes(pd.Series(["1001", "2a004", "x"], index=[2, 3, 4]), faults).tolist()
    ['01001', '2A004', None]
    >>> print(*faults.listed())
    code de commune illisible : ligne(s) 4 (« x »)
    """
    read = {raw: commune_code(raw) for raw in cells.unique()}
    found = cells.map(read).astype(object).where(lambda read: read.notna(), None)
    for line, raw in cells[found.isna()].items():
        faults.add(_UNREADABLE_CODE, line, raw)
    if once:
        note_twice(found.dropna(), faults)
    return found


def place_codes(
    cells: pd.Series[str], faults: Faults, *, level: str, once: bool = True
) -> pd.Series[str]:
    """Return the codes of communes, or of IRIS: nine characters, ``…0000`` for a whole commune."""
    if level != "iris":
        return codes(cells, faults, once=once)
    bare = cells.str.replace("_", "", regex=False).str.upper()
    whole = bare.where(bare.str.len() > _COMMUNE_DIGITS, bare + _NO_IRIS)
    good = whole.str.fullmatch(r"(?:[0-9]{2}|2[AB])[0-9]{7}")
    for line, raw in cells[~good].items():
        faults.add(_UNREADABLE_IRIS, line, raw)
    found = whole.where(good, None)
    if once:
        note_twice(found.dropna(), faults)
    return found


def note_twice(keys: pd.Series[str], faults: Faults) -> None:
    """Note the keys that stand more than once, with the line where each stood first."""
    again = keys[keys.duplicated()]
    first = keys[~keys.duplicated() & keys.isin(again)]
    where = dict(zip(first, first.index, strict=True))
    for line, key in again.items():
        seen = Fault("{code}, déjà ligne {line}", {"code": key, "line": where[key]})
        faults.add(_TWICE, line, seen)


def numbers(
    cells: pd.Series[str],
    faults: Faults,
    *,
    high: float = math.inf,
    low: float = 0.0,
    blank: float | None = None,
) -> pd.Series[float]:
    """Return numbers, NaN where there is a fault.

    Parameters
    ----------
    cells
        Text by line.
    faults
        Where to note what is no number, is under ``low``, is over ``high``.
    high, low
        What such a number can be.
    blank
        What an empty cell stands for; a fault where not given.

    Examples
    --------
    >>> import pandas as pd
    >>> faults = Faults()
    >>> numbers(pd.Series(["1 200,5", "-3", "9e9"], index=[2, 3, 4]), faults, high=1e6).tolist()
    [1200.5, nan, nan]
    >>> print(*faults.listed(), sep="; ")
    nombre négatif : ligne(s) 3 (« -3 »); nombre invraisemblable : ligne(s) 4 (« 9e9 »)
    """
    read = {raw: blank if raw == "" else number(raw) for raw in cells.unique()}
    found = cells.map(read).astype(float)
    refused = {raw for raw, value in read.items() if value is None or not low <= value <= high}
    if blank is not None:
        refused.discard("")
    for line, raw in cells[cells.isin(refused)].items():
        value = read[raw]
        if value is None:
            faults.add(_UNREADABLE_NUMBER, line, raw)
        elif low == 0 and value < 0:
            faults.add(_NEGATIVE, line, raw)
        else:
            faults.add(_ABSURD, line, raw)
    return found.mask(cells.isin(refused))


def commune_code(raw: str) -> str | None:
    """Return a commune code as text, its lost zero put back when nothing else is possible.

    >>> [commune_code(raw) for raw in ("1001", "2a004", "53130.0", "20004", "531300")]
    ['01001', '2A004', '53130', None, None]
    """
    text = raw.upper().removesuffix(".0")
    if re.fullmatch(r"[1-9]\d{3}", text, re.ASCII):
        text = "0" + text  # four digits: only départements 01 to 09 lose a digit this way
    return text if text.isascii() and _CODE.fullmatch(text) else None


def number(raw: str) -> float | None:
    """Return a number as French or English files write it, ``None`` when it is not one.

    >>> [number(raw) for raw in ("12 345,5", "1.5e3", "1e999", "n.d.")]
    [12345.5, 1500.0, None, None]
    """
    text = re.sub(r"[\s\u00a0\u202f]", "", raw)
    if not text.isascii() or not _NUMBER.fullmatch(text):
        return None
    value = float(text.replace(",", "."))
    return value if math.isfinite(value) else None


def year_in(*texts: str) -> int | None:
    """Return the only year that texts name, ``None`` where there is none or several.

    >>> year_in("apl_mg2018"), year_in("rp2021_ages.csv.gz"), year_in("2016_2018.csv")
    (2018, 2021, None)
    """
    found = {int(year) for text in texts for year in _YEAR.findall(text)}
    return found.pop() if len(found) == 1 else None
