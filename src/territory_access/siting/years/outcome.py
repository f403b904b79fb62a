"""Writes the answer of the whole model as tables: sites, and what each does each year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.siting.decisions import RELOCATE, WORDS
from territory_access.siting.donors import new
from territory_access.siting.years.money import running
from territory_access.vocabulary import CANDIDATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.siting.years.draft import Draft
    from territory_access.siting.years.model import Whole

    type Reals = NDArray[np.float64]

ACTIVITY = ["fte", "acts_per_year", "net_acts", "deficit"]


def chosen(made: Draft, values: Reals) -> NDArray[np.int64]:
    """Return the builds of a plan, by candidate."""
    return np.flatnonzero(values[made.build] > 0.5)


def activity(made: Whole, values: Reals) -> pd.DataFrame:
    """Return what each site does each year.

    Parameters
    ----------
    made, values
        The model and its answer.

    Returns
    -------
    pandas.DataFrame
        One row a site and year, index ``candidate_id``, ``year`` (1 for the first): ``service``,
        ``size``, ``fte`` at work, ``acts_per_year``, ``net_acts``, ``deficit`` (negative: a
        surplus).
    """
    draft = made.draft
    problem, choices, years = draft.problem, draft.choices, draft.years
    builds = chosen(draft, values)
    table = problem.options.iloc[choices.option[builds]]
    fte, acts = _done(draft, values, builds)
    cost = running(problem.options, problem.horizon.fixed_cost)
    first = choices.pair_option[choices.pair[builds]]
    is_open = (np.arange(years)[None, :] >= choices.year[builds][:, None]).astype(float)
    loss = (
        cost.fixed[choices.option[builds], None] * is_open
        + cost.by_fte[first, None] * fte
        - cost.by_act[first, None] * acts
    )
    codes = problem.candidates.index.to_numpy(str)[choices.place[builds]]
    index = pd.MultiIndex.from_product([codes, range(1, years + 1)], names=[CANDIDATE, "year"])
    net = new(problem)[choices.place[builds], choices.option[builds]]
    return pd.DataFrame(
        {
            "service": np.repeat(table["service"].to_numpy(str), years),
            "size": np.repeat(table["size"].to_numpy(str), years),
            "fte": fte.ravel(),
            "acts_per_year": acts.ravel(),
            "net_acts": (acts * net[:, None]).ravel(),
            "deficit": loss.ravel(),
        },
        index=index,
    )


def _done(draft: Draft, values: Reals, builds: NDArray[np.int64]) -> tuple[Reals, Reals]:
    """Return FTE at work and consultations of each chosen build each year."""
    choices = draft.choices
    if draft.team.size == 0:
        return choices.least[builds], choices.acts[builds]
    pair = choices.pair[builds]
    return values[draft.team[pair]], values[draft.acts[pair]]


def sites(made: Whole, values: Reals, done: pd.DataFrame) -> pd.DataFrame:
    """Return the table of ``SitingPlan.sites``: figures are those of the last year.

    Parameters
    ----------
    made, values
        The model and its answer.
    done
        What each site does each year (``activity``).
    """
    draft = made.draft
    problem, choices = draft.problem, draft.choices
    builds = chosen(draft, values)
    offered = problem.options.iloc[choices.option[builds]]
    places = problem.candidates.iloc[choices.place[builds]]
    index = places.index.rename(CANDIDATE)
    columns = ["service", "size", "fte", "nurse_fte", "acts_per_year", "net_acts", "places"]
    table = offered[[*columns, "reach", "capex", "opex", "deficit"]].set_axis(index, axis=0)
    kept = new(problem)[choices.place[builds], choices.option[builds]]
    table["net_acts"] = table["acts_per_year"] * kept
    table.insert(0, "name", places["name"].astype(str))
    decision = [WORDS.get(name, WORDS[RELOCATE]) for name in offered["decision"]]
    table = table.assign(year=choices.year[builds] + 1, decision=decision)
    if problem.horizon.flexible and len(table):
        last = done.xs(draft.years, level="year").loc[table.index]
        whole = offered["fte"].to_numpy(float)
        share = np.divide(last["fte"], whole, out=np.ones(len(whole)), where=whole > 0)
        table = table.assign(
            **{name: last[name] for name in ACTIVITY},
            nurse_fte=table["nurse_fte"] * share,
            opex=table["opex"]
            * (problem.horizon.fixed_cost + (1 - problem.horizon.fixed_cost) * share),
            places=_places(table["places"], last["acts_per_year"], offered),
        )
    return table


def _places(
    whole: pd.Series[int], acts: pd.Series[float], offered: pd.DataFrame
) -> NDArray[np.int64]:
    """Return the places that these consultations keep open."""
    full = offered["acts_per_year"].to_numpy(float)
    share = np.divide(acts.to_numpy(float), full, out=np.zeros(len(full)), where=full > 0)
    places: NDArray[np.int64] = np.floor(whole.to_numpy(float) * share + 1e-9).astype(np.int64)
    return places
