"""Answer the minutes from the zones of a territory on its roads lazily, block by block of zones."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from territory_access.errors import NetworkError
from territory_access.travel import chunked, road_cache, road_store, road_times, snap
from territory_access.travel.on_roads import OnRoads
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    import geopandas as gpd

    from territory_access.travel.on_roads import OpenRoads


def minutes(
    roads: OpenRoads,
    anchors: gpd.GeoSeries,
    sites: gpd.GeoSeries,
    *,
    max_minutes: float,
    block: int = chunked.BLOCK,
) -> OnRoads:
    """Return what ``on_roads.minutes`` returns, its minutes as a dask array.

    Parameters
    ----------
    roads, sites, max_minutes
        As for ``on_roads.minutes``.
    anchors
        The points of ``roads.zones``.
    block
        Zones in a task.

    Raises
    ------
    NetworkError
        Without a cache folder that can be written.
    TerritoryAccessError
        Without the extra ``cluster``.

    Notes
    -----
    The network is kept for other processes in the cache folder of the user
    (``road_cache.folder``), which they must see under the same path.
    """
    place = road_cache.folder()
    if place is None:
        raise NetworkError(
            "aucun dossier de cache où écrire : donnez-en un à la variable TERRITORY_ACCESS_CACHE"
        )
    store = road_store.keep(roads.network, place, kept=roads.kept, threads=os.cpu_count() or 1)
    there = snap.geometry(roads.network, sites, speeds=roads.speeds)
    parking = road_times.terminal_minutes(there, roads.speeds) * roads.source.parking
    times = chunked.lazy(
        store,
        chunked.points(anchors),
        chunked.points(sites, DESTINATION).assign(terminal=(DESTINATION, parking)),
        max_minutes=max_minutes,
        block=block,
    )
    return OnRoads(times["travel_time"].data, roads.zones.metres, there.metres)
