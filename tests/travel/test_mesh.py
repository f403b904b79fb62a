"""Which places the mesh joins."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
import shapely
from scipy.sparse.csgraph import dijkstra

from territory_access.travel.density import population_density
from territory_access.travel.estimate import Model
from territory_access.travel.mesh import Ground, Mesh, build, neighbours
from territory_access.travel.passage import Boats, with_boats
from territory_access.travel.water import Shore
from territory_access.travel.ways import least_efforts

REGION = shapely.box(0, 0, 50_000, 50_000)


def ground(
    places: np.ndarray,
    land: list[shapely.Geometry],
    bridges: list[shapely.LineString] | None = None,
) -> Ground:
    return Ground(
        towns=places,
        population=np.full(len(places), 800.0),
        relief=np.ones(len(places)),
        shore=Shore.of(np.array(land, dtype=object), within=REGION),
        bridges=np.array(bridges or [], dtype=object),
    )


@pytest.fixture(scope="module")
def places() -> np.ndarray:
    return np.random.default_rng(2).uniform(1_000, 49_000, (80, 2))


def test_edges_stay_on_land(places: np.ndarray) -> None:
    strait = shapely.difference(REGION, shapely.box(24_000, -1, 26_000, 50_001))
    on_land = places[np.abs(places[:, 0] - 25_000) > 1_000]
    mesh = build(on_land, Model.load(), ground=ground(on_land, [strait]))
    west = mesh.points[:, 0] < 25_000
    assert (west[mesh.first] == west[mesh.second]).all()
    assert len(np.unique(mesh.component())) == 2


def test_one_landmass_is_never_parted(places: np.ndarray) -> None:
    # Two blocks joined by a neck of 60 m, too thin for any place or way-point to see through.
    west, east = shapely.box(0, 0, 20_000, 50_000), shapely.box(30_000, 0, 50_000, 50_000)
    neck = shapely.box(19_999, 3_000, 30_001, 3_060)
    land = shapely.union_all([west, east, neck])
    on_land = places[shapely.contains_xy(land, places)]
    mesh = build(on_land, Model.load(), ground=ground(on_land, [land]))
    assert len(np.unique(mesh.component())) == 1
    across = (mesh.points[mesh.first, 0] < 25_000) != (mesh.points[mesh.second, 0] < 25_000)
    straight = np.hypot(*(mesh.points[mesh.first] - mesh.points[mesh.second]).T) / 1000
    assert across.sum() == 1
    assert mesh.km[across] > 3 * straight[across]  # and at the price of a long way round


def test_a_bridge_joins_two_shores(places: np.ndarray) -> None:
    strait = shapely.difference(REGION, shapely.box(24_000, -1, 26_000, 50_001))
    on_land = places[np.abs(places[:, 0] - 25_000) > 1_000]
    bridge = shapely.LineString([(23_900, 20_000), (26_100, 20_000)])
    mesh = build(on_land, Model.load(), ground=ground(on_land, [strait], [bridge]))
    assert len(np.unique(mesh.component())) == 1
    across = (mesh.points[mesh.first, 0] < 25_000) != (mesh.points[mesh.second, 0] < 25_000)
    assert mesh.km[across].tolist() == [2.2]


def test_efforts_are_least(places: np.ndarray) -> None:
    model = Model.load()
    here = ground(places, [REGION])
    mesh = build(places, model, ground=here)
    graph = nx.Graph()
    pace = model.pace(mesh.urbanity)
    for one, two, km in zip(mesh.first, mesh.second, mesh.km, strict=True):
        graph.add_edge(int(one), int(two), weight=km * (pace[one] + pace[two]) / 2)
    expected = nx.single_source_dijkstra_path_length(graph, 0)
    found, _ = least_efforts(mesh, places[:1], model=model, ground=here)
    np.testing.assert_allclose(
        found[0], [expected[k] for k in range(len(places))], rtol=1e-9, atol=1e-5
    )


def test_relief_slows_every_way_alike(places: np.ndarray) -> None:
    model, here = Model.load(), ground(places, [REGION])
    steep = replace(here, relief=np.full(len(places), 1.6))
    plain, _ = least_efforts(
        build(places, model, ground=here), places[:3], model=model, ground=here
    )
    mesh: Mesh = build(places, model, ground=steep)
    slow, _ = least_efforts(mesh, places[:3], model=model, ground=steep)
    np.testing.assert_allclose(slow, 1.6 * plain, atol=1e-4)


def test_few_or_aligned_places_are_all_joined() -> None:
    line = np.column_stack([np.arange(4.0), np.zeros(4)])
    assert len(neighbours(line)[0]) == 6
    assert len(neighbours(line[:2])[0]) == 1
    assert len(neighbours(line[:1])[0]) == 0


def test_density_of_an_even_country_is_its_density() -> None:
    x, y = np.meshgrid(np.arange(0, 60_000, 2_000.0), np.arange(0, 60_000, 2_000.0))
    towns = np.column_stack([x.ravel(), y.ravel()])
    found = population_density(
        np.array([[30_000.0, 30_000.0]]),
        towns,
        population=np.full(len(towns), 400.0),
        bandwidth_km=3.5,
    )
    assert found[0] == pytest.approx(100.0, rel=0.02)  # 400 people each 4 km², but for the tail


def test_boats_are_taken_one_after_another() -> None:
    rng = np.random.default_rng(4)
    quays = 6
    roads = np.where(np.eye(quays) > 0, 0.0, np.inf)
    roads[0, 1] = roads[1, 0] = 12.0
    island, port = np.array([2, 3, 4]), np.array([0, 1, 3])
    boats = Boats(roads, rng.uniform(30, 90, 3), island=island, port=port)
    graph = np.where(np.isinf(roads), 0, roads)
    graph[island, port] = graph[port, island] = boats.minutes
    np.testing.assert_allclose(boats.between_quays(), dijkstra(graph))
    none = np.full((2, 1), np.inf)
    to_quays = np.where(np.arange(quays) == np.array([[4], [5]]), 3.0, np.inf)
    found = with_boats(
        none,
        boats=boats,
        to_quays=to_quays,
        from_quays=np.where(np.arange(quays) == 0, 5.0, np.inf)[:, None],
    )
    assert found[0, 0] == pytest.approx(3 + boats.between_quays()[4, 0] + 5)
    assert found[1, 0] == np.inf
