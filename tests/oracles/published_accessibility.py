"""Inputs of the tests of the R package ``accessibility``, as far as its texts give them.

The package (ipeaGIT/accessibility, MIT licence) tests its measures on five cells of Belo Horizonte.
Its travel times are a binary file; but the measures with a cutoff need only who reaches whom within
45 minutes, and its tests publish that in another form: the population that reaches each cell. Each
of these sums is the sum of one set of cells only, so the set is known.

Two states of its data exist. Of the present one, cells are in ``inst/extdata/land_use_data.csv``;
of the former one, populations follow from the sums and from its shares of jobs (the two middle
cells are known together, and each within 5 residents: they reach the same cells and are reached by
the same, so that the two measures depend on their sum alone).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import xarray as xr

CELLS = ["89a88cdb57bffff", "89a88cdb597ffff", "89a88cdb5b3ffff", "89a88cdb5cfffff",
         "89a88cd909bffff"]  # fmt: skip
JOBS = [82.0, 308.0, 100.0, 109.0, 0.0]
CUTOFF = 45.0


@dataclass(frozen=True)
class State:
    """One state of the data: residents, residents who reach each cell, published results."""

    residents: tuple[float, ...]
    reaching: tuple[float, ...]
    two_step: tuple[float, ...]
    balanced: tuple[float, ...]


STATES = {
    # test-cumulative_cutoff.R, test-floating_catchment_area.R
    "present": State(
        residents=(606, 734, 1670, 1864, 29),
        reaching=(4874, 4268, 2404, 4268, 29),
        two_step=(0.0168, 0.1561, 0.1561, 0.1145, 0.0),
        balanced=(0.0112, 0.2081, 0.2081, 0.1249, 0.0),
    ),
    # 5404 - 4552, then 2363 in two parts, then 4552 - 2363, and nobody
    "former": State(
        residents=(852, 397, 1966, 2189, 0),
        reaching=(5404, 4552, 2363, 4552, 0),
        two_step=(0.0152, 0.1491, 0.1491, 0.1068, 0.0),
        balanced=(0.0094, 0.1993, 0.1993, 0.1147, 0.0),
    ),
}


def minutes(state: State) -> xr.DataArray:
    """Return 0 where a cell reaches another within the cutoff, ``inf`` elsewhere.

    A cell reaches itself; where nobody lives that is all that the sums tell.
    """
    table = np.full((5, 5), np.inf)
    for site, total in enumerate(state.reaching):
        living = [cell for cell in range(5) if state.residents[cell]]
        sets = [
            chosen
            for size in range(len(living) + 1)
            for chosen in itertools.combinations(living, size)
            if sum(state.residents[cell] for cell in chosen) == total
        ]
        assert len(sets) == 1, "the sum must name one set of cells"
        table[list(sets[0]), site] = 0.0
        table[site, site] = 0.0
    return xr.DataArray(table, {"origin": CELLS, "destination": CELLS})
