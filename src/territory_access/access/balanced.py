r"""How much of the sites around is left when neither residents nor supply are counted twice.

Floating catchments inflate both sides: a resident near three sites weighs on all three, and each
site gives its full ratio to everybody around. The balanced floating catchment area (BFCA) splits
each resident over the sites in reach and each ratio over the zones in reach:

.. math:: w^i_{ij} = \frac{w(t_{ij})}{\sum_l w(t_{il})}, \quad
          w^j_{ij} = \frac{w(t_{ij})}{\sum_k w(t_{kj})}, \quad
          R_j = \frac{S_j}{\sum_k w^i_{kj} P_k}, \quad A_i = \sum_j w^j_{ij} R_j

Residents and ratios are preserved: the demand counted at all sites is the population in reach of
one, and :math:`\sum_i A_i = \sum_j R_j`. Read :math:`A_i` as a share of the level of service of the
sites, not as supply a person: :math:`\sum_i P_i A_i` is *not* :math:`\sum_j S_j`, and it grows as
zones get larger. All columns of the table are choices: leave out sites that offer nothing.

References
----------
A. Paez, C. D. Higgins and S. F. Vivona (2019), Demand and level of service inflation in floating
catchment area (FCA) methods, *PLOS ONE* 14.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from territory_access.access.catchment import first_step
from territory_access.access.pairs import Pairs, shares, weighed

if TYPE_CHECKING:
    import xarray as xr

    from territory_access.access.pairs import Rows
    from territory_access.access.smooth import Weighting


def balanced_catchment(
    times: xr.Dataset | xr.DataArray | Pairs,
    demand: xr.DataArray,
    supply: xr.DataArray,
    decay: Weighting,
) -> xr.DataArray:
    r"""Return the BFCA of each zone (formulae above).

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

    Returns
    -------
    xarray.DataArray
        Share of the level of service of the sites around ``(origin)``.

    Raises
    ------
    DataError
        If labels differ or an amount is negative, missing or infinite.

    Examples
    --------
    >>> import xarray as xr
    >>> from territory_access.access.decay import Decay
    >>> times = xr.DataArray(
    ...     [[5.0, 15.0], [15.0, 5.0]], {"origin": ["A", "B"], "destination": ["S", "T"]}
    ... )
    >>> people = xr.DataArray([100.0, 300.0], {"origin": ["A", "B"]})
    >>> offers = xr.DataArray([40.0, 30.0], {"destination": ["S", "T"]})
    >>> steps = Decay((10.0, 20.0), (1.0, 0.5))
    >>> balanced_catchment(times, people, offers, steps).values.round(4).tolist()
    [0.2029, 0.1657]
    """
    pairs = Pairs.within(times, decay.reach)
    per_site, attrs = first_step(pairs, demand, supply, partial(_split, decay=decay))
    weigh = partial(weighed, decay=decay)
    around = pairs.per_site(weigh, np.ones(len(pairs.origin)))
    share = np.divide(per_site, around, out=np.zeros_like(around), where=around > 0)
    return pairs.by_zone(pairs.per_zone(weigh, share), "access", **attrs)


def _split(rows: Rows, *, decay: Weighting) -> Rows:
    return shares(weighed(rows, decay))
