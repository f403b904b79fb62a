"""Draws the part of a plan that is decided again while the rest of it stays.

In three ways, each in turn: the candidates around one of them, with what the plan has there and one
site more; a few sites of the plan for those that the relaxation likes; a few that only change year
or size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.years.solver import Relaxation

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]

# Sites of the plan that are freed to move in time and size, or to be replaced, and newcomers.
MOVED, REPLACED, NEWCOMERS = 6, 4, 150


@dataclass(frozen=True)
class Asked:
    """What every part of the search looks at.

    Attributes
    ----------
    build, place
        Column and candidate of each build ``(B,)``.
    areas
        Which builds lie around each candidate ``(J, B)``.
    gap
        Relative gap at which to stop.
    until
        When neighbourhoods stop, by ``time.perf_counter``; ``None`` for no such time.
    """

    build: NDArray[np.int64]
    place: NDArray[np.int64]
    areas: Flags
    gap: float
    until: float | None = None


@dataclass(frozen=True)
class Draw:
    """How a neighbourhood is drawn.

    Attributes
    ----------
    way
        0: an area; 1: a few sites for what the relaxation likes; 2: years and sizes only.
    scale
        How many times larger than the smallest.
    drawn
        Where draws come from.
    """

    way: int
    scale: int
    drawn: np.random.Generator


def freed(values: Reals, asked: Asked, relaxation: Relaxation, draw: Draw) -> tuple[Flags, Flags]:
    """Return which builds may open, and which of the plan stay open ``(B,)``, ``(B,)``.

    Parameters
    ----------
    values
        Of each column of the model, for the plan.
    asked, relaxation
        What the search looks at.
    draw
        How the neighbourhood is drawn.
    """
    plan = values[asked.build] > 0.5
    sites = np.flatnonzero(plan)
    which = np.zeros(plan.size, bool)
    if draw.way == 0:
        which |= asked.areas[draw.drawn.integers(len(asked.areas), size=draw.scale)].any(axis=0)
        moved = np.append(sites[which[sites]], draw.drawn.permutation(sites)[: draw.scale])
    elif draw.way == 1:
        order = np.argsort(-relaxation.reduced[asked.build], kind="stable")
        which[order[: NEWCOMERS * draw.scale]] = True
        which |= relaxation.values[asked.build] > 1e-3
        moved = draw.drawn.permutation(sites)[: REPLACED * draw.scale]
    else:
        moved = draw.drawn.permutation(sites)[: MOVED * draw.scale]
    free = np.isin(asked.place, asked.place[moved])
    held = plan & ~free
    which = ((which | free) & ~np.isin(asked.place, asked.place[held])) | held
    return which, held
