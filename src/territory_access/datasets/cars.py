"""Reads how many households have no car: INSEE's census of dwellings, or a table of one's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from territory_access.datasets.cell_values import (
    Faults,
    is_note,
    numbers,
    place_codes,
    year_in,
)
from territory_access.datasets.own_table import CODE, CODE_NAMES, OwnTable, open_table, plain
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

WHAT = Fault("équipement des ménages en voitures", {})
_IRIS = ("iris", "dciris", "code iris")
_CODES = ("codgeo", *CODE_NAMES)
_WITH_CAR = re.compile(r"p(\d{2}) rp voit1p")
_HOUSEHOLDS = ("rp", "men")  # main dwellings are households: one is given, or both
_OWN_HOUSEHOLDS = ("households", "menages", "nb menages", "residences principales")
_OWN_WITH_CAR = ("with car", "menages avec voiture", "menages motorises")
_OWN_SHARE = ("no car share", "part sans voiture", "part menages sans voiture", "pct sans voiture")
_MOST = 2e6  # households of a commune
_MORE_CARS = "plus de ménages avec voiture que de ménages : ligne(s) {lines}{more}"


def load(
    path: str | Path, *, level: str = "commune", columns: Mapping[str, str] | None = None
) -> pd.DataFrame:
    r"""Return the share of households without a car.

    .. math:: 1 - \text{RP\_VOIT1P} / \text{RP}

    Parameters
    ----------
    path
        ``base-cc-logement`` or ``base-ic-logement`` as INSEE gives them (``P21_RP``,
        ``P21_RP_VOIT1P``; the last census where there are several), or one's own table.
    level
        ``"commune"`` or ``"iris"``.
    columns
        Names of ``code``, and of ``households`` and ``with_car``, or of ``no_car_share``.

    Returns
    -------
    DataFrame
        Index ``commune`` or ``iris``; ``no_car_share`` from 0 to 1 and, where counted,
        ``households``. ``attrs``: ``vintage``, ``missing`` (places without a household).

    Raises
    ------
    DataError
        With every fault once.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "base-cc-logement.csv"
    >>> _ = file.write_text("CODGEO;P21_RP;P21_RP_VOIT1P\n01001;400;380\n")
    >>> table = load(file)
    >>> table.round(3).to_dict("index"), table.attrs["vintage"]
    ({'01001': {'no_car_share': 0.05, 'households': 400.0}}, 2021)
    """
    path = Path(path)
    asked = dict(columns or {})
    usual = _IRIS if level == "iris" else _CODES
    table = open_table(path, WHAT, marks=usual, asked=asked.values())
    code = table.column(usual, CODE, asked.get("code"))
    share = table.find(_OWN_SHARE, asked.get("no_car_share"))
    if share is not None and not {"households", "with_car"} & set(asked):
        chosen, vintage = {"share": share}, None
    else:
        chosen, vintage = _counted(table, asked)
    cells = table.cells({"code": code} | chosen)
    cells = cells[~cells["code"].map(is_note).astype(bool)]
    found = _checked(cells, table, level)
    found.attrs["vintage"] = vintage or year_in(path.name)
    return found


def _counted(table: OwnTable, asked: Mapping[str, str]) -> tuple[dict[str, str], int | None]:
    """Return the columns of households, and of those with a car, of the last census."""
    years = [match[1] for name in table.names if (match := _WITH_CAR.fullmatch(plain(name)))]
    last = max(years, default="")
    census = [f"p{last} {word}" for word in _HOUSEHOLDS] if last else []
    households = table.column(
        (*census, *_OWN_HOUSEHOLDS), Fault("le nombre de ménages", {}), asked.get("households")
    )
    with_car = table.column(
        (f"p{last} rp voit1p", *_OWN_WITH_CAR),
        Fault("les ménages avec voiture (RP_VOIT1P)", {}),
        asked.get("with_car"),
    )
    return {"households": households, "with_car": with_car}, 2000 + int(last) if last else None


def _checked(cells: pd.DataFrame, table: OwnTable, level: str) -> pd.DataFrame:
    faults = Faults()
    place = place_codes(cells["code"], faults, level=level)
    found = cells[[]].copy()
    if "share" in cells:
        share = numbers(cells["share"], faults, high=100.0)
        found["no_car_share"] = share / 100 if share.max() > 1 else share
    else:
        households = numbers(cells["households"], faults, high=_MOST)
        with_car = numbers(cells["with_car"], faults, high=_MOST)
        # both are weighted samples: they may differ by a rounding
        for line, raw in cells.loc[with_car > households * 1.001 + 0.5, "with_car"].items():
            faults.add(_MORE_CARS, line, raw)
        none = (1 - with_car / households.replace(0.0, np.nan)).clip(lower=0.0)
        found = found.assign(no_car_share=none, households=households)
    faults.check(WHAT, table.path)
    found = found.set_axis(place).rename_axis(level)
    known = found[found["no_car_share"].notna()]
    if known.empty:
        raise DataError(
            "{what} : « {path} » ne contient aucune commune.", what=WHAT, path=table.path
        )
    known.attrs = {"missing": tuple(found.index[found["no_car_share"].isna()])}
    return known
