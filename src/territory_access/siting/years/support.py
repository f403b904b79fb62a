"""Solves the relaxation of a model, and the model among the builds that it uses."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.years.solver import Limits, relaxed

if TYPE_CHECKING:
    from territory_access.siting.years.found import Found
    from territory_access.siting.years.neighbourhood import Asked
    from territory_access.siting.years.solver import Relaxation

# Builds of smallest regret that join the support of the relaxation, and nodes among them.
BESIDE, NODES = 60, 200


def relax(found: Found) -> Relaxation | None:
    """Bound every plan by the relaxation; ``None`` where it is infeasible, or not done in time.

    Parameters
    ----------
    found
        What is known, changed in place.
    """
    relaxation = relaxed(found.tight, seconds=found.left())
    if relaxation is not None:
        found.relaxation, found.bound = relaxation, min(found.bound, relaxation.bound)
        found.trace.append(("relaxation", found.value, found.bound, time.perf_counter()))
    return relaxation


def support(found: Found, asked: Asked, relaxation: Relaxation, *, nodes: int = NODES) -> None:
    """Solve among the builds that the relaxation uses, and those of least regret.

    Parameters
    ----------
    found
        What is known, changed in place.
    asked, relaxation
        What the search looks at.
    nodes
        Branch-and-bound nodes at most.
    """
    used = relaxation.values[asked.build] > 1e-3
    order = np.argsort(-relaxation.reduced[asked.build], kind="stable")
    used[order[: BESIDE + int(used.sum())]] = True
    limits = Limits(gap=1e-3, nodes=nodes)
    found.run("support", found.opening(asked.build, used), limits, tight=True)
