"""Travel times on roads beside the fastest engines that Python can install, and beside scipy.

CPU time of one thread, medians, taken in turns in one run, and the answers compared in that run. A
floor in a test is what the engine must keep on a busy machine; ``bench-results.json`` holds what
was measured.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from territory_access.travel.roads import everywhere
from territory_access.travel.roads.dijkstra import DijkstraEngine
from territory_access.travel.roads.engine import RoadEngine, build, warm_up
from territory_access.travel.roads.graph import along_curve, from_arcs, largest_component
from territory_access.travel.roads.seeds import at_nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.travel.roads.graph import Graph

    type Measure = Callable[..., tuple[dict[str, float], dict[str, Any]]]
    type Note = Callable[..., float]

COUNTRY = Path(tempfile.gettempdir()) / "territory-access-country.npz"
TENTHS = 600.0  # tenths of a second in a minute


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    warm_up()


@pytest.fixture(scope="module")
def ny(new_york: Graph) -> RoadEngine:
    return build(new_york)


@pytest.fixture(scope="module")
def routing_kit(new_york: Graph) -> Any:
    kit = pytest.importorskip("pyroutingkit", reason="no peer: pip install --group bench")
    return _routing_kit(kit, new_york)


def _routing_kit(kit: Any, graph: Graph) -> Any:
    topology = kit.CCHTopology()
    topology.build(
        graph.tail.astype(np.uint32),
        graph.head.astype(np.uint32),
        graph.y.astype(np.float32),
        graph.x.astype(np.float32),
        graph.nodes,
    )
    metric = kit.CCHMetric(topology)
    metric.customize((graph.milliseconds // 100).astype(np.uint32))
    return metric


def _some(graph: Graph, count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).choice(graph.nodes, count, replace=False)


def _mismatches(minutes: np.ndarray, tenths: np.ndarray) -> str:
    wrong = int((np.rint(minutes * TENTHS) != tenths).sum())
    return f"{minutes.size:,} pairs, {wrong} different"


@pytest.mark.parametrize(("size", "floor"), [(1000, 15), (2000, 30)])
def test_matrix_beside_routing_kit(
    ny: RoadEngine, routing_kit: Any, measure: Measure, note: Note, *, size: int, floor: float
) -> None:
    origins, destinations = _some(ny.graph, size, 1), _some(ny.graph, size, 2)
    starts, ends = origins.astype(np.uint32), destinations.astype(np.uint32)
    seconds, answers = measure(
        5 if size == 1000 else 3,
        exact=lambda: ny.matrix(at_nodes(origins), at_nodes(destinations)),
        fast=lambda: ny.matrix(at_nodes(origins), at_nodes(destinations), exact=False),
        peer=lambda: routing_kit.distances_many_to_many(starts, ends),
    )
    peer = np.asarray(answers["peer"]).reshape(size, size)
    equal = _mismatches(answers["exact"], peer)
    ratio = note(
        f"ny {size}×{size}, exact / RoutingKit CCH", seconds["exact"], seconds["peer"], equal=equal
    )
    off = np.abs(answers["fast"] * 60 - peer / 10).max()
    name = f"ny {size}×{size}, fast, no cutoff / RoutingKit CCH"
    note(name, seconds["fast"], seconds["peer"], equal=f"within {off:.2f} s")
    assert equal.endswith(" 0 different")
    assert ratio > floor


def test_matrix_within_an_hour_beside_routing_kit(
    ny: RoadEngine, routing_kit: Any, measure: Measure, note: Note
) -> None:
    """Sixteen bits hold an hour of tenths exactly: what a study of access asks for."""
    origins, destinations = _some(ny.graph, 1000, 1), _some(ny.graph, 1000, 2)
    starts, ends = origins.astype(np.uint32), destinations.astype(np.uint32)
    seconds, answers = measure(
        5,
        ours=lambda: ny.matrix(at_nodes(origins), at_nodes(destinations), max_minutes=60),
        peer=lambda: routing_kit.distances_many_to_many(starts, ends),
    )
    peer = np.asarray(answers["peer"]).reshape(1000, 1000).astype(float)
    peer[peer > 60 * TENTHS] = np.inf
    equal = _mismatches(answers["ours"], peer)
    name = "ny 1000×1000 within 60 min, exact / RoutingKit CCH"
    note(name, seconds["ours"], seconds["peer"], equal=equal)
    assert equal.endswith(" 0 different")


def test_preparation_and_matrix_beside_pandana(
    ny: RoadEngine, measure: Measure, note: Note
) -> None:
    pandana = pytest.importorskip("pandana", reason="no peer: pip install --group bench")
    import pandas as pd

    graph = ny.graph
    start = time.process_time()
    network = pandana.Network(
        pd.Series(graph.x),
        pd.Series(graph.y),
        pd.Series(graph.tail.astype(np.int64)),
        pd.Series(graph.head.astype(np.int64)),
        pd.DataFrame({"time": graph.milliseconds / 100.0}),
        twoway=False,
    )
    prepared = time.process_time() - start
    start = time.process_time()
    build(graph)
    note("ny preparation / pandana", time.process_time() - start, prepared, equal="–")
    origins, destinations = _some(graph, 1000, 1), _some(graph, 1000, 2)
    part = origins[:50]
    pairs = np.repeat(part, 1000), np.tile(destinations, len(part))
    seconds, answers = measure(
        1,
        peer=lambda: network.shortest_path_lengths(*pairs),
        ours=lambda: ny.matrix(at_nodes(origins), at_nodes(destinations)),
        hour=lambda: ny.matrix(at_nodes(origins), at_nodes(destinations), max_minutes=60),
    )
    tenths = np.rint(answers["peer"]).reshape(50, 1000)
    name = "ny 1000×1000 within 60 min, exact / pandana (50×1000, times 20)"
    within = np.where(tenths > 60 * TENTHS, np.inf, tenths)
    equal = _mismatches(answers["hour"][:50], within)
    note(name, seconds["hour"], 20 * seconds["peer"], equal=equal)
    equal = _mismatches(answers["ours"][:50], tenths)
    name = "ny 1000×1000, exact / pandana (50×1000, times 20)"
    ratio = note(name, seconds["ours"], 20 * seconds["peer"], equal=equal)
    assert equal.endswith(" 0 different")
    assert ratio > 300


def test_preparation_beside_routing_kit(new_york: Graph, measure: Measure, note: Note) -> None:
    kit = pytest.importorskip("pyroutingkit", reason="no peer: pip install --group bench")
    seconds, _ = measure(1, peer=lambda: _routing_kit(kit, new_york), ours=lambda: build(new_york))
    name = "ny preparation / RoutingKit CCH (order and weights)"
    assert note(name, seconds["ours"], seconds["peer"], equal="–") > 1.5


def test_one_to_all_beside_scipy(ny: RoadEngine, measure: Measure, note: Note) -> None:
    """Also beside a copy of as many bytes as the labels take: what memory allows at best.

    The least traffic of a batch: each row of labels is written once, and read by the processor
    before (a store to a line that is not in its cache fetches the line first); arcs are read once.
    Rows read again on the way down, and the climb, count for nothing. A copy of this size goes past
    the cache: it is counted as what is read and what is written.
    """
    points = at_nodes(_some(ny.graph, 4096, 3))
    few, hour = points[:32], 3_600_000
    block, room = (np.zeros(ny.graph.nodes * 128, np.uint8) for _ in range(2))

    def sweep() -> None:
        for _ in everywhere.batches(ny.prepared, points, cutoff=hour):
            pass

    seconds, answers = measure(
        3,
        exact=sweep,
        table=lambda: ny.one_to_all(few),
        peer=lambda: _scipy(ny.graph, few.node[:, 0]),
        copy=lambda: np.copyto(room, block),
    )
    peer = seconds["peer"] / len(few)
    equal = _mismatches(answers["table"], np.rint(answers["peer"] / 100))
    name = "ny one-to-all a source, as a table / scipy"
    note(name, seconds["table"] / len(few), peer, equal=equal)
    assert equal.endswith(" 0 different")
    tenths = np.rint(answers["peer"] / 100)
    batch = next(everywhere.batches(ny.prepared, few, cutoff=hour))
    labels = batch.labels[ny.prepared.position, : len(few)].T
    tenths = tenths[batch.line]
    near = tenths <= 60 * TENTHS
    wrong = int((labels[near] != tenths[near]).sum())
    title = "ny one-to-all a source within 60 min, as labels / scipy without limit"
    equal = f"{near.sum():,} pairs, {wrong} different"
    note(title, seconds["exact"] / len(points), peer, equal=equal)
    assert wrong == 0
    least = len(points) / 64 * (2 * len(block) + _bytes_of_arcs(ny.prepared.down.first))
    speed = least / seconds["exact"] / (2 * len(block) / seconds["copy"])
    note("ny one-to-all, share of a copy's memory speed", 1.0, speed, equal="least traffic")


def _bytes_of_arcs(first: np.ndarray) -> int:
    """Return what a sweep reads of arcs: a row and a weight each, an even number of them a row."""
    pairs = (np.maximum(np.diff(first), 1) + 1) // 2
    return int(pairs.sum()) * 2 * 8


def test_malta_beside_osrm(
    malta: Graph, malta_file: Path, measure: Measure, note: Note, tmp_path: Path
) -> None:
    """OSRM models turns and speeds of its own: times are compared by rank, not one by one."""
    if importlib.util.find_spec("osrm") is None:
        pytest.skip("no peer: pip install --group bench")
    import osrm

    shutil.copyfile(malta_file, tmp_path / "malta.osm.pbf")
    profile = Path(osrm.__file__).parent / "share" / "profiles" / "car.lua"
    before = os.times()
    for command in (["extract", "-t", "1", "-p", profile, "malta.osm.pbf"],
                    ["contract", "-t", "1", "malta.osrm"]):  # fmt: skip
        subprocess.run(  # noqa: S603 - the peer's own program, its own arguments
            [sys.executable, "-m", "osrm", *map(str, command)],
            cwd=tmp_path,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    after = os.times()
    peer = after.children_user + after.children_system
    peer -= before.children_user + before.children_system
    start = time.process_time()
    ours = build(malta)
    note("malta preparation / OSRM (with reading)", time.process_time() - start, peer, equal="–")
    router = osrm.OSRM(
        algorithm="CH",
        use_shared_memory=False,
        storage_config=str(tmp_path / "malta.osrm"),
        max_locations_distance_table=4000,
    )
    origins, destinations = _some(malta, 1000, 1), _some(malta, 1000, 2)
    places = np.concatenate([origins, destinations])
    asked = osrm.TableParameters(
        coordinates=list(zip(malta.x[places].tolist(), malta.y[places].tolist(), strict=True)),
        sources=list(range(1000)),
        destinations=list(range(1000, 2000)),
        annotations=["duration"],
    )
    seconds, answers = measure(
        5,
        peer=lambda: router.Table(asked),
        exact=lambda: ours.matrix(at_nodes(origins), at_nodes(destinations)),
        fast=lambda: ours.matrix(
            at_nodes(origins), at_nodes(destinations), max_minutes=60, exact=False
        ),
    )
    table = np.array(
        [[np.nan if value is None else value for value in row]
         for row in answers["peer"]["durations"]], float,
    )  # fmt: skip
    known = np.isfinite(table)
    alike = np.corrcoef(table[known], answers["exact"][known])[0, 1]
    oracle = DijkstraEngine(malta).matrix(at_nodes(origins[:64]), at_nodes(destinations))
    wrong = int((oracle != answers["exact"][:64]).sum())
    near = np.isfinite(answers["fast"][:64])
    off = np.abs(oracle - answers["fast"][:64])[near].max() * 60
    for name, equal in (
        ("exact", f"64,000 pairs of scipy, {wrong} different; OSRM r = {alike:.3f}"),
        ("fast", f"scipy within {off:.2f} s"),
    ):
        within = " within 60 min" if name == "fast" else ""
        title = f"malta 1000×1000, {name}{within} / OSRM CH table"
        note(title, seconds[name], seconds["peer"], equal=equal)
    assert wrong == 0
    assert off < 0.25


@pytest.fixture(scope="module")
def country() -> Graph:
    """Return the made-up country, made once a machine."""
    if not COUNTRY.exists():
        script = Path(__file__).with_name("synthetic.py")
        command = [sys.executable, str(script), "1250000", str(COUNTRY)]
        subprocess.run(command, check=True)  # noqa: S603 - our own script
    with np.load(COUNTRY) as made:
        graph = from_arcs(
            made["tail"], made["head"], milliseconds=made["milliseconds"], x=made["x"], y=made["y"]
        )
    return along_curve(largest_component(graph).graph).graph


COLD = """
import time
from territory_access.travel.roads.engine import warm_up
start = time.process_time()
warm_up()
print(time.process_time() - start)
"""


def test_cold_compilation(note: Note, tmp_path: Path) -> None:
    """In a process of its own and an empty folder; a warm one reads the same kernels back."""
    here = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    cold, warm = (
        float(
            subprocess.run(  # noqa: S603 - our own lines
                [sys.executable, "-c", COLD], check=True, capture_output=True, text=True, env=here
            ).stdout
        )
        for _ in range(2)
    )
    note("compilation of all kernels / budget of 15 s", cold, 15.0, equal=f"then {warm:.2f} s")
    assert warm < cold / 5


MEMORY = """
import resource, sys, numpy as np
from territory_access.travel.roads.engine import build
from territory_access.travel.roads.graph import along_curve, from_arcs, largest_component
from territory_access.travel.roads.seeds import at_nodes
def read():
    with np.load(sys.argv[1]) as made:
        arcs = made["tail"], made["head"]
        graph = from_arcs(*arcs, milliseconds=made["milliseconds"], x=made["x"], y=made["y"])
    return along_curve(largest_component(graph).graph).graph
