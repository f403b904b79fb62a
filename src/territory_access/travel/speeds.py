"""Give every stretch of road its speed, from one national table that anybody can read and swap."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.datasets.road_form import FERRY
from territory_access.errors import DataError, Fault, MissingDataset
from territory_access.parameters import data_folder
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from numpy.typing import NDArray

URBAN, RURAL, ANY = "urban", "rural", "any"
_COLUMNS = (
    *("quantity", "mode", "highway", "area", "value", "low", "high", "unit", "tag"),
    *("source", "note"),
)
_KEY = ["quantity", "mode", "highway", "area"]
# What every table must hold, whatever the mode; speeds are asked class by class when met.
_NEEDED = (
    *("limit_share", "congestion_off_peak", "congestion_peak", "terminal", "off_road"),
    *("ferry_speed", "ferry_headway", "urban_density", "urban_streets"),
)
_SLOWEST = 1.0  # km/h: below this a speed is an error of typing


@dataclass(frozen=True)
class SpeedTable:
    """Speeds by class of road, urban or rural, and the few numbers that go with them.

    Attributes
    ----------
    rows
        ``quantity``, ``mode``, ``highway``, ``area`` (``urban``, ``rural`` or ``any``), ``value``,
        ``low``, ``high``, ``unit``, ``tag``, ``source``, ``note``. An empty mode or class holds for
        all.
    name
        File that it was read from.
    digest
        SHA-256 of that file.
    """

    rows: pd.DataFrame
    name: str
    digest: str

    @classmethod
    def load(cls, path: str | PathLike[str] | None = None) -> SpeedTable:
        """Read a table; the national one without a path.

        Raises
        ------
        MissingDataset
            If there is no such file.
        DataError
            With every line that cannot be used.

        Examples
        --------
        >>> table = SpeedTable.load()
        >>> table.value("speed", mode="car", highway="primary", area="rural")
        64.0
        """
        file = data_folder() / "speeds.csv" if path is None else Path(path)
        if not file.is_file():
            raise MissingDataset(
                "{path} : cette table de vitesses n’existe pas. Partez de « datasets/speeds.csv ».",
                path=str(file),
            )
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
        faults = list(_faults(rows))
        if faults:
            raise DataError(
                "{path} : table de vitesses inutilisable.", path=file.name, faults=faults
            )
        for name in ("value", "low", "high"):
            rows[name] = rows[name].astype(float)
        return cls(rows, file.name, hashlib.sha256(file.read_bytes()).hexdigest())

    def value(self, quantity: str, *, mode: str = "", highway: str = "", area: str = ANY) -> float:
        """Return one number: the row of this area, or the one for any area.

        Raises
        ------
        DataError
            If the table does not say.
        """
        rows = self.rows[
            (self.rows["quantity"] == quantity)
            & self.rows["mode"].isin(["", mode])
            & (self.rows["highway"] == highway)
            & self.rows["area"].isin([area, ANY])
        ]
        if rows.empty:
            raise DataError(
                "{table} : il manque {quantity} pour {what} : ajoutez cette ligne à la table.",
                table=self.name,
                quantity=quantity,
                what=" ".join(part for part in (mode, highway, area) if part),
            )
        exact = rows[rows["area"] == area]
        return float((exact if len(exact) else rows)["value"].iloc[0])


def _faults(rows: pd.DataFrame) -> Iterator[Fault]:
    missing = [name for name in _COLUMNS if name not in rows]
    if missing:
        yield Fault("colonnes absentes : {names}", {"names": ", ".join(missing)})
        return
    for quantity in _NEEDED:
        if quantity not in set(rows["quantity"]):
            yield Fault("grandeur absente : {quantity}", {"quantity": quantity})
    for line, row in enumerate(rows.to_dict("records"), start=2):
        try:
            low, value, high = (float(row[name]) for name in ("low", "value", "high"))
        except ValueError:
            yield Fault("ligne {line} : value, low et high sont des nombres", {"line": line})
            continue
        if not 0 <= low <= value <= high < np.inf:
            yield Fault("ligne {line} : il faut 0 ≤ low ≤ value ≤ high", {"line": line})
        if row["unit"] == "km/h" and value < _SLOWEST:
            yield Fault("ligne {line} : une vitesse est d’au moins 1 km/h", {"line": line})
        if row["tag"] not in set(Tag):
            tag = row["tag"]
            yield Fault("ligne {line} : étiquette inconnue « {tag} »", {"line": line, "tag": tag})
    for place in np.flatnonzero(rows.duplicated(_KEY)):
        yield Fault("ligne {line} : déjà donnée plus haut", {"line": int(place) + 2})


def assign(
    edges: pd.DataFrame,
    urban: NDArray[np.bool_],
    table: SpeedTable,
    *,
    mode: str,
    peak: bool = False,
) -> NDArray[np.float64]:
    """Return the speed of each stretch in km/h: class and area, under the limit, in traffic.

    ``speed = min(class speed, maxspeed · limit_share) / congestion``. The limit only ever lowers:
    OSMnx gives classes the mean of the limits tagged, which makes a living street 49.8 km/h in
    Liechtenstein. Ferries get ``ferry_speed``; ``ferry_lines`` then replaces it by what is known.

    Parameters
    ----------
    edges
        ``Roads.edges``, shape (stretches,).
    urban
        Whether each stretch is urban (``built_up.urban``).
    table
        Speeds.
    mode
        ``car``, ``bike`` or ``walk``.
    peak
        Rush hours rather than quiet ones (cars only).

    Raises
    ------
    DataError
        If the table lacks a class of road that is there.

    Examples
    --------
    >>> edges = pd.DataFrame({"highway": ["primary", "primary"], "maxspeed": [np.nan, 50.0]})
    >>> assign(edges, np.array([False, False]), SpeedTable.load(), mode="car")
    array([64., 40.])
    """
    classes = pd.Categorical(edges["highway"])
    names = list(classes.categories)
    grid = np.array([
        [
            table.value("ferry_speed")
            if name == FERRY
            else table.value("speed", mode=mode, highway=name, area=area)
            for area in (RURAL, URBAN)
        ]
        for name in names
    ]).reshape(len(names), 2)  # fmt: skip
    inside = urban.astype(int)
    speed = grid[classes.codes, inside]
    cap = edges["maxspeed"].to_numpy(dtype=float) * table.value("limit_share", mode=mode)
    boat = np.asarray(classes == FERRY)
    speed = np.where(boat, speed, np.fmin(speed, cap))
    if mode == "car":
        quantity = "congestion_peak" if peak else "congestion_off_peak"
        factors = np.array([table.value(quantity, area=area) for area in (RURAL, URBAN)])
        speed = np.where(boat, speed, speed / factors[inside])
    return np.asarray(np.maximum(speed, _SLOWEST))
