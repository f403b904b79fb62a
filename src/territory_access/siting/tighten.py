r"""Holds what every plan obeys already, said so that the solver need not find it out.

Nothing here changes which plans are allowed; it cuts off fractions of plans.

* **Lonely sites**: what retired GPs can give to one site alone, beside the existing ones, bounds
  the size that opens there.
* **Rival sites**: two sites that the basins cannot staff together exclude each other; such pairs
  are gathered into cliques, :math:`\sum_{(j,o) \in C} y_{jo} \le 1`.
* **Counts**: money and staff allow few vectors :math:`Y` of counts that can still reach a gain.
  When they are few, the plan takes one of them: :math:`Y_o = \sum_v \lambda_v Y^v_o`,
  :math:`\sum_v \lambda_v = 1`, whose relaxation is their convex hull. In any case
  :math:`\text{gain} \le \max_v \sum_o m_o Y^v_o` with :math:`m_o` the most that the option fills.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.pool import carried
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.pool import Pool

    type Key = tuple[int, int]

# More steps than this and the counts are left to the solver.
STEPS = 60_000
_PLENTY = 10**6


@dataclass(frozen=True)
class Staffing:
    """Retired GPs as plain arrays, to be asked hundreds of times.

    Attributes
    ----------
    gives
        Thousandths of an FTE of each basin.
    within
        May this basin staff this candidate ``(basin, candidate)``.
    existing
        The same for the existing sites ``(basin, site)``.
    drawn, kept
        What existing sites ask, and what they get together, in thousandths.
    """

    gives: NDArray[np.int64]
    within: NDArray[np.bool_]
    existing: NDArray[np.bool_]
    drawn: NDArray[np.int64]
    kept: int

    @classmethod
    def of(cls, pool: Pool) -> Staffing:
        """Return the arrays of a pool."""
        existing = pool.drawn[DESTINATION].to_numpy()
        return cls(
            gives=pool.fte.to_numpy(),
            within=pool.within.to_numpy(),
            existing=pool.within.sel({DESTINATION: existing}).to_numpy(),
            drawn=pool.drawn.to_numpy(),
            kept=pool.kept,
        )

    def given(self, sites: list[int]) -> int:
        """Return what basins can give to these candidates together, existing sites kept."""
        near = np.concatenate([self.within[:, sites], self.existing], axis=1)
        needs = np.concatenate([np.full(len(sites), _PLENTY), self.drawn])
        return carried(self.gives, near, needs) - self.kept


def rivals(
    staffing: Staffing, needs: NDArray[np.int64], usable: NDArray[np.bool_]
) -> list[list[Key]]:
    """Return cliques of (candidate, option) of which retired GPs can staff at most one.

    Parameters
    ----------
    staffing
        The pool.
    needs
        Thousandths of an FTE of retired GPs that each option needs.
    usable
        Which option may open where ``(candidate, option)``.
    """
    keys = [(j, o) for j, o in np.argwhere(usable).tolist() if needs[o]]
    sites = sorted({j for j, _ in keys})
    pairs = {(a, b): staffing.given([a, b]) for a, b in combinations(sites, 2)}
    edges = {
        (one, other)
        for one, other in combinations(keys, 2)
        if one[0] == other[0] or needs[one[1]] + needs[other[1]] > pairs[one[0], other[0]]
    }
    return [clique for clique in _cliques(edges) if len({j for j, _ in clique}) > 1]


def _cliques(edges: set[tuple[Key, Key]]) -> list[list[Key]]:
    """Return cliques that cover all the edges, grown greedily in the order of the keys."""
    near: dict[Key, set[Key]] = {}
    for one, other in edges:
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    left, cliques = set(edges), []
    while left:
        one, other = min(left)
        clique, shared = [one, other], near[one] & near[other]
        while shared:
            best = min(shared, key=lambda key: (-len(near[key] & shared), key))
            clique.append(best)
            shared = shared & near[best]
        cliques.append(sorted(clique))
        left -= set(combinations(sorted(clique), 2))
    return cliques


def counts(
    amounts: NDArray[np.float64],
    limits: NDArray[np.float64],
    most: NDArray[np.int64],
    *,
    values: NDArray[np.float64],
    least: float,
) -> list[tuple[int, ...]] | None:
    """Return every vector of counts within the limits whose value can reach ``least``.

    Parameters
    ----------
    amounts
        What one of each option takes of each limit ``(options, limits)``.
    limits
        What there is.
    most
        How many of each option there may be.
    values
        What one of each option brings at most.
    least
        Value to reach.

    Returns
    -------
    list or None
        ``None`` when there are too many to list.

    Examples
    --------
    One option of 3 for a value of 2, one of 2 for a value of 1, with 7 to spend:

    >>> counts(np.array([[3.0], [2.0]]), np.array([7.0]), np.array([9, 9]),
    ...        values=np.array([2.0, 1.0]), least=4.0)
    [(2, 0), (1, 2)]
    """
    rate = np.where(amounts > 0, values[:, None] / np.maximum(amounts, 1e-12), np.inf)
    after = np.zeros((len(values) + 1, len(limits)))
    for option in range(len(values) - 1, -1, -1):
        after[option] = np.maximum(after[option + 1], rate[option])
    found: list[tuple[int, ...]] = []
    stack: list[tuple[tuple[int, ...], NDArray[np.float64], float]] = [((), limits + 1e-6, 0.0)]
    steps = 0
    while stack:
        taken, left, value = stack.pop()
        steps += 1
        if steps > STEPS:
            return None
        option = len(taken)
        if option == len(values):
            if value >= least - 1e-6:
                found.append(taken)
            continue
        bound = np.isfinite(after[option])
        room = after[option][bound] * left[bound]
        if value + room.min(initial=np.inf) < least - 1e-6:
            continue
        fits = np.where(amounts[option] > 0, left / np.maximum(amounts[option], 1e-12), np.inf)
        top = int(min(most[option], np.floor(fits.min(initial=1e9))))
        stack += [
            ((*taken, count), left - count * amounts[option], value + count * values[option])
            for count in range(top + 1)
        ]
    return found
