"""A real network against scipy: New York, 264,346 nodes."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from territory_access.travel.roads.dijkstra import DijkstraEngine
from territory_access.travel.roads.engine import RoadEngine, build
from territory_access.travel.roads.graph import Graph, from_arcs
from territory_access.travel.roads.seeds import at_nodes

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def new_york(real_data: Path) -> Graph:
    folder = real_data / "roads" / "ny"
    with gzip.open(folder / "USA-road-d.NY.co.gz") as file:
        places = pd.read_csv(file, sep=" ", skiprows=7, header=None, usecols=[2, 3])
    with gzip.open(folder / "USA-road-t.NY.gr.gz") as file:
        arcs = pd.read_csv(file, sep=" ", skiprows=7, header=None, usecols=[1, 2, 3])
    return from_arcs(
        arcs[1] - 1, arcs[2] - 1, milliseconds=np.rint(arcs[3] * 3.6), x=places[2], y=places[3]
    )


@pytest.fixture(scope="module")
def engine(new_york: Graph) -> RoadEngine:
    return build(new_york)


def test_new_york_is_exact(engine: RoadEngine) -> None:
    rng = np.random.default_rng(0)
    origins = at_nodes(rng.integers(0, engine.graph.nodes, 60))
    destinations = at_nodes(rng.integers(0, engine.graph.nodes, 500))
    oracle = DijkstraEngine(engine.graph).matrix(origins, destinations)
    assert np.isfinite(oracle).all()
    np.testing.assert_array_equal(engine.matrix(origins, destinations), oracle)
    within = np.where(oracle <= 20, oracle, np.inf).astype(np.float32)
    np.testing.assert_array_equal(engine.matrix(origins, destinations, max_minutes=20), within)
    fast = engine.matrix(origins, destinations, max_minutes=60, exact=False)
    near = np.isfinite(fast)
    assert np.abs(fast[near] - oracle[near]).max() * 60 < 0.25


def test_new_york_way_takes_its_time(engine: RoadEngine) -> None:
    way = engine.way(at_nodes([5]), at_nodes([200_000]))
    table = engine.matrix(at_nodes(way), at_nodes(way[-1:]))[:, 0]
    assert len(way) > 100
    assert (np.diff(table) <= 0).all()
    assert table[-1] == 0
