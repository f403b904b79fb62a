"""How one will know in two or three years that it worked: what is measured, where, against what."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import DataError, Fault
from territory_access.parameters import data_folder
from territory_access.services import context

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FAMILIES = {
    "activite": "activité",
    "effet": "effet",
    "equite": "équité",
    "finances": "finances",
}
MATCHES = 3  # comparison territories for each that is treated, as IRDES does for its centres


@dataclass(frozen=True)
class Indicator:
    """One thing to measure.

    Attributes
    ----------
    id, family, name, unit
        Short id, key of ``FAMILIES``, French name and unit.
    baseline, target
        Today and once the plan is at cruise; ``None``: to be measured before the opening.
    up
        Whether more is better.
    source, frequency
        Where it is read, and how often.
    """

    id: str
    family: str
    name: str
    unit: str
    baseline: float | None
    target: float | None
    up: bool
    source: str
    frequency: str


def indicators(baseline: Mapping[str, float], target: Mapping[str, float]) -> tuple[Indicator, ...]:
    """Return what to measure, with what the study knows of today and of the plan.

    Parameters
    ----------
    baseline, target
        By id of ``indicators.csv``.

    Raises
    ------
    DataError
        When an id is not one of the table.

    Examples
    --------
    >>> found = indicators({"consultations": 0.0}, {"consultations": 24_000.0})
    >>> [(one.name, one.target) for one in found][:2]
    [('Consultations par an', 24000.0), ('ETP de médecin pourvus', None)]
    """
    with (data_folder() / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = {row["indicator"] for row in rows}
    wrong = sorted({*baseline, *target} - known)
    if wrong:
        raise DataError("Évaluation : indicateurs inconnus : {wrong}.", wrong=", ".join(wrong))
    return tuple(
        Indicator(
            id=row["indicator"],
            family=row["family"],
            name=row["name"],
            unit=row["unit"],
            baseline=baseline.get(row["indicator"]),
            target=target.get(row["indicator"]),
            up=row["direction"] == "up",
            source=row["source"],
            frequency=row["frequency"],
        )
        for row in rows
    )


def territories(zones: pd.DataFrame, values: Mapping[str, pd.Series[float]]) -> pd.DataFrame:
    """Return the intercommunalities of a study as they were before, one row each.

    Parameters
    ----------
    zones
        ``schemas.ZONES``; those of the buffer are left out, as the edge of the study cuts them.
    values
        Means to add, by zone (APL, minutes…), each weighted by residents.

    Returns
    -------
    pandas.DataFrame
        Index ``epci``: ``name``, ``population``, ``density``, ``without_doctor`` (share of adults),
        ``old`` and ``deprivation`` where known, and the values.
    """
    inside = zones[zones["in_territory"]]
    groups = inside.groupby("epci")
    people = groups["population"].sum()
    found = pd.DataFrame(
        {
            "name": groups["epci_name"].first(),
            "population": people.astype(float),
            "density": people / groups["area_km2"].sum(),
            "without_doctor": groups["without_doctor"].sum() / groups["adults"].sum(),
        }
    )
    if "population_75" in inside:
        found["old"] = groups["population_75"].sum() / people
    means = dict(values)
    if "deprivation" in inside:
        means["deprivation"] = inside["deprivation"]
    weights = inside["population"].astype(float)
    total = weights.groupby(inside["epci"]).sum()
    for name, series in means.items():
        weighted = series.reindex(inside.index).astype(float) * weights
        found[name] = weighted.groupby(inside["epci"]).sum(min_count=1) / total
    found.index.name = "epci"
    return found[found["population"] > 0]


def matched(
    places: pd.DataFrame,
    treated: Collection[str],
    touched: Collection[str],
    *,
    each: int = MATCHES,
) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """Return the territories most like those treated, among those that the plan does not touch.

    Nearest neighbours without replacement, the treated taken from the most populous, by the
    distance of ``services.context``: what they have in common is from before the plan.

    Parameters
    ----------
    places
        ``territories``.
    treated
        Where something opens.
    touched
        Where the plan reaches: they would be compared with themselves.
    each
        Neighbours for each treated.

    Returns
    -------
    tuple
        One row a match: ``epci`` (treated), ``match``, ``name``, ``match_name``, ``likeness``;
        and what could not be matched.

    Examples
    --------
    >>> table = pd.DataFrame({"name": list("ABCD"), "population": [9e4, 8e4, 2e4, 1e4],
    ...                       "without_doctor": [.15, .14, .11, .10]}, index=list("abcd"))
    >>> found, missing = matched(table, ["a"], ["a", "c"], each=1)
    >>> found[["name", "match_name"]].values.tolist(), missing
    ([['A', 'B']], ())
    """
    free = [code for code in places.index if code not in {*treated, *touched}]
    rows, lacking = [], []
    order = places.loc[[code for code in places.index if code in set(treated)]]
    for code in order.sort_values("population", ascending=False).index:
        names = places.drop(columns="name")
        pool = names.loc[free]
        if len(pool) < each:
            lacking.append(
                Fault(
                    "{name} : il ne reste que {count} intercommunalités hors de portée du plan",
                    {"name": places.loc[code, "name"], "count": len(pool)},
                )
            )
        if pool.empty:
            continue
        scaled = pd.concat([pool, names.loc[[code]]])
        alike = _likeness(scaled).iloc[:-1]
        best = alike.sort_values(ascending=False, kind="stable").index[:each]
        for other in best:
            rows.append(
                {
                    "epci": code,
                    "match": other,
                    "name": places.loc[code, "name"],
                    "match_name": places.loc[other, "name"],
                    "population": float(places.loc[other, "population"]),
                    "likeness": float(alike[other]),
                }
            )
            free.remove(other)
    columns = ["epci", "match", "name", "match_name", "population", "likeness"]
    return pd.DataFrame(rows, columns=columns), tuple(lacking)


def _likeness(table: pd.DataFrame) -> pd.Series[float]:
    """Return how alike every row is to the last one (``context.likeness``, any columns)."""
    values = table.dropna(axis=1).astype(float).copy()
    for name in set(values) & set(context.AMOUNTS):
        values[name] = np.log(values[name].clip(lower=1.0))
    scaled = values.to_numpy()
    spread = scaled.std(axis=0, ddof=1)
    kept = spread > 1e-12
    if not kept.any():
        return pd.Series(1.0, index=table.index)
    gap = (scaled[:, kept] - scaled[-1, kept]) / spread[kept]
    inverse = np.linalg.inv(context.correlation(gap))
    squared = np.einsum("zi,ij,zj->z", gap, inverse, gap) / kept.sum()
    return pd.Series(np.exp(-0.5 * squared), index=table.index)
