"""Small random timetables: one pass says what a search for every minute of departure says."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles.time_expanded import usual_seconds

from territory_access.datasets.gtfs_rides import Rides
from territory_access.travel.transit import Habits, table

CRS = "EPSG:2154"
EIGHT = 8 * 3600
MIDDLE = np.array([500_000.0, 6_600_000.0])


@st.composite
def timetables(draw: st.DrawFn) -> tuple[Rides, np.ndarray]:
    """Some vehicles over some stops, whose times have whole minutes and often tie."""
    stops = draw(st.integers(2, 6))
    place = st.tuples(st.integers(0, 9), st.integers(0, 2))
    xy = MIDDLE + 100.0 * np.array(draw(st.lists(place, min_size=stops, max_size=stops)))
    rows = []
    mostly = st.sampled_from([True, True, True, True, False])
    for vehicle in range(draw(st.integers(2, 8))):
        calls = draw(st.lists(st.integers(0, stops - 1), min_size=3, max_size=6))
        now = EIGHT + 60 * draw(st.integers(2, 15))
        for start, end in pairwise(calls):
            now += 60 * draw(st.integers(0, 2))
            arrives = now + 60 * draw(st.integers(0, 6))
            rows.append((start, end, now, arrives, vehicle, draw(mostly), draw(mostly)))
            now = arrives
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    lonlat = gpd.GeoSeries(shapely.points(xy), crs=CRS).to_crs(4326)
    names = [f"s{number}" for number in range(stops)]
    named = pd.DataFrame({"stop_id": names, "name": names, "lon": lonlat.x, "lat": lonlat.y})
    whole = [column.astype(np.int32) for column in columns[:5]]
    return Rides(dt.date(2026, 3, 3), named, *whole, columns[5], columns[6]), xy


def walks(starts: np.ndarray, ends: np.ndarray, longest: float) -> dict[tuple[int, int], int]:
    """Whole seconds, at one metre a second, of every pair near enough."""
    apart = np.hypot(*(starts[:, None] - ends[None]).transpose(2, 0, 1))
    pairs = zip(*np.nonzero(apart <= longest + 1e-3), strict=True)
    return {(int(i), int(j)): int(np.ceil(np.round(apart[i, j], 3))) for i, j in pairs}


@settings(max_examples=60, deadline=None)
@given(timetables(), st.integers(0, 9), st.integers(0, 9), st.integers(1, 4), st.integers(1, 9))
def test_one_pass_is_a_search_at_every_minute(
    made: tuple[Rides, np.ndarray], here: int, there: int, change: int, minutes: int
) -> None:
    rides, xy = made
    starts = MIDDLE + 100.0 * np.array([[here, 0], [9 - here, 2]])
    ends = MIDDLE + 100.0 * np.array([[there, 1], [9 - there, 2], [40, 40]])
    habits = Habits(1.0, walk=301.5, transfer=201.5, change=60 * change,
                    window=(EIGHT, EIGHT + 60 * minutes))  # fmt: skip
    origins, destinations = (
        gpd.GeoSeries(shapely.points(points), index=list(range(len(points))), crs=CRS)
        for points in (starts, ends)
    )
    found = table(rides, origins, destinations, habits=habits, max_minutes=600).to_numpy()
    between = {
        pair: walk for pair, walk in walks(xy, xy, habits.transfer).items() if pair[0] != pair[1]
    }
    for origin, start in enumerate(starts):
        for destination, end in enumerate(ends):
            expected = usual_seconds(
                rides,
                {stop: walk for (_, stop), walk in walks(start[None], xy, habits.walk).items()},
                {stop: walk for (stop, _), walk in walks(xy, end[None], habits.walk).items()},
                between,
                change=habits.change,
                departures=habits.departures.tolist(),
            )
            assert found[origin, destination] == expected / 60
