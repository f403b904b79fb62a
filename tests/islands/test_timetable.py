"""Boats of one day, and what they allow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_access.errors import DataError
from territory_access.islands import Timetable
from territory_access.travel import ferry

HOURS = st.lists(st.floats(0, 1_439), max_size=6)


def test_a_boat_home_before_the_boat_out_allows_nothing() -> None:
    islander = Timetable(out=(480,), back=(1_080,), crossing=45)
    assert islander.same_day(60, check_in=15)
    assert not islander.reversed.same_day(60, check_in=15)
    assert islander.reversed.away(60) == float("inf")


def test_hours_ashore_end_at_check_in() -> None:
    boats = Timetable(out=(480, 600), back=(900, 1_020), crossing=40)
    assert boats.stay(check_in=15) == 1_020 - 15 - 480 - 40
    assert boats.away(60, check_in=15) == 15 + 900 + 40 - 600
    assert boats.headway == 120


@pytest.mark.parametrize("sailings", [1, 2, 3, 5, 26])
@pytest.mark.parametrize("on_land", [30, 80, 305, 306, 500])
def test_spread_boats_agree_with_the_formula(sailings: int, on_land: int) -> None:
    boats = Timetable.spread(sailings, crossing=40, window=720)
    assert not boats.exact
    assert boats.same_day(on_land, check_in=15) == ferry.same_day_feasible(
        on_land, sailings=sailings, crossing=40, check_in=15, window=720
    )


@given(out=HOURS, back=HOURS, on_land=st.floats(0, 600), check_in=st.floats(0, 30))
def test_a_visit_takes_a_pair_of_boats(
    out: list[float], back: list[float], on_land: float, check_in: float
) -> None:
    boats = Timetable(tuple(out), tuple(back), crossing=40)
    pairs = [home - start for start in out for home in back]
    fits = [gap for gap in pairs if gap - 40 - check_in >= on_land + 1e-6]
    if fits:
        assert boats.same_day(on_land, check_in=check_in)
        assert boats.away(on_land, check_in=check_in) <= min(fits) + check_in + 40 + 1e-6
    elif all(gap - 40 - check_in < on_land - 1e-6 for gap in pairs):
        assert not boats.same_day(on_land, check_in=check_in)
        assert boats.away(on_land, check_in=check_in) == float("inf")


def test_nonsense_is_refused() -> None:
    with pytest.raises(DataError, match="heure"):
        Timetable((float("nan"),), (600,), crossing=40)
    with pytest.raises(DataError, match="traversée"):
        Timetable((480,), (600,), crossing=0)
    assert Timetable((), (600,), crossing=40).stay() == float("-inf")
