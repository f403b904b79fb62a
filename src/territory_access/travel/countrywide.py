r"""How many minutes lie between neighbouring communes, for a whole country in a second or two.

For a territory, ``travel.matrix`` goes round the water and keeps every pair. A country has 34,900
communes and 600 million pairs, of which one in two hundred counts. Here each commune meets only
those at most ``REACH_KM`` away on the same land, in a straight line, at the pace of both ends:

.. math:: t_{ij} = e(u_i) + e(u_j) + d_{ij}\, \frac{p_i + p_j}{2}, \qquad
          p_i = p(u_i)\,\Big(1 + a\,\frac{r_i}{400}\Big)\Big(1 + b\,\frac{z_i}{1000}\Big)

with :math:`d` in kilometres, :math:`u` the urbanity (``estimate.Model.urbanity``), :math:`p` and
:math:`e` broken lines, :math:`r` the relief and :math:`z` the altitude in metres. The numbers are
those of ``countrywide.toml``: fitted on the APL that the DREES published for 2018, because no times
between communes of all France are at hand. They are what reproduces the APL best, not a survey of
roads; ``estimate.Model`` is the better one for a trip.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self, cast

import numpy as np
import shapely
from scipy.spatial import cKDTree

from territory_access.datasets import land
from territory_access.datasets.catalogue import embedded
from territory_access.travel import landmass
from territory_access.travel.estimate import Model

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

NAME = "countrywide.toml"
REACH_KM = 24.0
_EARTH_KM = 6_371.0088
_RUGGED = 400.0  # metres of relief, the unit of its effect
_MOST_RUGGED = 8.0


class Neighbours(NamedTuple):
    """Pairs of places by position, each place with itself at 0 minutes."""

    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    minutes: NDArray[np.float64]


@dataclass(frozen=True)
class Countrywide:
    """What a kilometre, a town and a mountain cost.

    Attributes
    ----------
    urbanity, pace
        Knots, and minutes a kilometre at each.
    ends_urbanity, ends
        Knots, and minutes to leave or enter a place at each.
    relief, altitude
        Share by which a kilometre is slower for 400 m of relief, for 1,000 m of altitude.
    """

    urbanity: tuple[float, ...]
    pace: tuple[float, ...]
    ends_urbanity: tuple[float, ...]
    ends: tuple[float, ...]
    relief: float
    altitude: float

    @classmethod
    def load(cls, fit: str = "all") -> Self:
        """Return the committed numbers: fitted on all of France, or on one half of it.

        Parameters
        ----------
        fit
            ``all``, ``first`` or ``second``: which départements they were fitted on.

        Examples
        --------
        >>> Countrywide.load().altitude > 0
        True
        """
        numbers = fitted(fit)["minutes"]
        knots, pace, ends_knots, ends = (
            tuple(float(value) for value in cast("list[float]", numbers[name]))
            for name in ("urbanity", "pace", "ends_urbanity", "ends")
        )
        relief, altitude = (cast("float", numbers[name]) for name in ("relief", "altitude"))
        return cls(knots, pace, ends_knots, ends, relief, altitude)

    def neighbours(self, places: pd.DataFrame) -> Neighbours:
        """Return the pairs of places near each other, and their minutes.

        Parameters
        ----------
        places
            ``lon``, ``lat`` (degrees), ``population``, ``relief`` and ``altitude`` (metres), one
            row a place.

        Notes
        -----
        Places on two islands, or an island and the mainland, are no pair: the boat is not here.

        Examples
        --------
        >>> import pandas as pd
        >>> places = pd.DataFrame({
        ...     "lon": [-0.77, -0.70, 2.0], "lat": [48.07, 48.07, 48.0],
        ...     "population": [50_000, 900, 500], "relief": 0.0, "altitude": 60.0})
        >>> found = Countrywide.load().neighbours(places)
        >>> len(found.minutes), bool((found.minutes <= 20).all())
        (5, True)
        """
        xyz = _on_sphere(places["lon"].to_numpy(float), places["lat"].to_numpy(float))
        near = cKDTree(xyz).query_pairs(REACH_KM, output_type="ndarray")
        lonlat = np.asarray(shapely.points(places[["lon", "lat"]].to_numpy(float)), dtype=object)
        isle = landmass.numbered(lonlat, land.load(), land.fixed_links())
        one, other = near[isle[near[:, 0]] == isle[near[:, 1]]].T
        km = np.linalg.norm(xyz[one] - xyz[other], axis=1)
        u = urbanity(places)
        ends = np.interp(u, self.ends_urbanity, self.ends)
        pace = np.interp(u, self.urbanity, self.pace) * self._slowness(places)
        minutes = ends[one] + ends[other] + km * (pace[one] + pace[other]) / 2
        minutes = np.maximum(minutes, 0.0)
        own = np.arange(len(places))
        return Neighbours(
            np.concatenate([one, other, own]),
            np.concatenate([other, one, own]),
            np.concatenate([minutes, minutes, np.zeros(len(own))]),
        )

    def _slowness(self, places: pd.DataFrame) -> NDArray[np.float64]:
        """Return the factor of what the land costs at each place: 1 in a plain by the sea."""
        rugged = np.minimum(places["relief"].to_numpy(float) / _RUGGED, _MOST_RUGGED)
        high = places["altitude"].to_numpy(float) / 1000.0
        factor: NDArray[np.float64] = (1 + self.relief * rugged) * (1 + self.altitude * high)
        return factor


def urbanity(places: pd.DataFrame) -> NDArray[np.float64]:
    """Return how urban each place is: 0 where nobody lives, 2 at 990 inhabitants a km².

    >>> import pandas as pd
    >>> places = pd.DataFrame({"lon": [2.0], "lat": [48.0], "population": [80_000.0]})
    >>> urbanity(places).round(1).tolist()
    [2.0]
    """
    metres = 1000 * _on_sphere(places["lon"].to_numpy(float), places["lat"].to_numpy(float))
    return Model.load().urbanity(metres, metres, population=places["population"].to_numpy(float))


def fitted(fit: str) -> dict[str, dict[str, object]]:
    """Return the tables of one fit: ``minutes``, ``blur``, ``activity``, ``rates``."""
    table: dict[str, dict[str, object]] = tomllib.loads(embedded(NAME).read_text("utf-8"))[fit]
    return table


def _on_sphere(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points on the globe in kilometres: straight distances of some km are those of it."""
    east, north = np.radians(lon), np.radians(lat)
    unit = [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    return _EARTH_KM * np.column_stack(unit)
