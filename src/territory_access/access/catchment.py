r"""How much of the sites around is left for a resident once everybody near them has a share.

The two-step floating catchment area (Luo & Wang 2003, with steps of decay Luo & Qi 2009):

.. math::
    R_j = \frac{S_j}{D_j}, \quad D_j = \sum_k w(t_{kj})\, P_k, \qquad A_i = \sum_j w(t_{ij})\, R_j

With one step this is the 2SFCA, with several the E2SFCA. Nothing is lost: over the sites that
somebody reaches, :math:`\sum_i P_i A_i = \sum_j S_j`.

References
----------
W. Luo and F. Wang (2003), Measures of spatial accessibility to health care in a GIS environment,
*Environment and Planning B* 30. W. Luo and Y. Qi (2009), An enhanced two-step floating catchment
area method, *Health & Place* 15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.labels import amounts, joined, minutes
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from territory_access.access.decay import Decay


def ratios(
    times: xr.Dataset | xr.DataArray, demand: xr.DataArray, supply: xr.DataArray, decay: Decay
) -> xr.DataArray:
    r"""Return what each site has for each of those who live around it: :math:`R_j`, the first step.

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach.
    demand
        People, or standardised people ``(origin)``.
    supply
        What each site offers ``(destination)``.
    decay
        Weights by minutes.

    Returns
    -------
    xarray.DataArray
        Supply for one unit of demand ``(destination)``; 0 without supply. Supply that nobody
        reaches has no ratio: it counts 0 and is named in ``attrs["unreached"]``, with its
        amount in ``attrs["unreached_supply"]``.

    Raises
    ------
    DataError
        If labels differ or an amount is negative, missing or infinite.

    Examples
    --------
    >>> import xarray as xr
    >>> from territory_access.access.decay import Decay
    >>> times = xr.DataArray(
    ...     [[0.0, 12.0, 30.0]], {"origin": ["A"], "destination": ["S", "T", "U"]}
    ... )
    >>> people = xr.DataArray([100.0], {"origin": ["A"]})
    >>> offers = xr.DataArray([50.0, 40.0, 9.0], {"destination": ["S", "T", "U"]})
    >>> found = ratios(times, people, offers, Decay.binary(20))
    >>> found.values.tolist(), found.attrs["unreached"]
    ([0.5, 0.4, 0.0], ['U'])
    """
    table, people, offers = joined(
        minutes(times),
        amounts(demand, what="Population", dim=ORIGIN),
        amounts(supply, what="Offre", dim=DESTINATION),
    )
    around = people.values.astype(float) @ decay(table.values)
    offered = offers.values.astype(float)
    reached = around > 0
    found = np.divide(offered, around, out=np.zeros_like(around), where=reached)
    lost = ~reached & (offered > 0)
    return xr.DataArray(
        found,
        {DESTINATION: table[DESTINATION]},
        (DESTINATION,),
        name="ratio",
        attrs={
            "units": "supply/demand",
            "unreached": [str(label) for label in table[DESTINATION].values[lost]],
            "unreached_supply": float(offered[lost].sum()),
        },
    )


def floating_catchment(
    times: xr.Dataset | xr.DataArray, demand: xr.DataArray, supply: xr.DataArray, decay: Decay
) -> xr.DataArray:
    r"""Return the two-step floating catchment area measure :math:`A_i` (formulae above).

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach.
    demand
        People, or standardised people ``(origin)``.
    supply
        What each site offers ``(destination)``.
    decay
        Weights by minutes: one step for the 2SFCA, several for the E2SFCA.

    Returns
    -------
    xarray.DataArray
        Supply for one unit of demand ``(origin)``; 0 where nothing is in reach. ``attrs`` name
        the supply that nobody reaches, as in ``ratios``.

    Raises
    ------
    DataError
        If labels differ or an amount is negative, missing or infinite.

    Examples
    --------
    >>> import xarray as xr
    >>> from territory_access.access.decay import Decay
    >>> times = xr.DataArray(
    ...     [[5.0, 30.0], [15.0, 10.0]], {"origin": ["A", "B"], "destination": ["S", "T"]}
    ... )
    >>> people = xr.DataArray([100.0, 300.0], {"origin": ["A", "B"]})
    >>> offers = xr.DataArray([40.0, 30.0], {"destination": ["S", "T"]})
    >>> floating_catchment(times, people, offers, Decay.binary(20)).values.round(3).tolist()
    [0.1, 0.2]
    """
    per_site = ratios(times, demand, supply, decay)
    table = minutes(times)
    return xr.DataArray(
        decay(table.values) @ per_site.values,
        {ORIGIN: table[ORIGIN]},
        (ORIGIN,),
        name="access",
        attrs=per_site.attrs,
    )
