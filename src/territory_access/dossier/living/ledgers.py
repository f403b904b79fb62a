"""What the page needs to count both ledgers again: who may use what, and what a site adds.

**Places.** The page solves the same maximum flow as ``access.places.allocate``, fair shares
included, so it needs who may go where: for each site the zones within the longest reach, each with
the smallest reach that is enough. ``reaches`` lists the reaches of all options in increasing
order, 0 (its own commune or island) first; a zone may use an option when its class is at most the
option's.

**APL.** It is linear in supply, ``A_i = A_i^0 + sum_j a_ij q_j``: the page receives ``A_i^0`` and,
for each candidate, its column of ``a_ij``, as they stand; what practices nearby lose is in
``dossier.living.donors``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.decay import Decay
from territory_access.siting.missing import missing
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.study import Study


def reaches(asked: Problem) -> list[float]:
    """Return every reach that counts, in minutes, 0 first."""
    known = {*asked.options["reach"].tolist(), *asked.existing["reach"].tolist()}
    return [0.0, *sorted(float(reach) for reach in known if reach > 0)]


def links(asked: Problem, site: str, limits: list[float]) -> tuple[list[int], list[int]]:
    """Return the positions of the zones that some reach brings to a site, and the class of each."""
    minutes = asked.times.sel({DESTINATION: site}).to_numpy()
    home = asked.home.sel({DESTINATION: site}).to_numpy()
    classes = np.where(home, 0, np.searchsorted(limits[1:], minutes, side="left") + 1)
    near = (classes < len(limits)) & (home | np.isfinite(minutes))
    wanted = np.flatnonzero(near & (asked.seekers.to_numpy() > 0))
    return wanted.tolist(), classes[wanted].tolist()


def per_act(study: Study) -> xr.DataArray | None:
    """Return the APL that one consultation a year at a candidate adds, where the APL is known."""
    asked = study.plan.problem
    if asked.missing is not None:
        return asked.missing.per_act
    if study.apl_before is None:
        return None
    zones = asked.seekers[ORIGIN]
    need = xr.DataArray(
        study.territory.zones.loc[zones.to_numpy(), "need"].to_numpy(float),
        {ORIGIN: zones.to_numpy()},
        (ORIGIN,),
    )
    times = asked.times.sel({DESTINATION: asked.candidates.index.to_numpy(str)})
    return missing(
        times,
        need,
        study.apl_before,
        threshold=study.parameters.value("apl.threshold"),
        decay=Decay.drees(study.parameters),
    ).per_act


def adds(table: xr.DataArray | None, site: str) -> tuple[list[int], list[float]]:
    """Return which zones gain APL from one more consultation at a candidate, and how much."""
    if table is None:
        return [], []
    column = table.sel({DESTINATION: site}).to_numpy()
    gaining = np.flatnonzero(column > 0)
    return gaining.tolist(), column[gaining].tolist()


def position(options: list[str], allowed: NDArray[np.bool_]) -> list[int]:
    """Return the positions of the options that a candidate may get."""
    return [place for place in range(len(options)) if allowed[place]]
