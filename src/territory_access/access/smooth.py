"""Weights that fall without steps: by a Gaussian, or by a half every so many minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from territory_access.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Weighting(Protocol):
    """Anything that weighs minutes: ``Decay`` in steps, or one of this module."""

    @property
    def reach(self) -> float:
        """Minutes, included, beyond which nothing counts."""

    def __call__(self, minutes: ArrayLike, /) -> NDArray[np.float64]:
        """Return the weight of each time, from 1 down to 0."""


@dataclass(frozen=True)
class Gaussian:
    r"""A bell that is 1 at the door and 0 at the edge of the catchment (Dai 2010).

    .. math:: w(t) = \frac{e^{-\frac12 (t/T)^2} - e^{-\frac12}}{1 - e^{-\frac12}}, \quad t \le T

    Attributes
    ----------
    reach
        Minutes :math:`T` at which nothing is left.

    Raises
    ------
    DataError
        If the reach is not above 0.

    References
    ----------
    D. Dai (2010), Black residential segregation, disparities in spatial access to health care
    facilities, and late-stage breast cancer diagnosis, *Health & Place* 16.

    Examples
    --------
    >>> Gaussian(20)([0, 10, 20, 21]).round(3).tolist()
    [1.0, 0.701, 0.0, 0.0]
    """

    reach: float

    def __post_init__(self) -> None:
        _above_zero(self.reach)

    def __call__(self, minutes: ArrayLike, /) -> NDArray[np.float64]:
        """Return the weight of each time."""
        times = np.asarray(minutes, dtype=np.float64)
        edge = np.exp(-0.5)
        bell = (np.exp(-0.5 * (times / self.reach) ** 2) - edge) / (1 - edge)
        return np.asarray(np.maximum(0.0, bell))


@dataclass(frozen=True)
class Exponential:
    r"""A weight that falls by the same share every minute.

    .. math:: w(t) = e^{-\beta t}, \quad t \le T

    Attributes
    ----------
    beta
        Per minute; 0.1 halves the weight every 7 minutes.
    reach
        Minutes :math:`T` beyond which nothing counts; none by default.

    Raises
    ------
    DataError
        If ``beta`` or the reach is not above 0.

    Examples
    --------
    >>> Exponential(0.1, reach=30)([0, 10, 31]).round(4).tolist()
    [1.0, 0.3679, 0.0]
    """

    beta: float
    reach: float = np.inf

    def __post_init__(self) -> None:
        _above_zero(self.reach)
        if not 0 < self.beta < np.inf:
            raise DataError("Gravité : beta vaut {beta} ; il doit être positif.", beta=self.beta)

    def __call__(self, minutes: ArrayLike, /) -> NDArray[np.float64]:
        """Return the weight of each time."""
        times = np.asarray(minutes, dtype=np.float64)
        return np.where(times <= self.reach, np.exp(-self.beta * times), 0.0)


def _above_zero(reach: float) -> None:
    if not reach > 0:
        raise DataError(
            "Décroissance : portée de {reach} min ; elle doit être positive.", reach=reach
        )
