"""Says whether somebody hosts the add-ons of a plan, counted again from its tables alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.errors import Fault
from territory_access.services.requirements import CENTRES
from territory_access.siting.addons import NOBODY, PRACTICE
from territory_access.siting.decisions import CLOSE, LEAVE, REINFORCE, UPGRADE
from territory_access.siting.lost import share_left
from territory_access.siting.words import fte
from territory_access.siting.years.recount import lost_by_year, options_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from territory_access.siting.plan import SitingPlan

# What the solver's floating point may leave, in add-ons.
CLOSE_TO = 1e-6


def beside(plan: SitingPlan) -> Iterator[Fault]:
    """Yield add-ons without a host, or more of them than the doctors there can have.

    Parameters
    ----------
    plan
        A plan whose sites may open where they do.
    """
    options, addons, left = options_of(plan), plan.problem.addons, _left(plan)
    for place, decision, size in zip(
        plan.sites.index, options["decision"], options["size"], strict=True
    ):
        if decision != REINFORCE:
            continue
        if addons is None or place not in addons.places.index:
            yield Fault("{code} : rien ne s’y renforce", {"code": place})
            continue
        for year in range(int(plan.sites["year"][place]), plan.problem.horizon.years + 1):
            where = addons.places.loc[place]
            kept = float(left[year - 1].get(where["zone_id"], 1.0)) if left else 1.0
            most = _room(plan, options, where, year, kept=kept)
            if int(size) > most + CLOSE_TO:
                yield Fault(
                    "année {year}, {code} : {count} pour {most} au plus, d’après ceux qui "
                    "l’accueillent",
                    {"year": year, "code": place, "count": int(size), "most": fte(most)},
                )
                break


def _left(plan: SitingPlan) -> list[pd.Series[float]]:
    """Return the share of doctors that practices keep, by commune, one a year; none if all do."""
    if plan.problem.donors is None or plan.problem.missing is None:
        return []
    return [share_left(plan.problem, lost) for lost in lost_by_year(plan)]


def _room(
    plan: SitingPlan, options: pd.DataFrame, place: pd.Series[str], year: int, *, kept: float
) -> float:
    """Return how many of this add-on the commune can host in a year."""
    problem, addons = plan.problem, plan.problem.addons
    if addons is None or place["kind"] == NOBODY:
        return 1.0
    zone = place["zone_id"]
    here = problem.existing[problem.existing["zone_id"] == zone]
    if place["kind"] == PRACTICE:
        doctors = float(here["fte"].sum())
        for code in plan.sites.index:
            at = problem.candidates.loc[code, "zone_id"]
            if at == zone:
                doctors += float(plan.activity.loc[(code, year), "fte"])
        practices = kept * float(place["practices"])
        return addons.per_fte * practices + addons.per_centre_fte * doctors
    standing = set(here.index[here["service"].isin(CENTRES)])
    new = 0
    for code, option in zip(plan.sites.index, options.itertuples(), strict=True):
        opened = int(plan.sites.loc[code, "year"]) <= year
        if not opened or problem.candidates.loc[code, "zone_id"] != zone:
            continue
        if option.decision in {CLOSE, LEAVE, UPGRADE}:
            standing -= {option.site}
        if option.decision not in {CLOSE, LEAVE, REINFORCE} and option.service in CENTRES:
            new += 1
    return float(len(standing) + new)
