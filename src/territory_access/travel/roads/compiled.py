"""How are the kernels compiled? Once, without the interpreter's lock, and kept on disk."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numba
from numba.core import config

if TYPE_CHECKING:
    from collections.abc import Callable


def compiled[F: Callable[..., object]](kernel: F) -> F:
    """Compile a kernel on its first call and keep the machine code on disk.

    numba keeps it beside the source file, or else in the user's cache folder. Where it may write to
    neither (a read-only container without a home) it refuses even to define the function: then the
    temporary folder serves.
    """
    if not config.CACHE_DIR:  # type: ignore[attr-defined]  # set while numba loads
        try:
            return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(kernel))
        except RuntimeError:
            temporary = Path(tempfile.gettempdir()) / "territory-access-numba"
            config.CACHE_DIR = str(temporary)  # type: ignore[attr-defined]  # as above
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(kernel))
