"""Reads the files that a scenario brings, and puts them on today's communes.

What they then say of each zone stands in ``datasets.of_zones``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.datasets import (
    ages,
    apl_workbook,
    august,
    cars,
    deprivation,
    own_rates,
    registry,
    share_75,
    supply,
    vintage,
)
from territory_access.datasets.own_table import open_table
from territory_access.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from territory_access.parameters import Parameters
    from territory_access.scenario import Scenario

_WHOLE_COUNTRY = 30_000  # communes: a file that holds as many stands for France
_OLD = 75
# The bands of the weights (parameters ``need.age_weight_…``), by their first age.
_WEIGHTS = {
    0: "0_4",
    5: "5_14",
    15: "15_24",
    25: "25_34",
    35: "35_44",
    45: "45_54",
    55: "55_64",
    65: "65_74",
    75: "75_84",
    85: "85_plus",
}
# What each file of a scenario holds, in the words of the dossier.
TITLES = {
    "supply.gp_file": "Offre de médecins généralistes",
    "need.ages_file": "Population par âge",
    "need.apl_file": "APL et population standardisée",
    "need.cars_file": "Ménages sans voiture",
    "need.deprivation_file": "Indice de défavorisation",
    "need.without_doctor_file": "Part sans médecin traitant",
    "need.ald_file": "Part en affection de longue durée",
    "need.august_file": "Population présente en août",
    "need.care_homes_file": "EHPAD et hôpitaux (FINESS)",
}


@dataclass(frozen=True)
class BroughtFile:
    """A file of the scenario.

    Attributes
    ----------
    key
        Of the scenario, for example ``need.ages_file``.
    title
        What it holds.
    path
        Where it lies.
    vintage
        Year of what it says, ``None`` where neither the file nor the scenario tells.
    unplaced
        Codes that lead to no commune of today.
    """

    key: str
    title: str
    path: Path
    vintage: int | None
    unplaced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Brought:
    """What the files of a scenario say, by today's commune.

    Attributes
    ----------
    people
        Index commune; some of ``share_75``, ``mean_weight`` (standardised inhabitants an
        inhabitant), ``need`` (as published), ``no_car_share``, ``deprivation``,
        ``present_august`` or ``visitors_august``.
    rates
        ``level``, ``code``, ``rate``, or ``None``.
    supply
        ``acts_per_year``, or ``None``.
    ald
        As ``rates``, of the people with a long-term illness.
    files
        Those read.
    """

    people: pd.DataFrame = field(default_factory=pd.DataFrame)
    rates: pd.DataFrame | None = None
    supply: pd.DataFrame | None = None
    files: tuple[BroughtFile, ...] = ()
    ald: pd.DataFrame | None = None


def read(scenario: Scenario, *, parameters: Parameters) -> Brought:
    """Return what the files of a scenario say.

    Parameters
    ----------
    scenario
        Names them, their columns and their years.
    parameters
        Give the weights of ages, and the consultations of a full-time doctor.

    Raises
    ------
    DataError
        What a reader says of its file.
    MissingDataset
        When a file is not there.
    """
    part = scenario.need
    readers = {
        "ages": part.ages_file and _ages,
        "apl": part.apl_file and _apl,
        "cars": part.cars_file and _cars,
        "deprivation": part.deprivation_file and _deprivation,
        "august": part.august_file and _august,
    }
    tables: list[pd.DataFrame] = []
    files: list[BroughtFile] = []
    for name, reader in readers.items():
        if reader:
            path = _path(scenario, "need", f"{name}_file")
            found = reader(path, part.columns.get(name, {}), parameters)
            year = part.years.get(name) or found.attrs["vintage"]
            files.append(_file(f"need.{name}_file", path, year, found.attrs["unplaced"]))
            tables.append(found)
    offered = None
    if scenario.supply.gp_file:
        path = _path(scenario, "supply", "gp_file")
        offered = _supply(path, scenario, parameters)
        year = scenario.need.years.get("gp") or offered.attrs["vintage"]
        files.append(_file("supply.gp_file", path, year, offered.attrs["unplaced"]))
    shares, read_too = _shares(scenario)
    files += read_too
    people = pd.concat(tables, axis=1) if tables else pd.DataFrame()
    return Brought(people, shares.get("without_doctor"), offered, tuple(files), shares.get("ald"))


def _shares(scenario: Scenario) -> tuple[dict[str, pd.DataFrame], list[BroughtFile]]:
    """Return the shares of the people that a CPAM or an ARS gives, by name, and their files."""
    part = scenario.need
    shares: dict[str, pd.DataFrame] = {}
    files: list[BroughtFile] = []
    for name, what in {"without_doctor": own_rates.WHAT, "ald": own_rates.ALD}.items():
        if getattr(part, f"{name}_file"):
            path = _path(scenario, "need", f"{name}_file")
            shares[name] = own_rates.load(path, columns=part.columns.get(name, {}), what=what)
            year = part.years.get(name) or shares[name].attrs["vintage"]
            files.append(_file(f"need.{name}_file", path, year, ()))
    return shares, files


def _path(scenario: Scenario, table: str, key: str) -> Path:
    return registry.locate(getattr(getattr(scenario, table), key), key=f"{table}.{key}")


def _file(key: str, path: Path, year: int | None, unplaced: tuple[str, ...]) -> BroughtFile:
    return BroughtFile(key, TITLES[key], path, year, unplaced)


def _on_today(found: pd.DataFrame, how: vintage.How, *, weights: str | None = None) -> pd.DataFrame:
    """Return a table on today's communes; what stands nowhere is in ``attrs["unplaced"]``."""
    done = vintage.bridge(
        found,
        how={str(name): "sum" if str(name) == weights else how for name in found},
        weights=weights,
        vintage=found.attrs["vintage"],
    )
    table = done.table
    table.attrs = {
        "vintage": found.attrs["vintage"],
        "unplaced": tuple(str(code) for code in done.unplaced.index),
    }
    return table


