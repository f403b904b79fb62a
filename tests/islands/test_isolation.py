"""Days without a doctor: against what the chain of days says exactly, and what must be so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_access.errors import DataError
from territory_access.islands import Doctors, Mode, Weather, simulate
from territory_access.islands.isolation import high_days, longest

ALL_YEAR = np.zeros(365, dtype=bool)
SUMMER = high_days("07-01", "08-31")
NOBODY = Doctors(Mode.NONE, count=0)


def worst_run(rate: float, spell: float, days: int = 365) -> float:
    """Return the exact mean of the longest run of cut days, by the chain of (state, run) pairs."""
    leave, enter = 1 / spell, rate / (1 - rate) / spell
    mean, limit = 0.0, 60
    for most in range(limit):  # P(no run longer than `most`)
        state = np.zeros(most + 1)  # days cut so far in this run; 0: open
        state[0] = 1 - rate
        if most:
            state[1] = rate
        for _ in range(days - 1):
            following = np.zeros_like(state)
            following[0] = state[0] * (1 - enter) + state[1:].sum() * leave
            if most:
                following[1] = state[0] * enter
                following[2:] = state[1:-1] * (1 - leave)
            state = following
        mean += 1 - state.sum()
    return mean


@pytest.mark.parametrize(("rate", "spell"), [(0.04, 1.5), (0.02, 3.0), (0.06, 1.1)])
def test_alone_an_island_lacks_a_doctor_when_the_sea_is_rough(rate: float, spell: float) -> None:
    weather = Weather(rate, rate, spell)
    found = simulate(weather, NOBODY, same_day=(1, 1), high=ALL_YEAR, years=4_000)
    assert found.without == found.cut
    assert found.without.mean == pytest.approx(rate * 365, abs=5 * found.without.error)
    assert found.worst.mean == pytest.approx(worst_run(rate, spell), abs=5 * found.worst.error)
    assert found.without.low <= found.without.mean <= found.without.high


def test_spells_are_as_long_as_asked() -> None:
    cut = Weather(0.1, 0.1, 2.5).cut(400, high=ALL_YEAR, rng=np.random.default_rng(1))
    begins = (cut[:, 1:] & ~cut[:, :-1]).sum()
    assert cut[:, 1:].sum() / begins == pytest.approx(2.5, rel=0.03)
    assert cut.mean() == pytest.approx(0.1, rel=0.03)


def test_summer_is_calmer_and_the_year_keeps_its_mean() -> None:
    weather = Weather.of_year(0.04, ratio=0.25, spell=1.5, high_days=int(SUMMER.sum()))
    cut = weather.cut(4_000, high=SUMMER, rng=np.random.default_rng(2))
    assert cut.mean() == pytest.approx(0.04, rel=0.03)
    assert cut[:, SUMMER].mean() == pytest.approx(0.01, rel=0.08)


def test_a_timetable_without_return_is_like_a_rough_sea() -> None:
    found = simulate(Weather(0, 0, 1), NOBODY, same_day=(0, 1), high=SUMMER, years=20)
    assert found.without.mean == 365 - SUMMER.sum()
    assert found.cut.mean == 0


def test_a_doctor_who_comes_by_boat_shortens_no_day_cut() -> None:
    weather = Weather(0.04, 0.04, 1.5)
    year = {"same_day": (1, 1), "high": SUMMER, "years": 500}
    visits = Doctors(Mode.VISITING, days_a_week=5)
    assert simulate(weather, visits, **year).without == simulate(weather, NOBODY, **year).without
    # On an island whose boats allow no return, the same visits are what people have.
    alone = year | {"same_day": (0, 0)}
    found = simulate(weather, visits, **alone)
    assert found.without.mean == pytest.approx(365 * (1 - 5 / 7 * 0.96), abs=1)


@pytest.mark.parametrize("held", [1.0, 0.9])
def test_a_team_in_turns_stays_when_the_sea_holds_the_relief_back(held: float) -> None:
    weather, team = Weather(0.05, 0.05, 2), Doctors(Mode.ROTATING, held=held)
    found = simulate(weather, team, same_day=(0, 0), high=SUMMER, years=2_000)
    assert found.without.mean == pytest.approx(
        365 * (1 - held), abs=max(5 * found.without.error, 0)
    )


def test_two_on_duty_are_rarely_both_missing() -> None:
    year = {"same_day": (0, 0), "high": SUMMER, "years": 2_000}
    calm = Weather(0, 0, 1)
    one, two = (
        simulate(calm, Doctors(Mode.ROTATING, count=count, held=0.9), **year).without.mean
        for count in (1, 2)
    )
    assert one == pytest.approx(36.5, rel=0.05)
    assert two == pytest.approx(3.65, rel=0.15)


def test_residents_away_come_home_by_boat() -> None:
    year = {"same_day": (0, 0), "high": SUMMER, "years": 2_000}
    resident = Doctors(Mode.RESIDENT, absent=0.1, held=0.0)
    found = simulate(Weather(0.05, 0.05, 2), resident, **year)
    assert found.without.mean == pytest.approx(36.5, rel=0.05)
    replaced = Doctors(Mode.RESIDENT, absent=0.1, held=1.0)
    assert simulate(Weather(0, 0, 1), replaced, **year).without.mean == 0


@settings(max_examples=20, deadline=None)
@given(
    rate=st.floats(0, 0.3), spell=st.floats(1, 6), fte=st.floats(0, 6), share=st.floats(0, 1),
    seed=st.integers(0, 1_000),
)  # fmt: skip
def test_what_holds_of_every_year(
    rate: float, spell: float, fte: float, share: float, seed: int
) -> None:
    doctors = Doctors.of_fte(fte, days_per_fte=218)
    year = {"same_day": (share, share), "high": SUMMER, "years": 30, "seed": seed}
    found = simulate(Weather(rate, rate, spell), doctors, **year)
    assert found == simulate(Weather(rate, rate, spell), doctors, **year)
    assert 0 <= found.worst.mean <= found.without.mean <= found.absent.mean <= 365
    alone = simulate(Weather(rate, rate, spell), NOBODY, **year)
    assert found.without.mean <= alone.without.mean


def test_parameters_may_differ_by_year() -> None:
    rates = np.r_[np.zeros(500), np.full(500, 0.1)]
    cut = Weather(rates, rates, 2).cut(1_000, high=ALL_YEAR, rng=np.random.default_rng(0))
    assert not cut[:500].any()
    assert cut[500:].mean() == pytest.approx(0.1, rel=0.05)


def test_runs_and_seasons() -> None:
    days = np.array([[1, 1, 0, 1, 1, 1], [0, 0, 0, 0, 0, 1], [1] * 6], dtype=bool)
    assert longest(days).tolist() == [3, 1, 6]
    assert high_days("12-01", "01-31").sum() == 62


def test_nonsense_is_refused() -> None:
    with pytest.raises(DataError, match="Météo"):
        Weather(0.7, 0.1, 2)
    with pytest.raises(DataError, match="Météo"):
        Weather(0.1, 0.1, 0.5)
    with pytest.raises(DataError, match="part"):
        Doctors(Mode.ROTATING, held=1.2)
    with pytest.raises(DataError, match="visites"):
        Doctors(Mode.VISITING, days_a_week=8)
    with pytest.raises(DataError, match="année"):
        simulate(Weather(0, 0, 1), NOBODY, same_day=(1, 1), high=SUMMER, years=0)
