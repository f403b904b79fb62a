"""The APL and its pieces, on cases small enough to follow by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from territory_access import access
from territory_access.errors import DataError
from territory_access.parameters import Parameters

INF = float("inf")
CODE = ["A", "B", "C"]
TIMES = xr.DataArray(
    [[0.0, 12.0, 25.0], [12.0, 0.0, 18.0], [25.0, 18.0, 0.0]],
    {"origin": CODE, "destination": CODE},
)
NEED = xr.DataArray([5_000.0, 2_000.0, 3_000.0], {"origin": CODE})
ACTS = xr.DataArray([10_000.0, 0.0, 4_000.0], {"destination": CODE})


def test_the_golden_example() -> None:
    found = access.apl(TIMES, NEED, ACTS)
    assert found.values == pytest.approx([1.578947, 1.416268, 1.090909], abs=5e-7)
    assert float((found * NEED).sum()) == pytest.approx(14_000, rel=1e-12)
    assert float(access.aggregate(found, NEED)) == pytest.approx(1.4, rel=1e-12)
    assert found.attrs["unreached"] == []


def test_supply_that_nobody_reaches_is_told_and_never_nan() -> None:
    far = xr.where((TIMES["origin"] == "C") | (TIMES["destination"] == "C"), INF, TIMES)
    found = access.apl(far.transpose("origin", "destination"), NEED, ACTS)
    assert found.attrs["unreached"] == ["C"]
    assert found.attrs["unreached_supply"] == 4_000
    assert found.values[2] == 0
    assert np.isfinite(found.values).all()


def test_supply_where_nobody_lives_is_unreached_too() -> None:
    found = access.apl(TIMES.sel(destination=["A"]), NEED * 0, ACTS.sel(destination=["A"]))
    assert found.values.tolist() == [0, 0, 0]
    assert found.attrs["unreached_supply"] == 10_000


def test_another_decay() -> None:
    narrow = access.apl(TIMES, NEED, ACTS, access.Decay.drees_2012())
    assert narrow.values == pytest.approx(
        [10_000 / 5_200, 0.1 * 10_000 / 5_200, 4_000 / 3_000], rel=1e-12
    )


def test_bounds_of_activity() -> None:
    assert access.bounded_acts([], 3_600, 6_000).tolist() == []
    with pytest.raises(DataError, match="négatives ou absentes"):
        access.bounded_acts([float("nan"), -1], 3_600, 6_000)
    with pytest.raises(DataError, match="plancher"):
        access.bounded_acts([1], 6_001, 6_000)


def test_five_year_counts_go_with_ten_year_weights() -> None:
    ages = np.arange(0, 100, 5)
    counts = xr.DataArray(np.full((1, 20), 100.0), {"origin": ["A"], "age": ages})
    weights = access.age_weights(Parameters.load())
    found = float(access.standardised_population(counts, weights)[0])
    by_hand = 100 * (1.05 + 2 * (0.60 + 0.68 + 0.80 + 0.82 + 0.95 + 1.12 + 1.40 + 1.75) + 3 * 2.00)
    assert found == pytest.approx(by_hand, rel=1e-12)


def test_the_country_is_worth_its_population() -> None:
    ages = {"age": [0, 5, 15, 25, 35, 45, 55, 65, 75, 85]}
    country = xr.DataArray(np.arange(1.0, 11.0) * 1e6, ages)
    found = access.standardised_population(
        country.expand_dims(origin=["FR"]), access.age_weights(), reference=country
    )
    assert float(found[0]) == pytest.approx(float(country.sum()), rel=1e-12)


def test_bands_that_do_not_nest_are_refused() -> None:
    counts = xr.DataArray([[1.0, 1.0]], {"origin": ["A"], "age": [0, 60]}, ("origin", "age"))
    with pytest.raises(DataError, match="emboîtent"):
        access.standardised_population(counts, access.age_weights())
    with pytest.raises(DataError, match="négatifs ou absents"):
        access.standardised_population(-counts, access.age_weights())


def test_a_group_without_people_has_no_mean() -> None:
    zones = {"origin": ["A", "B"]}
    found = access.aggregate(
        xr.DataArray([2.0, 3.0], zones),
        xr.DataArray([10.0, 0.0], zones),
        groups=xr.DataArray(["x", "y"], zones),
    )
    assert dict(zip(found["group"].values, found.values, strict=True)) == {"x": 2.0, "y": 0.0}
