r"""How much of the sites around is left where those who have a choice spread over several sites.

The three-step floating catchment area (3SFCA) first lets residents choose: each weighs on a site
in proportion to how near it is among the sites in reach, and is not counted in full at every one.

.. math:: G_{ij} = \frac{w(t_{ij})}{\sum_l w(t_{il})}, \quad
          R_j = \frac{S_j}{\sum_k G_{kj}\, w(t_{kj}) P_k}, \quad
          A_i = \sum_j G_{ij}\, w(t_{ij})\, R_j

All columns of the table are choices: leave out sites that offer nothing.

References
----------
N. Wan, B. Zou and T. Sternberg (2012), A three-step floating catchment area method for analyzing
spatial access to health services, *International J. of Geographical Information Science* 26.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from territory_access.access.catchment import first_step
from territory_access.access.pairs import Pairs, shares, weighed

if TYPE_CHECKING:
    import xarray as xr

    from territory_access.access.pairs import Rows
    from territory_access.access.smooth import Weighting


def three_step_catchment(
    times: xr.Dataset | xr.DataArray | Pairs,
    demand: xr.DataArray,
    supply: xr.DataArray,
    decay: Weighting,
) -> xr.DataArray:
    r"""Return the 3SFCA of each zone (formulae above).

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
        Supply for one unit of demand ``(origin)``; nothing is lost, as in the 2SFCA.

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
    >>> three_step_catchment(times, people, offers, steps).values.round(4).tolist()
    [0.2516, 0.1495]
    """
    pairs, weigh = Pairs.within(times, decay.reach), partial(_chosen, decay=decay)
    per_site, attrs = first_step(pairs, demand, supply, weigh)
    return pairs.by_zone(pairs.per_zone(weigh, per_site), "access", **attrs)


def _chosen(rows: Rows, *, decay: Weighting) -> Rows:
    """Return how often each site of a row is chosen, times its weight."""
    weights = weighed(rows, decay)
    chosen = shares(weights)
    chosen.data *= weights.data
    return chosen
