"""Adds to the model whom the sites serve and bring within reach.

The mathematics is in ``siting.model``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pulp

    from territory_access.siting.model import Model, Term
    from territory_access.siting.problem import Problem
    from territory_access.siting.reduce import Reduced


def flows(built: Model, problem: Problem, reduced: Reduced) -> None:
    """Add every flow from cells to places, new and existing, which says all that cuts can say."""
    arriving: dict[int, list[tuple[int, Term]]] = {}
    from_cell: list[list[Term]] = [[] for _ in reduced.seekers]
    most = {j: int(reduced.filled[j, list(here)].max()) for j, here in built.at_site.items()}
    for g, j in np.argwhere(reduced.classes < reduced.far).tolist():
        if j in most:
            flow = (built.real(f"x{g}_{j}", min(reduced.seekers[g], most[j])), 1.0)
            from_cell[g].append(flow)
            arriving.setdefault(j, []).append((int(reduced.classes[g, j]), flow))
    for f, places in enumerate(reduced.existing_places.tolist()):
        taken = []
        for g in np.flatnonzero(reduced.near_existing[:, f]).tolist():
            taken.append((built.real(f"w{g}_{f}", min(reduced.seekers[g], places)), 1.0))
            from_cell[g].append(taken[-1])
        built.at_most(taken, places, f"full{f}")
    for g, leaving in enumerate(from_cell):
        built.at_most(leaving, reduced.seekers[g], f"seek{g}")
    for j, here in arriving.items():
        _capacity(built, reduced, j, here)
    everyone = [(flow, -1.0) for leaving in from_cell for flow, _ in leaving]
    built.at_most([*built.goals["gain"][0], *everyone], -float(problem.before), "flows")


def _capacity(built: Model, reduced: Reduced, j: int, arriving: list[tuple[int, Term]]) -> None:
    """Nobody farther than an option reaches uses it, and nobody beyond its places."""
    mine = built.at_site[j]
    opened = sorted({int(reduced.option_class[o]) for o in mine})
    for beyond in [-1, *opened]:
        far = [flow for level, flow in arriving if level > beyond]
        if not far:
            break
        level = reduced.classes[:, j]
        for o, y in mine.items():
            reach = reduced.option_class[o]
            if reach > beyond:
                seekers = reduced.seekers[(level > beyond) & (level <= reach)].sum()
                far.append((y, -float(min(reduced.filled[j, o], seekers))))
        built.at_most(far, 0.0, f"cap{j}_{beyond + 1}")


def reached(built: Model, reduced: Reduced) -> None:
    """Add the cells that no existing place reaches and that the plan brings within reach."""
    reach: dict[tuple[int, int], pulp.LpVariable] = {}
    for j, here in built.at_site.items():
        for level in {int(reduced.option_class[o]) for o in here}:
            opens = [
                y
                for o, y in here.items()
                if reduced.option_class[o] >= level and reduced.filled[j, o] > 0
            ]
            if opens:
                reach[j, level] = built.total(f"R{j}_{level}", opens)
    steps = {j: sorted(level for site, level in reach if site == j) for j in built.at_site}
    goal = []
    for g in np.flatnonzero(~reduced.near_existing.any(axis=1)).tolist():
        near = []
        for j in np.flatnonzero(reduced.classes[g] < reduced.far).tolist():
            enough = [step for step in steps.get(j, []) if step >= reduced.classes[g, j]]
            near += [(reach[j, enough[0]], -1.0)] if enough else []
        if near:
            new = built.real(f"v{g}", 1)
            built.at_most([(new, 1.0), *near], 0.0, f"new{g}")
            goal.append((new, float(reduced.seekers[g])))
    built.goals["reached"] = (goal, 0.0)
