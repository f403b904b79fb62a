"""What else a study could as well have chosen, so that deserts that hang on a choice are known.

Thresholds move within the range that their parameter admits; the decay of the APL to a plain
catchment and to its steps of 2012; times to the other engine where there is one, and by their
measured error where they are estimated; communes to intercommunalités. One thing moves at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access import access, deserts, ledgers, travel
from territory_access.access.decay import Decay
from territory_access.access.labels import minutes
from territory_access.deserts.rule import Measure
from territory_access.deserts.stability import Moved, Variant, weighted_median
from territory_access.siting.donors import Practices
from territory_access.siting.problem import allocation
from territory_access.travel.estimate import error_summary
from territory_access.vocabulary import DESTINATION, DesertKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from territory_access.parameters import Parameters
    from territory_access.scenario import Scenario
    from territory_access.siting.problem import Problem
    from territory_access.territory import Territory

_REAL = [DesertKind.DISTANCE, DesertKind.CAPACITY, DesertKind.BOTH]
_OTHER_MINUTES = (15.0, 30.0)
_SAID = {
    "base": "L’étude",
    "flat": "APL sans décroissance : tous les médecins à 20 min comptent pleinement",
    "2012": "APL avec la décroissance de 2012 (5, 10 et 15 min)",
    "longer": "Trajets plus longs de {minutes} min, l’erreur moyenne mesurée",
    "shorter": "Trajets plus courts de {minutes} min, l’erreur moyenne mesurée",
    "estimate": "Temps estimés sans réseau routier",
    "coarser": "Intercommunalités comparées, au lieu des communes",
}
_THRESHOLDS = {
    "trop-peu": "deserts.served_share",
    "apl-basse": "apl.threshold",
    "apl-2.5": "apl.threshold",
    "apl-tres-basse": "apl.threshold_severe",
    "apl-1.5": "apl.threshold_severe",
}


@dataclass(frozen=True, eq=False)
class Ground:
    """What deserts are found from, today.

    Attributes
    ----------
    place, scenario, parameters
        What is there, what was asked, and the default numbers.
    asked
        The question of the plan, with the sites that give places.
    places, apl, practices
        Both ledgers today; the last two where the supply of GPs is known.
    rules
        What makes a desert.
    others
        What else the rules look at.
    without_car
        Minutes to the nearest site without a car ``(origin)``, where cars are known.
    """

    place: Territory
    scenario: Scenario
    parameters: Parameters
    asked: Problem
    places: xr.Dataset
    apl: xr.DataArray | None
    practices: Practices | None
    rules: tuple[deserts.Rule, ...] = ()
    others: Mapping[Measure, xr.DataArray] = field(default_factory=dict)
    without_car: xr.DataArray | None = None


def found(ground: Ground, *, times: xr.DataArray | None = None) -> gpd.GeoDataFrame:
    """Return the zones with their kind of desert; ``times`` to other sites than today's."""
    times = ledgers.open_minutes(ground.asked, {}) if times is None else times
    return deserts.find(
        ground.place.zones,
        access.closest(times),
        ground.places,
        rules=ground.rules,
        apl=ground.apl,
        second_minutes=access.closest(times, rank=2),
        others=ground.others,
        margin=ground.parameters.value("deserts.at_risk_margin"),
    )


def _inside(ground: Ground, closest: xr.DataArray) -> gpd.GeoDataFrame:
    """Return the deserts of the territory alone, without what is only *à risque*."""
    zones = ground.place.zones
    return deserts.find(
        zones[zones["in_territory"]],
        closest,
        ground.places,
        rules=ground.rules,
        apl=ground.apl,
        others=ground.others,
    )


def base(known: gpd.GeoDataFrame) -> Variant:
    """Return the study as it is."""
    return _variant(known, _SAID["base"], Moved.THRESHOLD)


def variants(ground: Ground, known: gpd.GeoDataFrame) -> list[Variant]:
    """Return the study with one choice made otherwise, in each way that it allows.

    Parameters
    ----------
    ground
        What deserts are found from.
    known
        The deserts of the study.
    """
    return [
        *_thresholds(ground),
        *_decays(ground),
        *_times(ground),
        _coarser(ground, known),
    ]


def _variant(found: gpd.GeoDataFrame, label: str, moved: Moved, **values: str) -> Variant:
    inside = found[found["in_territory"]]
    score = -inside["apl"] if "apl" in inside else inside["minutes"]
    return Variant(label, moved, inside["kind"].isin(_REAL), score, tuple(values.items()))


def _thresholds(ground: Ground) -> Iterator[Variant]:
    closest = access.closest(ledgers.open_minutes(ground.asked, {}))
    for position, rule in enumerate(ground.rules):
        for threshold in _range(rule, ground.parameters):
            moved = replace(rule, threshold=threshold)
            rules = (*ground.rules[:position], moved, *ground.rules[position + 1 :])
            yield _variant(
                _inside(replace(ground, rules=rules), closest),
                "{rule}",
                Moved.THRESHOLD,
                rule=rule.template,
                threshold=f"{moved.shown:.4g}",
            )


