"""What a plan shows of itself: what it gains, what was proved, and each site that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.cards.card import card, count, decimal, euros
from territory_access.vocabulary import Objective, Status

if TYPE_CHECKING:
    from territory_access.siting.plan import SitingPlan

_GAINS = {
    Objective.PLACES: "Habitants de plus qui ont une place",
    Objective.APL: "Consultations manquantes comblées, par an",
    Objective.LIFTED: "Habitants passés au-dessus du seuil",
}


def card_of(plan: SitingPlan) -> str:
    """Return the card of a plan, as HTML."""
    return card(plan.problem.name, facts_of(plan), table=rows_of(plan), note=note_of(plan))


def facts_of(plan: SitingPlan) -> list[tuple[str, str]]:
    """Return what a plan gains, costs and needs."""
    sites = plan.sites
    gained = _GAINS.get(plan.problem.objective, "Gain")
    if plan.problem.priority is not None:
        gained = "Places pondérées de plus"
    return [
        (gained, count(plan.gain)),
        ("Preuve", _proof(plan)),
        ("Investissement", euros(sites["capex"].sum())),
        ("Déficit par an", euros(sites["deficit"].sum())),
        ("Médecins (ETP)", decimal(sites["fte"].sum())),
    ]


def rows_of(plan: SitingPlan) -> list[dict[str, str]]:
    """Return one row a site, as it is read."""
    told = plan.lines
    opens = bool((told["decision"] == "open").all())
    words = ["ouvrir"] * len(told) if opens else plan.sites["decision"].astype(str).tolist()
    return [
        {
            "Commune": str(site["name"]),
            **({} if opens else {"Décision": word}),
            "Service": f"{site['service']}, {site['size']}" if site["size"] else site["service"],
            "Places": count(site["places"]),
            "Médecins (ETP)": decimal(site["fte"]),
            "Investissement": euros(site["capex"]),
            "Déficit par an": euros(site["deficit"]),
        }
        for word, (_, site) in zip(words, told.iterrows(), strict=True)
    ]


def note_of(plan: SitingPlan) -> str:
    """Return why nothing opens, where nothing does."""
    return "" if plan.report.reason is None else str(plan.report.reason)


def _proof(plan: SitingPlan) -> str:
    report = plan.report
    if report.status == Status.OPTIMAL:
        return "aucun plan ne fait mieux avec les mêmes moyens"
    if report.status == Status.EMPTY:
        return "rien à proposer"
    return f"un autre plan ferait au plus {decimal(report.gap * 100)} % de mieux"
