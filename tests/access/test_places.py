"""The second ledger: totals, fairness and the cases at the edges."""

from __future__ import annotations

import time

import numpy as np
import pytest
import xarray as xr

from territory_access.access import places
from territory_access.errors import DataError

INF = float("inf")


def pairs(rows: list[list[bool | int]]) -> xr.DataArray:
    table = np.array(rows, dtype=bool).reshape(len(rows), -1)
    return xr.DataArray(
        table,
        {
            "origin": [f"z{i}" for i in range(table.shape[0])],
            "destination": [f"s{j}" for j in range(table.shape[1])],
        },
    )


def seekers(values: list[int]) -> xr.DataArray:
    return xr.DataArray(values, {"origin": [f"z{i}" for i in range(len(values))]})


def holds(values: list[int]) -> xr.DataArray:
    return xr.DataArray(values, {"destination": [f"s{j}" for j in range(len(values))]})


def test_a_full_site_and_an_empty_one_waste_nothing() -> None:
    # In a 2SFCA capped at 1, B would draw on both sites and leave places of T unused.
    given = places.allocate(pairs([[1, 0], [1, 1]]), seekers([50, 50]), holds([50, 50]))
    assert given.attrs["total"] == 100
    assert given["share"].values.tolist() == [1.0, 1.0]


def test_one_site_is_shared_in_proportion() -> None:
    given = places.allocate(pairs([[1], [1], [1]]), seekers([10, 20, 70]), holds([50]))
    assert given["served"].values.tolist() == [5.0, 10.0, 35.0]
    assert given["used"].values.tolist() == [50.0]


def test_the_worst_served_zone_comes_first() -> None:
    # z0 can only use s0; z1 may use both, so it leaves s0 to z0.
    given = places.allocate(pairs([[1, 0], [1, 1]]), seekers([100, 100]), holds([60, 60]))
    assert given["share"].values.tolist() == [0.6, 0.6]
    given = places.allocate(pairs([[1, 0], [1, 1]]), seekers([100, 100]), holds([30, 80]))
    assert given["share"].values.tolist() == [0.3, 0.8]


def test_three_levels_of_share() -> None:
    table = pairs([[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]])
    given = places.allocate(table, seekers([100, 100, 100, 100]), holds([10, 50, 500]))
    assert given["share"].values.tolist() == [0.1, 0.5, 1.0, 1.0]
    assert given["used"].values.tolist() == [10.0, 50.0, 200.0]


def test_empty_sites_fill_evenly() -> None:
    given = places.allocate(pairs([[1, 1], [1, 1]]), seekers([30, 30]), holds([100, 200]))
    assert given["used"].values.tolist() == pytest.approx([20.0, 40.0])


def test_nobody_seeks_nothing_to_give_nobody_near() -> None:
    table = pairs([[1, 1, 0], [1, 0, 0], [0, 0, 0], [0, 1, 0]])
    given = places.allocate(table, seekers([0, 10, 20, 5]), holds([4, 0, 9]))
    assert given.attrs["total"] == 4
    assert given["served"].values.tolist() == [0.0, 4.0, 0.0, 0.0]
    assert given["share"].values.tolist() == [0.0, 0.4, 0.0, 0.0]
    assert given["reachable"].values.tolist() == [True, True, False, False]
    assert given["used"].values.tolist() == [4.0, 0.0, 0.0]


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 2)])
def test_no_zone_or_no_site(shape: tuple[int, int]) -> None:
    table = xr.DataArray(np.ones(shape, dtype=bool), dims=("origin", "destination"))
    given = places.allocate(
        table,
        xr.DataArray(np.ones(shape[0], dtype=int), dims="origin"),
        xr.DataArray(np.ones(shape[1], dtype=int), dims="destination"),
    )
    assert given.attrs["total"] == 0
    assert not given["served"].values.any()
    assert not given["used"].values.any()


def test_large_numbers_stay_exact() -> None:
    # Products of the two totals pass 2**60: the flow is built digit by digit.
    wants = [700_000_001, 900_000_007, 399_999_989]
    given = places.allocate(
        pairs([[1, 0], [1, 1], [0, 1]]), seekers(wants), holds([999_999_937, 600_000_007])
    )
    assert given.attrs["total"] == 1_599_999_944
    assert given["share"].values == pytest.approx(np.full(3, 1_599_999_944 / sum(wants)), rel=1e-14)


def test_totals_beyond_32_bits_are_refused() -> None:
    with pytest.raises(DataError, match="2147483648, dépasse 2147483647"):
        places.allocate(pairs([[1]]), seekers([2**31]), holds([1]))


def test_halves_and_negatives_are_refused() -> None:
    with pytest.raises(DataError, match="entiers"):
        places.allocate(pairs([[1]]), seekers([1.5]), holds([1]))
    with pytest.raises(DataError, match="négatives"):
        places.allocate(pairs([[1]]), seekers([1]), holds([-1]))


def test_other_labels_are_refused() -> None:
    with pytest.raises(DataError, match="mêmes zones"):
        places.allocate(pairs([[1], [1]]), seekers([1, 1])[::-1], holds([1]))


def test_reach_by_site_and_home() -> None:
    times = xr.DataArray(
        [[3.0, 10.0, INF], [INF, 12.0, INF]],
        {"origin": ["isle", "town"], "destination": ["a", "b", "c"]},
    )
    reach = xr.DataArray([20.0, 10.0, 0.0], {"destination": ["a", "b", "c"]})
    home = xr.zeros_like(times, dtype=bool)
    home.loc["isle", "a"] = home.loc["town", "b"] = home.loc["town", "c"] = True
    assert places.eligible(times, reach).values.tolist() == [
        [True, True, False],
        [False, False, False],
    ]
    assert places.eligible(times, reach, home=home).values.tolist() == [
        [True, True, False],
        [False, True, True],
    ]
    assert places.eligible(times, 0.0, home=home).values.tolist() == [
        [True, False, False],
        [False, True, True],
    ]
    assert places.eligible(times, 20.0).attrs == {"reach": 20.0}


def test_two_thousand_zones_in_a_moment() -> None:
    random = np.random.default_rng(4)
    where = random.random((2_000, 2))
    stands = where[random.choice(2_000, 260, replace=False)]
    near = np.hypot(*(where[:, None] - stands[None]).transpose(2, 0, 1)) < np.sqrt(15 / 260 / np.pi)
    wants = np.minimum(random.pareto(1.2, 2_000) * 60 + 5, 8_000).astype(int)
    offers = (random.random(260) * wants.sum() / 200).astype(int)
    started = time.perf_counter()
    given = places.allocate(pairs(near.tolist()), seekers(wants.tolist()), holds(offers.tolist()))
    assert time.perf_counter() - started < 2.0  # measured 0.08 s; the machine may be busy
    assert given["served"].sum() == pytest.approx(given.attrs["total"])
    assert given["used"].sum() == pytest.approx(given.attrs["total"])
