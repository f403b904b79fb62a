"""Which pairs lie within the cutoff? Kept by origin, without the pairs out of reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.many_to_many import write_minutes
from territory_access.travel.roads.tiles import each_tile

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.travel.roads.arcs import Float32, Int32, Int64
    from territory_access.travel.roads.prepared import Prepared
    from territory_access.travel.roads.tiles import Batch, Plan
    from territory_access.travel.roads.units import Unit


@dataclass(frozen=True)
class SparseMinutes:
    """Pairs in reach, grouped by origin.

    Attributes
    ----------
    first
        ``int64`` (origins + 1): the pairs of origin ``i`` are ``first[i]`` to ``first[i + 1]``.
    destination
        ``int32`` (pairs), in no given order within an origin.
    minutes
        ``float32`` (pairs).
    """

    first: Int64
    destination: Int32
    minutes: Float32


class _Piece(NamedTuple):
    line: Int64
    size: Int64
    destination: Int32
    minutes: Float32


@compiled
def _pairs_of(batch: Batch, unit: Unit) -> _Piece:
    """List the pairs of a batch, origin by origin."""
    used = len(batch.line)
    count = np.zeros(used, np.int64)
    for row in batch.row:
        for lane in range(used):
            count[lane] += batch.labels[row, lane] <= unit.limit
    free = np.zeros(used + 1, np.int64)
    for lane in range(used):
        free[lane + 1] = free[lane] + count[lane]
    destination, minutes = np.empty(free[used], np.int32), np.empty(free[used], np.float32)
    for i in range(len(batch.row)):
        for lane in range(used):
            label = np.int64(batch.labels[batch.row[i], lane])
            place = free[lane]
            if label <= unit.limit:
                destination[place] = batch.column[i]
                minutes[place] = label * unit.minutes
                free[lane] += 1
    return _Piece(batch.line, count, destination, minutes)


@compiled
def _copy(piece: _Piece, first: Int64, destination: Int32, minutes: Float32) -> None:
    start = 0
    for i in range(len(piece.line)):
        to = first[piece.line[i]]
        for j in range(piece.size[i]):
            destination[to + j] = piece.destination[start + j]
            minutes[to + j] = piece.minutes[start + j]
        start += piece.size[i]


def pairs(
    prepared: Prepared,
    asked: Plan,
    *,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> SparseMinutes:
    """Return all pairs within the cutoff of the plan; about 16 bytes a pair while it works."""

    def collect(run: Callable[[Callable[[Batch], None]], None]) -> list[_Piece]:
        pieces: list[_Piece] = []
        run(lambda batch: pieces.append(_pairs_of(batch, asked.unit)))
        return pieces

    tiles = each_tile(prepared, asked, collect, threads=threads, progress=progress)
    pieces = [piece for tile in tiles for piece in tile]
    first = np.zeros(len(asked.line) + 1, np.int64)
    for piece in pieces:
        first[piece.line + 1] = piece.size
    np.cumsum(first, out=first)
    destination, minutes = np.empty(first[-1], np.int32), np.empty(first[-1], np.float32)
    for piece in pieces:
        _copy(piece, first, destination, minutes)
    return SparseMinutes(first, destination, minutes)


def table(
    prepared: Prepared,
    asked: Plan,
    *,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Float32:
    """Return the pairs of the plan as a table, ``inf`` beyond the cutoff."""
    minutes = np.empty((len(asked.line), len(asked.column)), np.float32)

    def collect(run: Callable[[Callable[[Batch], None]], None]) -> None:
        def visit(batch: Batch) -> None:
            row = np.full(len(asked.column), -1, np.int32)
            row[batch.column] = batch.row
            write_minutes(batch.labels, row, batch.line, minutes, asked.unit)

        run(visit)

    each_tile(prepared, asked, collect, threads=threads, progress=progress)
    return minutes
