"""Splits a large model on how many of some builds open, and bounds each half by sifting.

Best first: the half that bounds the whole is split next. What to split on is what moves both halves
most, by what splits of its kind moved before, tried a few simplex steps where that is not known.
Halves share one part: what one lets in is there for all. Every bound is that of all builds, in or
out (``years.sifting``). Achterberg, Koch and Martin (2005), Branching rules revisited.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.years.splits import AREA, PLACE, TERRITORY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.years.inside import Held
    from territory_access.siting.years.sifting import Sifted, Sifting

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]

# Kinds of splits in turn, how far from whole their sums must be to be tried, and how many are.
KINDS = ((TERRITORY, 0.03, 8), (PLACE, 0.1, 8), (AREA, 0.2, 3))
# Simplex steps of a trial.
STEPS = 150
# Effect that is enough not to look at the next kind, and the most that counts, of the bound.
ENOUGH, MOST = 5e-4, 0.04
# Rounds of sifting when a half is split.
ROUNDS = 4
# Nearer than this, half and whole are as one, of the bound.
NEAR = 1e-4
_WHOLE = 1e-5


@dataclass(frozen=True)
class Node:
    """Plans that obey some splits.

    Attributes
    ----------
    bound
        What none of them passes.
    held
        Lowest and highest value of the splits.
    sifted
        What is known of their relaxation: by one round of sifting at first.
    made
        The split that made it, down (0) or up (1), by how much, and the bound before; nothing for
        the root, and once that has been learnt from.
    """

    bound: float
    held: Held
    sifted: Sifted
    made: tuple[int, int, float, float] | None = None


@dataclass
class Effects:
    """What a unit of a split changes, down and up: means of what was seen, and how often.

    Attributes
    ----------
    each, family
        Mean and count, down and up, by split ``(Q, 2, 2)``, and by family of splits ``(2, 2)``.
    """

    each: Reals
    family: dict[int, Reals] = field(default_factory=dict)

    def known(self, split: int) -> bool:
        """Return whether both ways were seen."""
        return bool((self.each[split, :, 1] > 0).all())

    def of(self, split: int, family: int, part: float) -> tuple[float, float]:
        """Return what both halves of a split are expected to lose, its sum being ``part`` up."""
        found = self.each[split] if self.known(split) else self.family.get(family, np.ones((2, 2)))
        return float(found[0, 0] * part), float(found[1, 0] * (1.0 - part))

    def learn(self, split: int, family: int, way: int, unit: float) -> None:
        """Take what was seen, down (0) or up (1)."""
        for kept in (self.each[split], self.family.setdefault(family, np.zeros((2, 2)))):
            mean, count = kept[way]
            kept[way] = (mean * count + unit) / (count + 1), count + 1


@dataclass
class Tree:
    """The halves that are left, and what is known of splits.

    Attributes
    ----------
    sifting
        The part and the whole.
    value
        Of a known plan: halves that cannot pass it are left out.
    gap
        Relative gap at which to stop.
    open
        Halves by bound, the highest first.
    closed
        Highest bound of halves that nothing splits further.
    nodes
        Halves split.
    """

    sifting: Sifting
    value: float
    gap: float
    effects: Effects
    open: list[tuple[float, int, Node]] = field(default_factory=list)
    closed: float = -np.inf
    nodes: int = 0
    _number: int = 0

    @property
    def bound(self) -> float:
        """Return what no plan can pass."""
        highest = -self.open[0][0] if self.open else -np.inf
        return max(highest, self.closed, self.value)

    def near(self) -> bool:
        """Return whether the known plan is close enough to the bound."""
        return self.bound <= self.value + self.gap * abs(self.value)

    def keep(self, node: Node) -> None:
        """Keep a half that may pass the known plan."""
        if node.bound > self.value:
            self._number += 1
            heapq.heappush(self.open, (-node.bound, self._number, node))

    def step(self) -> bool:
        """Split the half of highest bound, or bound it better; return whether there was time."""
        node = heapq.heappop(self.open)[2]
        sifted = self._sifted(node)
        if sifted is None:
            self.keep(node)
            return False
        self._learn(node, min(node.bound, sifted.bound))
        # What is still apart after that is split all the same.
        node = Node(min(node.bound, sifted.bound), node.held, replace(sifted, as_one=True))
        if self.open and node.bound < -self.open[0][0] - NEAR * abs(node.bound):
            self.keep(node)
            return True
        if node.bound <= self.value:
            return True
        split = self._choose(node)
        if split is None:
            self.closed = max(self.closed, node.bound)
            return True
        self.nodes += 1
        for way, held in enumerate(_halves(node.held, *split)):
            half = self.sifting.sift(held, rounds=1, basis=node.sifted.basis)
            if half is None:
                self.keep(node)
                return False
            moved = abs(way - split[1] % 1.0)
            made = (split[0], way, moved, node.bound)
            self.keep(Node(min(node.bound, half.bound), held, half, made))
        return True

    def _sifted(self, node: Node) -> Sifted | None:
        """Return the relaxation of a half, its part and the whole as one if that is to be had.

        What joined since may be worth something here: trials start where all prices are right.
        """
        if node.sifted.as_one:
            return self.sifting.again(node.held, node.sifted)
        return self.sifting.sift(
            node.held, rounds=ROUNDS, basis=node.sifted.basis, enough=self.value
        )

    def _learn(self, node: Node, bound: float) -> None:
        """Take what a split really did to a half."""
        if node.made is not None:
            split, way, moved, before = node.made
            family = int(self.sifting.splits.family[split])
            lost = min(MOST * abs(before), before - bound)
            self.effects.learn(split, family, way, lost / moved)

    def _choose(self, node: Node) -> tuple[int, float] | None:
        """Return the split that moves both halves most, and its sum; ``None`` if all are whole."""
        splits, sifted = self.sifting.splits, node.sifted
        sums = splits.sums @ sifted.values
        away = np.abs(sums - np.round(sums))
        best, found = -np.inf, None
        groups = [
            (np.flatnonzero((splits.kind == kind) & (away > least)), tried)
            for kind, least, tried in KINDS
        ]
        if not any(group.size for group, _ in groups):
            groups = [(np.flatnonzero(away > _WHOLE), KINDS[0][2])]
        for group, tried in groups:
            for split in self._promising(group, sums)[:tried]:
                lost = self._lost(split, node, float(sums[split]))
                effect = 0.8 * min(lost) + 0.2 * max(lost)
                if effect > best:
                    best, found = effect, (split, float(sums[split]))
            if best > ENOUGH * abs(sifted.bound):
                break
        return found

    def _promising(self, group: Whole, sums: Reals) -> list[int]:
        """Return the splits of a group, what is expected to move most first."""
        family = self.sifting.splits.family
        expected = [
            min(self.effects.of(split, int(family[split]), float(sums[split] % 1.0)))
            for split in group.tolist()
        ]
        chosen: list[int] = group[np.argsort(-np.array(expected), kind="stable")].tolist()
        return chosen

    def _lost(self, split: int, node: Node, at: float) -> tuple[float, float]:
        """Return what both halves of a split lose, tried when it is not known."""
        part, family = at % 1.0, int(self.sifting.splits.family[split])
        sifted, most = node.sifted, MOST * abs(node.bound)
        if not self.effects.known(split):
            for way, held in enumerate(_halves(node.held, split, at)):
                value = self.sifting.inside.solve(
                    held, sifted.basis, steps=STEPS, deadline=self.sifting.deadline
                )
                lost = most if value is None else min(most, max(0.0, sifted.value - value))
                self.effects.learn(split, family, way, lost / abs(way - part))
        down, up = self.effects.of(split, family, part)
        return min(most, down), min(most, up)


def branch(sifting: Sifting, root: Sifted, *, value: float, gap: float, nodes: int) -> Tree:
    """Return the tree when a plan is near enough, or nodes or time are spent.

    Parameters
    ----------
    sifting, root
        The part and the whole, and their relaxation.
    value
        Of a known plan.
    gap
        Relative gap at which to stop.
    nodes
        How many halves are split at most.
    """
    effects = Effects(np.zeros((sifting.splits.kind.size, 2, 2)))
    tree = Tree(sifting, value, gap, effects)
    tree.keep(Node(root.bound, {}, root))
    while tree.open and not tree.near() and tree.nodes < nodes and not _late(sifting):
        if not tree.step():
            break
    return tree


def _late(sifting: Sifting) -> bool:
    return sifting.deadline is not None and time.perf_counter() > sifting.deadline


def _halves(held: Held, split: int, at: float) -> tuple[Held, Held]:
    """Return the splits of both halves: no more than the whole part of the sum, and one more."""
    low, high = held.get(split, (-np.inf, np.inf))
    floor = float(np.floor(at))
    return {**held, split: (low, floor)}, {**held, split: (floor + 1.0, high)}
