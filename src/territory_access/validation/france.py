"""What the APL of every commune of France is, from the files of INSEE and the DREES at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from territory_access import access
from territory_access.access.activity import Activity, beside
from territory_access.access.blurred import Blurred
from territory_access.access.decay import Decay
from territory_access.access.pairs import Pairs
from territory_access.datasets import (
    apl_workbook,
    bpe,
    communes,
    deprivation,
    relief,
    share_75,
    vintage,
)
from territory_access.datasets.commune_codes import arrondissements
from territory_access.errors import DataError
from territory_access.travel import countrywide
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

APL_FILE = "apl/drees_apl_communes_2016_2018.csv.gz"
BPE_FILE = "supply/bpe2018_health_commune_wide.csv.gz"
SHARE_75_FILE = "population/share_75plus_communes.json.gz"
DEPRIVATION_FILE = "population/fedi_deprivation_communes.json.gz"
FILES = (APL_FILE, BPE_FILE, SHARE_75_FILE, DEPRIVATION_FILE)
_YEAR, _BPE_YEAR = 2018, 2018
_KINDS = ["gp", "nurse", "physio", "midwife", "pharmacy", "health_centre"]
_LARGE = 500  # inhabitants: below, the standardised share of a commune is noise


@dataclass(frozen=True)
class France:
    """Communes of today, the three large cities by arrondissement.

    Attributes
    ----------
    places
        Indexed by ``code``: ``name``, ``departement``, ``region``, ``lon``, ``lat``,
        ``population``, ``relief``, ``altitude``, ``deprivation``; ``need``, standardised
        inhabitants, with ``need_published`` (false where they are estimated); ``apl``, published,
        missing where the DREES's is not at hand; heads of ``gp``, ``nurse``, ``physio``,
        ``midwife``, and how many ``pharmacy``, ``health_centre``.
    survey
        What lies between neighbours (``countrywide.survey``).
    """

    places: pd.DataFrame
    survey: countrywide.Survey

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where the published APL is at hand."""
        return np.asarray(self.places["apl"].notna())

    @property
    def first_half(self) -> NDArray[np.bool_]:
        """Every other département: those that the fit ``first`` has seen."""
        metropolitan = self.places["departement"].str.len() == 2
        codes = np.unique(self.places.loc[metropolitan, "departement"])
        return np.asarray(self.places["departement"].isin(codes[::2]))


def read(data: Path) -> France:
    """Return everything that the APL of France is made of.

    Parameters
    ----------
    data
        Folder of official files, with those of ``FILES``.

    Raises
    ------
    MissingDataset, DataError
        As the readers say.
    """
    places = _places()
    heads = vintage.bridge(
        bpe.load(data / BPE_FILE, year=_BPE_YEAR)[_KINDS],
        how=dict.fromkeys(_KINDS, "sum"),
        vintage=_BPE_YEAR,
        arrondissements=True,
    ).table
    official = apl_workbook.load(data / APL_FILE, year=_YEAR)
    official = vintage.bridge(
        official[["apl", "need"]],
        how={"apl": "mean", "need": "sum"},
        weights="need",
        vintage=_YEAR,
        arrondissements=True,
    ).table
    old = share_75.load(data / SHARE_75_FILE)["share_75"]
    poor = deprivation.load(data / DEPRIVATION_FILE)
    city = arrondissements()["commune"].reindex(places.index).fillna(places.index.to_series())
    places = places.join(heads.reindex(places.index).fillna(0)).join(official)
    places["deprivation"] = poor.iloc[:, 0].reindex(city).fillna(0).to_numpy(float)
    share = old.reindex(city).fillna(float(old.median())).to_numpy(float)
    return France(_with_need(places, share), countrywide.survey(places))


