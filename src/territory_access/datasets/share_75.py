"""Reads which share of the inhabitants of each commune is aged 75 and over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.datasets.cell_values import Faults, codes, numbers, year_in
from territory_access.datasets.own_table import CODE, CODE_NAMES, open_table, plain
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

WHAT = Fault("part des 75 ans et plus", {})
_PERCENT = ("part personnes agees 75 plus", "part des 75 ans et plus", "pct 75 plus", "part 75")
_SHARE = ("share 75", "share 75 plus")


def load(path: str | Path, *, columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    r"""Return the share of the inhabitants aged 75 and over.

    Parameters
    ----------
    path
        ``.json`` (records by code), ``.csv`` or ``.xlsx``.
    columns
        Names of ``code`` and ``share_75``.

    Returns
    -------
    DataFrame
        Index ``commune``; ``share_75`` from 0 to 1. A column that is called *part* or *pct* is in
        per cent, as is any that holds a number over 1. ``attrs``: ``vintage``, ``column``.

    Raises
    ------
    DataError
        With every fault once.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "rp2022.json"
    >>> _ = file.write_text('{"01001": {"part_personnes_agees_75_plus": 8.8}}')
    >>> load(file).round(3).to_dict()["share_75"]
    {'01001': 0.088}
    """
    path = Path(path)
    asked = dict(columns or {})
    table = open_table(path, WHAT, asked=asked.values())
    code = table.column(CODE_NAMES, CODE, asked.get("code"))
    value = table.column((*_PERCENT, *_SHARE), WHAT, asked.get("share_75"))
    cells = table.cells({"code": code, "value": value})
    faults = Faults()
    commune = codes(cells["code"], faults)
    share = numbers(cells["value"], faults, high=100.0)
    faults.check(WHAT, path)
    if share.empty:
        raise DataError("{what} : « {path} » ne contient aucune commune.", what=WHAT, path=path)
    if plain(value).startswith(("part", "pct")) or share.max() > 1:
        share = share / 100
    found = share.set_axis(commune).rename("share_75").rename_axis("commune").to_frame()
    found.attrs = {"vintage": year_in(path.name), "column": value}
    return found


def is_share_75(names: Sequence[str]) -> bool:
    """Whether columns hold such a share.

    >>> is_share_75(["code", "part_personnes_agees_75_plus"])
    True
    """
    return any(plain(name) in (*_PERCENT, *_SHARE) for name in names)
