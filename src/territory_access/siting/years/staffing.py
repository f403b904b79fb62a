r"""Adds the limits on staff: pools of doctors by basin, all doctors, all nurses.

.. math::
   \sum_k n_{kt} \le N, \qquad \sum_k \nu_k n_{kt} + \dots &\le U \\
   \sum_{k \in p, j_k \in b} \varphi_{j_k} n_{kt} &\le N_{bpt}
   \quad \text{where each candidate has one basin} \\
   n_{kt} = \sum_h z_{hkt}, \quad \sum_k z_{hkt} + \sum_f z_{hft} &\le F_{ht}, \quad
   \sum_{hf} z_{hft} = \text{what existing sites can draw alone}

(T3) Teams are at least :math:`\underline g_b`, so whole parts of pools bound how many open:
:math:`\sum_b \lfloor \underline g_b / \beta \rfloor X_b \le \lfloor N / \beta \rfloor`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.pool import THOUSANDTHS
from territory_access.siting.recruits import retired_by_year

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.recruits import Recruits
    from territory_access.siting.years.draft import Draft

    type Reals = NDArray[np.float64]

# Whole parts by which T3 divides a pool.
PARTS = (1.0, 2.0, 3.0, 5.0)


def staffing(made: Draft) -> None:
    """Add every limit on staff to a model.

    Parameters
    ----------
    made
        The model, changed in place.
    """
    _everyone(made)
    for recruits in made.problem.recruits:
        _recruits(made, recruits)
    _retired(made)


def _everyone(made: Draft) -> None:
    """All doctors, and all nurses, whatever their profile."""
    rules, years = made.problem.rules, made.years
    together = np.zeros(made.choices.pair_place.size, np.int64)
    if np.isfinite(rules.gp_fte):
        every = made.working(np.ones(together.size), together)
        made.blocks.require("gp", years, [every], high=rules.gp_fte)
        limit = np.full((1, years), float(rules.gp_fte))
        _whole_parts(made, "gp", np.ones(made.build.size, bool), together, limit)
    if np.isfinite(rules.nurse_fte):
        fte, nurses = made.of_pair("fte"), made.of_pair("nurse_fte")
        by_doctor = np.divide(nurses, fte, out=np.zeros_like(fte), where=fte > 0)
        alone = np.where(made.of("fte") > 0, 0.0, made.of("nurse_fte"))
        terms = [made.working(by_doctor, together), made.since(alone, together[made.choices.pair])]
        made.blocks.require("nurse", years, terms, high=rules.nurse_fte)


def _recruits(made: Draft, recruits: Recruits) -> None:
    """Hold one profile within what its basins can hire; each candidate has one basin."""
    choices = made.choices
    profile = made.problem.options["profile"].to_numpy(str)
    mine = profile[choices.pair_option] == recruits.profile
    within, limit = recruits.within.to_numpy(), recruits.fte.to_numpy()
    basin = within.argmax(axis=0)[choices.pair_place]
    takes = np.where(mine, recruits.loss.to_numpy()[choices.pair_place], 0.0)
    made.blocks.require(
        f"pool_{recruits.profile}", limit.size, [made.working(takes, basin)], high=limit.ravel()
    )
    _whole_parts(made, recruits.profile, mine[choices.pair], basin, limit)


def _whole_parts(
    made: Draft, name: str, which: NDArray[np.bool_], group: NDArray[np.int64], limit: Reals
) -> None:
    """Add T3: smallest teams in whole parts of a pool."""
    if not made.problem.horizon.flexible:
        return
    # In the last year everything chosen is open, or gone.
    least = made.choices.least[:, -1]
    for part in PARTS:
        whole = np.where(which, np.floor(least / part + 1e-9), 0.0)
        if whole.any():
            made.blocks.require(
                f"parts_{name}_{part:g}",
                limit.size,
                [made.since(whole, group[made.choices.pair])],
                high=np.floor(limit / part + 1e-9).ravel(),
            )


def _retired(made: Draft) -> None:
    """Carry retired GPs from their basins to the sites that they staff, existing ones kept."""
    problem, choices, blocks, years = made.problem, made.choices, made.blocks, made.years
    profile = problem.options["profile"].to_numpy(str)[choices.pair_option]
    fte = problem.options["fte"].to_numpy(float)[choices.pair_option]
    mine = np.flatnonzero((profile == "retired") & (fte > 0))
    if not mine.size:
        return
    pool, candidates = problem.pool, len(problem.candidates)
    gives = retired_by_year(pool, years, problem.exit_retired)
    within = pool.within.to_numpy()
    basin, taker = np.nonzero(within[:, choices.pair_place[mine]])
    needs = pool.drawn.to_numpy() / THOUSANDTHS
    old_basin, old = np.nonzero(within[:, candidates:] & (needs > 0)[None, :])
    year = np.arange(years)
    new = blocks.add("from_basin", (basin.size, years), high=gives[basin])
    blocks.names["from_basin_pair"] = mine[taker]
    kept = blocks.add(
        "to_existing", (old.size, years), high=np.minimum(gives[old_basin], needs[old, None])
    )
    # Pairs of other profiles fall in a last row that asks for nothing.
    row = np.full(choices.pair_place.size, mine.size)
    row[mine] = np.arange(mine.size)
    takes = np.where(row < mine.size, -1.0, 0.0)
    blocks.require(
        "asked",
        (mine.size + 1) * years,
        [(taker[:, None] * years + year, new, 1.0), made.working(takes, row)],
        low=0.0,
        high=0.0,
    )
    blocks.require(
        "basin",
        gives.size,
        [
            (basin[:, None] * years + year, new, 1.0),
            (old_basin[:, None] * years + year, kept, 1.0),
        ],
        high=gives.ravel(),
    )
    blocks.require(
        "existing",
        needs.size * years,
        [(old[:, None] * years + year, kept, 1.0)],
        high=np.repeat(needs, years),
    )
    if old.size:
        held = pool.kept / THOUSANDTHS
        blocks.require("kept", years, [(year[None, :], kept, 1.0)], low=held, high=held)
