"""Reads INSEE's register of facilities (BPE): who practises, and what is open, in each commune.

Every edition writes it otherwise: one row a facility, or a count by kind (long) or by place (wide);
and the codes of the professions changed (D201 became D265, D232 became D281…). Old and new codes
never count together: a file that holds both for one profession is refused.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.datasets.bpe_places import crs_of, located
from territory_access.datasets.cell_values import (
    Faults,
    codes,
    numbers,
    place_codes,
    year_in,
)
from territory_access.datasets.own_table import CODE, CODE_NAMES, OwnTable, open_table, plain
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import pandas as pd

# What each code of the register stands for: the code of today, then that of older editions.
KINDS: dict[str, tuple[str, ...]] = {
    "gp": ("D265", "D201"),
    "nurse": ("D281", "D232"),
    "physio": ("D279", "D233"),
    "dentist": ("D277", "D221"),
    "midwife": ("D275", "D231"),
    "pharmacy": ("D307", "D301"),
    "emergency": ("D106",),
    "maternity": ("D107",),
    "health_centre": ("D108",),
    "msp": ("D113",),
    "laboratory": ("D302",),
    "ehpad": ("D401",),
}
WHAT = Fault("base permanente des équipements (BPE)", {})
_KIND_OF = {code: kind for kind, known in KINDS.items() for code in known}
_TYPE_NAMES = ("typequ", "facility type", "type equipement", "code equipement")
_COMMUNE_NAMES = ("depcom", "codgeo", "geo", *CODE_NAMES)
_IRIS_NAMES = ("dciris", "iris", "code iris", "geo")
_COUNT_NAMES = ("nb equip", "obs value", "obs value niveau", "nb")
_YEAR_NAMES = ("an", "time period", "annee")
_LEVEL_NAMES = ("geo object",)
_WIDE = re.compile(r"(?:nb )?(d\d{3})")
_MOST = 100_000.0  # facilities of one kind in one commune: Paris has some thousands


def load(path: str | Path, *, level: str = "commune", year: int | None = None) -> pd.DataFrame:
    r"""Return how many facilities of each kind each commune, or IRIS, has.

    Parameters
    ----------
    path
        As INSEE gives it: ``.csv``, ``.csv.gz``, ``.zip`` or ``.xlsx``; one row a facility
        (``TYPEQU``, with or without ``LAMBERT_X``), a count a kind (``NB_EQUIP``, ``OBS_VALUE``),
        or a column a kind (``D201``, ``NB_D265``).
    level
        ``"commune"`` or ``"iris"``.
    year
        Which edition, in a file that holds several; the last one where not given.

    Returns
    -------
    DataFrame
        Index ``commune`` (codes of that edition, arrondissements of Paris, Lyon and Marseille
        kept) or ``iris`` (nine digits; ``…0000`` where a commune is not divided). One column a
        kind of ``KINDS`` that the file holds, whole numbers. ``attrs``: ``vintage`` (year or
        ``None``), ``codes`` (kind → code used), ``unplaced`` (facilities without a commune).

    Raises
    ------
    DataError
        With every fault once: no code of a commune, unreadable counts, two codes for one kind.
    MissingDataset
        When the file is not there.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "bpe18.csv"
    >>> _ = file.write_text("DEPCOM;TYPEQU;NB_EQUIP\n53130;D201;44\n53130;D301;12\n01004;D201;27\n")
    >>> table = load(file, year=2018)
    >>> table.loc["53130"].to_dict(), table.attrs["codes"]
    ({'gp': 44, 'pharmacy': 12}, {'gp': 'D201', 'pharmacy': 'D301'})
    """
    import pandas as pd

    table, wide = _opened(Path(path))
    found = _from_wide(table, wide) if wide else _from_long(table, level, year)
    used = _one_code_a_kind(found["type"].unique(), table)
    kinds = found["type"].map(_KIND_OF)
    counts = pd.crosstab(found["place"], kinds, values=found["count"], aggfunc="sum").fillna(0.0)
    counts = counts[[kind for kind in KINDS if kind in counts.columns]].astype(int)
    counts.columns.name = None
    counts.index.name = level
    result = pd.DataFrame(counts)
    result.attrs = {
        "vintage": year or found.attrs["vintage"],
        "codes": used,
        "unplaced": found.attrs["unplaced"],
    }
    return result


def points(path: str | Path, *, kinds: Iterable[str] = ("gp",)) -> gpd.GeoDataFrame:
    """Return the facilities of some kinds one by one, where the file says where they are.

    Parameters
    ----------
    path
        The edition with coordinates: ``LONGITUDE`` and ``LATITUDE``, or ``LAMBERT_X`` and
        ``LAMBERT_Y`` in the projection that is official there (overseas, another one).
    kinds
        Some of ``KINDS``.

    Returns
    -------
    GeoDataFrame
        EPSG:4326: ``kind``, ``commune``, ``precision`` (as INSEE words it, ``""`` where it does
        not), ``geometry`` (``None`` where INSEE could not place the facility: ``attrs["unplaced"]``
        counts them). ``attrs["vintage"]``.

    Raises
    ------
    DataError
        With every fault once; also where the file has no coordinates.
    """
    table, wide = _opened(Path(path))
    if wide:
        raise DataError("{what} : « {path} » n’a pas de coordonnées.", what=WHAT, path=path)
    wanted = {code for kind in kinds for code in KINDS[kind]}
    columns = _columns(table, "commune") | located(table)
    cells = table.cells(columns, lambda row: row[0].upper() in wanted)
    faults = Faults()
    commune = codes(cells["place"], faults, once=False)
    geometry = crs_of(cells, commune, faults)
    faults.check(WHAT, table.path)
    if cells.empty:
        raise _nothing(table)
    _one_code_a_kind(cells["type"].str.upper().unique(), table)
    found = geometry.to_frame("geometry").reset_index(drop=True)
    found.insert(0, "kind", cells["type"].str.upper().map(_KIND_OF).to_numpy())
    found.insert(1, "commune", commune.to_numpy())
    found.insert(2, "precision", cells["precision"].to_numpy() if "precision" in cells else "")
    found.attrs = {
        "vintage": _vintage(cells, None, table.path),
        "unplaced": int(found.geometry.isna().sum()),
    }
    return found


def is_bpe(names: Sequence[str]) -> bool:
    """Whether columns are those of this register.

    >>> is_bpe(["DEPCOM", "TYPEQU", "NB_EQUIP"]), is_bpe(["code", "D201", "D232"])
    (True, True)
    >>> is_bpe(["code", "D265"]), is_bpe(["codgeo", "actes"])
    (False, False)
    """
    known = [plain(name) for name in names]
    return any(name in _TYPE_NAMES for name in known) or len(_wide(names)) > 1


def _opened(path: Path) -> tuple[OwnTable, dict[str, str]]:
    """Return the table and, where each kind has its column, the names of those columns."""
    table = open_table(path, WHAT, marks=(*_TYPE_NAMES, *_COMMUNE_NAMES))
    long = table.find(_TYPE_NAMES)
    wide = {} if long else _wide(table.names)
    if long is None and not wide:
        raise DataError(
            "{what} : « {path} » n’a ni colonne TYPEQU, ni colonne par type d’équipement (D265…).",
            what=WHAT,
            path=path,
        )
    return table, wide


def _wide(names: Sequence[str]) -> dict[str, str]:
    """Return the column of each kind of facility."""
    matched = ((_WIDE.fullmatch(plain(name)), name) for name in names)
    return {match[1].upper(): name for match, name in matched if match}


def _columns(table: OwnTable, level: str) -> dict[str, str]:
    """Return the columns of a long table: type first, place, then those that it may have."""
    kind = table.column(_TYPE_NAMES, Fault("le type d’équipement", {}))
    usual = _COMMUNE_NAMES if level == "commune" else _IRIS_NAMES
    place = table.column(usual, CODE if level == "commune" else Fault("le code de l’IRIS", {}))
    columns = {"type": kind, "place": place}
    may = {"count": _COUNT_NAMES, "year": _YEAR_NAMES, "level": _LEVEL_NAMES}
    return columns | {ours: name for ours, names in may.items() if (name := table.find(names))}


def _from_long(table: OwnTable, level: str, year: int | None) -> pd.DataFrame:
    """Return ``place``, ``type``, ``count`` of one edition."""
    columns = _columns(table, level)
    cells = table.cells(columns, lambda row: row[0].upper() in _KIND_OF)
    if "level" in cells:
        cells = cells[cells["level"].str.upper() == ("COM" if level == "commune" else "IRIS")]
    if "year" in cells and len(cells):
        chosen = str(year or cells["year"].max())
        cells = cells[cells["year"] == chosen]
    faults = Faults()
    known = cells.loc[cells["place"] != "", "place"]
    place = place_codes(known, faults, level=level, once=False).reindex(cells.index)
    count = numbers(cells["count"], faults, high=_MOST) if "count" in cells else 1.0
    faults.check(WHAT, table.path)
    found = cells[["type"]].assign(place=place, count=count)
    found["type"] = found["type"].str.upper()
    placed = found[found["place"].notna()]
    if placed.empty:
        raise _nothing(table)
    placed.attrs = {
        "vintage": _vintage(cells, year, table.path),
        "unplaced": int(found.loc[found["place"].isna(), "count"].sum()),
    }
    return placed


def _from_wide(table: OwnTable, wide: dict[str, str]) -> pd.DataFrame:
    """Return ``place``, ``type``, ``count`` of a table with one column a kind."""
    import pandas as pd

    place = table.column(_COMMUNE_NAMES, CODE)
    kept = {code: name for code, name in wide.items() if code in _KIND_OF}
    cells = table.cells({"place": place} | kept)
    faults = Faults()
    code = codes(cells["place"], faults)
    counts = {kind: numbers(cells[kind], faults, high=_MOST, blank=0.0) for kind in kept}
    faults.check(WHAT, table.path)
    if cells.empty or not kept:
        raise _nothing(table)
    # a column of zeros says that this edition uses another code
    parts = [
        pd.DataFrame({"place": code, "type": kind, "count": count})
        for kind, count in counts.items()
        if count.any() or not any(counts[other].any() for other in _others(kind, counts))
    ]
    found = pd.concat(parts, ignore_index=True)
    found.attrs = {"vintage": _vintage(cells, None, table.path), "unplaced": 0}
    return found


def _nothing(table: OwnTable) -> DataError:
    return DataError(
        "{what} : « {path} » ne contient aucun équipement de santé.", what=WHAT, path=table.path
    )


def _others(code: str, known: Iterable[str]) -> list[str]:
    """Return the other codes of the same kind."""
    return [other for other in KINDS[_KIND_OF[code]] if other != code and other in set(known)]


def _one_code_a_kind(found: Iterable[str], table: OwnTable) -> dict[str, str]:
    """Return the code of each kind; two for one kind would count people twice."""
    present = set(found)
    used = {kind: [code for code in known if code in present] for kind, known in KINDS.items()}
    twice = {kind: known for kind, known in used.items() if len(known) > 1}
    if twice:
        raise DataError(
            "{what} : « {path} » compte une même profession sous deux codes ({codes}). "
            "Gardez une seule édition par fichier.",
            what=WHAT,
            path=table.path,
            codes=tuple(" et ".join(known) for known in twice.values()),
        )
    return {kind: known[0] for kind, known in used.items() if known}


def _vintage(cells: pd.DataFrame, year: int | None, path: Path) -> int | None:
    """Return the year of the edition: in the table, else in the name of the file."""
    if year is not None:
        return year
    stated = year_in(*cells["year"].unique()) if "year" in cells else None
    if stated is not None:
        return stated
    short = re.search(r"bpe_?(\d{2})(?!\d)", path.name.lower())
    return year_in(path.name) or (2000 + int(short[1]) if short else None)
