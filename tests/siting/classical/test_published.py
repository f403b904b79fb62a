"""Published optima are found, and proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr

from territory_access.siting import classical

if TYPE_CHECKING:
    from collections.abc import Callable

    type Tables = tuple[xr.DataArray, xr.DataArray]
    type Warehouses = Callable[[int, float], tuple[xr.DataArray, xr.DataArray, xr.DataArray]]

# Units that all customers ask for: a warehouse that holds as much holds them all.
EVERYTHING = 58_268.0


@pytest.mark.real_data
@pytest.mark.parametrize("number", range(1, 21))
def test_p_medians_of_the_or_library(
    pmed: Callable[[int], tuple[xr.DataArray, int]], pmed_optima: dict[int, int], number: int
) -> None:
    table, count = pmed(number)
    found = classical.p_median(table, count)
    assert found.objective == found.bound == pmed_optima[number]
    assert len(found.sites) == count
    served = table.sel(demand=found.assignment.index.to_numpy()).to_pandas()
    assert sum(served.loc[i, j] for i, j in found.assignment.items()) == pmed_optima[number]


@pytest.mark.real_data
@pytest.mark.parametrize(("number", "radius"), [(1, 127), (6, 84), (11, 59), (16, 47)])
def test_p_centres_of_the_same(
    pmed: Callable[[int], tuple[xr.DataArray, int]], number: int, radius: int
) -> None:
    found = classical.p_centre(*pmed(number))
    assert found.objective == found.bound == radius


@pytest.mark.real_data
def test_stores_of_san_francisco(stores: Tables) -> None:
    metres, people = stores
    assert [classical.lscp(metres, reach=reach).bound for reach in (8000, 5000)] == [3, 8]
    covered = [classical.mclp(metres, p, reach=5000, weights=people) for p in range(1, 6)]
    assert [found.objective for found in covered] == [448255, 671938, 791499, 875247, 927402]
    assert all(found.gap == 0 for found in covered)
    median = classical.p_median(metres, 4, weights=people)
    assert median.gap == 0
    assert median.objective / float(people.sum()) == pytest.approx(2982.12686, abs=1e-5)
    centre = classical.p_centre(metres, 4)
    assert (centre.gap, centre.objective) == (0, pytest.approx(7403.0638, abs=1e-4))


@pytest.mark.real_data
def test_coverage_is_counted_in_people(stores: Tables) -> None:
    metres, people = stores
    found = classical.mclp(metres, 4, reach=5000, weights=people)
    again = classical.people_within(metres, found.sites, reach=5000, weights=people)
    assert again == found.objective
    served = found.assignment.dropna().index.to_numpy()
    assert float(people.sel(demand=served).sum()) == found.objective
    points = classical.people_within(metres, found.sites, reach=5000)
    assert points / metres.sizes["demand"] != pytest.approx(again / float(people.sum()), abs=1e-3)


@pytest.mark.parametrize(
    ("name", "sites", "opening", "optimum"),
    [
        ("cap71", 16, 7_500.0, 932_615.75),
        ("cap72", 16, 12_500.0, 977_799.4),
        ("cap73", 16, 17_500.0, 1_010_641.45),
        ("cap74", 16, 25_000.0, 1_034_976.975),
        ("cap101", 25, 7_500.0, 796_648.4375),
        ("cap102", 25, 12_500.0, 854_704.2),
        ("cap103", 25, 17_500.0, 893_782.1125),
        ("cap104", 25, 25_000.0, 928_941.75),
    ],
)
def test_warehouses_that_hold_everything(
    warehouses: Warehouses, name: str, sites: int, opening: float, optimum: float
) -> None:
    costs, demand, price = warehouses(sites, opening)
    assert float(demand.sum()) == EVERYTHING, name
    found = classical.uflp(costs, price, weights=demand)
    assert found.objective == pytest.approx(optimum, rel=1e-9)
    assert found.gap == 0


@pytest.mark.parametrize(
    ("name", "sites", "opening", "optimum"),
    [
        ("cap41", 16, 7_500.0, 1_040_444.375),
        ("cap42", 16, 12_500.0, 1_098_000.45),
        ("cap81", 25, 7_500.0, 838_499.2875),
    ],
)
def test_warehouses_that_hold_5000_units(
    warehouses: Warehouses, name: str, sites: int, opening: float, optimum: float
) -> None:
    costs, demand, price = warehouses(sites, opening)
    room = xr.full_like(price, 5_000.0)
    found = classical.capacitated(costs, room, opening=price, weights=demand)
    assert found.objective == pytest.approx(optimum, rel=1e-9), name
    assert found.bound == pytest.approx(optimum, rel=1e-9)
    assert len(found.sites) * 5_000 >= float(demand.sum())


def test_room_for_everything_is_no_limit(warehouses: Warehouses) -> None:
    costs, demand, price = warehouses(16, 7_500.0)
    room = xr.DataArray(np.full(16, EVERYTHING), price.coords, price.dims)
    found = classical.capacitated(costs, room, opening=price, weights=demand)
    assert found.objective == pytest.approx(932_615.75, rel=1e-9)
