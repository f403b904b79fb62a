r"""Says how many doctors of each profile can be hired, where, by which year.

A profile p (``retired``, ``salaried``, ``rotating``, ``liberal``) is hired in basins b. With
:math:`H_{bp}` FTE a year and a share :math:`e_p` of them who leave each year, at most

.. math:: N_{bpt} = \sum_{t' \le t} (1 - e_p)^{t - t'} H_{bp}

work at the new sites in year t. Retired GPs are a stock that renews itself (``siting.pool``): the
whole stock may be asked in year 1, and a fifth of it retires anew every year afterwards. A site
may draw on every basin within reach of it; a doctor who comes to an island by boat loses part of
the time on the way, so that one FTE there takes :math:`1 + \varphi` of the pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.services.staffing import STOCK_YEARS, at_work
from territory_access.siting.pool import BASIN, THOUSANDTHS
from territory_access.vocabulary import CANDIDATE

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.parameters import Parameters
    from territory_access.scenario import SitingPart
    from territory_access.siting.pool import Pool

YEAR = "year"


@dataclass(frozen=True)
class Recruits:
    """Doctors of one profile who can be hired.

    Attributes
    ----------
    profile
        As services say it: ``salaried``, ``rotating``, ``liberal``.
    fte
        FTE that can work at the new sites ``(basin, year)``.
    within
        May this basin staff this candidate ``(basin, candidate_id)``.
    loss
        FTE that one FTE at work takes from the pool ``(candidate_id)``, 1 or more.
    each
        FTE at work each year for one FTE hired a year ``(T,)``; not told by default.
    """

    profile: str
    fte: xr.DataArray
    within: xr.DataArray
    loss: xr.DataArray
    each: tuple[float, ...] = ()


def retired_by_year(pool: Pool, years: int, leaving: float) -> NDArray[np.float64]:
    """Return FTE of retired GPs in each basin each year ``(basin, year)``.

    Parameters
    ----------
    pool
        The stock of year 1.
    years
        How many.
    leaving
        Share who stop each year (``staff.retired_exit_rate``).
    """
    stock = pool.fte.to_numpy()[:, None] / THOUSANDTHS
    hired = np.repeat(stock / STOCK_YEARS, years, axis=1)
    hired[:, :1] = stock
    return at_work(hired, leaving)


def recruits_of(
    settings: SitingPart, candidates: pd.DataFrame, basins: pd.Series[str], parameters: Parameters
) -> tuple[Recruits, ...]:
    """Return the pools that a scenario limits with ``siting.hires``.

    Parameters
    ----------
    settings
        The ``[siting]`` part of a scenario.
    candidates
        ``island``: whether a boat serves the candidate.
    basins
        Recruitment basin of each candidate.
    parameters
        ``staff.*_exit_rate`` and ``staff.ferry_loss``.
    """
    codes = candidates.index.to_numpy(str)
    boat = 1.0 + parameters.value("staff.ferry_loss") * candidates["island"].to_numpy(float)
    made = []
    for profile, hired in sorted(settings.hires.items()):
        # Volunteers come for a week from the whole country: one pool for the territory.
        rotating = profile == "rotating"
        homes = np.full(len(codes), "") if rotating else basins.to_numpy(str)
        names = np.unique(homes)
        leaving = parameters.value(f"staff.{profile}_exit_rate") if settings.years > 1 else 0.0
        each = np.full((names.size, settings.years), float(hired))
        within = homes[None, :] == names[:, None]
        loss = boat if rotating else np.ones(len(codes))
        made.append(
            Recruits(
                profile=profile,
                fte=xr.DataArray(
                    at_work(each, leaving),
                    {BASIN: names, YEAR: np.arange(1, settings.years + 1)},
                    (BASIN, YEAR),
                ),
                within=xr.DataArray(within, {BASIN: names, CANDIDATE: codes}, (BASIN, CANDIDATE)),
                loss=xr.DataArray(loss, {CANDIDATE: codes}, (CANDIDATE,)),
                each=tuple(at_work(np.ones(settings.years), leaving).tolist()),
            )
        )
    return tuple(made)
