r"""How alike two places are: what is known of each, and how far apart they stand.

The distance is that of Mahalanobis, by feature, so that it does not grow because more is known:

.. math:: d^2 = \tfrac{1}{p} (x - y)^\top S^{-1} (x - y), \qquad \text{likeness} = e^{-d^2 / 2}

with :math:`p` features and :math:`S` their covariance over all the places compared. There may be
few places: correlations are shrunk towards 0 by the share that Schäfer and Strimmer derive (2005,
*Statistical Applications in Genetics and Molecular Biology* 4-1-32).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import DataError, Fault
from territory_access.parameters import data_folder
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray

# What a place is known by; amounts are compared by their logarithms, shares as they are.
LABELS = {
    "population": "habitants de la commune",
    "density": "habitants par km² de la commune",
    "population_reach": "habitants à 20 min",
    "population_pool": "habitants à 60 min, donc médecins retraités",
    "without_doctor": "part sans médecin traitant à 20 min",
    "old": "part des 75 ans et plus à 20 min",
    "no_car": "part des ménages sans voiture à 20 min",
    "deprivation": "indice de défavorisation à 20 min",
    "apl": "accessibilité potentielle localisée (APL)",
}
AMOUNTS = ("population", "density", "population_reach", "population_pool")
# Never at hand as a table of ours: said to be missing, not guessed.
NEVER = ("zonage de l’ARS", "part de résidences secondaires")
REACH, POOL = 20.0, 60.0


def describe(
    zones: pd.DataFrame,
    times: xr.DataArray,
    places: Collection[str],
    *,
    apl: xr.DataArray | None = None,
) -> pd.DataFrame:
    """Return what is known of some communes, one row each, index ``zone_id``.

    Parameters
    ----------
    zones
        ``schemas.ZONES``; ``population_75``, ``no_car_share`` and ``deprivation`` where known.
    times
        Minutes ``(origin, destination)``; a destination is a commune, by its code.
    places
        Codes of the communes to describe.
    apl
        Consultations a year by commune ``(origin)``, where known.

    Returns
    -------
    pandas.DataFrame
        Columns among ``LABELS``: those that the data at hand allow. Counts are inhabitants within
        20 or 60 minutes, one's own commune included; shares are means over the inhabitants (adults
        for ``without_doctor``) within 20 minutes.
    """
    codes = list(places)
    minutes = times.sel({DESTINATION: codes, ORIGIN: zones.index.to_numpy()})
    table = minutes.to_numpy() if minutes.dims[0] == ORIGIN else minutes.to_numpy().T
    own = zones.index.to_numpy()[:, None] == np.asarray(codes, dtype=object)[None, :]
    near = ((table <= REACH) | own).astype(float)
    wide = ((table <= POOL) | own).astype(float)
    people = zones["population"].to_numpy(float)
    here = zones.loc[codes]
    found = {
        "population": here["population"].to_numpy(float),
        "density": here["population"].to_numpy(float) / here["area_km2"].to_numpy(float),
        "population_reach": people @ near,
        "population_pool": people @ wide,
        "without_doctor": _mean(zones["without_doctor"], zones["adults"], near),
    }
    if "population_75" in zones:
        found["old"] = _mean(zones["population_75"], zones["population"], near)
    for name, column in (("no_car", "no_car_share"), ("deprivation", "deprivation")):
        if column in zones:
            found[name] = _mean(zones[column] * people, zones["population"], near)
    if apl is not None:
        found["apl"] = np.asarray(apl.sel({ORIGIN: codes}).to_numpy(), float)
    return pd.DataFrame(found, index=pd.Index(codes, name="zone_id"))


def proven(folder: Path | None = None) -> pd.DataFrame:
    """Return what is known of the communes of the proven sites, index ``zone_id``.

    It is worked out beforehand (``derive_site_context.py``) with estimated times, so that a site
    far from the territory of a study can be compared with it at once.

    Examples
    --------
    >>> proven().loc["49099", "population"]
    np.float64(54404.0)
    """
    path = (folder or data_folder()) / "site_context.csv"
    table = pd.read_csv(path, dtype={"zone_id": str}).set_index("zone_id")
    return table.drop(columns="name")


def likeness(places: pd.DataFrame, model: pd.Series[float]) -> pd.Series[float]:
    """Return how alike places are to a model, from 0 to 1 (the same).

    Parameters
    ----------
    places
        As ``describe`` returns them.
    model
        The same of one place; features that either lacks are left out.

    Raises
    ------
    DataError
        When they have no feature in common.

    Examples
    --------
    >>> table = pd.DataFrame({"population": [50e3, 20e3, 5e3], "without_doctor": [.17, .12, .11]},
    ...                      index=["A", "B", "C"])
    >>> likeness(table, table.loc["A"]).round(2).tolist()
    [1.0, 0.5, 0.31]
    """
    names = shared(places, model)
    if not names:
        raise DataError("Ressemblance : aucune caractéristique n’est connue des deux côtés.")
    both = pd.concat([places[names], model[names].to_frame().T]).astype(float)
    for name in names:
        if name in AMOUNTS:
            both[name] = np.log(np.maximum(both[name], 1.0))
    values = both.to_numpy(float)
    spread = values.std(axis=0, ddof=1)
    kept = spread > 1e-12
    if not kept.any():
        return pd.Series(1.0, index=places.index)
    scaled = (values[:, kept] - values[-1, kept]) / spread[kept]
    inverse = np.linalg.inv(correlation(scaled))
    squared = np.einsum("zi,ij,zj->z", scaled[:-1], inverse, scaled[:-1]) / kept.sum()
    return pd.Series(np.exp(-0.5 * squared), index=places.index)


def shared(places: pd.DataFrame, model: pd.Series[float]) -> list[str]:
    """Return the features known on both sides, in the order of ``LABELS``."""
    known = set(places.columns[places.notna().all()]) & set(model.dropna().index)
    return [name for name in LABELS if name in known]


def missing(places: pd.DataFrame, model: pd.Series[float]) -> tuple[Fault, ...]:
    """Return the names of the features that could not be compared."""
    known = shared(places, model)
    absent = [label for name, label in LABELS.items() if name not in known]
    return tuple(Fault(label, {}) for label in (*absent, *NEVER))


def correlation(scaled: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return the correlations of columns, shrunk towards 0 so that they can be inverted.

    .. math:: \lambda = \sum_{i \ne j} \widehat{Var}(r_{ij}) \Big/ \sum_{i \ne j} r_{ij}^2

    Parameters
    ----------
    scaled
        Places × features.

    Examples
    --------
    >>> correlation(np.array([[0., 0.], [1., 2.], [2., 1.], [3., 3.]])).round(2).tolist()
    [[1.0, 0.38], [0.38, 1.0]]
    """
    rows, columns = scaled.shape
    centred = scaled - scaled.mean(axis=0)
    deviation = centred.std(axis=0, ddof=1)
    centred = centred / np.where(deviation > 0, deviation, 1.0)
    products = centred[:, :, None] * centred[:, None, :]
    mean = products.mean(axis=0)
    estimate = mean * rows / (rows - 1)
    variance = ((products - mean) ** 2).sum(axis=0) * rows / (rows - 1) ** 3
    off = ~np.eye(columns, dtype=bool)
    total = float((estimate[off] ** 2).sum())
    share = min(1.0, float(variance[off].sum()) / total) if total > 0 else 1.0
    shrunk = np.where(off, (1.0 - share) * estimate, 1.0)
    # two features that say exactly the same would still make it singular
    return np.asarray(shrunk + 1e-9 * np.eye(columns))


def _mean(
    part: pd.Series[float], whole: pd.Series[float], near: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of a part in a whole over the zones near each place."""
    total = whole.to_numpy(float) @ near
    return np.divide(part.to_numpy(float) @ near, total, out=np.zeros_like(total), where=total > 0)
