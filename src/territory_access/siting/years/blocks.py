"""Holds a mixed-integer model as arrays, and hands it over to PuLP or straight to HiGHS.

Columns come in named blocks of indices, rows in named blocks of (row, column, value) triples:
nothing is built one term at a time. ``program`` writes the same model as an ordinary PuLP problem,
for whoever wants to read it or to give it to another solver.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulp
    from numpy.typing import ArrayLike, NDArray

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]
    type Term = tuple[Any, Any, Any]  # rows, columns, values: arrays or numbers


@dataclass
class Blocks:
    """A model under construction; the goal is maximised.

    Attributes
    ----------
    columns, rows
        How many there are.
    names
        Indices of the columns of each block, in the block's shape.
    spans
        First and last row (excluded) of each block of rows.

    Examples
    --------
    Two sites, money for one, the second brings more:

    >>> made = Blocks()
    >>> build = made.add("build", (2,), high=1.0, goal=[3.0, 5.0], whole=True)
    >>> made.require("money", 1, [([0, 0], build, [1.0, 1.0])], high=1.0)
    >>> made.matrix().toarray().tolist()
    [[1.0, 1.0]]
    """

    columns: int = 0
    rows: int = 0
    names: dict[str, Whole] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    _low: list[Reals] = field(default_factory=list)
    _high: list[Reals] = field(default_factory=list)
    _goal: list[Reals] = field(default_factory=list)
    _whole: list[NDArray[np.bool_]] = field(default_factory=list)
    _terms: list[tuple[Whole, Whole, Reals]] = field(default_factory=list)
    _row_low: list[Reals] = field(default_factory=list)
    _row_high: list[Reals] = field(default_factory=list)

    def add(  # noqa: PLR0913 - a block of columns is its name, shape, bounds, goal and kind
        self,
        name: str,
        shape: tuple[int, ...],
        *,
        low: ArrayLike = 0.0,
        high: ArrayLike = np.inf,
        goal: ArrayLike = 0.0,
        whole: bool = False,
    ) -> Whole:
        """Add a block of columns and return their indices."""
        count = int(np.prod(shape))
        indices = np.arange(self.columns, self.columns + count, dtype=np.int64).reshape(shape)
        for kept, given in ((self._low, low), (self._high, high), (self._goal, goal)):
            kept.append(np.broadcast_to(np.asarray(given, float), shape).ravel())
        self._whole.append(np.full(count, whole))
        self.columns += count
        self.names[name] = indices
        return indices

    def require(
        self,
        name: str,
        count: int,
        terms: Sequence[Term],
        *,
        low: ArrayLike = -np.inf,
        high: ArrayLike = np.inf,
    ) -> None:
        """Add ``count`` rows ``low ≤ terms ≤ high``; a term is (row in the block, column, value).

        Row, column and value are broadcast against each other.
        """
        self._join(terms, self.rows)
        self._row_low.append(np.broadcast_to(np.asarray(low, float), (count,)))
        self._row_high.append(np.broadcast_to(np.asarray(high, float), (count,)))
        self.spans[name] = (self.rows, self.rows + count)
        self.rows += count

    def extend(self, name: str, terms: Sequence[Term]) -> None:
        """Add terms to the rows of a block that stands; a row is its place in the block."""
        self._join(terms, self.spans[name][0])

    def _join(self, terms: Sequence[Term], first: int) -> None:
        for row, column, value in terms:
            where, which, amount = np.broadcast_arrays(row, column, np.asarray(value, float))
            self._terms.append(
                (
                    where.ravel().astype(np.int64) + first,
                    which.ravel().astype(np.int64),
                    amount.ravel(),
                )
            )

    def matrix(self) -> csr_array:
        """Return the coefficients ``(rows, columns)``."""
        row, column, value = (np.concatenate(part) for part in zip(*self._terms, strict=True))
        found = csr_array((value, (row, column)), shape=(self.rows, self.columns))
        found.sum_duplicates()
        found.eliminate_zeros()
        return found

    def model(self) -> Model:
        """Return the model as it stands."""
        return Model(
            matrix=self.matrix(),
            low=_joined(self._low),
            high=_joined(self._high),
            goal=_joined(self._goal),
            whole=np.concatenate([np.zeros(0, bool), *self._whole]),
            row_low=_joined(self._row_low),
            row_high=_joined(self._row_high),
        )


def _joined(parts: list[Reals]) -> Reals:
    return np.concatenate([np.zeros(0), *parts])


@dataclass(frozen=True)
class Model:
    """A whole model, to be maximised.

    Attributes
    ----------
    matrix
        Coefficients ``(rows, columns)``.
    low, high, goal, whole
        Bounds, objective and integrality of each column.
    row_low, row_high
        Bounds of each row.
    """

    matrix: csr_array
    low: Reals
    high: Reals
    goal: Reals
    whole: NDArray[np.bool_]
    row_low: Reals
    row_high: Reals

    def program(self) -> pulp.LpProblem:
        """Return the same model as an ordinary PuLP problem: columns ``c0…``, rows ``r0…``."""
        import pulp

        program = pulp.LpProblem("siting", pulp.LpMaximize)
        kinds: tuple[Literal["Continuous"], Literal["Integer"]] = ("Continuous", "Integer")
        columns = [
            program.add_variable(f"c{n}", low, None if np.isinf(high) else high, kinds[whole])
            for n, (low, high, whole) in enumerate(
                zip(self.low.tolist(), self.high.tolist(), self.whole.tolist(), strict=True)
            )
        ]
        program.setObjective(
            pulp.lpSum_vars_coefs(
                [(columns[n], float(self.goal[n])) for n in np.flatnonzero(self.goal).tolist()]
            )
        )
        start, index, value = self.matrix.indptr, self.matrix.indices, self.matrix.data
        for row in range(self.matrix.shape[0]):
            here = slice(start[row], start[row + 1])
            terms = list(zip(index[here].tolist(), value[here].tolist(), strict=True))
            left = pulp.lpSum_vars_coefs([(columns[n], amount) for n, amount in terms])
            low, high = float(self.row_low[row]), float(self.row_high[row])
            if low == high:
                program.addConstraint(left == low, f"r{row}")
                continue
            if np.isfinite(high):
                program.addConstraint(left <= high, f"r{row}")
            if np.isfinite(low):
                program.addConstraint(left >= low, f"r{row}l")
        return program
