"""Reads a share of the people as a CPAM or an ARS gives it: without médecin traitant, or in ALD."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from territory_access.datasets.cell_values import (
    Faults,
    commune_code,
    note_twice,
    numbers,
    year_in,
)
from territory_access.datasets.own_table import CODE, CODE_NAMES, open_table
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

WHAT = Fault("part sans médecin traitant", {})
_RATE_NAMES = (
    "rate",
    "taux",
    "part",
    "part sans medecin traitant",
    "taux sans medecin traitant",
    "pct sans medecin traitant",
)
ALD = Fault("part des habitants en affection de longue durée", {})
_ALD_NAMES = ("ald", "part ald", "taux ald", "prevalence", "prevalence ald", "rate", "taux", "part")
_EPCI = re.compile(r"2\d{8}")  # a SIREN of a local authority
_DEPARTEMENT = re.compile(r"0?[1-9]|[1-8]\d|2[AB]|9[0-5]|97[1-6]")
_UNREADABLE = "code illisible (commune, intercommunalité ou département) : ligne(s) {lines}{more}"


def load(
    path: str | Path, *, columns: Mapping[str, str] | None = None, what: Fault = WHAT
) -> pd.DataFrame:
    r"""Return shares of the residents, aged 17 and over where they are without médecin traitant.

    Parameters
    ----------
    path
        As ``rows.read_rows``: a code (commune, intercommunalité or département) and a share, a
        row. Per cent where any is over 1.
    columns
        Names of ``code`` and ``rate``.
    what
        ``WHAT`` (without médecin traitant) or ``ALD``.

    Returns
    -------
    DataFrame
        ``level`` (``departement``, ``epci``, ``commune``: the least precise first), ``code``,
        ``rate`` from 0 to 1. ``attrs["vintage"]``.

    Raises
    ------
    DataError
        With every fault once.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "cpam2025.csv"
    >>> _ = file.write_text("code;taux\n53;12,5\n53130;20\n")
    >>> load(file)[["level", "rate"]].values.tolist()
    [['departement', 0.125], ['commune', 0.2]]
    """
    path = Path(path)
    asked = dict(columns or {})
    usual = (*CODE_NAMES, "code epci", "siren", "code departement")
    table = open_table(path, what, marks=usual, asked=asked.values())
    code = table.column(usual, CODE, asked.get("code"))
    value = table.column(_ALD_NAMES if what is ALD else _RATE_NAMES, what, asked.get("rate"))
    cells = table.cells({"code": code, "rate": value})
    faults = Faults()
    read = {raw: _place(raw) for raw in cells["code"].unique()}
    for line, raw in cells.loc[[read[raw] is None for raw in cells["code"]], "code"].items():
        faults.add(_UNREADABLE, line, raw)
    rate = numbers(cells["rate"], faults, high=100.0)
    places = [read[raw] or ("", "") for raw in cells["code"]]
    found = pd.DataFrame(places, columns=["level", "code"], index=cells.index).assign(rate=rate)
    note_twice(found.loc[found["code"] != "", "code"], faults)
    faults.check(what, path)
    if found.empty:
        raise DataError("{what} : « {path} » ne contient aucune commune.", what=what, path=path)
    if found["rate"].max() > 1:
        found["rate"] /= 100
    order = pd.Categorical(found["level"], ["departement", "epci", "commune"], ordered=True)
    found = found.assign(order=order).sort_values("order", kind="stable").drop(columns="order")
    found.attrs = {"vintage": year_in(path.name)}
    return found.reset_index(drop=True)


def spread(own: pd.DataFrame, communes: pd.DataFrame) -> pd.Series[float]:
    """Return the share of each commune, the most precise first; NaN where none is given.

    Parameters
    ----------
    own
        What ``load`` returned.
    communes
        Index: commune code; columns ``departement`` and ``epci``.

    Examples
    --------
    >>> own = pd.DataFrame({"level": ["departement", "commune"], "code": ["53", "53130"],
    ...                     "rate": [0.18, 0.2]})
    >>> places = pd.DataFrame({"departement": ["53", "53"], "epci": ["", ""]},
    ...                       index=["53130", "53247"])
    >>> spread(own, places).tolist()
    [0.2, 0.18]
    """
    found = pd.Series(float("nan"), index=communes.index)
    for level, code, rate in own[["level", "code", "rate"]].itertuples(index=False):
        keys = communes.index.to_series() if level == "commune" else communes[level]
        found[keys.eq(code)] = rate
    return found


def _place(raw: str) -> tuple[str, str] | None:
    """Return the level and the code of a territory."""
    text = raw.upper().removesuffix(".0")
    if _EPCI.fullmatch(text):
        return "epci", text
    if _DEPARTEMENT.fullmatch(text):
        return "departement", text.zfill(2)
    commune = commune_code(text)
    return ("commune", commune) if commune else None
