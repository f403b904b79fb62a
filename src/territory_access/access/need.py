r"""How many inhabitants a zone counts for, when each age is weighted by what it consumes.

.. math:: P^*_i = \sum_a \omega_a P_{i,a}, \qquad \sum_a \omega_a P_{FR,a} = \sum_a P_{FR,a}

This is formula (1) of the APL (``access.apl``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.labels import amounts
from territory_access.errors import DataError
from territory_access.parameters import Parameters
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

AGE = "age"
_BANDS = {
    0: "0_4",
    5: "5_14",
    15: "15_24",
    25: "25_34",
    35: "35_44",
    45: "45_54",
    55: "55_64",
    65: "65_74",
    75: "75_84",
    85: "85_plus",
}


def age_weights(parameters: Parameters | None = None) -> xr.DataArray:
    """Return how much each age consumes beside the average inhabitant: ω.

    An approximation to be replaced by the sheet « Paramètres » of the DREES workbook; its tag is
    in the parameters ``need.age_weight_*``.

    Returns
    -------
    xarray.DataArray
        Weights ``(age)``, labelled by the first age of each band.

    Examples
    --------
    >>> age_weights().sel(age=[5, 85]).values.tolist()
    [0.6, 2.0]
    """
    chosen = parameters or Parameters.load()
    values = [chosen.value(f"need.age_weight_{band}") for band in _BANDS.values()]
    return xr.DataArray(values, {AGE: list(_BANDS)}, name="weight")


def standardised_population(
    counts: xr.DataArray, weights: xr.DataArray, *, reference: xr.DataArray | None = None
) -> xr.DataArray:
    """Return the inhabitants of each zone weighted by what their age consumes: formula (1).

    Parameters
    ----------
    counts
        Inhabitants ``(origin, age)``, ages labelled by the first of each band.
    weights
        ω ``(age)``, labelled in the same way (``age_weights``). A band of ``counts`` takes the
        weight of the band that holds it: five-year counts go with ten-year weights.
    reference
        Inhabitants of the country ``(age)``: the weights are scaled so that its standardised
        population is its population. Where not given they are taken as they are.

    Returns
    -------
    xarray.DataArray
        Standardised inhabitants ``(origin)``.

    Raises
    ------
    DataError
        If a count is negative or missing, or a band of ``counts`` runs over an edge of
        ``weights``.

    Examples
    --------
    >>> import xarray as xr
    >>> counts = xr.DataArray(
    ...     [[10.0, 20.0, 5.0]], {"origin": ["A"], "age": [0, 40, 65]}, ("origin", "age")
    ... )
    >>> weights = xr.DataArray([0.8, 1.5], {"age": [0, 65]})
    >>> standardised_population(counts, weights).values.tolist()
    [31.5]
    >>> country = xr.DataArray([700.0, 300.0], {"age": [0, 65]})
    >>> standardised_population(counts, weights, reference=country).values.round(3).tolist()
    [31.188]
    """
    table = counted(counts)
    omega = _weights_of(table[AGE].values, weights)
    scale = 1.0
    if reference is not None:
        country = amounts(reference, what="Population de référence", dim=AGE).values
        scale = country.sum() / (country @ _weights_of(reference[AGE].values, weights))
    return xr.DataArray(
        table.values @ (omega * scale),
        {ORIGIN: table[ORIGIN]},
        (ORIGIN,),
        name="need",
        attrs={"units": "standardised inhabitants"},
    )


def counted(counts: xr.DataArray) -> xr.DataArray:
    """Return inhabitants as ``(origin, age)``, checked.

    Raises
    ------
    DataError
        If a dimension is missing, ages do not increase, or a count is negative or missing.

    Examples
    --------
    >>> counted(xr.DataArray([[1.0], [2.0]], {"age": [0, 65], "origin": ["A"]})).dims
    ('origin', 'age')
    """
    if set(counts.dims) != {ORIGIN, AGE}:
        raise DataError(
            "Population par âge : dimensions {found} au lieu de origin et age.",
            found=tuple(map(str, counts.dims)),
        )
    table = counts.transpose(ORIGIN, AGE)
    if not bool((table.values >= 0).all()):
        raise DataError("Population par âge : des effectifs sont négatifs ou absents.")
    if (np.diff(table[AGE].values) <= 0).any():
        raise DataError("Population par âge : les tranches ne se suivent pas.")
    return table


def _weights_of(ages: NDArray[np.int64], weights: xr.DataArray) -> NDArray[np.float64]:
    """Return the weight of each band that starts at ``ages``; bands must nest in those of ω."""
    edges = weights[AGE].values
    beyond = edges[(edges > ages.min(initial=0)) & ~np.isin(edges, ages)]
    wide = [int(edge) for edge in beyond if edge < ages.max(initial=0)]
    if wide or ages.size == 0 or ages.min() < edges.min():
        raise DataError(
            "Population par âge : les tranches {ages} ne s’emboîtent pas dans celles des poids "
            "{edges}.",
            ages=", ".join(map(str, ages)),
            edges=", ".join(map(str, edges)),
        )
    return np.asarray(weights.values, dtype=float)[np.searchsorted(edges, ages, side="right") - 1]
