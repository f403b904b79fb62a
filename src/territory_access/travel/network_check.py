"""Check a road network before trusting its times: what is doubtful, how much, what to do."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import Fault
from territory_access.travel import components
from territory_access.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from territory_access.travel.network import RoadNetwork
    from territory_access.travel.snap import Snapped

_FAR_METRES = 500.0
_EXAMPLES = 3
_FRAGMENT_SHARE = 0.05  # of all nodes: more outside the main network is a fault of the extract


@dataclass(frozen=True)
class Check:
    """One line of the table: what, how grave, how often, where, what to do."""

    check: str
    severity: str
    count: int
    examples: Fault
    remedy: str


def check(
    network: RoadNetwork, places: Snapped, names: pd.Series, population: pd.Series
) -> pd.DataFrame:
    """Return the checks of a network and of the places put on it.

    Parameters
    ----------
    network
        The network.
    places
        Zones on it (``snap.geometry``).
    names
        How the user calls them, in the same order.
    population
        Inhabitants of each, same order.

    Returns
    -------
    DataFrame
        ``check``, ``severity``, ``count``, ``examples`` (``Fault``, to be said in any language),
        ``remedy``; the gravest first.
    """
    people = population.to_numpy(float)
    rows = [
        *_distances(places, names, people),
        *_parts(network, places, names, people),
        *_boats(network),
        *_left_out(network),
    ]
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
    names_of = [one.name for one in fields(Check)]
    table = pd.DataFrame(
        [[getattr(row, name) for name in names_of] for row in rows], columns=names_of
    )
    rank = table["severity"].map({level.value: place for level, place in order.items()})
    return table.iloc[np.argsort(rank.to_numpy(), kind="stable")].reset_index(drop=True)


def people(network: RoadNetwork, places: Snapped, population: pd.Series) -> pd.DataFrame:
    """Return the components with the people on them: ``population``, ``places``.

    A last row, index −1, holds those who are on no road.
    """
    counts = population.to_numpy(float)
    label = places.component
    table = network.components.copy()
    for name, weight in (("population", counts), ("places", np.ones(len(counts)))):
        table[name] = np.bincount(
            label[label >= 0], weights=weight[label >= 0], minlength=len(table)
        )
    off = label < 0
    table.loc[-1, ["kind", "nodes", "population", "places"]] = (
        *("hors du réseau", 0),
        *(counts[off].sum(), off.sum()),
    )
    return table.astype({"nodes": int, "places": int})


def _distances(places: Snapped, names: pd.Series, people: np.ndarray) -> Iterator[Check]:
    off = places.stretch < 0
    if off.any():
        yield Check(
            "Zones sans route",
            Severity.ERROR.value,
            int(off.sum()),
            _peopled(_examples(names[off], places.metres[off]), people[off]),
            "Elles sont hors d’atteinte : déplacez leur point vers une rue, ou prenez un extrait "
            "qui couvre toute la zone.",
        )
    far = ~off & (places.metres > _FAR_METRES)
    if far.any():
        yield Check(
            "Zones à plus de 500 m d’une route",
            Severity.WARNING.value,
            int(far.sum()),
            _examples(names[far], places.metres[far]),
            "Vérifiez leur point ; le trajet jusqu’à la route est compté au pas de « off_road ».",
        )
    if (~off).any():
        middle, high = np.percentile(places.metres[~off], [50, 95])
        yield Check(
            "Distance des points aux routes",
            Severity.INFO.value,
            int((~off).sum()),
            Fault(
                "médiane {middle} m, 95 % à moins de {high} m",
                {"middle": f"{middle:.0f}", "high": f"{high:.0f}"},
            ),
            "Rien à faire.",
        )


def _parts(
    network: RoadNetwork, places: Snapped, names: pd.Series, people: np.ndarray
) -> Iterator[Check]:
    table = network.components
    label = places.component
    island = table["kind"].eq(components.ISLAND)
    living = island[island].index.intersection(pd.Index(label))
    if len(living):
        there = np.isin(label, living)
        yield Check(
            "Îles qu’aucune route ni aucun bateau ne relie",
            Severity.WARNING.value,
            len(living),
            _peopled(_examples(names[there]), people[there]),
            "Ajoutez leur bateau (table des bateaux, GTFS) s’il existe ; sinon seuls les lieux de "
            "l’île leur sont accessibles.",
        )
    fragment = table[table["kind"].eq(components.FRAGMENT)]
    share = float(fragment["share"].sum())
    yield Check(
        "Bouts de réseau détachés",
        (Severity.WARNING if share > _FRAGMENT_SHARE else Severity.INFO).value,
        len(fragment),
        Fault("{share} % des nœuds", {"share": _percent(share)}),
        "Personne n’y part ni n’y arrive. Au-delà de 5 %, l’extrait est coupé trop court ou des "
        "accès sont mal décrits.",
    )
    main = label == 0
    if len(label):
        part = people[main].sum() / max(people.sum(), 1.0)
        yield Check(
            "Habitants sur le réseau principal",
            Severity.INFO.value,
            int(people[main].sum()),
            Fault("{share} % des habitants", {"share": _percent(part)}),
            "Rien à faire.",
        )


def _boats(network: RoadNetwork) -> Iterator[Check]:
    boats = network.ferries
    if boats.empty:
        return
    used = boats[boats["used"].astype(bool)]
    if len(used):
        yield Check(
            "Bateaux utilisés", Severity.INFO.value, len(used), _lines(used), "Rien à faire."
        )
    for column, what, remedy in (
        (
            "duration_known",
            "Bateaux sans durée",
            "15 km/h supposés : ajoutez « duration » dans OSM",
        ),
        ("headway_known", "Bateaux sans fréquence", "Fréquence supposée (« ferry_headway »)"),
    ):
        unknown = used[~used[column].astype(bool)]
        if len(unknown):
            yield Check(
                what,
                Severity.WARNING.value,
                len(unknown),
                _lines(unknown),
                f"{remedy}, ou donnez le bateau dans la table des bateaux ou un GTFS.",
            )
    idle = boats[~boats["used"].astype(bool)]
    if len(idle):
        yield Check(
            "Bateaux non utilisés",
            Severity.WARNING.value,
            len(idle),
            _idle(idle),
            "Prolongez la ligne jusqu’à une route, élargissez l’extrait, ou changez de saison.",
        )


def _left_out(network: RoadNetwork) -> Iterator[Check]:
    residents = network.stretches[network.stretches["residents"]]
    if len(residents):
        yield Check(
            "Voies réservées aux riverains",
            Severity.INFO.value,
            len(residents),
            Fault("{km} km", {"km": _number(residents["length"].sum() / 1000)}),
            "On y part et on y arrive, on n’y passe pas ; corrigez dans OpenStreetMap celles qui "
            "sont ouvertes à tous.",
        )
    for reason, count in sorted(network.left_out.items()):
        yield Check(
            f"Non utilisé : {reason}",
            Severity.INFO.value,
            count,
            Fault("", {}),
            "Rien à faire, sauf si une route connue manque : corrigez-la dans OpenStreetMap.",
        )


def _examples(names: pd.Series, metres: np.ndarray | None = None) -> Fault:
    first: list[object] = [str(name) for name in names.head(_EXAMPLES)]
    if metres is not None:
        first = [
            Fault("{name} (plus de 20 km)", {"name": name})
            if np.isinf(gap)
            else Fault("{name} ({metres} m)", {"name": name, "metres": f"{gap:.0f}"})
            for name, gap in zip(first, metres, strict=False)
        ]
    return _listed(first, len(names))


def _listed(first: Sequence[object], count: int) -> Fault:
    more = count - len(first)
    values: dict[str, object] = {"names": tuple(first), "more": more}
    return Fault("{names} et {more} autres" if more > 0 else "{names}", values)


def _peopled(examples: Fault, people: np.ndarray) -> Fault:
    return Fault(
        "{examples} · {people} habitants", {"examples": examples, "people": _number(people.sum())}
    )


def _idle(boats: pd.DataFrame) -> Fault:
    named = zip(boats["name"].head(_EXAMPLES), boats["reason"].head(_EXAMPLES), strict=True)
    first = [
        Fault("{name} ({reason})", {"name": _name(str(name)), "reason": Fault(str(reason), {})})
        for name, reason in named
    ]
    return _listed(first, len(boats))


def _lines(boats: pd.DataFrame) -> Fault:
    named = zip(boats["name"].head(_EXAMPLES), boats["length_km"].head(_EXAMPLES), strict=True)
    first = [
        Fault("{name} ({km} km)", {"name": _name(str(name)), "km": f"{km:.0f}"})
        for name, km in named
    ]
    return _listed(first, len(boats))


def _name(name: str) -> str | Fault:
    return name or Fault("sans nom", {})


def _number(count: float) -> str:
    return f"{count:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".replace(".", ",")
