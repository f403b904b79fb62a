"""Find the straight line nearest to a point, with a uniform grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]
    type Ints = NDArray[np.int64]

_SMALLEST = 100.0  # metres, side of a cell
_CELLS_A_LINE = 4


class Grid(NamedTuple):
    """Lines by cell: those of cell ``i`` are ``line[first[i]:first[i + 1]]``, column by column."""

    ends: Floats  # (lines, 4): x1, y1, x2, y2
    first: Ints
    line: NDArray[np.int32]
    west: float
    south: float
    side: float
    columns: int
    rows: int


class Nearest(NamedTuple):
    """The line nearest to each point (−1: none in reach), the fraction along it, and metres."""

    line: Ints
    fraction: Floats
    metres: Floats


def build(ends: Floats) -> Grid:
    """Return the grid of some lines, shape (lines, 4): about four cells a line.

    >>> build(np.array([[0.0, 0.0, 250.0, 0.0]])).columns
    3
    """
    x, y = ends[:, [0, 2]], ends[:, [1, 3]]
    west, south = float(x.min()), float(y.min())
    width, height = float(x.max()) - west, float(y.max()) - south
    side = max(_SMALLEST, np.sqrt(width * height / (_CELLS_A_LINE * len(ends))))
    columns, rows = int(width / side) + 1, int(height / side) + 1
    first, line = _fill(ends, np.array([west, south, side]), columns, rows)
    return Grid(ends, first, line, west, south, float(side), columns, rows)


@compiled
def _fill(ends: Floats, frame: Floats, columns: int, rows: int) -> tuple[Ints, NDArray[np.int32]]:
    """Count the lines of each cell that their box touches, then write them."""
    west, south, side = frame
    first = np.zeros(columns * rows + 1, np.int64)
    line = np.empty(0, np.int32)
    place = first
    for turn in range(2):
        if turn == 1:
            for cell in range(columns * rows):
                first[cell + 1] += first[cell]
            place = first[:-1].copy()
            line = np.empty(first[-1], np.int32)
        for one in range(len(ends)):
            x1, y1, x2, y2 = ends[one]
            for i in range(int((min(x1, x2) - west) / side), int((max(x1, x2) - west) / side) + 1):
                for j in range(
                    int((min(y1, y2) - south) / side), int((max(y1, y2) - south) / side) + 1
                ):
                    cell = i * rows + j
                    if turn == 0:
                        first[cell + 1] += 1
                    else:
                        line[place[cell]] = one
                        place[cell] += 1
    return first, line


def nearest(grid: Grid, x: Floats, y: Floats, *, reach: float) -> Nearest:
    """Return the line nearest to each point, within ``reach`` metres.

    Rings of cells are searched from the point outwards, until what was found is nearer than
    anything outside the ring can be.

    Examples
    --------
    >>> lines = build(np.array([[0.0, 0.0, 100.0, 0.0], [0.0, 50.0, 100.0, 50.0]]))
    >>> found = nearest(lines, np.array([25.0, 900.0]), np.array([40.0, 0.0]), reach=500.0)
    >>> found.line.tolist(), found.fraction.tolist(), found.metres.tolist()
    ([1, -1], [0.25, nan], [10.0, inf])
    """
    line = np.full(len(x), -1, np.int64)
    fraction, metres = np.full(len(x), np.nan), np.full(len(x), np.inf)
    _search(grid, x, y, reach, Nearest(line, fraction, metres))
    return Nearest(line, fraction, metres)


@compiled
def _project(ends: Floats, x: float, y: float) -> tuple[float, float]:
    """Return the fraction along a line that is nearest to a point, and the squared distance."""
    ax, ay, bx, by = ends
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    at = 0.0
    if square > 0:
        at = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / square))
    return at, (ax + at * dx - x) ** 2 + (ay + at * dy - y) ** 2


@compiled
def _search(grid: Grid, x: Floats, y: Floats, reach: float, found: Nearest) -> None:
    side = grid.side
    for point in range(len(x)):
        px, py = x[point], y[point]
        if not (np.isfinite(px) and np.isfinite(py)):
            continue
        i0 = int(np.floor((px - grid.west) / side))
        j0 = int(np.floor((py - grid.south) / side))
        # nearest border of the point's own cell
        inside = min(px - grid.west - i0 * side, grid.west + (i0 + 1) * side - px)
        inside = min(inside, py - grid.south - j0 * side, grid.south + (j0 + 1) * side - py)
        best = reach * reach
        ring = 0
        while True:
            for i in range(max(0, i0 - ring), min(grid.columns - 1, i0 + ring) + 1):
                edge = abs(i - i0) == ring
                step = 1 if edge else max(1, 2 * ring)
                for j in range(j0 - ring, j0 + ring + 1, step):
                    if 0 <= j < grid.rows:
                        cell = i * grid.rows + j
                        for place in range(grid.first[cell], grid.first[cell + 1]):
                            one = grid.line[place]
                            at, gap = _project(grid.ends[one], px, py)
                            if gap < best or (gap == best and found.line[point] < 0):
                                best = gap
                                found.line[point] = one
                                found.fraction[point] = at
                                found.metres[point] = np.sqrt(gap)
            clear = inside + ring * side
            if clear * clear >= best:
                break
            ring += 1
