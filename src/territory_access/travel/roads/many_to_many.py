"""How long does it take from each origin to each destination? A table, batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.arcs import FAR, Arcs, Float32, Int32, Int64
from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.rows import empty_rows, lanes
from territory_access.travel.roads.selection import (
    Points,
    Scratch,
    Selection,
    new_scratch,
    select,
    with_arrivals,
)
from territory_access.travel.roads.sweep import climb, crossing, descend
from territory_access.travel.roads.threads import in_threads
from territory_access.travel.roads.units import Scale, choose, hoped, in_steps

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

    arcs: Arcs
    row: Int32
    local: Int32


class Table(NamedTuple):
    """What is filled: minutes, and the line of each origin in the order that they are swept."""

    minutes: Float32
    line: Int64


def placed(seeds: Seeds, prepared: Prepared, unit: Unit, dtype: npt.DTypeLike) -> Points:
    """Return points by position, offsets as labels."""
    there = seeds.node >= 0
    place = np.where(there, prepared.position[np.where(there, seeds.node, 0)], -1).astype(np.int32)
    return Points(place, in_steps(seeds.offset, unit, dtype))


def scale_of(prepared: Prepared, *points: Seeds) -> Scale:
    """Return what times can occur between points."""
    offsets = [int(np.gcd.reduce(each.offset, axis=None, initial=0)) for each in points]
    longest = sum(int(each.offset.max(initial=0)) for each in points)
    return Scale(
        resolution=int(np.gcd.reduce([prepared.resolution, *offsets])),
        span=min(FAR, prepared.span + longest),
    )


@compiled
def write_minutes(
    labels: Labels, row: Int32, lines: Int64, minutes: Float32, unit: Unit
) -> npt.NDArray[np.bool_]:
    """Write one lane of labels into each line of the table; say which lanes came out as far."""
    used, farthest = len(lines), np.zeros(labels.shape[1], labels.dtype)
    block = np.empty((_TILE, labels.shape[1]), np.float32)
    for start in range(0, len(row), _TILE):
        size = min(_TILE, len(row) - start)
        for i in range(size):
            _to_minutes(labels, row[start + i], block[i], farthest, unit)
        for lane in range(used):
            line = minutes[lines[lane], start : start + size]
            if size == _TILE:  # a fixed number is unrolled
                for i in range(_TILE):
                    line[i] = block[i, lane]
            else:
                for i in range(size):
                    line[i] = block[i, lane]
    far: npt.NDArray[np.bool_] = farthest[:used] == unit.far
    return far


@compiled
def _to_minutes(labels: Labels, row: int, line: Float32, farthest: Labels, unit: Unit) -> None:
    """Write a row as minutes, ``inf`` out of reach; raise ``farthest`` to it, lane by lane."""
    limit = labels.dtype.type(unit.limit)
    for lane in range(labels.shape[1]):
        if row < 0:
            farthest[lane], line[lane] = unit.far, np.inf
            continue
        label = labels[row, lane]
        farthest[lane] = max(farthest[lane], label)
        line[lane] = np.int32(label) * unit.minutes if label <= limit else np.inf


class Workspace(NamedTuple):
    """Rows of both sides, of one thread."""

    labels: Labels
    below: Labels


@compiled
def sweep(
    origins: Points,
    above: Selection,
    start: int,
    arcs: Arcs,
    same: Int32,
    work: Workspace,
    unit: Unit,
) -> None:
    """Fill ``work.below`` with the times of the batch that starts at origin ``start``.

    ``arcs`` are those of the destinations' side; ``same`` comes from ``crossing``.
    """
    reached = climb(origins, above, start, work.labels, unit)
    descend(work.labels, reached, same, arcs, work.below)


@compiled
def _sweep_batches(
    origins: Points,
    above: Selection,
    landing: Landing,
    work: Workspace,
    table: Table,
    unit: Unit,
) -> npt.NDArray[np.bool_]:
    """Fill the table batch by batch; say which origins have a destination out of reach."""
    count, width = len(above.entry), work.labels.shape[1]
    far = np.empty(count, np.bool_)
    same = crossing(above.member, landing.local, len(landing.arcs.first) - 1)
    for start in range(0, count, width):
        sweep(origins, above, start, landing.arcs, same, work, unit)
        lines = table.line[start : start + width]
        far[start : start + width] = write_minutes(
            work.below, landing.row, lines, table.minutes, unit
        )
    return far


def land(prepared: Prepared, destinations: Points, scratch: Scratch, unit: Unit) -> Landing:
    """Return the destinations' side; ``scratch.local`` must hold −1 everywhere, and is kept."""
    chosen = select(destinations, prepared.down, prepared.parent, scratch, unit)
    return Landing(*with_arrivals(chosen, destinations.offset), scratch.local)


class Question(NamedTuple):
    """Which lines of a table are asked for, in which unit and type of labels."""

    origins: Seeds
    line: Int64
    destinations: Seeds
    unit: Unit
    dtype: npt.DTypeLike


def _answer(prepared: Prepared, question: Question, table: Float32, *, threads: int) -> Int64:
    """Fill lines of the table; return those with a time beyond what the labels can hold."""
    unit, dtype = question.unit, question.dtype
    origins = placed(question.origins[question.line], prepared, unit, dtype)
    order = np.argsort(origins.place[:, 0], kind="stable")
    line, origins = question.line[order], Points(origins.place[order], origins.offset[order])
    scratch = new_scratch(prepared.nodes)
    landing = land(prepared, placed(question.destinations, prepared, unit, dtype), scratch, unit)
    batches = -(-len(line) // lanes(dtype))
    share = lanes(dtype) * max(1, -(-batches // threads))

    def fill(start: int) -> Int64:
        part = slice(start, start + share)
        points = Points(origins.place[part], origins.offset[part])
        own = scratch if len(line) <= share else new_scratch(prepared.nodes)
        own = own._replace(local=np.empty(prepared.nodes, np.int32))
        above = select(points, prepared.up, prepared.parent, own, unit)
        rows = (len(above.member), len(landing.arcs.first) - 1)
        work = Workspace(*(empty_rows(count, dtype) for count in rows))
        part_of_table = Table(table, line[part])
        return line[part][_sweep_batches(points, above, landing, work, part_of_table, unit)]

    return np.concatenate(in_threads(fill, range(0, len(line), share), threads) or [line])


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
    scale = scale_of(prepared, origins, destinations)
    unit, dtype = choose(cutoff, exact=exact, scale=scale)
    line = np.arange(len(origins))
    attempt = hoped(scale.resolution)
    if unit.far == FAR and prepared.reach <= attempt[0].limit * scale.resolution <= unit.limit:
        question = Question(origins, line, destinations, *attempt)
        line = _answer(prepared, question, table, threads=threads)
    if len(line):
        _answer(
            prepared, Question(origins, line, destinations, unit, dtype), table, threads=threads
        )
    return table
