"""Writes each rule of a question so that it can be relaxed, in the unit of its user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.continuity import floors
from territory_access.siting.guarantees import APL, PLACES
from territory_access.siting.pool import THOUSANDTHS
from territory_access.siting.recruits import retired_by_year
from territory_access.siting.years.elastic import (
    ASKED,
    FLOOR,
    MEANS,
    PROMISE,
    SHARE,
    THERE,
    Elastic,
)
from territory_access.siting.years.loosened import loosened, too_small
from territory_access.siting.years.losing import MILLE
from territory_access.siting.years.model import whole
from territory_access.siting.years.money import UNIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem
    from territory_access.siting.years.blocks import Term

    type Reals = NDArray[np.float64]

# Where a share of a promise stands in the model, and where its floors do.
SHARES = {APL: "group", PLACES: "places_group"}
FLOORS = {APL: "floor", PLACES: "places_floor"}


def elastic(problem: Problem) -> Elastic:
    """Return a question with everything that may be relaxed in it.

    Parameters
    ----------
    problem
        What is asked.
    """
    found = Elastic(problem, whole(loosened(problem)))
    for add in (_means, _recruits, _retired, _per_epci, _hosts, _centres, _offered):
        add(found)
    for add in (_islands, _presence, _promises, _included, _kept):
        add(found)
    return found


def _means(found: Elastic) -> None:
    """Money in thousands of euros, staff in FTE."""
    rules, horizon = found.problem.rules, found.problem.horizon
    ones = np.ones(horizon.years)
    for rule, block, unit, shape in (
        ("budget", "capex", UNIT, np.cumsum(horizon.budget_shares)),
        ("deficit_per_year", "deficit", UNIT, np.array(horizon.deficit_shares)),
        ("gp_fte", "gp", 1.0, ones),
        ("nurse_fte", "nurse", 1.0, ones),
    ):
        limit = float(getattr(rules, rule)) / unit
        _by_year(found, (rule, ""), block, limit * shape, shape=shape)


def _by_year(
    found: Elastic, slack: tuple[str, str], block: str, high: Reals, *, shape: Reals
) -> None:
    """Write limits again, to each of which ``shape`` times the amount may be added."""
    rows, comes = found.rows(block), shape > 0
    if not rows.size:
        return
    found.limit(block, high)
    most = float(((found.most(block) - high)[comes] / shape[comes]).max(initial=0.0))
    if most > 0:
        limit = float((high[comes] / shape[comes]).min())
        column = found.amount(slack, most, limit=limit, kind=MEANS)
        found.made.draft.blocks.extend(block, [(np.arange(rows.size), column, -shape)])


def _recruits(found: Elastic) -> None:
    """Doctors of a profile hired a year in each basin."""
    for one in found.problem.recruits:
        fte = one.fte.to_numpy()
        each = np.array(one.each or np.ones(fte.shape[1]))
        _by_year(
            found,
            ("hires", one.profile),
            f"pool_{one.profile}",
            fte.ravel(),
            shape=np.tile(each, fte.shape[0]),
        )


def _retired(found: Elastic) -> None:
    """Retired doctors who are not there, near every place."""
    rows, problem = found.rows("basin"), found.made.draft.problem
    if not rows.size:
        return
    gives = retired_by_year(problem.pool, found.made.draft.years, problem.exit_retired)[-1]
    shape = gives / gives[0]
    last = rows.size - shape.size + np.arange(shape.size)
    high = found.made.model.row_high[rows].copy()
    high[last] = 0.0
    found.limit("basin", high)
    mine = (problem.options["profile"] == "retired").to_numpy(bool)
    team = float(problem.options.loc[mine, "fte"].max()) * len(problem.candidates)
    most = (team + float(problem.pool.drawn.sum()) / THOUSANDTHS) / float(shape.min())
    column = found.amount(("retired", ""), most, limit=0.0, kind=THERE)
    found.made.draft.blocks.extend("basin", [(last, column, -shape)])


def _per_epci(found: Elastic) -> None:
    limit, rows = found.problem.rules.per_epci, found.rows("epci")
    if limit is None or not rows.size:
        return
    found.limit("epci", np.full(rows.size, float(limit)))
    most = float(np.floor(found.most("epci").max() - limit + 1e-6))
    if most > 0:
        column = found.amount(("per_epci", ""), most, limit=limit, kind=MEANS, whole=True)
        found.made.draft.blocks.extend("epci", [(np.arange(rows.size), column, -1.0)])


def _hosts(found: Elastic) -> None:
    """Communes too small for what opens there, and those where nothing may open."""
    problem, draft = found.problem, found.made.draft
    short = too_small(problem)[draft.choices.place, draft.choices.option]
    codes = problem.candidates.index.to_numpy(str)[draft.choices.place]
    banned = np.isin(codes, problem.rules.forbid).astype(float)
    allowed = problem.allowed.to_numpy()[draft.choices.place, draft.choices.option]
    for rule, cost in (("population", np.where(allowed, 0.0, short)), ("forbid", banned)):
        each = np.zeros(len(problem.candidates))
        np.maximum.at(each, draft.choices.place, cost)
        if each.any():
            whole = rule == "forbid"
            most = float(each.sum())
            column = found.amount((rule, ""), most, limit=0.0, kind=THERE, whole=whole)
            here = np.flatnonzero(cost)
            terms = [(0, draft.build[here], cost[here]), (0, column, -1.0)]
            draft.blocks.require(f"all_{rule}", 1, terms, high=0.0)


def _centres(found: Elastic) -> None:
    """Outposts without a centre near."""
    rows, years = found.rows("mother"), found.made.draft.years
    if rows.size:
        count = rows.size // years
        terms: list[Term] = [(np.arange(rows.size), np.arange(rows.size) // years, -1.0)]
        found.given_up(("centres", ""), terms, count, block="mother", kind=THERE)


def _offered(found: Elastic) -> None:
    """Consultations that practices would lose, and do not offer."""
    rows, draft, known = found.rows("offered"), found.made.draft, found.problem.donors
    if not rows.size or known is None:
        return
    columns, places = draft.blocks.names["taken"], draft.blocks.names["taken_place"]
    near, acts = known.near[:, places], known.acts.to_numpy().astype(float)
    inside = found.made.model.matrix[rows][:, columns.ravel()].toarray() != 0
    inside = inside.reshape(rows.size, *columns.shape)
    year = inside.any(axis=1).argmax(axis=1)
    alike = (inside.any(axis=2)[:, None, :] == near[None]).all(axis=2)
    each = alike @ acts / MILLE
    most = found.most("offered") - MILLE
    beyond = draft.blocks.add("beyond_offer", (rows.size,), high=np.maximum(0.0, most))
    draft.blocks.extend("offered", [(np.arange(rows.size), beyond, -1.0)])
    limit = float(acts[near.any(axis=1)].sum())
    column = found.amount(("offered", ""), float(each @ most), limit=limit, kind=THERE)
    terms = [(year, beyond, each), (np.arange(draft.years), column, -1.0)]
    draft.blocks.require("all_offered", draft.years, terms, high=0.0)


def _islands(found: Elastic) -> None:
    rule, years = found.problem.continuity, found.made.draft.years
    if rule is not None and rule.kept:
        count = len(rule.kept)
        row = np.arange(count * years)
        terms: list[Term] = [(row, row // years, -1.0)]
        found.given_up(("islands", ""), terms, count, block="owed", kind=ASKED)


def _presence(found: Elastic) -> None:
    """Count an island centre whose team is not there at any hour, and let it open."""
    least, draft = floors(found.problem), found.made.draft
    if least is None or found.problem.continuity is None:
        return
    choices, blocks = draft.choices, draft.blocks
    asked = least[choices.place, choices.option]
    asked = np.where(asked > choices.least.max(axis=1, initial=0.0) + 1e-9, asked, 0.0)
    if not asked.any():
        return
    limit = found.problem.continuity.floor
    given_up = found.amount(("presence", ""), 1.0, limit=limit, kind=ASKED, whole=True)
    is_open = np.arange(draft.years)[None, :] >= choices.year[:, None]
    short = ((choices.most < asked[:, None] - 1e-9) & is_open).any(axis=1) | (draft.team.size == 0)
    here = np.flatnonzero((asked > 0) & short)
    terms = [(np.arange(here.size), draft.build[here], 1.0), (np.arange(here.size), given_up, -1.0)]
    blocks.require("visits", here.size, terms, high=0.0)
    if draft.team.size:
        pairs = np.unique(choices.pair[(asked > 0) & ~short])
        row = np.full(choices.pair_place.size, pairs.size)
        row[pairs] = np.arange(pairs.size)
        rows = np.arange(pairs.size * draft.years)
        terms = [draft.since(np.where(short, 0.0, asked), row[choices.pair])]
        terms += [(rows, draft.team[pairs].ravel(), -1.0), (rows, given_up, -float(asked.max()))]
        high = np.append(np.zeros(rows.size), np.full(draft.years, np.inf))
        blocks.require("presence", high.size, terms, high=high)


def _promises(found: Elastic) -> None:
    """Floors, by how much they are lowered; shares, given up here (``years.shares``)."""
    blocks, model = found.made.draft.blocks, found.made.model
    shares = []
    for number, promise in enumerate(found.problem.guarantees):
        floor, share = (f"{kind[promise.on]}{number}" for kind in (FLOORS, SHARES))
        rows = found.rows(floor)
        if promise.floor and rows.size:
            low = model.row_low[rows]
            slope = np.ones(rows.size) if promise.on == APL else low / promise.floor
            slack = (FLOOR, str(number))
            column = found.amount(slack, promise.floor, limit=promise.floor, kind=ASKED)
            blocks.extend(floor, [(np.arange(rows.size), column, slope)])
        if promise.share_min and found.rows(share).size:
            slack = (SHARE, str(number))
            column = found.amount(slack, _depth(found, share), limit=promise.share_min, kind=ASKED)
            blocks.extend(share, [(0, column, 1.0)])
        if promise.share_min is not None and promise.on == PLACES:
            shares.append(found.switch(PROMISE, str(number)))
    rows = found.rows("today")
    if rows.size:  # who has a place today keeps it as long as one share is promised
        forget = blocks.add("forget", (1,), high=1.0, whole=True)
        blocks.extend("today", [(np.arange(rows.size), forget, model.row_low[rows])])
        each = np.arange(len(shares))
        terms: list[Term] = [(each, forget, 1.0), (each, np.array(shares), -1.0)]
        blocks.require("forget", each.size, terms, high=0.0)


def _depth(found: Elastic, block: str) -> float:
    """Return how far below what is asked the row of a share can fall."""
    model, row = found.made.model, found.rows(block)
    low = model.matrix[row].toarray().ravel()
    with np.errstate(invalid="ignore"):
        least = np.fmin(low * model.low, low * model.high)
    return max(0.0, float(model.row_low[row[0]] - least.sum()))


def _included(found: Elastic) -> None:
    blocks, count = found.made.draft.blocks, len(found.problem.included)
    if not count:
        return
    gone = found.amount(("includes", ""), 1.0, limit=float(count), kind=ASKED, whole=True)
    for number in range(count):
        blocks.extend(f"included{number}", [(0, gone, 1.0)])


def _kept(found: Elastic) -> None:
    """Communes where something must open."""
    kept = np.flatnonzero(found.problem.candidates.index.isin(found.problem.rules.keep))
    if kept.size:
        terms: list[Term] = [(kept, np.arange(kept.size), 1.0)]
        found.given_up(("keep", ""), terms, kept.size, block="one", kind=ASKED)
