"""Pairs within reach: in memory, listed, or in chunks, they give the same measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr

from territory_access import access
from territory_access.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

INF = float("inf")
STEPS = access.Decay((10.0, 20.0, 30.0), (1.0, 0.68, 0.22))
MEASURES: dict[str, Callable[..., xr.DataArray]] = {
    "2SFCA": lambda t, p, s: access.floating_catchment(t, p, s, access.Decay.binary(20)),
    "E2SFCA": lambda t, p, s: access.floating_catchment(t, p, s, STEPS),
    "Gaussian": lambda t, p, s: access.floating_catchment(t, p, s, access.Gaussian(30)),
    "ratios": lambda t, p, s: access.ratios(t, p, s, STEPS),
    "M2SFCA": lambda t, p, s: access.modified_catchment(t, p, s, STEPS),
    "3SFCA": lambda t, p, s: access.three_step_catchment(t, p, s, STEPS),
    "BFCA": lambda t, p, s: access.balanced_catchment(t, p, s, STEPS),
    "availability": lambda t, p, s: access.spatial_availability(t, p, s, STEPS, alpha=0.8),
    "RAAM": lambda t, p, s: access.rational_agents(t, p, s, reach=30)["cost"],
    "gravity": lambda t, _, s: access.gravity(t, s, 0.1),
    "cumulative": lambda t, _, s: access.cumulative(t, s, 20),
    "closest": lambda t, _, __: access.closest(t),
    "third": lambda t, _, __: access.closest(t, rank=3),
    "nearest": lambda t, _, __: access.k_closest(t, 3),
}


def place() -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    random = np.random.default_rng(4)
    times = random.uniform(0, 60, (23, 9)).astype("float32")
    times[times > 50] = INF
    times[5] = INF
    times[:, 7] = 55
    zones, sites = [f"z{i}" for i in range(23)], [f"s{i}" for i in range(9)]
    people = random.integers(0, 900, 23).astype(float)
    offers = random.integers(0, 9, 9).astype(float)
    return (
        xr.DataArray(times, {"origin": zones, "destination": sites}),
        xr.DataArray(people, {"origin": zones}),
        xr.DataArray(offers, {"destination": sites}),
    )


@pytest.mark.parametrize("name", MEASURES)
def test_chunks_change_nothing(name: str) -> None:
    times, people, offers = place()
    whole = MEASURES[name](times, people, offers)
    for chunks in (
        {"origin": 5},
        {"origin": 23, "destination": 4},
        {"origin": 7, "destination": 2},
    ):
        part = MEASURES[name](times.chunk(chunks), people, offers)
        xr.testing.assert_allclose(part, whole, rtol=1e-12)
        assert part.attrs.keys() == whole.attrs.keys()


@pytest.mark.parametrize("name", MEASURES)
def test_listed_pairs_are_a_table(name: str) -> None:
    times, people, offers = place()
    rows, columns = np.nonzero(np.isfinite(times.values))
    pairs = access.Pairs.listed(
        times["origin"].values,
        times["destination"].values,
        origin=rows,
        destination=columns,
        minutes=times.values[rows, columns],
    )
    whole = MEASURES[name](times, people, offers)
    xr.testing.assert_allclose(MEASURES[name](pairs, people, offers), whole, rtol=1e-12)


def test_a_chunked_table_is_never_whole_in_memory() -> None:
    import dask.array as da

    largest = 0

    def read(block: np.ndarray) -> np.ndarray:
        nonlocal largest
        largest = max(largest, block.size)
        return np.where(block % 7 == 0, 12.0, INF)

    raw = da.arange(40 * 6, chunks=-1).reshape(40, 6).rechunk((8, 6)).map_blocks(read, dtype=float)
    times = xr.DataArray(raw, {"origin": np.arange(40), "destination": np.arange(6)})
    largest = 0
    people = xr.DataArray(np.ones(40), {"origin": np.arange(40)})
    access.floating_catchment(
        times, people, xr.DataArray(np.ones(6), {"destination": np.arange(6)}), STEPS
    )
    assert largest == 8 * 6


def test_only_near_pairs_are_kept() -> None:
    times, _, _ = place()
    pairs = access.Pairs.within(times, 20.0)
    assert pairs.count == int((times <= 20).sum())
    assert access.Pairs.within(pairs, 20.0) is pairs
    assert access.Pairs.within(pairs, 10.0).count == int((times <= 10).sum())
    with pytest.raises(DataError, match=r"que jusqu’à 20\.0 min"):
        access.Pairs.within(pairs, 30.0)


@pytest.mark.parametrize("bad", [-1.0, float("nan")])
def test_impossible_times_are_refused_in_chunks_too(bad: float) -> None:
    times, people, offers = place()
    wrong = times.copy()
    wrong[3, 2] = bad
    for table in (wrong, wrong.chunk(origin=5)):
        with pytest.raises(DataError, match="1 valeurs négatives ou absentes"):
            access.floating_catchment(table, people, offers, STEPS)


def test_a_pair_is_listed_once() -> None:
    with pytest.raises(DataError, match="1 paires sont données deux fois"):
        access.Pairs.listed(["A"], ["S"], origin=[0, 0], destination=[0, 0], minutes=[1, 2])


def test_labels_are_compared_in_every_form() -> None:
    times, people, offers = place()
    near = access.Pairs.within(times.chunk(origin=5), 40)
    for table in (times, times.chunk(origin=5), access.Pairs.within(times, 30), near):
        with pytest.raises(DataError, match="mêmes zones"):
            access.floating_catchment(table, people[::-1], offers, STEPS)
