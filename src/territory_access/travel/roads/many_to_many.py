"""How long does it take from each origin to each destination? A table, batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.arcs import FAR, Float32, Int32, Int64
from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.rows import BLOCK, lanes, write_block
from territory_access.travel.roads.selection import (
    Descent,
    Points,
    Scratch,
    Selection,
    descent,
    new_scratch,
    select,
)
from territory_access.travel.roads.sweep import Workspace, new_workspace, sweep
from territory_access.travel.roads.threads import in_threads
from territory_access.travel.roads.units import Scale, attempts, in_steps

if TYPE_CHECKING:
    import numpy.typing as npt

    from territory_access.travel.roads.arcs import Labels
    from territory_access.travel.roads.prepared import Prepared
    from territory_access.travel.roads.seeds import Seeds
    from territory_access.travel.roads.units import Unit

_TILE = 64
"""Destinations written together: as many cache lines of each line of the table at a time."""


class Landing(NamedTuple):
    """The destinations' side: arcs of its rows, each destination's row, and each node's row."""

    arcs: Descent
    row: Int32
    local: Int32


class Table(NamedTuple):
    """What is filled: minutes, and the line of each origin in the order that they are swept."""

    minutes: Float32
    line: Int64


def placed(seeds: Seeds, prepared: Prepared, unit: Unit) -> Points:
    """Return points by position, offsets in steps."""
    there = seeds.node >= 0
    place = np.where(there, prepared.position[np.where(there, seeds.node, 0)], -1).astype(np.int32)
    return Points(place, in_steps(seeds.offset, unit))


def scale_of(prepared: Prepared, *points: Seeds) -> Scale:
    """Return what times can occur between points."""
    offsets = [int(np.gcd.reduce(each.offset, axis=None, initial=0)) for each in points]
    longest = sum(int(each.offset.max(initial=0)) for each in points)
    return Scale(
        resolution=int(np.gcd.reduce([prepared.resolution, *offsets])),
        span=min(FAR, prepared.span + longest),
        reach=prepared.reach,
    )


@compiled
def write_minutes(
    labels: Labels, row: Int32, lines: Int64, minutes: Float32, unit: Unit
) -> npt.NDArray[np.bool_]:
    """Write one lane of labels into each line of the table; say which lanes came out as far."""
    used, farthest = len(lines), np.zeros(labels.shape[1], labels.dtype)
    for start in range(0, len(row), _TILE):
        stop = min(len(row), start + _TILE)
        whole = used >= BLOCK and stop - start >= BLOCK
        for i in range(start, stop):
            whole &= row[i] >= 0
        if whole:  # the last blocks overlap the ones before: the same numbers again
            for lane in range(0, used, BLOCK):
                for column in range(start, stop, BLOCK):
                    write_block(
                        labels,
                        row,
                        min(column, stop - BLOCK),
                        min(lane, used - BLOCK),
                        lines,
                        minutes,
                        unit.limit,
                        unit.minutes,
                        farthest,
                    )
        else:
            for i in range(start, stop):
                _write_row(labels, row[i], minutes[:, i], lines, unit, farthest)
    far: npt.NDArray[np.bool_] = farthest[:used] == unit.far
    return far


@compiled
def _write_row(
    labels: Labels, row: int, column: Float32, lines: Int64, unit: Unit, farthest: Labels
) -> None:
    """Write a row as a column of minutes, ``inf`` out of reach; raise ``farthest`` to it."""
    for lane in range(len(lines)):
        label = labels[row, lane] if row >= 0 else labels.dtype.type(unit.far)
        farthest[lane] = max(farthest[lane], label)
        near = label <= unit.limit
        column[lines[lane]] = np.int32(label) * unit.minutes if near else np.inf


@compiled
def _sweep_batches(
    origins: Points,
    above: Selection,
    meeting: Int32,
    landing: Landing,
    work: Workspace,
    table: Table,
    unit: Unit,
) -> npt.NDArray[np.bool_]:
    """Fill the table batch by batch; say which origins have a destination out of reach."""
    count, width = len(above.entry), work.labels.shape[1]
    far = np.empty(count, np.bool_)
    for start in range(0, count, width):
        sweep(origins, above, start, meeting, landing.arcs, work)
        lines = table.line[start : start + width]
        out = write_minutes(work.below, landing.row, lines, table.minutes, unit)
        for lane in range(len(lines)):  # a slice takes numba seconds to compile
            far[start + lane] = out[lane]
    return far


def land(prepared: Prepared, destinations: Points, scratch: Scratch, unit: Unit) -> Landing:
    """Return the destinations' side; ``scratch.local`` must hold −1 everywhere, and is kept."""
    chosen = select(destinations, prepared.down, scratch, unit)
    return Landing(*descent(chosen.arcs, chosen.entry, destinations.offset), scratch.local)


def _fill(
    prepared: Prepared,
    origins: Points,
    landing: Landing,
    scratch: Scratch,
    table: Table,
    units: list[tuple[Unit, npt.DTypeLike]],
) -> None:
    """Fill the lines of some origins in the first unit, then in the next what was too far."""
    above = select(origins, prepared.up, scratch, units[0][0])
    meeting = landing.local[above.member]
    for unit, dtype in units:
        work = new_workspace(len(above.member), len(landing.arcs.first) - 1, dtype)
        far = _sweep_batches(origins, above, meeting, landing, work, table, unit)
        again = np.flatnonzero(far)
        if not len(again):
            break
        origins = Points(origins.place[again], origins.offset[again])
        above = above._replace(entry=above.entry[again])
        table = table._replace(line=table.line[again])


def minutes(
    prepared: Prepared,
    origins: Seeds,
    destinations: Seeds,
    *,
    cutoff: int | None = None,
    exact: bool = True,
    threads: int = 1,
) -> Float32:
    """Return the table of minutes from each origin to each destination.

    Parameters
    ----------
    cutoff
        Milliseconds beyond which the answer is ``inf``; ``None``: no end.
    exact
        ``False`` allows roundings that add up to less than 0.25 s at 60 min.

    Returns
    -------
    ndarray
        ``float32`` (origins, destinations), ``inf`` where there is no way.

    Notes
    -----
    Where 32 bits would be needed only for the longest times, 16 bits are tried first: whatever fits
    in them is exact, and only origins with a destination that does not fit are swept again.
    """
    table = np.empty((len(origins), len(destinations)), np.float32)
    units = attempts(cutoff, exact=exact, scale=scale_of(prepared, origins, destinations))
    unit, dtype = units[0]
    points = placed(origins, prepared, unit)
    line = np.argsort(points.place[:, 0], kind="stable")  # neighbours climb together
    points = Points(points.place[line], points.offset[line])
    scratch = new_scratch(prepared.nodes)
    landing = land(prepared, placed(destinations, prepared, unit), scratch, unit)
    batches = -(-len(line) // lanes(dtype))
    share = lanes(dtype) * max(1, -(-batches // threads))

    def fill(start: int) -> None:
        part = slice(start, start + share)
        own = Points(points.place[part], points.offset[part])
        room = scratch if len(line) <= share else new_scratch(prepared.nodes)
        room = room._replace(local=np.full(prepared.nodes, -1, np.int32))
        _fill(prepared, own, landing, room, Table(table, line[part]), units)

    in_threads(fill, range(0, len(line), share), threads)
    return table
