"""Catchments and the APL beside those of others: PySAL's ``access`` and published DREES values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from territory_access import access
from territory_access.parameters import Parameters

if TYPE_CHECKING:
    from pathlib import Path

DECAYS = {
    "2SFCA": access.Decay.binary(20),
    "E2SFCA": access.Decay((10.0, 20.0, 30.0), (1.0, 0.68, 0.22)),
    "APL": access.Decay.drees(),
}


def pysal(
    times: np.ndarray, need: np.ndarray, supply: np.ndarray, decay: access.Decay
) -> np.ndarray:
    from access import fca, weights

    origin, destination = np.meshgrid(*map(np.arange, times.shape), indexing="ij")
    cost = pd.DataFrame(
        {"origin": origin.ravel(), "dest": destination.ravel(), "cost": times.ravel()}
    )
    found = fca.two_stage_fca(
        pd.DataFrame({"demand": need}, index=np.arange(need.size)),
        pd.DataFrame({"supply": supply}, index=np.arange(supply.size)),
        cost,
        max_cost=decay.reach,
        demand_index=True,
        supply_index=True,
        weight_fn=weights.step_fn(dict(zip(decay.edges, decay.weights, strict=True))),
    )
    return found.reindex(np.arange(need.size), fill_value=0.0).to_numpy()


@pytest.mark.parametrize("name", DECAYS)
@pytest.mark.parametrize("seed", range(4))
def test_floating_catchments_agree_with_pysal(name: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    zones, sites = 30, 12
    times = random.integers(0, 45, (zones, sites)).astype(float)
    need = random.integers(1, 3_000, zones).astype(float)
    supply = random.integers(0, 20, sites).astype(float)
    labels = {"origin": np.arange(zones), "destination": np.arange(sites)}
    ours = access.floating_catchment(
        xr.DataArray(times, labels),
        xr.DataArray(need, {"origin": labels["origin"]}),
        xr.DataArray(supply, {"destination": labels["destination"]}),
        DECAYS[name],
    )
    np.testing.assert_allclose(ours, pysal(times, need, supply, DECAYS[name]), rtol=1e-12)


@pytest.fixture(scope="module")
def published(real_data: Path) -> pd.DataFrame:
    path = real_data / "apl" / "drees_apl_communes_2016_2018.csv.gz"
    if not path.is_file():
        pytest.skip("no real data: the APL file of the DREES is not there")
    return pd.read_csv(path, dtype={"code": str}).set_index("code")


@pytest.mark.real_data
@pytest.mark.parametrize("code", ["29083", "56086", "56087"])  # Sein, Houat, Île-aux-Moines
def test_an_island_with_one_small_practice(published: pd.DataFrame, code: str) -> None:
    # Nobody else reaches it and one GP counts for the floor whatever the real activity.
    parameters = Parameters.load()
    acts = access.bounded_acts(
        [500.0], parameters.value("apl.acts_floor"), parameters.value("apl.acts_cap")
    )
    found = access.apl(
        xr.DataArray([[0.0]], {"origin": [code], "destination": [code]}),
        xr.DataArray([published.loc[code, "pop2016"]], {"origin": [code]}),
        xr.DataArray(acts, {"destination": [code]}),
    )
    assert float(found[0]) == pytest.approx(published.loc[code, "apl_mg2018"], abs=6e-4)


@pytest.mark.real_data
def test_belle_ile_is_a_closed_system(published: pd.DataFrame) -> None:
    # In 2014 all the GPs were at Le Palais; Locmaria is the only one beyond 10 minutes.
    codes = ["56152", "56009", "56241", "56114"]
    minutes = [[0.0], [9.0], [9.0], [14.0]]
    level, people = published.loc[codes, "apl_mg2016"], published.loc[codes, "pop2014"]
    found = access.apl(
        xr.DataArray(minutes, {"origin": codes, "destination": codes[:1]}),
        xr.DataArray(people.to_numpy(), {"origin": codes}),
        xr.DataArray([float(level @ people)], {"destination": codes[:1]}),
    )
    np.testing.assert_allclose(found, level, atol=6e-4)
