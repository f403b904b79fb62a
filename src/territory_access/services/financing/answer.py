"""What each project of a scenario, or each site of a plan, may receive, and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from territory_access.services.economics import CENT, exact, to_cents
from territory_access.services.financing.ceiling import Ceiling, Project, largest, public_share
from territory_access.services.financing.check import Finding, check
from territory_access.services.financing.plan import Financing, Offer, least_own, offer
from territory_access.services.financing.terms import NAMES, RULE_SETS, Terms, terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from territory_access.parameters import Parameters
    from territory_access.scenario_projects import ProjectPart
    from territory_access.scenario_siting import FunderPart

_LABEL = "France_Sante"


@dataclass(frozen=True)
class Answer:
    """What the rules say of one project.

    Attributes
    ----------
    project
        As it is asked.
    ceiling
        The most that the funder may give, and why not more.
    findings
        What the project breaks or leaves unsaid.
    least
        The plan that asks least of its bearer, with this funder and the others that offer.
    """

    project: Project
    ceiling: Ceiling
    findings: tuple[Finding, ...]
    least: Financing


def declared(parts: Sequence[ProjectPart], opening: date) -> list[Project]:
    """Return the projects that a scenario describes.

    Parameters
    ----------
    parts
        ``[[projects]]`` of the scenario.
    opening
        From when they run.
    """
    return [
        Project(
            name=part.name,
            cost=to_cents(exact(part.cost)),
            own=None if part.own is None else to_cents(exact(part.own)),
            others={name: to_cents(exact(amount)) for name, amount in part.others.items()},
            asked=None if part.asked is None else to_cents(exact(part.asked)),
            taxes_included=part.taxes_included,
            months=part.months,
            experimental=part.experimental,
            coalition=part.coalition,
            fragile_public=part.fragile_public,
            legal_person=part.legal_person,
            themes=part.themes,
            issues=part.issues,
            local_authority=part.local_authority,
            opening=opening,
        )
        for part in parts
    ]


def from_sites(sites: pd.DataFrame, opening: date, *, parameters: Parameters) -> list[Project]:
    """Return one project a site to open: its investment with taxes, and nothing else said.

    Parameters
    ----------
    sites
        ``service``, ``name``, ``capex`` (euros, taxes left out, as the catalogue counts them).
    opening
        From when they run.
    parameters
        ``money.vat``.

    Examples
    --------
    >>> import datetime as dt
    >>> import pandas as pd
    >>> from territory_access.parameters import Parameters
    >>> sites = pd.DataFrame({"service": ["SMP"], "name": ["Segré"], "capex": [150_000.0]})
    >>> found = from_sites(sites, dt.date(2027, 1, 1), parameters=Parameters.load())
    >>> found[0].name, str(found[0].cost)
    ('SMP, Segré', '180000.00')
    """
    with_taxes = 1 + exact(parameters.value("money.vat"))
    return [
        Project(
            name=f"{service}, {name}",
            cost=to_cents(exact(float(capex)) * with_taxes),
            opening=opening,
        )
        for service, name, capex in zip(
            sites["service"], sites["name"], sites["capex"], strict=True
        )
    ]


def answers(
    projects: Sequence[Project], asked: Terms, funders: Sequence[FunderPart] = ()
) -> list[Answer]:
    """Return what the rules of one funder say of each project, taken by itself.

    Parameters
    ----------
    projects
        What is to be financed.
    asked
        Terms of the funder.
    funders
        Others whom the scenario names, with their own terms.

    Examples
    --------
    >>> from territory_access.services.financing.terms import terms
    >>> found = answers([Project("x", Decimal(180_000))], terms("assist-2024"))
    >>> str(found[0].ceiling.amount)
    '72000.00'
    """
    public, label = public_share(), terms(RULE_NAMES[_LABEL])
    return [
        Answer(
            project=project,
            ceiling=largest(project, asked, public_share_max=public),
            findings=check(project, asked, public_share_max=public),
            least=least_own(
                project, _offers(project, asked, label, funders), public_share_max=public
            ),
        )
        for project in projects
    ]


def _offers(
    project: Project, asked: Terms, label: Terms, funders: Sequence[FunderPart]
) -> list[Offer]:
    """Return who would give: the funder asked, France Santé once it runs, the scenario's own."""
    known = [asked]
    if asked.id != _LABEL and (label.since is None or label.since <= project.opening):
        known.append(label)
    offered = [offer(NAMES[one.id], one, project.cost) for one in known]
    return [one for one in offered if one is not None] + [
        _by_scenario(part, project.cost) for part in funders
    ]


RULE_NAMES = {id_: name for name, id_ in RULE_SETS.items()}
"""What a planner types for each set of rules."""


def _by_scenario(part: FunderPart, cost: Decimal) -> Offer:
    limits = [exact(part.share_max) * cost]
    limits += [exact(one) for one in (part.envelope, part.per_project) if one is not None]
    most = min(limits).quantize(CENT, rounding=ROUND_DOWN)
    return Offer(part.name, most, to_cents(exact(part.own_min)), part.public)
