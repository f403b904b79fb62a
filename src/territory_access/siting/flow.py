r"""Says how many residents a set of sites serves, and which cut proves that they cannot serve more.

For sites opened by :math:`y`, the residents served are a maximum flow from cells to sites. Any set
:math:`X` of cells bounds it, whatever opens:

.. math:: \text{served}(y) \le s(\bar X) + \sum_f \min(c_f, s(X \cap N_f))
          + \sum_{jo} \min(m_{jo}, s(X \cap N_{jo}))\, y_{jo}

(cells outside X are all served; those inside only by what their sites hold), with equality for the
sites at hand when X is the smallest minimum cut. The model starts without any flow and learns these
cuts where a plan promises more than it can serve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.reduce import Reduced


@dataclass(frozen=True)
class Cut:
    """A bound on the residents served, as a sum over the sites that open.

    Attributes
    ----------
    always
        Residents that the bound grants whatever opens.
    worth
        What each option at each candidate adds to it ``(J, O)``.
    """

    always: float
    worth: NDArray[np.float64]


def served(reduced: Reduced, chosen: list[tuple[int, int]]) -> tuple[int, NDArray[np.bool_]]:
    """Return the residents served with these sites, and the cells of the smallest minimum cut.

    Parameters
    ----------
    reduced
        Cells, existing sites, reach classes.
    chosen
        Positions (candidate, option) of the sites that open.
    """
    near = [reduced.classes[:, j] <= reduced.option_class[o] for j, o in chosen]
    links = np.column_stack([*near, reduced.near_existing])
    holds = np.concatenate(
        [[reduced.filled[key] for key in chosen], reduced.existing_places]
    ).astype(np.int64)
    cells, sites = links.shape
    source, sink = cells + sites, cells + sites + 1
    row, column = np.nonzero(links)
    tails = np.concatenate([np.full(cells, source), row, cells + np.arange(sites)])
    heads = np.concatenate([np.arange(cells), cells + column, np.full(sites, sink)])
    room = np.concatenate([reduced.seekers, reduced.seekers[row], holds])
    graph = csr_array((room.astype(np.int32), (tails, heads)), shape=(sink + 1, sink + 1))
    result = maximum_flow(graph, source, sink)
    # What the flow can still be pushed along: free room, and flow that can be sent back.
    rest = csr_array(((graph - result.flow) > 0).astype(np.int8))
    reached = breadth_first_order(rest, source, return_predecessors=False)
    inside = np.zeros(sink + 1, bool)
    inside[reached] = True
    return int(result.flow_value), inside[:cells]


def cut(reduced: Reduced, inside: NDArray[np.bool_]) -> Cut:
    """Return the bound that a set of cells puts on the residents served by any plan.

    Parameters
    ----------
    reduced
        Cells, existing sites, reach classes.
    inside
        The set :math:`X`, one flag a cell.
    """
    seekers = np.where(inside, reduced.seekers, 0)
    existing = np.minimum(reduced.existing_places, seekers @ reduced.near_existing)
    worth = np.zeros(reduced.filled.shape)
    for o, reach in enumerate(reduced.option_class.tolist()):
        worth[:, o] = np.minimum(reduced.filled[:, o], seekers @ (reduced.classes <= reach))
    return Cut(float(reduced.seekers[~inside].sum() + existing.sum()), worth)
