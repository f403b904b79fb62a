"""Indices of inequality: by hand, at their bounds, and what must hold of any distribution."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_access import access
from territory_access.errors import DataError

FEW = settings(max_examples=80, deadline=None)


def zones(*values: float) -> xr.DataArray:
    return xr.DataArray(list(values), {"origin": np.arange(len(values))}).astype(float)


@st.composite
def places(draw: st.DrawFn) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    size = draw(st.integers(2, 9))
    level = draw(st.lists(st.floats(0, 9), min_size=size, max_size=size))
    people = draw(st.lists(st.integers(1, 500), min_size=size, max_size=size))
    rank = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    return zones(*level), zones(*people), zones(*rank)


def test_gini_is_the_mean_difference() -> None:
    level, people = zones(1, 2, 6), zones(10, 70, 20)
    share = people.values / 100
    gaps = np.abs(level.values[:, None] - level.values)
    by_hand = share @ gaps @ share / (2 * share @ level.values)
    assert access.gini(level, people) == pytest.approx(by_hand, rel=1e-12)


def test_all_for_one() -> None:
    assert access.gini(zones(0, 0, 0, 8), zones(1, 1, 1, 1)) == pytest.approx(0.75)
    assert access.theil(zones(0, 0, 0, 8), zones(1, 1, 1, 1)).total == pytest.approx(np.log(4))


def test_nothing_for_anybody_is_equal() -> None:
    level, people, rank = zones(0, 0), zones(5, 9), zones(1, 2)
    assert access.gini(level, people) == 0
    assert access.theil(level, people, groups=rank).total == 0
    assert access.palma(level, people) == access.decile_ratio(level, people) == 1
    assert access.tenth_ratio(level, people) == 1
    assert access.concentration(level, people, rank) == 0
    assert access.slope_index(level, people, rank) == 0


def test_a_tenth_with_nothing_has_no_ratio() -> None:
    level, people = zones(0, 1), zones(20, 80)
    assert access.decile_ratio(level, people) == float("inf")
    assert access.tenth_ratio(level, people) == float("inf")
    assert access.palma(level, people) == pytest.approx(2.0)


def test_palma_along_income() -> None:
    level, people, income = zones(4, 1, 2), zones(40, 50, 10), zones(30, 20, 10)
    # The poorest four tenths: 10 people at 2 and 30 at 1; the richest tenth at 4.
    assert access.palma(level, people, by=income) == pytest.approx(4 / ((2 + 3) / 4))


def test_concentration_by_hand() -> None:
    level, people, income = zones(1, 3), zones(75, 25), zones(1, 2)
    mean, cov = 1.5, 0.75 * (1 - 1.5) * (0.375 - 0.5) + 0.25 * (3 - 1.5) * (0.875 - 0.5)
    index = 2 * cov / mean
    assert access.concentration(level, people, income) == pytest.approx(index)
    assert access.concentration(
        level, people, income, correction="erreygers", bounds=(0, 5)
    ) == pytest.approx(4 * mean / 5 * index)
    assert access.concentration(
        level, people, income, correction="wagstaff", bounds=(0, 5)
    ) == pytest.approx(index * mean * 5 / ((5 - mean) * mean))
    with pytest.raises(DataError, match="sort de ses bornes"):
        access.concentration(level, people, income, correction="wagstaff", bounds=(0, 2))


def test_the_slope_is_that_of_a_regression() -> None:
    rng = np.random.default_rng(0)
    level, people, rank = (
        zones(*rng.uniform(0, 5, 8)),
        zones(*rng.integers(1, 9, 8)),
        zones(*range(8)),
    )
    share = people.values / people.values.sum()
    place = np.cumsum(share) - share / 2
    slope = np.polyfit(place, level.values, 1, w=np.sqrt(share))[0]
    assert access.slope_index(level, people, rank) == pytest.approx(slope)


def test_a_rank_that_is_missing_is_refused() -> None:
    with pytest.raises(DataError, match="1 valeurs absentes"):
        access.slope_index(zones(1, 2), zones(1, 1), zones(1, float("nan")))


def test_poverty_counts_nobody_on_the_line() -> None:
    level, people = zones(0, 2, 2.5, 9), zones(10, 20, 30, 40)
    assert [access.poverty(level, people, 2.5, alpha=a) for a in (0, 1, 2)] == pytest.approx(
        [0.3, 0.1 + 0.2 * 0.2, 0.1 + 0.2 * 0.04]
    )
    with pytest.raises(DataError, match="seuil 0"):
        access.poverty(level, people, 0)


def test_nobody_at_all_is_refused() -> None:
    for measure in (access.gini, access.palma, access.decile_ratio):
        with pytest.raises(DataError, match="Personne n’habite"):
            measure(zones(1, 2), zones(0, 0))
    with pytest.raises(DataError, match="Accessibilité"):
        access.gini(zones(1, float("inf")), zones(1, 1))


@FEW
@given(places(), st.floats(0.1, 10))
def test_scale_does_not_matter(place: tuple, factor: float) -> None:
    level, people, rank = place
    for other in ((level * factor, people), (level, people * factor)):
        assert access.gini(*other) == pytest.approx(access.gini(level, people), abs=1e-9)
        assert access.theil(*other).total == pytest.approx(
            access.theil(level, people).total, abs=1e-9
        )
        assert access.concentration(*other, rank) == pytest.approx(
            access.concentration(level, people, rank), abs=1e-9
        )


@FEW
@given(places())
def test_theil_splits_exactly(place: tuple) -> None:
    level, people, rank = place
    found = access.theil(level, people, groups=rank)
    assert found.total == pytest.approx(access.theil(level, people).total, abs=1e-12)
    assert found.total == pytest.approx(found.between + found.within, abs=1e-12)
    assert sum(found.groups.values()) == pytest.approx(found.within, abs=1e-12)
    assert min(found.between, found.within) > -1e-9


@FEW
@given(places())
def test_tenths_have_the_mean_of_all(place: tuple) -> None:
    level, people, _ = place
    ours = access.tenths(level, people)
    assert float(ours.mean()) == pytest.approx(
        float(level @ people) / float(people.sum()), abs=1e-9
    )
    assert (np.diff(ours) >= -1e-9).all()


@FEW
@given(places())
def test_ranked_by_itself_concentration_is_gini(place: tuple) -> None:
    level, people, _ = place
    assert access.concentration(level, people, level) == pytest.approx(
        access.gini(level, people), abs=1e-9
    )
    assert access.concentration(level, people, -level) == pytest.approx(
        -access.gini(level, people), abs=1e-9
    )
