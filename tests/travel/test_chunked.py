"""Blocks of origins give the numbers of the whole table, on threads and on processes."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import dask
import numpy as np
import pytest
import xarray as xr

from territory_access import travel
from territory_access.datasets import roads
from territory_access.datasets.road_form import project
from territory_access.errors import DataError, NetworkError, TerritoryAccessError
from territory_access.scenario import Scenario
from territory_access.territory import Territory
from territory_access.travel import (
    chunked,
    compilation,
    extras,
    network,
    on_roads,
    road_cache,
    road_store,
    road_times,
    snap,
    stored_network,
)
from territory_access.travel.roads import engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from territory_access.travel.network import RoadNetwork
    from territory_access.travel.road_store import RoadStore

    type Writer = Callable[..., Path]

SIDE = 14
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def town(write_osm: Writer) -> RoadNetwork:
    """Return a chequered town with one-way streets, a dead end and an alley of another town."""
    places = {SIDE * i + j: (3 * i + j % 2, 3 * j) for i in range(SIDE) for j in range(SIDE)}
    ways: dict[int, tuple[list[int], str]] = {}
    for i in range(SIDE):
        column, row = ([SIDE * i + j for j in range(SIDE)], [SIDE * j + i for j in range(SIDE)])
        ways[1000 + i] = (column, "highway=residential" + " | oneway=yes" * (i % 3 == 1))
        ways[2000 + i] = (row, "highway=tertiary")
    places |= {9001: (200, 200), 9002: (203, 200), 9003: (200, 204)}
    ways[3000] = ([9001, 9002, 9003, 9001], "highway=residential")
    return network.build(roads.load(write_osm(places, ways)))


@pytest.fixture
def store(town: RoadNetwork, tmp_path: Path) -> RoadStore:
    return road_store.keep(town, tmp_path / "cache")


def scattered(count: int, dimension: str, seed: int, built: RoadNetwork) -> xr.Dataset:
    """Return points in and around the network, the last of them nowhere."""
    rng = np.random.default_rng(seed)
    x, y = built.detail.x, built.detail.y
    east = rng.uniform(x.min() - 500, x.max() + 500, count)
    north = rng.uniform(y.min() - 500, y.max() + 500, count)
    on_road = rng.integers(0, len(x), count)
    there = rng.random(count) < 0.7
    east, north = np.where(there, x[on_road], east), np.where(there, y[on_road], north)
    east[-1], north[-1] = np.nan, np.nan
    return xr.Dataset(
        {"x": (dimension, east), "y": (dimension, north)},
        coords={dimension: np.array([f"{dimension[0]}{k}" for k in range(count)], object)},
        attrs={"crs": built.crs},
    )


def sides(built: RoadNetwork) -> tuple[xr.Dataset, xr.Dataset]:
    origins, destinations = (
        scattered(count, dimension, seed, built)
        for seed, (count, dimension) in enumerate([(257, "origin"), (41, "destination")])
    )
    parking = np.random.default_rng(5).integers(0, 6, 41) + 0.1
    return origins, destinations.assign(terminal=("destination", parking))


def in_memory(
    built: RoadNetwork, origins: xr.Dataset, destinations: xr.Dataset, *, max_minutes: float
) -> np.ndarray:
    """Return the table without any file, block or process."""
    start, end = (snap.points(built, side["x"], side["y"]) for side in (origins, destinations))
    return road_times.minutes(
        engine.build(built.graph),
        start,
        end,
        max_minutes=max_minutes,
        terminal=destinations["terminal"].to_numpy(),
    )


def test_blocks_on_threads_are_the_whole_table(town: RoadNetwork, store: RoadStore) -> None:
    origins, destinations = sides(town)
    whole = chunked.eager(store, origins, destinations, max_minutes=9.0)
    plain = in_memory(town, origins, destinations, max_minutes=9.0)
    np.testing.assert_array_equal(whole["travel_time"], plain)
    reached = np.isfinite(plain).mean()
    assert 0.2 < reached < 0.9
    for block in (50, 256, 257, None):
        lazy = chunked.lazy(store, origins, destinations, max_minutes=9.0, block=block)
        assert lazy["travel_time"].chunks[0][0] == (block or 257)
        assert lazy["travel_time"].dtype == np.float32
        xr.testing.assert_identical(lazy.compute(), whole)
    assert whole.attrs["engine"] == "roads"
    assert (whole.attrs["units"], whole.attrs["mode"]) == ("minutes", "car")


def test_points_in_chunks_keep_them(town: RoadNetwork, store: RoadStore) -> None:
    origins, destinations = sides(town)
    whole = chunked.eager(store, origins, destinations, max_minutes=9.0)
    parted = origins.chunk(origin=100)
    lazy = chunked.lazy(store, parted, destinations, max_minutes=9.0)
    assert lazy["travel_time"].chunks == ((100, 100, 57), (41,))
    again = chunked.lazy(store, parted, destinations, max_minutes=9.0)
    assert lazy.attrs == again.attrs
    xr.testing.assert_equal(lazy.compute(), whole)
    assert lazy.attrs | {"inputs": ""} == whole.attrs | {"inputs": ""}
    recut = chunked.lazy(store, parted, destinations, max_minutes=9.0, block=200)
    assert recut["travel_time"].chunks[0] == (200, 57)


def test_points_may_be_in_degrees(town: RoadNetwork, store: RoadStore) -> None:
    origins, destinations = sides(town)
    lon, lat = project(
        origins["x"].to_numpy(), origins["y"].to_numpy(), source=town.crs, target="EPSG:4326"
    )
    degrees = origins.assign(x=("origin", lon), y=("origin", lat)).assign_attrs(crs="EPSG:4326")
    asked = {"max_minutes": 30.0}
    near, far = (
        chunked.eager(store, points, destinations, **asked)["travel_time"]
        for points in (origins, degrees)
    )
    np.testing.assert_allclose(far, near, atol=0.05)  # at a crossing either street is the nearest


def test_nothing_is_worked_out_before_it_is_asked(
    town: RoadNetwork, store: RoadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    worked_out = chunked.road_times.minutes

    def count(*sides: snap.Snapped, **options: object) -> np.ndarray:
        asked.append(len(sides[1]))
        return worked_out(*sides, **options)

    monkeypatch.setattr(chunked.road_times, "minutes", count)
    origins, destinations = sides(town)

    def unread(block: np.ndarray) -> np.ndarray:
        assert asked, "coordinates are read before they are asked for"
        return block

    lazy_points = origins.chunk(origin=100).map(
        lambda part: part.copy(data=part.data.map_blocks(unread, dtype=float, meta=part.data._meta))
    )
    lazy_points = lazy_points.assign_attrs(origins.attrs)
    chunked.lazy(store, lazy_points, destinations, max_minutes=9.0)
    lazy = chunked.lazy(store, origins, destinations, max_minutes=9.0, block=100)
    closest = lazy["travel_time"].min("destination")
    assert asked == []
    closest[:100].compute()
    assert asked == [100]
    closest.compute()
    assert sorted(asked) == [57, 100, 100, 100]


def test_what_is_sent_to_a_worker_is_small(store: RoadStore, town: RoadNetwork) -> None:
    origins, destinations = sides(town)
    lazy = chunked.lazy(store, origins, destinations, max_minutes=9.0, block=100)
    sent = sum(len(pickle.dumps(task)) for task in lazy.__dask_graph__().to_dict().values())
    network_on_disk = sum(path.stat().st_size for path in store.network.iterdir())
    assert sent < 60_000 < network_on_disk


def test_a_network_is_kept_once_by_its_content(town: RoadNetwork, tmp_path: Path) -> None:
    first = road_store.keep(town, tmp_path / "cache")
    (first.prepared / "node.npy").touch()
    assert road_store.keep(town, tmp_path / "cache") == first
    assert len(list((tmp_path / "cache").iterdir())) == 2
    slower = network.replace(town, running=town.running + 1)
    assert road_store.keep(slower, tmp_path / "cache").network != first.network
    assert road_store.opened(first) is road_store.opened(first)


def test_a_network_that_the_cache_holds_is_not_written_again(
    town: RoadNetwork, tmp_path: Path
) -> None:
    place = tmp_path / "cache" / "network-of-a-file"
    stored_network.save(town, place)
    store = road_store.keep(town, tmp_path / "cache", kept=place)
    assert store.network == place
    assert [path.name for path in place.parent.glob("network-*")] == [place.name]
    assert road_store.opened(store).network.graph.digest() == town.graph.digest()


def test_what_makes_no_sense_is_refused(town: RoadNetwork, store: RoadStore) -> None:
    origins, destinations = sides(town)
    for limit in (0.0, -1.0):
        with pytest.raises(NetworkError, match="temps maximal"):
            chunked.lazy(store, origins, destinations, max_minutes=limit)
    with pytest.raises(DataError, match="blocs de 0"):
        chunked.lazy(store, origins, destinations, max_minutes=9.0, block=0)
    with pytest.raises(DataError, match="coordonnée y"):
        chunked.lazy(store, origins.drop_vars("y"), destinations, max_minutes=9.0)
    twice = destinations.assign_coords(destination=["a", "a", *"b" * 39])
    with pytest.raises(DataError, match="« a » est là plusieurs fois"):
        chunked.eager(store, origins, twice, max_minutes=9.0)
    lost = road_store.RoadStore(store.network, store.prepared / "nowhere")
    with pytest.raises(NetworkError, match="vu de la machine"):
        chunked.lazy(lost, origins, destinations, max_minutes=9.0)
    with pytest.raises(TerritoryAccessError, match="installez territory-access"):
        extras.library("no_such_library")


CLUSTER = """
import pickle, sys
import dask, distributed
from territory_access.travel import chunked

