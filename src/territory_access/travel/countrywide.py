r"""How many minutes lie between neighbouring communes, for a whole country in some seconds.

For a territory, ``travel.matrix`` goes round the water and keeps every pair. A country has 34,900
communes and 600 million pairs, of which one in two hundred counts. Here each commune meets only
those at most ``REACH_KM`` away on the same land, and takes the better of two ways: the small roads,
in a straight line, or the main roads (``main_ways``), bridges and crossings of ridges included:

.. math:: t_{ij} = e(u_i) + e(u_j) + \min\Big( d_{ij} \exp(x_{ij} \cdot \theta),\;
          \sum_k m_{ijk}\, \mu_k + a_i\, p(u_i) + a_j\, p(u_j) \Big)

:math:`d` kilometres, :math:`u` the urbanity (``estimate.Model.urbanity``), :math:`x` the traits of
a pair (``TRAITS``: urbanity, relief, altitude, slope, length, size of both places), :math:`m` what
the way over main roads is made of, :math:`a` the straight kilometres to it; :math:`e` and :math:`p`
are broken lines. The numbers are those of ``countrywide.toml``: fitted on the APL that the DREES
published for 2018 (``datasets/derive_countrywide.py``), because no times between communes of all
France are at hand. They are what reproduces the APL best, not a survey of roads;
``estimate.Model`` is the better one for a trip.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Self, cast

import numpy as np
import shapely
from scipy.spatial import cKDTree

from territory_access.datasets import land, main_roads
from territory_access.datasets.catalogue import embedded
from territory_access.travel import landmass, main_ways
from territory_access.travel.estimate import Model

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

NAME = "countrywide.toml"
REACH_KM = 27.0
URBANITY = (0.0, 0.7, 1.4, 2.1, 2.6, 3.2)  # where the pace of small roads is given
ENDS = (0.0, 1.0, 2.0, 2.6, 3.2)  # where the minutes to leave or enter a place are
BESIDE = (0.5, 1.5, 2.3, 3.0)  # where the pace from a place to the main road is
TRAITS = ("relief", "altitude", "slope", "length", "larger", "smaller", "core")
_EARTH_KM = 6_371.0088
_RUGGED = 400.0  # metres of relief, the unit of its effect
_MOST_RUGGED = 8.0
_STEEP, _STEEPEST = 10.0, 2.0  # a slope of 1 is a hundred metres a kilometre
_USUAL_KM, _LEAST_KM = 8.0, 0.5
_LARGER, _SMALLER = 3.5, 2.7  # decimal logarithms of usual sizes
_CORE_KM = 1.8  # bandwidth of the density that tells a compact town from a spread one


class Neighbours(NamedTuple):
    """Pairs of places by position, each place with itself at 0 minutes."""

    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    minutes: NDArray[np.float64]


class Survey(NamedTuple):
    """What is known of each pair of neighbours before any minute is counted.

    Attributes
    ----------
    one, other
        Positions of the places, each pair once.
    km
        In a straight line.
    traits
        Shares of the knots of ``URBANITY``, then ``TRAITS`` ``(pairs, 13)``.
    ways
        Over main roads.
    urbanity, relief
        Of each place; relief in units of 400 m.
    """

    one: NDArray[np.int64]
    other: NDArray[np.int64]
    km: Floats
    traits: NDArray[np.float32]
    ways: main_ways.Ways
    urbanity: Floats
    relief: Floats


def survey(places: pd.DataFrame) -> Survey:
    """Return the pairs of neighbours and what lies between them.

    Parameters
    ----------
    places
        ``lon``, ``lat`` (degrees), ``population``, ``relief`` and ``altitude`` (metres), one row a
        place.

    Notes
    -----
    Places on two islands, or an island and the mainland, are no pair: the boat is not here.
    """
    xyz = _on_sphere(places["lon"].to_numpy(float), places["lat"].to_numpy(float))
    near = cKDTree(xyz).query_pairs(REACH_KM, output_type="ndarray").reshape(-1, 2)
    lonlat = np.asarray(shapely.points(places[["lon", "lat"]].to_numpy(float)), dtype=object)
    isle = landmass.numbered(lonlat, land.load(), land.fixed_links())
    near = near[isle[near[:, 0]] == isle[near[:, 1]]]
    near = near[np.argsort(near[:, 0], kind="stable")].astype(np.int64)
    km = np.linalg.norm(xyz[near[:, 0]] - xyz[near[:, 1]], axis=1)
    u = urbanity(places)
    rugged = np.minimum(places["relief"].to_numpy(float) / _RUGGED, _MOST_RUGGED)
    main = _main_roads(xyz, rugged, places["population"].to_numpy(float))
    return Survey(
        near[:, 0],
        near[:, 1],
        km,
        _traits(places, near, km=km, urbanity=u, rugged=rugged),
        main_ways.ways(main, xyz, near, urbanity=u, relief=rugged),
        u,
        rugged,
    )


@dataclass(frozen=True)
class Countrywide:
    """What a kilometre, a town and a mountain cost.

    Attributes
    ----------
    pace
        Minutes a straight kilometre of small roads at the knots ``URBANITY``.
    traits
        Share, as a logarithm, by which one of each of ``TRAITS`` makes it slower.
    ends
        Minutes to leave or enter a place at the knots ``ENDS``.
    main, junction, bends
        Minutes a kilometre of main road at the knots ``main_ways.KNOTS``, minutes a junction, and
        minutes for a kilometre that is twice as long as straight.
    beside, beside_relief
        Minutes a straight kilometre from a place to the main road at the knots ``BESIDE``, and the
        share by which it is slower for 400 m of relief.
    """

    pace: tuple[float, ...]
    traits: tuple[float, ...]
    ends: tuple[float, ...]
    main: tuple[float, ...]
    junction: float
    bends: float
    beside: tuple[float, ...]
    beside_relief: float

    @classmethod
    def load(cls, fit: str = "all") -> Self:
        """Return the committed numbers: fitted on all of France, or on one half of it.

        Parameters
        ----------
        fit
            ``all``, ``first`` or ``second``: which départements they were fitted on.

        Examples
        --------
        >>> Countrywide.load().junction > 0
        True
        """
        numbers = fitted(fit)["minutes"]
        pace, ends, main, beside = (
            tuple(float(value) for value in cast("list[float]", numbers[name]))
            for name in ("pace", "ends", "main", "beside")
        )
        traits = tuple(cast("float", numbers[name]) for name in TRAITS)
        junction, bends, relief = (
            cast("float", numbers[name]) for name in ("junction", "bends", "beside_relief")
        )
        return cls(pace, traits, ends, main, junction, bends, beside, relief)

    def neighbours(self, places: pd.DataFrame) -> Neighbours:
        """Return the pairs of places near each other, and their minutes.

        Parameters
        ----------
        places
            As for ``survey``.

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
        return self.over(survey(places))

    def over(self, pairs: Survey) -> Neighbours:
        """Return the minutes of pairs surveyed already, both ways and of each place to itself."""
        theta = np.array([*np.log(self.pace), *self.traits], np.float32)
        straight = pairs.km * np.exp(pairs.traits @ theta)
        beside = np.interp(pairs.urbanity, BESIDE, self.beside)
        beside *= 1 + self.beside_relief * pairs.relief
        ways = pairs.ways
        mu = np.array([*self.main, self.junction, self.bends], np.float32)
        on_main = (
            ways.made_of @ mu + ways.before * beside[pairs.one] + ways.after * beside[pairs.other]
        )
        ends = np.interp(pairs.urbanity, ENDS, self.ends)
        minutes = np.where(ways.found, np.minimum(straight, on_main), straight)
        minutes += ends[pairs.one] + ends[pairs.other]
        own = np.arange(len(pairs.urbanity))
        return Neighbours(
            np.concatenate([pairs.one, pairs.other, own]),
            np.concatenate([pairs.other, pairs.one, own]),
            np.concatenate([minutes, minutes, np.zeros(len(own))]),
        )


