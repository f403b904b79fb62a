"""Reads the national register of practitioners (RPPS, Annuaire santé): who practises where.

One row an activity: whoever practises at three places has three rows and is one person, whose time
is shared evenly between them. Names are never read, and identifiers never returned.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.datasets.cell_values import Faults, commune_code
from territory_access.datasets.own_table import OwnTable, open_table, plain
from territory_access.datasets.rows import iter_rows
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WHAT = Fault("annuaire santé (RPPS)", {})
# Each profession: its code, and the codes of the skills that it needs (none: all of them).
PROFESSIONS: dict[str, tuple[str, frozenset[str]]] = {
    "gp": ("10", frozenset({"SM26", "SM53", "SM54"})),
    "nurse": ("60", frozenset()),
    "physio": ("70", frozenset()),
    "dentist": ("40", frozenset()),
    "midwife": ("50", frozenset()),
    "pharmacy": ("21", frozenset()),
}
_COLUMNS = {
    "person": ("identification nationale pp", "identifiant pp"),
    "profession": ("code profession",),
    "skill": ("code savoir faire",),
    "mode": ("code mode exercice",),
    "commune": ("code commune coord structure", "code commune"),
    "sector": ("code secteur d activite",),
    "category": ("code categorie professionnelle",),
    "kind": ("libelle genre activite", "libelle role", "statut"),
}
_NEEDED = ("person", "profession", "commune")
_HEALTH_CENTRE = "SA05"
_STUDENT = "E"
_SALARIED = "S"
_STAMP = re.compile(r"(20\d{2})[01]\d[0-3]\d")
_NO_PERSON = "personne sans identifiant : ligne(s) {lines}{more}"


def load(path: str | Path, *, profession: str = "gp", ambulatory: bool = True) -> pd.DataFrame:
    r"""Return the practitioners of each commune, each counted once.

    .. math:: \text{FTE}_c = \sum_p \frac{a_{p,c}}{\sum_{c'} a_{p,c'}}

    where :math:`a_{p,c}` counts the activities of person :math:`p` in commune :math:`c`, in a
    hospital too: time spent there is not spent in town.

    Parameters
    ----------
    path
        The extract « personne, activité », bars between cells (``.txt``, ``.zip``).
    profession
        One of ``PROFESSIONS``.
    ambulatory
        Keep what the APL counts: liberal practice, and salaried in a *centre de santé* (sector
        SA05). Without it, hospitals too.

    Returns
    -------
    DataFrame
        Index ``commune`` (of the place of practice; arrondissements kept): ``fte`` (heads, split:
        the register does not give working time), ``salaried_fte`` and ``retired_fte`` of it,
        ``people`` (who practise there at all: their sum counts some twice). ``attrs``:
        ``vintage`` (of the file's name), ``people``, ``several`` (with more than one place),
        ``unplaced`` (FTE without a readable commune, listed nowhere else).

    Raises
    ------
    DataError
        When columns are missing, no such practitioner is there, or rows name no person.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "PS_20250107.txt"
    >>> head = "Identifiant PP|Code profession|Code savoir-faire|Code mode exercice|"
    >>> head += "Code commune (coord. structure)|Code secteur d'activité"
    >>> rows = ["1|10|SM54|L|53130|SA07", "1|10|SM54|S|53247|SA05", "1|10|SM54|S|53130|SA01"]
    >>> _ = file.write_text("\n".join([head, *rows]), encoding="utf-8")
    >>> load(file)["fte"].round(3).to_dict()
    {'53130': 0.333, '53247': 0.333}
    """
    path = Path(path)
    if profession not in PROFESSIONS:
        raise DataError(
            "{what} : profession inconnue « {profession} » ({known}).",
            what=WHAT,
            profession=profession,
            known=tuple(PROFESSIONS),
        )
    marks = (*_COLUMNS["person"], *_COLUMNS["profession"])
    table = open_table(path, WHAT, marks=marks, rows=iter_rows(path, quoted=False))
    columns = _columns(table)
    cells = table.cells(columns, _practises(list(columns), *PROFESSIONS[profession]))
    faults = Faults()
    for line in cells.index[cells["person"] == ""]:
        faults.add(_NO_PERSON, line, "")
    faults.check(WHAT, path)
    if cells.empty:
        raise DataError(
            "{what} : « {path} » ne contient aucun professionnel de ce métier.",
            what=WHAT,
            path=path,
        )
    found = _by_commune(_activities(cells), ambulatory="sector" in columns and ambulatory)
    if found.empty:
        raise DataError(
            "{what} : « {path} » ne place personne dans une commune.", what=WHAT, path=path
        )
    stamp = _STAMP.search(path.name)
    found.attrs["vintage"] = int(stamp[1]) if stamp else None
    return found


def is_annuaire(names: Sequence[str]) -> bool:
    """Whether columns are those of this register.

    >>> is_annuaire(["Identifiant PP", "Code profession", "Nom d'exercice"])
    True
    """
    known = {plain(name) for name in names}
    return bool(known & set(_COLUMNS["person"])) and "code profession" in known


def _columns(table: OwnTable) -> dict[str, str]:
    """Return the columns to read; those of names are not among them."""
    found = {ours: table.find(usual) for ours, usual in _COLUMNS.items()}
    for ours in _NEEDED:
        if found[ours] is None:
            name = Fault("une colonne de l’annuaire ({name})", {"name": _COLUMNS[ours][0]})
            table.column(_COLUMNS[ours], name)
    return {ours: name for ours, name in found.items() if name}


def _practises(
    columns: list[str], code: str, skills: frozenset[str]
) -> Callable[[Sequence[str]], bool]:
    """Return whether a row is an activity of that profession, students left out."""
    at = {name: columns.index(name) for name in columns}

    def wanted(row: Sequence[str]) -> bool:
        return (
            row[at["profession"]] == code
            and (not skills or "skill" not in at or row[at["skill"]] in skills)
            and ("category" not in at or row[at["category"]].upper() != _STUDENT)
        )

    return wanted


def _activities(cells: pd.DataFrame) -> pd.DataFrame:
    """Return one row an activity: person, commune, salaried, retired, in town, share of time.

    Several skills of one person repeat each activity: only one is kept.
    """

    def cell(name: str) -> pd.Series[str]:
        return cells[name] if name in cells else pd.Series("", index=cells.index)

    read = {raw: commune_code(raw) for raw in cells["commune"].unique()}
    found = pd.DataFrame(
        {
            "person": cells["person"],
            "commune": cells["commune"].map(read),
            "mode": cell("mode").str.upper(),
            "sector": cell("sector").str.upper(),
            "retired": cell("kind").map(plain).str.contains("retrait"),
        }
    ).drop_duplicates()
    share = 1 / found["person"].map(found["person"].value_counts())
    salaried = found["mode"] == _SALARIED
    return found.assign(
        fte=share, salaried=salaried, town=~salaried | (found["sector"] == _HEALTH_CENTRE)
    )


def _by_commune(activities: pd.DataFrame, *, ambulatory: bool) -> pd.DataFrame:
    kept = activities[activities["town"]] if ambulatory else activities
    placed = kept[kept["commune"].notna()]
    by_commune = placed["commune"]
    found = pd.DataFrame(
        {
            "fte": placed["fte"].groupby(by_commune).sum(),
            "salaried_fte": placed["fte"].where(placed["salaried"], 0.0).groupby(by_commune).sum(),
            "retired_fte": placed["fte"].where(placed["retired"], 0.0).groupby(by_commune).sum(),
            "people": placed["person"].groupby(by_commune).nunique(),
        }
    ).rename_axis("commune")
    places = activities["person"].value_counts().to_numpy()
    found.attrs = {
        "people": int(kept["person"].nunique()),
        "several": int(np.count_nonzero(places > 1)),
        "unplaced": float(kept.loc[kept["commune"].isna(), "fte"].sum()),
    }
    return found
