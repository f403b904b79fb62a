"""Put points on the road: the nearest stretch where somebody may start or end a journey."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.errors import NetworkError
from territory_access.travel import grid
from territory_access.travel.roads.seeds import NO_NODE, Seeds
from territory_access.travel.speeds import SpeedTable

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

    from territory_access.travel.grid import Grid
    from territory_access.travel.network import RoadNetwork

MAX_METRES = 2_000.0
_CORNER_METRES = 1.0
_LOOK_METRES = 20_000.0  # so far is a road looked for, to say how far away it is


class Reason(StrEnum):
    """Why a point is not on the road."""

    NONE = ""
    FAR = "trop loin d’une route"
    NOWHERE = "coordonnées inconnues"


class Lanes(NamedTuple):
    """One direction of the stretch of each point: its arc (−1: not allowed) and where on it."""

    arc: NDArray[np.int32]
    from_start: NDArray[np.int32]  # ms from the start of the arc to the point
    to_end: NDArray[np.int32]  # ms from the point to the end of the arc, delay included
    at_start: NDArray[np.bool_]  # within 1 m of the start of the arc
    at_end: NDArray[np.bool_]


@dataclass(frozen=True)
class Snapped:
    """Points on stretches of road.

    Attributes
    ----------
    network
        That of the points.
    stretch
        Row of ``network.stretches``, −1 for a point that is not on the road.
    fraction
        How far along the stretch, 0 to 1.
    metres
        From the point to the road; ``inf`` beyond 20 km.
    leg_ms
        Time for these metres, at the pace of ``off_road``.
    reason
        ``Reason`` of each point, empty for those on the road.
    forward, backward
        Both directions, for those who leave.
    arriving_forward, arriving_backward
        Both directions, for those who arrive.
    """

    network: RoadNetwork
    stretch: NDArray[np.int64]
    fraction: NDArray[np.float64]
    metres: NDArray[np.float64]
    leg_ms: NDArray[np.int64]
    reason: NDArray[np.str_]
    forward: Lanes
    backward: Lanes
    arriving_forward: Lanes
    arriving_backward: Lanes

    def __len__(self) -> int:
        return len(self.stretch)

    @property
    def component(self) -> NDArray[np.int32]:
        """Row of ``network.components`` of each point, −1 for a point that is not on the road."""
        arc = np.maximum(self.forward.arc, self.backward.arc)
        there = self.network.component[self.network.detail.head[np.maximum(arc, 0)]]
        return np.where(arc >= 0, there, -1)

    def origins(self) -> Seeds:
        """Return where journeys that start here reach the first junctions, in ``network.graph``.

        Whoever stands at the start of a one-way street may leave by any street of that corner.
        """
        chains, detail = self.network.chains, self.network.detail
        columns = []
        for lane, other in ((self.forward, self.backward), (self.backward, self.forward)):
            arc = np.maximum(lane.arc, 0)
            corner = (lane.arc < 0) & (other.arc >= 0) & other.at_start
            node = np.where(lane.arc >= 0, chains.ahead[arc], NO_NODE)
            node = np.where(corner, chains.number[detail.tail[np.maximum(other.arc, 0)]], node)
            columns.append((node, np.where(corner, 0, lane.to_end + chains.ahead_ms[arc])))
        return _seeds(columns, self.leg_ms)

    def destinations(self) -> Seeds:
        """Return from which junctions journeys that end here come, in ``network.graph``.

        The end of a one-way street is reached by any street of that corner.
        """
        chains, detail = self.network.chains, self.network.detail
        ahead, back = self.arriving_forward, self.arriving_backward
        columns = []
        for lane, other in ((ahead, back), (back, ahead)):
            arc = np.maximum(lane.arc, 0)
            corner = (lane.arc < 0) & (other.arc >= 0) & other.at_end
            node = np.where(lane.arc >= 0, chains.behind[arc], NO_NODE)
            node = np.where(corner, chains.number[detail.head[np.maximum(other.arc, 0)]], node)
            columns.append((node, np.where(corner, 0, lane.from_start + chains.behind_ms[arc])))
        return _seeds(columns, self.leg_ms)


class Direct(NamedTuple):
    """Pairs on one road between two junctions, and the time straight along it."""

    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    milliseconds: NDArray[np.int64]


def points(  # noqa: PLR0913 - where, what, and three things that have a default
    network: RoadNetwork,
    x: ArrayLike,
    y: ArrayLike,
    *,
    max_metres: float = MAX_METRES,
    speeds: SpeedTable | None = None,
    lines: Grid | None = None,
) -> Snapped:
    """Return each point on the nearest stretch open to it.

    Never a ferry line, a motorway or its slip roads, a driveway, a private road, nor a fragment
    that the main network does not reach both ways. Beyond ``max_metres`` a point is nowhere: its
    times are ``inf`` and ``reason`` says why.

    Parameters
    ----------
    network
        Where to put them.
    x, y
        Coordinates in ``network.crs``, shape (points,).
    max_metres
        How far from a road people may be.
    speeds
        For the pace off the road.
    lines
        ``lines_of(network)``, for those who ask many times.

    Raises
    ------
    NetworkError
        If nobody may start anywhere.
    """
    east, north = (np.ascontiguousarray(values, np.float64) for values in (x, y))
    parts = network.segments
    cells = lines_of(network) if lines is None else lines
    found = grid.nearest(cells, east, north, reach=max(max_metres, _LOOK_METRES))
    on_road = (found.line >= 0) & (found.metres <= max_metres)
    part = np.maximum(found.line, 0)
    start, end = (parts[name].to_numpy(float)[part] for name in ("start", "end"))
    stretch = np.where(on_road, parts["stretch"].to_numpy(np.int64)[part], -1)
    fraction = np.where(on_road, start + (end - start) * np.nan_to_num(found.fraction), 0.0)
    known = np.isfinite(east) & np.isfinite(north)
    reason = np.where(on_road, Reason.NONE, np.where(known, Reason.FAR, Reason.NOWHERE))
    pace = (speeds or SpeedTable.load()).value("off_road", mode=network.mode) / 3.6
    leg = np.rint(np.where(on_road, found.metres, 0.0) / pace * 1000).astype(np.int64)
    leaving = _lanes(network, stretch, fraction, (network.forward, network.backward))
    arcs = (network.arriving_forward, network.arriving_backward)
    arriving = _lanes(network, stretch, fraction, arcs)
    return Snapped(
        *(network, stretch, fraction, found.metres, leg, reason.astype(str)), *leaving, *arriving
    )


def lines_of(network: RoadNetwork) -> Grid:
    """Return the grid of the roads where people may start or end.

    Raises
    ------
    NetworkError
        If there are none.
    """
    parts = network.segments
    if parts.empty:
        raise NetworkError("aucune route du réseau ne peut servir de départ ou d’arrivée")
    return grid.build(np.ascontiguousarray(parts[["x1", "y1", "x2", "y2"]].to_numpy(float)))


def geometry(
    network: RoadNetwork,
    places: gpd.GeoSeries,
    *,
    max_metres: float = MAX_METRES,
    speeds: SpeedTable | None = None,
) -> Snapped:
    """Return points of a GeoSeries, in any CRS, on the road (see ``points``)."""
    there = places.to_crs(network.crs)
    return points(
        network, there.x.to_numpy(), there.y.to_numpy(), max_metres=max_metres, speeds=speeds
    )


def direct(origins: Snapped, destinations: Snapped) -> Direct:
    """Return the pairs that need no junction: both on one road, the destination further along it.

    The engine knows junctions only; of its time and this one the lesser is the answer.
    """
    pairs: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
    sides = ("forward", "backward")
    start, end = (
        {side: _along(points_, getattr(points_, side)) for side in sides}
        for points_ in (origins, destinations)
    )
    for road, place, leg in start.values():
        for other_road, other_place, other_leg in end.values():
            first, second = _matches(road, other_road)
            ahead = other_place[second] >= place[first]
            first, second = first[ahead], second[ahead]
            time = other_place[second] - place[first] + leg[first] + other_leg[second]
            pairs.append((first, second, time))
    origin, destination, time = (np.concatenate(part) for part in zip(*pairs, strict=True))
    return Direct(origin, destination, time)


def _lanes(
    network: RoadNetwork,
    stretch: NDArray[np.int64],
    fraction: NDArray[np.float64],
    both: tuple[NDArray[np.int32], NDArray[np.int32]],
) -> tuple[Lanes, Lanes]:
    there = stretch >= 0
    row = np.maximum(stretch, 0)
    count = network.stretches["pieces"].to_numpy()[row]
    place = np.minimum((fraction * count).astype(np.int64), count - 1)
    piece = network.stretches["first_piece"].to_numpy()[row] + place
    within = np.clip(fraction * count - place, 0.0, 1.0)
    length = network.stretches["length"].to_numpy(float)[row] / count
    lanes = []
    for arcs, share in ((both[0], within), (both[1], 1 - within)):
        arc = np.where(there, arcs[piece], NO_NODE).astype(np.int32)
        done = np.rint(share * network.running[np.maximum(arc, 0)]).astype(np.int32)
        rest = network.detail.milliseconds[np.maximum(arc, 0)] - done
        near = share * length < _CORNER_METRES, (1 - share) * length < _CORNER_METRES
        lanes.append(Lanes(arc, done, rest.astype(np.int32), *near))
    return lanes[0], lanes[1]


def _seeds(
    columns: list[tuple[NDArray[np.int32], NDArray[np.int32]]], leg: NDArray[np.int64]
) -> Seeds:
    node = np.column_stack([node for node, _ in columns]).astype(np.int32)
    time = np.column_stack([time + leg for _, time in columns])
    return Seeds(node, np.where(node >= 0, time, 0).astype(np.int32))


def _along(
    snapped: Snapped, lane: Lanes
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the road of each point, the milliseconds from its start, and those off the road."""
    arc = np.maximum(lane.arc, 0)
    road = np.where(lane.arc >= 0, snapped.network.road[arc], -1).astype(np.int64)
    place = lane.from_start.astype(np.int64) + snapped.network.chains.behind_ms[arc]
    return road, place, snapped.leg_ms


def _matches(
    left: NDArray[np.int64], right: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all pairs of places with the same value, −1 excepted."""
    order = np.argsort(right, kind="stable")
    low = np.searchsorted(right[order], left, side="left")
    high = np.searchsorted(right[order], left, side="right")
    count = np.where(left >= 0, high - low, 0)
    first = np.repeat(np.arange(len(left)), count)
    rank = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return first, order[np.repeat(low, count) + rank]
