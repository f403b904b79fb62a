"""Tell whether the road kernels have been compiled on this machine; compile them, once."""

from __future__ import annotations

import platform
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import numpy as np

from territory_access.provenance import digest, digest_of

SECONDS = 10  # what a first compilation takes, roughly


def done(folder: Path | None) -> bool:
    """Tell whether ``run`` was called here before, with the same code, numba and processor.

    Parameters
    ----------
    folder
        The cache folder; without one nobody knows.
    """
    return folder is not None and _mark(folder).exists()


def run(folder: Path | None) -> None:
    """Compile every kernel, and remember in the cache folder that it is done."""
    from territory_access.travel import grid
    from territory_access.travel.roads import engine

    engine.warm_up()
    lines = grid.build(np.array([[0.0, 0.0, 100.0, 0.0]]))
    grid.nearest(lines, np.array([50.0]), np.array([10.0]), reach=50.0)
    if folder is not None:
        with suppress(OSError):
            _mark(folder).touch()


def _mark(folder: Path) -> Path:
    here = Path(__file__).parent
    sources = [digest(path) for path in sorted([*here.glob("roads/*.py"), here / "grid.py"])]
    where = [version("numba"), sys.version, platform.machine(), platform.processor()]
    return folder / f"compiled-{digest_of([*sources, *where])[:16]}"
