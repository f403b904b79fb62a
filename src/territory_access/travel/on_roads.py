"""Open the roads of a territory: read once, kept in the cache, zones put on them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd

from territory_access.errors import NetworkError
from territory_access.parameters import Parameters
from territory_access.travel import compilation, road_cache, road_times, snap, stored_network
from territory_access.travel.network import OWN_TIMES, Options
from territory_access.travel.roads import engine as road_engine
from territory_access.travel.speeds import SpeedTable
from territory_access.vocabulary import Season

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.datasets.road_source import RoadSource
    from territory_access.territory import Territory
    from territory_access.travel.network import RoadNetwork
    from territory_access.travel.roads.engine import Engine
    from territory_access.travel.snap import Snapped

    type Tell = Callable[[str, float | None], None]

COMPILE, READ, PREPARE = "compile", "read", "prepare"
"""What is being done, for whoever listens."""


@dataclass(frozen=True)
class OpenRoads:
    """Roads ready to answer.

    Attributes
    ----------
    source
        The file.
    network, engine
        What was built of it.
    speeds
        The speed table.
    zones
        Zones of the territory on the roads, in their order.
    kept
        Folder where the network is kept, if it is.
    """

    source: RoadSource
    network: RoadNetwork
    engine: Engine
    speeds: SpeedTable
    zones: Snapped
    kept: Path | None = None


class OnRoads(NamedTuple):
    """Minutes ``(zones, destinations)``, and metres from each point to its road."""

    minutes: NDArray[np.float32]
    origin_metres: NDArray[np.float64]
    destination_metres: NDArray[np.float64]


def open_roads(
    territory: Territory,
    *,
    season: Season | str = Season.LOW,
    parameters: Parameters | None = None,
    tell: Tell = lambda _what, _share: None,
) -> OpenRoads:
    """Return the roads of a territory, ready to answer.

    Parameters
    ----------
    territory
        Its ``roads``, zones (populations tell town from country), and ferries.
    season
        Which boats sail, and how often.
    parameters
        ``ferry.*``: check-in, landing, and the day over which boats are spread.
    tell
        Called with what begins (``COMPILE``, ``READ``, ``PREPARE``) and with the share done where
        it is known.

    Raises
    ------
    NetworkError
        When the territory has no roads, or their file holds none.
    MissingDataset, DataError
        When the road file or the speed table cannot be used.
    """
    source = territory.roads
    if source is None:
        raise NetworkError("le scénario ne nomme aucun réseau routier (clé travel.roads)")
    known = Parameters.load() if parameters is None else parameters
    cache = road_cache.folder()
    if not compilation.done(cache):
        tell(COMPILE, None)
        compilation.run(cache, everything=False)
    tell(READ, None)
    speeds = SpeedTable.load(source.speeds)
    network, kept = stored_network.load_or_build(
        source.path,
        cache,
        speeds=speeds,
        options=Options(
            season=Season(season).value,
            peak=source.peak,
            own_times=source.own_times or None,
            parameters=known,
        ),
        communes=territory.zones,
        boats=_boats(territory.ferries, known),
    )
    tell(PREPARE, 0.0)
    engine = road_engine.build(
        network.graph,
        folder=cache,
        threads=os.cpu_count() or 1,
        progress=lambda share: tell(PREPARE, share),
    )
    anchors = gpd.GeoSeries(territory.zones["anchor"], crs=territory.crs)
    return OpenRoads(
        source, network, engine, speeds, snap.geometry(network, anchors, speeds=speeds), kept
    )


def minutes(roads: OpenRoads, sites: gpd.GeoSeries, *, max_minutes: float) -> OnRoads:
    """Return the minutes from every zone to some points, ``inf`` beyond ``max_minutes``."""
    places = snap.geometry(roads.network, sites, speeds=roads.speeds)
    parking = road_times.terminal_minutes(places, roads.speeds) if roads.source.parking else None
    return OnRoads(
        road_times.minutes(
            roads.engine, roads.zones, places, max_minutes=max_minutes, terminal=parking
        ),
        roads.zones.metres,
        places.metres,
    )


def attributes(roads: OpenRoads) -> dict[str, str | float]:
    """Return what the times rest on: file, vintage, speeds, their error as far as it is known."""
    network, source = roads.network, roads.source
    said: dict[str, str | float] = {
        "engine": "roads",
        "network": source.name,
        "network_vintage": source.vintage(),
        "network_sha256": source.sha256(),
        "junctions": int(network.graph.nodes),
        "road_km": round(float(network.stretches["length"].sum()) / 1000, 1),
        "peak": int(source.peak),
        "parking": int(source.parking),
        "unsnapped_share": float((roads.zones.stretch < 0).mean()),
    }
    if network.speeds == OWN_TIMES:
        return said | {"model": "roads, own times", "speeds": "", "speeds_sha256": ""}
    errors = {} if source.speeds else _errors(roads.speeds)
    return said | {
        "model": f"roads {roads.speeds.digest[:12]}",
        "speeds": network.speeds,
        "speeds_sha256": roads.speeds.digest,
        **errors,
    }


def _errors(speeds: SpeedTable) -> dict[str, float]:
    """Return the error that the national table says of itself; a changed one has another."""
    rows = speeds.rows[speeds.rows["quantity"].str.startswith("error_within_")]
    return dict(zip(rows["quantity"], rows["value"].astype(float), strict=True))


def _boats(ferries: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Return the boats, landing included in the crossing; the network adds check-in and wait."""
    landing = parameters.value("ferry.egress_minutes")
    return ferries.assign(crossing_minutes=ferries["crossing_minutes"].astype(float) + landing)
