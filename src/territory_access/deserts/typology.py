"""Which zones have care too far away, or too little of it.

Four kinds, each from rules with a name, a threshold and a date:

- *distance*: no site that offers places is near enough;
- *capacité*: something is near, but too few of those who seek get a place, too many adults stay
  without médecin traitant, or the APL is too low;
- *les deux*;
- *à risque*: no rule is broken, but a threshold is less than a tenth away or only one site is in
  reach, so that its closing would leave nobody else.

Where nothing is in reach the share of seekers with a place is 0 by definition. That is not said
twice: the rule on this share is asked only of zones that have a site in reach, so that *les deux*
means too far *and*, beyond that, a sign that the doctors already there cannot take more people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.deserts.hidden import Whom
from territory_access.deserts.rule import Measure
from territory_access.errors import DataError
from territory_access.vocabulary import ORIGIN, DesertKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from territory_access.deserts.hidden import Hidden
    from territory_access.deserts.rule import Rule

SEPARATOR = " ; "
_ALONE = "Un seul site à portée"
_CLOSE = "Près du seuil : {label}"


def find(  # noqa: PLR0913 - what is known of the zones, by name
    zones: gpd.GeoDataFrame,
    closest_minutes: xr.DataArray,
    places: xr.Dataset,
    *,
    rules: Sequence[Rule],
    apl: xr.DataArray | None = None,
    second_minutes: xr.DataArray | None = None,
    others: Mapping[Measure, xr.DataArray] | None = None,
    margin: float = 0.1,
) -> gpd.GeoDataFrame:
    """Return the zones with the rules that they break and the kind of desert that follows.

    A zone without inhabitants breaks no rule; one without seekers lacks no place.

    Parameters
    ----------
    zones
        ``schemas.ZONES``, or some of them.
    closest_minutes
        Minutes to the nearest site that offers places ``(origin)``, ``inf`` out of reach.
    places
        Who gets a place (``access.places.allocate``).
    rules
        What makes a desert (``rules``).
    apl
        Consultations a standardised inhabitant a year ``(origin)``, where known.
    second_minutes
        Minutes to the second nearest site (``access.closest`` with rank 2), where known.
    others
        What else the rules look at, by measure ``(origin)``: minutes to a practice, to an
        emergency department.
    margin
        How close to a threshold a zone is *à risque* (parameter ``deserts.at_risk_margin``).

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``zone_id``: ``name``, ``population``, ``seekers``, ``in_territory``, ``kind``,
        ``broken_rules`` and ``warnings`` (French, joined by « ; »), ``minutes``, ``share``,
        ``unserved`` (adults left without médecin traitant nor place, as a share of adults),
        ``apl`` where known, and the geometry.

    Raises
    ------
    DataError
        If a zone is missing from a table, or a rule needs the APL and there is none.

    Examples
    --------
    One village has its site; in the other nobody is near and many have no doctor.

    >>> import geopandas as gpd, shapely, xarray as xr
    >>> from territory_access.deserts.rule import rules
    >>> from territory_access.parameters import Parameters
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> zones = gpd.GeoDataFrame(
    ...     {"name": ["Ici", "Là"], "population": [900, 700], "adults": [720, 560],
    ...      "without_doctor": [60, 110], "seekers": [33, 60], "in_territory": [True, True]},
    ...     geometry=squares, index=["A", "B"])
    >>> code = {"origin": ["A", "B"]}
    >>> places = xr.Dataset(
    ...     {"served": ("origin", [33.0, 0.0]), "share": ("origin", [1.0, 0.0]),
    ...      "reachable": ("origin", [True, False])}, code)
    >>> minutes = xr.DataArray([4.0, float("inf")], code)
    >>> find(zones, minutes, places, rules=rules(Parameters.load()))["kind"].tolist()
    ['aucun', 'les deux']
    """
    known = _measures(zones, closest_minutes, places, apl)
    known |= {measure: _of(table, zones) for measure, table in (others or {}).items()}
    people = zones["population"].to_numpy() > 0
    asked = {rule: _asked(rule, rules, known, places, zones) & people for rule in rules}
    broken = {rule: rule.broken(known[rule.measure]) & asked[rule] for rule in rules}
    far, few = (
        _any((broken[rule] for rule in rules if rule.kind == kind), len(zones))
        for kind in (DesertKind.DISTANCE, DesertKind.CAPACITY)
    )
    sound = people & ~far & ~few
    warned = {
        _CLOSE.format(label=rule.label): rule.close(known[rule.measure], margin)
        & asked[rule] & sound
        for rule in rules
    }  # fmt: skip
    if second_minutes is not None:
        second = _of(second_minutes, zones)
        far_rules = (rule for rule in rules if rule.measure == Measure.MINUTES)
        reach = min((rule.threshold for rule in far_rules), default=np.inf)
        warned[_ALONE] = sound & (known[Measure.MINUTES] <= reach) & (second > reach)
    risk = _any(warned.values(), len(zones))
    kind = np.select(
        [far & few, far, few, risk],
        [DesertKind.BOTH, DesertKind.DISTANCE, DesertKind.CAPACITY, DesertKind.AT_RISK],
        DesertKind.NONE,
    )
    table = zones[["name", "population", "seekers", "in_territory", "geometry"]].copy()
    columns = {
        "kind": kind.astype(object),
        "broken_rules": _sentences({rule.label: where for rule, where in broken.items()}),
        "warnings": _sentences(warned),
        **{measure.value: values for measure, values in known.items()},
    }
    for position, (name, column) in enumerate(columns.items(), start=4):
        table.insert(position, name, column)
    return table


def refined(found: gpd.GeoDataFrame, hidden: Hidden) -> gpd.GeoDataFrame:
    """Return the typology with the zones that are deserts for some only, or for a season.

    Zones that were fine or *à risque* become *sans voiture seulement* or *saisonnier*; who falls
    short at night stays in ``hidden``.

    Parameters
    ----------
    found
        What ``find`` returned.
    hidden
        Whom the mean hides.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from territory_access.deserts.hidden import Hidden, Whom
    >>> told = Hidden(pd.DataFrame({"zone_id": ["A"], "whom": [Whom.CARLESS.value]}), ())
    >>> found = gpd.GeoDataFrame({"kind": ["aucun", "distance"]}, index=["A", "B"])
    >>> refined(found, told)["kind"].tolist()
    ['sans voiture seulement', 'distance']
    """
    kinds = found["kind"].copy()
    mild = kinds.isin([DesertKind.NONE, DesertKind.AT_RISK])
    for whom, kind in (
        (Whom.AUGUST, DesertKind.SEASONAL),
        (Whom.CARLESS, DesertKind.CARLESS),
    ):
        concerned = hidden.zones.loc[hidden.zones["whom"] == whom.value, "zone_id"]
        kinds = kinds.mask(mild & kinds.index.isin(concerned), kind)
    return found.assign(kind=kinds)


def _measures(
    zones: gpd.GeoDataFrame, closest: xr.DataArray, places: xr.Dataset, apl: xr.DataArray | None
) -> dict[Measure, NDArray[np.float64]]:
    """Return what the rules look at, in the order of the zones."""
    adults = zones["adults"].to_numpy(dtype=float)
    # Half a person less: the rounding of small communes must decide nothing.
    left = zones["without_doctor"].to_numpy() - _of(places["served"], zones) - 0.5
    unserved = np.divide(left.clip(0), adults, out=np.zeros_like(adults), where=adults > 0)
    known = {
        Measure.MINUTES: _of(closest, zones),
        Measure.SHARE: _of(places["share"], zones),
        Measure.UNSERVED: unserved,
    }
    return known if apl is None else known | {Measure.APL: _of(apl, zones)}


def _of(table: xr.DataArray, zones: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the values of a table in the order of the zones, joined by label."""
    absent = zones.index.difference(pd.Index(table[ORIGIN].values))
    if len(absent):
        raise DataError(
            "Déserts : {count} zones sans valeur de « {table} », par ex. {examples}.",
            count=len(absent),
            table=table.name,
            examples=", ".join(absent[:3]),
        )
    return np.asarray(table.sel({ORIGIN: zones.index.to_numpy()}).to_numpy(), dtype=np.float64)


