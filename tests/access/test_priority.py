"""The heaviest are served first, and nobody less in all."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from territory_access.access.places import allocate
from territory_access.access.priority import first_served, heaviest_first
from territory_access.errors import DataError


def _drawn(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    zones, sites = int(rng.integers(1, 10)), int(rng.integers(1, 7))
    links = rng.random((zones, sites)) < rng.choice([0.2, 0.5, 0.8])
    weight = rng.choice([1.0, 1.25, 2.0, 3.5], zones) if seed % 2 else 1 + rng.random(zones)
    return links, rng.integers(0, 30, zones), rng.integers(0, 40, sites), weight


@given(seed=st.integers(0, 10**6))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_it_is_the_optimum_of_the_linear_programme(seed: int) -> None:
    links, seekers, places, weight = _drawn(seed)
    served, used = first_served(links, seekers, places, weight)
    zone, site = np.nonzero(links)
    rows = np.zeros((seekers.size + places.size, max(1, zone.size)))
    rows[zone, np.arange(zone.size)] = 1.0
    rows[seekers.size + site, np.arange(zone.size)] = 1.0
    gain = np.append(weight[zone], [0.0] if not zone.size else [])
    best = -linprog(-gain, rows, np.concatenate([seekers, places])).fun
    assert weight @ served == pytest.approx(best, rel=1e-9, abs=1e-6)
    assert (served <= seekers).all()
    assert (used <= places).all()
    assert served.sum() == used.sum()
    # Whole amounts stay whole.
    assert (served == np.round(served)).all()


@given(seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_nobody_less_is_served_in_all(seed: int) -> None:
    links, seekers, places, weight = _drawn(seed)
    names = {"origin": [f"Z{i}" for i in range(seekers.size)]}
    sites = {"destination": [f"S{j}" for j in range(places.size)]}
    pairs = xr.DataArray(links, names | sites, ("origin", "destination"))
    people = xr.DataArray(seekers, names, ("origin",))
    holds = xr.DataArray(places, sites, ("destination",))
    given_ = heaviest_first(pairs, people, holds, weight=xr.DataArray(weight, names, ("origin",)))
    assert given_.attrs["total"] == allocate(pairs, people, holds).attrs["total"]


def test_those_before_are_moved_and_not_put_out() -> None:
    # The heavy one takes S; to serve the light one it moves to T, which the light one cannot use.
    links = np.array([[True, True], [True, False]])
    served, used = first_served(links, np.array([5, 5]), np.array([5, 5]), np.array([2.0, 1.0]))
    assert served.tolist() == [5.0, 5.0]
    assert used.tolist() == [5.0, 5.0]


def test_a_negative_weight_is_refused() -> None:
    zones, sites = {"origin": ["A"]}, {"destination": ["S"]}
    with pytest.raises(DataError):
        heaviest_first(
            xr.DataArray([[True]], zones | sites, ("origin", "destination")),
            xr.DataArray([1], zones, ("origin",)),
            xr.DataArray([1], sites, ("destination",)),
            weight=xr.DataArray([-1.0], zones, ("origin",)),
        )
