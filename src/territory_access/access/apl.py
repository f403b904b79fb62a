r"""How many consultations a resident can count on a year, as the DREES measures it (APL).

Communes :math:`i` where people live, :math:`j` where GPs work, minutes :math:`t_{ij}` by road,
0 within a commune by the convention of METRIC:

.. math::
    P^*_i &= \textstyle\sum_a \omega_a P_{i,a}, \quad
             \textstyle\sum_a \omega_a P_{FR,a} = \textstyle\sum_a P_{FR,a}
             && \text{(1) standardised inhabitants (access.need)} \\
    s_m &= \min(\text{cap}, \max(\text{floor}, \text{acts}_m)), \quad
           S_j = \textstyle\sum_{m \in j} s_m && \text{(2) supply, bounded by GP} \\
    D_j &= \textstyle\sum_k w(t_{kj}) P^*_k, \quad R_j = S_j / D_j
           && \text{(3) around each place of work} \\
    A_i &= \textstyle\sum_j w(t_{ij}) R_j && \text{(4) the APL of a commune} \\
    A_G &= \textstyle\sum_{i \in G} P^*_i A_i / \textstyle\sum_{i \in G} P^*_i
           && \text{(5) of a group of communes}

The weights :math:`w` are in ``Decay.drees``. The APL is linear in supply: :math:`D_j` depends on
people and times only. It counts consultations whether or not a GP takes new patients: read it
beside the places (``access.places``).

References
----------
M. Barlet, M. Coldefy, C. Collin, V. Lucas-Gabrielli (2012), *Études et Résultats* 795 and
*Document de travail IRDES* 51; DREES, APL files and their *Lisez-moi*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.catchment import floating_catchment
from territory_access.access.decay import Decay
from territory_access.access.labels import amounts, joined
from territory_access.errors import DataError
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from territory_access.access.pairs import Pairs
    from territory_access.access.smooth import Weighting


def apl(
    times: xr.Dataset | xr.DataArray | Pairs,
    need: xr.DataArray,
    acts: xr.DataArray,
    decay: Weighting | None = None,
) -> xr.DataArray:
    """Return the APL of each zone: formulae (3) and (4) of this module.

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach; or the ``Pairs`` within reach.
    need
        Standardised inhabitants ``(origin)``.
    acts
        Consultations a year offered at each site, bounded by GP ``(destination)``.
    decay
        Weights by minutes; those of the DREES where not given.

    Returns
    -------
    xarray.DataArray
        Consultations a standardised inhabitant a year ``(origin)``. Supply that nobody reaches
        is in ``attrs["unreached"]`` (sites) and ``attrs["unreached_supply"]`` (a year).

    Raises
    ------
    DataError
        If labels differ or an amount is negative, missing or infinite.

    Examples
    --------
    Three communes; A and B are 12 minutes apart, B and C 18, A and C 25.

    >>> import xarray as xr
    >>> code = ["A", "B", "C"]
    >>> times = xr.DataArray(
    ...     [[0.0, 12.0, 25.0], [12.0, 0.0, 18.0], [25.0, 18.0, 0.0]],
    ...     {"origin": code, "destination": code},
    ... )
    >>> need = xr.DataArray([5_000.0, 2_000.0, 3_000.0], {"origin": code})
    >>> acts = xr.DataArray([10_000.0, 0.0, 4_000.0], {"destination": code})
    >>> before = apl(times, need, acts)
    >>> before.values.round(6).tolist()
    [1.578947, 1.416268, 1.090909]

    With 4 500 consultations more at B:

    >>> more = xr.DataArray([0.0, 4_500.0, 0.0], {"destination": code})
    >>> after = apl(times, need, acts + more)
    >>> after.values.round(6).tolist(), (after - before).values.round(6).tolist()
    ([2.052632, 2.126794, 1.327751], [0.473684, 0.710526, 0.236842])
    >>> round(float(aggregate(after, need)), 6)
    1.85
    """
    found = floating_catchment(times, need, acts, decay or Decay.drees()).rename("apl")
    return found.assign_attrs(units="consultations/standardised inhabitant/year")


def bounded_acts(
    acts: ArrayLike,
    floor: float,
    cap: float,
    *,
    ages: ArrayLike | None = None,
    age_max: float = np.inf,
) -> NDArray[np.float64]:
    """Return what each GP counts for: formula (2).

    Bounds keep the count to activity that can last: someone who sees few patients could see
    more, and nobody is asked for more than ``cap``.

    Parameters
    ----------
    acts
        Consultations a year, one number a GP.
    floor, cap
        Consultations a year (parameters ``apl.acts_floor`` and ``apl.acts_cap``).
    ages
        Age of each GP; those above ``age_max`` count 0, as in the columns « 65 ans et moins ».
    age_max
        Years, included.

    Raises
    ------
    DataError
        If an activity is negative or missing, or ``floor`` is above ``cap``.

    Examples
    --------
    >>> bounded_acts([1_200, 5_000, 9_000], 3_600, 6_000).tolist()
    [3600.0, 5000.0, 6000.0]
    >>> bounded_acts([5_000, 5_000], 3_600, 6_000, ages=[65, 66], age_max=65).tolist()
    [5000.0, 0.0]
    """
    given = np.asarray(acts, dtype=float)
    if not 0 <= floor <= cap:
        raise DataError(
            "Bornes d’activité : plancher {floor}, plafond {cap}.", floor=floor, cap=cap
        )
    if not (given >= 0).all():
        raise DataError(
            "Activité des médecins : {count} valeurs négatives ou absentes.",
            count=int((~(given >= 0)).sum()),
        )
    bounded = np.clip(given, floor, cap)
    return bounded if ages is None else np.where(np.asarray(ages) <= age_max, bounded, 0.0)


def aggregate(
    values: xr.DataArray, weights: xr.DataArray, *, groups: xr.DataArray | None = None
) -> xr.DataArray:
    """Return the mean of zones weighted by people, in all or by group: formula (5).

    Parameters
    ----------
    values
        APL, or any measure a person ``(origin)``.
    weights
        Standardised inhabitants for a mean of the APL ``(origin)``.
    groups
        Group of each zone ``(origin)``, for example its intercommunalité.

    Returns
    -------
    xarray.DataArray
        One number, or one a group ``(group)``; 0 where a group has no weight.

    Raises
    ------
    DataError
        If labels differ or a weight is negative, missing or infinite.

    Examples
    --------
    >>> import xarray as xr
    >>> zones = {"origin": ["A", "B", "C"]}
    >>> level = xr.DataArray([2.0, 4.0, 1.0], zones)
    >>> people = xr.DataArray([300.0, 100.0, 50.0], zones)
    >>> aggregate(level, people, groups=xr.DataArray(["x", "x", "y"], zones)).values.tolist()
    [2.5, 1.0]
    """
    level, people = joined(values, amounts(weights, what="Population", dim=ORIGIN))
    if groups is None:
        labels, inverse = np.array(["all"]), np.zeros(level.size, dtype=np.intp)
    else:
        level, kinds = joined(level, groups)
        labels, inverse = np.unique(kinds.values, return_inverse=True)
    total = np.bincount(inverse, weights=people.values, minlength=len(labels))
    worth = np.bincount(inverse, weights=people.values * level.values, minlength=len(labels))
    mean = np.divide(worth, total, out=np.zeros_like(worth), where=total > 0)
    found = xr.DataArray(mean, {"group": labels}, ("group",), name=values.name, attrs=values.attrs)
    return found if groups is not None else found.squeeze("group", drop=True)
