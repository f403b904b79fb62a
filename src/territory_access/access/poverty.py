r"""How many people are below a line of access, how far below, and how unequally so.

.. math:: \mathrm{FGT}_\alpha = \sum_{i :\, A_i < z} p_i \left( \frac{z - A_i}{z} \right)^{\alpha}

:math:`\alpha = 0` counts people, 1 adds up what they lack, 2 counts most those who lack most.

References
----------
J. Foster, J. Greer and E. Thorbecke (1984), A class of decomposable poverty measures,
*Econometrica* 52.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.access.equity import shares_of
from territory_access.errors import DataError

if TYPE_CHECKING:
    import xarray as xr


def poverty(
    values: xr.DataArray, people: xr.DataArray, line: float, *, alpha: float = 0.0
) -> float:
    """Return the Foster–Greer–Thorbecke measure of access below a line.

    Parameters
    ----------
    values
        Access a person, 0 or more ``(origin)``; the more the better.
    people
        Inhabitants ``(origin)``.
    line
        Access below which people are poor in it, above 0; people on the line are not.
    alpha
        0 the share of people below, 1 the mean gap, 2 the mean square gap.

    Raises
    ------
    DataError
        If labels differ, an amount is negative, missing or infinite, nobody lives there, the line
        is not above 0, or ``alpha`` is negative.

    Examples
    --------
    >>> import xarray as xr
    >>> zones = {"origin": ["A", "B", "C"]}
    >>> level, people = xr.DataArray([1.0, 2.0, 3.0], zones), xr.DataArray([1, 1, 2], zones)
    >>> [poverty(level, people, 2.5, alpha=alpha) for alpha in (0, 1, 2)]
    [0.5, 0.2, 0.1]
    """
    if not (line > 0 and alpha >= 0):
        raise DataError(
            "Pauvreté d’accès : seuil {line}, alpha {alpha} ; ils doivent être positifs.",
            line=line,
            alpha=alpha,
        )
    level, share = shares_of(values, people)
    poor = level < line
    return float(share[poor] @ np.power((line - level[poor]) / line, alpha))
