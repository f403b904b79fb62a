"""Says whether a plan gives islands what they are owed, counted again from its tables alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.errors import Fault
from territory_access.siting.decisions import EXTEND, UPGRADE, closed_sites
from territory_access.siting.words import fte
from territory_access.siting.years.recount import closed_by, options_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from territory_access.siting.plan import SitingPlan

# What the solver's floating point may leave, in FTE.
CLOSE = 1e-6


def owed(plan: SitingPlan) -> Iterator[Fault]:
    """Yield islands left without a service, and island centres where nobody is there at night.

    Parameters
    ----------
    plan
        A plan whose sites may open where they do.
    """
    if plan.problem.continuity is not None:
        yield from _left(plan)
        yield from _small(plan)


def _left(plan: SitingPlan) -> Iterator[Fault]:
    """Yield islands that lose their last service."""
    rule, options = plan.problem.continuity, options_of(plan)
    if rule is None:
        return
    for island in rule.kept:
        for year in range(1, plan.problem.horizon.years + 1):
            gone = closed_sites(plan.problem, closed_by(plan, year))
            left = [site for site, on in rule.sites.items() if on == island and site not in gone]
            new = [
                code
                for code, opened, decision, team in zip(
                    plan.sites.index,
                    plan.sites["year"],
                    options["decision"],
                    options["fte"],
                    strict=True,
                )
                if rule.candidates[code] == island
                and opened <= year
                and team > 0
                and decision in {"open", "relocate"}
            ]
            if not left and not new:
                yield Fault(
                    "année {year}, {island} : l’île perd son seul service",
                    {"year": year, "island": island},
                )
                break


def _small(plan: SitingPlan) -> Iterator[Fault]:
    """Yield centres of islands whose team cannot be there at any hour."""
    problem, rule, options = plan.problem, plan.problem.continuity, options_of(plan)
    if rule is None or not rule.floor:
        return
    for code, option in zip(plan.sites.index, options.index, strict=True):
        row = problem.options.loc[option]
        if not rule.candidates[code] or row["fte"] <= 0:
            continue
        sizes = problem.options[problem.options["service"] == row["service"]]
        grown = sizes["decision"].isin([EXTEND, UPGRADE])
        today = problem.existing["fte"].reindex(sizes["site"]).fillna(0.0).to_numpy(float)
        if (sizes["fte"].to_numpy(float) + grown.to_numpy(bool) * today).max() < rule.floor - CLOSE:
            continue
        there = problem.existing["fte"].get(row["site"], 0.0)
        there = there if row["decision"] in {EXTEND, UPGRADE} else 0.0
        team = plan.activity.loc[code, "fte"]
        team = team[team.index >= plan.sites["year"][code]].min() + there
        if team < rule.floor - CLOSE:
            yield Fault(
                "{code} : {team} sur l’île, {floor} pour y être à toute heure",
                {"code": code, "team": fte(float(team)), "floor": fte(rule.floor)},
            )
