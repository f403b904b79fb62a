"""Tell whether the road kernels have been compiled on this machine; compile them, once."""

from __future__ import annotations

import platform
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import numpy as np

from territory_access.provenance import digest, digest_of


def done(folder: Path | None) -> bool:
    """Tell whether ``run`` was called here before, with the same code, numba and processor.

    Parameters
    ----------
    folder
        The cache folder; without one nobody knows.
    """
    return folder is not None and _mark(folder).exists()


def run(folder: Path | None, *, everything: bool = True) -> None:
    """Compile the kernels, and remember in the cache folder that it is done.

    Parameters
    ----------
    folder
        The cache folder.
    everything
        All kernels; otherwise those that a study needs, in half the time.
    """
    from territory_access.travel import grid
    from territory_access.travel.roads import engine, graph, seeds

    lines = grid.build(np.array([[0.0, 0.0, 100.0, 0.0]]))
    place = np.array([50.0])
    place.flags.writeable = False  # as pandas hands out its columns: another type for numba
    grid.nearest(lines, place, place, reach=50.0)
    if everything:
        engine.warm_up()
    else:
        node = np.arange(9)
        tail, head = np.append(node[:-1], node[1:]), np.append(node[1:], node[:-1])
        road = graph.from_arcs(
            tail, head, milliseconds=70_001 + np.arange(len(tail)), x=node % 3, y=node // 3
        )
        points = seeds.at_nodes(node)
        engine.build(road).matrix(points, points, max_minutes=2.0)
    if folder is not None:
        with suppress(OSError):
            _mark(folder).touch()


def _mark(folder: Path) -> Path:
    here = Path(__file__).parent
    sources = [digest(path) for path in sorted([*here.glob("roads/*.py"), here / "grid.py"])]
    where = [version("numba"), sys.version, platform.machine(), platform.processor()]
    return folder / f"compiled-{digest_of([*sources, *where])[:16]}"