engine = build(read())
some = np.random.default_rng(1).permutation(engine.graph.nodes)
engine.reduce(at_nodes(some[:400_000]), at_nodes(some[:30_000]), max_minutes=60, exact=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)
"""


def test_memory_of_a_whole_country(country: Graph, note: Note) -> None:
    """Measured in a process of its own: reading, preparation, and the great reduction."""
    del country
    command = [sys.executable, "-c", MEMORY, str(COUNTRY)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    gigabytes = float(told.stdout)
    assert note("country, memory in GB / budget of 1 GB", gigabytes, 1.0, equal="–") > 0.8


def test_a_whole_country(country: Graph, measure: Measure, note: Note) -> None:
    """Budgets in CPU seconds and memory stand in for a peer; scipy answers for a sample."""
    start = time.process_time()
    engine = build(country)
    name = f"{country.nodes:,} nodes, preparation / budget of 35 s"
    note(name, time.process_time() - start, 35.0, equal="–")
    origins = at_nodes(_some(country, 400_000, 1))
    destinations = at_nodes(_some(country, 30_000, 2))
    few = slice(0, 60)
    seconds, answers = measure(
        1,
        ours=lambda: engine.reduce(origins, destinations, max_minutes=60, exact=False),
        peer=lambda: _scipy(country, origins.node[few, 0], limit=3_600_000),
    )
    reduction, times = answers["ours"], answers["peer"][:, destinations.node[:, 0]]
    off = np.abs(reduction.count[few] - np.isfinite(times).sum(axis=1)).max()
    late = np.abs(reduction.nearest[few] * 60 - times.min(axis=1) / 1000).max()
    equal = f"{reduction.count.sum():,} pairs; counts within {off}, nearest within {late:.2f} s"
    peer = seconds["peer"] / 60 * 400_000
    title = "400,000 × 30,000 within 60 min, fast / scipy with limit (60 origins, scaled)"
    ratio = note(title, seconds["ours"], peer, equal=equal)
    note("400,000 × 30,000 within 60 min / budget of 7 s", seconds["ours"], 7.0, equal=equal)
    everyone = at_nodes(np.arange(country.nodes))
    seconds, answers = measure(3, ours=lambda: engine.nearest(everyone, destinations, k=3))
    title = "nearest 3 of 30,000 for all nodes / budget of 0.16 s"
    note(title, seconds["ours"], 0.16, equal=_nearest_is_right(country, engine, destinations))
    assert ratio > 500


def _scipy(graph: Graph, origins: np.ndarray, *, limit: float = np.inf) -> np.ndarray:
    """Return milliseconds to all nodes."""
    shape = (graph.nodes, graph.nodes)
    roads = csr_array((graph.milliseconds.astype(float), graph.head, graph.first), shape=shape)
    return dijkstra(roads, indices=origins, limit=limit)


def _nearest_is_right(graph: Graph, engine: RoadEngine, destinations: Any) -> str:
    few = at_nodes(np.arange(0, graph.nodes, graph.nodes // 8))
    ours = engine.nearest(few, destinations, k=3)[1]
    theirs = DijkstraEngine(graph).nearest(few, destinations, k=3)[1]
    return f"{ours.size} of scipy, {int((ours != theirs).sum())} different"
