"""Answer minutes between points on roads: the engine's, straight along one road, and parking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel import snap
from territory_access.travel.speeds import RURAL, URBAN, SpeedTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.travel.roads.engine import Engine
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


def terminal_minutes(places: Snapped, speeds: SpeedTable | None = None) -> NDArray[np.float64]:
    """Return the time to park and walk at each point: longer in town."""
    table = speeds or SpeedTable.load()
    mode = places.network.mode
    known = [table.value("terminal", mode=mode, area=area) for area in (RURAL, URBAN)]
    town = places.network.stretches["urban"].to_numpy(bool)[np.maximum(places.stretch, 0)]
    return np.where(places.stretch < 0, 0.0, np.array(known)[town.astype(int)])
