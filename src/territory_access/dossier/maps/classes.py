"""Which classes a map colours, the same before and after the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Classes:
    """Fixed classes, the same before and after.

    Attributes
    ----------
    column
        What is coloured: ``share`` or ``apl``.
    heading
        What the colours mean, in French.
    edges
        Upper edges: a value belongs to the first class whose edge it does not pass.
    colours, labels
        One a class; labels in French.
    """

    column: str
    heading: str
    edges: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[str, ...]

    def colour(self, values: NDArray[np.float64]) -> list[str]:
        """Return the colour of each value.

        >>> SHARES.colour(np.array([0.0, 0.1, 1.0]))
        ['#f4e3c8', '#cfe4e2', '#0b4a58']
        """
        positions = np.searchsorted(np.asarray(self.edges), values - 1e-9)
        return [self.colours[min(int(place), len(self.colours) - 1)] for place in positions]


# Light to dark of one hue, so that every reader sees the order; sand for « none ».
SHARES = Classes(
    "share",
    "Habitants en recherche qui peuvent obtenir une place",
    (0.0, 0.1, 0.25, 0.5, 0.75, 1.0),
    ("#f4e3c8", "#cfe4e2", "#9acac7", "#5aa5a8", "#277783", "#0b4a58"),
    ("aucun", "moins de 10 %", "10 à 25 %", "25 à 50 %", "50 à 75 %", "plus de 75 %"),
)
CONSULTATIONS = Classes(
    "apl",
    "Consultations accessibles par habitant et par an (APL)",
    (1.5, 2.5, 3.5, 4.5),
    ("#f4e3c8", "#cfe4e2", "#9acac7", "#5aa5a8", "#0b4a58"),
    ("moins de 1,5", "1,5 à 2,5", "2,5 à 3,5", "3,5 à 4,5", "plus de 4,5"),
)
