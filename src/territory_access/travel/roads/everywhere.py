"""How long does it take from a few origins to every node? One sweep of the whole hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.arcs import Arcs
from territory_access.travel.roads.many_to_many import (
    Landing,
    Workspace,
    placed,
    scale_of,
    sweep,
    write_minutes,
)
from territory_access.travel.roads.rows import empty_rows, lanes
from territory_access.travel.roads.selection import Points, new_scratch, select
from territory_access.travel.roads.sweep import crossing
from territory_access.travel.roads.units import choose, in_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from territory_access.travel.roads.arcs import Float32, Int64, Labels
    from territory_access.travel.roads.prepared import Prepared
    from territory_access.travel.roads.seeds import Seeds
    from territory_access.travel.roads.units import Unit


class Everywhere(NamedTuple):
    """Times of a batch of origins at all nodes.

    ``labels[position, lane]`` counts in steps of ``unit``: lane ``l`` is the origin ``line[l]``,
    and the row of a node is its position. The next batch overwrites the labels.
    """

    line: Int64
    labels: Labels
    unit: Unit


def batches(
    prepared: Prepared, origins: Seeds, *, cutoff: int | None = None, exact: bool = True
) -> Iterator[Everywhere]:
    """Yield the times from each batch of origins to all nodes, as raw labels.

    This is what a computation over all nodes should use: writing a table of minutes costs more than
    the times themselves.
    """
    unit, dtype = choose(cutoff, exact=exact, scale=scale_of(prepared, origins))
    points = placed(origins, prepared, unit, dtype)
    order = np.argsort(points.place[:, 0], kind="stable")  # neighbours climb together
    everything = np.arange(prepared.nodes, dtype=np.int32)
    scratch = new_scratch(prepared.nodes)
    down = prepared.down
    weight = in_steps(down.weight, unit, dtype)
    arcs = Arcs(down.first.copy(), down.head.copy(), weight)  # writable, as ``sweep`` has them
    landing = Landing(arcs, prepared.position, everything)
    below = empty_rows(prepared.nodes, dtype)
    for start in range(0, len(order), lanes(dtype)):
        line = order[start : start + lanes(dtype)]
        batch = Points(points.place[line], points.offset[line])
        above = select(batch, prepared.up, prepared.parent, scratch, unit)
        same = crossing(above.member, landing.local, prepared.nodes)
        work = Workspace(empty_rows(len(above.member), dtype), below)
        sweep(batch, above, 0, landing.arcs, same, work, unit)
        yield Everywhere(line, below, unit)


def minutes_everywhere(
    prepared: Prepared, origins: Seeds, *, cutoff: int | None = None, exact: bool = True
) -> Float32:
    """Return ``float32`` (origins, nodes) minutes, ``inf`` where there is no way."""
    table = np.empty((len(origins), prepared.nodes), np.float32)
    for line, labels, unit in batches(prepared, origins, cutoff=cutoff, exact=exact):
        write_minutes(labels, prepared.position, line, table, unit)
    return table
