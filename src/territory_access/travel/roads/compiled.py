"""How are the kernels compiled? Once, without the interpreter's lock, and kept on disk."""

from __future__ import annotations

import inspect
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numba
from numba.core import config

from territory_access.provenance import digest, digest_of
from territory_access.travel import road_cache

if TYPE_CHECKING:
    from collections.abc import Callable


def compiled[F: Callable[..., object]](kernel: F) -> F:
    """Compile a kernel on its first call and keep the machine code on disk.

    numba recompiles a kernel when its own file changes, but not when the kernels that it calls do,
    and would then run old code on new layouts. So the code is kept in a folder named by the content
    of all the files here and beside the kernel: a change of any of them starts afresh.
    """
    before = config.CACHE_DIR  # type: ignore[attr-defined]  # set while numba loads
    beside = Path(inspect.getfile(kernel)).parent
    config.CACHE_DIR = str(_folder(before, beside))  # type: ignore[attr-defined]  # as above
    try:
        return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(kernel))
    finally:
        config.CACHE_DIR = before  # type: ignore[attr-defined]  # as above


@cache
def _folder(chosen: str, beside: Path) -> Path:
    """Return the first folder that can be written.

    That of the user's ``NUMBA_CACHE_DIR``, then beside the source files, the user's cache folder,
    and the temporary folder (in a read-only container without a home).
    """
    here = Path(__file__).parent
    sources = [digest(path) for path in sorted({*here.glob("*.py"), *beside.glob("*.py")})]
    name = f"kernels-{digest_of([*sources, numba.__version__])[:16]}"
    user = road_cache.folder()
    places = [Path(chosen)] if chosen else [here / "__pycache__", *([user] if user else [])]
    for place in places:
        try:
            (place / name).mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place / name, os.W_OK):
            return place / name
    return Path(tempfile.gettempdir()) / "territory-access" / name
