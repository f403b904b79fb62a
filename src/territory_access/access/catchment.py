r"""How much of the sites around is left for a resident once everybody near them has a share.

The two-step floating catchment area (Luo & Wang 2003, with steps of decay Luo & Qi 2009):

.. math::
    R_j = \frac{S_j}{D_j}, \quad D_j = \sum_k w(t_{kj})\, P_k, \qquad A_i = \sum_j w(t_{ij})\, R_j

With one step this is the 2SFCA, with several the E2SFCA. Nothing is lost: over the sites that
somebody reaches, :math:`\sum_i P_i A_i = \sum_j S_j`. Its kin, each in its module, change who
shares with whom: ``modified``, ``three_step``, ``balanced``, ``availability``, ``raam``.

References
----------
W. Luo and F. Wang (2003), Measures of spatial accessibility to health care in a GIS environment,
*Environment and Planning B* 30. W. Luo and Y. Qi (2009), An enhanced two-step floating catchment
area method, *Health & Place* 15.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from territory_access.access.pairs import Pairs, weighed

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from territory_access.access.pairs import Weigh
    from territory_access.access.smooth import Weighting


def ratios(
    times: xr.Dataset | xr.DataArray | Pairs,
    demand: xr.DataArray,
    supply: xr.DataArray,
    decay: Weighting,
) -> xr.DataArray:
    r"""Return what each site has for each of those who live around it: :math:`R_j`, the first step.

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
    pairs = Pairs.within(times, decay.reach)
    found, attrs = first_step(pairs, demand, supply, partial(weighed, decay=decay))
    return pairs.by_site(found, "ratio", **attrs)


def floating_catchment(
    times: xr.Dataset | xr.DataArray | Pairs,
    demand: xr.DataArray,
    supply: xr.DataArray,
    decay: Weighting,
) -> xr.DataArray:
    r"""Return the two-step floating catchment area measure :math:`A_i` (formulae above).

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
    pairs, weigh = Pairs.within(times, decay.reach), partial(weighed, decay=decay)
    per_site, attrs = first_step(pairs, demand, supply, weigh)
    return pairs.by_zone(pairs.per_zone(weigh, per_site), "access", **attrs)


def first_step(
    pairs: Pairs, demand: xr.DataArray, supply: xr.DataArray, weigh: Weigh
) -> tuple[NDArray[np.float64], dict[str, Any]]:
    """Return what each site has for one unit of the demand that weighs on it, and what is lost.

    Parameters
    ----------
    pairs
        Pairs within reach.
    demand, supply
        People ``(origin)`` and what each site offers ``(destination)``.
    weigh
        Weight of the pairs of some rows.

    Returns
    -------
    numpy.ndarray, dict
        Ratios in the order of the sites; ``units``, ``unreached`` and ``unreached_supply``.
    """
    people = pairs.zones(demand, what="Population")
    offered = pairs.sites(supply, what="Offre")
    around = pairs.per_site(weigh, people)
    reached = around > 0
    lost = ~reached & (offered > 0)
    return np.divide(offered, around, out=np.zeros_like(around), where=reached), {
        "units": "supply/demand",
        "unreached": [str(label) for label in pairs.destination[lost]],
        "unreached_supply": float(offered[lost].sum()),
    }
