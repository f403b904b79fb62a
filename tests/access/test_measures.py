"""Closest, cumulative and gravity: edges, emptiness and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from territory_access import access
from territory_access.errors import DataError

INF = float("inf")
CODES = {"origin": ["A", "B", "C"], "destination": ["S", "T"]}
TIMES = xr.DataArray([[4.0, 20.0], [20.5, 9.0], [INF, INF]], CODES)
OFFERS = xr.DataArray([3.0, 10.0], {"destination": ["S", "T"]})


def test_closest_of_a_dataset_or_of_its_variable() -> None:
    both = access.closest(xr.Dataset({"travel_time": TIMES})), access.closest(TIMES.T)
    for found in both:
        assert found.values.tolist() == [4.0, 9.0, INF]
        assert found.attrs["units"] == "minutes"


def test_there_is_no_third_of_two() -> None:
    assert access.closest(TIMES, rank=2).values.tolist() == [20.0, 20.5, INF]
    assert access.closest(TIMES, rank=3).values.tolist() == [INF] * 3
    with pytest.raises(DataError, match="commence à 1"):
        access.closest(TIMES, rank=0)


def test_without_destinations_nothing_is_close() -> None:
    none = TIMES.isel(destination=[])
    nothing = OFFERS.isel(destination=[])
    assert access.closest(none).values.tolist() == [INF] * 3
    assert access.cumulative(none, nothing, 20).values.tolist() == [0.0] * 3
    assert access.gravity(none, nothing, 0.1).values.tolist() == [0.0] * 3


def test_cumulative_includes_the_last_minute() -> None:
    assert access.cumulative(TIMES, OFFERS, 20).values.tolist() == [13.0, 10.0, 0.0]
    assert access.cumulative(TIMES, OFFERS, INF).values.tolist() == [13.0, 13.0, 0.0]


def test_gravity_by_hand() -> None:
    found = access.gravity(TIMES, OFFERS, 0.1)
    by_hand = 3 * np.exp(-0.4) + 10 * np.exp(-2.0)
    assert found.values[0] == pytest.approx(by_hand, rel=1e-12)
    assert found.values[2] == 0.0


@pytest.mark.parametrize("beta", [0.0, -1.0, INF, float("nan")])
def test_gravity_without_a_slope_is_refused(beta: float) -> None:
    with pytest.raises(DataError, match="beta"):
        access.gravity(TIMES, OFFERS, beta)


@pytest.mark.parametrize("bad", [-1.0, float("nan")])
def test_impossible_times_are_refused(bad: float) -> None:
    with pytest.raises(DataError, match="1 valeurs négatives ou absentes"):
        access.closest(xr.where(TIMES == 4.0, bad, TIMES))


def test_tables_of_other_sites_are_refused() -> None:
    with pytest.raises(DataError, match="mêmes zones"):
        access.cumulative(TIMES, OFFERS[::-1], 20)
    with pytest.raises(DataError, match="dimensions"):
        access.closest(TIMES.rename(origin="zone"))
