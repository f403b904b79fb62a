"""Reads the general practitioners that a user brings, commune by commune."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.datasets.rows import read_rows
from territory_access.errors import DataError, Fault
from territory_access.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

# How the usual files call their columns, once accents, case and signs are gone; best first.
_CODE_NAMES = (
    "code commune insee",
    "code insee commune",
    "code commune",
    "commune code",
    "code insee",
    "insee com",
    "insee",
    "codgeo",
    "depcom",
    "com",
    "code",
)
_ACTS_NAMES = (
    "acts per year",
    "actes par an",
    "actes an",
    "nb actes",
    "nombre actes",
    "actes",
    "acts",
    "consultations par an",
    "consultations an",
    "nb consultations",
    "consultations",
)
_GP_NAMES = (
    "etp mg",
    "etp",
    "nb mg",
    "nb medecins generalistes",
    "nombre medecins generalistes",
    "medecins generalistes",
    "nb generalistes",
    "generalistes",
    "omnipraticiens",
    "nb medecins",
    "mg",
    "gp count",
    "gp",
    "nb d265",
    "d265",
    "nb d201",
    "d201",
)
_HEADER_ROWS = 20  # official files carry titles above the names of their columns
_LINES_SHOWN = 20
_UNREADABLE_CODE = "code de commune illisible : ligne(s) {lines}{more}"
_TWICE = "code en double : ligne(s) {lines}{more}"
_UNREADABLE_NUMBER = "nombre manquant ou illisible : ligne(s) {lines}{more}"
_NEGATIVE = "nombre négatif : ligne(s) {lines}{more}"
_BLANK = Fault("vide", {})
_CODE = re.compile(r"(?:0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5])\d{3}|9[78]\d{3}")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
# Arrondissements of Paris, Lyon and Marseille: practitioners are counted there, zones are communes.
_ARRONDISSEMENTS = (
    {f"751{n:02}": "75056" for n in range(1, 21)}
    | {f"6938{n}": "69123" for n in range(1, 10)}
    | {f"132{n:02}": "13055" for n in range(1, 17)}
)


@dataclass
class _Faults:
    """What is wrong, each kind once with its lines."""

    lines: dict[str, list[Fault]] = field(default_factory=dict)

    def add(self, sentence: str, line: int, shown: str | Fault) -> None:
        cut = shown[:30] if isinstance(shown, str) else shown
        where = Fault("{line} (« {shown} »)", {"line": line, "shown": cut})
        self.lines.setdefault(sentence, []).append(where)

    def listed(self) -> list[Fault]:
        return [
            Fault(
                sentence,
                {
                    "lines": tuple(lines[:_LINES_SHOWN]),
                    "more": ""
                    if len(lines) <= _LINES_SHOWN
                    else Fault("… ({count} en tout)", {"count": len(lines)}),
                },
            )
            for sentence, lines in self.lines.items()
        ]


def load(
    path: str | Path,
    *,
    code_column: str | None = None,
    acts_column: str | None = None,
    gp_column: str | None = None,
    parameters: Parameters | None = None,
) -> pd.DataFrame:
    r"""Return the GP consultations a year of each commune of the user's file.

    Parameters
    ----------
    path
        ``.csv`` or ``.txt`` (semicolon, comma, tab or bar; UTF-8 or Latin-1) or ``.xlsx``.
    code_column, acts_column, gp_column
        Names of the columns of commune codes, of consultations a year, of doctors (heads or
        full-time equivalents). Found by their usual names when absent; consultations win.
    parameters
        Gives ``apl.acts_per_fte``, by which a count of doctors is multiplied.

    Returns
    -------
    DataFrame
        Index ``commune`` (codes as text), column ``acts_per_year``. Its ``attrs`` say what was
        done: ``column`` used, ``from_count``, ``repaired`` (codes that had lost their leading
        zero), ``merged`` (arrondissements of Paris, Lyon and Marseille added up).

    Raises
    ------
    DataError
        With every fault once and its line numbers: unreadable file, missing columns, codes that
        are not communes, duplicates, blanks, negative numbers.
    MissingDataset
        When the file is not there.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "mg.csv"
    >>> _ = file.write_text("CODGEO;NB_D265\n53130;44\n1001;1,5\n", encoding="latin-1")
    >>> supply = load(file)
    >>> supply["acts_per_year"].to_dict(), supply.attrs["repaired"]
    ({'53130': 237600.0, '01001': 8100.0}, ('01001',))
    """
    import pandas as pd

    rows = read_rows(Path(path))
    header, names = _header(rows, path, [code_column, acts_column, gp_column])
    code = _column(names, code_column, _CODE_NAMES, Fault("le code INSEE de la commune", {}))
    asked = gp_column if acts_column is None else acts_column
    acts = None if gp_column and not acts_column else _find(names, acts_column, _ACTS_NAMES)
    value = acts or _column(names, asked, _GP_NAMES, Fault("les consultations ou les médecins", {}))
    per_unit = 1.0
    if acts is None:
        per_unit = (parameters or Parameters.load()).value("apl.acts_per_fte")
    found, repaired = _collect(
        [(line, row) for line, row in rows if line > header],
        (names.index(code), names.index(value)),
        path,
    )
    merged = sorted(set(found) & set(_ARRONDISSEMENTS))
    series = pd.Series(found, dtype=float) * per_unit
    series = series.groupby(lambda key: _ARRONDISSEMENTS.get(str(key), key), sort=False).sum()
    table = series.rename("acts_per_year").rename_axis("commune").to_frame()
    table.attrs = {
        "column": value,
        "from_count": acts is None,
        "repaired": tuple(repaired),
        "merged": tuple(merged),
    }
    return table


def _plain(name: str) -> str:
    """Return a column name without accents, case or signs."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def _find(names: list[str], asked: str | None, usual: Iterable[str]) -> str | None:
    """Return the column asked for, or the first that has a usual name."""
    if asked is not None:
        return next((name for name in names if name.strip() == asked.strip()), None)
    plain: dict[str, str] = {}
    for name in names:
        plain.setdefault(_plain(name), name)
    return next((plain[word] for word in usual if word in plain), None)


