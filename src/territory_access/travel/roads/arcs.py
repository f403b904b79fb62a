"""What do the kernels pass to each other? Arcs grouped by node, and a few array types."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

type Bytes = npt.NDArray[np.uint8]
type Int32 = npt.NDArray[np.int32]
type Int64 = npt.NDArray[np.int64]
type Float32 = npt.NDArray[np.float32]
type Float64 = npt.NDArray[np.float64]
type Whole = int | np.int64
"""A whole number; of 64 bits from the start where kernels would else compile twice."""
type Labels = npt.NDArray[np.integer[Any]]
"""Rows of times, one lane a source: ``uint16`` or ``int32``, in steps of a unit."""

FAR = 2**30 - 1
"""No way, in milliseconds (12 days). Twice this still fits in 32 bits."""


class Arcs(NamedTuple):
    """Arcs grouped by the node ``p`` that owns them: ``first[p]`` to ``first[p + 1]``.

    ``head`` is the node at the other end, ``weight`` the time in milliseconds, or in steps of a
    unit. Whether the arc leaves or enters ``p`` is said by the owner.
    """

    first: Int64
    head: Int32
    weight: Int32


def frozen[A: npt.NDArray[Any]](array: A) -> A:
    """Return the same numbers, contiguous and read-only, as kernels expect them."""
    kept = np.ascontiguousarray(array)
    if kept is array and kept.flags.writeable:
        kept = array.view()
    kept.flags.writeable = False
    return kept  # type: ignore[return-value]  # same type, contiguous
