"""Reads what really happened after an opening: consultations and registrations, month by month."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from territory_access.datasets.cell_values import Faults, commune_code, number
from territory_access.datasets.own_table import CODE, CODE_NAMES, open_table
from territory_access.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

WHAT = Fault("suivi mensuel", {})
_MONTH_NAMES = ("mois", "month", "date", "periode")
_ACTS_NAMES = ("consultations", "actes", "acts", "visites")
_NEW_NAMES = ("inscriptions", "registrations", "inscrits", "medecin traitant", "patients mt")
_FTE_NAMES = ("etp", "etp medecin", "fte", "etp de medecin")
_MONTH = re.compile(r"(20\d{2})[-/](0?[1-9]|1[0-2])(?:[-/]\d{1,2})?")
_TURNED = re.compile(r"(?:\d{1,2}[-/])?(0?[1-9]|1[0-2])[-/](20\d{2})")
_NO_CODE = "commune illisible : ligne(s) {lines}{more}"
_NO_MONTH = "mois illisible (écrivez 2027-03) : ligne(s) {lines}{more}"
_NO_NUMBER = "ni vide ni nombre positif : ligne(s) {lines}{more}"
_TWICE = "deux fois le même mois au même site : ligne(s) {lines}{more}"


def load(path: str | Path) -> pd.DataFrame:
    r"""Return one row a site and month, in order.

    Parameters
    ----------
    path
        A table (CSV, Excel…) with the commune's code, the month (``2027-03``, ``03/2027``), the
        consultations of the month, and if known the new registrations (those who left taken away)
        and the doctors at work (FTE).

    Returns
    -------
    pandas.DataFrame
        Columns ``commune``, ``month`` (first day), ``consultations``, ``registrations`` and ``fte``
        (NaN where not given).

    Raises
    ------
    DataError
        With every fault once: unreadable codes, months or numbers, months given twice.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "suivi.csv"
    >>> _ = file.write_text("code;mois;consultations;inscriptions\n44154;2027-02;700;90\n"
    ...                     "44154;01/2027;520;110\n", encoding="utf-8")
    >>> load(file)[["commune", "consultations"]].values.tolist()
    [['44154', 520.0], ['44154', 700.0]]
    """
    path = Path(path)
    table = open_table(path, WHAT)
    columns = {
        "commune": table.column(CODE_NAMES, CODE),
        "month": table.column(_MONTH_NAMES, Fault("le mois", {})),
        "consultations": table.column(_ACTS_NAMES, Fault("les consultations du mois", {})),
    }
    for name, usual in (("registrations", _NEW_NAMES), ("fte", _FTE_NAMES)):
        found = table.find(usual)
        if found is not None:
            columns[name] = found
    cells = table.cells(columns)
    faults = Faults()
    read = pd.DataFrame(index=cells.index)
    read["commune"] = _each(cells["commune"], commune_code, _NO_CODE, faults)
    read["month"] = pd.to_datetime(_each(cells["month"], _month, _NO_MONTH, faults))
    for name in ("consultations", "registrations", "fte"):
        texts = cells[name] if name in cells else pd.Series("", index=cells.index)
        needed = name == "consultations"
        kept = texts if needed else texts[texts != ""]
        values = _each(kept, number if name == "registrations" else _count, _NO_NUMBER, faults)
        read[name] = pd.to_numeric(values.reindex(cells.index), errors="coerce")
    for line in read.index[read.duplicated(["commune", "month"]) & read["month"].notna()]:
        faults.add(_TWICE, line, str(cells.loc[line, "month"]))
    faults.check(WHAT, path)
    return read.sort_values(["commune", "month"]).reset_index(drop=True)


def _count(raw: str) -> float | None:
    value = number(raw)
    return value if value is not None and value >= 0 else None


def _month(raw: str) -> str | None:
    """Return the first day of a month.

    >>> [_month(raw) for raw in ("2027-3", "15/03/2027", "mars")]
    ['2027-03-01', '2027-03-01', None]
    """
    if found := _MONTH.fullmatch(raw):
        return f"{found[1]}-{int(found[2]):02d}-01"
    if found := _TURNED.fullmatch(raw):
        return f"{found[2]}-{int(found[1]):02d}-01"
    return None


def _each(
    cells: pd.Series[str],
    read: Callable[[str], float | str | None],
    sentence: str,
    faults: Faults,
) -> pd.Series:
    """Return cells as a reader reads them; those that it cannot are faults."""
    found = {}
    for line, raw in cells.items():
        found[line] = read(raw)
        if found[line] is None:
            faults.add(sentence, line, raw)
    return pd.Series(found, dtype=object)