def times_opened():
    from territory_access.travel import road_store
    return road_store._open.cache_info().misses

def answer(question, client):
    store, origins, destinations, limit, block = question
    before = client.run(times_opened).values()
    times = chunked.lazy(store, origins, destinations, max_minutes=limit, block=block).compute()
    after = client.run(times_opened).values()
    return times, [b - a for a, b in zip(before, after, strict=True)]

if __name__ == "__main__":
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        for name in sys.stdin:
            with open(name.strip(), "rb") as file:
                question = pickle.load(file)
            with open(name.strip(), "wb") as file:
                pickle.dump(answer(question, client), file)
            print("answered", flush=True)
"""


class Cluster:
    """Two processes, and a third one that asks them.

    All are outside this one: they need sockets, which tests may not open, and leave threads behind.
    """

    def __init__(self, folder: Path) -> None:
        script = folder / "cluster.py"
        script.write_text(CLUSTER, encoding="utf-8")
        self.letter = folder / "letter"
        self.said = (folder / "said").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.said,
            text=True,
        )

    def ask(self, *question: object) -> tuple[xr.Dataset, list[int]]:
        """Return the answer, and how often each process opened the network for it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.letter.write_bytes(pickle.dumps(question))
        self.process.stdin.write(f"{self.letter}\n")
        self.process.stdin.flush()
        self.said.seek(0)
        assert self.process.stdout.readline() == "answered\n", self.said.read()
        answer: tuple[xr.Dataset, list[int]] = pickle.loads(self.letter.read_bytes())  # noqa: S301 - ours
        return answer

    def close(self) -> None:
        self.process.communicate(timeout=60)
        self.said.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    yield started
    started.close()


