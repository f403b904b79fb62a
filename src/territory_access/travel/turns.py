"""Forbid turns by splitting only the junctions where a restriction stands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from territory_access.datasets.road_form import Roads
    from territory_access.travel.road_arcs import Draft


def forbid(draft: Draft, roads: Roads) -> int:
    """Split junctions so that forbidden turns have no path; return how many rules found no arc.

    Each arc that arrives under a rule ends at a node of its own; each arc that such an arrival may
    take starts at a node of its own, reached for nothing from the junction and from the arrivals
    allowed. Everybody else passes as before. Several rules on one arrival hold together.

    Parameters
    ----------
    draft
        Changed in place.
    roads
        ``turns`` and the ways of the stretches.
    """
    turns = roads.turns
    if turns.empty:
        return 0
    number = roads.nodes.index.get_indexer(pd.Index(turns["via"]))
    ways = np.where(draft.stretch >= 0, roads.edges["osmid"].to_numpy()[draft.stretch], -1)
    at = set(number[number >= 0].tolist())
    arriving, leaving = _by_node(draft.head, at), _by_node(draft.tail, at)
    forbidden: dict[int, set[int]] = defaultdict(set)
    unused = 0
    for place, turn in zip(number.tolist(), turns.itertuples(index=False), strict=True):
        starts = [arc for arc in arriving.get(place, ()) if ways[arc] == turn.from_way]
        outs = leaving.get(place, [])
        ends = {arc for arc in outs if ways[arc] == turn.to_way}
        if not starts or not ends:
            unused += 1
            continue
        for arc in starts:
            forbidden[arc] |= (set(outs) - ends) if turn.only else ends
    _split(draft, forbidden, leaving)
    return unused


def _by_node(ends: np.ndarray, nodes: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for arc in np.flatnonzero(np.isin(ends, list(nodes))).tolist():
        found[int(ends[arc])].append(arc)
    return found


def _split(draft: Draft, forbidden: dict[int, set[int]], leaving: dict[int, list[int]]) -> None:
    junction = {arc: int(draft.head[arc]) for arc in forbidden}
    allowed = {
        arc: [out for out in leaving[node] if out not in forbidden[arc]]
        for arc, node in junction.items()
    }
    arrivals = _own_nodes(draft, draft.head, junction)
    outs = {out: int(draft.tail[out]) for ends in allowed.values() for out in ends}
    departures = _own_nodes(draft, draft.tail, outs)
    links = [(outs[out], node) for out, node in departures.items()]
    links += [(arrivals[arc], departures[out]) for arc, ends in allowed.items() for out in ends]
    if links:
        tail, head = zip(*links, strict=True)
        draft.add_arcs(tail, head, 0)


def _own_nodes(draft: Draft, ends: np.ndarray, arcs: dict[int, int]) -> dict[int, int]:
    """Give each arc a node of its own at the place of its end; ``ends`` is changed in place."""
    keys = list(arcs)
    places = [arcs[arc] for arc in keys]
    fresh = draft.add_nodes(draft.x[places], draft.y[places])
    ends[keys] = fresh
    return dict(zip(keys, fresh.tolist(), strict=True))
