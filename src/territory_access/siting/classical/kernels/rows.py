"""What does each demand pay at each site? Its sites nearest first, and no farther than it matters.

A demand that would rather be refused than go there has no use for a site, so rows are ragged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Rows(NamedTuple):
    """Costs of a set of demands, row after row, cheapest first.

    Attributes
    ----------
    start
        Where each demand's row begins ``(demands + 1,)``.
    site, cost
        Position of the site, and what it costs to serve the demand there.
    refusal
        What it costs not to serve the demand ``(demands,)``; all costs are below.
    opening
        What it costs to open each site ``(sites,)``.
    """

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    refusal: NDArray[np.float64]
    opening: NDArray[np.float64]


def rows(
    costs: NDArray[np.float64], refusal: NDArray[np.float64], opening: NDArray[np.float64]
) -> Rows:
    """Return sorted rows; equal costs keep the order of the sites.

    >>> rows(np.array([[3.0, 1.0, 9.0]]), np.array([5.0]), np.zeros(3)).site.tolist()
    [1, 0]
    """
    order = np.argsort(costs, axis=1, kind="stable")
    cheapest = np.take_along_axis(costs, order, axis=1)
    useful = cheapest < refusal[:, None]
    return Rows(
        start=np.concatenate([[0], np.cumsum(useful.sum(axis=1))]).astype(np.int64),
        site=order[useful].astype(np.int32),
        cost=cheapest[useful],
        refusal=refusal,
        opening=opening,
    )
