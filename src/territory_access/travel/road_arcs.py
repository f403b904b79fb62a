"""Turn stretches of road into one-way arcs with a time in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.datasets.road_form import FERRY
from territory_access.travel.segments import lines

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from territory_access.datasets.road_form import Roads
    from territory_access.travel.speeds import SpeedTable

type Numbers = NDArray[np.int64]

# How much a road counts at a junction: whoever comes from a lower one gives way.
_RANK = {
    name: rank
    for rank, names in enumerate(
        (
            ("service", "track", "pedestrian", "path", "footway", "cycleway", "steps"),
            ("residential", "living_street", "unclassified", "road", ""),
            ("tertiary", "tertiary_link"),
            ("secondary", "secondary_link"),
            ("primary", "primary_link"),
            ("trunk", "trunk_link"),
            ("motorway", "motorway_link"),
        )
    )
    for name in names
}


@dataclass
class Draft:
    """A graph in the making: nodes with coordinates, arcs with times; both may grow.

    Attributes
    ----------
    x, y
        Of each node, metres.
    tail, head, milliseconds
        Of each arc; the time includes the delay at its head.
    delay
        Milliseconds of it spent at the head (lights, giving way): not on the way.
    piece
        Piece of stretch that the arc runs along, −1 for a link (boarding, turning).
    pieces
        How many equal pieces each stretch is cut into, so that no two arcs join the same nodes.
    forward, backward
        Arc of each piece in the direction of the stretch and against it, −1 where not allowed.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    pieces: Numbers
    tail: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    head: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    milliseconds: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    delay: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    piece: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    forward: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    backward: Numbers = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def nodes(self) -> int:
        """Number of nodes so far."""
        return len(self.x)

    @property
    def stretch(self) -> Numbers:
        """Stretch of each arc, −1 for a link."""
        owner = np.repeat(np.arange(len(self.pieces)), self.pieces)
        return np.where(self.piece >= 0, owner[self.piece], -1)

    def add_nodes(self, x: ArrayLike, y: ArrayLike) -> Numbers:
        """Add nodes and return their numbers."""
        start = self.nodes
        self.x = np.concatenate([self.x, np.atleast_1d(np.asarray(x, np.float64))])
        self.y = np.concatenate([self.y, np.atleast_1d(np.asarray(y, np.float64))])
        return np.arange(start, self.nodes)

    def add_arcs(
        self, tail: ArrayLike, head: ArrayLike, milliseconds: ArrayLike, *, piece: ArrayLike = -1
    ) -> Numbers:
        """Add arcs (arrays broadcast together) and return their numbers."""
        parts = np.broadcast_arrays(*map(np.atleast_1d, (tail, head, milliseconds, piece)))
        start = len(self.tail)
        for name, part in zip(("tail", "head", "milliseconds", "piece"), parts, strict=True):
            grown = np.concatenate([getattr(self, name), part.astype(np.int64)])
            setattr(self, name, grown)
        self.delay = np.concatenate([self.delay, np.zeros(len(parts[0]), np.int64)])
        return np.arange(start, len(self.tail))


def expand(roads: Roads, seconds: NDArray[np.float64]) -> Draft:
    """Return the arcs of all stretches, both directions where both are allowed.

    A stretch that joins the same nodes as another is cut in two, a loop in three, so that an arc is
    known by its ends; a stretch for residents is cut in two, so that it has a middle
    (``no_through``). Every piece takes its share of the time, 1 ms at least.

    Parameters
    ----------
    roads
        Stretches.
    seconds
        Time along each of them.
    """
    from shapely import get_x, get_y, line_interpolate_point

    edges, nodes = roads.edges, roads.nodes
    u, v = (nodes.index.get_indexer(pd.Index(edges[end])) for end in ("u", "v"))
    low, high = np.minimum(u, v), np.maximum(u, v)
    again = pd.Series(low * len(nodes) + high).duplicated().to_numpy()
    residents = edges["access"].eq("destination").to_numpy()
    pieces = np.where(u == v, 3, np.where(again | residents, 2, 1)).astype(np.int64)
    draft = Draft(nodes["x"].to_numpy(float), nodes["y"].to_numpy(float), pieces)
    owner = np.repeat(np.arange(len(pieces)), pieces)
    first = np.cumsum(pieces) - pieces
    rank = np.arange(len(owner)) - first[owner]
    inner = rank > 0  # the piece starts in the middle of its stretch
    share = (rank / pieces[owner])[inner]
    cuts = line_interpolate_point(lines(roads, owner[inner]), share, normalized=True)
    start, end = u[owner], v[owner]
    start[inner] = draft.add_nodes(get_x(cuts), get_y(cuts))
    end[:-1] = np.where(inner[1:], start[1:], end[:-1])
    times = np.maximum(np.rint(seconds / pieces * 1000), 1).astype(np.int64)[owner]
    every = np.arange(len(owner))
    both = every[~edges["oneway"].to_numpy(bool)[owner]]
    draft.forward = draft.add_arcs(start, end, times, piece=every)
    draft.backward = np.full(len(owner), -1)
    draft.backward[both] = draft.add_arcs(end[both], start[both], times[both], piece=both)
    return draft


def add_junction_delays(draft: Draft, roads: Roads, table: SpeedTable) -> None:
    """Add the time lost at traffic lights and where a lesser road gives way (cars only).

    At a light the whole ``signals``; at a junction of three branches or more, ``give_way`` for
    whoever arrives by a road of lower rank than the highest there. A turn-by-turn model would cost
    6 to 99 times the preparation.
    """
    if roads.mode != "car":
        return
    lights = np.zeros(draft.nodes, bool)
    lights[: len(roads.nodes)] = roads.nodes["signals"].to_numpy(bool)
    highway = roads.edges["highway"].astype(str)
    rank = highway.map(_RANK).fillna(1).to_numpy()
    rank = np.where(highway == FERRY, -1, rank)[draft.stretch]
    best = np.full(draft.nodes, -1.0)
    np.maximum.at(best, draft.head, rank)
    np.maximum.at(best, draft.tail, rank)
    ends = np.sort(np.stack([draft.tail, draft.head]), axis=0)
    single = np.unique(ends, axis=1)
    branches = np.bincount(single.ravel(), minlength=draft.nodes)
    yielding = (branches[draft.head] >= 3) & (rank >= 0) & (rank < best[draft.head])
    lit = lights[draft.head] & (rank >= 0)
    lost = lit * table.value("signals", mode="car")
    lost = lost + (yielding & ~lit) * table.value("give_way", mode="car")
    draft.delay = np.rint(lost * 1000).astype(np.int64)
    draft.milliseconds = draft.milliseconds + draft.delay
