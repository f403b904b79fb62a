"""Every model agrees with the list of all plans, and with another solver."""

from __future__ import annotations

from importlib import import_module
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp

from territory_access.errors import DataError, Infeasible
from territory_access.siting import classical
from territory_access.siting.classical.relaxed import prove

if TYPE_CHECKING:
    from collections.abc import Iterator

some = settings(max_examples=60, deadline=None, derandomize=True)


@st.composite
def tables(draw: st.DrawFn) -> tuple[xr.DataArray, xr.DataArray]:
    """Return costs with ties, zeros and pairs out of reach, and weights with zeros."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    demands, sites = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    top = draw(st.sampled_from([2, 9, 100]))
    costs = rng.integers(0, top, (demands, sites)).astype(float)
    if draw(st.booleans()):
        costs += rng.random(costs.shape)
    costs[rng.random(costs.shape) < draw(st.sampled_from([0.0, 0.2]))] = np.inf
    labels = {"demand": [f"d{i}" for i in range(demands)], "site": [f"s{j}" for j in range(sites)]}
    weights = rng.integers(0, 5, demands).astype(float)
    return (
        xr.DataArray(costs, labels, ("demand", "site")),
        xr.DataArray(weights, {"demand": labels["demand"]}, ("demand",)),
    )


def sets(table: xr.DataArray, count: int | None = None) -> Iterator[np.ndarray]:
    """Yield the costs left by every set of sites (of one size)."""
    sizes = range(1, table.sizes["site"] + 1) if count is None else [count]
    for size in sizes:
        for chosen in combinations(range(table.sizes["site"]), size):
            yield table.to_numpy()[:, list(chosen)]


def weighted(costs: np.ndarray, weights: np.ndarray) -> float:
    return float((weights[weights > 0] * costs.min(axis=1)[weights > 0]).sum())


@given(case=tables(), share=st.floats(0, 1))
@some
def test_p_median(case: tuple[xr.DataArray, xr.DataArray], share: float) -> None:
    table, people = case
    count = 1 + round(share * (table.sizes["site"] - 1))
    best = min(weighted(costs, people.to_numpy()) for costs in sets(table, count))
    if not np.isfinite(best):
        with pytest.raises(Infeasible):
            classical.p_median(table, count, weights=people)
        return
    found = classical.p_median(table, count, weights=people)
    assert found.objective == pytest.approx(best, rel=1e-8)
    assert found.bound == pytest.approx(best, rel=1e-8)
    mine = table.sel(site=list(found.sites)).to_numpy()
    assert weighted(mine, people.to_numpy()) == pytest.approx(best, rel=1e-8)
    assert len(found.sites) == count


@given(case=tables(), share=st.floats(0, 1), reach=st.integers(0, 60))
@some
def test_coverage_once_and_twice(
    case: tuple[xr.DataArray, xr.DataArray], share: float, reach: int
) -> None:
    table, people = case
    count = 1 + round(share * (table.sizes["site"] - 1))
    near = [(costs <= reach).sum(axis=1) for costs in sets(table, count)]
    once = [float(people.to_numpy()[many > 0].sum()) for many in near]
    found = classical.mclp(table, count, reach=reach, weights=people)
    assert (found.objective, found.bound) == (max(once), max(once))
    assert len(found.sites) == count
    twice = [float(people.to_numpy()[many > 1].sum()) for many in near]
    for backup in (0.25, 0.8):
        best = max((1 - backup) * a + backup * b for a, b in zip(once, twice, strict=True))
        again = classical.bclp(table, count, reach=reach, weights=people, backup=backup)
        assert again.objective == pytest.approx(best, abs=1e-6)
        assert again.bound == pytest.approx(best, abs=1e-6)


@given(seed=st.integers(0, 10**6), whole=st.booleans())
@some
def test_coverage_by_linear_programmes(seed: int, *, whole: bool) -> None:
    rng = np.random.default_rng(seed)
    sets, sites = int(rng.integers(1, 14)), int(rng.integers(2, 9))
    near = rng.random((sets, sites)) < 0.4
    people = rng.integers(1, 9, sets).astype(float) + (0.0 if whole else rng.random(sets))
    count = int(rng.integers(1, sites + 1))
    left = [
        float(people[~near[:, list(chosen)].any(axis=1)].sum())
        for chosen in combinations(range(sites), count)
    ]
    found = prove(near, people, count, np.inf, nodes=1000)
    assert found.inside is not None
    assert found.inside.sum() == count
    assert (found.cost, found.bound) == (pytest.approx(min(left)), pytest.approx(min(left)))
    assert people[~near[:, found.inside].any(axis=1)].sum() == pytest.approx(min(left))
    stopped = prove(near, people, count, np.inf, nodes=1)
    assert stopped.bound <= min(left) + 1e-9 <= stopped.cost + 2e-9
    # Where what is known is already the best, nothing better comes back.
    assert prove(near, people, count, min(left), nodes=1000).inside is None


def test_what_programmes_leave_goes_to_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    demands, sites = rng.uniform(0, 30, (600, 2)), rng.uniform(0, 30, (60, 2))
    away = np.hypot(*(demands[:, None] - sites[None]).transpose(2, 0, 1))
    labels = {"demand": [f"d{i}" for i in range(600)], "site": [f"s{j}" for j in range(60)]}
    table = xr.DataArray(away, labels, ("demand", "site"))
    people = xr.DataArray(rng.integers(1, 99, 600).astype(float), {"demand": labels["demand"]})
    usual = classical.mclp(table, 10, reach=5.5, weights=people)
    assert (usual.proof, usual.gap) == ("programmes", 0)
    module = import_module("territory_access.siting.classical.mclp")
    monkeypatch.setattr(module, "_PROGRAMMES", 2)
    again = classical.mclp(table, 10, reach=5.5, weights=people)
    assert (again.proof, again.gap, again.objective) == ("solver", 0, usual.objective)
    stopped = classical.mclp(table, 10, reach=5.5, weights=people, nodes=22)
    assert stopped.objective <= usual.objective < stopped.bound


@given(case=tables(), reach=st.integers(0, 60))
@some
def test_set_covering(case: tuple[xr.DataArray, xr.DataArray], reach: int) -> None:
    table, _ = case
    sizes = [costs.shape[1] for costs in sets(table) if (costs.min(axis=1) <= reach).all()]
    if not sizes:
        with pytest.raises(Infeasible):
            classical.lscp(table, reach=reach)
        return
    found = classical.lscp(table, reach=reach)
    assert (found.objective, found.bound) == (min(sizes), min(sizes))
    assert found.assignment.notna().all()


@given(case=tables(), share=st.floats(0, 1))
@some
def test_p_centre(case: tuple[xr.DataArray, xr.DataArray], share: float) -> None:
    table, _ = case
    count = 1 + round(share * (table.sizes["site"] - 1))
    best = min(float(costs.min(axis=1).max()) for costs in sets(table, count))
    if not np.isfinite(best):
        with pytest.raises(Infeasible):
            classical.p_centre(table, count)
        return
    found = classical.p_centre(table, count)
    assert (found.objective, found.bound) == (best, best)
    assert table.sel(site=list(found.sites)).to_numpy().min(axis=1).max() == best


@given(case=tables(), prices=st.lists(st.integers(0, 30), min_size=7, max_size=7))
@some
def test_facility_location(case: tuple[xr.DataArray, xr.DataArray], prices: list[int]) -> None:
    table, people = case
    sites = table["site"].to_numpy()
    opening = xr.DataArray(np.array(prices[: sites.size], float), {"site": sites}, ("site",))
    best = min(
        weighted(table.to_numpy()[:, list(chosen)], people.to_numpy())
        + float(opening.to_numpy()[list(chosen)].sum())
        for size in range(1, sites.size + 1)
        for chosen in combinations(range(sites.size), size)
    )
    if not np.isfinite(best):
        with pytest.raises(Infeasible):
            classical.uflp(table, opening, weights=people)
        return
    found = classical.uflp(table, opening, weights=people)
    assert found.objective == pytest.approx(best, rel=1e-8, abs=1e-8)
    assert found.bound == pytest.approx(best, rel=1e-8, abs=1e-8)


def capacitated_by_scipy(table: Any, room: Any, price: Any, people: Any) -> float | None:
    """Return the least cost of the split problem, from scipy's own model."""
    demands, sites = table.shape
    cost = np.concatenate([price, (people[:, None] * table).ravel()])
    once = np.zeros((demands, cost.size))
    held = np.zeros((sites, cost.size))
    for i in range(demands):
        once[i, sites + i * sites : sites + (i + 1) * sites] = 1
    for j in range(sites):
        held[j, j] = -room[j]
        held[j, sites + j :: sites] = people
    tied = np.zeros((demands * sites, cost.size))
    for pair in range(demands * sites):
        tied[pair, pair % sites], tied[pair, sites + pair] = -1, 1
    result = milp(
        cost,
        integrality=np.arange(cost.size) < sites,
        bounds=(0, 1),
        constraints=[
            LinearConstraint(once, 1, 1),
            LinearConstraint(held, -np.inf, 0),
            LinearConstraint(tied, -np.inf, 0),
        ],
    )
    return float(result.fun) if result.success else None


