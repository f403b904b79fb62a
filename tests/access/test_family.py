"""Kin of the floating catchment: what each keeps, loses or splits, on small territories."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from territory_access import access
from territory_access.errors import DataError

INF = float("inf")
ZONES = {"origin": ["A", "B", "C"]}
SITES = {"destination": ["S", "T"]}
TIMES = xr.DataArray([[5.0, 15.0], [15.0, 5.0], [INF, INF]], ZONES | SITES)
PEOPLE = xr.DataArray([100.0, 300.0, 50.0], ZONES)
OFFERS = xr.DataArray([40.0, 30.0], SITES)
STEPS = access.Decay((10.0, 20.0), (1.0, 0.5))


def test_the_modified_catchment_loses_what_is_badly_placed() -> None:
    found = access.modified_catchment(TIMES, PEOPLE, OFFERS, STEPS)
    by_hand = 40 / 250 + 0.25 * 30 / 350
    assert found.values[0] == pytest.approx(by_hand)
    assert found.attrs["delivered"] == pytest.approx(float((found * PEOPLE).sum()) / 70)
    at_the_door = access.modified_catchment(TIMES[:2] * 0, PEOPLE[:2], OFFERS, STEPS)
    assert at_the_door.attrs["delivered"] == pytest.approx(1.0)


def test_the_three_step_catchment_shares_everything_out() -> None:
    found = access.three_step_catchment(TIMES, PEOPLE, OFFERS, STEPS)
    assert float((found * PEOPLE).sum()) == pytest.approx(70)
    assert found.values[2] == 0


def test_the_balanced_catchment_counts_everybody_once() -> None:
    found = access.balanced_catchment(TIMES, PEOPLE, OFFERS, STEPS)
    s, t = 100 * 2 / 3 + 300 / 3, 100 / 3 + 300 * 2 / 3
    assert s + t == pytest.approx(400)  # and C, who reaches nothing, nowhere
    assert float(found.sum()) == pytest.approx(40 / s + 30 / t)
    assert found.values[0] == pytest.approx(40 / s * 2 / 3 + 30 / t / 3)


def test_availability_is_supply_and_adds_up() -> None:
    found = access.spatial_availability(TIMES, PEOPLE, OFFERS, STEPS)
    assert float(found.sum()) == pytest.approx(70)
    ratio = access.floating_catchment(TIMES, PEOPLE, OFFERS, STEPS)
    np.testing.assert_allclose(found / PEOPLE, ratio, rtol=1e-12)


def test_availability_may_favour_small_zones() -> None:
    small = access.spatial_availability(TIMES, PEOPLE, OFFERS, STEPS, alpha=0.0)
    np.testing.assert_allclose(small.values[:2], [40 * 2 / 3 + 10, 40 / 3 + 20])
    assert float(small.sum()) == pytest.approx(70)
    with pytest.raises(DataError, match="alpha"):
        access.spatial_availability(TIMES, PEOPLE, OFFERS, STEPS, alpha=-1.0)


def test_rational_agents_split_a_crowd() -> None:
    found = access.rational_agents(TIMES, PEOPLE[:2].reindex_like(PEOPLE, fill_value=0), OFFERS)
    assert float(found["load"].sum()) == pytest.approx(400)
    assert found["cost"].values[2] == INF
    assert found.attrs["gap"] <= 1e-6
    crowd = found["load"] / (OFFERS * found.attrs["rho"])
    np.testing.assert_allclose(found["congestion"], crowd)


@pytest.mark.parametrize("seed", range(3))
def test_rational_agents_minimise_what_beckmann_says(seed: int) -> None:
    from scipy.optimize import LinearConstraint, minimize

    random = np.random.default_rng(seed)
    times = random.uniform(0, 60, (4, 3))
    people, offers = random.uniform(50, 200, 4), random.uniform(1, 5, 3)
    rho, tau = people.sum() / offers.sum(), 60.0

    def total(flat: np.ndarray) -> float:
        load = flat.reshape(4, 3).sum(axis=0)
        return float(flat @ (times / tau).ravel() + (load**2 / (2 * rho * offers)).sum())

    rows = np.kron(np.eye(4), np.ones(3))
    best = minimize(
        total,
        np.repeat(people / 3, 3),
        bounds=[(0, None)] * 12,
        constraints=LinearConstraint(rows, people, people),
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-12},
    )
    labels = {"origin": np.arange(4), "destination": np.arange(3)}
    found = access.rational_agents(
        xr.DataArray(times, labels),
        xr.DataArray(people, {"origin": labels["origin"]}),
        xr.DataArray(offers, {"destination": labels["destination"]}),
        gap=1e-9,
    )
    np.testing.assert_allclose(found["load"], best.x.reshape(4, 3).sum(axis=0), rtol=1e-3)


def test_nobody_goes_where_nothing_is_offered() -> None:
    nothing = OFFERS.copy(data=[40.0, 0.0])
    found = access.rational_agents(TIMES, PEOPLE[:2].reindex_like(PEOPLE, fill_value=0), nothing)
    np.testing.assert_allclose(found["load"], [400.0, 0.0])
    np.testing.assert_allclose(found["congestion"], [1.0, 0.0])


def test_smooth_weights() -> None:
    bell = access.Gaussian(30)
    assert bell([0.0, 30.0, 31.0]).tolist() == [1.0, 0.0, 0.0]
    assert (np.diff(bell(np.linspace(0, 30, 50))) < 0).all()
    with pytest.raises(DataError, match="portée"):
        access.Gaussian(0)
    with pytest.raises(DataError, match="beta"):
        access.Exponential(-1)


def test_those_without_a_car_press_less_and_get_less() -> None:
    without, drivers = access.split(PEOPLE, xr.DataArray([0.5, 0.2, 0.0], ZONES))
    on_foot = access.on_foot(xr.DataArray([[400.0, 9e3], [9e3, 400.0], [9e3, 9e3]], ZONES | SITES))
    found = access.by_group(
        [
            access.Group("avec voiture", TIMES, drivers, STEPS),
            access.Group("sans voiture", on_foot, without, STEPS),
        ],
        OFFERS,
    )
    pressure = 50 + 240 * 0.5 + 50  # B's walkers do not weigh on S
    assert float(found["access"].sel(group="sans voiture", origin="A")) == pytest.approx(
        40 / pressure
    )
    assert (found["access"][1] <= found["access"][0]).all()
    given = float((found["access"][0] * drivers + found["access"][1] * without).sum())
    assert given == pytest.approx(70)
    assert float((found["blend"] * PEOPLE).sum()) == pytest.approx(70)


def test_one_group_is_the_catchment() -> None:
    found = access.by_group([access.Group("tous", TIMES, PEOPLE, STEPS)], OFFERS)
    np.testing.assert_allclose(
        found["blend"], access.floating_catchment(TIMES, PEOPLE, OFFERS, STEPS)
    )


def test_groups_must_match() -> None:
    one = access.Group("tous", TIMES, PEOPLE, STEPS)
    with pytest.raises(DataError, match="noms différents"):
        access.by_group([one, one], OFFERS)
    other = access.Group("autres", TIMES[::-1], PEOPLE[::-1], STEPS)
    with pytest.raises(DataError, match="mêmes zones"):
        access.by_group([one, other], OFFERS)
    with pytest.raises(DataError, match="dépassent 1"):
        access.split(PEOPLE, PEOPLE)
