r"""How much a site counts when the minutes to it are only known within an error.

A step at 20 minutes says that 19 counts and 21 does not. Where the minutes are an estimate that may
be several off, the weight to expect is a mean of the steps over the error: with true minutes spread
evenly within :math:`\pm a(t)` around the estimate, :math:`a(t) = a_0 + a_1 t`,

.. math:: \bar w(t) = \sum_k (w_k - w_{k+1})\,
          \min\Big(1, \max\Big(0, \tfrac12 + \frac{e_k - t}{2\,a(t)}\Big)\Big).

On estimated times this ranks communes better than hard steps do; with exact times it would only
blur them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from territory_access.access.decay import Decay


@dataclass(frozen=True)
class Blurred:
    """Steps seen through an error of the minutes.

    Attributes
    ----------
    steps
        The weights of exact times.
    error, growth
        Minutes of error at the door, and how much more for each minute further, below 1.

    Raises
    ------
    DataError
        If the error is negative, null everywhere, or grows as fast as the minutes.

    Examples
    --------
    >>> from territory_access.access.decay import Decay
    >>> blurred = Blurred(Decay.drees(), error=4.0, growth=0.0)
    >>> blurred([0, 10, 12, 20, 24]).round(3).tolist()
    [1.0, 0.833, 0.708, 0.167, 0.0]
    """

    steps: Decay
    error: float
    growth: float

    def __post_init__(self) -> None:
        if not (self.error > 0 and 0 <= self.growth < 1):
            raise DataError(
                "Erreur des temps : {error} min et {growth} par minute ; la première est positive, "
                "la seconde entre 0 et 1.",
                error=self.error,
                growth=self.growth,
            )

    def __call__(self, minutes: ArrayLike, /) -> NDArray[np.float64]:
        """Return the weight to expect of each estimated time; 0 where it is ``inf``."""
        given = np.asarray(minutes, dtype=np.float64)
        near = np.minimum(given, 2 * self.reach)
        twice = 2 * (self.error + self.growth * near)
        falls = -np.diff([*self.steps.weights, 0.0])
        found = np.zeros_like(near)
        for edge, fall in zip(self.steps.edges, falls, strict=True):
            found += fall * np.clip(0.5 + (edge - near) / twice, 0.0, 1.0)
        return np.where(given <= 0, self.steps.weights[0], found)

    @property
    def reach(self) -> float:
        """Minutes beyond which nothing counts: the last edge and the error there."""
        return (self.steps.reach + self.error) / (1 - self.growth)
