"""Reads the general practitioners that a user brings, commune by commune.

A table of one's own, or an official file that is recognised by its columns: the register of
facilities (``bpe``) or that of practitioners (``annuaire``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from territory_access.datasets import annuaire, apl_workbook, bpe
from territory_access.datasets.cell_values import Faults, codes, numbers, year_in
from territory_access.datasets.own_table import CODE, CODE_NAMES, OwnTable, open_table, plain
from territory_access.errors import DataError, Fault
from territory_access.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

WHAT = Fault("offre de soins", {})
FORMS = ("table", "bpe", "annuaire")
# How the usual files call their columns, once accents, case and signs are gone; best first.
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
_PER_FTE, _PER_HEAD = "apl.acts_per_fte", "apl.acts_per_head"
_MOST = 1e9  # consultations a year: France has some 240 million
# Arrondissements of Paris, Lyon and Marseille: practitioners are counted there, zones are communes.
_ARRONDISSEMENTS = (
    {f"751{n:02}": "75056" for n in range(1, 21)}
    | {f"6938{n}": "69123" for n in range(1, 10)}
    | {f"132{n:02}": "13055" for n in range(1, 17)}
)


def load(
    path: str | Path,
    *,
    form: str | None = None,
    columns: Mapping[str, str] | None = None,
    parameters: Parameters | None = None,
) -> pd.DataFrame:
    r"""Return the GP consultations a year of each commune of the user's file.

    Parameters
    ----------
    path
        As ``rows.read_rows``: ``.csv``, ``.xlsx``, ``.gpkg``…
    form
        One of ``FORMS``; recognised by the names of the columns when absent.
    columns
        For a table of one's own, the names of the columns of commune codes (``code``), of
        consultations a year (``acts``), of doctors, heads or full-time equivalents (``gp``).
        Found by their usual names when absent; consultations win.
    parameters
        Gives what a count of doctors is multiplied by: ``apl.acts_per_fte`` where they are
        full-time equivalents (a column « ETP », the register of practitioners),
        ``apl.acts_per_head`` where they are heads.

    Returns
    -------
    DataFrame
        Index ``commune`` (codes as text, as the file has them), column ``acts_per_year``. Its
        ``attrs`` say what was done: ``form``, ``vintage`` (year or ``None``), ``column`` used,
        ``from_count``, ``repaired`` (codes that had lost their leading zero), ``merged``
        (arrondissements of Paris, Lyon and Marseille added up), ``unplaced`` (consultations of
        doctors whom the file puts in no commune).

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
    ({'53130': 187000.0, '01001': 6375.0}, ('01001',))
    """
    path, asked = Path(path), dict(columns or {})
    chosen = form or recognised(path, asked)
    if chosen not in FORMS:
        raise DataError(
            "{what} : forme inconnue « {form} » ({known}).", what=WHAT, form=chosen, known=FORMS
        )
    known = parameters or Parameters.load()
    if chosen == "bpe":
        found = _from_register(bpe.load(path), "gp", known.value(_PER_HEAD), path)
    elif chosen == "annuaire":
        found = _from_register(annuaire.load(path), "fte", known.value(_PER_FTE), path)
    else:
        found = _own(path, asked, known)
    found.attrs["form"] = chosen
    return _cities(found, path)


def recognised(path: Path, asked: Mapping[str, str]) -> str:
    """Return which of ``FORMS`` a file is, by the names of its columns.

    Raises
    ------
    DataError
        For a file of the APL, which tells what patients can count on and not who practises.
    """
    if asked:
        return "table"
    table = open_table(
        path, WHAT, marks=(*CODE_NAMES, "typequ", "facility type", "code profession")
    )
    if annuaire.is_annuaire(table.names):
        return "annuaire"
    if bpe.is_bpe(table.names):
        return "bpe"
    if apl_workbook.is_apl(table.names):
        raise DataError(
            "{what} : « {path} » donne l’APL des communes, et non leurs médecins. "
            "Nommez-le plutôt dans need.apl_file : il donne la population standardisée.",
            what=WHAT,
            path=path,
        )
    return "table"


def _from_register(found: pd.DataFrame, column: str, per_gp: float, path: Path) -> pd.DataFrame:
    """Return the consultations of the doctors that an official register counts."""
    if column not in found:
        raise DataError("{what} : « {path} » ne compte aucun généraliste.", what=WHAT, path=path)
    counted = found[found[column] > 0]
    table = (counted[column] * per_gp).astype(float).rename("acts_per_year").to_frame()
    table.attrs = {
        "vintage": found.attrs["vintage"],
        "column": found.attrs.get("codes", {}).get(column, column),
        "from_count": True,
        "repaired": (),
        "unplaced": found.attrs["unplaced"] * per_gp,
    }
    return table


def _own(path: Path, asked: Mapping[str, str], parameters: Parameters) -> pd.DataFrame:
    """Return the consultations of a table of the user's own."""
    table = open_table(path, WHAT, asked=asked.values())
    code = table.column(CODE_NAMES, CODE, asked.get("code"))
    value, from_count = _value(table, asked)
    cells = table.cells({"code": code, "value": value})
    faults = Faults()
    commune = codes(cells["code"], faults)
    amount = numbers(cells["value"], faults, high=_MOST)
    faults.check(WHAT, path)
    if amount.empty:
        raise DataError("{what} : « {path} » ne contient aucune commune.", what=WHAT, path=path)
    repaired = commune.str.len() > cells["code"].str.removesuffix(".0").str.len()
    full_time = {"etp", "fte"} & set(plain(value).split())
    each = parameters.value(_PER_FTE if full_time else _PER_HEAD) if from_count else 1.0
    found = pd.DataFrame({"acts_per_year": (amount * each).to_numpy()})
    found.index = pd.Index(commune, name="commune")
    found.attrs = {
        "vintage": year_in(path.name),
        "column": value,
        "from_count": from_count,
        "repaired": tuple(commune[repaired]),
        "unplaced": 0.0,
    }
    return found


def _value(table: OwnTable, asked: Mapping[str, str]) -> tuple[str, bool]:
    """Return the column of consultations or of doctors, and whether it counts doctors."""
    gp, acts = asked.get("gp"), asked.get("acts")
    found = None if gp and not acts else table.find(_ACTS_NAMES, acts)
    if found is not None:
        return found, False
    meaning = Fault("les consultations ou les médecins", {})
    return table.column(_GP_NAMES, meaning, acts or gp), True


def _cities(found: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Add up the arrondissements of the three cities that have some."""
    merged = sorted(set(found.index) & set(_ARRONDISSEMENTS))
    both = sorted({_ARRONDISSEMENTS[code] for code in merged} & set(found.index))
    if both:
        raise DataError(
            "{what} : « {path} » donne une ville et ses arrondissements à la fois ({cities}). "
            "Gardez l’une ou les autres.",
            what=WHAT,
            path=path,
            cities=tuple(both),
        )
    table = found.groupby(lambda code: _ARRONDISSEMENTS.get(str(code), code), sort=False).sum()
    table.index.name = "commune"
    table.attrs = found.attrs | {"merged": tuple(merged)}
    return table
