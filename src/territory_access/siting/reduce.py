r"""Says what is left of the problem once everything that changes no answer is gone.

All reductions are exact, for every stage of the search:

* **reach classes**: minutes matter only by the shortest reach, among those of the options, that
  covers them; class 0 is the shortest, and a zone belongs to the class of its own site;
* **cells**: zones that may use the same sites in the same classes are one cell, with the sum of
  their seekers; zones without seekers or without any site in reach are left out;
* **effective places**: a site cannot fill more places than there are seekers within its reach,
  :math:`\min(\text{places}_o, \sum_{i : t_{ij} \le r_o} s_i)`;
* **options that cannot open** at a candidate: dearer than the whole budget, deficit or staff; more
  retired GPs than all basins within reach hold; no mother centre that exists or could open near;
* **options that need not open**: another one at the same candidate reaches as far, fills as many
  places, needs no more of anything and costs less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from territory_access.siting.decisions import closed
from territory_access.siting.pool import thousandths
from territory_access.siting.tighten import Staffing, rivals
from territory_access.vocabulary import DESTINATION, ORIGIN, Objective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem

    type Reals = NDArray[np.float64]
    type Whole = NDArray[np.int64]
    type Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Reduced:
    """Positions instead of labels: what the model is built from.

    Attributes
    ----------
    open
        Option o may open at candidate j ``(J, O)``.
    filled
        Effective places ``(J, O)``.
    option_class
        Reach class of each option ``(O,)``.
    seekers
        Of each cell ``(G,)``.
    classes
        Reach class of each cell at each candidate ``(G, J)``; ``far`` when out of every reach.
    far
        The class that no option has.
    near_existing
        Cell g may use existing site f, sites with places only ``(G, F)``.
    existing_places
        ``(F,)``.
    person_minutes
        Effective places × mean minutes of the seekers within reach ``(J, O)``.
    mothers
        Candidate k is close enough to be the mother centre of candidate j for option o:
        ``{o: (J, J)}`` for the options that need one, where no existing centre is near.
    mothered
        An existing centre is close enough ``(J, O)``.
    worth
        What the option would bring at most if it opened alone ``(J, O)``: effective places, or
        consultations no longer missing. Several sites never bring more than their sum.
    rivals
        Sets of (candidate, option) of which retired GPs can staff at most one.
    """

    open: Flags
    filled: Whole
    option_class: Whole
    seekers: Whole
    classes: Whole
    far: int
    near_existing: Flags
    existing_places: Whole
    person_minutes: Reals
    mothers: dict[int, Flags]
    mothered: Flags
    worth: Reals
    rivals: list[list[tuple[int, int]]]


def reduce(problem: Problem, *, useful: bool = True) -> Reduced:
    """Return the smallest arrays that have the same best plans as the problem.

    Parameters
    ----------
    problem
        What is asked.
    useful
        Leave out what can open but serves nobody better; without, only what cannot open.
    """
    candidates, options = problem.candidates, problem.options
    minutes = problem.times.sel({DESTINATION: candidates.index.to_numpy(str)}).to_numpy()
    home = problem.home.sel({DESTINATION: candidates.index.to_numpy(str)}).to_numpy()
    reaches, option_class = np.unique(options["reach"].to_numpy(float), return_inverse=True)
    # A site is always open to its own commune or island; a reach of 0 is for them alone.
    away = np.maximum(minutes, np.finfo(float).tiny)
    classes = np.where(home, 0, np.searchsorted(reaches, away, side="left"))
    everyone = problem.seekers.to_numpy()
    around, walk = _around(everyone, minutes, classes, len(reaches))
    filled = np.minimum(options["places"].to_numpy(np.int64)[None, :], around[:, option_class])
    person_minutes = filled * (walk / np.maximum(around, 1))[:, option_class]
    mothered, centres = mothers(problem)
    staffing = Staffing.of(problem.pool)
    needs = np.where(options["retired"], thousandths(options["fte"]), 0)
    usable = _openable(problem, staffing, needs)
    centre = usable[:, options["is_mother"].to_numpy(bool)].any(axis=1)
    for column, near in centres.items():
        usable[:, column] &= mothered[:, column] | near[:, centre].any(axis=1)
    kept = candidates.index.isin(problem.rules.keep)
    if useful and problem.objective is Objective.PLACES:
        usable &= (filled > 0) | kept[:, None]
        usable &= ~_dominated(problem, usable, filled, option_class)
    near_sites, places = _existing(problem)
    cells = _cells(everyone, classes, near_sites, len(reaches), usable.any(axis=1))
    return Reduced(
        open=usable,
        filled=filled,
        option_class=option_class.astype(np.int64),
        far=len(reaches),
        existing_places=places,
        person_minutes=person_minutes,
        mothers=centres,
        mothered=mothered,
        rivals=rivals(staffing, needs, usable),
        worth=filled.astype(float) if problem.missing is None else _closed(problem),
        **cells,
    )


def _around(seekers: Whole, minutes: Reals, classes: Whole, count: int) -> tuple[Whole, Reals]:
    """Return seekers, and their minutes added up, within each reach of each candidate."""
    minutes = np.where(np.isfinite(minutes), minutes, 0.0)
    around = np.zeros((classes.shape[1], count), np.int64)
    walk = np.zeros((classes.shape[1], count))
    for reach in range(count):
        within = classes <= reach
        around[:, reach] = seekers @ within
        walk[:, reach] = seekers @ (minutes * within)
    return around, walk


def _existing(problem: Problem) -> tuple[Flags, Whole]:
    """Return which zones may use which existing sites with places, and those places."""
    sites = problem.existing[problem.existing["places"] > 0]
    labels = {DESTINATION: sites.index.to_numpy(str)}
    reach = sites["reach"].to_numpy(float)
    near = (problem.times.sel(labels).to_numpy() <= reach[None, :]) & (reach > 0)[None, :]
    near |= problem.home.sel(labels).to_numpy()
    return near, sites["places"].to_numpy(np.int64)


def _cells(seekers: Whole, classes: Whole, near: Flags, far: int, useful: Flags) -> dict[str, Any]:
    """Return the cells: their seekers, reach classes and existing sites, in order of zones."""
    classes = np.where(useful[None, :], classes, far)
    some = (seekers > 0) & ((classes < far).any(axis=1) | near.any(axis=1))
    kinds = np.concatenate([classes[some], near[some]], axis=1).astype(np.int16)
    _, first, cell = np.unique(kinds, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    chosen = np.flatnonzero(some)[first[order]]
    total = np.bincount(rank[cell.reshape(-1)], weights=seekers[some], minlength=order.size)
    return {
        "seekers": total.astype(np.int64),
        "classes": classes[chosen],
        "near_existing": near[chosen],
    }


def mothers(problem: Problem) -> tuple[Flags, dict[int, Flags]]:
    """Return where an existing mother centre is near enough, and which candidates could be one."""
    candidates, options = problem.candidates, problem.options
    minutes = problem.times.sel({ORIGIN: candidates["zone_id"].to_numpy()}).to_numpy()
    count = len(candidates)
    # A centre that the plan may close is certain for nobody (``years.hosting``).
    sure = problem.existing["is_mother"].to_numpy(bool)
    sure = sure & ~problem.existing.index.isin(options.loc[closed(options), "site"])
    existing = minutes[:, count:][:, sure]
    mothered = np.ones((count, len(options)), bool)
    near = {}
    for column, limit in enumerate(options["mother_minutes"]):
        if not np.isnan(limit):
            mothered[:, column] = (existing <= limit).any(axis=1)
            near[column] = (minutes[:, :count] <= limit) & ~np.eye(count, dtype=bool)
    return mothered, near


def _openable(problem: Problem, staffing: Staffing, needs: Whole) -> Flags:
    """Return which options could open somewhere if nothing else did."""
    options, rules = problem.options, problem.rules
    fits = (
        (options["capex"] <= rules.budget)
        & (options["deficit"] <= rules.deficit_per_year)
        & (options["fte"] <= rules.gp_fte)
        & (options["nurse_fte"] <= rules.nurse_fte)
    ).to_numpy(bool)
    usable = problem.allowed.to_numpy() & fits[None, :]
    for j in np.flatnonzero(usable[:, needs > 0].any(axis=1)).tolist():
        usable[j] &= needs <= staffing.given([j])
    return usable


def _dominated(problem: Problem, usable: Flags, filled: Whole, option_class: Whole) -> Flags:
    """Return options that another one at the same candidate makes useless."""
    table = problem.options
    amounts = table[["capex", "deficit", "fte", "nurse_fte"]].to_numpy(float)
    amounts = np.column_stack([amounts, np.where(table["retired"], table["fte"], 0.0)])
    cost = (table["capex"] + table["deficit"]).to_numpy(float)
    mother, needs = table["is_mother"].to_numpy(bool), ~table["mother_minutes"].isna().to_numpy()
    service = table["service"].to_numpy(str)
    useless = np.zeros_like(usable)
    for worse in range(len(table)):
        for better in range(len(table)):
            if (
                (amounts[better] <= amounts[worse]).all()
                and cost[better] < cost[worse]
                and option_class[better] >= option_class[worse]
                and mother[better] >= mother[worse]
                and (not needs[better] or service[better] == service[worse])
            ):
                enough = filled[:, better] >= filled[:, worse]
                useless[:, worse] |= usable[:, better] & enough
    return useless


def _closed(problem: Problem) -> Reals:
    """Return the consultations that each option at each candidate would close alone."""
    data = problem.missing
    if data is None:
        raise ValueError
    short = np.maximum(0.0, data.threshold - data.apl.to_numpy())[:, None]
    per_act, need = data.per_act.to_numpy(), data.need.to_numpy()
    acts = problem.options["net_acts"].to_numpy(float)
    return np.column_stack([need @ np.minimum(short, per_act * amount) for amount in acts])
