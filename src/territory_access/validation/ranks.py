"""How alike two measures of the same communes are: ranks and mean gap, weighted by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.floating]


def spearman(one: Floats, other: Floats, weights: Floats | None = None) -> float:
    """Return the correlation of ranks, each commune counting for its people where they are given.

    The rank of a commune is the share of the people who have less, plus half of those who have as
    much; without weights this is Spearman's rho.

    Examples
    --------
    >>> import numpy as np
    >>> spearman(np.array([1.0, 2.0, 9.0]), np.array([2.0, 3.0, 4.0]))
    1.0
    >>> few = np.array([100.0, 100.0, 1e-9])
    >>> round(spearman(np.array([1.0, 2.0, 0.0]), np.array([1.0, 2.0, 9.0]), few), 6)
    1.0
    """
    people = np.ones(len(one)) if weights is None else np.asarray(weights, dtype=float)
    first, second = ranks(one, people), ranks(other, people)
    first -= np.average(first, weights=people)
    second -= np.average(second, weights=people)
    spread = np.sqrt((people * first**2).sum() * (people * second**2).sum())
    return round(float((people * first * second).sum() / spread), 12)


def ranks(values: Floats, weights: Floats) -> Floats:
    """Return the people below each value, and half of those at it.

    >>> import numpy as np
    >>> ranks(np.array([3.0, 1.0, 3.0]), np.ones(3)).tolist()
    [2.0, 0.5, 2.0]
    """
    _, place = np.unique(values, return_inverse=True)
    at = np.bincount(place, weights)
    return np.asarray((np.cumsum(at) - at / 2)[place], dtype=np.float64)


def mean_gap(one: Floats, other: Floats, weights: Floats) -> float:
    """Return the mean absolute difference that a person meets.

    >>> import numpy as np
    >>> mean_gap(np.array([1.0, 2.0]), np.array([1.0, 4.0]), np.array([3.0, 1.0]))
    0.5
    """
    return float(np.average(np.abs(one - other), weights=weights))
