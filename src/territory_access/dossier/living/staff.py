"""What the page needs to tell whether sites can be staffed: pools, and mother centres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.pool import BASIN
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from territory_access.siting.problem import Problem


def pools(asked: Problem, codes: Sequence[str]) -> dict[str, object]:
    """Return retired GPs by basin, in thousandths of an FTE, and who may be asked to go where.

    Parameters
    ----------
    asked
        The problem.
    codes
        The candidates, in the order of the page.
    """
    pool = asked.pool
    used = pool.fte.to_numpy() > 0
    within = pool.within.isel({BASIN: np.flatnonzero(used)})

    def near(site: str) -> list[int]:
        return np.flatnonzero(within.sel({DESTINATION: site}).to_numpy()).tolist()

    drawn = [
        (int(needs), near(str(site)))
        for site, needs in zip(pool.drawn[DESTINATION].values, pool.drawn.values, strict=True)
        if needs > 0
    ]
    return {
        "gives": pool.fte.to_numpy()[used].tolist(),
        "candidates": [near(code) for code in codes],
        "drawn": [{"needs": needs, "basins": basins} for needs, basins in drawn],
        "kept": int(pool.kept),
    }


def mothers(asked: Problem, codes: Sequence[str]) -> list[dict[str, object]]:
    """Return, for each limit that an option sets, where a mother centre is or could be near.

    Returns
    -------
    list of dict
        ``minutes``; ``ready``, for each candidate the existing centres that are near enough;
        ``near``, for each candidate the positions of others that could be its mother.
    """
    limits = sorted({float(limit) for limit in asked.options["mother_minutes"].dropna()})
    centres = asked.existing.index[asked.existing["is_mother"].astype(bool)]
    zones = asked.candidates.loc[list(codes), "zone_id"].to_numpy(str)
    minutes = asked.times.sel({ORIGIN: zones})
    to_centres = minutes.sel({DESTINATION: list(centres)}).to_numpy()
    between = minutes.sel({DESTINATION: list(codes)}).to_numpy()
    other = ~np.eye(len(codes), dtype=bool)
    return [
        {
            "minutes": limit,
            "ready": [centres[row].astype(str).tolist() for row in to_centres <= limit],
            "near": [np.flatnonzero(row).tolist() for row in (between <= limit) & other],
        }
        for limit in limits
    ]
