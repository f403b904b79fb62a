"""Holds the relaxation of a model among some of its builds, to which others are added.

Rows that only bound the model better (``years.linking``) join when what is found breaks them.
Splits of a search are rows whose bounds change from one node to the next; going past them costs
``price`` a unit, so that there always is something to price other builds with.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, csr_array

from territory_access.siting.years.part import left
from territory_access.siting.years.solver import empty

if TYPE_CHECKING:
    from collections.abc import Mapping

    import highspy
    from numpy.typing import NDArray

    from territory_access.siting.years.blocks import Model

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]
    type Flags = NDArray[np.bool_]
    # Lowest and highest value of some splits, by their number.
    type Held = Mapping[int, tuple[float, float]]
    type Basis = tuple[list[highspy.HighsBasisStatus], list[highspy.HighsBasisStatus]]

# By how much a row must be broken to join.
_BROKEN = 1e-3
_NO_LIMIT = 2**31 - 1


class Inside:
    """The relaxation among some builds.

    Parameters
    ----------
    model
        The whole model.
    build
        Columns of the builds ``(B,)``.
    sums
        Which builds are in each split ``(Q, B)``.
    later
        Rows of the model that join when they are broken ``(R,)``.
    price
        What a unit beyond a split costs.

    Attributes
    ----------
    builds
        Which builds are in ``(B,)``.
    row
        Where rows of the model stand in the solver, -1 for those that are not in ``(R,)``.
    """

    def __init__(
        self,
        model: Model,
        build: Whole,
        *,
        sums: csr_array,
        later: Flags,
        price: float,
    ) -> None:
        self.model, self.build, self.sums, self.price = model, build, sums, price
        self.builds = np.zeros(build.size, bool)
        self.row = np.full(model.matrix.shape[0], -1)
        self._wanted = ~later
        self._later = np.flatnonzero(later)
        self._broken = model.matrix[self._later]
        self._column = np.full(model.goal.size, -1)
        self._split: dict[int, int] = {}
        self._held: dict[int, tuple[float, float]] = {}
        self._lp = empty()

    def add(self, builds: Flags, rows: Whole) -> None:
        """Let more builds in, with all that they bring, and more of the rows that join later.

        Parameters
        ----------
        builds
            ``(B,)``; those that are in stay.
        rows
            Of the model.
        """
        self.builds |= builds
        self._wanted[rows] = True
        free = np.ones(self.model.goal.size, bool)
        free[self.build] = self.builds
        open_to = left(self.model, free)
        touched = np.diff(self.model.matrix[:, np.flatnonzero(open_to)].indptr) > 0
        self._add_columns(np.flatnonzero(open_to & (self._column < 0)))
        self._add_rows(np.flatnonzero(touched & self._wanted & (self.row < 0)))

    def solve(
        self,
        held: Held,
        basis: Basis | None = None,
        *,
        steps: int | None = None,
        deadline: float | None = None,
    ) -> float | None:
        """Return the value of the relaxation; ``None`` when it was not found in time, or at all.

        Parameters
        ----------
        held
            Bounds of the splits; all others are free.
        basis
            Where to start.
        steps
            Simplex iterations at most: the value is then one that the relaxation does not pass.
        deadline
            By ``time.perf_counter``.
        """
        import highspy

        free = (-np.inf, np.inf)
        for split in sorted({*self._held, *held}):
            if self._held.get(split, free) != held.get(split, free):
                self._lp.changeRowBounds(self._row_of(split), *held.get(split, free))
        self._held = dict(held)
        if basis is not None:
            self._lp.setBasis(self._extended(basis))
        self._lp.setOptionValue("simplex_iteration_limit", _NO_LIMIT if steps is None else steps)
        if deadline is not None:  # the solver counts the seconds of all its runs
            time_left = max(0.01, deadline - time.perf_counter())
            self._lp.setOptionValue("time_limit", self._lp.getRunTime() + time_left)
        self._lp.run()
        enough = {highspy.HighsModelStatus.kOptimal}
        if steps is not None:
            enough.add(highspy.HighsModelStatus.kIterationLimit)
        done = self._lp.getModelStatus() in enough
        return -float(self._lp.getInfo().objective_function_value) if done else None

    def values(self) -> Reals:
        """Return the values of all columns of the model, 0 for those that are out."""
        found = np.zeros(self._column.size)
        inside = self._column >= 0
        found[inside] = np.array(self._lp.getSolution().col_value)[self._column[inside]]
        return found

    def broken(self, values: Reals) -> Whole:
        """Return which rows that join later these values break."""
        over = self._broken @ values > self.model.row_high[self._later] + _BROKEN
        return self._later[over & (self.row[self._later] < 0)]

    def joined(self) -> Whole:
        """Return the rows that have joined."""
        return self._later[self.row[self._later] >= 0]

    def prices(self) -> tuple[Reals, dict[int, tuple[float, float]]]:
        """Return the prices of the rows of the model, 0 for those that are out, and of the splits.

        What one unit more of each would bring; with that of a split, the bound that it is for.
        """
        dual = -np.array(self._lp.getSolution().row_dual)
        found, inside = np.zeros(self.row.size), self.row >= 0
        found[inside] = dual[self.row[inside]]
        splits = {}
        for split, (low, high) in self._held.items():
            price = float(dual[self._split[split]])
            at = high if price > 0 else low
            if price and np.isfinite(at):
                splits[split] = (price, at)
        return found, splits

    def basis(self) -> Basis:
        """Return where the last run ended."""
        found = self._lp.getBasis()
        return list(found.col_status), list(found.row_status)

    def _extended(self, basis: Basis) -> highspy.HighsBasis:
        """Return a basis with what has joined since: columns at zero, rows not felt."""
        import highspy

        columns, rows = basis
        found = highspy.HighsBasis()
        more_columns, more_rows = (
            self._lp.getNumCol() - len(columns),
            self._lp.getNumRow() - len(rows),
        )
        found.col_status = columns + [highspy.HighsBasisStatus.kLower] * more_columns
        found.row_status = rows + [highspy.HighsBasisStatus.kBasic] * more_rows
        found.valid = True
        return found

    def _row_of(self, split: int) -> int:
        """Return the row of a split, which is made when it is first needed."""
        if split not in self._split:
            builds = self.sums.indices[slice(*self.sums.indptr[split : split + 2])]
            columns = self._column[self.build[builds]]
            columns = columns[columns >= 0].astype(np.int32)
            row = self._lp.getNumRow()
            self._lp.addRow(-np.inf, np.inf, columns.size, columns, np.ones(columns.size))
            for sign in (1.0, -1.0):
                self._lp.addCol(
                    self.price, 0.0, np.inf, 1, np.array([row], np.int32), np.array([sign])
                )
            self._split[split] = row
        return self._split[split]

    def _add_columns(self, columns: Whole) -> None:
        """Add columns of the model, with what they have in the rows that are in."""
        if not columns.size:
            return
        model, first, rows = self.model, self._lp.getNumCol(), self._lp.getNumRow()
        entries = csr_array(model.matrix[:, columns]).tocoo()
        where, which, value = self.row[entries.coords[0]], entries.coords[1], entries.data
        build = np.full(model.goal.size, -1)
        build[self.build] = np.arange(self.build.size)
        mine = build[columns]
        # Splits that stand count what joins.
        stand = np.array(sorted(self._split), np.int64)
        counted = csr_array(self.sums[stand][:, mine[mine >= 0]]).tocoo()
        rows_of = np.array([self._split[split] for split in stand.tolist()], np.int64)
        where = np.concatenate([where, rows_of[counted.coords[0]]])
        which = np.concatenate([which, np.flatnonzero(mine >= 0)[counted.coords[1]]])
        value = np.concatenate([value, counted.data])
        kept = where >= 0
        table = csc_array((value[kept], (where[kept], which[kept])), shape=(rows, columns.size))
        self._lp.addCols(
            columns.size,
            -model.goal[columns],
            model.low[columns],
            model.high[columns],
            table.nnz,
            table.indptr[:-1].astype(np.int32),
            table.indices.astype(np.int32),
            table.data,
        )
        self._column[columns] = first + np.arange(columns.size)

    def _add_rows(self, rows: Whole) -> None:
        """Add rows of the model, with what the columns that are in have there."""
        if not rows.size:
            return
        model, first = self.model, self._lp.getNumRow()
        table = csr_array(model.matrix[rows])
        where = np.repeat(np.arange(rows.size), np.diff(table.indptr))
        which = self._column[table.indices]
        kept = which >= 0
        start = np.concatenate([[0], np.cumsum(np.bincount(where[kept], minlength=rows.size))])
        self._lp.addRows(
            rows.size,
            model.row_low[rows],
            model.row_high[rows],
            int(kept.sum()),
            start[:-1].astype(np.int32),
            which[kept].astype(np.int32),
            table.data[kept],
        )
        self.row[rows] = first + np.arange(rows.size)
