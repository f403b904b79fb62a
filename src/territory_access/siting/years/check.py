"""Says whether a plan of several years survives arithmetic that knows nothing of the model.

Everything is computed again from the problem's tables and the plan's own: doctors by an exact
maximum flow, money by addition, each rule year by year (the gain: ``siting.years.recount``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import Fault
from territory_access.siting.decisions import closed_sites, new_service
from territory_access.siting.guarantees import APL
from territory_access.siting.pool import THOUSANDTHS, carried
from territory_access.siting.recruits import retired_by_year
from territory_access.siting.words import euros, fte
from territory_access.siting.years.check_beside import beside
from territory_access.siting.years.check_closing import CLOSE, gone, moves, paid, untouched
from territory_access.siting.years.check_donors import lost_too_much
from territory_access.siting.years.check_owed import owed
from territory_access.siting.years.check_promised import kept
from territory_access.siting.years.closing import without_plan
from territory_access.siting.years.money import running
from territory_access.siting.years.recount import (
    apl_by_year,
    by_year,
    closed_by,
    lost_by_year,
    options_of,
)
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from territory_access.siting.plan import SitingPlan

    type Reals = NDArray[np.float64]

_FLOW = 1_000_000


def faults(plan: SitingPlan) -> Iterator[Fault]:
    """Yield everything in a plan's sites and activity that breaks a rule.

    Parameters
    ----------
    plan
        A plan whose sites may open where they do.
    """
    yield from _activity(plan)
    yield from _figures(plan)
    yield from _money(plan)
    yield from _funders(plan)
    yield from _staff(plan)
    yield from _retired(plan)
    yield from _together(plan)
    yield from moves(plan)
    yield from paid(plan)
    yield from untouched(plan)
    yield from beside(plan)
    yield from lost_too_much(plan)
    yield from owed(plan)
    yield from promises(plan)


def _activity(plan: SitingPlan) -> Iterator[Fault]:
    """Yield sites that open too early, or do more than their team and their patients allow."""
    horizon, options = plan.problem.horizon, options_of(plan)
    team, acts = by_year(plan, "fte"), by_year(plan, "acts_per_year")
    for row, code in enumerate(plan.sites.index):
        option, opened = options.iloc[row], int(plan.sites["year"].iloc[row])
        lead = int(option["lead_years"]) if horizon.lead else 0
        if not lead < opened <= horizon.years:
            yield Fault(
                "{code} : ouvre l’année {year}, trop tôt ou trop tard",
                {"code": code, "year": opened},
            )
        if option["fte"] < 0:
            yield from gone(code, option, opened, team[row], acts[row])
            continue
        share = horizon.activity(opened)
        most = np.where(share > 0, option["fte"], 0.0)
        least = np.where(share > 0, option["least_fte"] if horizon.flexible else option["fte"], 0.0)
        ample = option["acts_per_year"] * share * (1 + CLOSE) + CLOSE
        if option["fte"] > 0:
            ample = np.minimum(
                ample, option["acts_per_year"] / option["fte"] * team[row] * (1 + CLOSE) + CLOSE
            )
        fits = (team[row] >= least - CLOSE) & (team[row] <= most + CLOSE) & (acts[row] <= ample)
        if not fits.all():
            yield Fault(
                "{code} : équipe ou consultations hors de la taille {size}",
                {"code": code, "size": option["size"]},
            )


def _figures(plan: SitingPlan) -> Iterator[Fault]:
    """Yield sites whose deficit or net consultations do not follow from their team and patients."""
    options, opened = options_of(plan), plan.sites["year"].to_numpy(int)
    cost = running(options, plan.problem.horizon.fixed_cost)
    team, acts = by_year(plan, "fte"), by_year(plan, "acts_per_year")
    is_open = np.arange(1, team.shape[1] + 1)[None, :] >= opened[:, None]
    lost = cost.fixed[:, None] * is_open + cost.by_fte[:, None] * team - cost.by_act[:, None] * acts
    if plan.problem.donors is None:
        share = (options["net_acts"] / options["acts_per_year"]).fillna(0.0).to_numpy()
        net = acts * share[:, None]
    else:
        net = acts - np.array([gone.sum(axis=1) for gone in lost_by_year(plan)]).T
    same = np.isclose(by_year(plan, "deficit"), lost, rtol=CLOSE, atol=0.01)
    same &= np.isclose(by_year(plan, "net_acts"), net, rtol=1e-9, atol=CLOSE)
    for code in plan.sites.index[~same.all(axis=1)]:
        yield Fault("{code} : des chiffres ne sont pas ceux du catalogue", {"code": code})


def _money(plan: SitingPlan) -> Iterator[Fault]:
    """Yield years when more is invested or lost than there is."""
    horizon, rules, options = plan.problem.horizon, plan.problem.rules, options_of(plan)
    lead = options["lead_years"].to_numpy(int) if horizon.lead else np.zeros(len(options), int)
    paid = plan.sites["year"].to_numpy(int) - lead
    own = options["capex"].to_numpy(float) - _helped(plan)
    for year in range(1, horizon.years + 1):
        spent = float(own[paid <= year].sum())
        come = rules.budget * float(sum(horizon.budget_shares[:year]))
        if spent > come + 0.01:
            yield Fault(
                "année {year}, investissement : {total} pour {limit}",
                {"year": year, "total": euros(spent), "limit": euros(come)},
            )
        lost = float(by_year(plan, "deficit")[:, year - 1].sum())
        limit = rules.deficit_per_year * horizon.deficit_shares[year - 1]
        if lost > limit + 0.01:
            yield Fault(
                "année {year}, déficit : {total} pour {limit}",
                {"year": year, "total": euros(lost), "limit": euros(limit)},
            )


def _helped(plan: SitingPlan) -> Reals:
    """Return what funders give to each site ``(site,)``."""
    if plan.grants.empty:
        return np.zeros(len(plan.sites))
    given = plan.grants.groupby("candidate_id")["amount"].sum()
    return np.asarray(given.reindex(plan.sites.index, fill_value=0.0).to_numpy(float))


def _funders(plan: SitingPlan) -> Iterator[Fault]:
    """Yield contributions beyond what a funder, its envelope or the law allows."""
    if plan.grants.empty:
        return
    cost = options_of(plan)["capex"].set_axis(plan.sites.index)
    table = plan.grants.pivot_table("amount", "candidate_id", "funder", aggfunc="sum", fill_value=0)
    total = table.sum(axis=1)
    own = cost.loc[table.index] - total
    for funder in plan.problem.funders:
        if funder.name not in table:
            continue
        given = table[funder.name]
        short = (given > 1) & (own < funder.own_min - 1)
        most = funder.most(cost.loc[table.index])
        for code in table.index[(given.to_numpy() > most + 1) | short.to_numpy()]:
            yield Fault("{code} : {funder} donne trop", {"code": code, "funder": funder.name})
        if given.sum() > funder.envelope + 1:
            yield Fault("{funder} : enveloppe dépassée", {"funder": funder.name})
    public = [funder.name for funder in plan.problem.funders if funder.public]
    together = table[[name for name in table if name in public]].sum(axis=1)
    for code in table.index[together > plan.problem.public_share * cost.loc[table.index] + 1]:
        yield Fault("{code} : trop d’argent public", {"code": code})


def _staff(plan: SitingPlan) -> Iterator[Fault]:
    """Yield years when more doctors or nurses work than can be hired."""
    problem, options, team = plan.problem, options_of(plan), by_year(plan, "fte")
    whole = options["fte"].to_numpy(float)
    is_open = np.arange(1, team.shape[1] + 1)[None, :] >= plan.sites["year"].to_numpy(int)[:, None]
    share = np.where(whole[:, None] > 0, team / np.where(whole > 0, whole, 1.0)[:, None], is_open)
    nurses = options["nurse_fte"].to_numpy(float)[:, None] * share
    for label, total, limit in (
        ("médecins", team.sum(axis=0), problem.rules.gp_fte),
        ("infirmiers", nurses.sum(axis=0), problem.rules.nurse_fte),
    ):
        for year in np.flatnonzero(total > limit + CLOSE).tolist():
            yield Fault(
                "année {year}, {label} : {total} pour {limit}",
                {
                    "year": year + 1,
                    "label": Fault(label, {}),
                    "total": fte(total[year]),
                    "limit": fte(limit),
                },
            )
    for recruits in problem.recruits:
        mine = options["profile"].to_numpy(str) == recruits.profile
        codes = plan.sites.index[mine]
        basin = recruits.within.sel(candidate_id=codes).to_numpy().astype(float)
        taken = basin @ (team[mine] * recruits.loss.sel(candidate_id=codes).to_numpy()[:, None])
        over = taken - recruits.fte.to_numpy()
        for place, year in np.argwhere(over > CLOSE).tolist():
            yield Fault(
                "année {year}, {label} : il manque {short} dans un bassin",
                {"year": year + 1, "label": recruits.profile, "short": fte(over[place, year])},
            )


def _retired(plan: SitingPlan) -> Iterator[Fault]:
    """Yield years when retired GPs cannot staff the new sites beside the existing ones."""
    pool, options, team = plan.problem.pool, options_of(plan), by_year(plan, "fte")
    mine = (options["profile"] == "retired").to_numpy() & (options["fte"] > 0).to_numpy()
    sites = [*plan.sites.index[mine], *pool.drawn[DESTINATION].to_numpy()]
    within = pool.within.sel({DESTINATION: sites}).to_numpy()
    gives = retired_by_year(pool, team.shape[1], plan.problem.exit_retired)
    scale = _FLOW // THOUSANDTHS
    for year in range(team.shape[1]) if mine.any() else ():
        asked = np.floor(team[mine, year] * _FLOW).astype(np.int64)
        needs = np.concatenate([asked, pool.drawn.to_numpy() * scale])
        found = carried(np.ceil(gives[:, year] * _FLOW).astype(np.int64), within, needs)
        short = pool.kept * scale + int(asked.sum()) - found
        if short > len(sites) + len(gives):
            yield Fault(
                "année {year}, médecins retraités : il manque {short}",
                {"year": year + 1, "short": fte(short / _FLOW)},
            )


def _together(plan: SitingPlan) -> Iterator[Fault]:
    """Yield outposts without a centre, and intercommunalités with too many services."""
    problem, options = plan.problem, options_of(plan)
    opened = plan.sites["year"].to_numpy(int)
    standing = problem.existing.index[problem.existing["is_mother"].astype(bool)]
    mother = options["is_mother"].to_numpy(bool)
    for row, code in enumerate(plan.sites.index):
        limit = float(options["mother_minutes"].iloc[row])
        zone = problem.candidates["zone_id"][code]
        for year in range(opened[row], problem.horizon.years + 1) if not np.isnan(limit) else ():
            there = mother & (opened <= year)
            left = standing.difference(closed_sites(problem, closed_by(plan, year)))
            centres = [*plan.sites.index[there].drop(code, errors="ignore"), *left]
            away = problem.times.sel({ORIGIN: zone, DESTINATION: centres}).to_numpy()
            if (away <= limit).any():
                continue
            yield Fault(
                "{code} : pas de centre mère à moins de {limit:g} min",
                {"code": code, "limit": limit},
            )
    most = problem.rules.per_epci
    if most is not None:
        new = plan.sites.index[new_service(options)]
        count = problem.candidates.loc[new, "epci"].value_counts()
        for name, number in count[count > most].items():
            yield Fault(
                "{name} : {number} services pour {most}",
                {"name": name, "number": number, "most": most},
            )


def promises(plan: SitingPlan) -> Iterator[Fault]:
    """Yield guarantees that are not kept in the last year.

    Parameters
    ----------
    plan
        A plan, or nothing.
    """
    problem, data = plan.problem, plan.problem.missing
    yield from kept(plan)
    if data is None or not problem.guarantees:
        return
    level, before = apl_by_year(plan)[:, -1], without_plan(problem)[:, -1]
    short = np.maximum(0.0, data.threshold - before) - np.maximum(0.0, data.threshold - level)
    closed = data.need.to_numpy() * short
    for promise in [one for one in problem.guarantees if one.on == APL]:
        mine = np.isin(problem.seekers[ORIGIN].to_numpy().astype(str), promise.zones)
        if promise.floor is not None and (level[mine] < promise.floor - CLOSE).any():
            yield Fault("{name} : une commune reste sous le plancher", {"name": promise.name})
        share = promise.share_min
        if share is not None and closed[mine].sum() < share * closed.sum() * (1 - CLOSE) - CLOSE:
            yield Fault("{name} : part du groupe trop petite", {"name": promise.name})
