"""A plan: what opens where, what it costs, whom it serves, and what was proved about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from territory_access.siting.donors import new
from territory_access.siting.problem import allocation
from territory_access.vocabulary import CANDIDATE, DESTINATION

if TYPE_CHECKING:
    from territory_access.errors import Fault
    from territory_access.siting.problem import Problem
    from territory_access.vocabulary import Status


@dataclass(frozen=True)
class Report:
    """What the solver said, and what the gap is measured against.

    Attributes
    ----------
    status
        ``optimal`` (proved), ``feasible`` (a gap remains) or ``empty`` (nothing to propose).
    objective
        Value of the plan: residents given a place, or consultations no longer missing.
    bound
        No plan obeying the same rules can do better than this.
    gap
        ``(bound - objective) / objective``, measured on what the plan gains; 0 when proved.
    seconds, nodes, solver
        How long, how many branch-and-bound nodes, which solver and version.
    reason
        Why nothing is proposed, as a sentence and its values; ``None`` when something is.
    stages
        One row a stage of the search (``gain``, ``reached``, ``cost``, ``minutes``): ``value``,
        ``bound``, ``proved``, ``seconds``, ``nodes``.
    """

    status: Status
    objective: float
    bound: float
    gap: float
    seconds: float
    nodes: int
    solver: str
    reason: Fault | None
    stages: pd.DataFrame = field(default_factory=pd.DataFrame, compare=False)


@dataclass(frozen=True)
class SitingPlan:
    """What to open.

    Attributes
    ----------
    problem
        The question that this plan answers.
    sites
        One row a site to open, index ``candidate_id``: ``name``, ``service``, ``size``, ``fte``
        (GP), ``nurse_fte``, ``acts_per_year``, ``net_acts`` (less what practices nearby lose, see
        ``siting.donors``), ``places``, ``reach`` (minutes, 0 for its own zone only), ``capex``,
        ``opex``, ``deficit`` (euros, euros a year), ``served`` (residents given a place there),
        ``year`` of opening (1 for the first), ``decision``. Over several years figures are those
        of the last year.
    gain
        Residents given a place (or consultations closed) beyond what exists; over several years
        their sum, each year at its worth.
    report
        Status, bound, gap.
    activity
        One row a site and year (index ``candidate_id``, ``year``): ``service``, ``size``, ``fte``,
        ``acts_per_year``, ``net_acts``, ``deficit``; empty for one year of places.
    grants
        One row a funder and site: ``candidate_id``, ``funder``, ``amount`` (euros); empty where
        nobody helps.
    """

    problem: Problem
    sites: pd.DataFrame
    gain: float
    report: Report
    activity: pd.DataFrame = field(default_factory=pd.DataFrame, compare=False)
    grants: pd.DataFrame = field(default_factory=pd.DataFrame, compare=False)

    def verify(self) -> None:
        """Check the plan by arithmetic that knows nothing of the model.

        Raises
        ------
        Unverified
            Naming everything that differs.
        """
        from territory_access.siting.verify import verify

        verify(self)

    @property
    def lines(self) -> pd.DataFrame:
        """What is decided, line by line, and the difference that each makes (``siting.lines``)."""
        from territory_access.siting.lines import lines

        return lines(self)

    def _repr_html_(self) -> str:
        from territory_access.cards import of_plan

        return of_plan.card_of(self)


def sites_table(problem: Problem, chosen: list[tuple[int, int]]) -> pd.DataFrame:
    """Return the table of ``SitingPlan.sites`` for positions (candidate, option)."""
    candidates = problem.candidates.iloc[[j for j, _ in chosen]]
    columns = ["service", "size", "fte", "nurse_fte", "acts_per_year", "net_acts"]
    columns += ["places", "reach", "capex", "opex", "deficit"]
    offered = problem.options.iloc[[o for _, o in chosen]]
    sites = offered[columns].set_axis(candidates.index.rename(CANDIDATE), axis=0)
    sites.insert(0, "name", candidates["name"].astype(str))
    kept = new(problem)[[j for j, _ in chosen], [o for _, o in chosen]]
    sites["net_acts"] = sites["acts_per_year"] * kept
    opened = {
        str(code): (int(places), float(reach))
        for code, places, reach in zip(sites.index, sites["places"], sites["reach"], strict=True)
    }
    used = allocation(problem, opened)["used"].sel({DESTINATION: list(opened)}) if opened else []
    filled = pd.Series(used, index=sites.index, dtype=float)
    return sites.assign(served=filled, year=1, decision="ouvrir")
