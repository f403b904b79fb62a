"""Who can be recruited, how surely, for how long, and from whom."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from territory_access import access
from territory_access.errors import DataError
from territory_access.parameters import Parameters
from territory_access.services import staffing
from territory_access.services.staffing import net_supply, rota

KNOWN = Parameters.load()
FILLED = KNOWN["staff.salaried_filled_12_months"]


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_law_is_that_of_scipy_and_adds_up(posts: int, asked: int) -> None:
    found = staffing.chances(posts, FILLED, candidates=asked)
    a, b = staffing.beta_law(FILLED)
    assert found.law == pytest.approx(stats.betabinom.pmf(np.arange(asked + 1), asked, a, b))
    assert found.law.sum() == pytest.approx(1)
    assert 0 <= found.expected <= min(posts, asked) + 1e-9
    assert found.low <= found.high + 1e-12
    if posts > asked:
        assert found.all_filled == 0


def test_the_range_of_a_chance_holds_nine_times_in_ten() -> None:
    a, b = staffing.beta_law(FILLED)
    inside = stats.beta.cdf(FILLED.high, a, b) - stats.beta.cdf(FILLED.low, a, b)
    assert inside == pytest.approx(0.9, abs=0.02)


def test_posts_of_one_place_fare_alike() -> None:
    four = staffing.chances(4, FILLED)
    assert four.all_filled > FILLED.value**4
    assert four.low == pytest.approx(0.3**4)
    assert four.high == pytest.approx(0.9**4)
    assert staffing.chances(1, FILLED).all_filled == pytest.approx(0.6)


def test_mayenne_has_about_twelve_retired_doctors_at_its_best() -> None:
    doctors = staffing.retired_gps(305_000, KNOWN)
    assert 0.20 * doctors == pytest.approx(12, abs=1)
    assert staffing.retired_fte(305_000, KNOWN) == pytest.approx(61 * 0.1 * 0.2)


def test_a_small_basin_cannot_staff_a_smp() -> None:
    assert staffing.retired_chances(2.5, 30_000, KNOWN).all_filled == 0
    chances = [staffing.retired_chances(2.5, people, KNOWN).all_filled
               for people in (200_000, 600_000, 1_500_000)]  # fmt: skip
    assert chances == sorted(chances)


def test_a_team_that_nobody_joins_shrinks() -> None:
    left = staffing.team_left(5.0, 6, 0.175)
    assert left == pytest.approx(5 * 0.825 ** np.arange(6))
    renewed = staffing.at_work(np.full(200, 1.0), 0.2)
    assert renewed[-1] == pytest.approx(5)


def test_the_pool_of_siting_is_the_same_formula() -> None:
    share = KNOWN.value("staff.retired_take_up") * KNOWN.value("staff.retired_fte")
    assert staffing.retired_fte(1000, KNOWN) == pytest.approx(
        KNOWN.value("staff.retired_gp_per_1000") * share
    )


def test_a_team_by_boat_takes_more_than_its_hours() -> None:
    low, central, high = staffing.by_boat(5, KNOWN)
    assert 5 < low < central < high


@settings(max_examples=60)
@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.floats(0, 12), max_size=8))
def test_a_rota_holds_every_day_with_the_fewest_doctors(days: dict[str, float]) -> None:
    duties = rota(days)
    held: Counter[str] = Counter()
    worked: Counter[int] = Counter()
    for duty in duties:
        held[duty.site] += duty.days  # type: ignore[assignment]  # days are not whole
        worked[duty.doctor] += duty.days  # type: ignore[assignment]  # days are not whole
    assert all(held[site] == pytest.approx(need, abs=1e-4) for site, need in days.items())
    assert all(load <= 5 + 1e-4 for load in worked.values())
    assert len(worked) <= math.ceil(sum(days.values()) / 5 + 1e-6)


def test_a_negative_day_is_refused() -> None:
    with pytest.raises(DataError):
        rota({"a": -1.0})


def test_poaching_lowers_the_apl_of_donors_and_the_net_total() -> None:
    places = ["A", "B", "C"]
    minutes = xr.DataArray(
        [[0.0, 12.0, 40.0], [12.0, 0.0, 45.0], [40.0, 45.0, 0.0]],
        {"origin": places, "destination": places},
        ("origin", "destination"),
    )
    need = xr.DataArray([10_000.0, 4_000.0, 3_000.0], {"origin": places}, ("origin",))
    supply = pd.Series([0.0, 9_000.0, 6_000.0], index=places)
    found = net_supply(10_000, 0.35, supply, pd.Series([0.0, 12.0, 40.0], index=places), within=50)
    assert found.net == 6_500
    assert found.donors.sum() == pytest.approx(3_500)
    labels = {"destination": places}
    before = access.apl(minutes, need, xr.DataArray(supply.to_numpy(), labels, ("destination",)))
    after_acts = supply.sub(found.donors, fill_value=0).add(
        pd.Series({"A": 10_000.0}), fill_value=0
    )
    after = access.apl(
        minutes, need, xr.DataArray(after_acts.loc[places].to_numpy(), labels, ("destination",))
    )
    assert float(after.sel(origin="C")) < float(before.sel(origin="C"))
    gained = float((after * need).sum() - (before * need).sum())
    assert gained == pytest.approx(6_500)


def test_where_nobody_practises_nothing_is_taken() -> None:
    supply = pd.Series({"A": 0.0, "B": 5_000.0})
    found = net_supply(10_000, 0.35, supply, pd.Series({"A": 5.0, "B": 90.0}), within=50)
    assert found.net == 10_000
    assert found.donors.empty
    few = net_supply(10_000, 0.9, pd.Series({"A": 100.0}), pd.Series({"A": 5.0}), within=50)
    assert few.net == 9_900
    with pytest.raises(DataError):
        net_supply(1, 1.5, supply, supply, within=50)
