"""The weights behind a standardised population come back from it."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from territory_access import access

BANDS = [0, 5, 15, 25, 35, 45, 55, 65, 75, 85]


def drawn(zones: int = 300) -> xr.DataArray:
    draw = np.random.default_rng(3)
    people = draw.gamma(2.0, 200.0, (zones, 20))
    labels = {"origin": [f"{one:05}" for one in range(zones)], "age": list(range(0, 100, 5))}
    return xr.DataArray(people, labels, ("origin", "age"))


def test_the_weights_of_our_own_table_come_back_exactly() -> None:
    counts, weights = drawn(), access.age_weights()
    need = access.standardised_population(counts, weights)
    found = access.calibrate_age_weights(counts, need, bands=BANDS)
    np.testing.assert_allclose(found, weights, rtol=1e-9)
    assert found.attrs["error"] < 1e-12


def test_noise_moves_them_little_and_the_error_says_so() -> None:
    counts, weights = drawn(2_000), access.age_weights()
    need = access.standardised_population(counts, weights)
    noisy = need * np.random.default_rng(4).normal(1.0, 0.02, need.size)
    found = access.calibrate_age_weights(counts, noisy, bands=BANDS)
    np.testing.assert_allclose(found, weights, atol=0.06)
    assert 0.005 < found.attrs["error"] < 0.03


def test_no_weight_is_negative() -> None:
    counts = drawn()
    need = counts.sel(age=slice(50, None)).sum("age")
    assert (access.calibrate_age_weights(counts, need) >= 0).all()


@pytest.mark.parametrize(
    ("bands", "sentence"),
    [([0, 7], "ne sont pas faites"), ([5, 15], "ne sont pas faites")],
)
def test_bands_must_be_made_of_those_of_the_table(bands: list[int], sentence: str) -> None:
    counts = drawn()
    with pytest.raises(ValueError, match=sentence):
        access.calibrate_age_weights(counts, counts.sum("age"), bands=bands)


def test_few_zones_are_refused() -> None:
    counts = drawn(3)
    with pytest.raises(ValueError, match="ne suffisent pas"):
        access.calibrate_age_weights(counts, counts.sum("age"))
