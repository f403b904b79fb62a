r"""Lists what may be decided: each build, its place, its option, the year in which it opens.

A build b opens option :math:`o_b` at place :math:`j_b` in year :math:`t_b`; builds of one service
at one place form a pair k (of one family, see ``families``). Left out, exactly:

* builds that are not allowed there, or dearer than all the money that comes by then;
* builds that would open before their lead time has passed;
* (T2) builds whose smallest team cannot be hired, in the year of opening or in a later one.

(T1) A team is never larger than what can be hired for its place by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.continuity import floors
from territory_access.siting.decisions import closed
from territory_access.siting.pool import THOUSANDTHS, carried
from territory_access.siting.recruits import retired_by_year

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]
    type Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Choices:
    """Everything that may be built, as arrays; B builds, K pairs, T years.

    Attributes
    ----------
    place, option
        Positions among the candidates and among the options ``(B,)``.
    year, paid
        Years of opening and of payment, 0 for the first ``(B,)``.
    pair
        Which pair each build belongs to ``(B,)``.
    pair_place, pair_option
        Place of each pair, and its first option, for what sizes share ``(K,)``.
    least, most
        Team of the build in each year, GP FTE, 0 before it opens ``(B, T)``.
    acts
        Most consultations that it gives, gross, ramp-up counted ``(B, T)``.
    hireable
        GP FTE that can work at each pair each year, everything else left aside ``(K, T)``.
    """

    place: Whole
    option: Whole
    year: Whole
    paid: Whole
    pair: Whole
    pair_place: Whole
    pair_option: Whole
    least: Reals
    most: Reals
    acts: Reals
    hireable: Reals


def choices(problem: Problem) -> Choices:
    """Return what may be built.

    Parameters
    ----------
    problem
        What is asked.
    """
    horizon, options = problem.horizon, problem.options
    years = np.arange(horizon.years)
    lag = options["lead_years"].to_numpy(np.int64) if horizon.lead else np.zeros(len(options), int)
    place, option, year = np.nonzero(
        problem.allowed.to_numpy()[:, :, None] & (years[None, :] >= lag[:, None])[None]
    )
    opening = families(options)
    pairs, pair = np.unique(place * len(options) + opening[option], return_inverse=True)
    pair_place, pair_option = np.divmod(pairs, max(1, len(options)))
    hireable = _hireable(problem, pair_place, pair_option)
    least, most = _teams(problem, option, year, hireable[pair])
    floor = floors(problem)
    if floor is not None:
        is_open = years[None, :] >= year[:, None]
        least = np.maximum(least, floor[place, option][:, None] * is_open)
    activity = np.array([horizon.activity(opened) for opened in range(1, horizon.years + 1)])
    # What closes stops at once; only what opens finds its patients little by little.
    gone = closed(options)[option]
    activity = np.where(gone[:, None], years[None, :] >= year[:, None], activity[year])
    acts = options["acts_per_year"].to_numpy(float)[option, None] * activity
    fte = options["fte"].to_numpy(float)[option]
    held = np.divide(most, fte[:, None], out=np.ones_like(most), where=fte[:, None] > 0)
    all_of_them = Choices(
        place=place,
        option=option,
        year=year,
        paid=year - lag[option],
        pair=pair,
        pair_place=pair_place,
        pair_option=pair_option,
        least=least,
        most=most,
        acts=np.where(
            gone[:, None],
            acts,
            np.minimum(acts, options["acts_per_year"].to_numpy(float)[option, None] * held),
        ),
        hireable=hireable,
    )
    return kept(all_of_them, _possible(problem, all_of_them))


def families(options: pd.DataFrame) -> Whole:
    """Return the first option that shares service, productivity and unit costs ``(O,)``.

    Sizes in proportion are one family: their teams, consultations and costs then follow the same
    rates, and one pair at a place stands for all of them.
    """
    fte, acts = options["fte"].to_numpy(float), options["acts_per_year"].to_numpy(float)
    per = np.where(fte > 0, fte, 1.0)
    rates = [acts / per, options["net_acts"] / per, options["opex"] / per, options["deficit"] / per]
    rates += [options["nurse_fte"] / per]
    kinds = np.round(np.column_stack(rates), 6)
    names = options["service"].to_numpy(str)
    same = (names[:, None] == names) & (kinds[:, None] == kinds).all(axis=2)
    first: Whole = np.where(same, np.arange(len(names)), len(names)).min(axis=1, initial=len(names))
    return first


def kept(given: Choices, which: Flags) -> Choices:
    """Return the choices of some builds only."""
    old, pair = np.unique(given.pair[which], return_inverse=True)
    return Choices(
        place=given.place[which],
        option=given.option[which],
        year=given.year[which],
        paid=given.paid[which],
        pair=pair,
        pair_place=given.pair_place[old],
        pair_option=given.pair_option[old],
        least=given.least[which],
        most=given.most[which],
        acts=given.acts[which],
        hireable=given.hireable[old],
    )


def _teams(problem: Problem, option: Whole, year: Whole, hireable: Reals) -> tuple[Reals, Reals]:
    """Return the smallest and the largest team of each build in each year."""
    options, years = problem.options, np.arange(problem.horizon.years)
    is_open = (years[None, :] >= year[:, None]).astype(float)
    fte = options["fte"].to_numpy(float)
    least = options["least_fte"].to_numpy(float) if problem.horizon.flexible else fte
    most = (
        np.minimum(fte[option, None], hireable) if problem.horizon.flexible else fte[option, None]
    )
    return least[option, None] * is_open, most * is_open


def _hireable(problem: Problem, place: Whole, option: Whole) -> Reals:
    """Return the FTE that can be hired for each pair by each year, all basins within reach."""
    years = problem.horizon.years
    profiles = problem.options["profile"].to_numpy(str)[option]
    fte, gone = problem.options["fte"].to_numpy(float), closed(problem.options)
    found = np.full((place.size, years), problem.rules.gp_fte - float(fte[gone].sum()))
    for recruits in problem.recruits:
        mine = profiles == recruits.profile
        near = recruits.within.to_numpy()[:, place[mine]].T.astype(float)
        given = near @ recruits.fte.to_numpy() / recruits.loss.to_numpy()[place[mine], None]
        found[mine] = np.minimum(found[mine], given)
    mine = np.flatnonzero(profiles == "retired")
    for j in np.unique(place[mine]).tolist():
        given = _retired(problem, j)
        here = mine[place[mine] == j]
        found[here] = np.minimum(found[here], given)
    return np.where(problem.options["fte"].to_numpy(float)[option, None] > 0, found, 0.0)


def _retired(problem: Problem, place: int) -> Reals:
    """Return what retired GPs can give to one candidate alone beside the existing sites.

    Exactly in year 1; afterwards no more than what renews itself anywhere, nor than what the
    basins within reach hold.
    """
    pool, years = problem.pool, problem.horizon.years
    gives = retired_by_year(pool, years, problem.exit_retired)
    candidates, within = len(problem.candidates), pool.within.to_numpy()
    near = np.concatenate([within[:, [place]], within[:, candidates:]], axis=1)
    plenty = np.concatenate([[10**6], pool.drawn.to_numpy()])
    stock = np.floor(gives[:, 0] * THOUSANDTHS + 1e-6).astype(np.int64)
    first = (carried(stock, near, plenty) - pool.kept) / THOUSANDTHS
    more = np.maximum(0.0, gives - gives[:, :1]).sum(axis=0)
    return np.asarray(np.minimum(within[:, place] @ gives, first + more))


def _possible(problem: Problem, given: Choices) -> Flags:
    """Return the builds that could open if nothing else did."""
    options, rules, horizon = problem.options, problem.rules, problem.horizon
    money = rules.budget * np.cumsum(horizon.budget_shares)
    capex = options["capex"].to_numpy(float)[given.option]
    gone = closed(options)[given.option]
    own = np.where(gone, capex, capex - _most_help(problem, capex))  # nobody helps to close
    affordable = own <= money[given.paid] + 1e-6
    staffed = (given.least <= given.most + 1e-9).all(axis=1)
    hired = (given.least <= given.hireable[given.pair] + 1e-9).all(axis=1)
    nurses = options["nurse_fte"].to_numpy(float)[given.option]
    fte = options["fte"].to_numpy(float)[given.option]
    share = np.divide(given.least.max(axis=1), fte, out=np.ones_like(fte), where=fte > 0)
    fits: Flags = affordable & staffed & hired & (nurses * share <= rules.nurse_fte + 1e-9)
    return fits


def _most_help(problem: Problem, capex: Reals) -> Reals:
    """Return the most that funders could give towards each investment."""
    return np.zeros_like(capex) if not problem.funders else capex
