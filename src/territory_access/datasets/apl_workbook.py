"""Reads what the DREES publishes of its APL: by commune, for a profession and a year.

The workbook holds a sheet a year under titles, units under the names of the columns, notes under
the table, and other names for the same columns every year. Its csv form holds several years and
professions side by side (``apl_mg2018_65``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.datasets.cell_values import (
    Faults,
    codes,
    commune_code,
    is_note,
    numbers,
    year_in,
)
from territory_access.datasets.own_table import CODE, CODE_NAMES, OwnTable, open_table, plain
from territory_access.datasets.rows import iter_rows, read_rows, sheet_names
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

WHAT = Fault("APL de la DREES", {})
# Each profession: as the csv form abbreviates it, as the workbook words it.
PROFESSIONS = {
    "gp": ("mg", "generaliste"),
    "nurse": ("inf", "infirmi"),
    "physio": ("mk", "kine"),
    "dentist": ("cd", "dentiste"),
    "midwife": ("sf", "sage"),
}
_AGES = (65, 62, 60)
_LAG = 2  # years between the people counted and the APL
_MOST_APL = 10_000.0  # consultations an inhabitant a year, or FTE per 100 000
_MOST_PEOPLE = 3e6  # inhabitants of a commune
_UNITS_ROWS = 3
_SHORT = re.compile(r"apl ([a-z]+)(\d{4})(?: (\d{2}))?")
_SHORT_PEOPLE = re.compile(r"pop(\d{4})")
_AGE_BOUND = re.compile(r"(?<!\d)(\d{2}) ans")


@dataclass(frozen=True)
class _Named:
    """What a column holds: ``apl``, ``apl_65``…, ``need``, ``population``; for whom and when."""

    field: str
    profession: str | None = None
    year: int | None = None


def load(path: str | Path, *, profession: str = "gp", year: int | None = None) -> pd.DataFrame:
    r"""Return the APL of each commune, with the population that it was divided by.

    Parameters
    ----------
    path
        The workbook (``.xlsx``) or its csv form.
    profession
        One of ``PROFESSIONS``.
    year
        Which APL; the last one where not given. Never subtract years of two releases: the method
        changed between them.

    Returns
    -------
    DataFrame
        Index ``commune`` (codes of that year; arrondissements of Paris, Lyon and Marseille kept).
        ``apl`` and, where published, ``apl_65``, ``apl_62``, ``apl_60`` (GPs up to that age):
        consultations a standardised inhabitant a year, or full-time equivalents per 100 000 for
        other professions. ``need``: standardised inhabitants; ``population``; ``name``: where
        published. ``attrs``: ``vintage``, ``need_vintage`` (year of the people counted),
        ``missing`` (communes without a figure, left out).

    Raises
    ------
    DataError
        With every fault once; names the years that there are when the one asked for is not.
    MissingDataset
        When the file is not there.

    Notes
    -----
    Weigh means by ``need``; count people below a threshold, and tenths, by ``population`` (the
    *Lisez-moi* of the workbook).

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "apl.csv"
    >>> _ = file.write_text("code,apl_mg2018,apl_mg2018_65,pop2016\n01001,2.4,2.1,761.7\n")
    >>> table = load(file)
    >>> table.to_dict("index"), table.attrs["vintage"]
    ({'01001': {'apl': 2.4, 'apl_65': 2.1, 'need': 761.7}}, 2018)
    """
    path = Path(path)
    if profession not in PROFESSIONS:
        raise DataError(
            "{what} : profession inconnue « {profession} » ({known}).",
            what=WHAT,
            profession=profession,
            known=tuple(PROFESSIONS),
        )
    sheet, sheet_year = _sheet(path, year)
    table = open_table(path, WHAT, rows=iter_rows(path, sheet=sheet))
    columns, found_year = _columns(table, profession, year or sheet_year)
    code = table.column(CODE_NAMES, CODE)
    cells = _body(table.cells({"code": code} | columns))
    return _checked(cells, table, found_year, _need_year(columns, found_year))


def notes(path: str | Path) -> dict[str, list[str]]:
    """Return what the sheets beside the tables say (« Lisez-moi », « Paramètres »), by line.

    The weights of the ages, the steps of the decay and the bounds of activity stand there.

    Parameters
    ----------
    path
        The workbook.
    """
    return {
        sheet: [
            " ; ".join(cell for cell in row if cell)
            for _, row in read_rows(Path(path), sheet=sheet)
        ]
        for sheet in sheet_names(Path(path))
        if not _is_table(sheet)
    }


def is_apl(names: Sequence[str]) -> bool:
    """Whether columns are those of the APL.

    >>> is_apl(["code", "apl_mg2018", "pop2016"]), is_apl(["code", "actes"])
    (True, False)
    """
    return any(one and one.field.startswith("apl") for one in map(_named, names))


def _is_table(sheet: str) -> bool:
    return plain(sheet).startswith("apl")


def _sheet(path: Path, year: int | None) -> tuple[str | None, int | None]:
    """Return the sheet of a year, the last one where none is asked for, and its year."""
    sheets = [(year_in(name), name) for name in sheet_names(path) if _is_table(name)]
    if not sheets:
        return None, None
    dated = {when: name for when, name in sheets if when is not None}
    if year is None:
        return (dated[max(dated)], max(dated)) if dated else (sheets[0][1], None)
    if year in dated:
        return dated[year], year
    raise _no_year(path, year, sorted(dated))


def _no_year(path: Path, year: int | None, years: Sequence[int]) -> DataError:
    return DataError(
        "{what} : « {path} » ne donne pas l’année {year} (années : {years}).",
        what=WHAT,
        path=path,
        year=year,
        years=tuple(years) or Fault("aucune", {}),
    )


def _named(name: str) -> _Named | None:
    """Return what a column holds, by any of the names that it had over the years."""
    words = plain(name)
    if short := _SHORT.fullmatch(words):
        who = next((ours for ours, (tag, _) in PROFESSIONS.items() if tag == short[1]), None)
        return _Named(_apl_field(short[3]), who, int(short[2])) if who else None
    if short := _SHORT_PEOPLE.fullmatch(words):
        return _Named("need", "gp", int(short[1]) + _LAG)
    if words.startswith("population standardisee"):
        return _Named("need", year=_plus_lag(year_in(name)))
    if words.startswith("population totale"):
        return _Named("population", year=_plus_lag(year_in(name)))
    if words.startswith(("apl aux", "accessibilite potentielle localisee")):
        who = next((ours for ours, (_, word) in PROFESSIONS.items() if word in words), None)
        bound = _AGE_BOUND.search(words)
        return _Named(_apl_field(bound[1] if bound else None), who)
    return None


def _plus_lag(year: int | None) -> int | None:
    return None if year is None else year + _LAG


def _apl_field(age: str | None) -> str:
    return "apl" if age is None else f"apl_{age}"


def _columns(
    table: OwnTable, profession: str, year: int | None
) -> tuple[dict[str, str], int | None]:
    """Return the columns of a profession and a year, and that year."""
    named = [(name, one) for name in table.names if (one := _named(name))]
    ours = [(name, one) for name, one in named if one.profession in (profession, None)]
    years = sorted({one.year for _, one in ours if one.year and one.field.startswith("apl")})
    if years:  # several years side by side
        chosen: int | None = year if year is not None else years[-1]
        if chosen not in years:
            raise _no_year(table.path, chosen, years)
        ours = [(name, one) for name, one in ours if one.year == chosen]
    else:
        chosen = year or year_in(table.path.name) or _people_year(ours)
    columns: dict[str, str] = {}
    for name, one in ours:
        columns.setdefault(one.field, name)
    if "apl" not in columns:
        table.column((), Fault("l’APL de cette profession", {}))
    label = table.find(("commune", "lib com", "libelle commune", "libgeo", "nom commune"))
    return columns | ({"name": label} if label else {}), chosen


def _people_year(named: Sequence[tuple[str, _Named]]) -> int | None:
    """Return the year of an APL from that of the people that it counts."""
    return next((one.year for _, one in named if one.field == "need" and one.year), None)


def _need_year(columns: dict[str, str], year: int | None) -> int | None:
    named = _named(columns["need"]) if "need" in columns else None
    if named is not None and named.year is not None:
        return named.year - _LAG
    return None if year is None else year - _LAG


def _body(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of communes: without the units above them and the notes below."""
    known = cells.head(_UNITS_ROWS)["code"].map(commune_code).notna().tolist()
    body = cells.iloc[known.index(True) if True in known else 0 :]
    return body[~body["code"].map(is_note).astype(bool)]


def _checked(
    cells: pd.DataFrame, table: OwnTable, year: int | None, need_year: int | None
) -> pd.DataFrame:
    faults = Faults()
    code = codes(cells["code"], faults)
    found = cells[[]].assign(commune=code)
    for column in _fields(cells):
        high = _MOST_APL if column.startswith("apl") else _MOST_PEOPLE
        found[column] = numbers(cells[column], faults, high=high, blank=float("nan"))
    faults.check(WHAT, table.path)
    if "name" in cells:
        found["name"] = cells["name"]
    found = found.set_index("commune")
    gone = found.drop(columns="name", errors="ignore").isna().any(axis=1)
    kept = found[~gone]
    if kept.empty:
        raise DataError(
            "{what} : « {path} » ne contient aucune commune.", what=WHAT, path=table.path
        )
    kept.attrs = {
        "vintage": year,
        "need_vintage": need_year,
        "missing": tuple(found.index[gone]),
    }
    return kept


def _fields(cells: pd.DataFrame) -> Iterator[str]:
    order = ["apl", *(f"apl_{age}" for age in _AGES), "need", "population"]
    yield from (column for column in order if column in cells)
