"""What must hold of floating catchments and of the APL whatever the territory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from territory_access import access

if TYPE_CHECKING:
    from random import Random

FEW = settings(max_examples=80, deadline=None)
MINUTES = st.one_of(st.floats(0, 45), st.sampled_from([10.0, 15.0, 20.0, float("inf")]))
AMOUNT = st.one_of(st.just(0.0), st.floats(1, 1e6))


@st.composite
def territories(draw: st.DrawFn) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    zones, sites = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    origin, destination = {"origin": np.arange(zones)}, {"destination": np.arange(sites)}
    return (
        xr.DataArray(
            draw(hnp.arrays(float, (zones, sites), elements=MINUTES)), origin | destination
        ),
        xr.DataArray(draw(hnp.arrays(float, zones, elements=AMOUNT)), origin),
        xr.DataArray(draw(hnp.arrays(float, sites, elements=AMOUNT)), destination),
    )


@FEW
@given(territories())
def test_nothing_is_lost(place: tuple) -> None:
    times, need, acts = place
    found = access.apl(times, need, acts)
    reached = float(acts.sum()) - found.attrs["unreached_supply"]
    np.testing.assert_allclose(float((found * need).sum()), reached, rtol=1e-9, atol=1e-6)
    assert np.isfinite(found.values).all()
    around = need.values @ access.Decay.drees()(times.values)
    lost = (around == 0) & (acts.values > 0)
    assert found.attrs["unreached"] == [str(site) for site in np.flatnonzero(lost)]


@FEW
@given(territories(), st.floats(0.1, 10))
def test_scaling(place: tuple, factor: float) -> None:
    times, need, acts = place
    found = access.apl(times, need, acts)
    np.testing.assert_allclose(access.apl(times, need, acts * factor), found * factor, rtol=1e-9)
    np.testing.assert_allclose(access.apl(times, need * factor, acts), found / factor, rtol=1e-9)


@FEW
@given(territories(), st.integers(0, 5), st.floats(1, 1e5))
def test_supply_adds_up_and_harms_nobody(place: tuple, site: int, more: float) -> None:
    times, need, acts = place
    new = xr.zeros_like(acts)
    new[site % acts.size] = more
    before, alone = access.apl(times, need, acts), access.apl(times, need, new)
    after = access.apl(times, need, acts + new)
    np.testing.assert_allclose(after, before + alone, rtol=1e-9)
    assert (after >= before).all()


@FEW
@given(territories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(place: tuple, random: Random) -> None:
    times, need, acts = place
    zones, sites = list(range(need.size)), list(range(acts.size))
    random.shuffle(zones)
    random.shuffle(sites)
    mixed = access.apl(times[zones, sites], need[zones], acts[sites])
    np.testing.assert_allclose(mixed, access.apl(times, need, acts)[zones], rtol=1e-12)


@FEW
@given(territories(), territories())
def test_a_new_site_is_farther_for_nobody(place: tuple, other: tuple) -> None:
    times, column = place[0], other[0][:, :1]
    if times.sizes["origin"] > column.sizes["origin"]:
        return
    column = column[: times.sizes["origin"]].assign_coords(destination=[99])
    more = xr.concat([times, column], "destination", join="exact")
    assert (access.closest(more) <= access.closest(times)).all()
    assert (
        access.cumulative(more, xr.ones_like(more[0], dtype=float), 20)
        >= access.cumulative(times, xr.ones_like(times[0], dtype=float), 20)
    ).all()
