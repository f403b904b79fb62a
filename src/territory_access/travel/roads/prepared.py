"""What is worked out once for a road graph? Its hierarchy, kept on disk for the next time."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel.roads.arcs import FAR, Arcs, frozen
from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.contraction import contract
from territory_access.travel.roads.graph import hilbert
from territory_access.travel.roads.layout import positions, renumbered, upward_arcs

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.travel.roads.arcs import Int32
    from territory_access.travel.roads.graph import Graph

FORMAT = 1
"""Changes when the arrays change, so that an old folder is not read."""


@dataclass(frozen=True)
class Prepared:
    """Hierarchy of a graph, by position in memory; all arrays are read-only.

    Attributes
    ----------
    position, node
        ``int32``: position of each node, and node at each position.
    parent
        ``int32``: parent in the elimination tree, by position; −1 for roots. Below its child.
    up, down
        Arcs from each position to lower positions (more important nodes), and from these to it.
    road
        The road arcs themselves, leaving each position.
    curve
        ``int32``: rank of each node along a Hilbert curve; near ranks are near places.
    resolution
        Greatest common divisor of all times, milliseconds.
    reach, span
        Milliseconds: the longest journey takes ``reach`` at least and ``span`` at most; ``span`` is
        ``FAR`` where some node cannot go everywhere.
    """

    position: Int32
    node: Int32
    parent: Int32
    up: Arcs
    down: Arcs
    road: Arcs
    curve: Int32
    resolution: int
    reach: int
    span: int

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.node)


def prepare(
    graph: Graph,
    *,
    folder: Path | None = None,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Prepared:
    """Contract the graph and lay it out, or read that from ``folder``.

    Parameters
    ----------
    folder
        Cache of the user. What was prepared lies in a folder of it named after the content of the
        graph; it is written whole under another name first, then renamed, and memory-mapped when
        read. ``None``: nothing is read or written.
    threads
        Threads of the contraction; the result does not depend on it.
    progress
        Called with the share of the contraction that is done.
    """
    if folder is None:
        return _worked_out(graph, threads, progress)
    place = place_of(graph, folder)
    with suppress(FileNotFoundError):
        return load(place)
    save(_worked_out(graph, threads, progress), place)
    return load(place)


def place_of(graph: Graph, folder: Path) -> Path:
    """Return where ``prepare`` keeps a graph, by its content."""
    name = hashlib.sha256(f"{FORMAT} {graph.digest()}".encode()).hexdigest()[:24]
    return folder / f"roads-{name}"


def _worked_out(graph: Graph, threads: int, progress: Callable[[float], None] | None) -> Prepared:
    hierarchy = contract(graph.arcs, threads=threads, progress=progress)
    position, parent = positions(graph.arcs, hierarchy.rank)
    node = np.empty_like(position)
    node[position] = np.arange(len(node), dtype=np.int32)
    curve = np.empty(len(node), np.int32)
    curve[np.argsort(hilbert(graph.x, graph.y), kind="stable")] = np.arange(len(node))
    up = upward_arcs(hierarchy, hierarchy.up, position, node)
    down = upward_arcs(hierarchy, hierarchy.down, position, node)
    to_root, from_root = (int(_times_of_root(arcs, parent).max()) for arcs in (up, down))
    return Prepared(
        position=frozen(position),
        node=frozen(node),
        parent=frozen(parent),
        up=_frozen_arcs(up),
        down=_frozen_arcs(down),
        road=_frozen_arcs(renumbered(graph.arcs, position, node)),
        curve=frozen(curve),
        resolution=max(1, int(np.gcd.reduce(graph.milliseconds, initial=0))),
        reach=max(to_root, from_root),
        span=min(to_root + from_root, FAR),
    )


@compiled
def _times_of_root(arcs: Arcs, parent: Int32) -> Int32:
    """Return the time between each position and the root of its tree; arcs as in ``Prepared``.

    The root is above everything, so one pass downward is enough.
    """
    time = np.full(len(parent), FAR, np.int32)
    for p in range(len(parent)):
        if parent[p] < 0:
            time[p] = 0
        for e in range(arcs.first[p], arcs.first[p + 1]):
            time[p] = min(time[p], time[arcs.head[e]] + arcs.weight[e])
    return time


def _frozen_arcs(arcs: Arcs) -> Arcs:
    return Arcs(frozen(arcs.first), frozen(arcs.head), frozen(arcs.weight))


def save(prepared: Prepared, place: Path) -> None:
    """Write every array as ``.npy`` into a new folder, which appears whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():  # from an interrupted copy, or damaged: nobody could load it
        shutil.rmtree(place)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".roads-") as draft:
        whole = Path(draft) / "whole"
        whole.mkdir()
        for field in fields(prepared):
            value = getattr(prepared, field.name)
            if isinstance(value, Arcs):
                for part, array in value._asdict().items():
                    np.save(whole / f"{field.name}.{part}.npy", array)
            else:
                np.save(whole / f"{field.name}.npy", value)
        with suppress(OSError):  # another process was first, with the same content
            whole.rename(place)


def load(place: Path) -> Prepared:
    """Map the arrays of a folder into memory, read-only.

    Raises
    ------
    FileNotFoundError
        If the folder or one of its files is not there.
    """

    def read(name: str) -> Int32:
        return np.asarray(np.load(place / f"{name}.npy", mmap_mode="r"))

    def arcs(name: str) -> Arcs:
        first = np.asarray(np.load(place / f"{name}.first.npy", mmap_mode="r"))
        return Arcs(first, read(f"{name}.head"), read(f"{name}.weight"))

    return Prepared(
        position=read("position"),
        node=read("node"),
        parent=read("parent"),
        up=arcs("up"),
        down=arcs("down"),
        road=arcs("road"),
        curve=read("curve"),
        resolution=int(read("resolution")),
        reach=int(read("reach")),
        span=int(read("span")),
    )
