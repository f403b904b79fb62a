"""Draw pieces of stretches: which line runs from one fraction of a stretch to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.travel.network import RoadNetwork


class Spans(NamedTuple):
    """Pieces of stretches: rows of ``network.stretches``, and fractions, ``low`` ≤ ``high``."""

    stretch: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class Drawn(NamedTuple):
    """Straight parts of all stretches, in their order and along each of them.

    ``first[s]`` to ``first[s + 1]`` are those of stretch ``s``; ``ends`` is ``float64``
    (parts, 4): x1, y1, x2, y2, metres; ``start``, ``end`` are fractions of the stretch.
    """

    first: NDArray[np.int64]
    ends: NDArray[np.float64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]


def drawn(network: RoadNetwork) -> Drawn:
    """Return the parts of every stretch, those that nobody snaps to included."""
    both = [table for table in (network.segments, network.elsewhere) if len(table)]
    parts = pd.concat(both, ignore_index=True).sort_values("stretch", kind="stable")
    first = np.searchsorted(parts["stretch"], np.arange(len(network.stretches) + 1))
    ends = parts[["x1", "y1", "x2", "y2"]].to_numpy(float)
    return Drawn(first, ends, *(parts[name].to_numpy(float) for name in ("start", "end")))


def pieces(network: RoadNetwork) -> Spans:
    """Return every piece of every stretch, as ``network.forward`` and ``backward`` number them."""
    count = network.stretches["pieces"].to_numpy(np.int64)
    owner = np.repeat(np.arange(len(count)), count)
    rank = np.arange(len(owner)) - network.stretches["first_piece"].to_numpy(np.int64)[owner]
    return Spans(owner, rank / count[owner], (rank + 1) / count[owner])


def lines(shapes: Drawn, spans: Spans) -> NDArray[np.object_]:
    """Return one LineString a span, from ``low`` to ``high``; two equal points where it is empty.

    Examples
    --------
    >>> bend = Drawn(np.array([0, 2]), np.array([[0.0, 0, 8, 0], [8, 0, 8, 2]]),
    ...              np.array([0.0, 0.8]), np.array([0.8, 1.0]))  # fmt: skip
    >>> print(lines(bend, Spans(np.array([0]), np.array([0.4]), np.array([0.9])))[0])
    LINESTRING (4 0, 8 0, 8 1)
    """
    import shapely

    if not len(spans.stretch):
        return np.empty(0, dtype=object)
    first, last = shapes.first[spans.stretch], shapes.first[spans.stretch + 1]
    full = shapes.end[last - 1]  # 1, but for rounding or for a stretch without length
    low, high = np.minimum(spans.low, full), np.minimum(spans.high, full)
    count = last - first
    owner = np.repeat(np.arange(len(first)), count)
    row = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count - first, count)
    start, end = shapes.start[row], shapes.end[row]
    within = (end >= low[owner]) & (start <= high[owner])
    owner, row, start, end = owner[within], row[within], start[within], end[within]
    share = np.stack([np.maximum(start, low[owner]), np.minimum(end, high[owner])], axis=1)
    share = (share - start[:, None]) / np.maximum(end - start, 1e-12)[:, None]
    ends = shapes.ends[row].reshape(-1, 2, 2)
    points = ends[:, :1] + share[:, :, None] * (ends[:, 1:] - ends[:, :1])
    flat, whose = points.reshape(-1, 2), np.repeat(owner, 2)
    new = np.r_[True, (whose[1:] != whose[:-1]) | (flat[1:] != flat[:-1]).any(axis=1)]
    single = np.bincount(whose[new], minlength=len(first)) == 1
    final = np.r_[whose[1:] != whose[:-1], True]
    kept = new | (final & single[whose])
    return np.asarray(shapely.linestrings(flat[kept], indices=whose[kept]), dtype=object)