def test_two_processes_give_the_same_bits(
    town: RoadNetwork, store: RoadStore, cluster: Cluster
) -> None:
    origins, destinations = sides(town)
    whole = chunked.eager(store, origins, destinations, max_minutes=9.0)
    times, opened = cluster.ask(store, origins, destinations, 9.0, 20)
    xr.testing.assert_identical(times, whole)
    assert whole["travel_time"].to_numpy().tobytes() == times["travel_time"].to_numpy().tobytes()
    assert opened == [1, 1]


def test_malta_is_the_same_on_two_processes(
    real_data: Path, tmp_path: Path, cluster: Cluster
) -> None:
    built = network.build(roads.load(real_data / "roads" / "pbf" / "malta.osm.pbf"))
    store = road_store.keep(built, tmp_path / "cache")
    origins, destinations = (
        scattered(count, dimension, 7, built).assign(terminal=(dimension, np.full(count, 2.0)))
        for count, dimension in ((6_000, "origin"), (300, "destination"))
    )
    plain = in_memory(built, origins, destinations, max_minutes=60.0)
    times, opened = cluster.ask(store, origins, destinations, 60.0, 1_500)
    np.testing.assert_array_equal(times["travel_time"], plain)
    whole = chunked.eager(store, origins, destinations, max_minutes=60.0)
    xr.testing.assert_identical(times, whole)
    assert 0.3 < np.isfinite(plain).mean() < 1
    assert opened == [1, 1]


def test_an_ordinary_import_needs_neither_dask_nor_zarr() -> None:
    code = (
        "import sys, territory_access, territory_access.study, territory_access.cli.app\n"
        "import territory_access.travel.chunked, territory_access.travel.stored_times\n"
        "print(sorted({'dask', 'distributed', 'zarr'} & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


def test_threads_are_what_dask_uses_without_a_client(town: RoadNetwork, store: RoadStore) -> None:
    origins, destinations = sides(town)
    lazy = chunked.lazy(store, origins, destinations, max_minutes=9.0, block=60)
    with dask.config.set(scheduler="synchronous"):
        alone = lazy.compute()
    xr.testing.assert_identical(alone, lazy.compute())


def test_a_territory_on_real_roads_is_the_same_by_blocks(
    real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERRITORY_ACCESS_DATA", str(real_data))
    monkeypatch.setenv(road_cache.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(
        compilation, "done", lambda _: True
    )  # what is not, compiles when it is used
    place = Territory.load(Scenario.load(ROOT / "scenarios" / "corse.toml"))
    opened = on_roads.open_roads(place)
    whole = travel.matrix(place, roads=opened, max_minutes=90.0)
    lazy = travel.matrix(place, roads=opened, max_minutes=90.0, block=100)
    assert lazy["travel_time"].chunks is not None
    assert len(lazy["travel_time"].chunks[0]) == -(-len(place.zones) // 100)
    xr.testing.assert_identical(lazy.compute(), whole)
    assert list(tmp_path.glob("network-*")) == [opened.kept]
