"""Says what the communes of France are: code, name, chef-lieu, polygon, former codes."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from territory_access.datasets.catalogue import embedded
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Collection

FILE = "communes.parquet"
POPULATION_YEAR = 2023


def load(departements: Collection[str] | None = None) -> gpd.GeoDataFrame:
    """Return the communes of some départements, or of all France.

    Parameters
    ----------
    departements
        Codes as text (``"44"``, ``"2A"``, ``"971"``); all of them when omitted. Only the parts
        of the file that hold them are read.

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by INSEE ``code`` (text), EPSG:4326: ``name``, ``departement``, ``region``,
        ``epci`` and ``epci_name`` ("" where there is none), ``population`` (inhabitants, 2023),
        ``lon`` and ``lat`` of the chef-lieu (degrees) with ``point_source``, ``geometry`` with
        ``polygon_source``, and ``former_codes`` (joined by “;”).

    Raises
    ------
    DataError
        When a code is not that of a département; lists every unknown one once.

    Examples
    --------
    >>> mayenne = load(["53"])
    >>> mayenne.loc["53130", "name"]
    'Laval'
    """
    if departements is None:
        return gpd.read_parquet(embedded(FILE))
    wanted = _known(departements)
    return gpd.read_parquet(embedded(FILE), filters=[("departement", "in", wanted)])


def names() -> pd.DataFrame:
    """Return every column of ``load`` but the polygon, for all France: fast, to look up codes.

    Examples
    --------
    >>> len(names())
    34875
    """
    columns = ["code", "name", "departement", "region", "epci", "epci_name", "population"]
    columns += ["lon", "lat", "point_source", "polygon_source", "former_codes"]
    return pd.read_parquet(embedded(FILE), columns=columns)


def departements() -> pd.DataFrame:
    """Return the départements: ``name``, ``region`` and ``region_name``, indexed by ``code``.

    Examples
    --------
    >>> departements().loc["2A", "region_name"]
    'Corse'
    """
    return pd.read_csv(embedded("departements.csv"), dtype=str).set_index("code")


def regions() -> dict[str, list[str]]:
    """Return the codes of the départements of each region code.

    Examples
    --------
    >>> regions()["52"]
    ['44', '49', '53', '72', '85']
    """
    table = departements()
    return {str(code): sorted(rows.index) for code, rows in table.groupby("region")}


def bridge() -> pd.Series[str]:
    """Return the present code of every code that an older table may bear.

    Communes absorbed by another, arrondissements of Paris, Lyon and Marseille, and the present
    codes themselves. A commune that was divided since is not undone: its old code stays that of
    the part that kept it.

    Returns
    -------
    pandas.Series
        Present code, indexed by code.

    Examples
    --------
    >>> bridge()[["49069", "75112", "44109"]].tolist()
    ['49126', '75056', '44109']
    """
    former = pd.read_parquet(embedded(FILE), columns=["code", "former_codes"])["former_codes"]
    pairs = former[former.ne("")].str.split(";").explode()
    old = pd.Series(pairs.index, index=pairs.to_numpy())
    whole = pd.concat([pd.Series(former.index, index=former.index), old])
    # two old codes are in the lists of two communes: the second is the one they are part of
    present: pd.Series[str] = whole[~whole.index.duplicated(keep="last")].rename("code")
    return present


def current_code(former: str) -> str | None:
    """Return the present code of a commune known by an older code, or None.

    For many codes, map them with ``bridge()`` instead: this reads the table each time.

    Examples
    --------
    >>> current_code("49069")
    '49126'
    >>> current_code("99999") is None
    True
    """
    found = bridge().get(former)
    return None if found is None else str(found)


def _known(codes: Collection[str]) -> list[str]:
    """Return the codes, sorted, or one error for all those that do not exist."""
    table = departements()
    faults = [
        Fault(
            "« {code} » n’est pas un code de département. Vouliez-vous dire « {close} » ({name}) ?",
            {"code": code, "close": close, "name": table.loc[close, "name"]},
        )
        for code in sorted(set(codes) - set(table.index))
        for close in [_closest(code, table)]
    ]
    if faults:
        raise DataError("Département inconnu.", faults=faults)
    return sorted(set(codes))


def _closest(code: str, table: pd.DataFrame) -> str:
    """Return the département that was most likely meant: by its code, or by its name."""
    by_name = {str(name).casefold(): str(code) for code, name in table["name"].items()}
    spellings = {**{str(c).casefold(): str(c) for c in table.index}, **by_name}
    padded = code.strip().zfill(2).casefold()
    if padded in spellings:
        return spellings[padded]
    (best,) = difflib.get_close_matches(code.casefold(), spellings, n=1, cutoff=0.0)
    return spellings[best]
