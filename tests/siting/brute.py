"""Lists every plan of a small problem and keeps the best, with arithmetic of its own."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from territory_access.siting import Problem

Plan = dict[int, int]  # candidate position -> option position


def _flow(gives: np.ndarray, links: np.ndarray, takes: np.ndarray) -> int:
    graph = nx.DiGraph()
    graph.add_nodes_from(["from", "to"])
    for row, amount in enumerate(gives.tolist()):
        graph.add_edge("from", ("row", row), capacity=amount)
    for column, amount in enumerate(takes.tolist()):
        graph.add_edge(("column", column), "to", capacity=amount)
    for row, column in np.argwhere(links).tolist():
        graph.add_edge(("row", row), ("column", column))
    return int(nx.maximum_flow_value(graph, "from", "to"))


def near(problem: Problem, sites: list[str], zones: list[str], reach: list[float]) -> np.ndarray:
    """Return which zones may use which sites."""
    times = problem.times.sel(destination=sites).to_numpy()
    names = problem.times["origin"].to_numpy()
    own = names[:, None] == np.array(zones, str)[None, :]
    limits = np.array(reach, float)[None, :]
    return own | ((times <= limits) & (limits > 0))


def _links(problem: Problem, plan: Plan) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return links to the new sites, links to the existing ones with places, and all places."""
    chosen = problem.options.iloc[list(plan.values())]
    spots = problem.candidates.iloc[list(plan)]
    old = problem.existing[problem.existing["places"] > 0]
    new_links = near(problem, list(spots.index), list(spots["zone_id"]), list(chosen["reach"]))
    old_links = near(problem, list(old.index), list(old["zone_id"]), list(old["reach"]))
    return new_links, old_links, np.concatenate([chosen["places"], old["places"]]).astype(int)


def served(problem: Problem, plan: Plan) -> int:
    """Return the residents served."""
    new_links, old_links, places = _links(problem, plan)
    return _flow(problem.seekers.to_numpy(), np.hstack([new_links, old_links]), places)


def reached(problem: Problem, plan: Plan) -> int:
    """Return the seekers newly within reach of a place."""
    new_links, old_links, _ = _links(problem, plan)
    places = problem.options["places"].to_numpy()[list(plan.values())] > 0
    new = new_links[:, places].any(axis=1) & ~old_links.any(axis=1)
    return int(problem.seekers.to_numpy()[new].sum())


def staffed(problem: Problem, plan: Plan) -> bool:
    """Return whether retired GPs can staff the plan beside what exists."""
    options, pool = problem.options.iloc[list(plan.values())], problem.pool
    retired = options["retired"].to_numpy(bool)
    codes = problem.candidates.index[list(plan)][retired]
    needs = np.round(options["fte"].to_numpy()[retired] * 1000).astype(int)
    sites = [*codes, *pool.drawn["destination"].to_numpy()]
    links = pool.within.sel(destination=sites).to_numpy()
    drawn = pool.drawn.to_numpy()
    alone = _flow(pool.fte.to_numpy(), links[:, len(codes) :], drawn)
    return bool(
        _flow(pool.fte.to_numpy(), links, np.concatenate([needs, drawn])) == alone + needs.sum()
    )


def _mothered(problem: Problem, plan: Plan) -> bool:
    options = problem.options
    centres = [problem.candidates.index[j] for j, o in plan.items() if options["is_mother"].iloc[o]]
    centres += list(problem.existing.index[problem.existing["is_mother"]])
    for j, o in plan.items():
        limit = options["mother_minutes"].iloc[o]
        code = problem.candidates.index[j]
        others = [centre for centre in centres if centre != code]
        zone = problem.candidates["zone_id"].iloc[j]
        times = problem.times.sel(origin=zone, destination=others).to_numpy()
        if not np.isnan(limit) and not (times <= limit).any():
            return False
    return True


def plans(problem: Problem) -> Iterator[Plan]:
    """Yield every plan that respects all the rules."""
    count, rules = len(problem.options), problem.rules
    allowed = problem.allowed.to_numpy()
    choices = [
        [o for o in range(count) if allowed[j, o]] + ([] if code in rules.keep else [-1])
        for j, code in enumerate(problem.candidates.index)
    ]
    amounts = problem.options[["capex", "deficit", "fte", "nurse_fte"]].to_numpy(float)
    limits = np.array([rules.budget, rules.deficit_per_year, rules.gp_fte, rules.nurse_fte])
    for choice in product(*choices):
        plan = {j: o for j, o in enumerate(choice) if o >= 0}
        total = amounts[list(plan.values())].sum(axis=0)
        if (total <= limits + 1e-9).all() and _mothered(problem, plan) and staffed(problem, plan):
            yield plan


def minutes(problem: Problem, plan: Plan) -> float:
    """Return the person-minutes of the last stage."""
    seekers, total = problem.seekers.to_numpy(), 0.0
    for j, o in plan.items():
        code, zone = problem.candidates.index[j], problem.candidates["zone_id"].iloc[j]
        within = near(problem, [code], [zone], [problem.options["reach"].iloc[o]])[:, 0]
        times = problem.times.sel(destination=code).to_numpy()
        times = np.where(np.isfinite(times), times, 0.0)
        around = seekers[within].sum()
        if around:
            places = min(problem.options["places"].iloc[o], around)
            total += places * (seekers * times)[within].sum() / around
    return float(total)


def best_places(problem: Problem) -> tuple[int, int, float, float]:
    """Return gain, newly reached, cost and person-minutes of the best plan."""
    before = served(problem, {})
    costs = problem.options[["capex", "deficit"]].sum(axis=1).to_numpy(float)
    keys = [
        (
            served(problem, plan) - before,
            reached(problem, plan),
            -float(costs[list(plan.values())].sum()),
            -round(minutes(problem, plan), 6),
        )
        for plan in plans(problem)
    ]
    gain, new, cost, walk = max(keys)
    return gain, new, -cost, -walk


def closed(problem: Problem, plan: Plan) -> float:
    """Return the consultations no longer missing, by the DREES formulae written out again."""
    data = problem.missing
    assert data is not None
    times = problem.times.to_numpy()[:, : len(problem.candidates)]
    weight = np.select([times <= 10, times <= 15, times <= 20], [1.0, 2 / 3, 1 / 3], 0.0)
    need, apl = data.need.to_numpy(), data.apl.to_numpy().copy()
    before = need @ np.maximum(0, data.threshold - apl)
    for j, o in plan.items():
        basin = need @ weight[:, j]
        if basin:
            apl += weight[:, j] / basin * problem.options["net_acts"].iloc[o]
    return float(before - need @ np.maximum(0, data.threshold - apl))


def best_apl(problem: Problem) -> tuple[float, float]:
    """Return the consultations closed and the cost of the best plan."""
    costs = problem.options[["capex", "deficit"]].sum(axis=1).to_numpy(float)
    found = [
        (closed(problem, plan), float(costs[list(plan.values())].sum())) for plan in plans(problem)
    ]
    top = max(gain for gain, _ in found)
    return top, min(cost for gain, cost in found if gain >= top - 1e-6 * max(1.0, top))