def _column(names: list[str], asked: str | None, usual: Iterable[str], what: Fault) -> str:
    found = _find(names, asked, usual)
    if found is not None:
        return found
    near = difflib.get_close_matches(asked or "", names, n=1, cutoff=0.5)
    if near:
        raise DataError(
            "offre de soins : la colonne « {asked} » est introuvable. "
            "Vouliez-vous dire « {near} » ?",
            asked=asked,
            near=near[0],
        )
    raise DataError(
        "offre de soins : aucune colonne ne donne {what} (colonnes lues : {names}). "
        "Nommez-la dans le scénario.",
        what=what,
        names=", ".join(name[:30] for name in names[:12] if name) or Fault("aucune", {}),
    )


def _header(
    rows: list[tuple[int, list[str]]], path: str | Path, asked: list[str | None]
) -> tuple[int, list[str]]:
    """Return the line of the column names, skipping titles above them, and the names."""
    if not rows:
        raise DataError("offre de soins : « {path} » est vide.", path=path)
    given = {name.strip() for name in asked if name}
    for line, row in rows[:_HEADER_ROWS]:
        stripped = {cell.strip() for cell in row}
        if given & stripped or _find(row, None, _CODE_NAMES):
            return line, row
    return rows[0]


def _collect(
    rows: list[tuple[int, list[str]]], columns: tuple[int, int], path: str | Path
) -> tuple[dict[str, float], list[str]]:
    """Return the value of each commune and the codes repaired, or every fault once."""
    faults = _Faults()
    found: dict[str, float] = {}
    lines: dict[str, int] = {}
    repaired: list[str] = []
    for line, row in rows:
        raw_code, raw_value = (row[at].strip() if at < len(row) else "" for at in columns)
        if not raw_code and not raw_value:
            continue  # a blank line, or a note under the table
        code, value = _code(raw_code), _number(raw_value)
        if code is None:
            faults.add(_UNREADABLE_CODE, line, raw_code or _BLANK)
        elif code in lines:
            seen = Fault("{code}, déjà ligne {line}", {"code": code, "line": lines[code]})
            faults.add(_TWICE, line, seen)
        else:
            lines[code] = line
            repaired += [code] if len(code) > len(raw_code.removesuffix(".0")) else []
        if value is None:
            faults.add(_UNREADABLE_NUMBER, line, raw_value or _BLANK)
        elif value < 0:
            faults.add(_NEGATIVE, line, raw_value)
        elif code is not None:
            found[code] = value
    if faults.lines:
        raise DataError(
            "offre de soins : « {path} » ne convient pas.", path=path, faults=faults.listed()
        )
    if not found:
        raise DataError("offre de soins : « {path} » ne contient aucune commune.", path=path)
    return found, repaired


def _code(raw: str) -> str | None:
    """Return a commune code as text, its lost zero put back when nothing else is possible."""
    text = raw.upper().removesuffix(".0")
    if re.fullmatch(r"[1-9]\d{3}", text, re.ASCII):
        text = "0" + text  # four digits: only départements 01 to 09 lose a digit this way
    return text if text.isascii() and _CODE.fullmatch(text) else None


def _number(raw: str) -> float | None:
    """Return a number as French or English files write it, ``None`` when it is not one."""
    text = re.sub(r"[\s\u00a0\u202f]", "", raw)
    if not text.isascii() or not _NUMBER.fullmatch(text):
        return None
    number = float(text.replace(",", "."))
    return number if math.isfinite(number) else None
