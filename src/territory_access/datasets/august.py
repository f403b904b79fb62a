"""Reads how many people are in each commune in August, as an observatory of tourism gives it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.datasets.cell_values import Faults, codes, is_note, numbers, year_in
from territory_access.datasets.own_table import CODE, CODE_NAMES, open_table
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

WHAT = Fault("population présente en août", {})
PRESENT, VISITORS = "present_august", "visitors_august"
_PRESENT = (
    "present august",
    "population august",
    "population presente en aout",
    "population presente aout",
    "population presente",
    "population en aout",
    "population aout",
    "presents en aout",
    "presents aout",
    "presents",
    "present",
)
_VISITORS = (
    "visitors august",
    "visiteurs en aout",
    "visiteurs aout",
    "visiteurs presents",
    "visiteurs",
    "visitors",
)
_MOST = 5e6  # people in a commune on one day


def load(path: str | Path, *, columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    r"""Return the people of a mean day of August, commune by commune.

    Parameters
    ----------
    path
        ``.csv``, ``.json`` or ``.xlsx``: a code and a number of people a row. A blank number says
        that nobody counted.
    columns
        Names of ``code``, and of ``present`` (residents included) or ``visitors`` (without them).

    Returns
    -------
    DataFrame
        Index ``commune``; ``present_august`` or ``visitors_august``, people of a mean day.
        ``attrs["vintage"]``.

    Raises
    ------
    DataError
        With every fault once.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "aout2024.csv"
    >>> _ = file.write_text("insee;Présents en août\n1001;1 850,5\n2A004;\n")
    >>> table = load(file)
    >>> table.to_dict("index"), table.attrs["vintage"]
    ({'01001': {'present_august': 1850.5}}, 2024)
    """
    path = Path(path)
    asked = dict(columns or {})
    table = open_table(path, WHAT, marks=CODE_NAMES, asked=asked.values())
    code = table.column(CODE_NAMES, CODE, asked.get("code"))
    only_visitors = "visitors" in asked or (
        "present" not in asked and not table.find(_PRESENT) and bool(table.find(_VISITORS))
    )
    if only_visitors:
        name, value = VISITORS, table.column(_VISITORS, WHAT, asked.get("visitors"))
    else:
        name, value = PRESENT, table.column(_PRESENT, WHAT, asked.get("present"))
    cells = table.cells({"code": code, "value": value})
    cells = cells[~cells["code"].map(is_note).astype(bool)]
    faults = Faults()
    commune = codes(cells["code"], faults)
    people = numbers(cells["value"], faults, high=_MOST, blank=math.nan)
    faults.check(WHAT, path)
    found = people.set_axis(commune).rename(name).rename_axis("commune").to_frame().dropna()
    if found.empty:
        raise DataError("{what} : « {path} » ne contient aucune commune.", what=WHAT, path=path)
    found.attrs = {"vintage": year_in(path.name)}
    return found
