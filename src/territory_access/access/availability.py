r"""How much of the supply falls to each zone when what each site offers is shared out whole.

Spatial availability splits every site over the zones that reach it, by how many they are and how
near:

.. math:: F_{ij} = \frac{P_i^{\alpha}\, w(t_{ij})}{\sum_k P_k^{\alpha}\, w(t_{kj})}, \qquad
          V_i = \sum_j F_{ij} S_j, \qquad \sum_i V_i = \sum_j S_j

:math:`V_i` is an amount of supply, not a ratio. With :math:`\alpha = 1`, :math:`V_i / P_i` is the
two-step floating catchment area measure; its authors prove the kinship. :math:`\alpha < 1` favours
small zones.

References
----------
A. Soukhov, A. Páez, C. D. Higgins and M. Mohamed (2023), Introducing spatial availability, a
singly-constrained measure of competitive accessibility, *PLOS ONE* 18.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from territory_access.access.catchment import first_step
from territory_access.access.pairs import Pairs, weighed
from territory_access.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

    from territory_access.access.smooth import Weighting


def spatial_availability(
    times: xr.Dataset | xr.DataArray | Pairs,
    demand: xr.DataArray,
    supply: xr.DataArray,
    decay: Weighting,
    *,
    alpha: float = 1.0,
) -> xr.DataArray:
    r"""Return how much of the supply is available to each zone (formulae above).

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach; in memory, in dask chunks along
        ``origin``, or the ``Pairs`` within reach.
    demand
        People, or standardised people ``(origin)``.
    supply
        What each site offers ``(destination)``.
    decay
        Weights by minutes.
    alpha
        Exponent of the population, 0 or more.

    Returns
    -------
    xarray.DataArray
        In the units of ``supply``, ``(origin)``; adds up to the supply that somebody reaches.

    Raises
    ------
    DataError
        If labels differ, an amount is negative, missing or infinite, or ``alpha`` is negative.

    Examples
    --------
    The example of the authors (table 1 of their article, slightly changed):

    >>> import xarray as xr
    >>> from territory_access.access.smooth import Exponential
    >>> times = xr.DataArray(
    ...     [[15.0, 30.0, 100.0], [30.0, 15.0, 100.0], [100.0, 100.0, 15.0]],
    ...     {"origin": ["A", "B", "C"], "destination": ["1", "2", "3"]},
    ... )
    >>> people = xr.DataArray([50e3, 150e3, 10e3], {"origin": ["A", "B", "C"]})
    >>> jobs = xr.DataArray([100e3, 100e3, 10e3], {"destination": ["1", "2", "3"]})
    >>> spatial_availability(times, people, jobs, Exponential(0.1)).values.round().tolist()
    [66833.0, 133203.0, 9963.0]
    """
    if not alpha >= 0:
        raise DataError(
            "Disponibilité spatiale : alpha vaut {alpha} ; il doit être positif ou nul.",
            alpha=alpha,
        )
    pairs, weigh = Pairs.within(times, decay.reach), partial(weighed, decay=decay)
    people = pairs.zones(demand, what="Population")
    # 0 ** 0 is 1, but nobody is not someone.
    weight = demand.copy(data=people**alpha * (people > 0))
    per_site, attrs = first_step(pairs, weight, supply, weigh)
    found = weight.values * pairs.per_zone(weigh, per_site)
    units = str(supply.attrs.get("units", ""))
    return pairs.by_zone(found, "availability", **attrs | {"units": units})
