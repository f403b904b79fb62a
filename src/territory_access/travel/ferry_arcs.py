"""Join boats to the roads: boarding, expected wait, crossing; nobody starts at sea.

A boat is not a slow road. Whoever boards first pays the time to be there before it leaves and, not
choosing the hour, half the time between two boats: ``boarding = check-in + headway / 2``, once a
crossing. With a window of W minutes a day and n boats, ``headway = W / n``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from territory_access.datasets.road_form import FERRY
from territory_access.parameters import Parameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.datasets.road_form import Roads
    from territory_access.travel.road_arcs import Draft
    from territory_access.travel.speeds import SpeedTable

REPORT = (
    *("name", "source", "used", "reason", "crossing_minutes", "duration_known"),
    *("headway_minutes", "headway_known", "boarding_minutes", "length_km"),
)
_PIER_METRES = 500.0  # a line of OSM that stops this near to a road is at its pier
_FASTEST, _SLOWEST = 90.0, 2.0  # km/h: a duration outside is an error of typing


@dataclass(frozen=True)
class Boarding:
    """What a crossing costs beside the crossing.

    Attributes
    ----------
    season
        ``low`` or ``high``.
    check_in_minutes
        To be at the pier before the boat leaves.
    window_minutes
        Length of a day of crossings.
    """

    season: str
    check_in_minutes: float
    window_minutes: float

    @classmethod
    def of(cls, season: str, parameters: Parameters | None = None) -> Boarding:
        """Return what the parameters say.

        >>> Boarding.of("low").window_minutes
        720.0
        """
        known = parameters or Parameters.load()
        return cls(
            season=season,
            check_in_minutes=float(known.value("ferry.check_in_minutes")),
            window_minutes=float(known.value("ferry.service_window_minutes")),
        )


def in_season(roads: Roads, season: str) -> tuple[Roads, pd.DataFrame]:
    """Return the roads without the boats that do not sail in the low season, and these boats."""
    edges = roads.edges
    asleep = (edges["highway"] == FERRY) & edges["seasonal"] & (season == "low")
    if not asleep.any():
        return roads, pd.DataFrame(columns=list(REPORT))
    lines = describe(edges[asleep], np.zeros(int(asleep.sum())))
    lines["used"], lines["reason"] = False, "ne navigue pas en basse saison"
    kept = edges[~asleep].reset_index(drop=True)
    return replace(roads, edges=kept), lines[list(REPORT)]


def seconds(edges: pd.DataFrame, table: SpeedTable) -> NDArray[np.float64]:
    """Return the crossing time of each stretch: its duration where believable, else by speed."""
    length = edges["length"].to_numpy(float)
    slow = length / table.value("ferry_speed") * 3.6
    said = edges["duration"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        speed = length / said * 3.6
    return np.where((speed >= _SLOWEST) & (speed <= _FASTEST), said, slow)


def add_osm_boats(
    draft: Draft, roads: Roads, table: SpeedTable, *, boarding: Boarding
) -> pd.DataFrame:
    """Make people board the boats that are stretches of the network, and report these boats.

    Where a line meets a road, it gets a pier of its own, joined to the road by a boarding arc and
    by a free one ashore. A line that ends within 500 m of a road is joined to it at the pace of
    ``off_road``.
    """
    at_sea = (roads.edges["highway"] == FERRY).to_numpy()
    report = describe(roads.edges[at_sea], seconds(roads.edges[at_sea], table))
    if not at_sea.any():
        return report[list(REPORT)]
    sea = at_sea[draft.stretch] & (draft.stretch >= 0)
    headway = roads.edges["headway"].to_numpy(float) / 60
    unknown = table.value("ferry_headway")
    wait = np.where(np.isnan(headway), unknown, headway)[draft.stretch] / 2
    cost = np.full(draft.nodes, np.inf)
    for ends in (draft.tail, draft.head):
        np.minimum.at(cost, ends[sea], wait[sea] + boarding.check_in_minutes)
    wet = np.isfinite(cost)
    dry = np.zeros(draft.nodes, bool)
    dry[draft.tail[~sea]] = dry[draft.head[~sea]] = True
    loose = _loose_ends(draft, sea) & wet & ~dry
    joined = _nearest(draft, np.flatnonzero(loose), dry, metres=_PIER_METRES)
    piers = np.flatnonzero(wet & dry)
    fresh = np.arange(draft.nodes)
    fresh[piers] = draft.add_nodes(draft.x[piers], draft.y[piers])
    before = (draft.tail[sea].copy(), draft.head[sea].copy())
    draft.tail[sea] = fresh[draft.tail[sea]]
    draft.head[sea] = fresh[draft.head[sea]]
    draft.add_arcs(piers, fresh[piers], np.rint(cost[piers] * 60_000))
    draft.add_arcs(fresh[piers], piers, 0)
    walk = table.value("off_road", mode=roads.mode) / 3.6
    for end, road, metres in joined:
        draft.add_arcs(road, end, round(cost[end] * 60_000 + metres / walk * 1000))
        draft.add_arcs(end, road, round(metres / walk * 1000))
    landed = np.concatenate([piers, np.array([end for end, _, _ in joined], np.int64)])
    adrift = _adrift(before, landed, len(fresh))
    ways = roads.edges["osmid"].to_numpy()[draft.stretch[: len(sea)][sea]]
    lost = report["osmid"].isin(np.unique(ways[adrift]))
    report.loc[lost, "used"] = False
    report.loc[lost, "reason"] = "ne touche pas de route des deux côtés"
    filled = report["headway_minutes"].fillna(unknown)
    report["headway_minutes"] = filled
    report["boarding_minutes"] = boarding.check_in_minutes + filled / 2
    return report[list(REPORT)]


def describe(edges: pd.DataFrame, crossing: NDArray[np.float64]) -> pd.DataFrame:
    """Return one row a way of OSM (``REPORT``), from its stretches and their seconds."""
    rows = pd.DataFrame({
        "osmid": edges["osmid"],
        "name": edges["name"].astype(str),
        "crossing_minutes": crossing / 60,
        "duration_known": edges["duration"].notna(),
        "headway_minutes": edges["headway"] / 60,
        "length_km": edges["length"] / 1000,
    })  # fmt: skip
    lines = rows.groupby("osmid", sort=True).agg({
        "name": "first",
        "crossing_minutes": "sum",
        "duration_known": "all",
        "headway_minutes": "min",
        "length_km": "sum",
    })  # fmt: skip
    lines["headway_known"] = lines["headway_minutes"].notna()
    lines["boarding_minutes"] = np.nan
    lines["source"], lines["used"], lines["reason"] = "OpenStreetMap", True, ""
    return lines.reset_index()[["osmid", *REPORT]]


def _adrift(
    ends: tuple[NDArray[np.int64], NDArray[np.int64]], landed: NDArray[np.int64], nodes: int
) -> NDArray[np.bool_]:
    """Say which arcs at sea belong to a line with fewer than two piers."""
    links = csr_array((np.ones(len(ends[0]), np.int8), ends), shape=(nodes, nodes))
    count, line = connected_components(links, directed=False)
    return np.asarray(np.bincount(line[landed], minlength=count)[line[ends[0]]] < 2)


def _loose_ends(draft: Draft, sea: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which nodes have one neighbour by sea."""
    ends = np.unique(np.sort(np.stack([draft.tail[sea], draft.head[sea]]), axis=0), axis=1)
    return np.asarray(np.bincount(ends.ravel(), minlength=draft.nodes) == 1)


def _nearest(
    draft: Draft, nodes: NDArray[np.int64], among: NDArray[np.bool_], *, metres: float
) -> list[tuple[int, int, float]]:
    """Return (node, nearest of ``among``, metres between) where one is near enough."""
    if not len(nodes) or not among.any():
        return []
    place = np.flatnonzero(among)
    tree = cKDTree(np.column_stack([draft.x[place], draft.y[place]]))
    far, found = tree.query(np.column_stack([draft.x[nodes], draft.y[nodes]]))
    return [
        (int(node), int(place[other]), float(gap))
        for node, other, gap in zip(nodes, np.atleast_1d(found), np.atleast_1d(far), strict=True)
        if gap <= metres
    ]
