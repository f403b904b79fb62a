"""Causes of a shortfall: they add up, and each is what its name says."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from territory_access import access
from territory_access.access.places import allocate
from territory_access.deserts import why
from territory_access.errors import DataError

FEW = settings(max_examples=100, deadline=None)
MINUTES = st.one_of(st.floats(0, 70), st.sampled_from([10.0, 20.0, 60.0, float("inf")]))


@st.composite
def territories(draw: st.DrawFn) -> tuple[xr.DataArray, ...]:
    zones, sites = draw(st.integers(1, 7)), draw(st.integers(0, 5))
    origin, destination = {"origin": np.arange(zones)}, {"destination": np.arange(sites)}
    people = draw(hnp.arrays(float, zones, elements=st.floats(1, 5e3)))
    ageing = draw(hnp.arrays(float, zones, elements=st.floats(0.7, 1.4)))
    acts = draw(hnp.arrays(float, sites, elements=st.one_of(st.just(0.0), st.floats(1, 3e4))))
    times = draw(hnp.arrays(float, (zones, sites), elements=MINUTES))
    return (
        xr.DataArray(times, origin | destination),
        xr.DataArray(people * ageing, origin),
        xr.DataArray(people, origin),
        xr.DataArray(acts, destination),
    )


@FEW
@given(territories(), st.floats(0.5, 6))
def test_the_parts_are_the_shortfall(place: tuple[xr.DataArray, ...], threshold: float) -> None:
    times, need, people, acts = place
    found = why.consultations(times, need, people, acts, threshold=threshold)
    total = sum(found[cause] for cause in why.CAUSES)
    level = access.apl(times, need, acts)
    np.testing.assert_allclose(total, found["shortfall"], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found["shortfall"], np.maximum(threshold - level, 0), atol=1e-12)
    for cause in why.CAUSES:
        assert not found[cause].values[found["shortfall"].values == 0].any()


def one(minutes: list[float], need: float, people: float, acts: list[float]) -> xr.Dataset:
    zones, sites = {"origin": ["A"]}, {"destination": np.arange(len(acts))}
    return why.consultations(
        xr.DataArray([minutes], zones | sites),
        xr.DataArray([need], zones),
        xr.DataArray([people], zones),
        xr.DataArray(acts, sites),
        threshold=2.5,
    )


def told(found: xr.Dataset) -> list[float]:
    return [round(float(found[cause][0]), 6) for cause in why.CAUSES]


def test_too_few_doctors_and_nothing_else() -> None:
    assert told(one([0.0], 1_000, 1_000, [1_500.0])) == [0.0, 1.0, 0.0, 0.0]


def test_too_far_and_nothing_else() -> None:
    # Enough for everybody, half an hour away.
    assert told(one([30.0], 1_000, 1_000, [2_500.0])) == [2.5, 0.0, 0.0, 0.0]


def test_ageing_and_nothing_else() -> None:
    assert told(one([0.0], 1_250, 1_000, [2_500.0])) == [0.0, 0.0, 0.0, 0.5]


def test_too_many_to_share_with() -> None:
    # As many doctors as needed in the region, but all the people of B beside the only one of A.
    zones, sites = {"origin": ["A", "B", "C"]}, {"destination": ["S", "T"]}
    times = xr.DataArray([[0.0, 40.0], [5.0, 40.0], [40.0, 0.0]], zones | sites)
    people = xr.DataArray([1_000.0, 1_000.0, 1_000.0], zones)
    acts = xr.DataArray([2_500.0, 5_000.0], sites)
    found = why.consultations(times, people, people, acts, threshold=2.5).sel(origin="A")
    assert float(found["too_many"]) == pytest.approx(1.25)
    assert float(found["too_few"]) == pytest.approx(0.0)
    assert max(why.CAUSES, key=lambda cause: float(found[cause])) == "too_many"


def test_what_cannot_be_asked() -> None:
    zones, sites = {"origin": ["A"]}, {"destination": ["S"]}
    table = (
        xr.DataArray([[0.0]], zones | sites),
        xr.DataArray([1.0], zones),
        xr.DataArray([1.0], zones),
        xr.DataArray([1.0], sites),
    )
    with pytest.raises(DataError, match="voisinage de 20"):
        why.consultations(*table, threshold=2.5, wide=20.0)
    with pytest.raises(DataError, match="seuil 0"):
        why.consultations(*table, threshold=0)


@FEW
@given(st.data())
def test_the_places_add_up(data: st.DataObject) -> None:
    zones, sites = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 4))
    pairs = data.draw(hnp.arrays(bool, (zones, sites)))
    whole = st.integers(0, 300)
    labels = {"origin": np.arange(zones)}, {"destination": np.arange(sites)}
    seekers = xr.DataArray(data.draw(hnp.arrays(np.int64, zones, elements=whole)), labels[0])
    places = xr.DataArray(data.draw(hnp.arrays(np.int64, sites, elements=whole)), labels[1])
    allowed = xr.DataArray(pairs, labels[0] | labels[1])
    given_ = allocate(allowed, seekers, places)
    found = why.places(given_, allowed, seekers, places)
    total = sum(found[cause] for cause in why.CAUSES)
    np.testing.assert_allclose(total, found["shortfall"], atol=1e-9)
    np.testing.assert_allclose(found["shortfall"], seekers - given_["served"], atol=1e-9)
    assert min(float(found[cause].min()) for cause in why.CAUSES) > -1e-9
    assert not found["too_far"].values[given_["reachable"].values].any()
