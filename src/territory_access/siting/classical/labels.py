"""What is each demand, each site, each cost? Checked once, sorted by label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEMAND, SITE = "demand", "site"


@dataclass(frozen=True)
class Instance:
    """A table of costs as arrays, in the order of the labels: the order given changes nothing.

    Attributes
    ----------
    demands, sites
        Labels, sorted.
    costs
        Of serving one unit of each demand at each site ``(demands, sites)``; ``inf``: out of reach.
    weights
        Size of each demand ``(demands,)``: people, most often.
    """

    demands: NDArray[np.str_]
    sites: NDArray[np.str_]
    costs: NDArray[np.float64]
    weights: NDArray[np.float64]


def instance(costs: xr.DataArray, weights: xr.DataArray | None = None) -> Instance:
    """Return the checked arrays of a table of costs.

    Parameters
    ----------
    costs
        Minutes, metres or euros ``(demand, site)``, at least 0; ``inf`` is out of reach.
    weights
        Size of each demand ``(demand)``, at least 0; 1 each by default.

    Raises
    ------
    DataError
        Naming what is missing, negative, twice there, or not a number.

    Examples
    --------
    >>> table = xr.DataArray([[2.0, 1.0]], {"demand": ["a"], "site": ["t", "s"]})
    >>> instance(table).costs.tolist()
    [[1.0, 2.0]]
    """
    for dim in (DEMAND, SITE):
        if dim not in costs.dims or dim not in costs.coords:
            raise DataError("Coûts : il faut les dimensions « demand » et « site », étiquetées.")
        labels = pd.Index(costs[dim].to_numpy())
        if labels.has_duplicates:
            raise DataError(
                "Coûts : « {label} » est là plusieurs fois.",
                label=labels[labels.duplicated()][0],
            )
    table = costs.transpose(DEMAND, SITE).sortby([DEMAND, SITE])
    sizes = xr.ones_like(table[DEMAND], float) if weights is None else weights
    if set(sizes[DEMAND].to_numpy().tolist()) != set(table[DEMAND].to_numpy().tolist()):
        raise DataError("Poids : ils ne portent pas les mêmes étiquettes que les coûts.")
    found = Instance(
        demands=table[DEMAND].to_numpy().astype(str),
        sites=table[SITE].to_numpy().astype(str),
        costs=table.to_numpy().astype(np.float64),
        weights=sizes.sel({DEMAND: table[DEMAND]}).to_numpy().astype(np.float64),
    )
    _check(Fault("Coûts", {}), found.costs)
    _check(Fault("Poids", {}), found.weights)
    if not np.isfinite(found.weights).all():
        raise DataError("Poids : il y en a d’infinis.")
    if not found.costs.size:
        raise DataError("Coûts : la table est vide.")
    return found


def check_count(count: int, sites: int) -> None:
    """Return when so many sites can open.

    Raises
    ------
    DataError
        When ``count`` is not between 1 and the number of sites.
    """
    if not 1 <= count <= sites:
        raise DataError(
            "Sites à ouvrir : {count} demandés ; il en faut de 1 à {sites}.",
            count=count,
            sites=sites,
        )


def _check(what: Fault, values: NDArray[np.float64]) -> None:
    if np.isnan(values).any() or (values < 0).any():
        raise DataError(
            "{what} : il manque des valeurs, ou certaines sont négatives ; hors de portée "
            "s’écrit inf.",
            what=what,
        )


def per_site(values: xr.DataArray, asked: Instance, what: Fault) -> NDArray[np.float64]:
    """Return a number a site in the order of the instance.

    Parameters
    ----------
    values
        The numbers ``(site)``.
    asked
        The instance.
    what
        How the reader calls them.

    Raises
    ------
    DataError
        When sites are missing, or numbers are.
    """
    if set(values[SITE].to_numpy().astype(str).tolist()) != set(asked.sites.tolist()):
        raise DataError("{what} : les sites ne sont pas ceux de la table des coûts.", what=what)
    named = values.assign_coords({SITE: values[SITE].to_numpy().astype(str)})
    found = named.sel({SITE: asked.sites}).to_numpy().astype(np.float64)
    _check(what, found)
    return np.asarray(found)