def _traits(
    places: pd.DataFrame, near: NDArray[np.int64], *, km: Floats, urbanity: Floats, rugged: Floats
) -> NDArray[np.float32]:
    """Return what makes a straight kilometre slow or fast, means of both ends."""
    high = places["altitude"].to_numpy(float) / 1000.0
    size = np.log10(places["population"].to_numpy(float) + 10)
    core = _density(places, _CORE_KM) - urbanity
    own = np.column_stack([main_ways.hats(urbanity, URBANITY), rugged, high]).astype(np.float32)
    one, other = near.T
    slope = np.abs(high[one] - high[other]) * _STEEP / np.maximum(km, 1)
    return np.column_stack(
        [
            (own[one] + own[other]) / 2,
            np.minimum(slope, _STEEPEST),
            np.log(np.maximum(km, _LEAST_KM) / _USUAL_KM),
            np.maximum(size[one], size[other]) - _LARGER,
            np.minimum(size[one], size[other]) - _SMALLER,
            (core[one] + core[other]) / 2,
        ]
    ).astype(np.float32)


def _main_roads(places: Floats, rugged: Floats, population: Floats) -> main_ways.Main:
    """Return the main roads of the country, with the urbanity and the relief that they cross."""
    junctions, stretches = main_roads.load()
    xyz = _on_sphere(junctions["lon"].to_numpy(float), junctions["lat"].to_numpy(float))
    ends = stretches[["one", "other"]].to_numpy()
    middles = (xyz[ends[:, 0]] + xyz[ends[:, 1]]) / 2
    _, nearest = cKDTree(places).query(middles)
    u = Model.load().urbanity(1000 * middles, 1000 * places, population=population)
    km = stretches["km"].to_numpy(float)
    return main_ways.graph(xyz, ends, km=km, urbanity=u, relief=rugged[nearest])


def _density(places: pd.DataFrame, bandwidth_km: float) -> Floats:
    """Return the urbanity of each place, people being spread over another distance."""
    metres = 1000 * _on_sphere(places["lon"].to_numpy(float), places["lat"].to_numpy(float))
    people = places["population"].to_numpy(float)
    model = replace(Model.load(), bandwidth_km=bandwidth_km)
    return model.urbanity(metres, metres, population=people)


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
