"""Answer minutes between points on roads: the engine's, straight along one road, and parking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel import neighbours, snap
from territory_access.travel.roads.seeds import Seeds
from territory_access.travel.roads.units import MS_PER_MINUTE
from territory_access.travel.speeds import RURAL, URBAN, SpeedTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.travel.roads.engine import Engine
    from territory_access.travel.roads.reductions import Reduction, Weights
    from territory_access.travel.snap import Snapped


def minutes(
    engine: Engine,
    origins: Snapped,
    destinations: Snapped,
    *,
    max_minutes: float | None = None,
    terminal: NDArray[np.float64] | None = None,
) -> NDArray[np.float32]:
    """Return ``float32`` (origins, destinations) minutes, ``inf`` out of reach.

    The time from door to door: to the road, on it, and ``terminal`` at the destination. Two points
    between the same two junctions may go straight along their road, which the engine of junctions
    does not see: the lesser of both is the answer.

    Parameters
    ----------
    engine
        Built on ``network.graph`` of the points' network.
    origins, destinations
        Points on that network.
    max_minutes
        Beyond it, ``inf``; terminal time included.
    terminal
        Minutes to park and walk at each destination (``terminal_minutes``); none by default.
    """
    added = np.zeros(len(destinations)) if terminal is None else terminal
    table = engine.matrix(origins.origins(), destinations.destinations(), max_minutes=max_minutes)
    found = np.array(table, dtype=np.float32)
    straight = snap.direct(origins, destinations)
    np.minimum.at(
        found,
        (straight.origin, straight.destination),
        (straight.milliseconds / 60_000).astype(np.float32),
    )
    found += added.astype(np.float32)
    if max_minutes is not None:
        found[found > max_minutes] = np.inf
    return found


def nearest(  # noqa: PLR0913 - those of minutes, and how many
    engine: Engine,
    origins: Snapped,
    destinations: Snapped,
    *,
    k: int,
    max_minutes: float | None = None,
    terminal: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the k nearest destinations of each origin and the minutes to them.

    Exactly those of ``minutes``, without the table.

    Returns
    -------
    tuple
        ``int32`` (origins, k) numbers of the destinations, nearest first, ties by number, −1 where
        no more are; ``float32`` (origins, k) minutes, ``inf`` there.
    """
    parking = _parking(destinations, terminal)
    places = _parked(destinations, parking)
    known = engine.nearest(origins.origins(), places, k=k, max_minutes=max_minutes)
    return neighbours.nearest(
        known, neighbours.pairs(origins, destinations, parking), max_minutes=max_minutes
    )


def reduce(  # noqa: PLR0913 - those of minutes, and the weights
    engine: Engine,
    origins: Snapped,
    destinations: Snapped,
    *,
    max_minutes: float,
    weights: Weights | None = None,
    terminal: NDArray[np.float64] | None = None,
) -> Reduction:
    """Return counts, nearest and weighted sums over the pairs within ``max_minutes``.

    Exactly those of ``minutes``, without the table: the engine's, corrected for the pairs on one
    road.
    """
    parking = _parking(destinations, terminal)
    starts, places = origins.origins(), _parked(destinations, parking)
    known = engine.reduce(starts, places, max_minutes=max_minutes, weights=weights)
    near = neighbours.pairs(origins, destinations, parking)
    counted = neighbours.by_junctions(engine.graph, near, starts, places, max_minutes=max_minutes)
    return neighbours.reduced(known, near, counted, max_minutes=max_minutes, weights=weights)


def _parking(places: Snapped, terminal: NDArray[np.float64] | None) -> NDArray[np.int64]:
    """Return the milliseconds to park and walk at each point."""
    added = np.zeros(len(places)) if terminal is None else terminal
    return np.rint(added * MS_PER_MINUTE).astype(np.int64)


def _parked(places: Snapped, parking: NDArray[np.int64]) -> Seeds:
    """Return destinations with the time to park on their last stretch."""
    seeds = places.destinations()
    there = seeds.node >= 0
    return Seeds(seeds.node, np.where(there, seeds.offset + parking[:, None], 0).astype(np.int32))


def terminal_minutes(places: Snapped, speeds: SpeedTable | None = None) -> NDArray[np.float64]:
    """Return the time to park and walk at each point: longer in town."""
    table = speeds or SpeedTable.load()
    mode = places.network.mode
    known = [table.value("terminal", mode=mode, area=area) for area in (RURAL, URBAN)]
    town = places.network.stretches["urban"].to_numpy(bool)[np.maximum(places.stretch, 0)]
    return np.where(places.stretch < 0, 0.0, np.array(known)[town.astype(int)])