@given(case=tables(), seed=st.integers(0, 10**6))
@settings(some, max_examples=25)
def test_capacities(case: tuple[xr.DataArray, xr.DataArray], seed: int) -> None:
    table, people = case
    table = table.where(np.isfinite(table), 200.0)
    rng = np.random.default_rng(seed)
    sites = {"site": table["site"].to_numpy()}
    room = xr.DataArray(rng.integers(0, 12, table.sizes["site"]).astype(float), sites, ("site",))
    price = xr.DataArray(rng.integers(0, 20, table.sizes["site"]).astype(float), sites, ("site",))
    arrays = [part.to_numpy() for part in (table, room, price, people)]
    best = capacitated_by_scipy(*arrays)
    if best is None:
        with pytest.raises(Infeasible):
            classical.capacitated(table, room, opening=price, weights=people)
        return
    found = classical.capacitated(table, room, opening=price, weights=people)
    assert found.objective == pytest.approx(best, abs=1e-5)
    assert found.bound == pytest.approx(best, abs=1e-5)


def test_one_demand_a_site_is_an_assignment() -> None:
    rng = np.random.default_rng(3)
    names = [f"n{n}" for n in range(6)]
    table = xr.DataArray(rng.random((6, 6)), {"demand": names, "site": names}, ("demand", "site"))
    one = xr.DataArray(np.ones(6), {"site": names}, ("site",))
    found = classical.capacitated(table, one, count=6, split=False)
    row, column = linear_sum_assignment(table.to_numpy())
    assert found.objective == pytest.approx(float(table.to_numpy()[row, column].sum()))
    assert found.assignment.tolist() == [names[j] for j in column]


