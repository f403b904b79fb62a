"""Whether the tables that meet here speak of the same zones and sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from territory_access.errors import DataError, Fault
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRAVEL_TIME = "travel_time"


def minutes(times: xr.Dataset | xr.DataArray) -> xr.DataArray:
    """Return the minutes of a travel-time table as ``(origin, destination)``, checked.

    Parameters
    ----------
    times
        Dataset with a variable ``travel_time``, or that variable: minutes, ``inf`` out of reach.

    Raises
    ------
    DataError
        If a dimension is missing, or a time is negative or not a number.

    Examples
    --------
    >>> import xarray as xr
    >>> table = xr.DataArray([[0.0], [12.0]], {"origin": ["A", "B"], "destination": ["S"]})
    >>> minutes(table.T).dims
    ('origin', 'destination')
    """
    table = oriented(times)
    positive(table.values)
    return table


def oriented(times: xr.Dataset | xr.DataArray) -> xr.DataArray:
    """Return a travel-time table as ``(origin, destination)``, its values not looked at.

    Raises
    ------
    DataError
        If a dimension is missing.

    Examples
    --------
    >>> import xarray as xr
    >>> oriented(xr.DataArray([1.0], {"zone": ["A"]}))
    Traceback (most recent call last):
    territory_access.errors.DataError: Temps de trajet : dimensions zone au lieu de origin et...
    """
    table = times[TRAVEL_TIME] if isinstance(times, xr.Dataset) else times
    if set(table.dims) != {ORIGIN, DESTINATION}:
        raise DataError(
            "Temps de trajet : dimensions {found} au lieu de origin et destination.",
            found=", ".join(map(str, table.dims)),
        )
    return table.transpose(ORIGIN, DESTINATION)


def positive(times: NDArray[Any]) -> NDArray[Any]:
    """Return minutes, none of them negative or missing.

    Raises
    ------
    DataError
        If a time is negative or not a number.

    Examples
    --------
    >>> positive(np.array([0.0, np.inf])).tolist()
    [0.0, inf]
    """
    wrong = int((~(times >= 0)).sum())
    if wrong:
        raise DataError(
            "Temps de trajet : {count} valeurs négatives ou absentes ; "
            "écrire « inf » quand un lieu est hors d’atteinte.",
            count=wrong,
        )
    return times


def joined(*tables: xr.DataArray) -> tuple[xr.DataArray, ...]:
    """Return the tables if their shared labels are the same in the same order.

    Raises
    ------
    DataError
        If one table speaks of other zones or sites than another.

    Examples
    --------
    >>> import xarray as xr
    >>> one = xr.DataArray([1], {"origin": ["A"]})
    >>> joined(one, xr.DataArray([1], {"origin": ["B"]}))
    Traceback (most recent call last):
    territory_access.errors.DataError: Les tables ne portent pas sur les mêmes zones ou sites...
    """
    try:
        return xr.align(*tables, join="exact", copy=False)
    except ValueError as error:
        raise DataError(
            "Les tables ne portent pas sur les mêmes zones ou sites, dans le même ordre ({dims}).",
            dims=" ; ".join(", ".join(map(str, table.dims)) for table in tables),
        ) from error


def amounts(table: xr.DataArray, *, what: str, dim: str) -> xr.DataArray:
    """Return a table of non-negative amounts along one dimension, checked.

    Raises
    ------
    DataError
        If its dimension is not ``dim``, or an amount is negative, missing or infinite.

    Examples
    --------
    >>> import xarray as xr
    >>> float(amounts(xr.DataArray([2.0], dims="origin"), what="besoins", dim="origin").sum())
    2.0
    """
    if table.dims != (dim,):
        raise DataError(
            "{what} : une seule dimension attendue, {dim}.",
            what=Fault(what, {}),
            dim=dim,
        )
    wrong = int((~((table.values >= 0) & np.isfinite(table.values))).sum())
    if wrong:
        raise DataError(
            "{what} : {count} valeurs négatives, absentes ou infinies.",
            what=Fault(what, {}),
            count=wrong,
        )
    return table
