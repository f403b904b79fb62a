r"""How much of the sites around is within reach where nearer sites would have served better.

The modified two-step floating catchment area (M2SFCA) lets distance lower what is delivered and
not only how it is shared: what a site offers at the edge of everybody's reach is partly lost.

.. math:: A_i = \sum_j w(t_{ij})^2 \, \frac{S_j}{\sum_k w(t_{kj}) P_k}

The 2SFCA gives a territory all that its sites offer wherever they stand; here
:math:`\sum_i P_i A_i \le \sum_j S_j`, and the difference measures how badly they are placed.

References
----------
P. L. Delamater (2013), Spatial accessibility in suboptimally configured health care systems: a
modified two-step floating catchment area (M2SFCA) metric, *Health & Place* 24.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from territory_access.access.catchment import first_step
from territory_access.access.pairs import Pairs, squared, weighed

if TYPE_CHECKING:
    import xarray as xr

    from territory_access.access.pairs import Rows
    from territory_access.access.smooth import Weighting


def modified_catchment(
    times: xr.Dataset | xr.DataArray | Pairs,
    demand: xr.DataArray,
    supply: xr.DataArray,
    decay: Weighting,
) -> xr.DataArray:
    r"""Return the M2SFCA of each zone (formula above).

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
        Supply delivered for one unit of demand ``(origin)``; ``attrs["delivered"]`` is the share
        of the supply in reach that distance does not lose.

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
    >>> found = modified_catchment(times, people, offers, Decay((10.0, 20.0), (1.0, 0.5)))
    >>> found.values.round(4).tolist(), round(found.attrs["delivered"], 4)
    ([0.1814, 0.1257], 0.798)
    """
    pairs, weigh = Pairs.within(times, decay.reach), partial(weighed, decay=decay)
    per_site, attrs = first_step(pairs, demand, supply, weigh)
    found = pairs.per_zone(partial(_twice, decay=decay), per_site)
    people = pairs.zones(demand, what="Population")
    reached = float(pairs.sites(supply, what="Offre").sum()) - attrs["unreached_supply"]
    delivered = float(people @ found) / reached if reached else 1.0
    return pairs.by_zone(found, "access", **attrs, delivered=delivered)


def _twice(rows: Rows, *, decay: Weighting) -> Rows:
    return squared(weighed(rows, decay))
