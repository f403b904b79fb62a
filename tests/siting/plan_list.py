"""Lists every plan of up to twelve candidates in one table: which respect the rules?

Nothing here is a model: a row of the table says what opens where and when, rules are sums held
against limits, and whether basins hold enough retired doctors is Hall's condition, set by set.
What funders pay, and what teams smaller than their size can do, is left to ``every_plan``.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from siting_plan_worth import lost

if TYPE_CHECKING:
    from territory_access.siting import Problem

CLOSE = 1e-6


class TooManyError(Exception):
    """There are more plans than can be listed, or valued one by one."""


class Builds(NamedTuple):
    """Everything that may open at a candidate; number 0 is nothing."""

    option: np.ndarray  # (B,)
    year: np.ndarray  # of opening, 0 for the first; after the last for nothing
    paid: np.ndarray
    activity: np.ndarray  # share of its consultations that it finds each year (B, T)


class Listing(NamedTuple):
    """Every plan that respects the rules: the number of what opens at each candidate."""

    builds: Builds
    plans: np.ndarray  # (P, J)

    def opened(self, row: int) -> dict[int, tuple[int, int]]:
        """Return a plan as other oracles write it: candidate -> option, year of opening."""
        made = self.plans[row]
        return {
            int(j): (int(self.builds.option[made[j]]), int(self.builds.year[made[j]]))
            for j in np.flatnonzero(made)
        }


def listing(problem: Problem, *, most: int) -> Listing:
    """Return every plan, but for what funders or small teams decide; at most so many."""
    builds = _builds(problem)
    use, limit = _resources(problem, builds)
    plans, used = np.zeros((1, 0), np.int16), np.zeros((1, limit.size))
    # What later candidates can give back at most: closing a site frees doctors and money.
    given = np.minimum(0.0, use.min(axis=1, initial=0.0))
    rest = given.sum(axis=0) - np.cumsum(given, axis=0)
    if (limit - given.sum(axis=0) < -CLOSE).any():
        return Listing(builds, np.zeros((0, len(problem.candidates)), np.int16))
    for j in range(len(problem.candidates)):
        more, amounts = [], []
        for number in _numbers(problem, builds, j):
            total = used + use[j, number]
            fits = (total + rest[j] <= limit + CLOSE).all(axis=1)
            column = np.full((int(fits.sum()), 1), number, np.int16)
            more.append(np.hstack([plans[fits], column]))
            amounts.append(total[fits])
        if not more:
            return Listing(builds, np.zeros((0, len(problem.candidates)), np.int16))
        plans, used = np.vstack(more), np.vstack(amounts)
        if len(plans) > most:
            raise TooManyError
    plans = plans[_moved(problem, builds, plans)]
    return Listing(builds, plans[_mothered(problem, builds, plans)])


def _builds(problem: Problem) -> Builds:
    horizon, options = problem.horizon, problem.options
    lead = options["lead_years"].to_numpy() if horizon.lead else np.zeros(len(options), int)
    each = [(o, t) for o in range(len(options)) for t in range(int(lead[o]), horizon.years)]
    option = np.array([0, *(o for o, _ in each)])
    year = np.array([horizon.years, *(t for _, t in each)])
    age = np.arange(horizon.years)[None, :] - year[:, None]
    ramp = np.array([*horizon.ramp, 1.0])
    gone = np.array([False, *((options["acts_per_year"] < 0).to_numpy()[o] for o, _ in each)])
    share = np.where(gone[:, None], 1.0, ramp[np.clip(age, 0, len(ramp) - 1)])
    activity = np.where(age < 0, 0.0, share)
    paid = np.where(year < horizon.years, year - lead[option] if each else year, year)
    return Builds(option, year, paid, activity)


def _numbers(problem: Problem, builds: Builds, j: int) -> list[int]:
    """Return what may open at a candidate: what is allowed, and nothing unless it is wanted."""
    code = problem.candidates.index[j]
    allowed = problem.allowed.to_numpy()[j]
    wanted = dict(problem.included)
    if code in wanted:
        there = problem.options.index.get_loc(wanted[code])
        allowed = allowed & (np.arange(allowed.size) == there)
    some = [k for k in range(1, builds.option.size) if allowed[builds.option[k]]]
    return some if code in wanted or code in problem.rules.keep else [0, *some]


def _resources(problem: Problem, builds: Builds) -> tuple[np.ndarray, np.ndarray]:
    """Return what each build takes of each limited thing ``(J, B, R)``, never less than 0."""
    parts = [_money(problem, builds), _staff(problem, builds), _spread(problem, builds)]
    parts += [_pool(problem, builds, recruits) for recruits in problem.recruits]
    parts.append(_retired(problem, builds))
    if problem.donors is not None:
        parts.append(_practices(problem, builds))
    use = np.concatenate([part for part, _ in parts], axis=2)
    use[:, 0] = 0.0
    limit = np.concatenate([limit for _, limit in parts])
    # Where all that could open together stays within a limit, nobody need look at it.
    binding = use.max(axis=1).sum(axis=0) > limit
    return use[:, :, binding], limit[binding]


def _everywhere(problem: Problem, use: np.ndarray) -> np.ndarray:
    """Return ``(B, R)`` as ``(J, B, R)``: the same at every candidate."""
    return np.repeat(use[None], len(problem.candidates), axis=0)


def _money(problem: Problem, builds: Builds) -> tuple[np.ndarray, np.ndarray]:
    """Investment until each year, then the deficit of each year, in euros."""
    rules, horizon = problem.rules, problem.horizon
    option = problem.options.iloc[builds.option]
    capex, opex, deficit = (option[name].to_numpy() for name in ("capex", "opex", "deficit"))
    help_ = sum((_most(f, option) for f in problem.funders), np.zeros(capex.size))
    own = np.maximum(0.0, capex - help_)
    years = np.arange(horizon.years)
    spent = own[:, None] * (years[None, :] >= builds.paid[:, None])
    come = rules.budget * np.cumsum(horizon.budget_shares)
    # A whole team costs as much in its first year, and its patients pay less.
    lost = opex[:, None] - (opex - deficit)[:, None] * builds.activity
    lost *= years[None, :] >= builds.year[:, None]
    accepted = rules.deficit_per_year * np.array(horizon.deficit_shares)
    if horizon.flexible:
        lost = np.zeros_like(lost)
    use = np.hstack([spent, lost]) / 1000
    return _everywhere(problem, use), np.concatenate([come, accepted]) / 1000


def _most(funder: object, option: object) -> np.ndarray:
    """Return the most that a funder could give to each build, whatever else it helps."""
    cost = option["capex"].to_numpy(float)
    helps = option["service"].isin(funder.services).to_numpy() | (not funder.services)
    helps &= (option["acts_per_year"] >= 0).to_numpy()
    share = np.minimum(funder.share_max * cost, cost - funder.own_min)
    return np.where(helps, np.clip(share, 0, min(funder.envelope, funder.per_project)), 0.0)


def _team(problem: Problem, builds: Builds) -> np.ndarray:
    """Return the smallest team of each build each year ``(B, T)``."""
    column = "least_fte" if problem.horizon.flexible else "fte"
    fte = problem.options[column].to_numpy(float)[builds.option]
    return fte[:, None] * (np.arange(problem.horizon.years)[None, :] >= builds.year[:, None])


def _staff(problem: Problem, builds: Builds) -> tuple[np.ndarray, np.ndarray]:
    """Doctors, then nurses, of each year."""
    rules, team = problem.rules, _team(problem, builds)
    fte = problem.options["fte"].to_numpy(float)[builds.option]
    nurses = problem.options["nurse_fte"].to_numpy(float)[builds.option]
    with_them = team * (nurses / fte)[:, None]
    limit = np.repeat([rules.gp_fte, rules.nurse_fte], problem.horizon.years)
    return _everywhere(problem, np.hstack([team, with_them])), limit


def _spread(problem: Problem, builds: Builds) -> tuple[np.ndarray, np.ndarray]:
    """Services in each intercommunalité."""
    names = sorted(set(problem.candidates["epci"]))
    here = problem.candidates["epci"].to_numpy()[:, None] == np.array(names)[None, :]
    new = problem.options["decision"].isin(["open", "relocate"]).to_numpy()[builds.option]
    use = here[:, None, :] * new[None, :, None].astype(float)
    most = problem.rules.per_epci
    return use, np.full(len(names), np.inf if most is None else float(most))


def _pool(problem: Problem, builds: Builds, recruits: object) -> tuple[np.ndarray, np.ndarray]:
    """Doctors of one profile in each basin, each year."""
    mine = (problem.options["profile"] == recruits.profile).to_numpy()[builds.option]
    team = _team(problem, builds) * mine[:, None]
    within, loss = recruits.within.to_numpy(), recruits.loss.to_numpy()
    use = np.einsum("hj,j,bt->jbht", within.astype(float), loss, team)
    return use.reshape(*use.shape[:2], -1), recruits.fte.to_numpy().ravel()


def _retired(problem: Problem, builds: Builds) -> tuple[np.ndarray, np.ndarray]:
    """Retired doctors: those whom only some basins can send are no more than these have.

    For every set of basins: what the plan's sites and, where they keep what they have, the
    existing ones can draw from these basins alone is at most their stock (Hall's condition).
    """
    pool, candidates, years = problem.pool, len(problem.candidates), problem.horizon.years
    mine = (problem.options["profile"] == "retired").to_numpy()[builds.option]
    team = _team(problem, builds) * mine[:, None]
    within = pool.within.to_numpy()
    stock = pool.fte.to_numpy() / 1000
    at_work = [stock]
    for _ in range(1, years):
        at_work.append(at_work[-1] * (1 - problem.exit_retired) + stock / 5)
    needs = pool.drawn.to_numpy() / 1000
    uses, limits = [], []
    for basins in product([False, True], repeat=stock.size):
        inside = np.array(basins)
        only = ~within[~inside].any(axis=0)
        drawn = max(0.0, pool.kept / 1000 - needs[~only[candidates:]].sum())
        uses.append(only[:candidates, None, None] * team[None])
        limits.append([float(each[inside].sum()) - drawn for each in at_work])
    if not mine.any():
        limits = [[np.inf] * years for _ in limits]
    use = np.stack(uses, axis=3)
    return use.reshape(*use.shape[:2], -1), np.array(limits).T.ravel()


def _practices(problem: Problem, builds: Builds) -> tuple[np.ndarray, np.ndarray]:
    """Consultations of each practice nearby, each year."""
    use = lost(problem, builds)
    offered = problem.donors.acts.to_numpy().astype(float)
    limit = np.tile(offered * (1 + 1e-9), use.shape[2])
    return use.reshape(*use.shape[:2], -1), limit


def _moved(problem: Problem, builds: Builds, plans: np.ndarray) -> np.ndarray:
    """Return the plans where each site that leaves opens elsewhere the same year."""
    options, good = problem.options.iloc[builds.option], np.ones(len(plans), bool)
    way = options["decision"].map({"leave": -1, "relocate": 1}).fillna(0).to_numpy(int)
    way[0] = 0
    for site in sorted(set(options["site"]) - {""}):
        for year in range(problem.horizon.years):
            mine = (options["site"] == site).to_numpy() & (builds.year == year)
            good &= (way * mine)[plans].sum(axis=1) == 0
    return good


def _mothered(problem: Problem, builds: Builds, plans: np.ndarray) -> np.ndarray:
    """Return the plans whose outposts have a centre near every year from the day they open."""
    options, years = problem.options.iloc[builds.option], problem.horizon.years
    limits = options["mother_minutes"].to_numpy(float)
    sites, number = problem.existing, np.arange(builds.option.size)
    centre = options["is_mother"].to_numpy(bool) & (number > 0)
    leaves = (options["acts_per_year"] < 0).to_numpy() & (number > 0)
    good = np.ones(len(plans), bool)
    for year in range(years):
        is_open = builds.year <= year
        new = (centre & is_open)[plans]
        for j, zone in enumerate(problem.candidates["zone_id"]):
            times = problem.times.sel(origin=zone)
            away = times.to_numpy()[: len(problem.candidates)].copy()
            away[j] = np.inf
            for one in np.flatnonzero(~np.isnan(limits) & is_open & (number > 0)):
                here = np.flatnonzero(plans[:, j] == one)
                near = new[here][:, away <= limits[one]].any(axis=1)
                for code in sites.index[sites["is_mother"].astype(bool)]:
                    gone = (leaves & is_open & (options["site"] == code).to_numpy())[plans[here]]
                    within = float(times.sel(destination=code)) <= limits[one]
                    near |= within & ~gone.any(axis=1)
                good[here] &= near
    return good
