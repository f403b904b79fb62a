"""How far estimated times are from known ones."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BANDS = (0, 10, 20, 30, 40, 60)  # minutes
NEAR = 40.0  # minutes: the ways that matter
LINE = 20.0  # minutes: the line that most rules draw
AROUND_LINE = 25.0  # minutes: the pairs that may change side of it


def errors(estimate: NDArray[np.float64], minutes: NDArray[np.float64]) -> dict[str, object]:
    """Return how far estimates are from known times.

    Parameters
    ----------
    estimate, minutes
        Same shape, minutes.

    Returns
    -------
    ``pairs``, ``mae``, ``p90`` (of the absolute error), ``bias`` (estimate less known) for known
    times of at most 40 minutes; ``side_at_20``, the share of the pairs of at most 25 minutes that
    lie on the other side of 20 minutes; ``bands``, the same by band of known time.

    Examples
    --------
    >>> found = errors(np.array([19.0, 12.0]), np.array([21.0, 11.0]))
    >>> found["mae"], found["bias"], found["side_at_20"]
    (1.5, -0.5, 0.5)
    """
    near, around = minutes <= NEAR, minutes <= AROUND_LINE
    crossed = (estimate[around] > LINE) != (minutes[around] > LINE)
    bands: dict[str, object] = {}
    for low, high in pairwise(BANDS):
        inside = (minutes >= low) & (minutes < high)
        if inside.any():
            bands[f"{low}-{high}"] = _summary(estimate[inside], minutes[inside])
    summary: dict[str, object] = dict(_summary(estimate[near], minutes[near]))
    return summary | {"side_at_20": round(float(crossed.mean()), 3), "bands": bands}


def _summary(estimate: NDArray[np.float64], minutes: NDArray[np.float64]) -> dict[str, float]:
    """Return number of pairs, mean and ninth decile of the absolute error, and bias."""
    gap = estimate - minutes
    return {
        "pairs": len(gap),
        "mae": round(float(np.abs(gap).mean()), 2),
        "p90": round(float(np.quantile(np.abs(gap), 0.9)), 2),
        "bias": round(float(gap.mean()), 2),
    }
