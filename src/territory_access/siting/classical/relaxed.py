r"""Proves a covering by linear programmes: branches whose bounds come from the best multipliers.

.. math:: \min \sum_i w_i u_i, \qquad u_i + \sum_{j \text{ covers } i} y_j \ge 1, \quad
          \sum_j y_j = p, \quad 0 \le u, y \le 1

Where steps along subgradients stop short of the best multipliers, the simplex method finds them:
they are the duals :math:`\lambda` of the first rows. What they prove does not rest on the solver,

.. math:: L(\lambda) = \sum_i \lambda_i - \max_{|S| = p}\; \sum_{j \in S}\,
          \sum_{i : j \text{ covers } i} \lambda_i, \qquad 0 \le \lambda_i \le w_i

and the same numbers settle sites: one that would push L past the best plan when it opens (closes)
is closed (opened) below that branch. Each programme starts from the basis of the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from territory_access.siting.classical.kernels.interchange import improve
from territory_access.siting.classical.kernels.lagrangian import least_better

if TYPE_CHECKING:
    import highspy
    from numpy.typing import NDArray

    type Flags = NDArray[np.bool_]
    type Reals = NDArray[np.float64]

# A site is open or closed in a programme this near 1 or 0.
_CLOSE = 1e-6


@dataclass(frozen=True)
class Proof:
    """The best plan, and a bound below which no plan can go.

    Attributes
    ----------
    inside
        Whether each site opens ``(sites,)``; ``None`` when no plan is better than the one known.
    cost, bound
        People left out by the best plan known, and by any plan at least.
    nodes
        Linear programmes solved.
    """

    inside: Flags | None
    cost: float
    bound: float
    nodes: int


class _Branch(NamedTuple):
    """Sites that open, sites that may, and what is known to be left out at least."""

    must: Flags
    may: Flags
    floor: float


class _Covering:
    """One linear programme, asked again and again with other sites settled."""

    def __init__(self, near: Flags, people: Reals, count: int) -> None:
        self.near, self.people, self.count = sparse.csr_array(near.astype(float)), people, count
        self.by_site = np.where(near.T, 0.0, people[None, :])
        self.solver = _programme(self.near, people, count)

    def relaxed(self, branch: _Branch) -> tuple[Reals, Reals]:
        """Return how far each site opens ``(sites,)``, and the multipliers ``(sets,)``."""
        sites = np.arange(branch.may.size, dtype=np.int32)
        low, high = branch.must.astype(float), branch.may.astype(float)
        self.solver.changeColsBounds(sites.size, sites, low, high)
        self.solver.run()
        solution = self.solver.getSolution()
        dual = np.array(solution.row_dual)[: self.people.size]
        return np.array(solution.col_value)[: sites.size], np.clip(dual, 0.0, self.people)

    def settled(self, branch: _Branch, multipliers: Reals, limit: float) -> _Branch:
        """Return the branch with what its multipliers prove: a bound, and sites settled."""
        gain = self.near.T @ multipliers
        free = np.flatnonzero(branch.may & ~branch.must)
        order = free[np.argsort(-gain[free], kind="stable")]
        more = self.count - int(branch.must.sum())
        taken, left = order[:more], order[more:]
        value = float(multipliers.sum() - gain[branch.must].sum() - gain[taken].sum())
        must, may, room = branch.must.copy(), branch.may.copy(), limit - value
        if taken.size and left.size:
            must[taken[gain[taken] - gain[left[0]] > room]] = True
            may[left[gain[taken[-1]] - gain[left] > room]] = False
        return _Branch(must, may, max(value, branch.floor))

    def improved(self, inside: Flags) -> float:
        """Swap sites while fewer people are left out; return how many are."""
        none = np.zeros(inside.size)
        return float(improve(self.by_site, self.people, none, inside, self.count, self.count))


def prove(near: Flags, people: Reals, count: int, upper: float, *, nodes: int) -> Proof:
    """Return the plan that leaves out least people, if fewer than ``upper``, and its proof.

    Parameters
    ----------
    near
        Whether each site covers each set of people ``(sets, sites)``.
    people
        Of each set ``(sets,)``.
    count
        How many sites open, exactly; at most as many as there are.
    upper
        People left out by a plan that is known.
    nodes
        Linear programmes at most; then the bound is that of the branches left.

    Examples
    --------
    >>> near = np.array([[True, True, False], [False, True, True], [True, False, False]])
    >>> found = prove(near, np.array([3.0, 2.0, 4.0]), 1, 4.0, nodes=9)
    >>> found.inside.tolist(), found.cost, found.bound
    ([True, False, False], 2.0, 2.0)
    """
    asked = _Covering(near, people, count)
    unit = 1.0 if (people == np.rint(people)).all() else 0.0
    best, seen, proved = None, 0, np.inf
    everything = np.zeros(near.shape[1], bool), np.ones(near.shape[1], bool)
    stack = [_Branch(*everything, 0.0)]
    while stack and seen < nodes:
        branch = stack.pop()
        if branch.must.sum() > count or branch.may.sum() < count:
            continue
        seen += 1
        share, multipliers = asked.relaxed(branch)
        plan = _rounded(share, branch, count)
        cost = asked.improved(plan)
        if cost < upper:
            best, upper = plan, cost
        branch = asked.settled(branch, multipliers, least_better(upper, unit))
        if branch.floor > least_better(upper, unit):
            continue
        site = _doubtful(share, branch, people @ near)
        if site < 0:  # the programme's own answer is a plan
            proved = min(proved, branch.floor)
            continue
        stack.extend(_halves(branch, site, open_last=bool(share[site] > 0.5)))
    proved = min([proved, upper, *(branch.floor for branch in stack)])
    return Proof(best, upper, proved, seen)


def _halves(branch: _Branch, site: int, *, open_last: bool) -> list[_Branch]:
    """Return the branch with a site closed and with it open, the one to look at first last."""
    must, may = branch.must.copy(), branch.may.copy()
    must[site], may[site] = True, False
    halves = [branch._replace(may=may), branch._replace(must=must)]
    return halves if open_last else halves[::-1]


def _rounded(share: Reals, branch: _Branch, count: int) -> Flags:
    """Return the plan of the sites that open most."""
    key = np.where(branch.must, np.inf, np.where(branch.may, share, -np.inf))
    plan = np.zeros(share.size, bool)
    plan[np.argsort(-key, kind="stable")[:count]] = True
    return plan


def _doubtful(share: Reals, branch: _Branch, people: Reals) -> int:
    """Return the free site that opens least clearly, for the people whom it covers, or -1."""
    doubt = np.where(branch.may & ~branch.must, share * (1.0 - share), 0.0)
    doubt[doubt < _CLOSE] = 0.0
    return int((doubt * people).argmax()) if doubt.any() else -1


def _programme(near: sparse.csr_array, people: Reals, count: int) -> highspy.Highs:
    """Hand the programme over: columns are sites, then who is left out."""
    import highspy

    sets, sites = near.shape
    number = sparse.hstack([sparse.csr_array(np.ones((1, sites))), sparse.csr_array((1, sets))])
    rows = sparse.csr_array(sparse.vstack([sparse.hstack([near, sparse.eye_array(sets)]), number]))
    asked = highspy.HighsLp()
    asked.num_col_, asked.num_row_ = sites + sets, sets + 1
    asked.col_cost_ = np.concatenate([np.zeros(sites), people])
    asked.col_lower_, asked.col_upper_ = np.zeros(sites + sets), np.ones(sites + sets)
    asked.row_lower_ = np.append(np.ones(sets), count)
    asked.row_upper_ = np.append(np.full(sets, np.inf), count)
    asked.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    asked.a_matrix_.start_ = rows.indptr.astype(np.int32)
    asked.a_matrix_.index_ = rows.indices.astype(np.int32)
    asked.a_matrix_.value_ = rows.data
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the library has no types
    for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
        solver.setOptionValue(option, value)
    solver.passModel(asked)
    return solver
