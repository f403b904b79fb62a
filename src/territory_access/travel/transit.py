r"""Work out how long it takes on foot and by public transport, as the timetable has it.

From each zone: a walk to a stop, rides with changes, a walk to the destination; each walk within
what people accept. Somebody leaves at every minute of a window (8 to 10 h); the way of departure
:math:`\tau` takes :math:`d(\tau) = \min\{\text{arrival}\} - \tau`, the wait for the first vehicle
included, and the table holds the median, so that half of the departures do at least as well:

.. math:: t_{ij} = d_{(\lceil n/2 \rceil)}, \quad d_{(1)} \le \dots \le d_{(n)}

which is how Conveyal's R5 sums up a timetable. It is exact for the timetable that is read; walks
are straight lines with the detour of roads, at one pace. What it does not know: late vehicles,
transport on demand that no timetable tells, fares, wheelchairs, the way back.

References
----------
M. W. Conway, A. Byrd, M. van der Linden (2017), Evidence-based transit and land use sketch planning
using interactive accessibility methods, *Transportation Research Record* 2653.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import geopandas as gpd
import numpy as np
import shapely
import xarray as xr
from scipy.spatial import cKDTree

from territory_access.travel import transit_scan
from territory_access.travel.roads.threads import in_threads
from territory_access.travel.transit_scan import FAR, Links
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.datasets.gtfs_rides import Rides
    from territory_access.parameters import Parameters
    from territory_access.travel.transit_scan import Events

_EVERY = 60  # seconds between two departures


@dataclass(frozen=True)
class Habits:
    """How people use public transport.

    Attributes
    ----------
    metres_per_second
        Pace as the crow flies: that of walking over the detour of ways.
    walk, transfer
        Longest walk to or from a stop, and between two stops: seconds, included.
    change
        Seconds, at least 1, that a change takes beside the walk.
    window
        First departure, and end of departures (not included): seconds after midnight.
    """

    metres_per_second: float
    walk: float
    transfer: float
    change: int
    window: tuple[int, int]

    @classmethod
    def of(cls, parameters: Parameters) -> Self:
        """Return the habits that the parameters ``travel.walk_*`` and ``transit.*`` say."""
        kmh, value = parameters.value("travel.walk_speed"), parameters.value
        start = round(value("transit.window_start") * 3600)
        return cls(
            metres_per_second=kmh / 3.6 / value("travel.detour_plain"),
            walk=value("travel.walk_minutes_max") * 60,
            transfer=value("transit.transfer_minutes") * 60,
            change=max(1, round(value("transit.change_minutes") * 60)),
            window=(start, start + round(value("transit.window_hours") * 3600)),
        )

    @property
    def departures(self) -> NDArray[np.int32]:
        """Every minute of the window, in seconds after midnight; at least one."""
        start, end = self.window
        return np.arange(start, max(end, start + 1), _EVERY, dtype=np.int32)


def table(
    rides: Rides,
    origins: gpd.GeoSeries,
    destinations: gpd.GeoSeries,
    *,
    habits: Habits,
    max_minutes: float = 60.0,
) -> xr.DataArray:
    """Return the usual minutes by public transport, door to door; walking all the way is not in it.

    Parameters
    ----------
    rides
        What runs on the day (``datasets.gtfs_rides.load``).
    origins, destinations
        Points by id, in one projected CRS.
    habits
        Walks, changes, and the departures over which the median is taken.
    max_minutes
        Longer ways are ``inf``: out of reach.

    Returns
    -------
    xarray.DataArray
        Minutes ``(origin, destination)``, float64, ``inf`` where fewer than half of the departures
        have a way within ``max_minutes``. ``attrs``: ``units``, ``engine`` (``"timetable"``),
        ``mode``, ``day``, ``departures`` (how many), ``stops``, ``vehicles``, ``max_minutes``.

    Examples
    --------
    A bus every half hour from A, 20 minutes to B: half of those who leave wait 14 minutes at most.

    >>> import datetime as dt, geopandas as gpd, numpy as np, pandas as pd
    >>> from territory_access.datasets.gtfs_rides import Rides
    >>> stops = pd.DataFrame({"stop_id": ["A", "B"], "name": ["A", "B"],
    ...                       "lon": [3.0, 3.2], "lat": [46.5, 46.5]})
    >>> leaves = np.arange(8 * 3600 + 1740, 12 * 3600, 1800, dtype=np.int32)
    >>> bus, yes = np.arange(len(leaves), dtype=np.int32), np.ones(len(leaves), bool)
    >>> rides = Rides(dt.date(2026, 3, 3), stops, 0 * bus, 0 * bus + 1, leaves, leaves + 1200,
    ...               bus, yes, yes)
    >>> points = gpd.GeoSeries.from_xy(stops.lon, stops.lat, index=["A", "B"], crs=4326)
    >>> points = points.to_crs(2154)
    >>> habits = Habits(1.0, walk=600, transfer=300, change=120, window=(28_800, 36_000))
    >>> table(rides, points[:1], points[1:], habits=habits).values.tolist()
    [[34.0]]
    """
    departures = habits.departures
    last = departures[-1] + max_minutes * 60
    day = _between(rides, int(departures[0]), last)
    stops = shapely.get_coordinates(
        gpd.GeoSeries.from_xy(day.stops["lon"], day.stops["lat"], crs=4326)
        .to_crs(origins.crs)
        .array
    )
    starts, ends = (shapely.get_coordinates(points.array) for points in (origins, destinations))
    to_stops = _walks(starts, stops, seconds=habits.walk, pace=habits.metres_per_second)
    from_stops = _walks(stops, ends, seconds=habits.walk, pace=habits.metres_per_second)
    between = _walks(stops, stops, seconds=habits.transfer, pace=habits.metres_per_second)
    question = _Question(
        day, transit_scan.events(day, between, change=habits.change), from_stops, departures
    )
    found = np.full((len(origins), len(destinations)), np.inf)
    near = np.flatnonzero(np.diff(to_stops.first))

    def work(origin: int) -> None:
        found[origin] = question.seconds(to_stops, origin, len(destinations)) / 60

    if len(day.start):
        in_threads(work, near.tolist(), threads=os.cpu_count() or 1)
    return xr.DataArray(
        np.where(found <= max_minutes, found, np.inf),
        {ORIGIN: origins.index.to_numpy(), DESTINATION: destinations.index.to_numpy()},
        (ORIGIN, DESTINATION),
        name="travel_time",
        attrs={
            "units": "minutes",
            "engine": "timetable",
            "mode": "walk and public transport",
            "day": str(rides.day),
            "departures": len(departures),
            "stops": len(rides.stops),
            "vehicles": int(rides.vehicle.max(initial=-1)) + 1,
            "max_minutes": float(max_minutes),
        },
    )


@dataclass(frozen=True, eq=False)
class _Question:
    """What is the same for every origin."""

    rides: Rides
    events: Events
    from_stops: Links
    departures: NDArray[np.int32]

    def seconds(self, to_stops: Links, origin: int, places: int) -> NDArray[np.float64]:
        """Return the median way from one origin to each destination ``(places,)``, in seconds."""
        day, count = self.rides, len(self.rides.start)
        walk = np.full(len(day.stops), FAR, np.int32)
        mine = slice(*to_stops.first[origin : origin + 2])
        walk[to_stops.to[mine]] = to_stops.seconds[mine]
        on = np.empty(count, np.int32)
        aboard = np.empty(int(day.vehicle.max()) + 1, np.int32)
        at = np.empty(len(day.stops), np.int32)
        transit_scan.latest(
            *self.events, day.start, day.leaves, day.vehicle, day.boards, walk, on, aboard, at
        )
        arrives = np.empty((places, len(self.departures)), np.int32)
        transit_scan.arrivals(
            on, day.end, day.arrives, day.alights, *self.from_stops, self.departures, arrives
        )
        took = np.empty(places)
        transit_scan.usual(arrives, self.departures, (len(self.departures) - 1) // 2, took)
        return took


def _between(rides: Rides, start: int, end: float) -> Rides:
    """Return the rides that leave from ``start`` on and arrive by ``end``; others serve nobody."""
    kept = (rides.leaves >= start) & (rides.arrives <= end)
    parts = ("start", "end", "leaves", "arrives", "vehicle", "boards", "alights")
    return replace(rides, **{name: getattr(rides, name)[kept] for name in parts})


def _walks(
    starts: NDArray[np.float64], ends: NDArray[np.float64], *, seconds: float, pace: float
) -> Links:
    """Return the walks of at most some seconds, rounded up to whole ones."""
    near = cKDTree(starts).sparse_distance_matrix(
        cKDTree(ends), seconds * pace, output_type="ndarray"
    )
    order = np.lexsort((near["j"], near["i"]))
    near = near[order]
    first = np.searchsorted(near["i"], np.arange(len(starts) + 1)).astype(np.int32)
    took = np.ceil(np.round(near["v"] / pace, 6)).astype(np.int32)
    return Links(first, near["j"].astype(np.int32), took)
