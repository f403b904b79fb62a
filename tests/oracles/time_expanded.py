"""Public transport by brute force: one graph of places and moments for each minute of departure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.datasets.gtfs_rides import Rides

INF = float("inf")


def usual_seconds(
    rides: Rides,
    to_stops: Mapping[int, int],
    from_stops: Mapping[int, int],
    between: Mapping[tuple[int, int], int],
    *,
    change: int,
    departures: list[int],
) -> float:
    """Return the ⌈n/2⌉-th shortest way over the departures; each is a Dijkstra search."""
    took = sorted(
        _way(_graph(rides, to_stops, from_stops, between, change, leaving))
        for leaving in departures
    )
    return took[(len(took) + 1) // 2 - 1]


def _way(graph: nx.DiGraph) -> float:
    if "home" not in graph or "there" not in graph:
        return INF
    try:
        return float(nx.dijkstra_path_length(graph, "home", "there"))
    except nx.NetworkXNoPath:
        return INF


def _graph(  # noqa: C901, PLR0917 - as above
    rides: Rides,
    to_stops: Mapping[int, int],
    from_stops: Mapping[int, int],
    between: Mapping[tuple[int, int], int],
    change: int,
    leaving: int,
) -> nx.DiGraph:
    """Return moments at stops and rides as nodes, seconds as weights."""
    graph = nx.DiGraph()
    moments: dict[int, set[int]] = {}

    def moment(stop: int, when: int) -> tuple[str, int, int]:
        moments.setdefault(stop, set()).add(when)
        return ("at", stop, when)

    for stop, walk in to_stops.items():
        graph.add_edge("home", moment(stop, leaving + walk), weight=walk)
    count = len(rides.start)
    for ride in range(count):
        start, end = int(rides.start[ride]), int(rides.end[ride])
        leaves, arrives = int(rides.leaves[ride]), int(rides.arrives[ride])
        if rides.boards[ride]:
            graph.add_edge(moment(start, leaves), ("on", ride), weight=0)
        if ride + 1 < count and rides.vehicle[ride + 1] == rides.vehicle[ride]:
            wait = int(rides.leaves[ride + 1]) - leaves
            graph.add_edge(("on", ride), ("on", ride + 1), weight=wait)
        if not rides.alights[ride]:
            continue
        if end in from_stops:
            graph.add_edge(("on", ride), "there", weight=arrives - leaves + from_stops[end])
        near = {end: 0} | {other: walk for (one, other), walk in between.items() if one == end}
        for stop, walk in near.items():
            ready = arrives + change + walk
            graph.add_edge(("on", ride), moment(stop, ready), weight=ready - leaves)
    for stop, times in moments.items():
        for one, after in pairwise(sorted(times)):
            graph.add_edge(("at", stop, one), ("at", stop, after), weight=after - one)
    return graph
