"""The floating-catchment family beside PySAL's ``access`` and the values of R's ``accessibility``.

What could not be had: the travel times of the R package (a binary file), hence the inputs of its
Gini index (0.1386), Palma, Theil and concentration tests. Those indices are checked against PySAL's
``inequality`` and by hand in ``tests/access/test_equity.py``.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr

from territory_access import access

if TYPE_CHECKING:
    from types import ModuleType

    import pandas as pd


def beside(name: str) -> ModuleType:
    """Return a module of this folder; the tests are collected by path."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


R = beside("published_accessibility")
STEPS = access.Decay((10.0, 20.0, 30.0), (1.0, 0.68, 0.22))


@pytest.mark.parametrize("name", ["present", "former"])
def test_the_two_step_values_that_r_publishes(name: str) -> None:
    state = R.STATES[name]
    found = access.floating_catchment(*cells(state), access.Decay.binary(R.CUTOFF))
    assert found.round(4).to_numpy().tolist() == list(state.two_step)


@pytest.mark.parametrize("name", ["present", "former"])
def test_the_balanced_values_that_r_publishes(name: str) -> None:
    state = R.STATES[name]
    found = access.balanced_catchment(*cells(state), access.Decay.binary(R.CUTOFF))
    # 0.19935 of the former state is printed 0.1993 there.
    np.testing.assert_allclose(found, state.balanced, atol=6e-5)


def test_with_everybody_in_reach_only_the_totals_matter() -> None:
    times, people, jobs = cells(R.STATES["present"])
    found = access.floating_catchment(xr.zeros_like(times), people, jobs, access.Decay.binary(45))
    assert found.round(4).to_numpy().tolist() == [0.1222] * 5


def test_the_shares_of_jobs_that_r_publishes() -> None:
    times, people, jobs = cells(R.STATES["former"])
    same = xr.zeros_like(times)
    found = access.spatial_availability(same, people, jobs, access.Decay.binary(45))
    assert found.round().to_numpy().tolist() == [94, 44, 218, 243, 0]


def random_place(seed: int) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    random = np.random.default_rng(seed)
    zones, sites = np.arange(30), np.arange(12)
    return (
        xr.DataArray(
            random.integers(0, 45, (30, 12)).astype(float),
            {"origin": zones, "destination": sites},
        ),
        xr.DataArray(random.integers(1, 3_000, 30).astype(float), {"origin": zones}),
        xr.DataArray(random.integers(1, 20, 12).astype(float), {"destination": sites}),
    )


def frames(
    times: xr.DataArray, people: xr.DataArray, offers: xr.DataArray
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    cost = times.rename("cost").to_dataframe().reset_index()
    return (
        people.to_series().to_frame("demand"),
        offers.to_series().to_frame("supply"),
        cost.rename(columns={"destination": "dest"}),
    )


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of theirs
@pytest.mark.parametrize("seed", range(4))
def test_the_three_step_catchment_agrees_with_pysal(seed: int) -> None:
    from access import fca, weights

    place = random_place(seed)
    people, offers, cost = frames(*place)
    theirs = fca.three_stage_fca(
        people,
        offers,
        cost,
        max_cost=30,
        demand_index=True,
        supply_index=True,
        weight_fn=weights.step_fn({10: 1.0, 20: 0.68, 30: 0.22}),
    )
    ours = access.three_step_catchment(*place, STEPS).to_series()
    np.testing.assert_allclose(ours, theirs.reindex(ours.index, fill_value=0.0), rtol=1e-12)


@pytest.mark.parametrize("seed", range(2))
def test_rational_agents_agree_with_pysal(seed: int) -> None:
    from access.raam import raam

    times, people, offers = random_place(seed)
    many = people * 1_000  # theirs moves whole residents
    demand, supply, cost = frames(times, many.astype(int), offers)
    theirs = raam(demand, supply, cost, tau=60, max_cycles=500, min_step=0.0005)
    ours = access.rational_agents(times, many, offers, gap=1e-9)["cost"].to_series()
    # Theirs stops near the equilibrium; nobody's cost is a percent away from ours.
    np.testing.assert_allclose(ours, theirs.reindex(ours.index), rtol=1e-2)
    assert float(theirs @ many.to_series()) >= float(ours @ many.to_series()) * (1 - 1e-3)


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")  # of theirs
@pytest.mark.parametrize("seed", range(4))
def test_gini_and_theil_agree_with_pysal(seed: int) -> None:
    from inequality.gini import Gini
    from inequality.theil import TheilD

    random = np.random.default_rng(seed)
    zones = {"origin": np.arange(40)}
    level = random.gamma(2.0, 1.5, 40)
    people = random.integers(1, 9, 40)
    kinds = random.integers(0, 3, 40)
    each = np.repeat(level, people)  # theirs counts everybody once, without weights
    ours = access.theil(
        xr.DataArray(level, zones),
        xr.DataArray(people, zones),
        groups=xr.DataArray(kinds, zones),
    )
    theirs = TheilD(each, np.repeat(kinds, people))
    assert ours.total == pytest.approx(float(np.squeeze(theirs.T)), rel=1e-9)
    assert ours.between == pytest.approx(float(np.squeeze(theirs.bg)), rel=1e-9)
    assert ours.within == pytest.approx(float(np.squeeze(theirs.wg)), rel=1e-9)
    assert access.gini(xr.DataArray(level, zones), xr.DataArray(people, zones)) == pytest.approx(
        Gini(each).g, rel=1e-9
    )


def cells(state: object) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    return (
        R.minutes(state),
        xr.DataArray(list(state.residents), {"origin": R.CELLS}).astype(float),
        xr.DataArray(R.JOBS, {"destination": R.CELLS}),
    )
