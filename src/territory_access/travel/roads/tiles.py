"""How are millions of pairs within a cutoff swept? Tile by tile of neighbouring origins.

Origins are taken along a Hilbert curve, a tile at a time. One search finds the region that the tile
can reach; both sides of the hierarchy are cut to it, and are then small enough to stay in the
processor's cache while the tile's batches are swept. What becomes of the times is the visitor's
affair: no table need ever be stored.
"""

from __future__ import annotations

from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.arcs import FAR, Bytes, Int32, Int64, Labels
from territory_access.travel.roads.many_to_many import land, placed, scale_of
from territory_access.travel.roads.region import explore
from territory_access.travel.roads.rows import lanes
from territory_access.travel.roads.selection import Points, Scratch, new_scratch, select
from territory_access.travel.roads.sweep import new_workspace, sweep
from territory_access.travel.roads.threads import in_threads
from territory_access.travel.roads.units import choose

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from territory_access.travel.roads.prepared import Prepared
    from territory_access.travel.roads.seeds import Seeds
    from territory_access.travel.roads.units import Unit

TILE = 2048
"""Origins that share a region."""


class Batch(NamedTuple):
    """The times of up to one row of origins.

    Attributes
    ----------
    line
        (lanes in use) the origins, as the caller numbered them.
    column
        (destinations in the region) these, as the caller numbered them.
    row
        (destinations in the region) row of ``labels`` that holds the times of each.
    labels
        Rows of times, one lane an origin.
    """

    line: Int64
    column: Int64
    row: Int32
    labels: Labels


class Plan(NamedTuple):
    """Both sides by position, along the curve, and the unit of the sweep."""

    origins: Points
    line: Int64
    start_ms: Int32
    destinations: Points
    column: Int64
    cutoff: int
    unit: Unit
    dtype: npt.DTypeLike


def plan(
    prepared: Prepared, origins: Seeds, destinations: Seeds, *, cutoff: int, exact: bool
) -> Plan:
    """Sort origins along the curve and destinations by position; choose the unit."""
    scale = scale_of(prepared, origins, destinations)
    unit, dtype = choose(cutoff, exact=exact, scale=scale)
    line = np.argsort(prepared.curve[origins.node.max(axis=1)], kind="stable")
    ends = placed(destinations, prepared, unit)
    column = np.argsort(ends.place[:, 0], kind="stable")
    return Plan(
        origins=placed(origins[line], prepared, unit),
        line=line,
        start_ms=origins.offset[line],
        destinations=Points(ends.place[column], ends.offset[column]),
        column=column,
        cutoff=cutoff,
        unit=unit,
        dtype=dtype,
    )


class Bench(NamedTuple):
    """Working arrays of one thread: times in the region, and a scratch for each side.

    These share all but ``local``.
    """

    time: Int32
    above: Scratch
    below: Scratch


def new_bench(nodes: int) -> Bench:
    """Return working arrays with an empty region."""
    below = new_scratch(nodes)
    below.inside.fill(0)
    above = below._replace(local=np.full(nodes, -1, np.int32))
    return Bench(np.full(nodes, FAR, np.int32), above, below)


def _destinations_inside(asked: Plan, inside: Bytes) -> npt.NDArray[np.intp]:
    place = asked.destinations.place
    return np.flatnonzero(((place >= 0) & (inside[place] == 1)).any(axis=1))


def sweep_tile(
    prepared: Prepared,
    asked: Plan,
    start: int,
    *,
    bench: Bench,
    visit: Callable[[Batch], None],
) -> None:
    """Visit each batch of the tile that begins at origin ``start`` along the curve."""
    tile = slice(start, start + TILE)
    origins = Points(asked.origins.place[tile], asked.origins.offset[tile])
    timed = Points(origins.place, asked.start_ms[tile])
    found = explore(timed, prepared.road, asked.cutoff, bench.time)
    bench.below.inside[found] = 1
    inside = _destinations_inside(asked, bench.below.inside)
    ends = Points(asked.destinations.place[inside], asked.destinations.offset[inside])
    landing = land(prepared, ends, bench.below, asked.unit)
    above = select(origins, prepared.up, bench.above, asked.unit)
    meeting = landing.local[above.member]
    bench.time[found] = FAR
    bench.below.inside[found] = 0
    bench.above.local[found] = bench.below.local[found] = -1
    work = new_workspace(len(above.member), len(landing.arcs.first) - 1, asked.dtype)
    line, width = asked.line[tile], lanes(asked.dtype)
    for first in range(0, len(line), width):
        sweep(origins, above, first, meeting, landing.arcs, work)
        visit(Batch(line[first : first + width], asked.column[inside], landing.row, work.below))


def each_tile[R](
    prepared: Prepared,
    asked: Plan,
    collect: Callable[[Callable[[Callable[[Batch], None]], None]], R],
    *,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> list[R]:
    """Return what ``collect`` makes of each tile, in the order of the curve.

    ``collect`` is handed a function that runs the tile's batches through the visitor given to it.
    The order, and so every sum, is the same for any number of ``threads``.
    """
    benches: SimpleQueue[Bench] = SimpleQueue()
    for _ in range(threads):
        benches.put(new_bench(prepared.nodes))

    def one(start: int) -> R:
        bench = benches.get()
        try:
            return collect(
                lambda visit: sweep_tile(prepared, asked, start, bench=bench, visit=visit)
            )
        finally:
            benches.put(bench)
            if progress is not None:
                progress(min(1.0, (start + TILE) / max(1, len(asked.line))))

    return in_threads(one, range(0, len(asked.line), TILE), threads)
