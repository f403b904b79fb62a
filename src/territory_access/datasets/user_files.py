"""Which files the user brought with a scenario, said as those of the package are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.datasets import catalogue, gtfs_source, registry
from territory_access.datasets.brought import TITLES
from territory_access.provenance import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from territory_access.datasets.brought import BroughtFile
    from territory_access.datasets.road_source import RoadSource
    from territory_access.scenario import Scenario


def sources(
    scenario: Scenario, roads: RoadSource | None, files: Sequence[BroughtFile] = ()
) -> pd.DataFrame:
    """Return the origin of the embedded tables, and of the files that the user gave.

    Parameters
    ----------
    scenario
        Names its files.
    roads
        Those of the territory.
    files
        Those of the territory, whose year is then said.

    Returns
    -------
    pandas.DataFrame
        As ``catalogue.sources``.
    """
    known = catalogue.sources()
    unknown = {"vintage": "voir le fichier", "licence": "celle de son producteur", "page": ""}
    years = {one.key: one.vintage for one in files}
    for key, title in TITLES.items():
        table, name = key.split(".")
        named = getattr(getattr(scenario, table), name)
        if named is None:
            continue
        path = registry.locate(named, key=key)
        known.loc[path.name] = unknown | {
            "title": f"{title} (fichier fourni avec le scénario)",
            "vintage": str(years.get(key) or unknown["vintage"]),
            "method": "lu tel quel, puis porté aux communes d’aujourd’hui",
            "sha256": digest(path),
        }
    if scenario.travel.gtfs:
        timetable = gtfs_source.locate(scenario.travel.gtfs)
        known.loc[timetable.name] = unknown | {
            "title": "Horaire de bateaux (GTFS), fourni avec le scénario",
            "method": "lu tel quel ; il remplace la table des bateaux pour les îles desservies",
            "sha256": digest(timetable),
        }
    if scenario.travel.transit_gtfs:
        timetable = gtfs_source.locate(scenario.travel.transit_gtfs, key="travel.transit_gtfs")
        known.loc[timetable.name] = unknown | {
            "title": "Horaire de transports en commun (GTFS), fourni avec le scénario",
            "method": "lu tel quel ; un jour de semaine, pour ceux qui n’ont pas de voiture",
            "sha256": digest(timetable),
        }
    if roads is not None:
        known.loc[roads.name] = {
            "title": "Réseau routier, fourni avec le scénario",
            "vintage": roads.vintage() or "voir le fichier",
            "licence": "celle de son producteur ; ODbL 1.0 s’il vient d’OpenStreetMap",
            "page": "",
            "method": "lu tel quel ; les temps sont exacts sur ce réseau",
            "sha256": roads.sha256(),
        }
    if roads is not None and roads.speeds is not None:
        known.loc[roads.speeds.name] = unknown | {
            "title": "Vitesses par classe de route, fournies avec le scénario",
            "method": "lues telles quelles",
            "sha256": digest(roads.speeds),
        }
    return known
