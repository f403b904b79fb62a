"""Says whether the plan survives arithmetic that knows nothing of the model.

Everything is computed again from the problem's tables and the plan's sites: residents by
``access.places``, consultations by ``access``, staff by an exact maximum flow, money by addition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.catchment import floating_catchment
from territory_access.errors import Fault, Unverified
from territory_access.siting.decisions import remaining
from territory_access.siting.pool import carried, thousandths
from territory_access.siting.served import weighted
from territory_access.siting.words import euros, fte
from territory_access.vocabulary import DESTINATION, ORIGIN, Objective, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem

# Relative difference that the solver's floating point may leave on a gain.
TOLERANCE = 1e-9


def verify(plan: SitingPlan) -> None:
    """Check a plan's gain and every rule.

    Raises
    ------
    Unverified
        With one fault for each thing that differs.
    """
    # Sites that may not be there have no figures to check.
    faults = list(_who(plan)) or [*_rules(plan), *_gain(plan)]
    if faults:
        raise Unverified(
            "Le plan ne résiste pas à la vérification ({count} écarts).",
            count=len(faults),
            faults=faults,
        )


def _rules(plan: SitingPlan) -> Iterator[Fault]:
    """Yield every rule that the plan breaks."""
    if not plan.activity.empty:
        from territory_access.siting.years import check

        yield from check.faults(plan)
        if not plan.problem.horizon.flexible:
            yield from _catalogue(plan)
        return
    yield from _catalogue(plan)
    yield from _amounts(plan)
    yield from _staff(plan)
    yield from _centres(plan)


def _chosen(plan: SitingPlan) -> pd.DataFrame:
    """Return the options of the plan's sites, by candidate."""
    options = plan.problem.options
    return options.reindex(_options(plan)).set_axis(plan.sites.index, axis=0)


def _options(plan: SitingPlan) -> pd.Series[str]:
    """Return the name of the option of each site."""
    names: pd.Series[str] = plan.sites["service"] + " " + plan.sites["size"]
    return names


def _who(plan: SitingPlan) -> Iterator[Fault]:
    """Yield sites that may not open, twice in one commune, or missing though kept."""
    problem, sites = plan.problem, plan.sites
    for code in sites.index[sites.index.duplicated()].unique():
        yield Fault("{code} : plusieurs services dans la même commune", {"code": code})
    for code, option in zip(sites.index, _options(plan), strict=True):
        known = code in problem.candidates.index and option in problem.options.index
        if not known or not bool(problem.allowed.sel(candidate_id=code, option=option)):
            yield Fault("{code} : {option} ne peut pas y ouvrir", {"code": code, "option": option})
    names = _options(plan)
    for code, option in problem.included:
        if code not in sites.index or names[code] != option:
            yield Fault("{code} : le plan repris y a {option}", {"code": code, "option": option})
    for code in problem.rules.keep:
        if code not in sites.index:
            yield Fault("{code} : rien n’y ouvre alors que c’est imposé", {"code": code})
    for code in set(problem.rules.forbid) & set(sites.index):
        yield Fault("{code} : un service y ouvre alors que c’est interdit", {"code": code})


def _catalogue(plan: SitingPlan) -> Iterator[Fault]:
    """Yield figures that are not the catalogue's."""
    chosen = _chosen(plan)
    figures = ["fte", "nurse_fte", "acts_per_year", "places", "capex", "opex", "deficit"]
    same = np.isclose(plan.sites[figures].to_numpy(float), chosen[figures].to_numpy(float))
    for code in plan.sites.index[~same.all(axis=1)]:
        yield Fault("{code} : des chiffres ne sont pas ceux du catalogue", {"code": code})


def _amounts(plan: SitingPlan) -> Iterator[Fault]:
    """Yield totals beyond a limit."""
    chosen, rules = _chosen(plan), plan.problem.rules
    limits = {
        "capex": (rules.budget, euros, "investissement"),
        "deficit": (rules.deficit_per_year, euros, "déficit par an"),
        "fte": (rules.gp_fte, fte, "médecins"),
        "nurse_fte": (rules.nurse_fte, fte, "infirmiers"),
    }
    for column, (limit, say, label) in limits.items():
        total = float(chosen[column].sum())
        if total > limit + 1e-6:
            yield Fault(
                "{label} : {total} pour {limit}",
                {"label": label, "total": say(total), "limit": say(limit)},
            )


