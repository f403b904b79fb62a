"""Searches a large model on two threads, twice.

While the relaxation of the whole is solved, which takes a minute, or sifted (``years.sifting``)
where time is short, a first plan is made of the most promising places, whose own relaxation takes
seconds. Neighbourhoods then better that plan beside the proof (``years.branching``). Two threads
give each other nothing before both end, so that the same question has the same answer.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.years.branching import branch
from territory_access.siting.years.neighbourhood import neighbourhoods
from territory_access.siting.years.part import part
from territory_access.siting.years.sifting import Sifting
from territory_access.siting.years.solver import Limits, Relaxation, relaxed
from territory_access.siting.years.splits import splits
from territory_access.siting.years.support import relax, support

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.years.branching import Tree
    from territory_access.siting.years.found import Found
    from territory_access.siting.years.neighbourhood import Asked
    from territory_access.siting.years.sifting import Sifted

    type Flags = NDArray[np.bool_]

# Coefficients from which a model is large.
LARGE = 300_000
# Neighbourhoods of the first plan, while the relaxation is solved, and nodes of each of its steps.
FIRST_ROUNDS, FIRST_NODES = 5, 1
# Nodes among the best build of each of those places, where little time is given.
HURRIED_NODES = 20
# Halves of the proof.
PROOF_NODES = 200
# Seconds that interior point may take by million coefficients, on a slow machine: with less time
# than that, sifting has a bound to show.
PATIENT = 120.0


def large(found: Found, asked: Asked, promising: Flags) -> None:
    """Find a plan and a bound.

    Parameters
    ----------
    found
        What is known, changed in place.
    asked
        What the search looks at.
    promising
        The best builds of the most promising places ``(B,)``.
    """
    left = found.left()
    hurried = left is not None and left < PATIENT * found.tight.matrix.nnz / 1e6
    with ThreadPoolExecutor(1) as second:
        apart = found.apart()
        first = second.submit(_first, apart, asked, promising, hurried=hurried)
        sifting = Sifting(found, asked, splits(asked))
        root = sifting.root(promising) if hurried else None
        relaxation = relax(found) if root is None or root.relaxation is None else root.relaxation
        first.result()
        found.join(apart)
        if relaxation is None:
            return
        found.relaxation, found.bound = relaxation, min(found.bound, relaxation.bound)
        if found.values is None:
            support(found, asked, relaxation)
        proof = second.submit(_proof, sifting, root, relaxation, found.value)
        neighbourhoods(found, asked, relaxation)
        tree = proof.result()
    if tree is not None:
        found.nodes += tree.nodes
        found.bound = max(min(found.bound, tree.bound), found.value)
    found.trace.append(("end", found.value, found.bound, time.perf_counter()))


def _proof(
    sifting: Sifting, root: Sifted | None, relaxation: Relaxation, value: float
) -> Tree | None:
    """Bound all plans by splits; ``None`` where prices bound nothing, or time is up."""
    if root is None:
        root = sifting.root(sifting.likely(relaxation), purge=False)
    if root is None or root.relaxation is None:
        return None
    return branch(sifting, root, value=value, gap=sifting.asked.gap, nodes=PROOF_NODES)


def _first(found: Found, asked: Asked, promising: Flags, *, hurried: bool) -> None:
    """Make a plan of the most promising places, and better it a little."""
    if hurried:  # a poor plan within seconds rather than none
        limits = Limits(gap=0.01, nodes=HURRIED_NODES)
        found.run("first", found.opening(asked.build, promising), limits)
    places = np.isin(asked.place, asked.place[promising])
    kept = part(found.model, found.opening(asked.build, places))
    among = relaxed(kept.model, seconds=found.left())
    if among is None:
        return
    reduced = np.full(found.model.goal.size, -np.inf)
    reduced[kept.columns] = among.reduced
    # No bound: other places may do better.
    relaxation = Relaxation(kept.whole(among.values), np.inf, reduced, among.seconds)
    support(found, asked, relaxation, nodes=FIRST_NODES)
    neighbourhoods(found, asked, relaxation, rounds=FIRST_ROUNDS, nodes=FIRST_NODES)
