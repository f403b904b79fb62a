"""Cut the ways of an OpenStreetMap extract into stretches between junctions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from territory_access.datasets import osm_relations, osm_ways
from territory_access.datasets.osm_access import Direction, Mode
from territory_access.datasets.road_form import FERRY, WGS84, Roads, metric_crs, project, steps
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from territory_access.datasets.osm_relations import Crossing
    from territory_access.datasets.osm_ways import Ways


class Stretches(NamedTuple):
    """Parts of ways between two cuts: their way, first and last place in the list of nodes."""

    way: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def load(path: Path, *, mode: Mode, crs: str | None = None) -> Roads:
    """Return the roads of ``.osm.pbf``, ``.osm`` or ``.osm.bz2`` for one mode.

    Ways are cut where they meet, at traffic lights, where a turn is restricted and at barriers; a
    barrier that stops the mode ends the road on both sides. A loop is cut in two.

    Raises
    ------
    DataError
        If the file cannot be read, or holds no way for this mode.
    """
    try:
        relations = osm_relations.load(path, mode)
        ways = osm_ways.load(path, mode)
    except RuntimeError as error:
        raise DataError(
            "{path} : extrait OpenStreetMap illisible ({cause}). Téléchargez-le de nouveau.",
            path=str(path),
            cause=str(error),
        ) from error
    if not ways.fields:
        raise DataError("{path} : aucune voie pour ce mode ({mode}).", path=str(path), mode=mode)
    places = ways.coordinates()
    refs = np.frombuffer(ways.refs, dtype=np.int64)
    special = {turn.via for turn in relations.turns} | ways.blocked | ways.signals
    stretches = cut(refs, np.frombuffer(ways.sizes, dtype=np.int64), special)
    ends = _end_nodes(refs, stretches, ways.blocked)
    target = crs or metric_crs(places[:, 0], places[:, 1])
    x, y = project(places[:, 0], places[:, 1], source=WGS84, target=target)
    at = np.concatenate([stretches.first, stretches.last])
    table = pd.DataFrame(
        {"x": x[at], "y": y[at], "lon": places[at, 0], "lat": places[at, 1]},
        index=pd.Index(ends.ravel(), name="osmid"),
    )
    nodes = table[~table.index.duplicated()].copy()
    nodes["signals"] = np.isin(nodes.index, list(ways.signals))
    edges = _edges(ways, stretches, ends, places=places, crossings=relations.crossings)
    edges["geometry"] = _shapes(x, y, stretches, ~edges.pop("forward").to_numpy())
    return Roads(
        nodes=nodes,
        edges=edges,
        turns=pd.DataFrame(relations.turns, columns=["via", "from_way", "to_way", "only"]),
        crs=target,
        mode=mode,
        left_out=dict(Counter(ways.left_out) + relations.left_out),
    )


def cut(refs: NDArray[np.int64], sizes: NDArray[np.int64], special: set[int]) -> Stretches:
    """Return the stretches of ways whose nodes follow each other in ``refs``.

    Parameters
    ----------
    refs
        Nodes of all ways, one way after the other.
    sizes
        How many of them each way has.
    special
        Nodes where a way is cut even if no other way is there.

    Examples
    --------
    >>> parts = cut(np.array([1, 2, 3, 9, 2]), np.array([3, 2]), set())
    >>> parts.first.tolist(), parts.last.tolist(), parts.way.tolist()
    ([0, 1, 3], [1, 2, 4], [0, 0, 1])
    """
    way = np.repeat(np.arange(len(sizes)), sizes)
    stop = np.cumsum(sizes)
    _, inverse, uses = np.unique(refs, return_inverse=True, return_counts=True)
    cuts = uses[inverse] > 1
    cuts |= np.isin(refs, np.fromiter(special, dtype=np.int64, count=len(special)))
    cuts[stop - sizes] = cuts[stop - 1] = True
    for _ in range(2):  # the second time, loops have their middle cut
        places = np.flatnonzero(cuts)
        inside = way[places[:-1]] == way[places[1:]]
        first, last = places[:-1][inside], places[1:][inside]
        loops = (refs[first] == refs[last]) & (last - first > 1)
        cuts[(first[loops] + last[loops]) // 2] = True
    real = refs[first] != refs[last]
    return Stretches(way[first[real]], first[real], last[real])


def _end_nodes(
    refs: NDArray[np.int64], stretches: Stretches, blocked: set[int]
) -> NDArray[np.int64]:
    """Return both ends, shape (2, stretches); a barrier gives each stretch a node of its own."""
    ends = refs[np.concatenate([stretches.first, stretches.last])]
    closed = np.isin(ends, np.fromiter(blocked, dtype=np.int64, count=len(blocked)))
    ends[closed] = min(int(refs.min()), 0) - 1 - np.arange(closed.sum())
    return np.asarray(ends.reshape(2, -1))


def _edges(
    ways: Ways,
    stretches: Stretches,
    ends: NDArray[np.int64],
    *,
    places: NDArray[np.float64],
    crossings: dict[int, Crossing],
) -> pd.DataFrame:
    fields = pd.DataFrame(ways.fields, columns=list(ways.COLUMNS))
    along = np.concatenate([[0.0], np.cumsum(steps(places[:, 0], places[:, 1]))])
    stops = np.cumsum(np.frombuffer(ways.sizes, dtype=np.int64))
    starts = np.concatenate([[0], stops[:-1]])
    fields["way_length"] = along[stops - 1] - along[starts]
    _time_boats(fields, crossings)
    for name in ("highway", "zone", "access", "name"):
        fields[name] = fields[name].astype("category")
    edges = fields.iloc[stretches.way].reset_index(drop=True)
    edges["length"] = along[stretches.last] - along[stretches.first]
    edges["duration"] *= edges["length"] / edges.pop("way_length")
    direction = edges.pop("direction")
    forward = (direction != Direction.BACKWARD.value).to_numpy()
    edges["oneway"] = (direction != Direction.BOTH.value).to_numpy()
    edges["forward"] = forward
    edges.insert(0, "u", np.where(forward, ends[0], ends[1]))
    edges.insert(1, "v", np.where(forward, ends[1], ends[0]))
    edges.insert(2, "key", edges.groupby(["u", "v"], sort=False).cumcount().to_numpy())
    return edges


def _time_boats(fields: pd.DataFrame, crossings: dict[int, Crossing]) -> None:
    """Give the ways of a ferry route its duration, by length, and its headway."""
    known = [crossings.get(osmid) for osmid in fields["osmid"]]
    boat = (fields["highway"] == FERRY).to_numpy() & np.array([one is not None for one in known])
    rows = fields.index[boat]
    said = pd.DataFrame([known[row] for row in rows], index=rows, columns=["route", "d", "h"])
    length = fields.loc[rows, "way_length"]
    share = length / length.groupby(said["route"]).transform("sum")
    fields.loc[rows, "duration"] = fields.loc[rows, "duration"].fillna(said["d"] * share)
    fields.loc[rows, "headway"] = fields.loc[rows, "headway"].fillna(said["h"])


def _shapes(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    stretches: Stretches,
    backward: NDArray[np.bool_],
) -> NDArray[np.object_]:
    import shapely

    sizes = stretches.last - stretches.first + 1
    row = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    place = np.where(backward[row], stretches.last[row] - place, stretches.first[row] + place)
    return np.asarray(shapely.linestrings(np.column_stack([x[place], y[place]]), indices=row))
