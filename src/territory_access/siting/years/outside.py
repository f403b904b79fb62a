r"""Bounds a whole model by the prices of a part of it.

Rows that join several places (money, staff, what a zone lacks) are paid for at given prices
:math:`\lambda`; what is left falls apart into small questions, one a place, that are solved in one
go. Whatever the prices, no plan passes

.. math:: \lambda b + \max_{x} \{(c - A^T \lambda)\, x : x \text{ obeys all other rows}\}

which is what Lagrange's multipliers give, and the builds that this maximum opens are those that a
part must let in. Geoffrion (1974), Lagrangean relaxation for integer programming.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from territory_access.siting.years.solver import Relaxation, bounded, given, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from territory_access.siting.years.blocks import Model

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]
    type Flags = NDArray[np.bool_]


# What is open at all.
_OPEN = 1e-6


def joining(model: Model, place: Whole) -> tuple[Flags, Whole]:
    """Return the rows that join several places ``(R,)``, and the place of each column ``(C,)``.

    Parameters
    ----------
    model
        The model.
    place
        Of each column, -1 where it is not known: such a column belongs to the only place that one
        of its rows knows ``(C,)``.

    Examples
    --------
    A team belongs to the place of its build; money joins both places:

    >>> from territory_access.siting.years.blocks import Blocks
    >>> made = Blocks()
    >>> build = made.add("build", (2,), high=1.0, whole=True)
    >>> team = made.add("team", (2,), high=5.0)
    >>> made.require("most", 2, [([0, 1], team, 1.0), ([0, 1], build, -2.0)], high=0.0)
    >>> made.require("money", 1, [([0, 0], team, 1.0)], high=3.0)
    >>> rows, columns = joining(made.model(), np.array([0, 1, -1, -1]))
    >>> rows.tolist(), columns.tolist()
    ([False, False, True], [0, 1, 0, 1])
    """
    count, known = model.matrix.shape[0], place.copy()
    row = np.repeat(np.arange(count), np.diff(model.matrix.indptr))
    column = model.matrix.indices
    while True:
        told = known[column] >= 0
        least, most = np.full(count, place.size), np.full(count, -1)
        np.minimum.at(least, row[told], known[column[told]])
        np.maximum.at(most, row[told], known[column[told]])
        new = ((most >= 0) & (least == most))[row] & ~told
        if not new.any():
            return (most >= 0) & (least < most), known
        known[column[new]] = most[row[new]]


class Outside:
    """What the whole could do at given prices.

    Parameters
    ----------
    model
        The whole model.
    build, place
        Columns of the builds, and the place of each ``(B,)``.
    sums
        Which builds are in each split ``(Q, B)``.
    """

    def __init__(self, model: Model, build: Whole, place: Whole, *, sums: csr_array) -> None:
        self.model, self.build, self.sums = model, build, sums
        known = np.full(model.goal.size, -1)
        known[build] = np.unique(place, return_inverse=True)[1]
        self.joining, self._place = joining(model, known)
        self._across = csr_array(model.matrix.T)
        self._paid = np.zeros(self.joining.size, bool)
        self._lp = given(model)

    def bound(
        self,
        prices: Reals,
        split_prices: Mapping[int, tuple[float, float]],
        inside: Flags,
    ) -> tuple[Relaxation, Reals] | None:
        """Return the bound at given prices, and what the builds that it opens are worth ``(B,)``.

        Parameters
        ----------
        prices
            Of the rows of the model ``(R,)``.
        split_prices
            Price, and the bound of the split that it is paid for, by split.
        inside
            Rows that the part has: only those are paid for ``(R,)``.

        Returns
        -------
        tuple[Relaxation, Reals] | None
            Without worth, ``-inf``, a build stays closed; ``None`` when the solver found no
            maximum.
        """
        import highspy

        model, count = self.model, self.model.goal.size
        self._pay(self.joining & inside)
        paid = np.where(self._paid, signed(model, prices), 0.0)
        goal = model.goal - self._across @ paid
        spent = 0.0
        for split, (price, at) in split_prices.items():
            builds = self.sums.indices[slice(*self.sums.indptr[split : split + 2])]
            goal[self.build[builds]] -= price
            spent += price * at
        self._lp.changeColsCost(count, np.arange(count, dtype=np.int32), -goal)
        self._lp.run()
        if self._lp.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._lp.getSolution()
        own = np.where(self._paid, 0.0, signed(model, -np.array(solution.row_dual)))
        reduced = goal - self._across @ own
        value = spent + bounded(model, paid + own, reduced)
        values = np.array(solution.col_value)
        found = Relaxation(values, value, reduced, float(self._lp.getRunTime()))
        # What its place is worth then, for each build that opens there.
        worth = np.bincount(self._place + 1, weights=goal * values)[self._place[self.build] + 1]
        return found, np.where(values[self.build] > _OPEN, worth, -np.inf)

    def _pay(self, rows: Flags) -> None:
        """Let go of the rows that are paid for, and hold the others."""
        changed = np.flatnonzero(rows != self._paid).astype(np.int32)
        if changed.size:
            free = rows[changed]
            low = np.where(free, -np.inf, self.model.row_low[changed])
            high = np.where(free, np.inf, self.model.row_high[changed])
            # The stubs of the library forget this one.
            self._lp.changeRowsBounds(changed.size, changed, low, high)  # type: ignore[attr-defined]
            self._paid = rows
