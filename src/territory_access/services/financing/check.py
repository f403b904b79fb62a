"""Whether a plan of financing obeys every rule of a funder, and what it breaks or leaves unsaid."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from territory_access.errors import Fault
from territory_access.services.financing.ceiling import ZERO, plain, public_share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from territory_access.services.financing.ceiling import Project
    from territory_access.services.financing.terms import Terms


class Code(StrEnum):
    """What a plan breaks; stable words, for programs."""

    OWN_TOO_LOW = "OWN_TOO_LOW"
    OVER_SHARE = "OVER_40PCT"
    OVER_ENVELOPE = "OVER_ENVELOPE"
    OVER_PUBLIC = "OVER_80PCT_PUBLIC"
    PLAN_UNBALANCED = "PLAN_UNBALANCED"
    HT_TTC_MIX = "HT_TTC_MIX"
    NOT_EVALUABLE = "NOT_EVALUABLE_36M"
    NOT_EXPERIMENTAL = "NOT_EXPERIMENTAL"
    NO_CONSORTIUM = "NO_CONSORTIUM"
    NO_FRAGILITY = "NO_FRAGILITY"
    NOT_LEGAL_PERSON = "NOT_LEGAL_PERSON"
    THEME_MISSING = "THEME_MISSING"


@dataclass(frozen=True)
class Finding:
    """One rule that a plan breaks, or on which it says nothing.

    Attributes
    ----------
    code
        Stable word.
    fault
        The sentence.
    broken
        ``False`` where the project does not say; it is then to be completed.
    """

    code: Code
    fault: Fault
    broken: bool


def check(
    project: Project, asked: Terms, *, public_share_max: Decimal | None = None
) -> tuple[Finding, ...]:
    """Return every rule of a funder that a plan breaks or leaves open, money first.

    Parameters
    ----------
    project
        With the plan: own contribution, others, what is asked.
    asked
        The funder's terms.
    public_share_max
        Share of public money allowed; from the embedded rules where not given.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from territory_access.services.financing.ceiling import Project
    >>> from territory_access.services.financing.terms import terms
    >>> plan = Project("x", Decimal(200_000), own=Decimal(90_000), asked=Decimal(110_000))
    >>> [one.code.value for one in check(plan, terms("assist-2024")) if one.broken]
    ['OWN_TOO_LOW', 'OVER_40PCT']
    """
    found = [*_money(project, asked), *_shares(project, asked, public_share_max)]
    return (*found, *_conditions(project, asked))


def _money(project: Project, asked: Terms) -> Iterator[Finding]:
    """Yield what is wrong with the sums themselves."""
    if project.taxes_included is not True:
        unknown = project.taxes_included is None
        yield Finding(
            Code.HT_TTC_MIX,
            Fault("le projet ne dit pas si ses montants sont TTC", {})
            if unknown
            else Fault("des montants sont hors taxes : l’aide se calcule sur des dépenses TTC", {}),
            broken=not unknown,
        )
    if asked.own_min is not None and project.own is not None and project.own < asked.own_min:
        yield Finding(
            Code.OWN_TOO_LOW,
            Fault(
                "l’apport propre est de {own} €, il en faut au moins {least} €",
                {"own": plain(project.own), "least": plain(asked.own_min)},
            ),
            broken=True,
        )
    if project.own is None or project.asked is None:
        return
    brought = project.own + project.given + project.asked
    if brought != project.cost:
        yield Finding(
            Code.PLAN_UNBALANCED,
            Fault(
                "les recettes font {brought} € et les dépenses {cost} €",
                {"brought": plain(brought), "cost": plain(project.cost)},
            ),
            broken=True,
        )


def _shares(project: Project, asked: Terms, share: Decimal | None) -> Iterator[Finding]:
    """Yield the limits that the amount asked passes."""
    wanted = project.asked or ZERO
    if asked.share_max is not None and wanted > asked.share_max * project.cost:
        yield Finding(
            Code.OVER_SHARE,
            Fault(
                "{wanted} € demandés, plus que {share} % de {cost} €",
                {
                    "wanted": plain(wanted),
                    "share": plain(100 * asked.share_max),
                    "cost": plain(project.cost),
                },
            ),
            broken=True,
        )
    if asked.envelope is not None and wanted > asked.envelope:
        yield Finding(
            Code.OVER_ENVELOPE,
            Fault(
                "{wanted} € demandés, plus que l’enveloppe entière ({envelope} €)",
                {"wanted": plain(wanted), "envelope": plain(asked.envelope)},
            ),
            broken=True,
        )
    public = project.given + (wanted if asked.public else ZERO)
    most = public_share(share)
    if project.local_authority and public > most * project.cost:
        yield Finding(
            Code.OVER_PUBLIC,
            Fault(
                "{public} € d’argent public, plus que {share} % de l’investissement d’une "
                "collectivité (article L. 1111-10 du CGCT ; des exceptions existent)",
                {"public": plain(public), "share": plain(100 * most)},
            ),
            broken=True,
        )


def _conditions(project: Project, asked: Terms) -> Iterator[Finding]:
    """Yield the conditions that the project does not meet, or does not speak of."""
    if asked.months_max is not None:
        limit: dict[str, object] = {"limit": f"{asked.months_max:g}"}
        if project.months is None:
            sentence = (
                "le projet ne dit pas en combien de mois son effet se mesure ({limit} au plus)"
            )
            yield Finding(Code.NOT_EVALUABLE, Fault(sentence, limit), broken=False)
        elif project.months > asked.months_max:
            yield Finding(
                Code.NOT_EVALUABLE,
                Fault(
                    "son effet se mesure en {months} mois, plus que {limit}",
                    {"months": f"{project.months:g}"} | limit,
                ),
                broken=True,
            )
    for name, (code, unsaid, broken) in _ASKED.items():
        answer = getattr(project, name)
        if name in asked.asks and answer is not True:
            yield Finding(code, Fault(unsaid if answer is None else broken, {}), answer is not None)
    yield from _themes(project, asked)


# What a call for projects asks: code, what is said where the project is silent, where it says no.
_ASKED = {
    "experimental": (
        Code.NOT_EXPERIMENTAL,
        "le projet ne dit pas s’il est une expérimentation",
        "le projet n’est pas une expérimentation",
    ),
    "coalition": (
        Code.NO_CONSORTIUM,
        "le projet ne dit pas s’il réunit plusieurs acteurs et associe les bénéficiaires",
        "le projet ne réunit pas plusieurs acteurs, bénéficiaires associés",
    ),
    "fragile_public": (
        Code.NO_FRAGILITY,
        "le projet ne dit pas si son public a une fragilité géographique ou sociale",
        "son public n’a pas de fragilité géographique ou sociale",
    ),
    "legal_person": (
        Code.NOT_LEGAL_PERSON,
        "le projet ne dit pas si son porteur est une personne morale",
        "son porteur n’est pas une personne morale",
    ),
}


def _themes(project: Project, asked: Terms) -> Iterator[Finding]:
    """Yield the themes and issues that are missing."""
    if not (asked.themes_min or asked.issues_min):
        return
    if project.themes is None and project.issues is None:
        sentence = "le projet ne nomme ni thème ni enjeu de l’appel"
        yield Finding(Code.THEME_MISSING, Fault(sentence, {}), broken=False)
        return
    themes, issues = len(project.themes or ()), len(project.issues or ())
    if themes < asked.themes_min or issues < asked.issues_min:
        yield Finding(
            Code.THEME_MISSING,
            Fault(
                "{themes} thème et {issues} enjeu nommés ; il en faut au moins {least} et {few}",
                {
                    "themes": themes,
                    "issues": issues,
                    "least": asked.themes_min,
                    "few": asked.issues_min,
                },
            ),
            broken=True,
        )
