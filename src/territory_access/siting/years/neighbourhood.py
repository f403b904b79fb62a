"""Decides a part of a plan again while the rest of it stays.

In four ways, each in turn: the candidates around one of them, with what the plan has there and one
site more; a few sites of the plan for those that the relaxation likes; a few that only change year
or size; all sites of one service, and a few others.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.years.solver import Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.years.found import Found
    from territory_access.siting.years.solver import Relaxation

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]

# Sites of the plan that are freed to move in time and size, or to be replaced, and newcomers.
MOVED, REPLACED, NEWCOMERS = 6, 4, 150
# Neighbourhoods at most, and nodes of one.
ROUNDS, NODES = 200, 12
# How many times larger neighbourhoods become, each after so many in a row without a better plan.
SCALES, PATIENCE = (1, 2), 20
# Builds below which nothing but the whole is worth a neighbourhood; neighbourhoods after which a
# proof is, and builds that are few enough for it.
FEW, TRIED, PROVABLE = 240, 10, 2_000


@dataclass(frozen=True)
class Asked:
    """What every part of the search looks at.

    Attributes
    ----------
    build, place, service, option, year
        Column, candidate, service, option and year of each build ``(B,)``.
    areas
        Which builds lie around each candidate ``(J, B)``.
    gap
        Relative gap at which to stop.
    until
        When neighbourhoods stop, by ``time.perf_counter``; ``None`` for no such time.
    """

    build: NDArray[np.int64]
    place: NDArray[np.int64]
    service: NDArray[np.int64]
    option: NDArray[np.int64]
    year: NDArray[np.int64]
    areas: Flags
    gap: float
    until: float | None = None


@dataclass(frozen=True)
class Draw:
    """How a neighbourhood is drawn.

    Attributes
    ----------
    way
        0: an area; 1: a few sites for what the relaxation likes; 2: years and sizes only; 3: a
        service.
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
    order = np.argsort(-relaxation.reduced[asked.build], kind="stable")
    sites = np.flatnonzero(plan)
    which = np.zeros(plan.size, bool)
    if draw.way == 0:
        which |= asked.areas[draw.drawn.integers(len(asked.areas), size=draw.scale)].any(axis=0)
        moved = np.append(sites[which[sites]], draw.drawn.permutation(sites)[: draw.scale])
    elif draw.way == 1:
        which[order[: NEWCOMERS * draw.scale]] = True
        which |= relaxation.values[asked.build] > 1e-3
        moved = draw.drawn.permutation(sites)[: REPLACED * draw.scale]
    elif draw.way == 2:
        moved = draw.drawn.permutation(sites)[: MOVED * draw.scale]
    else:
        mine = asked.service == draw.drawn.choice(asked.service[sites])
        which[order[mine[order]][: 2 * NEWCOMERS * draw.scale]] = True
        which |= relaxation.values[asked.build] > 1e-3
        others = draw.drawn.permutation(sites[~mine[sites]])[: REPLACED * draw.scale]
        moved = np.append(sites[mine[sites]], others)
    free = np.isin(asked.place, asked.place[moved])
    held = plan & ~free
    which = ((which | free) & ~np.isin(asked.place, asked.place[held])) | held
    return which, held


def neighbourhoods(
    found: Found,
    asked: Asked,
    relaxation: Relaxation,
    *,
    rounds: int = ROUNDS,
    nodes: int = NODES,
) -> None:
    """Free a part of the plan at a time, until nothing more is found.

    Parameters
    ----------
    found
        The plan, changed in place.
    asked, relaxation
        What the search looks at.
    rounds, nodes
        Neighbourhoods at most, and branch-and-bound nodes of each.
    """
    drawn, since, scale = np.random.default_rng(0), 0, 0
    for number in range(rounds if asked.build.size > FEW else 0):
        late = asked.until is not None and time.perf_counter() > asked.until
        if found.values is None or found.near(asked.gap) or late:
            return
        if number >= TRIED and found.useful(asked.build).sum() <= PROVABLE:
            return
        sites = int((found.values[asked.build] > 0.5).sum())
        if sites <= REPLACED * SCALES[scale]:  # nothing of the plan would stay
            return
        before = found.value
        which, held = freed(found.values, asked, relaxation, Draw(number % 4, SCALES[scale], drawn))
        columns = np.zeros(found.model.goal.size, bool)
        columns[asked.build[held]] = True
        limits = Limits(gap=1e-3, nodes=nodes)
        if found.run("around", found.opening(asked.build, which), limits, held=columns) is None:
            return
        since = 0 if found.value > before + 1e-6 * abs(before) else since + 1
        if since == PATIENCE:
            since, scale = 0, scale + 1
        if scale == len(SCALES):
            return
