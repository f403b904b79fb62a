r"""Looks for the best plan in stages, and keeps what each proves.

1. the relaxation: a bound that follows from its duals, and which builds matter;
2. the best plan among the builds of its support and a few of small regret;
3. neighbourhoods (``years.neighbourhood``): part of the plan is free again, the rest of it stays
   open, a small part first, a larger one when small ones find nothing more;
4. builds whose reduced cost says that no better plan uses them are left out, and the rest is
   solved with that plan as a start, for the bound and the proof.

A large model proves beside all that, on a second thread and from the first minute: no build can be
left out there while the bound is far, and cuts are what brings it down.

Everything is drawn in a fixed order and limited in nodes, never by a clock unless the scenario
sets one; the two threads give each other nothing before both end. Where time is up before anything
is found, the plan that opens nothing more than what is required remains, with the bound that is
known.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.years.neighbourhood import REPLACED, Asked, Draw, freed
from territory_access.siting.years.solver import Limits, best, relaxed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.years.blocks import Model
    from territory_access.siting.years.solver import Answer, Relaxation

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]

# Builds of smallest regret that join the support of the relaxation.
BESIDE = 60
# Nodes of a part of the search, and of the last one.
PART_NODES, LAST_NODES = 200, 1_000
# Share of the time left that a part may take, where there is a limit; the proof takes the rest.
SHARES = {"support": 0.3, "around": 0.2}
# Neighbourhoods at most, and nodes of one.
ROUNDS, ROUND_NODES = 120, 40
# How many times larger neighbourhoods become, each after so many in a row without a better plan.
SCALES, PATIENCE = (1, 2), 15
# Coefficients from which the proof runs beside everything else, and its nodes: each takes minutes.
BESIDE_EACH_OTHER, BESIDE_NODES = 300_000, 20


@dataclass
class Found:
    """What the search knows so far.

    Attributes
    ----------
    model
        The model.
    values
        Of the best plan; ``None`` before there is one.
    value, bound
        Of that plan, and what no plan can pass.
    nodes
        Branch-and-bound nodes so far.
    deadline
        By ``time.perf_counter``; ``None`` for no limit.
    relaxation
        Of the model; ``None`` before it is known.
    """

    model: Model
    values: Reals | None = None
    value: float = -np.inf
    bound: float = np.inf
    nodes: int = 0
    deadline: float | None = None
    relaxation: Relaxation | None = None
    trace: list[tuple[str, float, float, float]] = field(default_factory=list)

    def left(self) -> float | None:
        """Return the seconds left, never negative, or ``None`` for no limit."""
        return None if self.deadline is None else max(0.0, self.deadline - time.perf_counter())

    def take(self, name: str, answer: Answer) -> None:
        """Keep a plan when it is better."""
        self.nodes += answer.nodes
        if answer.values is not None and answer.value > self.value:
            self.values, self.value = answer.values, answer.value
        self.trace.append((name, self.value, self.bound, time.perf_counter()))

    def useful(self, build: NDArray[np.int64]) -> Flags:
        """Return the builds that a plan as good as this one may have, by reduced costs ``(B,)``."""
        if self.relaxation is None or self.values is None:
            return np.ones(build.size, bool)
        enough = self.value - 1e-6 * max(1.0, abs(self.value))
        return (self.reach(build) > enough) | (self.values[build] > 0.5)

    def reach(self, build: NDArray[np.int64]) -> Reals:
        """Return what no plan with each of these builds can pass ``(B,)``."""
        if self.relaxation is None:
            return np.full(build.size, np.inf)
        return self.relaxation.bound + np.minimum(0.0, self.relaxation.reduced[build])

    def near(self, gap: float) -> bool:
        """Return whether the plan is close enough to the bound."""
        if not np.isfinite(self.bound - self.value):
            return False
        # What the solver's tolerances leave when a plan is solved again with its builds whole.
        rounding = max(1e-5, 1e-8 * abs(self.bound))
        return self.bound - self.value <= gap * abs(self.value) + rounding


def search(  # noqa: PLR0913 - each is a thing of its own
    model: Model,
    build: NDArray[np.int64],
    *,
    areas: Flags,
    place: NDArray[np.int64],
    gap: float = 0.0,
    deadline: float | None = None,
    start: Reals | None = None,
    promising: Flags | None = None,
) -> Found:
    """Return the best plan found and what was proved.

    Parameters
    ----------
    model
        The model.
    build
        Columns of the builds ``(B,)``.
    areas
        Which builds lie around each candidate ``(J, B)``.
    place
        Candidate of each build ``(B,)``.
    gap
        Relative gap at which to stop.
    deadline
        By ``time.perf_counter``.
    start
        Values of a known plan.
    promising
        Builds to try before anything is proved, so that a short time limit has a plan ``(B,)``.
    """
    found = Found(model, deadline=deadline, bound=_everything(model))
    if start is not None:
        found.values, found.value = start, float(model.goal @ start)
    if promising is not None and deadline is not None:
        limits = Limits(gap=0.01, nodes=PART_NODES // 10)
        _run(found, "first", _open(found, build, promising), limits)
    asked = Asked(build, place, areas, gap)
    if model.matrix.nnz < BESIDE_EACH_OTHER:
        left = found.left()
        # A proof waits for the neighbourhoods: they leave it half of the time.
        asked = replace(asked, until=None if left is None else time.perf_counter() + left / 2)
        _improved(found, asked)
        if found.relaxation is not None:
            _last(found, asked)
        return found
    apart = replace(found, trace=[], nodes=0)
    with ThreadPoolExecutor(1) as second:
        everything, limits = np.ones(model.goal.size, bool), Limits(gap=gap, nodes=BESIDE_NODES)
        proof = second.submit(_run, apart, "beside", everything, limits)
        _improved(found, asked)
        answer = proof.result()
    found.nodes += apart.nodes
    if apart.value > found.value:
        found.values, found.value = apart.values, apart.value
    if answer is not None:
        found.bound = max(min(found.bound, answer.bound), found.value)
    found.trace.append(("end", found.value, found.bound, time.perf_counter()))
    return found


def _everything(model: Model) -> float:
    """Return what every column at its best bound would bring: a bound without any solver."""
    high = np.where(model.goal > 0, model.high, model.low)
    return float(model.goal @ np.where(model.goal == 0, 0.0, high))


def _open(found: Found, build: NDArray[np.int64], which: Flags) -> Flags:
    """Return the columns that may leave zero when only some builds may."""
    free = np.ones(found.model.goal.size, bool)
    free[build] = which
    return free


def _run(
    found: Found, name: str, free: Flags, limits: Limits, *, held: Flags | None = None
) -> Answer | None:
    left = found.left()
    if left is not None and left < 0.05:
        return None
    if left is not None and name in SHARES:
        left *= SHARES[name]
    answer = best(
        found.model, replace(limits, seconds=left), open_to=free, held=held, start=found.values
    )
    found.take(name, answer)
    return answer


def _improved(found: Found, asked: Asked) -> None:
    """Bound the plan by the relaxation, if time allows it, and better it."""
    relaxation = relaxed(found.model, seconds=found.left())
    if relaxation is None:
        return
    found.relaxation, found.bound = relaxation, min(found.bound, relaxation.bound)
    found.trace.append(("relaxation", found.value, found.bound, time.perf_counter()))
    _support(found, asked.build, relaxation)
    _neighbourhoods(found, asked, relaxation)


def _support(found: Found, build: NDArray[np.int64], relaxation: Relaxation) -> None:
    """Solve among the builds that the relaxation uses, and those of least regret."""
    used = relaxation.values[build] > 1e-3
    order = np.argsort(-relaxation.reduced[build], kind="stable")
    used[order[: BESIDE + int(used.sum())]] = True
    _run(found, "support", _open(found, build, used), Limits(gap=1e-3, nodes=PART_NODES))


def _neighbourhoods(found: Found, asked: Asked, relaxation: Relaxation) -> None:
    """Free a part of the plan at a time, in three ways in turn, until nothing more is found."""
    drawn, since, scale = np.random.default_rng(0), 0, 0
    for number in range(ROUNDS if asked.build.size > 4 * BESIDE else 0):
        late = asked.until is not None and time.perf_counter() > asked.until
        if found.values is None or found.near(asked.gap) or late:
            return
        sites = int((found.values[asked.build] > 0.5).sum())
        if (
            sites <= REPLACED * SCALES[scale]
        ):  # nothing of the plan would stay: what is left is _last
            return
        before = found.value
        draw = Draw(number % 3, SCALES[scale], drawn)
        which, held = freed(found.values, asked, relaxation, draw)
        columns = np.zeros(found.model.goal.size, bool)
        columns[asked.build[held]] = True
        limits = Limits(gap=1e-3, nodes=ROUND_NODES)
        _run(found, "around", _open(found, asked.build, which), limits, held=columns)
        since = 0 if found.value > before + 1e-6 * abs(before) else since + 1
        if since == PATIENCE:
            since, scale = 0, scale + 1
        if scale == len(SCALES):
            return


def _last(found: Found, asked: Asked) -> None:
    """Leave out the builds that no better plan uses, and solve the rest to a bound."""
    if found.near(asked.gap):
        return
    which = found.useful(asked.build)
    dropped = found.reach(asked.build)[~which].max(initial=-np.inf)
    limits = Limits(gap=asked.gap, nodes=LAST_NODES)
    answer = _run(found, "proof", _open(found, asked.build, which), limits)
    if answer is None:
        return
    found.bound = min(found.bound, max(answer.bound, found.value, dropped))
    found.trace.append(("end", found.value, found.bound, time.perf_counter()))
