"""What is left when doctors retire or a practice closes, beside full recomputation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from territory_access import access
from territory_access.access import outlook
from territory_access.access.outlook import BANDS, Hazards
from territory_access.datasets import apl_workbook

if TYPE_CHECKING:
    from pathlib import Path

ZONES = [f"{one:02}" for one in range(30)]


def drawn(seed: int) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    draw = np.random.default_rng(seed)
    spots = draw.uniform(0, 40, (len(ZONES), 2))
    minutes = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    times = xr.DataArray(minutes, {"origin": ZONES, "destination": ZONES})
    need = xr.DataArray(draw.uniform(100, 3_000, len(ZONES)), {"origin": ZONES})
    acts = xr.DataArray(draw.poisson(0.7, len(ZONES)) * 4_000.0, {"destination": ZONES})
    return times, need, acts


@pytest.mark.parametrize("seed", range(4))
def test_closing_the_largest_practice_is_what_working_it_out_again_gives(seed: int) -> None:
    times, need, acts = drawn(seed)
    found = outlook.fragility(times, need, acts)
    level = access.apl(times, need, acts)
    for zone in ZONES[:3]:
        largest = str(found["largest"].sel(origin=zone).item())
        without = float(found["without"].sel(origin=zone))
        if not largest:
            assert without == float(level.sel(origin=zone)) == 0
            continue
        closed = acts.where(acts["destination"] != largest, 0.0)
        assert without == pytest.approx(
            float(access.apl(times, need, closed).sel(origin=zone)), abs=1e-12
        )
        others = [
            float(
                access.apl(times, need, acts.where(acts["destination"] != one, 0)).sel(origin=zone)
            )
            for one in ZONES
        ]
        assert without == pytest.approx(min(others), abs=1e-12)


def test_one_doctor_less_is_what_working_it_out_again_gives() -> None:
    times, need, acts = drawn(5)
    found = outlook.fragility(times, need, acts, lost=acts.clip(max=1_500.0))
    zone = next(one for one in ZONES if found["largest"].sel(origin=one).item())
    fewer = acts.where(
        acts["destination"] != found["largest"].sel(origin=zone).item(), acts - 1_500
    )
    expected = float(access.apl(times, need, fewer).sel(origin=zone))
    assert float(found["without"].sel(origin=zone)) == pytest.approx(expected, abs=1e-12)


def test_a_simulated_crowd_of_doctors_leaves_as_expected() -> None:
    hazards = Hazards(0.12, 0.25, 0.35, 0.0)
    draw = np.random.default_rng(7)
    for ages in BANDS.values():
        age = draw.integers(ages[0], ages[1] + 1, 200_000)
        here = np.ones(age.size, bool)
        for year in range(10):
            now = age + year
            leave = np.select([now < 60, now < 65, now < 70], [0, 0.12, 0.25], 0.35)
            here &= draw.random(age.size) >= leave
        assert here.mean() == pytest.approx(hazards.stays(ages, 10), abs=0.005)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 15))
def test_more_replacement_never_leaves_less(low: float, high: float, years: int) -> None:
    low, high = sorted((low, high))
    parts = outlook.national_bands(xr.DataArray([3.7], {"origin": ["A"]}))
    few, many = (
        float(outlook.after(parts, years, Hazards(0.12, 0.25, 0.35, share))[0])
        for share in (low, high)
    )
    assert few <= many + 1e-12
    assert many <= 3.7 + 1e-12


def test_published_columns_are_cut_into_bands() -> None:
    zones = {"origin": ["A", "B"]}
    columns = {
        name: xr.DataArray(values, zones)
        for name, values in {
            "apl": [3.73, 0.0], "apl_65": [3.26, 0.0], "apl_62": [2.91, 0.0], "apl_60": [2.7, 0.0],
        }.items()
    }  # fmt: skip
    parts = outlook.bands(columns)
    np.testing.assert_allclose(parts.sum("band"), columns["apl"])
    national = outlook.national_bands(columns["apl"])
    np.testing.assert_allclose(parts, national, atol=0.005)
    with pytest.raises(ValueError, match="dépasse"):
        outlook.bands(columns | {"apl_62": columns["apl"] + 1})
    with pytest.raises(ValueError, match="au moins"):
        outlook.bands({"apl": columns["apl"]})


def test_no_probability_is_beyond_one() -> None:
    with pytest.raises(ValueError, match="entre 0 et 1"):
        Hazards(0.1, 0.2, 1.3, 0.5)


def test_all_of_france_loses_consultations(real_data: Path) -> None:
    table = apl_workbook.load(real_data / "apl" / "drees_apl_communes_2016_2018.csv.gz", year=2018)
    codes = {"origin": table.index.to_numpy(dtype=object)}
    parts = outlook.bands({name: xr.DataArray(table[name], codes) for name in ("apl", "apl_65")})
    later = outlook.after(parts, 5, Hazards.load())
    before = (table["apl"] < 2.5).sum()
    assert (later.to_numpy() <= table["apl"].to_numpy() + 1e-9).all()
    assert (later < 2.5).sum() > before
