"""Reads FINESS, the register of health and social establishments: what stands where.

The file has no header: each row begins with what it is. ``structureet`` describes an establishment,
``geolocalisation`` gives its point, in the projection that is official there; both parts may come
in one file or in two.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from territory_access.datasets.bpe_places import projected
from territory_access.datasets.cell_values import Faults, commune_code, note_twice, number
from territory_access.datasets.rows import iter_rows
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from territory_access.datasets.rows import Row

WHAT = Fault("FINESS", {})
# What the categories are called here (NOS TRE_R66); the file holds many more.
CATEGORIES = {
    "101": "hospital",
    "106": "hospital",
    "355": "hospital",
    "124": "health_centre",
    "127": "home_hospital",
    "130": "health_centre",
    "202": "senior_housing",
    "354": "home_nursing",
    "439": "health_centre",
    "500": "ehpad",
    "603": "msp",
    "604": "cpts",
    "611": "laboratory",
    "620": "pharmacy",
}
# Where each thing stands in a row.
_STRUCTURE = {
    "finess": 1,
    "legal_entity": 2,
    "name": 3,
    "long_name": 4,
    "commune": 12,
    "departement": 13,
    "category": 18,
    "label": 19,
    "opened": 28,
}
_STRUCTURE_CELLS = 20
_POINT = {"finess": 1, "x": 2, "y": 3, "source": 4}
_POINT_CELLS = 5
_CRS = {
    "LAMBERT_93": 2154,
    "UTM_N20": 5490,
    "UTM_N21": 4467,
    "UTM_N22": 2972,
    "UTM_S38": 4471,
    "UTM_S40": 2975,
}
# Overseas, the département is a letter and the commune begins with its third digit.
_OVERSEAS = re.compile(r"9[A-F]")
_NUMBER = re.compile(r"[0-9][0-9A-F][0-9]{7}")
_DATE = re.compile(r"(20\d{2})-?[01]\d-?[0-3]\d")
_SHORT = "ligne incomplète : ligne(s) {lines}{more}"
_UNREADABLE = "numéro FINESS illisible : ligne(s) {lines}{more}"
_NO_CRS = "système de coordonnées inconnu : ligne(s) {lines}{more}"
_NO_COMMUNE = "commune illisible : ligne(s) {lines}{more}"
# France with its overseas départements, each within its own box (west, south, east, north).
_BOXES = {
    2154: (-5.5, 41.0, 10.0, 51.5),
    5490: (-63.5, 14.0, -60.5, 18.5),
    4467: (-57.0, 46.0, -55.5, 47.5),
    2972: (-55.0, 2.0, -51.0, 6.5),
    4471: (44.5, -13.5, 45.8, -12.3),
    2975: (55.0, -21.6, 56.0, -20.6),
}


def load(
    path: str | Path,
    *,
    geolocation: str | Path | None = None,
    categories: Collection[str] | None = None,
) -> gpd.GeoDataFrame:
    """Return the establishments of some categories, with their point.

    Parameters
    ----------
    path
        The extract as data.gouv.fr gives it (``etalab-cs1100507-stock-….csv``), in UTF-8 or
        Latin-1; with ``structureet`` rows, and maybe ``geolocalisation`` rows.
    geolocation
        A second file of ``geolocalisation`` rows.
    categories
        Codes, for example ``{"124", "603"}``; those of ``CATEGORIES`` where not given.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, index ``finess`` (number of the site, not of its legal entity): ``name``,
        ``category`` (code), ``kind`` (of ``CATEGORIES``, ``""`` for others), ``label``,
        ``legal_entity``, ``commune``, ``opened`` (ISO date or ``""``), ``precision`` (as FINESS
        words it), ``geometry`` (``None`` where not known). ``attrs``: ``vintage`` (year of the
        extract), ``unplaced`` (sites without a point), ``outside`` (sites whose point lay out of
        their projection: taken away), ``orphans`` (points of no site of the file).

    Raises
    ------
    DataError
        With every fault once: rows cut short, unreadable numbers, duplicates, unknown projections.
    MissingDataset
        When a file is not there.

    Notes
    -----
    FINESS says that a site is there, not who works in it: no staff, no activity, no open days.
    """
    path = Path(path)
    wanted = frozenset(CATEGORIES if categories is None else categories)
    files = [path, *([Path(geolocation)] if geolocation else [])]
    faults = Faults()
    rows = ((line, row) for file in files for line, row in iter_rows(file, quoted=False))
    parts, year = _parts(rows, wanted, faults)
    sites, points = parts
    note_twice(sites["finess"], faults)
    note_twice(points["finess"], faults)
    sites["commune"] = _communes(sites, faults)
    points["epsg"] = _projections(points, faults)
    faults.check(WHAT, path)
    if sites.empty:
        raise DataError(
            "{what} : « {path} » ne contient aucun établissement de ces catégories.",
            what=WHAT,
            path=path,
        )
    return _joined(sites, points, year)


def _parts(
    rows: Iterator[Row], wanted: Collection[str], faults: Faults
) -> tuple[tuple[pd.DataFrame, pd.DataFrame], int | None]:
    """Return the cells of the sites of some categories and of all points, by line."""
    sites: dict[int, list[str]] = {}
    points: dict[int, list[str]] = {}
    year = None
    for line, row in rows:
        what = row[0].strip().lower()
        if what == "finess" and (stamp := _DATE.search(";".join(row))):
            year = int(stamp[1])
        elif what == "structureet":
            if len(row) < _STRUCTURE_CELLS:
                faults.add(_SHORT, line, ";".join(row))
            elif row[_STRUCTURE["category"]].strip() in wanted:
                cells = [*row, *[""] * 12]
                sites[line] = [cells[at].strip() for at in _STRUCTURE.values()]
        elif what == "geolocalisation":
            if len(row) < _POINT_CELLS:
                faults.add(_SHORT, line, ";".join(row))
            else:
                points[-line if line in points else line] = [
                    row[at].strip() for at in _POINT.values()
                ]
    found = (
        pd.DataFrame.from_dict(sites, orient="index", columns=list(_STRUCTURE), dtype=object),
        pd.DataFrame.from_dict(points, orient="index", columns=list(_POINT), dtype=object),
    )
    for part in found:
        wrong = part.loc[~part["finess"].map(_is_number).astype(bool), "finess"]
        for at, raw in wrong.items():
            faults.add(_UNREADABLE, at, raw)
    return found, year


def _is_number(raw: str) -> bool:
    return bool(_NUMBER.fullmatch(raw))


def _communes(sites: pd.DataFrame, faults: Faults) -> pd.Series[str]:
    """Return INSEE codes: département and commune; 9A 101 is 97101."""
    departement = sites["departement"].str.upper()
    start = departement.where(~departement.str.fullmatch(_OVERSEAS), "97")
    raw = start + sites["commune"].str.zfill(3)
    found = raw.map({one: commune_code(one) for one in raw.unique()})
    for line, code in raw[found.isna()].items():
        faults.add(_NO_COMMUNE, line, code)
    return found


def _projections(points: pd.DataFrame, faults: Faults) -> pd.Series[int]:
    """Return the EPSG code of each point, whose source ends with its name."""
    named = points["source"].str.upper().str.extract(r"(LAMBERT_93|UTM_[NS]\d{2})")[0]
    found = named.map(_CRS)
    blank = (points["x"] == "") | (points["y"] == "")
    for line, raw in points.loc[found.isna() & ~blank, "source"].items():
        faults.add(_NO_CRS, line, raw)
    return found.fillna(_CRS["LAMBERT_93"]).astype(int)


def _joined(sites: pd.DataFrame, points: pd.DataFrame, year: int | None) -> gpd.GeoDataFrame:
    known = points.assign(
        x=points["x"].map(number).astype(float), y=points["y"].map(number).astype(float)
    ).set_index("finess")
    orphans = int((~known.index.isin(sites["finess"])).sum())
    known = known[known.index.isin(sites["finess"])]
    where = projected(known["x"], known["y"], known["epsg"])
    inside = _inside(where, known["epsg"])
    found = gpd.GeoDataFrame(
        sites.assign(
            name=sites["long_name"].where(sites["long_name"] != "", sites["name"]),
            kind=sites["category"].map(CATEGORIES).fillna(""),
        )[["finess", "name", "category", "kind", "label", "legal_entity", "commune", "opened"]]
    ).set_index("finess")
    found["precision"] = known["source"].reindex(found.index).fillna("")
    placed = where.where(inside, None).reindex(found.index)
    found = found.set_geometry(gpd.GeoSeries(placed, crs=4326))
    found.attrs = {
        "vintage": year,
        "unplaced": int(found.geometry.isna().sum()),
        "outside": int((where.notna() & ~inside).sum()),
        "orphans": orphans,
    }
    return found


def _inside(where: gpd.GeoSeries, epsg: pd.Series[int]) -> pd.Series[bool]:
    """Return whether each point lies where its projection is meant for."""
    west, south, east, north = (epsg.map(lambda one, at=at: _BOXES[one][at]) for at in range(4))
    inside: pd.Series[bool] = where.x.between(west, east) & where.y.between(south, north)
    return inside
