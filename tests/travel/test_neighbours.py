"""The nearest and sums, where points lie on one road between two junctions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access.travel import road_times, snap
from territory_access.travel.roads import dijkstra, engine
from territory_access.travel.roads.reductions import Weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from territory_access.travel.network import RoadNetwork
    from territory_access.travel.roads.engine import Engine
    from territory_access.travel.snap import Snapped

ENGINES: list[Callable[..., Engine]] = [engine.build, dijkstra.DijkstraEngine]


def crowd(built: RoadNetwork, seed: int) -> tuple[Snapped, Snapped]:
    """Return origins and destinations, many of them neighbours on one street, two nowhere."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(1.2e6, 1.2018e6, 90), rng.uniform(6.1e6, 6.1018e6, 90)
    x[40:80], y[40:80] = x[:40] + 9, y[:40] - 7
    x[[0, 89]] += 90_000
    return snap.points(built, x[:50], y[:50]), snap.points(built, x[40:], y[40:])


def steps(minutes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(minutes <= 1, 1.0, np.where(minutes <= 2, 0.5, 0.25))


@pytest.mark.parametrize("build", ENGINES)
@pytest.mark.parametrize("residents", [0.0, 0.4])
@pytest.mark.parametrize("seed", range(3))
def test_nearest_and_sums_are_those_of_the_whole_table(
    make_town: Callable[..., RoadNetwork],
    seed: int,
    residents: float,
    build: Callable[..., Engine],
) -> None:
    built = make_town(seed, residents=residents)
    quick = build(built.graph)
    here, there = crowd(built, seed)
    straight = snap.direct(here, there)
    assert len(straight.origin) > 20
    parking = np.where(np.arange(len(there)) % 3 == 0, 0.5, 1.25)
    whole = road_times.minutes(quick, here, there, terminal=parking)
    by_junctions = quick.matrix(here.origins(), there.destinations()) + parking.astype(np.float32)
    assert (whole < by_junctions - 1e-4).sum() > 10  # there is something to correct
    for limit in (None, 2.5):
        table = whole if limit is None else np.where(whole <= limit, whole, np.inf)
        who, minutes = road_times.nearest(
            quick, here, there, k=4, max_minutes=limit, terminal=parking
        )
        np.testing.assert_allclose(minutes, np.sort(table, axis=1)[:, :4], atol=1e-5)
        known = who >= 0
        assert (known == np.isfinite(minutes)).all()
        rows = np.nonzero(known)[0]
        np.testing.assert_allclose(table[rows, who[known]], minutes[known], atol=1e-5)
        ranked = np.sort(who, axis=1)
        assert not ((ranked[:, 1:] == ranked[:, :-1]) & (ranked[:, 1:] >= 0)).any()
    rng = np.random.default_rng(seed)
    demand, supply = rng.uniform(1, 9, len(here)), rng.uniform(0, 3, len(there))
    weights = Weights(steps, demand=demand, supply=supply)
    table = np.where(whole <= 2.5, whole, np.inf)
    weight = np.where(np.isfinite(table), steps(table), 0)
    found = road_times.reduce(
        quick, here, there, max_minutes=2.5, weights=weights, terminal=parking
    )
    np.testing.assert_array_equal(found.count, np.isfinite(table).sum(axis=1))
    np.testing.assert_allclose(found.nearest, table.min(axis=1), atol=1e-5)
    np.testing.assert_allclose(found.by_origin, weight @ weights.supply, rtol=1e-9)
    np.testing.assert_allclose(found.by_destination, weights.demand @ weight, rtol=1e-9)
    plain = road_times.reduce(quick, here, there, max_minutes=2.5, terminal=parking)
    np.testing.assert_array_equal(plain.count, found.count)
    assert not plain.by_origin.any()


def test_nobody_is_near_nobody(make_town: Callable[..., RoadNetwork]) -> None:
    built = make_town(1)
    far = snap.points(built, [0.0, 1.0], [0.0, 1.0])
    quick = engine.build(built.graph)
    who, minutes = road_times.nearest(quick, far, far, k=2)
    assert (who == -1).all()
    assert np.isinf(minutes).all()
    assert road_times.reduce(quick, far, far, max_minutes=5.0).count.tolist() == [0, 0]
