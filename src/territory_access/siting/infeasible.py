"""Says whether any plan respects the rules and, if not, which one to relax and by how much.

Only candidates that must open can make a question impossible. Each rule is then relaxed alone, all
others kept, and the least of it that makes a plan possible is found by the same model: money and
staff without limit, then the least total; retired GPs from elsewhere; a smaller host; an outpost
without its centre; a kept commune given up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from territory_access.errors import Fault, Infeasible
from territory_access.siting.model import decisions, expression
from territory_access.siting.reduce import reduce
from territory_access.siting.rules import Rules
from territory_access.siting.words import euros, fte

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from territory_access.siting.model import Model
    from territory_access.siting.problem import Problem

# Rule of the problem, column of the options, how the rule is called and written.
_LIMITS: tuple[tuple[str, str, str, Callable[[float], str]], ...] = (
    ("budget", "capex", "siting.budget", euros),
    ("deficit_per_year", "deficit", "siting.deficit_per_year", euros),
    ("gp_fte", "fte", "siting.gp_fte", fte),
    ("nurse_fte", "nurse_fte", "siting.nurse_fte", fte),
)


def check_feasible(problem: Problem) -> None:
    """Return when some plan respects all the rules.

    Raises
    ------
    Infeasible
        With one fault for each rule that, relaxed alone, makes a plan possible, and by how much.
    """
    if not problem.rules.keep or _least(problem, _nothing) is not None:
        return
    names = problem.candidates.loc[list(problem.rules.keep), "name"]
    raise Infeasible(
        "Aucun plan ne respecte toutes les règles en ouvrant un service à {names}. Une seule de "
        "ces règles relâchée suffirait :",
        names=", ".join(names.astype(str)),
        faults=[
            *_limits(problem),
            *_hosts(problem),
            *_pool(problem),
            *_centres(problem),
            *_keep(problem),
        ],
    )


def _nothing(built: Model, problem: Problem) -> list[Any]:
    del built, problem
    return []


def _least(
    problem: Problem, amount: Callable[[Model, Problem], list[Any]], *, all_kept: bool = True
) -> float | None:
    """Return the least ``amount`` of a plan that respects the rules, or ``None`` without one."""
    import pulp

    reduced = reduce(problem, useful=False)
    kept = problem.candidates.index.isin(problem.rules.keep)
    if all_kept and not reduced.open.any(axis=1)[kept].all():
        return None
    if not reduced.open.any():
        return 0.0
    built = decisions(problem, reduced)
    built.program.sense = pulp.LpMinimize
    built.program.objective = expression(amount(built, problem))
    result = built.program.solve(pulp.HiGHS(msg=False, threads=1, gapRel=0.0, random_seed=0))
    return None if result.objective is None else float(result.objective)


def _limits(problem: Problem) -> Iterator[Fault]:
    """Yield how much money or staff would do, each alone."""
    for rule, column, label, say in _LIMITS:
        limit = float(getattr(problem.rules, rule))
        values = problem.options[column].to_numpy(float)

        def total(built: Model, _: Problem, values: Any = values) -> list[Any]:  # noqa: ANN401
            return [(count, values[o]) for o, count in built.counts.items()]

        needed = _least(replace(problem, rules=_without(problem.rules, rule)), total)
        if needed is not None:
            yield Fault(
                "{label} : {needed} au lieu de {limit} (+ {more})",
                {
                    "label": label,
                    "needed": say(needed),
                    "limit": say(limit),
                    "more": say(needed - limit),
                },
            )


def _without(rules: Rules, rule: str) -> Rules:
    """Return the rules with one limit on money or staff lifted."""
    limits = {name: getattr(rules, name) for name, *_ in _LIMITS} | {rule: np.inf}
    return Rules(**limits, keep=rules.keep, forbid=rules.forbid)


def _hosts(problem: Problem) -> Iterator[Fault]:
    """Yield how many inhabitants the kept communes lack to host a service."""
    candidates, options = problem.candidates, problem.options
    short = (
        options["min_population"].to_numpy(float)[None, :]
        - candidates["population"].to_numpy(float)[:, None]
    )
    free = ~candidates["hosts"].to_numpy(bool) & ~candidates.index.isin(problem.rules.forbid)
    there = candidates["island"].to_numpy(bool)[:, None] | ~options["island"].to_numpy(bool)
    allowed = problem.allowed.copy(data=free[:, None] & there)

    def total(built: Model, _: Problem) -> list[Any]:
        return [(y, max(0.0, short[key])) for key, y in built.build.items()]

    needed = _least(replace(problem, allowed=allowed), total)
    if needed:
        yield Fault(
            "population minimale des communes d’accueil : il manque {needed} habitants",
            {"needed": round(needed)},
        )


def _pool(problem: Problem) -> Iterator[Fault]:
    """Yield how many more retired GPs would do."""
    pool = problem.pool
    plenty = xr.DataArray([10**8], {"basin": ["~"]}, ("basin",))
    everywhere = xr.ones_like(pool.within.isel(basin=[0])).assign_coords(basin=["~"])
    more = replace(
        pool,
        fte=xr.concat([pool.fte, plenty], "basin"),
        within=xr.concat([pool.within, everywhere], "basin"),
        kept=int(pool.drawn.sum()),
    )

    def total(built: Model, _: Problem) -> list[Any]:
        return built.given.get(pool.fte.size, [])

    needed = _least(replace(problem, pool=more), total)
    if needed is not None:
        missing = needed - (int(pool.drawn.sum()) - pool.kept) / 1000
        if missing > 1e-6:
            yield Fault("médecins retraités à portée : {needed} de plus", {"needed": fte(missing)})


def _centres(problem: Problem) -> Iterator[Fault]:
    """Yield how many outposts would open without a centre near."""
    lone = ~problem.options["mother_minutes"].isna().to_numpy()

    def total(built: Model, _: Problem) -> list[Any]:
        return [(count, 1.0) for o, count in built.counts.items() if lone[o]]

    free = problem.options.assign(mother_minutes=np.nan)
    needed = _least(replace(problem, options=free), total)
    if needed:
        yield Fault(
            "centre mère : {needed} antenne(s) sans centre à portée", {"needed": round(needed)}
        )


def _keep(problem: Problem) -> Iterator[Fault]:
    """Yield how many kept communes to give up; without any, opening nothing is a plan."""
    kept = np.flatnonzero(problem.candidates.index.isin(problem.rules.keep)).tolist()
    free = replace(problem, rules=replace(problem.rules, keep=()))

    def total(built: Model, _: Problem) -> list[Any]:
        return [(y, -1.0) for j in kept for y in built.at_site.get(j, {}).values()]

    opened = -(_least(free, total, all_kept=False) or 0.0)
    yield Fault(
        "siting.keep : renoncer à {given_up} des {kept} communes imposées",
        {"given_up": len(kept) - round(opened), "kept": len(kept)},
    )
