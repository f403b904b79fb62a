r"""Which plan of financing asks least of whoever bears the project.

A bearer invests :math:`C`; others give :math:`m` already. Funder :math:`k` gives at most
:math:`g_k`, and only if the bearer brings at least :math:`o_k`. A local authority brings at least
:math:`1 - p` of the whole, and public money pays at most :math:`p C`. For a set :math:`K` of
funders the least own contribution is

.. math::
    \max\Bigl( (1 - p) C, \; \max_{k \in K} o_k, \;
        C - m - \min\bigl(\textstyle\sum_{K \cap P} g_k, \, p C - m\bigr)
              - \textstyle\sum_{K \setminus P} g_k \Bigr)

with :math:`P` the public funders. Every set is tried (there are few funders), so that the answer is
the least there is; of equal ones, the set with fewest funders, then in their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from territory_access.errors import Fault
from territory_access.services.financing.ceiling import ZERO, plain, public_share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from territory_access.services.financing.ceiling import Project
    from territory_access.services.financing.terms import Terms


@dataclass(frozen=True)
class Offer:
    """The most that one funder would give a project, whatever the others give.

    Attributes
    ----------
    name
        For people.
    most
        Euros.
    own_min
        What the bearer must bring for it.
    public
        Whether it counts as public money.
    """

    name: str
    most: Decimal
    own_min: Decimal = ZERO
    public: bool = True


@dataclass(frozen=True)
class Financing:
    """The plan that asks least of the bearer.

    Attributes
    ----------
    own
        Euros that the bearer brings.
    grants
        Euros by funder, without those that give nothing.
    others
        What was given already.
    why
        What keeps the bearer from bringing less.
    """

    own: Decimal
    grants: Mapping[str, Decimal]
    others: Decimal
    why: Fault


def offer(name: str, asked: Terms, cost: Decimal) -> Offer | None:
    """Return what a funder would give at most by its own terms; nothing where none is published.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from territory_access.services.financing.terms import terms
    >>> str(offer("Assist", terms("assist-2024"), Decimal(400_000)).most)
    '160000.00'
    """
    from territory_access.services.financing.ceiling import Project, largest

    if asked.operating or not asked.published:
        return None
    alone = Project(name, cost, local_authority=False)
    without_own = largest(alone, _unconditional(asked))
    return Offer(name, without_own.amount, asked.own_min or ZERO, asked.public)


def least_own(
    project: Project, offers: Sequence[Offer], *, public_share_max: Decimal | None = None
) -> Financing:
    """Return the plan of financing that asks least of the bearer.

    Parameters
    ----------
    project
        What it costs and what is given already.
    offers
        What each funder would give at most.
    public_share_max
        Share of public money allowed; from the embedded rules where not given.

    Examples
    --------
    A funder that asks for an own contribution is left out where going without it asks for less.

    >>> from decimal import Decimal
    >>> from territory_access.services.financing.ceiling import Project
    >>> state = Offer("État", Decimal(60_000))
    >>> assist = Offer("Assist", Decimal(48_000), own_min=Decimal(100_000))
    >>> found = least_own(Project("x", Decimal(120_000)), [state, assist])
    >>> str(found.own), {name: str(euros) for name, euros in found.grants.items()}
    ('60000.00', {'État': '60000.00'})
    """
    share = public_share(public_share_max)
    best: tuple[Decimal, tuple[Offer, ...]] | None = None
    for count in range(len(offers) + 1):
        for chosen in combinations(offers, count):
            own = _own(project, chosen, share)
            if own is not None and (best is None or own < best[0]):
                best = own, chosen
    own, chosen = best if best is not None else (project.cost - project.given, ())
    own = max(own, ZERO).quantize(ZERO)
    return Financing(
        own=own,
        grants=_shared_out(project, chosen, own, share),
        others=project.given,
        why=_why(project, chosen, own, share),
    )


def _own(project: Project, chosen: Sequence[Offer], share: Decimal) -> Decimal | None:
    """Return the least own contribution with these funders, ``None`` where none is lawful."""
    left = project.cost - project.given
    floor = max((one.own_min for one in chosen), default=ZERO)
    if floor > left:
        return None
    public = sum((one.most for one in chosen if one.public), ZERO)
    private = sum((one.most for one in chosen if not one.public), ZERO)
    if project.local_authority:
        floor = max(floor, (1 - share) * project.cost)
        public = min(public, max(ZERO, share * project.cost - project.given))
    return max(floor, left - public - private)


def _shared_out(
    project: Project, chosen: Sequence[Offer], own: Decimal, share: Decimal
) -> dict[str, Decimal]:
    """Return who gives what, in the order of the funders; private money is not limited."""
    need = project.cost - project.given - own
    room = share * project.cost - project.given if project.local_authority else need
    grants = {}
    for one in sorted(chosen, key=lambda offered: offered.public):
        amount = min(one.most, need, room if one.public else need)
        if amount > 0:
            grants[one.name] = amount.quantize(ZERO)
            need -= amount
            room -= amount if one.public else ZERO
    return grants


def _why(project: Project, chosen: Sequence[Offer], own: Decimal, share: Decimal) -> Fault:
    """Return what keeps the bearer from bringing less."""
    for one in chosen:
        if one.own_min and own == one.own_min:
            return Fault(
                "{name} demande un apport propre de {least} € au moins",
                {"name": one.name, "least": plain(one.own_min)},
            )
    if project.local_authority and own == ((1 - share) * project.cost).quantize(ZERO):
        return Fault(
            "une collectivité garde à sa charge au moins {share} % de son investissement",
            {"share": plain(100 * (1 - share))},
        )
    return Fault("les financeurs ne donnent pas davantage", {})


def _unconditional(asked: Terms) -> Terms:
    """Return the same terms without the own contribution, which ``least_own`` looks at."""
    from dataclasses import replace

    return replace(asked, own_min=None)
