"""Cut stretches of road into straight parts: what points snap to, and what a map shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.datasets.road_form import Roads


def _from_u(
    lines: NDArray[np.object_], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.object_]:
    """Return lines that start at their first node: some files draw them the other way."""
    import shapely

    first, last = (shapely.get_point(lines, place) for place in (0, -1))
    far, near = (np.hypot(shapely.get_x(end) - x, shapely.get_y(end) - y) for end in (first, last))
    return np.where(far > near, shapely.reverse(lines), lines)


def lines(roads: Roads, rows: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the lines of some stretches, from ``u`` to ``v``; straight where none is known."""
    import shapely

    edges, nodes = roads.edges, roads.nodes
    u, v = (nodes.index.get_indexer(pd.Index(edges[end]))[rows] for end in ("u", "v"))
    x, y = nodes["x"].to_numpy(float), nodes["y"].to_numpy(float)
    ends = np.stack([np.c_[x[u], y[u]], np.c_[x[v], y[v]]], axis=1)
    straight = np.asarray(shapely.linestrings(ends), dtype=object)
    if "geometry" not in edges:
        return straight
    drawn = np.asarray(edges["geometry"], dtype=object)[rows]
    return np.where([line is None for line in drawn], straight, _from_u(drawn, x[u], y[u]))


def of_stretches(roads: Roads, wanted: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the straight parts of the stretches wanted, in their order and along them."""
    import shapely

    rows = np.flatnonzero(wanted)
    count = len(rows)
    points, owner = shapely.get_coordinates(lines(roads, rows), return_index=True)
    same = owner[1:] == owner[:-1]
    steps = np.hypot(*(points[1:] - points[:-1]).T) * same
    along = np.concatenate([[0.0], np.cumsum(steps)])
    whole = np.bincount(owner[1:][same], weights=steps[same], minlength=count)
    base = along[np.searchsorted(owner, np.arange(count))]
    part = owner[:-1][same]
    scale = np.maximum(whole, 1e-9)[part]
    return pd.DataFrame({
        "x1": points[:-1][same][:, 0],
        "y1": points[:-1][same][:, 1],
        "x2": points[1:][same][:, 0],
        "y2": points[1:][same][:, 1],
        "stretch": rows[part],
        "start": (along[:-1][same] - base[part]) / scale,
        "end": (along[1:][same] - base[part]) / scale,
    })  # fmt: skip
