"""What the page needs to lower the APL around practices that a site takes doctors from.

The page receives what each practice commune offers, which of them are near each candidate, and the
APL that one consultation there is for the zones around: a few values, one a step of the decay. It
shares what a site takes as ``siting.donors`` does, in proportion to what practices offer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.donors import largest_sizes, shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from territory_access.siting.problem import Problem


def donors(asked: Problem, codes: Sequence[str]) -> dict[str, object] | None:
    """Return practices that may lose doctors; ``None`` where they are not known or lose nobody.

    Parameters
    ----------
    asked
        The problem.
    codes
        The candidates, in the order of the page.

    Returns
    -------
    dict or None
        ``supply``, consultations a year of each practice commune near some candidate; ``near``,
        their positions for each candidate; ``around``, for each of them the zones that lose, by
        the APL of one consultation: pairs of that value and positions of zones.
    """
    known = asked.donors
    if known is None or not (shares(asked.options) > 0).any():
        return None
    order = {str(code): place for place, code in enumerate(asked.candidates.index)}
    near = known.near[:, np.array([order[code] for code in codes], np.int64)]
    used = np.flatnonzero(near.any(axis=1))
    near, supply = near[used], known.acts.to_numpy()[used]
    return {
        "supply": supply.tolist(),
        "near": [np.flatnonzero(column).tolist() for column in near.T],
        "around": [_around(column) for column in known.per_act.to_numpy()[:, used].T],
    }


def _around(column: np.ndarray) -> list[list[object]]:
    """Return zones by the APL that one consultation is for them."""
    values = [value for value in np.unique(column) if value > 0]
    return [[float(value), np.flatnonzero(column == value).tolist()] for value in values]


def taking(asked: Problem) -> list[dict[str, float]]:
    """Return the share that each option takes from practices nearby, and its largest size."""
    known = shares(asked.options) if asked.donors is not None else np.zeros(len(asked.options))
    return [
        {"takes": float(share), "largest": float(largest)}
        for share, largest in zip(known, largest_sizes(asked.options), strict=True)
    ]