def _asked(
    rule: Rule,
    rules: Sequence[Rule],
    known: Mapping[Measure, NDArray[np.float64]],
    places: xr.Dataset,
    zones: gpd.GeoDataFrame,
) -> NDArray[np.bool_]:
    """Return the zones to which a rule applies."""
    if rule.measure not in known:
        if rule.measure == Measure.APL:
            raise DataError("Déserts : la règle « {rule} » a besoin de l’APL.", rule=rule.label)
        raise DataError(
            "Déserts : la règle « {rule} » a besoin de la mesure {measure}.",
            rule=rule.label,
            measure=rule.measure,
        )
    if rule.measure != Measure.SHARE:
        return np.ones(len(zones), dtype=bool)
    distance = (r for r in rules if r.measure == Measure.MINUTES)
    near = ~_any((r.broken(known[r.measure]) for r in distance), len(zones))
    sought = zones["seekers"].to_numpy(dtype=np.float64) > 0
    asked: NDArray[np.bool_] = (near | (_of(places["reachable"], zones) > 0)) & sought
    return asked


def _any(flags: Iterable[NDArray[np.bool_]], size: int) -> NDArray[np.bool_]:
    """Return where one of the flags is up; nowhere without flags."""
    found = np.zeros(size, dtype=bool)
    for flag in flags:
        found |= flag
    return found


def _sentences(flags: Mapping[str, NDArray[np.bool_]]) -> list[str]:
    """Return the sentences that hold of each zone, joined."""
    rows = zip(*flags.values(), strict=True) if flags else []
    return [SEPARATOR.join(t for t, yes in zip(flags, row, strict=True) if yes) for row in rows]
