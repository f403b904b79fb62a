"""Tell when somebody who left a point passes each place of the road."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.datasets.road_form import FERRY
from territory_access.travel.roads.arcs import FAR
from territory_access.travel.roads.units import MS_PER_MINUTE
from territory_access.travel.stretch_lines import Spans, pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.travel.roads.engine import Engine
    from territory_access.travel.snap import Snapped

type Times = NDArray[np.int64]


def tails(engine: Engine, points: Snapped, *, row: int, max_minutes: float) -> Times:
    """Return the milliseconds from one point to the start of each arc of ``detail``.

    To the junctions by the engine; between them along the chains; and straight along the road on
    which the point lies. ``FAR`` where there is no way, or none within ``max_minutes``.

    Parameters
    ----------
    engine
        Built on ``network.graph`` of the point's network.
    points
        Points on that network.
    row
        Which of them.
    max_minutes
        How far to look.
    """
    network, chains = points.network, points.network.chains
    seeds = points.origins()[row : row + 1]
    minutes = engine.one_to_all(seeds, max_minutes=max_minutes)[0].astype(np.float64)
    there = np.isfinite(minutes)
    junction = np.full(len(minutes) + 1, FAR, np.int64)  # the last stands for −1: from nowhere
    junction[:-1][there] = np.rint(minutes[there] * MS_PER_MINUTE).astype(np.int64)
    behind_ms = chains.behind_ms.astype(np.int64)
    time = junction[chains.behind] + behind_ms
    for lane in (points.forward, points.backward):
        arc = int(lane.arc[row])
        if arc < 0:
            continue
        end = behind_ms[arc] + network.detail.milliseconds[arc]
        further = np.flatnonzero((network.road == network.road[arc]) & (behind_ms >= end))
        straight = points.leg_ms[row] + lane.to_end[row] + behind_ms[further] - end
        time[further] = np.minimum(time[further], straight)
    return np.where(time <= max_minutes * MS_PER_MINUTE, time, FAR)


def within(points: Snapped, tail: Times, *, row: int, minutes: float) -> Spans:
    """Return the pieces of road passed within some minutes; the sea is not a place.

    A piece reached from both ends is whole where the two halves meet; else there are two spans. The
    last ones are cut where the time runs out: delays at junctions come after the road before them.

    Parameters
    ----------
    points, row
        As for ``tails``.
    tail
        What ``tails`` returned, for these minutes or more.
    minutes
        The time.
    """
    network = points.network
    limit = minutes * MS_PER_MINUTE
    all_pieces = pieces(network)
    ashore = network.stretches["highway"].ne(FERRY).to_numpy()[all_pieces.stretch]
    from_low = _share(points, tail, limit, (network.forward, network.arriving_forward))
    from_high = _share(points, tail, limit, (network.backward, network.arriving_backward))
    from_low[~ashore] = from_high[~ashore] = -1.0
    whole = np.maximum(from_low, 0) + np.maximum(from_high, 0) >= 1
    low_only, high_only = (from_low >= 0) & ~whole, (from_high >= 0) & ~whole
    size = all_pieces.high - all_pieces.low
    reached = [
        Spans(all_pieces.stretch[whole], all_pieces.low[whole], all_pieces.high[whole]),
        Spans(
            all_pieces.stretch[low_only],
            all_pieces.low[low_only],
            (all_pieces.low + from_low * size)[low_only],
        ),
        Spans(
            all_pieces.stretch[high_only],
            (all_pieces.high - from_high * size)[high_only],
            all_pieces.high[high_only],
        ),
        _own(points, row, limit),
    ]
    return Spans(
        np.concatenate([spans.stretch for spans in reached]),
        np.concatenate([spans.low for spans in reached]),
        np.concatenate([spans.high for spans in reached]),
    )


def _share(
    points: Snapped, tail: Times, limit: float, sides: tuple[NDArray[np.int32], ...]
) -> NDArray[np.float64]:
    """Return how much of each piece is passed from its start in one direction, −1 if no start."""
    running = points.network.running
    share = np.full(len(sides[0]), -1.0)
    for arcs in sides:
        arc = np.maximum(arcs, 0)
        left = np.where(arcs >= 0, limit - tail[arc], -1.0)
        part = np.clip(left / np.maximum(running[arc], 1), 0.0, 1.0)
        share = np.maximum(share, np.where(left >= 0, part, -1.0))
    return share


def _own(points: Snapped, row: int, limit: float) -> Spans:
    """Return what is passed of the piece on which the point lies, both ways."""
    network = points.network
    stretch, left = int(points.stretch[row]), limit - float(points.leg_ms[row])
    if stretch < 0 or left < 0:
        return Spans(np.empty(0, np.int64), np.empty(0), np.empty(0))
    count = int(network.stretches["pieces"].iloc[stretch])
    here = float(points.fraction[row])
    piece = min(int(here * count), count - 1)
    ends = [here, here]
    for lane, place, sign in ((points.forward, 1, 1), (points.backward, 0, -1)):
        if lane.arc[row] >= 0:
            pace = max(int(network.running[lane.arc[row]]), 1) * count  # ms for the whole stretch
            ends[place] = here + sign * left / pace
    low, high = np.clip(ends, piece / count, (piece + 1) / count)
    return Spans(np.array([stretch]), np.array([low]), np.array([high]))
