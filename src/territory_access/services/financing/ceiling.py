r"""What each funder may lawfully give to a project, why not more, and which plan asks least of it.

For a call for projects with a cap :math:`s` on eligible expenditure :math:`C`, an own contribution
of at least :math:`o`, other money :math:`m` and what is left of the envelope :math:`v`:

.. math:: \max(0, \min(s \, C, \; C - \max(own, o) - m, \; v))

All amounts are cents, counted exactly; the cap is rounded down, so that it is never passed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from territory_access.errors import DataError, Fault
from territory_access.services import funding
from territory_access.services.economics import CENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.services.financing.terms import Terms

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Project:
    """A project and its plan of financing; ``None`` is what nobody has said yet.

    Attributes
    ----------
    name
        For people.
    cost
        Eligible expenditure, euros, taxes included.
    own
        What the bearer brings; ``None``: what is left once others have given.
    others
        What other funders give, by name.
    asked
        What is asked of the funder whose rules are checked; ``None``: as much as possible.
    taxes_included
        Whether every amount counts taxes (TTC); ``False`` where some do not.
    months
        Months after which the impact is measured.
    experimental, coalition, fragile_public, legal_person
        What calls for projects ask.
    themes, issues
        Themes and health issues that it answers.
    local_authority
        Whether a local authority invests: the limit on public money then holds.
    opening
        Day on which rules are looked up.
    """

    name: str
    cost: Decimal
    own: Decimal | None = None
    others: Mapping[str, Decimal] = field(default_factory=dict)
    asked: Decimal | None = None
    taxes_included: bool | None = True
    months: float | None = None
    experimental: bool | None = None
    coalition: bool | None = None
    fragile_public: bool | None = None
    legal_person: bool | None = None
    themes: tuple[str, ...] | None = None
    issues: tuple[str, ...] | None = None
    local_authority: bool = True
    opening: date = date(2027, 1, 1)

    def __post_init__(self) -> None:
        amounts = [self.cost, self.own or ZERO, self.asked or ZERO, *self.others.values()]
        if any(amount < 0 or not amount.is_finite() for amount in amounts):
            raise DataError("Projet « {name} » : un montant est négatif.", name=self.name)

    @property
    def given(self) -> Decimal:
        """What other funders give."""
        return sum(self.others.values(), ZERO)


@dataclass(frozen=True)
class Ceiling:
    """The most that a funder may give, and what stops it there.

    Attributes
    ----------
    amount
        Euros, to the cent.
    limits
        Every limit that was looked at, with its own amount, the tightest first.
    """

    amount: Decimal
    limits: tuple[tuple[Fault, Decimal], ...]

    @property
    def why(self) -> Fault:
        """Why not more."""
        return self.limits[0][0]


def largest(
    project: Project,
    asked: Terms,
    *,
    remaining: Decimal | None = None,
    public_share_max: Decimal | None = None,
) -> Ceiling:
    r"""Return the largest contribution that the rules of one funder allow.

    Parameters
    ----------
    project, asked
        The project, and the funder's terms.
    remaining
        What is left of the envelope; the whole of it where not given.
    public_share_max
        Share of the investment of a local authority that public money may pay; from the embedded
        rules where not given.

    Examples
    --------
    Of 400 000 €, 40 %; of 120 000 €, what is left once the bearer has brought 100 000 €.

    >>> from territory_access.services.financing.terms import terms
    >>> rules = terms("assist-2024")
    >>> [str(largest(Project("x", Decimal(cost)), rules).amount)
    ...  for cost in (100_000, 120_000, 400_000, 800_000)]
    ['0.00', '20000.00', '160000.00', '250000.00']
    >>> str(largest(Project("x", Decimal(120_000)), rules).why)
    'le porteur doit apporter au moins 100\u202f000 € : il reste 20\u202f000 € à financer'
    """
    own = max(project.own or ZERO, asked.own_min or ZERO)
    left = project.cost - own - project.given
    limits: list[tuple[Fault, Decimal]] = []
    if asked.operating:
        said = Fault("cette aide se verse chaque année : elle est dans le modèle économique", {})
        limits.append((said, ZERO))
    elif not asked.published:
        limits.append(
            (Fault("aucun montant n’est publié : à convenir avec le financeur", {}), ZERO)
        )
    if asked.share_max is not None:
        cap = (asked.share_max * project.cost).quantize(CENT, rounding=ROUND_DOWN)
        said = Fault(
            "la part est limitée à {share} % de {cost} €",
            {"share": plain(100 * asked.share_max), "cost": plain(project.cost)},
        )
        limits.append((said, cap))
    if asked.amount is not None:
        limits.append((Fault("le soutien est de {amount} € par structure",
                             {"amount": plain(asked.amount)}), asked.amount))  # fmt: skip
    envelope = asked.envelope if remaining is None else remaining
    if envelope is not None:
        limits.append((Fault("il reste {left} € dans l’enveloppe",
                             {"left": plain(envelope)}), envelope))  # fmt: skip
    limits.append((_rest(project, own, left, asked), left))
    limits += _cumulation(project, asked, public_share_max)
    limits.sort(key=lambda limit: limit[1])
    return Ceiling(max(ZERO, limits[0][1]).quantize(CENT, rounding=ROUND_DOWN), tuple(limits))


def _rest(project: Project, own: Decimal, left: Decimal, asked: Terms) -> Fault:
    """Return what is left to finance, and why."""
    rest = plain(max(ZERO, left))
    if asked.own_min and own == asked.own_min and (project.own or ZERO) < asked.own_min:
        return Fault(
            "le porteur doit apporter au moins {least} € : il reste {left} € à financer",
            {"least": plain(asked.own_min), "left": rest},
        )
    return Fault("il ne reste que {left} € à financer", {"left": rest})


def _cumulation(
    project: Project, asked: Terms, share: Decimal | None
) -> list[tuple[Fault, Decimal]]:
    """Return the limit on public money, where a local authority invests."""
    if not (project.local_authority and asked.public):
        return []
    most = public_share(share) * project.cost
    return [
        (
            Fault(
                "l’argent public ne peut dépasser {share} % de l’investissement d’une collectivité",
                {"share": plain(100 * public_share(share))},
            ),
            most - project.given,
        )
    ]


def public_share(said: Decimal | None = None) -> Decimal:
    """Return the share of a local authority's investment that public money may pay.

    >>> public_share()
    Decimal('0.8')
    """
    if said is not None:
        return said
    rules = {rule.id: rule.value for rule in funding.load()}
    return Decimal(repr(float(rules["cumulation.public_share_max"] or 0)))


def plain(amount: Decimal) -> str:
    r"""Return an amount as it is put in a sentence: cents only where there are some.

    >>> plain(Decimal("66666.60")), plain(Decimal("120000.00")), plain(Decimal("40.0"))
    ('66\u202f666,60', '120\u202f000', '40')
    """
    whole = amount == amount.to_integral_value()
    text = f"{amount:,.0f}" if whole else f"{amount:,.2f}".replace(".", ";")
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace(";", ",")
