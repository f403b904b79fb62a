"""A plan: what opens where, what it costs, whom it serves, and what was proved about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

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
        Why nothing is proposed, or ``""``; a French sentence.
    """

    status: Status
    objective: float
    bound: float
    gap: float
    seconds: float
    nodes: int
    solver: str
    reason: str


@dataclass(frozen=True)
class SitingPlan:
    """What to open.

    Attributes
    ----------
    problem
        The question that this plan answers.
    sites
        One row a site to open, index ``candidate_id``: ``name``, ``service``, ``size``, ``fte``
        (GP), ``nurse_fte``, ``acts_per_year``, ``places``, ``capex``, ``opex``, ``deficit``
        (euros, euros a year), ``served`` (residents given a place there by the plan).
    gain
        Residents given a place (or consultations closed) beyond what exists.
    report
        Status, bound, gap.
    """

    problem: Problem
    sites: pd.DataFrame
    gain: float
    report: Report
