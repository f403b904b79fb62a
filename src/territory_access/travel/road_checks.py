"""What to verify about the roads of a territory before trusting its times, and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from territory_access.territory_checks import findings
from territory_access.travel import network_check, snap
from territory_access.vocabulary import Severity

if TYPE_CHECKING:
    from territory_access.territory import Territory
    from territory_access.travel.on_roads import OpenRoads


def checks(territory: Territory, roads: OpenRoads) -> pd.DataFrame:
    """Return the checks of the roads, and of the zones put on them.

    A zone of the territory far from any road is an error: it is out of reach. One of its buffer is
    a warning: extracts stop at the border of a region, and what lies beyond no longer counts.

    Returns
    -------
    pandas.DataFrame
        ``check``, ``severity``, ``count``, ``examples``, ``remedy``, the gravest first.
    """
    zones = territory.zones
    inside = zones[zones["in_territory"]]
    anchors = gpd.GeoSeries(inside["anchor"], crs=territory.crs)
    found = network_check.check(
        roads.network,
        snap.geometry(roads.network, anchors, speeds=roads.speeds),
        inside["name"],
        inside["population"],
    )
    beyond = (roads.zones.stretch < 0) & ~zones["in_territory"].to_numpy(dtype=bool)
    around = findings(
        [
            (
                "communes voisines que le réseau routier ne couvre pas",
                Severity.WARNING,
                zones.loc[beyond, "name"],
                (
                    "Elles sont hors d’atteinte, et ce qui s’y trouve ne compte pas : ajoutez "
                    "l’extrait de la région voisine, ou réduisez territory.buffer_km."
                ),
            )
        ]
    )
    grave = found["severity"].eq(Severity.ERROR.value)
    return pd.concat([found[grave], around, found[~grave]], ignore_index=True)
