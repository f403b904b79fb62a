"""Stream the routable ways of an OpenStreetMap extract, without holding the rest.

One pass of pyosmium: its C++ side stores the places of nodes and writes each way's line; Python
sees only ways and nodes with a tag that matters.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from territory_access.datasets import osm_values
from territory_access.datasets.osm_access import (
    Access,
    Direction,
    Mode,
    concerns,
    direction,
    of_ferry,
    of_way,
    said,
)
from territory_access.datasets.osm_barriers import blocks
from territory_access.datasets.road_form import FERRY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# A driveway is somebody's own: it may be driven on, nobody starts a journey there by accident.
_NOT_FOR_SNAPPING = frozenset({"motorway", "motorway_link", FERRY})
_ZONE_KEYS = ("zone:traffic", "maxspeed:type", "source:maxspeed", "zone:maxspeed", "maxspeed")


@dataclass
class Ways:
    """Ways as they are met: one entry a way, and the flat list of their nodes.

    A way cut by the edge of the extract has one entry a part.
    """

    fields: list[tuple[Any, ...]] = field(default_factory=list)
    refs: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[int] = field(default_factory=lambda: array("q"))
    lines: list[Any] = field(default_factory=list)  # WKB, or an array of lon, lat
    blocked: set[int] = field(default_factory=set)
    signals: set[int] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)

    COLUMNS = (
        "osmid",
        "highway",
        "direction",
        "maxspeed",
        "zone",
        "access",
        "snap",
        "duration",
        "headway",
        "seasonal",
        "name",
    )

    def coordinates(self) -> NDArray[np.float64]:
        """Return longitude and latitude of every node of ``refs``, in order."""
        import shapely

        kinds = np.array([isinstance(line, str) for line in self.lines], dtype=bool)
        shapes = np.empty(len(self.lines), dtype=object)
        wkb = np.empty(len(self.lines), dtype=object)
        wkb[:] = self.lines
        shapes[kinds] = shapely.from_wkb(wkb[kinds])
        for place in np.flatnonzero(~kinds):
            shapes[place] = shapely.LineString(self.lines[place])
        return np.asarray(shapely.get_coordinates(shapes), dtype=np.float64)


def load(path: Path, mode: Mode) -> Ways:
    """Return the ways that a mode may use, and the nodes that stop it or slow it down."""
    import osmium

    ways = Ways()
    keys = osmium.filter.KeyFilter("highway", "route", "barrier")
    stream = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
    lines = osmium.geom.WKBFactory()
    for thing in stream.with_locations().with_filter(keys):
        if isinstance(thing, osmium.osm.Node):
            tags = {tag.k: tag.v for tag in thing.tags}
            if blocks(tags, mode):
                ways.blocked.add(thing.id)
            if tags.get("highway") == "traffic_signals":
                ways.signals.add(thing.id)
        elif isinstance(thing, osmium.osm.Way) and _matters(thing.tags, mode):
            tags = {tag.k: tag.v for tag in thing.tags}
            row = describe(thing.id, tags, mode, left_out=ways.left_out)
            if row is not None:
                _add(ways, row, thing, lines)
    return ways


def _matters(tags: Any, mode: Mode) -> bool:  # noqa: ANN401 - pyosmium
    """Say whether a way is worth reading: most are not, and reading all tags is slow."""
    return concerns(tags.get("highway", ""), mode) or tags.get("route") == FERRY


def _add(ways: Ways, row: tuple[Any, ...], way: Any, lines: Any) -> None:  # noqa: ANN401 - pyosmium
    import osmium

    nodes = way.nodes
    try:
        line = lines.create_linestring(way, osmium.geom.use_nodes.ALL)
    except (RuntimeError, osmium.InvalidLocationError):
        known = [
            (node.ref, node.lon, node.lat) if node.location.valid() else None for node in nodes
        ]
        ways.left_out["voies coupées par le bord de l’extrait"] += 1
        for part in _runs(known):
            ways.fields.append(row)
            ways.sizes.append(len(part))
            ways.refs.extend([ref for ref, _, _ in part])
            ways.lines.append(np.array([(lon, lat) for _, lon, lat in part]))
        return
    ways.fields.append(row)
    ways.sizes.append(len(nodes))
    ways.refs.extend([node.ref for node in nodes])
    ways.lines.append(line)


def _runs(
    nodes: Sequence[tuple[int, float, float] | None],
) -> list[list[tuple[int, float, float]]]:
    """Return the parts of a way whose nodes are all in the extract, two nodes at least."""
    parts: list[list[tuple[int, float, float]]] = [[]]
    for node in nodes:
        if node is None:
            parts.append([])
        else:
            parts[-1].append(node)
    return [part for part in parts if len(part) > 1]


def describe(
    osmid: int, tags: Mapping[str, str], mode: Mode, *, left_out: Counter[str]
) -> tuple[Any, ...] | None:
    """Return the fields of a way (``Ways.COLUMNS``), or ``None``, and count why.

    >>> describe(7, {"highway": "primary", "maxspeed": "80"}, Mode.CAR, left_out=Counter())[1:5]
    ('primary', 'both', 80.0, '')
    """
    highway = tags.get("highway", "")
    ferry = not concerns(highway, mode)  # what is neither is not read
    highway = FERRY if ferry else highway
    access = of_ferry(tags, mode) if ferry else of_way(tags, mode)
    if access is Access.PRIVATE:
        left_out["voies privées"] += 1
        return None
    if access is Access.CLOSED:
        if ferry or said(tags, mode) is Access.CLOSED:  # not a path that no car expects to use
            left_out["bateaux sans ce mode" if ferry else "voies interdites à ce mode"] += 1
        return None
    way = direction(tags, mode)
    if way is Direction.NONE:
        left_out["voies à sens alternant selon l’heure"] += 1
        return None
    snap = (
        highway not in _NOT_FOR_SNAPPING
        and tags.get("service") != "driveway"
        and tags.get("motorroad") != "yes"
    )
    return (
        osmid,
        highway,
        way.value,
        _limit(tags),
        zone(tags),
        access.value,
        snap,
        osm_values.duration(tags.get("duration")) if ferry else np.nan,
        osm_values.duration(tags.get("interval")) if ferry else np.nan,
        ferry and tags.get("seasonal", "no") not in {"no", ""},
        tags.get("name", "") if ferry else "",
    )


def _limit(tags: Mapping[str, str]) -> float:
    """Return the maximum speed tagged; where it depends on the direction, the lower."""
    if "maxspeed" in tags:
        return osm_values.speed(tags["maxspeed"])
    sides = [osm_values.speed(tags.get(f"maxspeed:{side}")) for side in ("forward", "backward")]
    return float(np.fmin(sides[0], sides[1]))


def zone(tags: Mapping[str, str]) -> str:
    """Return ``urban`` or ``rural`` where a tag says so, else an empty text.

    >>> zone({"zone:traffic": "FR:urban"}), zone({"source:maxspeed": "FR:rural"}), zone({})
    ('urban', 'rural', '')
    """
    for key in _ZONE_KEYS:
        value = tags.get(key, "").lower()
        if "urban" in value or "zone" in value or "living_street" in value:
            return "urban"
        if "rural" in value:
            return "rural"
    return ""
