"""Reads population grids: INSEE's squares of 200 m and 1 km (Filosofi), Eurostat's of 1 km.

A square is named by its projection, its side and its south-west corner:
``CRS3035RES200mN2029800E4252400``, or ``1kmN2029E4252`` in kilometres.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from territory_access.datasets.cell_values import Faults, note_twice, numbers, year_in
from territory_access.datasets.own_table import OwnTable, open_table, plain
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    type _Where = Callable[[Sequence[str]], bool]

WHAT = Fault("grille de population", {})
_ID_NAMES = ("idcar 200m", "idcar 1km", "idinspire", "id carr1km", "id carr 1km", "grd id", "geo")
_PEOPLE = re.compile(r"ind|t|tot p|obs value t|pop|population|(?:t|tot p |pop)(\d{4})")
_COMMUNE_NAMES = ("lcog geo", "code", "depcom", "code insee", "codgeo")
_ID = re.compile(r"(?:CRS(\d{4,5}))?(?:RES)?(\d+)(k?)mN(\d+)E(\d+)")
_CORNER = ("e", "n")
_EUROPEAN = 3035
_SIDE = 1000.0  # metres: of squares given by their corner alone
_MOST = 1e5  # inhabitants of a square
_FAR = 1e7  # metres
_UNREADABLE = "carreau illisible : ligne(s) {lines}{more}"
_OTHER_GRID = "carreau d’une autre grille : ligne(s) {lines}{more}"


def load(
    path: str | Path, *, year: int | None = None, departements: Collection[str] | None = None
) -> pd.DataFrame:
    r"""Return the inhabitants of each square.

    Parameters
    ----------
    path
        ``.csv``, ``.zip``, ``.gpkg`` or ``.parquet``: one square a row, named (``Idcar_200m``,
        ``GRD_ID``) or by its south-west corner (``E``, ``N`` in EPSG:3035, 1 km).
    year
        Which, in a file that holds several (``T2018``, ``T2021``); the last one where not given.
    departements
        Keep only these, where the file names the commune of its squares: for large files.

    Returns
    -------
    DataFrame
        Index ``cell`` (``…mN…E…``); ``x`` and ``y`` (centre, metres), ``population`` (not
        rounded), ``commune`` (the first one where a square lies over several, ``""`` where the
        file does not say). ``attrs``: ``vintage``, ``crs`` (``EPSG:…``), ``side`` (metres),
        ``repeated`` (squares that stood twice with one count, kept once).

    Raises
    ------
    DataError
        With every fault once: unreadable names, squares of two grids, duplicates, absurd counts.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "carreaux_2019.csv"
    >>> _ = file.write_text("idcar_200m,lcog_geo,ind\nCRS3035RES200mN2029800E4252400,2B033,4.5\n")
    >>> table = load(file)
    >>> table.iloc[0].to_dict(), table.attrs["side"]
    ({'x': 4252500.0, 'y': 2029900.0, 'population': 4.5, 'commune': '2B033'}, 200.0)
    """
    path = Path(path)
    table = open_table(path, WHAT, marks=(*_ID_NAMES, *_CORNER))
    people, vintage = _people(table, year)
    columns = {"people": people}
    if commune := table.find(_COMMUNE_NAMES):
        columns["commune"] = commune
    named = table.find(_ID_NAMES)
    meaning = Fault("le nom du carreau", {})
    if named is None:
        columns |= {axis: table.column((axis,), meaning) for axis in _CORNER}
    else:
        columns["cell"] = named
    cells = table.cells(columns, _within(departements, columns))
    faults = Faults()
    corner, side, crs = _corners(cells, faults)
    population = numbers(cells["people"], faults, high=_MOST)
    at = zip(corner["n"], corner["e"], strict=True)
    cell = pd.Series([f"N{n:.0f}E{e:.0f}" for n, e in at], cells.index, dtype=object)
    # a square that lies over two communes may stand once for each, with the same count
    repeated = cell.duplicated() & (population == population.groupby(cell).transform("first"))
    note_twice(cell[corner["n"].notna() & ~repeated], faults)
    faults.check(WHAT, path)
    if cells.empty:
        raise DataError("{what} : « {path} » ne contient aucun carreau.", what=WHAT, path=path)
    found = pd.DataFrame(
        {
            "x": corner["e"] + side / 2,
            "y": corner["n"] + side / 2,
            "population": population,
            "commune": cells["commune"].str[:5] if "commune" in cells else "",
        }
    )
    found.index = pd.Index(f"{side:.0f}m" + cell, name="cell")
    found = found[~repeated.to_numpy()]
    found.attrs = {
        "vintage": vintage or year_in(path.name),
        "crs": f"EPSG:{crs}",
        "side": side,
        "repeated": int(repeated.sum()),
    }
    return found


def _within(departements: Collection[str] | None, columns: Collection[str]) -> _Where:
    if departements is None or "commune" not in columns:
        return lambda _: True
    starts = tuple(departements)
    return lambda row: row[1].startswith(starts)


def _people(table: OwnTable, year: int | None) -> tuple[str, int | None]:
    """Return the column of inhabitants, of a year where there are several."""
    matched = [(name, _PEOPLE.fullmatch(plain(name))) for name in table.names]
    found = [(match[1], name) for name, match in matched if match]
    dated = {int(when): name for when, name in found if when}
    if dated:
        chosen = max(dated) if year is None else year
        if chosen not in dated:
            raise DataError(
                "{what} : « {path} » ne donne pas l’année {year} (années : {years}).",
                what=WHAT,
                path=table.path,
                year=chosen,
                years=tuple(sorted(dated)),
            )
        return dated[chosen], chosen
    if not found:
        table.column((), Fault("le nombre d’habitants", {}))
    return found[0][1], year


def _corners(cells: pd.DataFrame, faults: Faults) -> tuple[pd.DataFrame, float, int]:
    """Return the south-west corners (``e``, ``n``), the side and the projection."""
    if "cell" not in cells:
        corner = {axis: numbers(cells[axis], faults, low=0, high=_FAR) for axis in _CORNER}
        return pd.DataFrame(corner), _SIDE, _EUROPEAN
    parts = cells["cell"].str.extract(_ID)
    known = parts[1].notna() & cells["cell"].str.fullmatch(_ID).astype(bool)
    for line, raw in cells.loc[~known, "cell"].items():
        faults.add(_UNREADABLE, line, raw)
    unit = parts[2].map({"k": 1000.0, "": 1.0})
    grid = parts[0].fillna(str(_EUROPEAN)) + " " + parts[1] + parts[2]
    for line, raw in cells.loc[known & (grid != grid[known].min()), "cell"].items():
        faults.add(_OTHER_GRID, line, raw)
    # in kilometres, the corner is written without its last three zeros
    n, e = (parts[at].astype(float) * unit for at in (3, 4))
    side = float((parts[1].astype(float) * unit)[known].min()) if known.any() else _SIDE
    crs = int(parts[0][known].fillna(str(_EUROPEAN)).min()) if known.any() else _EUROPEAN
    return pd.DataFrame({"e": e, "n": n}).where(known), side, crs
