"""Networks to measure on, and how a measure is taken: CPU time, interleaved, as a ratio."""

from __future__ import annotations

import gzip
import json
import os
import statistics
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import osmium
import pytest

from territory_access.travel.roads.chains import collapse
from territory_access.travel.roads.graph import along_curve, from_arcs, largest_component

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.travel.roads.graph import Graph

RESULTS = Path(__file__).resolve().parents[2] / "bench-results.json"
SPEEDS = {  # km/h, one rough table for every engine that takes our graph
    "motorway": 110, "motorway_link": 60, "trunk": 90, "trunk_link": 50, "primary": 70,
    "primary_link": 45, "secondary": 65, "secondary_link": 40, "tertiary": 55,
    "tertiary_link": 35, "unclassified": 45, "residential": 30, "living_street": 15,
    "service": 15, "road": 35, "ferry": 15,
}  # fmt: skip
EARTH = 6_371_008.8


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Measure only when asked to: ``pytest tests/benchmarks``."""
    if not any("benchmarks" in str(argument) for argument in config.invocation_params.args):
        skip = pytest.mark.skip(reason="measures run on their own: make bench")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(skip)


def measured(rounds: int, **works: Callable[[], Any]) -> tuple[dict[str, float], dict[str, Any]]:
    """Return the median CPU seconds of each work, taken in turns, and its last answer."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    answers: dict[str, Any] = {}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.process_time()
            answers[name] = work()
            seconds[name].append(time.process_time() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}, answers


@pytest.fixture(scope="session")
def measure() -> Callable[..., tuple[dict[str, float], dict[str, Any]]]:
    return measured


def record(name: str, ours: float, peer: float, *, equal: str, path: Path = RESULTS) -> float:
    """Put a row into ``bench-results.json``, in the place of the row of that name if there is one.

    The file is written whole under another name, then renamed: measures of several suites add to
    it, and an interrupted one leaves it as it was.
    """
    rows = {row["name"]: row for row in json.loads(path.read_text())} if path.exists() else {}
    ratio = peer / ours
    rows[name] = {"name": name, "ours": ours, "peer": peer, "ratio": ratio, "equal": equal}
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(list(rows.values()), indent=1, ensure_ascii=False) + "\n")
    draft.replace(path)
    print(f"\n  {name}: {ours:.4g} against {peer:.4g}: {ratio:.3g}; {equal}")  # noqa: T201 - asked
    return ratio


@pytest.fixture(scope="session")
def note() -> Callable[..., float]:
    """Write a row of ``bench-results.json``: CPU seconds, how many times faster, equality."""
    return record


@pytest.fixture(scope="session")
def new_york(real_data: Path) -> Graph:
    """Return DIMACS New York in tenths of a second, which every engine can hold exactly."""
    folder = real_data / "roads" / "ny"
    with gzip.open(folder / "USA-road-d.NY.co.gz", "rt") as lines:
        places = np.array([line.split()[2:] for line in lines if line[0] == "v"], np.float64)
    with gzip.open(folder / "USA-road-t.NY.gr.gz", "rt") as lines:
        arcs = np.array([line.split()[1:] for line in lines if line[0] == "a"], np.int64)
    tenths = np.maximum(1, np.rint(arcs[:, 2] / 27.78)).astype(np.int64)
    x, y = places.T / 1e6
    return along_curve(
        from_arcs(arcs[:, 0] - 1, arcs[:, 1] - 1, milliseconds=tenths * 100, x=x, y=y)
    ).graph


@pytest.fixture(scope="session")
def malta_file(real_data: Path) -> Path:
    return real_data / "roads" / "pbf" / "malta.osm.pbf"


@pytest.fixture(scope="session")
def malta(malta_file: Path) -> Graph:
    """Return Malta's roads between junctions, in milliseconds."""
    place: dict[int, tuple[float, float]] = {}
    arcs: list[tuple[int, int, float]] = []
    for item in osmium.FileProcessor(str(malta_file)):
        if item.is_node():
            place[item.id] = (item.lon, item.lat)
        elif item.is_way():
            kind = item.tags.get("highway") or item.tags.get("route")
            if kind not in SPEEDS or item.tags.get("access") in {"no", "private"}:
                continue
            nodes = [node.ref for node in item.nodes]
            for tail, head in pairwise(nodes):
                arcs.append((tail, head, SPEEDS[kind]))
                if item.tags.get("oneway") != "yes" and kind != "motorway":
                    arcs.append((head, tail, SPEEDS[kind]))
    ids, ends = np.unique(np.array([arc[:2] for arc in arcs]), return_inverse=True)
    tail, head = ends.reshape(-1, 2).T
    x, y = np.array([place[identity] for identity in ids.tolist()]).T
    return along_curve(
        collapse(
            largest_component(
                from_arcs(
                    tail,
                    head,
                    milliseconds=np.rint(
                        metres(x, y, tail, head) * 3600 / np.array([arc[2] for arc in arcs])
                    ),
                    x=x,
                    y=y,
                )
            ).graph
        ).graph
    ).graph


def metres(x: np.ndarray, y: np.ndarray, tail: np.ndarray, head: np.ndarray) -> np.ndarray:
    """Return great-circle lengths of arcs between points in degrees."""
    east = np.radians(x[head] - x[tail]) * np.cos(np.radians((y[head] + y[tail]) / 2))
    return EARTH * np.hypot(east, np.radians(y[head] - y[tail]))
