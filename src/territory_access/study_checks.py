"""What is doubtful about a study: its territory, its islands, its numbers, its roads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from territory_access.territory_checks import findings
from territory_access.travel.edge import near
from territory_access.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from territory_access.parameters import Parameters
    from territory_access.territory import Territory
    from territory_access.travel.on_roads import OpenRoads


def checks(
    place: Territory,
    isles: pd.DataFrame,
    parameters: Parameters,
    roads: OpenRoads | None,
    *,
    edge: pd.Series[float],
) -> pd.DataFrame:
    """Return the checks of the territory, and those that only a study can make.

    Parameters
    ----------
    place, isles, parameters, roads
        As in a ``Study``.
    edge
        From ``travel.edge.minutes_to_edge``.
    """
    stranded = isles.loc[isles["ferry"] == "", "name"]
    strange = pd.Series([p.label for p in parameters.values() if p.outside_range], dtype=str)
    return pd.concat(
        [
            place.checks(),
            *_of_roads(place, roads),
            findings(
                [
                    (
                        "communes à moins de 40 minutes du bord de ce qui est chargé",
                        Severity.WARNING,
                        near(edge, place.zones)["name"],
                        "Des voisins manquent à leur APL et à leurs places : montez buffer_km.",
                    ),
                    (
                        "îles sans liaison connue",
                        Severity.WARNING,
                        stranded,
                        "Ajoutez leur bateau à la table des liaisons, ou un pont s’il existe.",
                    ),
                    (
                        "paramètres hors de leur étendue",
                        Severity.WARNING,
                        strange,
                        "Justifiez ces valeurs dans le dossier, ou revenez dans l’étendue.",
                    ),
                ]
            ),
        ],
        ignore_index=True,
    )


def _of_roads(place: Territory, roads: OpenRoads | None) -> Iterator[pd.DataFrame]:
    """Yield what is doubtful about the roads; what is merely good to know, ``check`` prints."""
    if roads is not None:
        from territory_access.travel import road_checks

        found = road_checks.checks(place, roads)
        yield found[found["severity"] != Severity.INFO.value]
