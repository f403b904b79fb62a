"""Whether the APL that the DREES published obeys the method as we understand it.

No time is worked out here: the published table itself is asked. Islands that no road leaves are
closed systems, where the method has no freedom left; they give away weights and activity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from territory_access import access
from territory_access.access.age_calibration import calibrate_age_weights
from territory_access.access.need import AGE
from territory_access.datasets import ages, apl_workbook, communes
from territory_access.errors import Fault
from territory_access.validation.france import APL_FILE
from territory_access.validation.row import Row, Skipped
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

COMMUNES_FILE = "communes/communes_cog2026.csv.gz"
AGES_FILE = "population/rp2021_age_communes.csv.gz"
_DREES, _UNIT = "DREES, APL par commune", "cons./hab./an"
_ROUNDED = 0.0005 + 1e-9  # the third decimal is the last one published
_FLOOR, _FULL = 3_600.0, 5_400.0  # consultations a year
_BANGOR, _LOCMARIA, _PALAIS, _SAUZON = "56009", "56114", "56152", "56241"
_STEADY = 0.05  # growth of a commune beyond which its ages have changed too much
_LARGE = 500  # inhabitants


class _Island(NamedTuple):
    code: str
    name: str
    year: int
    acts: float


# One practice, on an island of one commune without a road: APL = acts / standardised inhabitants.
_ISLANDS = (
    _Island("56086", "Houat", 2018, _FLOOR),
    _Island("56086", "Houat", 2016, _FLOOR),
    _Island("56087", "l’Île-aux-Moines", 2018, _FLOOR),
    _Island("56087", "l’Île-aux-Moines", 2016, _FLOOR),
    _Island("29155", "Ouessant", 2018, _FLOOR),
    _Island("29155", "Ouessant", 2016, _FLOOR),
    _Island("29083", "Sein", 2018, _FLOOR),
    _Island("29083", "Sein", 2016, _FULL),
    _Island("29082", "Batz", 2018, _FLOOR),
    _Island("29082", "Batz", 2016, _FULL),
    _Island("22016", "Bréhat", 2016, _FLOOR),
    _Island("17004", "Aix", 2016, _FLOOR),
)


def rows(data: Path | None) -> list[Row | Skipped]:
    """Return the rows on national means, closed islands, decay and age weights."""
    label = "APL publiée : moyennes, îles fermées, décroissance"
    if data is None or not (data / APL_FILE).is_file():
        why = Fault("il manque {file}", {"file": APL_FILE})
        return [Skipped("apl.published", label, why)]
    tables = {year: apl_workbook.load(data / APL_FILE, year=year) for year in (2016, 2018)}
    found: list[Row | Skipped] = [*_means(tables), *_islands(tables), *_belle_ile(tables)]
    return [*found, *_ages(data, tables[2018])]


def _means(tables: dict[int, pd.DataFrame]) -> list[Row]:
    note = "sept départements manquent à la table à notre disposition"
    found = []
    for year, column, published in ((2016, "apl", 4.1), (2016, "apl_65", 3.7), (2018, "apl", 3.9)):
        table = tables[year]
        ours = float(np.average(table[column], weights=table["need"]))
        label = (
            Fault("APL moyenne de {year}, médecins de 65 ans au plus", {"year": year})
            if column == "apl_65"
            else Fault("APL moyenne de {year}", {"year": year})
        )
        found.append(
            Row(f"apl.mean.{year}.{column}", label, published, ours, _UNIT, 0.1, _DREES, note)
        )
    inhabitants = communes.names()["population"].reindex(tables[2016].index).fillna(0)
    under = float(np.average(tables[2016]["apl"] < 2.5, weights=inhabitants))
    found.append(
        Row("apl.under.2016", "Population sous 2,5 consultations en 2016", 8.6, 100 * under, "%",
            1.0, _DREES, note)
    )  # fmt: skip
    return found


def _islands(tables: dict[int, pd.DataFrame]) -> list[Row]:
    """Return the APL of islands with one practice, from its acts and the residents alone."""
    found = []
    for isle in _ISLANDS:
        table = tables[isle.year]
        level, need = (float(table[name].loc[isle.code]) for name in ("apl", "need"))
        label = Fault(
            "APL {year} de {name}, si son cabinet donne {acts} consultations",
            {"year": isle.year, "name": isle.name, "acts": int(isle.acts)},
        )
        found.append(
            Row(f"apl.island.{isle.code}.{isle.year}", label, level,
                isle.acts / need, _UNIT, _ROUNDED, _DREES)
        )  # fmt: skip
    return found


def _belle_ile(tables: dict[int, pd.DataFrame]) -> list[Row]:
    r"""Return the weights that Belle-Île gives away, and its APL made again from them.

    In 2016 all supply is at Le Palais, so Locmaria's APL is its weight times that of Le Palais. In
    2018 Locmaria has a practice too; with a middle weight m, two equations give both ratios:
    :math:`R_P + m R_L = A_P`, :math:`m R_P + R_L = A_L`; and Sauzon's weight of Locmaria follows.
    """
    old, new = tables[2016]["apl"], tables[2018]["apl"]
    middle = float(old[_LOCMARIA] / old[_PALAIS])
    m = 2 / 3
    palais = (new[_PALAIS] - m * new[_LOCMARIA]) / (1 - m * m)
    locmaria = new[_LOCMARIA] - m * palais
    outer = float((new[_SAUZON] - palais) / locmaria)
    weights = np.array([[1, m], [m, 1], [1, m], [1, 1 / 3]])  # Palais, Locmaria, Bangor, Sauzon
    codes = [_PALAIS, _LOCMARIA, _BANGOR, _SAUZON]
    need = tables[2018].loc[codes, "need"].to_numpy()
    supply = np.array([palais, locmaria]) * (weights.T @ need)
    minutes = np.where(weights == 1, 5.0, np.where(weights == m, 12.0, 18.0))
    labels = {ORIGIN: codes, DESTINATION: codes[:2]}
    again = access.apl(
        xr.DataArray(minutes, labels, (ORIGIN, DESTINATION)),
        xr.DataArray(need, {ORIGIN: codes}),
        xr.DataArray(supply, {DESTINATION: codes[:2]}),
    )
    found = [
        Row("apl.belle_ile.middle", "Poids du deuxième palier, lu à Belle-Île en 2016", 2 / 3,
            middle, "", 0.0003, _DREES),
        Row("apl.belle_ile.outer", "Poids du troisième palier, lu à Belle-Île en 2018", 1 / 3,
            outer, "", 0.002, _DREES),
    ]  # fmt: skip
    for code, name in ((_BANGOR, "Bangor"), (_SAUZON, "Sauzon")):
        label = Fault("APL 2018 de {name}, de celle du Palais et de Locmaria", {"name": name})
        ours = float(again.sel({ORIGIN: code}))
        found.append(
            Row(f"apl.belle_ile.{code}", label, float(new[code]), ours, _UNIT, 2 * _ROUNDED, _DREES)
        )
    return found


def _ages(data: Path, official: pd.DataFrame) -> list[Row | Skipped]:
    """Return how well age weights explain the published standardised population."""
    label = "Population standardisée expliquée par l’âge, part inexpliquée"
    for file in (AGES_FILE, COMMUNES_FILE):
        if not (data / file).is_file():
            return [Skipped("apl.ages", label, Fault("il manque {file}", {"file": file}))]
    weights = fitted_ages(data, official)
    note = Fault("poids {weights}", {"weights": tuple(weights.to_numpy().round(2).tolist())})
    return [
        Row("apl.ages", label, 0.0, 100 * weights.attrs["error"], "%", 2.0, _DREES, note),
        Row("apl.ages.correlation", "Population standardisée par habitant, corrélation", 1.0,
            weights.attrs["correlation"], "", 0.1, _DREES),
    ]  # fmt: skip


def fitted_ages(data: Path, official: pd.DataFrame) -> xr.DataArray:
    """Return the age weights behind the published need, by bands of ten years.

    Ages are those of 2021, the need that of 2016: communes of at least 500 inhabitants that neither
    grew nor shrank since 2017, their people brought to those of that year.
    """
    then = pd.read_csv(data / COMMUNES_FILE, dtype={"code": str}).set_index("code")["pop2017"]
    people = ages.load(data / AGES_FILE)
    people = people.loc[people.index.intersection(official.index).intersection(then.index)]
    growth = people.sum(axis=1) / then.reindex(people.index)
    counts = people[((growth - 1).abs() < _STEADY) & (people.sum(axis=1) > _LARGE)]
    counts = counts.div(growth[counts.index], axis=0)
    codes = counts.index.to_numpy(dtype=object)
    labels = {ORIGIN: codes, AGE: counts.columns.to_numpy(dtype=int)}
    need = xr.DataArray(official.loc[codes, "need"].to_numpy(), {ORIGIN: codes}, (ORIGIN,))
    return calibrate_age_weights(
        xr.DataArray(counts.to_numpy(), labels, (ORIGIN, AGE)),
        need,
        bands=access.age_weights()[AGE].to_numpy().tolist(),
    )