def _supply(path: Path, scenario: Scenario, parameters: Parameters) -> pd.DataFrame:
    part = scenario.supply
    found = supply.load(path, form=part.gp_format, columns=part.gp_columns, parameters=parameters)
    return _on_today(found, "sum")


def _ages(path: Path, columns: Mapping[str, str], parameters: Parameters) -> pd.DataFrame:
    """Return ``share_75`` and ``mean_weight``, the latter where the file holds every age."""
    if columns or share_75.is_share_75(open_table(path, ages.WHAT).names):
        share = share_75.load(path, columns=columns)
        return _on_today(share.assign(weight=1.0), "mean", weights="weight").drop(columns="weight")
    counts = ages.load(path)
    counts.columns = counts.columns.astype(str)
    by_age = _on_today(counts, "sum")
    first = by_age.columns.astype(int).to_numpy()
    edges = np.array(list(_WEIGHTS))
    omega = np.array([parameters.value(f"need.age_weight_{name}") for name in _WEIGHTS.values()])
    weight = omega[np.searchsorted(edges, first, side="right") - 1]
    people = by_age.sum(axis=1)
    everybody = by_age.sum()
    whole = len(by_age) >= _WHOLE_COUNTRY
    scale = everybody.sum() / (everybody.to_numpy() @ weight) if whole else 1.0
    known = people[people > 0]
    found = pd.DataFrame({"mean_weight": (by_age.to_numpy() @ weight) * scale}, by_age.index)
    found["share_75"] = by_age.loc[:, first >= _OLD].sum(axis=1)
    found = found.loc[known.index].div(known, axis=0)
    found.attrs = by_age.attrs
    return found


def _apl(path: Path, _: Mapping[str, str], __: Parameters) -> pd.DataFrame:
    """Return ``need``, as published; its year is that of the people counted."""
    found = apl_workbook.load(path)
    if "need" not in found:
        raise DataError(
            "{what} : « {path} » ne donne pas la population standardisée.",
            what=apl_workbook.WHAT,
            path=path,
        )
    need = found[["need"]]
    need.attrs = {"vintage": found.attrs["need_vintage"]}
    return _on_today(need, "sum")


def _cars(path: Path, columns: Mapping[str, str], _: Parameters) -> pd.DataFrame:
    found = cars.load(path, columns=columns)
    if "households" not in found:
        found["households"] = 1.0
    return _on_today(found, "mean", weights="households")[["no_car_share"]]


def _deprivation(path: Path, columns: Mapping[str, str], _: Parameters) -> pd.DataFrame:
    """Return ``deprivation``; communes that became one count alike."""
    found = deprivation.load(path, columns=columns).assign(weight=1.0)
    return _on_today(found, "mean", weights="weight")[["deprivation"]]


def _august(path: Path, columns: Mapping[str, str], _: Parameters) -> pd.DataFrame:
    return _on_today(august.load(path, columns=columns), "sum")
