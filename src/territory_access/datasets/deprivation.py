"""Reads how deprived each commune is: F-EDI (Santé publique France), FDep (Inserm), or one's own.

Both indices are higher where people are more deprived, and their zero is not the same: compare
communes within one index, never two indices.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.datasets.cell_values import Faults, codes, numbers, year_in
from territory_access.datasets.own_table import CODE, CODE_NAMES, open_table, plain
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

WHAT = Fault("indice de défavorisation", {})
_NAMES = ("deprivation", "defavorisation", "indice de defavorisation", "indice")
# EDI, F-EDI 2021, fdep15: an index and its year; a quintile is no index
_INDEX = re.compile(r"(?:f ?)?(?:edi|dep) ?((?:19|20)?\d{2})?")
_MOST = 100.0  # both indices stay within some tens


def load(path: str | Path, *, columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    r"""Return the index of deprivation of each commune.

    Parameters
    ----------
    path
        ``.json`` (records by code, as Odissé gives them, or a list), ``.csv`` or ``.xlsx``.
    columns
        Names of ``code`` and ``deprivation``, found by their usual names when absent.

    Returns
    -------
    DataFrame
        Index ``commune`` (arrondissements kept); ``deprivation``: higher is more deprived.
        ``attrs``: ``vintage`` (year or ``None``), ``column`` used, ``missing`` (communes without a
        value, left out).

    Raises
    ------
    DataError
        With every fault once.
    MissingDataset
        When the file is not there.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "fedi2021.json"
    >>> _ = file.write_text('{"01010": {"Commune": "x", "EDI": -0.5}, "2A004": {"EDI": null}}')
    >>> table = load(file)
    >>> table["deprivation"].to_dict(), table.attrs["vintage"], table.attrs["missing"]
    ({'01010': -0.5}, 2021, ('2A004',))
    """
    path = Path(path)
    asked = dict(columns or {})
    table = open_table(path, WHAT, asked=asked.values())
    code = table.column(CODE_NAMES, CODE, asked.get("code"))
    usual = [*_NAMES, *(words for name in table.names if _INDEX.fullmatch(words := plain(name)))]
    value = table.column(usual, WHAT, asked.get("deprivation"))
    cells = table.cells({"code": code, "value": value})
    faults = Faults()
    commune = codes(cells["code"], faults)
    index = numbers(cells["value"], faults, low=-_MOST, high=_MOST, blank=float("nan"))
    faults.check(WHAT, path)
    found = index.set_axis(commune).rename("deprivation").rename_axis("commune").to_frame()
    known = found.dropna()
    if known.empty:
        raise DataError("{what} : « {path} » ne contient aucune commune.", what=WHAT, path=path)
    known.attrs = {
        "vintage": _year(value) or year_in(path.name),
        "column": value,
        "missing": tuple(found.index[found["deprivation"].isna()]),
    }
    return known


def _year(name: str) -> int | None:
    match = _INDEX.fullmatch(plain(name))
    if match is None or match[1] is None:
        return None
    year = int(match[1])
    return year if year > 99 else 2000 + year
