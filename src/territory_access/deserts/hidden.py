"""Whom the mean hides: zones that are fine for most, and bad for some, or at some times.

Assist calls it being an *aiguillon*: to look where the figures are quiet. Three kinds of people:
those aged 75 and over without a car, who walk; those who are there in August; those who fall ill at
night. What the data at hand cannot tell is said, not guessed: every missing column is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import Fault
from territory_access.vocabulary import ORIGIN, DesertKind

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

POPULATION_75, NO_CAR, AUGUST = "population_75", "no_car_share", "population_august"
_FILES = {POPULATION_75: "need.ages_file", NO_CAR: "need.cars_file"}


class Whom(StrEnum):
    """Who or when; the French words are what users read."""

    CARLESS = "75 ans et plus sans voiture"
    AUGUST = "au mois d’août"
    NIGHT = "la nuit"


@dataclass(frozen=True, eq=False)
class Hidden:
    """What the mean hides, and what cannot be told.

    Attributes
    ----------
    zones
        One row a zone and kind of people: ``zone_id``, ``name``, ``whom``, ``people`` (how many
        are concerned), ``value`` (minutes, or consultations in August), the most people first.
    missing
        What would have to be known, a sentence each.
    """

    zones: pd.DataFrame
    missing: tuple[Fault, ...]


def hidden(  # noqa: PLR0913 - what is known of each kind of people, by name
    found: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    *,
    walk_minutes: xr.DataArray | None = None,
    night_minutes: xr.DataArray | None = None,
    august_apl: xr.DataArray | None = None,
    walk_reach: float = 20.0,
    night_reach: float = 30.0,
    apl_threshold: float = 2.5,
) -> Hidden:
    """Return the zones that are no desert but are one for some.

    Parameters
    ----------
    found
        What ``find`` returned; ``apl`` where known. Deserts are left out: nothing hides them.
    zones
        ``schemas.ZONES`` with, where known, ``population_75`` (inhabitants of 75 and over),
        ``no_car_share`` (of households) and ``population_august`` (present in August).
    walk_minutes
        Minutes without a car to the nearest site ``(origin)``: on foot, or by bus where known.
    night_minutes
        Minutes to the nearest doctor on duty at night ``(origin)``.
    august_apl
        APL shared with those who are there in August ``(origin)`` (``siting.summer``).
    walk_reach, night_reach
        Minutes that are acceptable, included.
    apl_threshold
        Consultations a year below which August is bad.

    Returns
    -------
    Hidden
        Nothing is guessed: a kind of people whose data are absent is named in ``missing``.

    Examples
    --------
    >>> import geopandas as gpd, shapely, xarray as xr
    >>> shapes = [shapely.box(x, 0, x + 1, 1) for x in range(2)]
    >>> zones = gpd.GeoDataFrame(
    ...     {"name": ["Ici", "Là"], "population": [900, 700], "population_75": [120, 90],
    ...      "no_car_share": [0.2, 0.1]}, geometry=shapes, index=["A", "B"])
    >>> found = zones[["name", "population", "geometry"]].assign(
    ...     kind=["aucun", "distance"], in_territory=True)
    >>> told = hidden(found, zones, walk_minutes=xr.DataArray([45.0, 60.0], {"origin": ["A", "B"]}))
    >>> told.zones[["zone_id", "people"]].values.tolist(), len(told.missing)
    ([['A', 24.0]], 2)
    """
    sound = found[found["in_territory"] & ~_deserts(found["kind"]) & (found["population"] > 0)]
    rows: list[pd.DataFrame] = []
    missing: list[Fault] = []
    for whom, told in (
        (Whom.CARLESS, _carless(sound, zones, walk_minutes, walk_reach)),
        (Whom.AUGUST, _august(sound, zones, august_apl, apl_threshold)),
        (Whom.NIGHT, _night(sound, night_minutes, night_reach)),
    ):
        if isinstance(told, Fault):
            missing.append(told)
            continue
        bad, people, value = told
        part = sound[bad]
        rows.append(
            pd.DataFrame({
                "zone_id": part.index, "name": part["name"].to_numpy(), "whom": whom.value,
                "people": people[bad], "value": value[bad],
            })
        )  # fmt: skip
    columns = ["zone_id", "name", "whom", "people", "value"]
    table = pd.concat(rows) if rows else pd.DataFrame(columns=columns)
    table = table[table["people"] > 0]
    order = table.sort_values(["people", "zone_id"], ascending=[False, True], kind="stable")
    return Hidden(order.reset_index(drop=True), tuple(missing))


type _Told = tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]


def _carless(
    sound: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, minutes: xr.DataArray | None, reach: float
) -> _Told | Fault:
    """Return where the old without a car are too far, how many they are, and their minutes."""
    absent = [name for name in (POPULATION_75, NO_CAR) if name not in zones.columns]
    if minutes is None or absent:
        return Fault(
            "75 ans et plus sans voiture : il manque {files} (population par âge et équipement "
            "automobile des ménages, INSEE).",
            {"files": ", ".join(_FILES[name] for name in absent) or "walk_minutes"},
        )
    here = zones.loc[sound.index]
    walk = _of(minutes, sound)
    people = here[POPULATION_75].to_numpy(float) * here[NO_CAR].to_numpy(float)
    known = np.isfinite(people)
    return (walk > reach) & known, np.where(known, people, 0.0), walk


def _august(
    sound: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, apl: xr.DataArray | None, threshold: float
) -> _Told | Fault:
    """Return where the people of August leave each other too little."""
    if AUGUST not in zones.columns or apl is None:
        return Fault(
            "Au mois d’août : il manque la population présente en août, par commune "
            "(need.august_file), ou l’offre de médecins (supply.gp_file).",
            {},
        )
    here = zones.loc[sound.index]
    present = here[AUGUST].to_numpy(float)
    level = _of(apl, sound)
    return (level < threshold) & np.isfinite(present), present, level


def _night(sound: gpd.GeoDataFrame, minutes: xr.DataArray | None, reach: float) -> _Told | Fault:
    """Return where nobody on duty at night is near."""
    if minutes is None:
        return Fault(
            "La nuit : il manque les points de garde (permanence des soins, 20 h – 8 h).", {}
        )
    away = _of(minutes, sound)
    return away > reach, sound["population"].to_numpy(float), away


def _of(table: xr.DataArray, zones: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return np.asarray(table.sel({ORIGIN: zones.index.to_numpy()}).to_numpy(), dtype=np.float64)


def _deserts(kinds: pd.Series[str]) -> pd.Series[bool]:
    return kinds.isin([DesertKind.DISTANCE, DesertKind.CAPACITY, DesertKind.BOTH])
