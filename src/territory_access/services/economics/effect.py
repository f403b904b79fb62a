r"""What an additional consultation and an additional patient cost, and what reinforcing costs.

With :math:`R` the yearly result once the investment is paid for (``Statement.result``), :math:`N`
consultations that do not come from practices nearby and :math:`\kappa` consultations a patient:

.. math:: c^* = -R / N, \qquad c_{place} = -R / (N / \kappa)

A negative cost is a surplus. Aids paid once are left out, or spread over the years told.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from territory_access.errors import DataError
from territory_access.services.economics.lines import Group
from territory_access.services.economics.statement import statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.parameters import Parameters
    from territory_access.services.economics.lines import Statement
    from territory_access.services.service import Service

REINFORCING = ("AM", "IPA")
"""Services that complete a doctor in place: every plan is compared with them."""


@dataclass(frozen=True)
class Effect:
    """What a site costs for what it adds, in a year at cruise.

    Attributes
    ----------
    consultations
        A year, without those taken from practices nearby.
    yearly
        Euros a year that somebody must bring, investment included; negative: a surplus.
    per_consultation, per_place
        Euros; ``inf`` where nothing is added.
    """

    consultations: float
    yearly: Decimal
    per_consultation: float
    per_place: float


def effect(
    told: Statement, net_consultations: float, *, kappa: float, one_off: bool = False
) -> Effect:
    """Return what an additional consultation and an additional patient cost.

    Parameters
    ----------
    told
        Yearly accounts; the last year stands for the cruise.
    net_consultations
        A year, less those of doctors who left a practice nearby.
    kappa
        Consultations a registered patient and year; 0 where nobody registers.
    one_off
        Whether aids paid once are counted, spread evenly over the years told.

    Raises
    ------
    DataError
        If there are fewer than 0 consultations.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> from territory_access.services import catalogue
    >>> am = catalogue.load()["AM"]
    >>> told = statement(am, am.size("base"), parameters=Parameters.load())
    >>> round(effect(told, 440, kappa=4.2).per_consultation, 1)
    20.7
    """
    if net_consultations < 0:
        raise DataError("Coût d’une consultation : leur nombre ne peut être négatif.")
    yearly = -told.result(one_off=False)[-1]
    if one_off:
        yearly -= sum(told.total(Group.ONE_OFF), Decimal(0)) / told.years
    each = float(yearly) / net_consultations if net_consultations else float("inf")
    return Effect(
        consultations=net_consultations,
        yearly=yearly,
        per_consultation=each,
        per_place=each * kappa if kappa else float("inf"),
    )


def pays_its_way(told: Statement) -> float:
    """Return from how many consultations a year the site needs nobody's money at cruise.

    ``(costs + investment − recurrent aids) / revenue of a consultation``, ``inf`` where a
    consultation brings nothing.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> from territory_access.services import catalogue
    >>> rot = catalogue.load()["ROT"]
    >>> round(pays_its_way(statement(rot, rot.size("base"), parameters=Parameters.load())))
    4917
    """
    if "acts" not in told.inputs:
        return float("inf")
    acts = float(told.inputs["acts"].values[-1])
    earned = float(told.total(Group.REVENUE)[-1])
    if not acts or not earned:
        return float("inf")
    spent = told.total(Group.COST)[-1] + told.total(Group.ASSET)[-1] - told.total(Group.AID)[-1]
    return float(spent) / (earned / acts)


@dataclass(frozen=True)
class Reinforcement:
    """What the same consultations would take from doctors in place.

    Attributes
    ----------
    service
        ``AM`` or ``IPA``.
    hosts
        Doctors in place who would each take one.
    yearly
        Euros a year.
    per_consultation
        Euros.
    """

    service: str
    hosts: float
    yearly: float
    per_consultation: float


def reinforcements(
    consultations: float, services: Mapping[str, Service], *, parameters: Parameters
) -> list[Reinforcement]:
    """Return how many assistants or advanced nurses would add as many consultations.

    Parameters
    ----------
    consultations
        A year, to be matched.
    services
        The catalogue.
    parameters
        For the accounts of each.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> from territory_access.services import catalogue
    >>> found = reinforcements(4_400, catalogue.load(), parameters=Parameters.load())
    >>> [(one.service, round(one.hosts, 1), round(one.per_consultation, 1)) for one in found]
    [('AM', 10.0, 20.7), ('IPA', 8.8, 34.4)]
    """
    found = []
    for id_ in REINFORCING:
        service = services.get(id_)
        if service is None or not service.capacity:
            continue
        told = statement(service, service.size("base"), parameters=parameters)
        cost = effect(told, service.capacity, kappa=0.0)
        hosts = consultations / service.capacity
        found.append(Reinforcement(id_, hosts, float(cost.yearly) * hosts, cost.per_consultation))
    return found


def apl_gain(consultations: float, standardised: float) -> float:
    """Return by how much consultations raise the mean APL of a basin.

    Parameters
    ----------
    consultations
        A year, all taken by the basin.
    standardised
        Its standardised inhabitants.

    Raises
    ------
    DataError
        If nobody lives there.

    Examples
    --------
    One SMP in a basin of 80,000 does not lift it from 2.2 to 2.5 by itself: that takes 24,000.

    >>> round(apl_gain(15_000, 80_000), 2), round(consultations_to_lift(2.2, 2.5, 80_000))
    (0.19, 24000)
    """
    if standardised <= 0:
        raise DataError("Gain d’APL : le bassin n’a pas d’habitants.")
    return consultations / standardised


def consultations_to_lift(apl: float, threshold: float, standardised: float) -> float:
    """Return how many consultations a year lift a basin to a threshold, 0 where it is there."""
    return max(0.0, threshold - apl) * standardised