def _range(rule: deserts.Rule, parameters: Parameters) -> list[float]:
    """Return the other thresholds that a rule could have."""
    if rule.measure in {Measure.MINUTES, Measure.GP_MINUTES}:
        return [minutes for minutes in _OTHER_MINUTES if minutes != rule.threshold]
    if rule.id not in _THRESHOLDS:
        return []
    parameter = parameters[_THRESHOLDS[rule.id]]
    return [value for value in (parameter.low, parameter.high) if value != rule.threshold]


def _decays(ground: Ground) -> Iterator[Variant]:
    if ground.practices is None:
        return
    times, acts = ground.practices
    closest = access.closest(ledgers.open_minutes(ground.asked, {}))
    for label, decay in (
        (
            _SAID["flat"],
            Decay.binary(20),
        ),
        (_SAID["2012"], Decay.drees_2012()),
    ):
        apl = access.apl(times, ledgers.need(ground.place), acts, decay)
        yield _variant(_inside(replace(ground, apl=apl), closest), label, Moved.DECAY)


def _times(ground: Ground) -> Iterator[Variant]:
    practices = ground.practices
    if ground.place.roads is not None:
        table = _estimated(ground, None).sel(dict(ground.asked.times.coords))
        if practices is not None:
            practices = Practices(_estimated(ground, practices), practices.acts)
        yield _variant(_with_times(ground, table, practices), _SAID["estimate"], Moved.TIMES)
        return
    error = float(error_summary()["metric"]["mae"])
    for label, added in ((_SAID["longer"], error), (_SAID["shorter"], -error)):
        moved = practices and Practices(_moved(minutes(practices.times), added), practices.acts)
        known = _with_times(ground, _moved(ground.asked.times, added), moved)
        yield _variant(known, label, Moved.TIMES, minutes=f"{error:.1f}")


def _moved(times: xr.DataArray, added: float) -> xr.DataArray:
    """Return longer or shorter times; within a commune they stay 0."""
    return (times + added).clip(min=0).where(times > 0, 0)


def _estimated(ground: Ground, practices: Practices | None) -> xr.DataArray:
    """Return the times without roads, to the sites of the study or to the practices."""
    place = replace(ground.place, roads=None)
    codes = place.zones.index[:0] if practices is None else practices.acts[DESTINATION].to_numpy()
    where = place.zones.loc[codes, ["anchor"]].set_geometry("anchor")
    return minutes(
        travel.matrix(
            place,
            destinations=None if practices is None else where.assign(zone_id=where.index),
            max_minutes=ground.scenario.travel.max_minutes,
            season=ground.scenario.travel.season,
            parameters=ground.parameters,
        )
    )


def _with_times(
    ground: Ground, times: xr.DataArray, practices: Practices | None
) -> gpd.GeoDataFrame:
    asked = replace(ground.asked, times=times)
    apl, others = ground.apl, dict(ground.others)
    if practices is not None:
        apl = ledgers.apl_today(ground.place, practices, parameters=ground.parameters)
        others[Measure.GP_MINUTES] = access.closest(practices.times)
    moved = replace(ground, asked=asked, places=allocation(asked), apl=apl, others=others)
    return _inside(moved, access.closest(ledgers.open_minutes(asked, {})))


def _coarser(ground: Ground, known: gpd.GeoDataFrame) -> Variant:
    """Return the deserts where intercommunalités are compared, each commune taking their fate."""
    zones = ground.place.zones
    labels, group = np.unique(zones["epci"].to_numpy(str), return_inverse=True)
    people = zones["population"].to_numpy(float)
    weights = {
        Measure.SHARE: zones["seekers"].to_numpy(float),
        Measure.UNSERVED: zones["adults"].to_numpy(float),
        Measure.APL: zones["need"].to_numpy(float),
    }
    broken = np.zeros(len(labels), dtype=bool)
    scores: dict[Measure, NDArray[np.float64]] = {}
    for rule in ground.rules:
        values = known[rule.measure.value].to_numpy(float)
        if rule.measure in weights:
            weight = weights[rule.measure]
            total = np.bincount(group, weights=weight, minlength=len(labels))
            sums = np.bincount(group, weights=weight * values, minlength=len(labels))
            level = np.divide(sums, total, out=np.zeros_like(sums), where=total > 0)
            asked = total > 0
        else:
            level = weighted_median(values, people, group, len(labels))
            asked = np.ones(len(labels), dtype=bool)
        scores[rule.measure] = level
        broken |= rule.broken(level) & asked
    which = Measure.APL if Measure.APL in scores else Measure.MINUTES
    level = scores.get(which, known["minutes"].to_numpy(float)[:0])
    score = level[group] if level.size else known["minutes"].to_numpy(float)
    inside = zones["in_territory"].to_numpy(bool)
    codes = zones.index[inside]
    return Variant(
        _SAID["coarser"],
        Moved.ZONES,
        pd.Series(broken[group][inside] & (people[inside] > 0), codes),
        pd.Series((-score if which == Measure.APL else score)[inside], codes),
    )
