r"""Says which retired GPs can staff which site, and whether there are enough for all.

Retired GPs who accept a few hours a week are few and do not go far. They are counted by basin
:math:`h` (an EPCI, placed at its most populous commune),

.. math:: F_h = \frac{P_h}{1000} \, g \, u \, e

with :math:`P_h` inhabitants, :math:`g` GPs newly retired per 1 000 inhabitants
(``staff.retired_gp_per_1000``), :math:`u` the share who accept (``staff.retired_take_up``) and
:math:`e` what each gives (``staff.retired_fte``). A site draws on the basins within
``staff.pool_minutes``. A set of sites can be staffed if FTE can be carried from basins to sites,
each basin giving at most :math:`F_h` and each site receiving what it needs: a transport problem,
solved here exactly in thousandths of an FTE (pools rounded down, needs up).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from territory_access.errors import ScenarioError
from territory_access.services.staffing import retired_fte

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

    from territory_access.parameters import Parameters

BASIN = "basin"
# Staff is counted in thousandths of an FTE, so that enough is never a matter of rounding.
THOUSANDTHS = 1000


@dataclass(frozen=True)
class Pool:
    """Retired GPs who may be asked, and who may be asked to go where.

    Attributes
    ----------
    fte
        FTE that each basin can give ``(basin)``, in whole thousandths.
    within
        May this basin staff this site ``(basin, destination)``; sites are the candidates and the
        existing sites that already draw on the pool.
    drawn
        FTE that existing sites need ``(facility_id)``, in thousandths.
    kept
        How much of it the basins can really give, in thousandths: when existing sites ask more
        than there is, the rest of the pool is what this leaves, never less than zero.
    """

    fte: xr.DataArray
    within: xr.DataArray
    drawn: xr.DataArray
    kept: int


def pool(
    zones: gpd.GeoDataFrame, times: xr.DataArray, drawn: xr.DataArray, *, parameters: Parameters
) -> Pool:
    """Return the pool of retired GPs around the sites of ``times``.

    Parameters
    ----------
    zones
        Zones with ``epci`` and ``population``.
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach.
    drawn
        FTE of retired GPs at the existing sites ``(destination)``.
    parameters
        The ``staff.*`` numbers.

    Raises
    ------
    ScenarioError
        If times stop short of ``staff.pool_minutes``.
    """
    minutes = parameters.value("staff.pool_minutes")
    limit = float(times.attrs.get("max_minutes", np.inf))
    if minutes > limit:
        raise ScenarioError(
            "staff.pool_minutes vaut {minutes:g} min, mais les temps de trajet ne sont calculés "
            "que jusqu’à {limit:g} min ; augmentez travel.max_minutes.",
            minutes=minutes,
            limit=limit,
        )
    largest = zones.sort_values(["population"], kind="stable", ascending=False)
    homes = largest.reset_index().groupby("epci", sort=True)["zone_id"].first()
    each = retired_fte(1000, parameters)
    people = zones.groupby("epci")["population"].sum().reindex(homes.index).to_numpy(float)
    fte = np.floor(people / 1000 * each * THOUSANDTHS + 1e-9).astype(np.int64)
    labels = {BASIN: homes.index.to_numpy(str)}
    within = (times.sel(origin=homes.to_numpy()).to_numpy() <= minutes) & (fte > 0)[:, None]
    needs = xr.DataArray(thousandths(drawn), drawn.coords, drawn.dims)
    near = xr.DataArray(
        within, labels | {"destination": times["destination"].to_numpy()}, (BASIN, "destination")
    )
    existing = near.sel(destination=drawn["destination"]).to_numpy()
    return Pool(
        fte=xr.DataArray(fte, labels, (BASIN,)),
        within=near,
        drawn=needs,
        kept=carried(fte, existing, needs.to_numpy()),
    )


def thousandths(fte: ArrayLike) -> NDArray[np.int64]:
    """Return what a site needs in whole thousandths of an FTE, rounded up.

    >>> thousandths([2.5, 0.1, 0.0]).tolist()
    [2500, 100, 0]
    """
    return np.ceil(np.asarray(fte, float) * THOUSANDTHS - 1e-6).astype(np.int64)


def carried(gives: NDArray[np.int64], within: NDArray[np.bool_], needs: NDArray[np.int64]) -> int:
    """Return the most that basins can carry to sites, each within what it gives and needs.

    Parameters
    ----------
    gives
        Whole amount of each basin.
    within
        May basin h staff site j, shape (basins, sites).
    needs
        Whole amount that each site asks.

    Examples
    --------
    >>> carried(np.array([2, 3]), np.array([[True, False], [True, True]]), np.array([3, 3]))
    5
    """
    basins, sites = within.shape
    if not gives.sum() or not needs.sum():
        return 0
    source, sink = basins + sites, basins + sites + 1
    row, column = np.nonzero(within)
    tails = np.concatenate([np.full(basins, source), row, basins + np.arange(sites)])
    heads = np.concatenate([np.arange(basins), basins + column, np.full(sites, sink)])
    room = np.concatenate([gives, np.minimum(gives[row], needs[column]), needs])
    graph = csr_array((room.astype(np.int32), (tails, heads)), shape=(sink + 1, sink + 1))
    return int(maximum_flow(graph, source, sink).flow_value)