@given(case=tables(), seed=st.integers(0, 10**6))
@settings(some, max_examples=15)
def test_the_order_of_labels_changes_nothing(
    case: tuple[xr.DataArray, xr.DataArray], seed: int
) -> None:
    table, people = case
    table = table.where(np.isfinite(table), 300.0)
    rng = np.random.default_rng(seed)
    shuffled = table[rng.permutation(table.sizes["demand"]), rng.permutation(table.sizes["site"])]
    weights = people[rng.permutation(people.size)]
    one = classical.p_median(table, 1, weights=people)
    other = classical.p_median(shuffled, 1, weights=weights)
    assert one.sites == other.sites
    assert one.assignment.equals(other.assignment)
    assert (
        classical.mclp(table, 1, reach=3, weights=people).sites
        == classical.mclp(shuffled, 1, reach=3, weights=weights).sites
    )


def test_a_stopped_search_says_what_is_left_to_prove() -> None:
    rng = np.random.default_rng(0)
    at = rng.random((60, 2))
    names = [f"n{n:02d}" for n in range(60)]
    metres = np.hypot(*(at[:, None] - at[None, :]).transpose(2, 0, 1))
    table = xr.DataArray(metres, {"demand": names, "site": names}, ("demand", "site"))
    whole = classical.p_median(table, 7)
    assert whole.gap == 0
    stopped = classical.p_median(table, 7, nodes=1) if whole.nodes > 1 else whole
    assert stopped.bound <= whole.objective + 1e-9 <= stopped.objective + 2e-9


def test_what_cannot_be_used_is_said() -> None:
    names = {"demand": ["a", "b"], "site": ["s", "t"]}
    table = xr.DataArray([[1.0, 2.0], [3.0, 4.0]], names, ("demand", "site"))
    with pytest.raises(DataError, match="de 1 à 2"):
        classical.p_median(table, 3)
    with pytest.raises(DataError, match="négatives"):
        classical.p_median(-table, 1)
    with pytest.raises(DataError, match="manque des valeurs"):
        classical.p_median(table.where(table > 1), 1)
    with pytest.raises(DataError, match="étiquettes"):
        classical.p_median(table, 1, weights=xr.DataArray([1.0], {"demand": ["a"]}, ("demand",)))
    with pytest.raises(DataError, match="plusieurs fois"):
        classical.p_median(table.assign_coords(site=["s", "s"]), 1)
    with pytest.raises(DataError, match="étiquetées"):
        classical.p_median(table.rename(site="place"), 1)
    with pytest.raises(DataError, match="de 0 à 1"):
        classical.bclp(table, 1, reach=2, backup=2)
    with pytest.raises(Infeasible, match="capacités"):
        classical.capacitated(table, xr.DataArray([0.0, 0.0], {"site": ["s", "t"]}, ("site",)))
