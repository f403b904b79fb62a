"""Says line by line what a plan decides, where, and the difference that each line makes.

A plan that opens services lists what comes. One that may also extend, change, close or move what
stands (``siting.decisions``) lists **differences**: a line that closes a site takes away its
doctors, its consultations and its places; one that extends it adds what is more than today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.siting.decisions import CLOSE, LEAVE, NEW, OPEN, RELOCATE, remaining

if TYPE_CHECKING:
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem

# An add-on, whose place is called by its commune and its service.
_BESIDE = "reinforce"
# Lines after which a service stands there; the others take one away.
COMING = "coming"
FIGURES = ["fte", "nurse_fte", "acts_per_year", "net_acts", "places", "capex", "opex", "deficit"]


def lines(plan: SitingPlan) -> pd.DataFrame:
    """Return one row a line of the plan, in the order of ``plan.sites``.

    Parameters
    ----------
    plan
        Any plan.

    Returns
    -------
    pandas.DataFrame
        Index as ``plan.sites``; ``decision`` (``open``, ``extend``, ``upgrade``, ``close``,
        ``leave`` and ``relocate``, the two lines of one move, ``reinforce``), ``site`` (the
        existing site that it changes, or nothing), ``zone_id`` (code of the commune), ``at`` (the
        site itself where one stands, else the commune: a destination of the study's times),
        ``name`` (of the commune), ``service``, ``was`` (service that stands there today), ``size``
        (nothing where it stays as it is), ``other`` and ``other_name`` (commune at the other end
        of a move), ``coming`` (a service stands there afterwards); then the differences ``fte``,
        ``nurse_fte``, ``acts_per_year``, ``net_acts``, ``places``, ``capex``, ``opex``,
        ``deficit``; ``closing_cost`` (€, part of ``capex``: what it costs that a service leaves,
        ``siting.leaving``); ``reach`` in minutes, ``served`` and ``year``.
    """
    sites, asked = plan.sites, plan.problem
    names = sites["service"].astype(str) + " " + sites["size"].astype(str)
    chosen = asked.options[["decision", "site"]].reindex(names)
    decision = chosen["decision"].fillna(OPEN).to_numpy(str)
    site = chosen["site"].fillna("").to_numpy(str)
    zone = _zones(asked, sites.index)
    communes = asked.candidates["name"].astype(str).reindex(zone).fillna("").to_numpy(str)
    name = np.where(decision == _BESIDE, communes, sites["name"].to_numpy(str))
    names_of = dict(zip(zone, name, strict=True))
    other = _others(asked, decision, site, zone)
    new = np.isin(decision, NEW)
    gone = np.isin(decision, [CLOSE, LEAVE])
    table = pd.DataFrame(
        {
            "decision": decision,
            "site": site,
            "zone_id": zone,
            "at": np.where(new, zone.to_numpy(str), site),
            "name": name,
            "service": sites["service"].astype(str),
            "was": _was(asked, site),
            "size": _sizes(sites, decision, site),
            "other": other,
            "other_name": [names_of.get(code, "") for code in other],
            COMING: ~gone,
        },
        index=sites.index,
    )
    figures = sites[FIGURES].astype(float) + 0.0  # no « −0 »
    lost = asked.existing["places"].reindex(site[gone]).fillna(0).to_numpy(float)
    figures.loc[gone, "places"] = -lost
    table[FIGURES] = figures
    table["closing_cost"] = figures["capex"].where(gone, 0.0)
    table["places"] = table["places"].astype(np.int64)
    table["reach"], table["served"] = sites["reach"].astype(float), sites["served"].astype(float)
    return table.assign(year=sites["year"].astype(int) if "year" in sites else 1)


def only_opens(plan: SitingPlan) -> bool:
    """Return whether the question was only what to open: nothing that stands may change."""
    return bool((plan.problem.options["decision"] == OPEN).all())


def paid(plan: SitingPlan) -> pd.DataFrame:
    """Return the lines that ask for an investment: what funders may be asked to help.

    Closing is paid too, but is no investment.
    """
    told = lines(plan)
    return told[told[COMING] & (told["capex"] > 0)]


def left(plan: SitingPlan) -> Problem:
    """Return the plan's question without the sites that it takes away."""
    names = plan.sites["service"].astype(str) + " " + plan.sites["size"].astype(str)
    known = [name for name in names if name in plan.problem.options.index]
    return remaining(plan.problem, known)


def number(plan: SitingPlan) -> int:
    """Return how many decisions a plan takes; a move is one, on two lines."""
    return int((lines(plan)["decision"] != LEAVE).sum())


def _zones(asked: Problem, codes: pd.Index) -> pd.Series[str]:
    """Return the commune of each place."""
    known = asked.candidates["zone_id"].astype(str).reindex(codes)
    return known.where(known.notna(), codes.to_series(index=codes).astype(str))


def _was(asked: Problem, site: np.ndarray) -> list[str]:
    """Return the service of each existing site, nothing where there is none."""
    known = asked.existing["service"].to_dict()
    return [str(known.get(place, "")) for place in site]


def _sizes(sites: pd.DataFrame, decision: np.ndarray, site: np.ndarray) -> list[str]:
    """Return the size after the decision; nothing where it stays, or leaves."""
    kept = [CLOSE, LEAVE, RELOCATE]
    return [
        "" if kind in kept else str(size).removesuffix(f", {place}")
        for kind, size, place in zip(decision, sites["size"], site, strict=True)
    ]


def _others(
    asked: Problem, decision: np.ndarray, site: np.ndarray, zone: pd.Series[str]
) -> list[str]:
    """Return the commune at the other end of each move, nothing for other decisions."""
    there = {
        place: code
        for kind, place, code in zip(decision, site, zone, strict=True)
        if kind == RELOCATE
    }
    here = asked.existing["zone_id"].astype(str).to_dict()
    ends = {LEAVE: there, RELOCATE: here}
    return [
        ends[kind].get(place, "") if kind in ends else ""
        for kind, place in zip(decision, site, strict=True)
    ]
