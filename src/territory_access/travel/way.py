"""Draw the way that somebody takes from one point to another, by road and by boat."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.datasets.road_form import FERRY
from territory_access.errors import NetworkError
from territory_access.travel import snap, stretch_lines
from territory_access.travel.roads.arcs import FAR
from territory_access.travel.roads.paths import shortest
from territory_access.travel.roads.units import MS_PER_MINUTE
from territory_access.travel.stretch_lines import Spans

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from territory_access.travel.network import RoadNetwork
    from territory_access.travel.snap import Lanes, Snapped


class Mode(StrEnum):
    """On what one travels."""

    ROAD = "road"
    BOAT = "boat"


@dataclass(frozen=True)
class Way:
    """A shortest way.

    Attributes
    ----------
    minutes
        From door to door, as ``road_times.minutes`` without parking.
    off_road_minutes
        Of them, to the road and from it.
    legs
        In order, in the CRS of the network: ``mode`` (``Mode``), ``metres``, ``minutes``,
        ``geometry`` (LineString). A boat's leg holds boarding, waiting, crossing and landing.
    """

    minutes: float
    off_road_minutes: float
    legs: gpd.GeoDataFrame


class _Trace(NamedTuple):
    """Arcs of ``detail`` in order, the part of each that is driven, and its milliseconds."""

    arc: list[int]
    start: list[float]
    end: list[float]
    milliseconds: list[int]

    def add(self, arc: int, start: float, end: float, milliseconds: int) -> None:
        self.arc.append(arc)
        self.start.append(start)
        self.end.append(end)
        self.milliseconds.append(milliseconds)


def find(origin: Snapped, destination: Snapped) -> Way | None:
    """Return the shortest way between two points on roads, ``None`` where there is no way.

    Parameters
    ----------
    origin, destination
        One point each, on one network.

    Raises
    ------
    NetworkError
        If there is not one point each, or they are on two networks.
    """
    network = origin.network
    if len(origin) != 1 or len(destination) != 1 or destination.network is not network:
        raise NetworkError("un trajet va d’un seul point à un seul autre, sur le même réseau")
    starts, ends = origin.origins(), destination.destinations()
    nodes, time = shortest(network.graph, starts, ends)
    straight = snap.direct(origin, destination)
    least = int(straight.milliseconds.min(initial=FAR))
    if min(least, time) >= FAR:
        return None
    trace = _Trace([], [], [], [])
    if least <= time:
        _along(origin, destination, least, trace)
    else:
        _through(origin, destination, nodes, trace)
    legs = _legs(network, trace)
    walk = int(origin.leg_ms[0] + destination.leg_ms[0])
    return Way(min(least, time) / MS_PER_MINUTE, walk / MS_PER_MINUTE, legs)


def _along(origin: Snapped, destination: Snapped, time: int, trace: _Trace) -> None:
    """Follow the road from one point to the other."""
    network = origin.network
    behind = network.chains.behind_ms
    walk = int(origin.leg_ms[0] + destination.leg_ms[0])
    sides = ((one, other) for one in _lanes(origin) for other in _lanes(destination))
    for one, other in sides:
        first, last = int(one.arc[0]), int(other.arc[0])
        if min(first, last) < 0 or network.road[first] != network.road[last]:
            continue
        gap = int(other.from_start[0] + behind[last]) - int(one.from_start[0] + behind[first])
        if gap < 0 or gap + walk != time:
            continue
        begin, stop = _share(network, one), _share(network, other)
        if first == last:
            trace.add(first, begin, stop, gap)
            return
        trace.add(first, begin, 1.0, int(one.to_end[0]))
        arc = _next(network, first)
        while arc != last:
            trace.add(arc, 0.0, 1.0, int(network.detail.milliseconds[arc]))
            arc = _next(network, arc)
        trace.add(last, 0.0, stop, int(other.from_start[0]))
        return


def _through(
    origin: Snapped, destination: Snapped, nodes: NDArray[np.int32], trace: _Trace
) -> None:
    """Drive to the first junction, from junction to junction, and from the last one."""
    network = origin.network
    chains, detail = network.chains, network.detail
    out = _entry(origin.origins().node[0], origin.origins().offset[0], int(nodes[0]))
    lane = _lanes(origin)[out]
    if lane.arc[0] >= 0:
        trace.add(int(lane.arc[0]), _share(network, lane), 1.0, int(lane.to_end[0]))
        _follow(network, _next(network, int(lane.arc[0])), trace)
    place = np.flatnonzero(chains.number >= 0)
    for here, there in zip(nodes[:-1].tolist(), nodes[1:].tolist(), strict=True):
        arcs = np.arange(detail.first[place[here]], detail.first[place[here] + 1])
        arcs = arcs[chains.ahead[arcs] == there]
        whole = detail.milliseconds[arcs] + chains.ahead_ms[arcs]
        _follow(network, int(arcs[whole.argmin()]), trace)
    last = destination.destinations()
    lane = _arriving(destination)[_entry(last.node[0], last.offset[0], int(nodes[-1]))]
    if lane.arc[0] >= 0:
        arc = int(lane.arc[0])
        for before in _before(network, arc):
            trace.add(before, 0.0, 1.0, int(detail.milliseconds[before]))
        trace.add(arc, 0.0, _share(network, lane), int(lane.from_start[0]))


def _lanes(point: Snapped) -> tuple[Lanes, Lanes]:
    return point.forward, point.backward


def _arriving(point: Snapped) -> tuple[Lanes, Lanes]:
    return point.arriving_forward, point.arriving_backward


def _entry(node: NDArray[np.int32], offset: NDArray[np.int32], wanted: int) -> int:
    """Return which seed is at a node, the nearer if both are."""
    return int(np.where(node == wanted, offset, FAR).argmin())


def _share(network: RoadNetwork, lane: Lanes) -> float:
    """Return how far along its arc a point lies."""
    return min(float(lane.from_start[0]) / max(int(network.running[lane.arc[0]]), 1), 1.0)


def _next(network: RoadNetwork, arc: int) -> int:
    """Return the arc that follows through the middle of a chain, −1 at a junction."""
    detail, head = network.detail, int(network.detail.head[arc])
    if network.chains.number[head] >= 0:
        return -1
    tail = int(np.searchsorted(detail.first, arc, side="right")) - 1
    outs = range(int(detail.first[head]), int(detail.first[head + 1]))
    return next(out for out in outs if detail.head[out] != tail or len(outs) == 1)


def _follow(network: RoadNetwork, arc: int, trace: _Trace) -> None:
    """Drive whole arcs until the next junction."""
    while arc >= 0:
        trace.add(arc, 0.0, 1.0, int(network.detail.milliseconds[arc]))
        arc = _next(network, arc)


def _before(network: RoadNetwork, arc: int) -> list[int]:
    """Return the arcs of the same road from its junction to where this one starts, in order."""
    same = np.flatnonzero(network.road == network.road[arc])
    first = next(int(one) for one in same if network.chains.number[network.detail.tail[one]] >= 0)
    found = []
    while first != arc:
        found.append(first)
        first = _next(network, first)
    return found


def _legs(network: RoadNetwork, trace: _Trace) -> gpd.GeoDataFrame:
    """Return the legs of a trace: arcs of one mode in a row are one."""
    import geopandas as gpd
    import shapely

    arc = np.array(trace.arc, np.int64)
    lines, metres, boat = _drawn(network, arc, np.array(trace.start), np.array(trace.end))
    time = np.array(trace.milliseconds, np.int64)
    moved = (time > 0) | (metres > 0)
    lines, metres, boat, time = lines[moved], metres[moved], boat[moved], time[moved]
    leg = np.cumsum(np.r_[0, boat[1:] != boat[:-1]][: len(boat)])
    count = int(leg[-1]) + 1 if len(leg) else 0
    geometry = []
    for number in range(count):
        points = shapely.get_coordinates(lines[leg == number])
        new = np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]
        points = points[new] if new.sum() > 1 else points[:2]
        geometry.append(shapely.LineString(points))
    first = np.searchsorted(leg, np.arange(count))
    return gpd.GeoDataFrame(
        {
            "mode": [Mode.BOAT.value if boat[row] else Mode.ROAD.value for row in first],
            "metres": np.bincount(leg, weights=metres, minlength=count),
            "minutes": np.bincount(leg, weights=time, minlength=count) / MS_PER_MINUTE,
        },
        geometry=geometry,
        crs=network.crs,
    )


def _drawn(
    network: RoadNetwork,
    arc: NDArray[np.int64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
) -> tuple[NDArray[np.object_], NDArray[np.float64], NDArray[np.bool_]]:
    """Return the line of each arc in the direction of travel, its metres, and which are at sea."""
    import shapely

    detail, spans = network.detail, stretch_lines.pieces(network)
    piece, against = np.full(len(arc), -1), np.zeros(len(arc), bool)
    for side, back in (
        *((network.forward, False), (network.arriving_forward, False)),
        *((network.backward, True), (network.arriving_backward, True)),
    ):
        of_arc = np.full(len(detail.head) + 1, -1)
        of_arc[side] = np.arange(len(side))
        of_arc[-1] = -1
        known = of_arc[arc]
        piece, against = np.where(known >= 0, known, piece), np.where(known >= 0, back, against)
    on, row = piece >= 0, np.maximum(piece, 0)
    size = spans.high[row] - spans.low[row]
    ends = np.where(against, 1 - end, start), np.where(against, 1 - start, end)
    asked = Spans(spans.stretch[row], *(spans.low[row] + size * share for share in ends))
    lines = stretch_lines.lines(stretch_lines.drawn(network), asked)
    lines = np.where(against, shapely.reverse(lines), lines)
    tail, head = detail.tail[arc], detail.head[arc]
    places = (np.c_[detail.x[node], detail.y[node]] for node in (tail, head))
    straight = np.asarray(shapely.linestrings(np.stack(list(places), axis=1)), dtype=object)
    stretch = network.stretches.iloc[spans.stretch[row]]
    long = stretch["length"].to_numpy(float) * size * (end - start)
    link = ~on & ((detail.milliseconds[arc] > 0) | (shapely.length(straight) > 0))
    boat = np.where(on, stretch["highway"].eq(FERRY).to_numpy(), link)
    return np.where(on, lines, straight), np.where(on, long, shapely.length(straight)), boat
