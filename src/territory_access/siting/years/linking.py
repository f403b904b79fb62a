r"""Ties what a site takes from each basin of retired GPs to the site itself.

Rows of the model already say that a team is no larger than its site, and that a basin gives no more
than it has. A third of a site may still take all that is left of a basin, since a third of a whole
team is more than that; such plans are what fractions of sites gain over whole ones. With
:math:`z_{hkt}` the FTE from basin h at work at pair k in year t, :math:`F_{ht}` what the basin has
and :math:`\bar g_{kt}` the largest team there:

.. math:: z_{hkt} \le \min(F_{ht}, \bar g_{kt})\, X_{kt}

No plan of whole sites is lost. :math:`X_{kt} = \sum_{b \in k, t_b \le t} y_b` is a column here, or
each row would repeat the builds. There are tens of thousands of these rows: the relaxation and the
proof are made with them, plans are looked for without.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.years.blocks import Model
    from territory_access.siting.years.draft import Draft

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Links:
    r"""The rows, apart from any model.

    Attributes
    ----------
    opened
        :math:`X_{kt}` in terms of the model's columns ``(S, C)``.
    given
        Columns :math:`z_{hkt}` ``(L,)``.
    site
        Row of ``opened`` of each ``(L,)``.
    most
        :math:`\min(F_{ht}, \bar g_{kt})` ``(L,)``.
    """

    opened: csr_array
    given: Whole
    site: Whole
    most: Reals

    def tightened(self, model: Model) -> Model:
        """Return the model with these rows, and its own columns first.

        Parameters
        ----------
        model
            The model without them.
        """
        sites, rows = self.opened.shape[0], self.given.size
        each = np.arange(rows)
        given = csr_array((np.ones(rows), (each, self.given)), shape=(rows, model.goal.size))
        taken = csr_array((-self.most, (each, self.site)), shape=(rows, sites))
        minus = csr_array((-np.ones(sites), (np.arange(sites),) * 2), shape=(sites, sites))
        # Columns first, then rows: the first rows have nothing in the new columns.
        beside = vstack([csr_array((model.matrix.shape[0], sites)), minus, taken])
        matrix = hstack([vstack([model.matrix, self.opened, given]), beside])
        none = np.zeros(sites)
        return replace(
            model,
            matrix=csr_array(matrix),
            low=np.append(model.low, none),
            high=np.append(model.high, none + 1.0),
            goal=np.append(model.goal, none),
            whole=np.append(model.whole, np.zeros(sites, bool)),
            row_low=np.concatenate([model.row_low, none, np.full(rows, -np.inf)]),
            row_high=np.concatenate([model.row_high, none, np.zeros(rows)]),
        )


def links(made: Draft, model: Model) -> Links | None:
    """Return the rows of a model; ``None`` where it has no basins.

    Parameters
    ----------
    made
        The names of its columns, and what may be built.
    model
        The model.
    """
    names, choices = made.blocks.names, made.choices
    if "from_basin" not in names:
        return None
    given, pair = names["from_basin"], names["from_basin_pair"]
    sites, at = np.unique(pair, return_inverse=True)
    largest = np.zeros((choices.pair_place.size, made.years))
    np.maximum.at(largest, choices.pair, choices.most)
    row = np.full(choices.pair_place.size, -1)
    row[sites] = np.arange(sites.size)
    which = row[choices.pair]
    where, column, value = made.since((which >= 0).astype(float), np.maximum(which, 0))
    opened = csr_array((value, (where, column)), shape=(sites.size * made.years, model.goal.size))
    most = np.minimum(model.high[given], largest[pair])
    site = at[:, None] * made.years + np.arange(made.years)
    useful = most.ravel() > 0
    return Links(opened, given.ravel()[useful], site.ravel()[useful], most.ravel()[useful])
