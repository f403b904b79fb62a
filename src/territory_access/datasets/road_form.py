"""Say what a road network looks like before it is a graph: stretches, nodes, turns.

The names are OSMnx's own (``u``, ``v``, ``key``, ``length`` in metres, ``highway``, ``oneway``,
``maxspeed``, ``speed_kph``, ``travel_time`` in seconds, ``geometry``), so that any OSMnx graph
loads unchanged. One difference: a two-way street is one row with ``oneway`` false, not two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.datasets.osm_access import Mode

FERRY = "ferry"
WGS84 = "EPSG:4326"
EARTH_RADIUS = 6_371_009.0  # metres, mean radius, as in OSMnx
_LAMBERT = "EPSG:2154"
_FRANCE = (-5.6, 41.0, 9.8, 51.3)  # west, south, east, north: where Lambert-93 is used


@dataclass(frozen=True)
class Roads:
    """The roads of one extract for one mode, not yet a graph.

    Attributes
    ----------
    nodes
        Index ``osmid``; ``x``, ``y`` in ``crs`` (metres), ``lon``, ``lat`` (degrees), ``signals``
        (traffic lights).
    edges
        One row a stretch between two nodes: ``u``, ``v``, ``key``, ``osmid`` (of the way),
        ``highway`` (``ferry`` for a boat), ``oneway`` (only from ``u`` to ``v``), ``length``
        (metres), ``maxspeed`` (km/h, ``nan`` unknown), ``zone`` (``urban``, ``rural`` or empty, by
        tags), ``access`` (``open`` or ``destination``), ``snap`` (people may start or end here);
        boats have ``duration``, ``headway`` (seconds, ``nan`` unknown), ``seasonal``, ``name``.
        Where the source knows them: ``travel_time`` (seconds), ``geometry`` (lines in ``crs``,
        from ``u`` to ``v``; a stretch without one is straight).
    turns
        Turn restrictions: ``via`` (node), ``from_way``, ``to_way``, ``only`` (the one turn allowed
        rather than one forbidden).
    crs
        Of ``x``, ``y`` and ``geometry``; its unit is the metre.
    mode
        ``car``, ``bike`` or ``walk``.
    left_out
        How many ways, nodes and relations were not used, by reason (in French).
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    turns: pd.DataFrame
    crs: str
    mode: Mode
    left_out: Mapping[str, int]


def metric_crs(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> str:
    """Return the CRS in metres for these places: Lambert-93 around France, else UTM.

    >>> metric_crs(np.array([9.1]), np.array([42.2]))
    'EPSG:2154'
    >>> metric_crs(np.array([14.4]), np.array([35.9]))
    'EPSG:32633'
    """
    east, north = float(np.median(lon)), float(np.median(lat))
    if _FRANCE[0] <= east <= _FRANCE[2] and _FRANCE[1] <= north <= _FRANCE[3]:
        return _LAMBERT
    zone = min(int((east + 180) // 6) + 1, 60)
    return f"EPSG:{(32600 if north >= 0 else 32700) + zone}"


def project(
    x: NDArray[np.float64], y: NDArray[np.float64], *, source: str, target: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return coordinates in another CRS, x (or longitude) first."""
    from pyproj import Transformer

    if source == target:
        return x, y
    to = Transformer.from_crs(source, target, always_xy=True)
    east, north = to.transform(x, y)
    return np.asarray(east), np.asarray(north)


def steps(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return great-circle metres from each point to the next (haversine, n - 1 values).

    >>> steps(np.array([0.0, 0.0]), np.array([47.0, 48.0])).round()
    array([111195.])
    """
    a, b = np.radians(lat[:-1]), np.radians(lat[1:])
    half = np.sin((b - a) / 2) ** 2
    half += np.cos(a) * np.cos(b) * np.sin(np.radians(np.diff(lon)) / 2) ** 2
    metres: NDArray[np.float64] = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return metres
