"""How long does it take from a few origins to every node? One sweep of the whole hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.arcs import Arcs
from territory_access.travel.roads.many_to_many import placed, scale_of, write_minutes
from territory_access.travel.roads.rows import lanes
from territory_access.travel.roads.selection import Points, descent, new_scratch, select
from territory_access.travel.roads.sweep import new_workspace, sweep
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
    points = placed(origins, prepared, unit)
    order = np.argsort(points.place[:, 0], kind="stable")  # neighbours climb together
    points = Points(points.place[order], points.offset[order])
    scratch = new_scratch(prepared.nodes)
    above = select(points, prepared.up, scratch, unit)
    down = Arcs(  # writable, as a selection has them
        prepared.down.first.copy(), prepared.down.head.copy(), in_steps(prepared.down.weight, unit)
    )
    nowhere = np.empty((0, 2), np.int32)
    arcs, _ = descent(down, nowhere, nowhere)
    work = new_workspace(len(above.member), prepared.nodes, dtype)
    for start in range(0, len(order), lanes(dtype)):
        sweep(points, above, start, above.member, arcs, work)
        yield Everywhere(order[start : start + lanes(dtype)], work.below, unit)


def minutes_everywhere(
    prepared: Prepared, origins: Seeds, *, cutoff: int | None = None, exact: bool = True
) -> Float32:
    """Return ``float32`` (origins, nodes) minutes, ``inf`` where there is no way."""
    table = np.empty((len(origins), prepared.nodes), np.float32)
    row = prepared.position.copy()  # writable, as in the tables of ``many_to_many``
    for line, labels, unit in batches(prepared, origins, cutoff=cutoff, exact=exact):
        write_minutes(labels, row, line, table, unit)
    return table
