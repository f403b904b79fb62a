r"""Takes the part of a model that is left when some builds are out or in: the rest goes for good.

A search among a few builds is a small question that a whole model hides: teams, consultations and
zones of places where nothing opens are still columns and rows there. What must be zero follows from
signs alone: in a row :math:`\sum_c a_c x_c \le 0` with :math:`a_c \ge 0` and :math:`x_c \ge 0`,
every column of positive coefficient is zero; and so on until nothing more follows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.years.blocks import Model

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Part:
    """A smaller model, and where its columns stand in the whole one.

    Attributes
    ----------
    model
        What is left.
    columns
        Position of each of its columns in the whole model.
    size
        Columns of the whole model.
    """

    model: Model
    columns: NDArray[np.int64]
    size: int

    def whole(self, values: Reals) -> Reals:
        """Return values of the whole model: zero where a column was left out."""
        found = np.zeros(self.size)
        found[self.columns] = values
        return found


def part(model: Model, free: Flags, held: Flags | None = None) -> Part:
    """Return the model without the columns that are zero.

    Parameters
    ----------
    model
        The whole model.
    free
        Columns that may be other than zero.
    held
        Columns that stay at their highest value; a subset of ``free``.

    Examples
    --------
    Without its build, a team and what it does are gone; the row of the other build stays:

    >>> from territory_access.siting.years.blocks import Blocks
    >>> made = Blocks()
    >>> build = made.add("build", (2,), high=1.0, whole=True)
    >>> team = made.add("team", (2,), high=5.0)
    >>> made.require("most", 2, [([0, 1], team, 1.0), ([0, 1], build, -2.0)], high=0.0)
    >>> kept = part(made.model(), np.array([False, True, True, True]))
    >>> kept.columns.tolist(), kept.model.matrix.shape
    ([1, 3], (1, 2))
    """
    if held is not None:
        model = replace(model, low=np.where(held, model.high, model.low))
    columns = np.flatnonzero(left(model, free))
    matrix = model.matrix[:, columns]
    # A row that asks for something stays, though nothing be left to give it.
    asks = (model.row_low > 0) | (model.row_high < 0)
    rows = np.flatnonzero((np.diff(matrix.indptr) > 0) | asks)
    kept = replace(
        model,
        matrix=matrix[rows],
        low=model.low[columns],
        high=model.high[columns],
        goal=model.goal[columns],
        whole=model.whole[columns],
        row_low=model.row_low[rows],
        row_high=model.row_high[rows],
    )
    return Part(kept, columns, model.goal.size)


def left(model: Model, free: Flags) -> Flags:
    """Return the columns that signs do not hold at zero ``(C,)``, of those that are free."""
    count = model.matrix.shape[0]
    row = np.repeat(np.arange(count), np.diff(model.matrix.indptr))
    most, least = model.row_high == 0, model.row_low == 0
    told = (most | least)[row]
    row, column = row[told], model.matrix.indices[told]
    above = model.matrix.data[told] > 0
    may_be_negative = (model.low < 0)[column]
    found = free & ((model.high > 0) | (model.low < 0))
    while True:
        live = found[column]
        rows, columns, positive = row[live], column[live], above[live]
        either = may_be_negative[live]
        no_less = np.bincount(rows[~positive | either], minlength=count) == 0
        no_more = np.bincount(rows[positive | either], minlength=count) == 0
        zero = (most & no_less)[rows] | (least & no_more)[rows]
        out = np.zeros(found.size, bool)
        out[columns[zero]] = True
        out &= model.low <= 0
        if not (out & found).any():
            return found
        found = found & ~out