def _staff(plan: SitingPlan) -> Iterator[Fault]:
    """Yield a fault when retired GPs cannot staff the new sites beside the existing ones."""
    pool, chosen = plan.problem.pool, _chosen(plan)
    retired = chosen[chosen["retired"].astype(bool)]
    needs = thousandths(retired["fte"].to_numpy(float))
    sites = [*retired.index, *pool.drawn[DESTINATION].to_numpy()]
    within = pool.within.sel({DESTINATION: sites}).to_numpy()
    given = carried(pool.fte.to_numpy(), within, np.concatenate([needs, pool.drawn.to_numpy()]))
    if given < pool.kept + needs.sum():
        yield Fault(
            "médecins retraités : il manque {short} dans les bassins à portée",
            {"short": fte((pool.kept + int(needs.sum()) - given) / 1000)},
        )


def _centres(plan: SitingPlan) -> Iterator[Fault]:
    """Yield outposts without a mother centre near enough."""
    chosen = _chosen(plan)
    problem = remaining(plan.problem, [str(name) for name in _options(plan)])
    existing = problem.existing.index[problem.existing["is_mother"].astype(bool)]
    centres = [*chosen.index[chosen["is_mother"].astype(bool)], *existing]
    for code, limit in chosen["mother_minutes"].dropna().items():
        zone = problem.candidates["zone_id"][str(code)]
        others = [centre for centre in centres if centre != code]
        near = problem.times.sel({ORIGIN: zone, DESTINATION: others}).to_numpy()
        if not (near <= limit).any():
            yield Fault(
                "{code} : pas de centre mère à moins de {limit:g} min",
                {"code": code, "limit": limit},
            )


def _gain(plan: SitingPlan) -> Iterator[Fault]:
    """Yield a fault when the gain, or what was reported of it, is not what ``access`` finds."""
    problem, report = plan.problem, plan.report
    found = _found(plan)
    claims = {"gain": plan.gain, "objectif": report.objective}
    for label, claimed in claims.items():
        if abs(found - claimed) > TOLERANCE * max(1.0, abs(found), _scale(problem)):
            yield Fault(
                "{label} : {claimed:.6f} annoncé, {found:.6f} recalculé",
                {"label": label, "claimed": claimed, "found": found},
            )
    if report.bound < found - TOLERANCE * max(1.0, abs(found)) or (
        report.status is Status.OPTIMAL
        and report.bound > found + TOLERANCE * max(1.0, _scale(problem))
    ):
        yield Fault(
            "borne : {bound:.6f} pour un gain de {found:.6f}",
            {"bound": report.bound, "found": found},
        )


def _found(plan: SitingPlan) -> float:
    """Return what ``access`` finds that the plan brings."""
    if plan.activity.empty:
        return gain(plan.problem, _chosen(plan))
    from territory_access.siting.years import recount

    return recount.gain(plan)


def _scale(problem: Problem) -> float:
    """Return the size of what is optimised, against which a difference is small."""
    worth = float(problem.horizon.worth().sum())
    if problem.missing is None:
        return float(problem.seekers.sum()) * worth
    return problem.missing.total(problem.missing.apl) * worth


def gain(problem: Problem, chosen: pd.DataFrame) -> float:
    """Return what these sites bring, through ``access`` alone.

    Parameters
    ----------
    problem
        What is asked.
    chosen
        Options of the sites, index ``candidate_id``.
    """
    if problem.objective is Objective.PLACES:
        opened = {
            str(code): (int(site["places"]), float(site["reach"]))
            for code, site in chosen.iterrows()
        }
        return weighted(problem, opened) - weighted(problem)
    data = problem.missing
    if data is None or chosen.empty:
        return 0.0
    sites = {DESTINATION: chosen.index.to_numpy(str)}
    acts = xr.DataArray(chosen["net_acts"].to_numpy(float), sites, (DESTINATION,))
    added = floating_catchment(problem.times.sel(sites), data.need, acts, data.decay)
    return data.total(data.apl) - data.total(data.apl + added)
