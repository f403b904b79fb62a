"""Keeps what a search knows: the best plan, the bound, and the time left."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.years.solver import best

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.years.blocks import Model
    from territory_access.siting.years.solver import Answer, Limits, Relaxation

    type Reals = NDArray[np.float64]
    type Flags = NDArray[np.bool_]

# Share of the time left that a part may take, where there is a limit; the proof takes the rest.
SHARES = {"support": 0.3, "around": 0.06}


@dataclass
class Found:
    """What the search knows so far.

    Attributes
    ----------
    model
        The model.
    tight
        The same with the rows of ``years.linking``: its first columns are those of the model.
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
    trace
        Value, bound and moment after each step, by name.
    """

    model: Model
    tight: Model
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

    def apart(self) -> Found:
        """Return the same knowledge for a second thread to go on from."""
        return replace(self, trace=[], nodes=0)

    def join(self, other: Found) -> None:
        """Take what a second thread found."""
        self.nodes += other.nodes
        self.trace += other.trace
        if other.value > self.value:
            self.values, self.value = other.values, other.value

    def run(
        self,
        name: str,
        free: Flags,
        limits: Limits,
        *,
        held: Flags | None = None,
        tight: bool = False,
    ) -> Answer | None:
        """Solve a part of the model, and keep the plan when it is better.

        Parameters
        ----------
        name
            Of the step.
        free
            Columns that may leave zero ``(C,)``.
        limits
            When to stop.
        held
            Columns that stay at their highest value ``(C,)``.
        tight
            Whether bounds matter more than the time of each node.

        Returns
        -------
        Answer | None
            ``None`` without time left.
        """
        left = self.left()
        if left is not None and left < 0.05:
            return None
        if left is not None and name in SHARES:
            left *= SHARES[name]
        model = self.tight if tight else self.model
        more = model.goal.size - free.size
        answer = best(
            model,
            replace(limits, seconds=left),
            open_to=np.append(free, np.ones(more, bool)),
            held=None if held is None else np.append(held, np.zeros(more, bool)),
            start=None if self.values is None else np.append(self.values, np.zeros(more)),
        )
        self.nodes += answer.nodes
        if answer.values is not None and answer.value > self.value:
            self.values, self.value = answer.values[: free.size], answer.value
        self.trace.append((name, self.value, self.bound, time.perf_counter()))
        return answer

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

    def opening(self, build: NDArray[np.int64], which: Flags) -> Flags:
        """Return the columns that may leave zero when only some builds may ``(C,)``."""
        free = np.ones(self.model.goal.size, bool)
        free[build] = which
        return free
