r"""Says what share of each commune's people belongs to a group that a plan may put first.

Those who seek a médecin traitant are taken to be like the people of their commune, since no file
says who they are:

* ``aged_75``: inhabitants of 75 and over among those of 17 and over (``need.ages_file``);
* ``no_car``: households without a car (``need.cars_file``);
* ``ald``: people with a long-term illness, *affection de longue durée* (``need.ald_file``);
* ``deprived``: everybody in the communes of the most deprived fifth of the territory's inhabitants,
  nobody elsewhere (``need.deprivation_file``): an index says which communes, not how many people.

Where a file leaves a commune out, the mean of the territory stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from territory_access.errors import Fault, ScenarioError

FIFTH = 0.2


@dataclass(frozen=True)
class People:
    """A group of residents.

    Attributes
    ----------
    label
        In French.
    column
        Of the zones, where it is known.
    file
        Key of the scenario that gives it.
    """

    label: str
    column: str
    file: str


GROUPS = {
    "aged_75": People("75 ans et plus", "population_75", "need.ages_file"),
    "no_car": People("sans voiture", "no_car_share", "need.cars_file"),
    "ald": People("en affection de longue durée", "ald_share", "need.ald_file"),
    "deprived": People("communes les plus défavorisées", "deprivation", "need.deprivation_file"),
}


def share(zones: pd.DataFrame, group: str, *, key: str) -> pd.Series[float]:
    """Return the share of each zone's people who belong to a group, NaN where it is not known.

    Parameters
    ----------
    zones
        ``schemas.ZONES``, with what the files of the scenario say of the people.
    group
        One of ``GROUPS``.
    key
        Of the scenario that asks, for the message.

    Raises
    ------
    ScenarioError
        When no file says who belongs to the group; names the file to give.

    Examples
    --------
    >>> zones = pd.DataFrame({"population": [900, 100], "population_75": [90.0, 40.0]},
    ...                      index=["A", "B"])
    >>> share(zones, "aged_75", key="siting.priority").tolist()
    [0.1, 0.4]
    """
    value = _known(zones, group, key)
    if group == "aged_75":
        adults = zones["adults" if "adults" in zones else "population"].astype(float)
        return (value / adults.where(adults > 0)).clip(0.0, 1.0).fillna(0.0).where(value.notna())
    if group == "deprived":
        return value.ge(_edge(zones, value)).astype(float).where(value.notna())
    return value.clip(0.0, 1.0)


def communes(zones: pd.DataFrame, group: str, *, key: str) -> tuple[str, ...]:
    """Return the communes of the territory where a group weighs most: a fifth of its inhabitants.

    Parameters
    ----------
    zones, group, key
        As for ``share``. The communes with the largest share, or the highest index, are taken
        until they hold a fifth of the territory's inhabitants, equals together.

    Raises
    ------
    ScenarioError
        As ``share``.

    Examples
    --------
    >>> zones = pd.DataFrame({"population": [500, 300, 200], "deprivation": [0.2, 0.1, 3.0]},
    ...                      index=["A", "B", "C"])
    >>> communes(zones, "deprived", key="siting.guarantees")
    ('C',)
    """
    value = _known(zones, group, key) if group == "deprived" else share(zones, group, key=key)
    here = value[_inside(zones)]
    return tuple(sorted(here.index[here.ge(_edge(zones, value))].astype(str)))


def filled(part: pd.Series[float], zones: pd.DataFrame) -> pd.Series[float]:
    """Return shares with the mean of the territory, by people, where they are not known."""
    known = part[_inside(zones) & part.notna()]
    people = zones.loc[known.index, "population"].to_numpy(float)
    mean = float(np.average(known, weights=people)) if people.sum() else 0.0
    return part.fillna(mean)


def _known(zones: pd.DataFrame, group: str, key: str) -> pd.Series[float]:
    """Return the column of a group."""
    asked = GROUPS[group]
    if asked.column not in zones or not zones.loc[_inside(zones), asked.column].notna().any():
        raise ScenarioError(
            "{key} : rien ne dit, dans cette étude, où vit le groupe « {group} » ({label}) ; "
            "donnez {file}.",
            key=key,
            group=group,
            label=Fault(asked.label, {}),
            file=asked.file,
        )
    return zones[asked.column].astype(float)


def _inside(zones: pd.DataFrame) -> pd.Series[bool]:
    """Return which zones are of the territory, its buffer left out."""
    if "in_territory" in zones:
        return zones["in_territory"].astype(bool)
    return pd.Series(data=True, index=zones.index, dtype=bool)


def _edge(zones: pd.DataFrame, value: pd.Series[float]) -> float:
    """Return the least value of the communes that hold the fifth where it is highest."""
    known = value[_inside(zones)].dropna().sort_values(ascending=False, kind="stable")
    people = zones.loc[known.index, "population"].to_numpy(float)
    before = np.cumsum(people) - people
    return float(known[before < FIFTH * people.sum()].min()) if people.sum() else np.inf


__all__ = ["FIFTH", "GROUPS", "People", "communes", "filled", "share"]
