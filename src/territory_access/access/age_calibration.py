r"""Which age weights lie behind a published standardised population.

The DREES publishes :math:`P^*_i` of every commune; INSEE publishes :math:`P_{i,a}`. As
:math:`P^*_i = \sum_a \omega_a P_{i,a}` is linear, non-negative least squares give the weights back:

.. math:: \min_{\omega \ge 0} \sum_i \frac{1}{P_i}
          \Big( P^*_i - \sum_a \omega_a P_{i,a} \Big)^2

each commune counting as much as a sample of its size would. With the very ages that the DREES used
the weights come back exactly; with those of another census they come back as far as the ages of
communes have kept their order, and the error says how far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.labels import amounts, joined
from territory_access.access.need import AGE, counted
from territory_access.errors import DataError
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Sequence


def calibrate_age_weights(
    counts: xr.DataArray, published: xr.DataArray, *, bands: Sequence[int] | None = None
) -> xr.DataArray:
    """Return the age weights that explain a published standardised population best.

    Parameters
    ----------
    counts
        Inhabitants ``(origin, age)``, ages labelled by the first of each band.
    published
        Standardised inhabitants of the same zones ``(origin)``.
    bands
        First age of each band that gets a weight; each must be an age of ``counts``. Those of
        ``counts`` where not given. Few zones or similar ones ask for few bands.

    Returns
    -------
    xarray.DataArray
        Weights ``(age)``, for ``standardised_population``. ``attrs``: ``zones``; ``error``, the sum
        of the absolute residuals as a share of the published population; ``correlation`` of both
        populations, each divided by the inhabitants.

    Raises
    ------
    DataError
        If labels differ, a number is negative or missing, a band is no age of ``counts``, or there
        are fewer zones than bands.

    Examples
    --------
    >>> import xarray as xr
    >>> counts = xr.DataArray(
    ...     [[100.0, 50.0], [80.0, 90.0], [20.0, 10.0]],
    ...     {"origin": ["A", "B", "C"], "age": [0, 65]},
    ...     ("origin", "age"),
    ... )
    >>> need = xr.DataArray([155.0, 199.0, 31.0], {"origin": ["A", "B", "C"]})
    >>> calibrate_age_weights(counts, need).values.round(3).tolist()
    [0.8, 1.5]
    """
    from scipy.optimize import nnls

    table, need = joined(
        counted(counts), amounts(published, what="Population standardisée", dim=ORIGIN)
    )
    ages = table[AGE].values
    edges = np.asarray(ages if bands is None else sorted(bands), dtype=ages.dtype)
    if not np.isin(edges, ages).all() or edges[0] != ages[0]:
        raise DataError(
            "Population par âge : les tranches {bands} ne sont pas faites de celles de la table "
            "({ages}).",
            bands=tuple(edges.tolist()),
            ages=tuple(ages.tolist()),
        )
    starts = np.searchsorted(ages, edges)
    people = np.add.reduceat(table.values.astype(float), starts, axis=1)
    total = people.sum(axis=1)
    lived = total > 0
    if lived.sum() < len(edges):
        raise DataError(
            "Poids par âge : {zones} communes ne suffisent pas à {bands} tranches.",
            zones=int(lived.sum()),
            bands=len(edges),
        )
    scale = 1.0 / np.sqrt(total[lived])
    known = need.values[lived]
    weights, _ = nnls(people[lived] * scale[:, None], known * scale)
    found = people[lived] @ weights
    spread = np.corrcoef(found / total[lived], known / total[lived])[0, 1] if lived.sum() > 1 else 1
    return xr.DataArray(
        weights,
        {AGE: edges},
        (AGE,),
        name="weight",
        attrs={
            "zones": int(lived.sum()),
            "error": float(np.abs(found - known).sum() / known.sum()),
            "correlation": float(spread),
        },
    )
