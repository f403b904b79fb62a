"""What a boat costs in time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_access.datasets import ferries
from territory_access.parameters import Parameters
from territory_access.travel import ferry

HOURS = st.floats(5, 300)
BOATS = st.integers(1, 20)


def test_groix_takes_five_and_a_half_hours_and_houat_nine() -> None:
    groix = ferry.round_trip(85, sailings=5, consultation=20, window=720)
    houat = ferry.round_trip(80, sailings=2, consultation=20, window=720)
    assert groix / 60 == pytest.approx(5.5, abs=0.1)
    assert houat / 60 == pytest.approx(9.0, abs=0.1)


@given(one_way=HOURS, sailings=BOATS)
def test_one_boat_more_never_costs_time(one_way: float, sailings: int) -> None:
    fewer = ferry.round_trip(one_way, sailings=sailings, consultation=20, window=720)
    more = ferry.round_trip(one_way, sailings=sailings + 1, consultation=20, window=720)
    assert more < fewer


@given(sailings=BOATS, on_land=HOURS)
def test_what_fits_in_a_day_still_fits_with_one_boat_more(sailings: int, on_land: float) -> None:
    day = {"crossing": 40.0, "check_in": 15.0, "window": 720.0}
    if ferry.same_day_feasible(on_land, sailings=sailings, **day):
        assert ferry.same_day_feasible(on_land, sailings=sailings + 1, **day)


def test_one_boat_a_day_never_brings_back_the_same_day() -> None:
    for crossing in (0, 5, 60):
        assert not ferry.same_day_feasible(
            30, sailings=1, crossing=crossing, check_in=15, window=720
        )


def test_the_wait_is_half_a_headway_each_way() -> None:
    there_and_back = 2 * ferry.expected_wait(3, window=720)
    assert there_and_back == ferry.headway(3, window=720)
    spent = ferry.round_trip(60, sailings=3, consultation=20, window=720)
    assert spent == 2 * (60 + ferry.expected_wait(3, window=720)) + 20


@pytest.mark.parametrize("season", ["low", "high"])
def test_every_line_of_the_table_adds_up(season: str) -> None:
    boats, parameters = ferries.load(), Parameters.load()
    table = ferry.crossings(boats, season=season, parameters=parameters)
    assert list(table.index) == list(boats.index)
    parts = table[["check_in", "wait", "crossing", "egress"]].sum(axis=1)
    assert table["minutes"].tolist() == pytest.approx(parts.tolist())
    assert table["headway"].tolist() == pytest.approx((2 * table["wait"]).tolist())
    assert (table["minutes"] >= 20).all()


def test_the_user_may_change_the_check_in() -> None:
    boats = ferries.load()
    usual = ferry.crossings(boats, season="low", parameters=Parameters.load())
    late = ferry.crossings(
        boats, season="low", parameters=Parameters.load({"ferry.check_in_minutes": 25})
    )
    gap = (late["minutes"] - usual["minutes"]).unique()
    assert gap == pytest.approx([10.0])
