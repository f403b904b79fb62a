"""A set of sites, whom each serves, and what was proved about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.siting.classical.labels import DEMAND, SITE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.classical.labels import Instance


@dataclass(frozen=True)
class Location:
    """The answer of a classical model.

    Attributes
    ----------
    sites
        Labels of the sites that open, sorted.
    objective
        Value of the plan, in the unit of the model.
    bound
        No plan obeying the same rules does better.
    gap
        ``|bound - objective| / |objective|``; 0 when proved.
    assignment
        Site that serves each demand, the first label among the nearest; ``None`` for nobody.
    seconds, nodes
        How long, how many branches were looked at.
    proof
        What the bound rests on: ``multipliers`` (of the assignment rows), ``branches``,
        ``programmes`` (linear ones), ``bisection``, ``solver``, ``counting`` (nothing was left
        to choose).
    """

    sites: tuple[str, ...]
    objective: float
    bound: float
    gap: float
    assignment: pd.Series[str]
    seconds: float
    nodes: int
    proof: str


def location(  # noqa: PLR0913 - what an answer is made of
    asked: Instance,
    inside: NDArray[np.bool_],
    *,
    objective: float,
    bound: float,
    seconds: float,
    nodes: int = 0,
    proof: str,
    reach: float = np.inf,
) -> Location:
    """Return the answer with its labels.

    Parameters
    ----------
    asked
        The instance.
    inside
        Whether each site opens ``(sites,)``.
    objective, bound, seconds, nodes, proof
        As in ``Location``.
    reach
        Cost beyond which nobody is served.
    """
    if abs(bound - objective) <= 1e-9 * max(1.0, abs(objective)):
        bound = objective
    distance = abs(bound - objective)
    return Location(
        sites=tuple(asked.sites[inside].tolist()),
        objective=objective,
        bound=bound,
        gap=distance / abs(objective) if distance and objective else distance,
        assignment=_nearest(asked, inside, reach),
        seconds=seconds,
        nodes=nodes,
        proof=proof,
    )


def _nearest(asked: Instance, inside: NDArray[np.bool_], reach: float) -> pd.Series[str]:
    """Return the nearest open site of each demand, within reach."""
    demands = pd.Index(asked.demands, name=DEMAND)
    if not inside.any():
        return pd.Series(None, index=demands, name=SITE, dtype=object)
    costs = asked.costs[:, inside]
    sites = asked.sites[inside][costs.argmin(axis=1)].astype(object)
    nearest = costs.min(axis=1)
    sites[(nearest > reach) | ~np.isfinite(nearest)] = None
    return pd.Series(sites, index=demands, name=SITE)
