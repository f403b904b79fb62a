"""What boats add to the times by road: who can reach what across the water, and how soon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import floyd_warshall

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Boats:
    """Lines between quays.

    Attributes
    ----------
    by_road
        Minutes by road between quays, ``(s, s)``.
    minutes
        Minutes of each line, one way, the expected wait included, ``(b,)``.
    island, port
        Positions of its two quays, ``(b,)``.
    """

    by_road: NDArray[np.float64]
    minutes: NDArray[np.float64]
    island: NDArray[np.intp]
    port: NDArray[np.intp]

    def between_quays(self) -> NDArray[np.float64]:
        """Return minutes between quays by any chain of roads and boats, ``(s, s)``.

        Examples
        --------
        Two islands, each with its boat to the same port: one reaches the other by the port.

        >>> roads = np.where(np.eye(3) > 0, 0.0, np.inf)
        >>> boats = Boats(roads, np.array([60.0, 80.0]), np.array([0, 1]), np.array([2, 2]))
        >>> float(boats.between_quays()[0, 1])
        140.0
        """
        direct = self.by_road.copy()
        both = (np.append(self.island, self.port), np.append(self.port, self.island))
        np.minimum.at(direct, both, np.tile(self.minutes, 2))
        return np.asarray(floyd_warshall(direct))


def with_boats(
    road: NDArray[np.float64],
    *,
    boats: Boats,
    to_quays: NDArray[np.float64],
    from_quays: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the minutes by road or by boats, the shorter.

    ``T(o, d) = min(road(o, d), min_{s,t} road(o, s) + chain(s, t) + road(t, d))``

    Parameters
    ----------
    road
        Minutes by road, ``(origins, destinations)``; ``inf`` where none leads.
    boats
        The lines.
    to_quays
        Minutes by road from origins to quays, ``(origins, s)``.
    from_quays
        Minutes by road from quays to destinations, ``(s, destinations)``.

    Examples
    --------
    >>> boats = Boats(np.where(np.eye(2) > 0, 0.0, np.inf), np.array([60.0]), np.array([0]),
    ...               np.array([1]))
    >>> with_boats(np.array([[np.inf]]), boats=boats, to_quays=np.array([[5.0, np.inf]]),
    ...            from_quays=np.array([[np.inf], [10.0]]))
    array([[75.]])
    """
    best = road.copy()
    chains = boats.between_quays()
    onward = np.full(from_quays.shape, np.inf)
    for middle in range(len(chains)):
        np.minimum(onward, chains[:, middle, None] + from_quays[middle], out=onward)
    for quay in range(len(chains)):
        origins = np.flatnonzero(np.isfinite(to_quays[:, quay]))
        by_boat = to_quays[origins, quay, None] + onward[quay]
        best[origins] = np.minimum(best[origins], by_boat)
    return best