def minutes(france: France, fit: str = "all") -> Pairs:
    """Return the minutes between neighbouring communes, all on one side as on the other."""
    codes = france.places.index.tolist()
    near = countrywide.Countrywide.load(fit).over(france.survey)
    return Pairs.listed(
        codes,
        codes,
        origin=near.origin,
        destination=near.destination,
        minutes=near.minutes,
    )


def apl(france: France, *, profession: str = "gp", fit: str = "all") -> pd.Series[float]:
    """Return the APL of each commune.

    Parameters
    ----------
    france
        From ``read``.
    profession
        ``gp``: consultations a year for one standardised inhabitant. ``nurse``, ``physio``,
        ``midwife``: heads for 100,000 inhabitants (their activity is not in the register).
    fit
        As for ``Countrywide.load``.

    Raises
    ------
    DataError
        For another profession.
    """
    pairs = minutes(france, fit)
    return spread(france, pairs, profession=profession, fit=fit)


def spread(
    france: France, pairs: Pairs, *, profession: str = "gp", fit: str = "all"
) -> pd.Series[float]:
    """Return the APL of each commune over minutes known already."""
    places, tables = france.places, countrywide.fitted(fit)
    if profession not in {"gp", "nurse", "physio", "midwife"}:
        raise DataError("APL : profession inconnue « {profession} ».", profession=profession)
    decay = Blurred(Decay.of(profession), **_floats(tables["blur"]))
    heads = _table(places[profession], DESTINATION)
    if profession != "gp":
        people = _table(places["population"], ORIGIN)
        found = access.floating_catchment(pairs, people, heads * 100_000.0, decay)
        return found.to_series().rename(profession)
    need = _table(places["need"], ORIGIN)
    around = 1000 * access.floating_catchment(pairs, need, heads, decay).to_numpy()
    rate = Activity.of(tables).per_doctor(
        places["region"].tolist(),
        around=around,
        urbanity=countrywide.urbanity(places),
        deprivation=places["deprivation"].to_numpy(float),
        beside=beside(places, places["need"].to_numpy(float)),
    )
    return access.apl(pairs, need, heads * rate, decay).to_series()


def crossed(france: France) -> pd.Series[float]:
    """Return the APL of each commune by the fit that has not seen its département."""
    first, second = (apl(france, fit=fit) for fit in ("first", "second"))
    return second.where(france.first_half, first)


def _floats(table: dict[str, object]) -> dict[str, float]:
    return {name: float(value) for name, value in table.items() if isinstance(value, float)}


def _table(column: pd.Series, dim: str) -> xr.DataArray:
    codes = column.index.to_numpy(dtype=object)
    return xr.DataArray(column.to_numpy(float), {dim: codes}, (dim,))


def _places() -> pd.DataFrame:
    """Return the communes, Paris, Lyon and Marseille replaced by their arrondissements."""
    whole = communes.names()
    parts = arrondissements().join(relief.arrondissement_points()[["lon", "lat"]])
    parts = parts.join(whole[["departement", "region"]], on="commune").drop(columns="commune")
    columns = ["name", "departement", "region", "lon", "lat", "population"]
    kept = whole[~whole.index.isin(arrondissements()["commune"])]
    places = pd.concat([kept[columns], parts[columns]]).rename_axis("code")
    placed: pd.DataFrame = places.join(relief.load()).fillna({"relief": 0, "altitude": 0})
    return placed


def _with_need(places: pd.DataFrame, share_75: Floats) -> pd.DataFrame:
    """Return the places with a need everywhere: where unpublished, by age, from where it is."""
    published = places["need"].notna().to_numpy()
    people = places["population"].to_numpy(float)
    seen = published & (people > _LARGE)
    ratio = places["need"].to_numpy(float)[seen] / people[seen]
    line = np.polyfit(share_75[seen], ratio, 1, w=np.sqrt(people[seen]))
    estimated = people * np.polyval(line, share_75)
    need = np.where(published, places["need"].to_numpy(float), estimated)
    return places.assign(need=need, need_published=published)
