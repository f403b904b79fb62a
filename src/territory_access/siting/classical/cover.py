"""Says who is within reach of which site, without what changes no answer.

* Demands within reach of the same sites are one demand, with the sum of their weights.
* A site whose demands are all within reach of another one need not open (*dominated*; of two equal
  ones the first label stays).
* Where everybody must be covered, a demand whose sites include all those of another one is covered
  with it (*implied*).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Flags = NDArray[np.bool_]
    type Reals = NDArray[np.float64]

# Comparing all pairs of more demands than this would cost more than the solver needs.
_MANY = 4000


def merged(near: Flags, weights: Reals) -> tuple[Flags, Reals]:
    """Return the different cover sets, and the weight of each; demands out of reach are left out.

    >>> near = np.array([[True, False], [True, False], [False, False]])
    >>> merged(near, np.array([2.0, 3.0, 7.0]))
    (array([[ True, False]]), array([5.]))
    """
    some = near.any(axis=1) & (weights > 0)
    packed = np.packbits(near[some], axis=1)
    keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, kind = np.unique(keys, return_index=True, return_inverse=True)
    return near[some][first], np.bincount(kind, weights=weights[some], minlength=first.size)


def dominated(near: Flags) -> Flags:
    """Return the sites that another one makes useless.

    >>> dominated(np.array([[True, True, False], [False, True, True]])).tolist()
    [True, False, True]
    """
    return _within(near.T)


def implied(near: Flags) -> Flags:
    """Return the demands that are covered as soon as some other one is.

    >>> implied(np.array([[True, True], [True, False]])).tolist()
    [True, False]
    """
    if near.shape[0] > _MANY:
        return np.zeros(near.shape[0], bool)
    # Fewer sites is harder: within the complement, the same question as for sites.
    return _within(~near)


def _within(sets: Flags) -> Flags:
    """Return which rows are included in another row; of equal rows the first stays."""
    table = sets.astype(np.float32)
    shared = table @ table.T
    sizes = sets.sum(axis=1)
    included = shared >= sizes[:, None] - 0.5
    rank = np.arange(sizes.size)
    larger = sizes[None, :] > sizes[:, None]
    earlier = (sizes[None, :] == sizes[:, None]) & (rank[None, :] < rank[:, None])
    return np.asarray((included & (larger | earlier)).any(axis=1))
