r"""What a consultation brings, from how many a centre pays its way, what investing costs a year.

.. math::
    u &= f \, (1 - r) \, (1 + a) + m / \kappa && \text{euros that a consultation brings} \\
    N^* &= (C - A) / u && \text{consultations from which a full-time doctor pays his way} \\
    E &= I \, i / (1 - (1 + i)^{-n}) && \text{equivalent annual cost of an investment}

with :math:`f` the mean fee (``money.revenue_per_act``), :math:`1 - r` what is left of rejects
(``money.net_of_rejects``), :math:`a` the share of the national agreement
(``money.national_agreement_share``), :math:`m` the patient fee (``money.patient_fee``),
:math:`\kappa` consultations a patient and year (``places.kappa``), :math:`C` and :math:`A` cost and
recurrent aids of a full-time doctor, :math:`I` euros, :math:`i` the real rate, :math:`n` years.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from territory_access.errors import DataError

if TYPE_CHECKING:
    from territory_access.parameters import Parameters
    from territory_access.services.service import Cell

CENT = Decimal("0.01")
# Below this, a rate changes nothing that a float can hold.
_NO_RATE = 1e-12


class Case(StrEnum):
    """Which end of every range is taken at once; the French word is what users read."""

    LOW = "défavorable"
    BASE = "central"
    HIGH = "favorable"


@dataclass(frozen=True)
class BreakEven:
    """Consultations a year from which a full-time doctor costs nothing.

    Attributes
    ----------
    central
        With the central values.
    low, high
        With the lowest and the highest documented cost of a full-time doctor, other values central.
    """

    central: float
    low: float
    high: float


def exact(value: float) -> Decimal:
    """Return a number as it is written, so that money is counted exactly.

    >>> exact(0.1) + exact(0.2)
    Decimal('0.3')
    """
    return Decimal(repr(float(value)))


def to_cents(value: Decimal) -> Decimal:
    """Return an amount rounded to the cent, halves away from zero as spreadsheets do.

    >>> to_cents(Decimal("2.345")), to_cents(Decimal("-2.345"))
    (Decimal('2.35'), Decimal('-2.35'))
    """
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def revenue_per_consultation(parameters: Parameters) -> float:
    """Return what one consultation brings, in euros.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> round(revenue_per_consultation(Parameters.load()), 2)
    39.5
    """
    value = parameters.value
    fees = value("money.revenue_per_act") * value("money.net_of_rejects")
    yearly = value("money.patient_fee") / value("places.kappa")
    return fees * (1 + value("money.national_agreement_share")) + yearly


def break_even(parameters: Parameters) -> BreakEven:
    """Return from how many consultations a full-time salaried doctor pays his way.

    Raises
    ------
    DataError
        If a consultation brings nothing.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> found = break_even(Parameters.load())
    >>> round(found.central), round(found.low), round(found.high)
    (4532, 3772, 5545)
    """
    cost = parameters["money.cost_per_salaried_gp_fte"]
    aids = parameters.value("money.aids_per_gp_fte")
    unit = revenue_per_consultation(parameters)
    if unit <= 0:
        raise DataError("Seuil d’équilibre : une consultation ne rapporte rien.")

    def from_cost(amount: float) -> float:
        return max(0.0, amount - aids) / unit

    return BreakEven(
        central=from_cost(cost.value),
        low=from_cost(min(cost.low, cost.value)),
        high=from_cost(max(cost.high, cost.value)),
    )


def equivalent_annual_cost(capex: float, *, years: float, rate: float) -> float:
    """Return what an investment costs a year over its life, in euros.

    Parameters
    ----------
    capex
        Euros.
    years
        How long it lasts.
    rate
        Real rate a year; 0 shares the amount out evenly.

    Raises
    ------
    DataError
        If the life is not positive, or an amount negative.

    Examples
    --------
    >>> round(equivalent_annual_cost(300_000, years=15, rate=0.03))
    25130
    >>> round(equivalent_annual_cost(250_000, years=7, rate=0.03))
    40127
    """
    if not (years > 0 and rate >= 0 and capex >= 0):
        raise DataError(
            "Coût annuel d’un investissement : il faut un montant, une durée et un taux positifs."
        )
    if rate * years < _NO_RATE:
        return capex / years
    # the same as 1 − (1 + i)^−n, and exact for small rates
    return capex * rate / -math.expm1(-years * math.log1p(rate))


def charges_refunded(gp_fte: float, parameters: Parameters) -> float:
    """Return what « Teulade » would refund for salaried doctors, in euros a year.

    The share (``money.teulade``) is taken of employer contributions only, as our source words it,
    not of gross pay. Because that wording is second-hand, no statement counts it: a dossier may
    quote it as money that is not counted on.

    Parameters
    ----------
    gp_fte
        Full-time equivalents of salaried doctors.
    parameters
        ``money.gp_gross``, ``money.employer_loading``, ``money.teulade``.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> round(charges_refunded(1.0, Parameters.load()))
    4399
    """
    value = parameters.value
    contributions = value("money.gp_gross") * (value("money.employer_loading") - 1)
    return gp_fte * contributions * value("money.teulade")


def at_end(parameters: Parameters, id_: str, case: Case, *, cost: bool = False) -> float:
    """Return a parameter in one case: the unfavourable end is the high one of a cost.

    Parameters
    ----------
    parameters
        Every default number.
    id_
        Which.
    case
        Central, or an end of the range (or the value of the user beyond it).
    cost
        Whether more of it is worse.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> known = Parameters.load()
    >>> at_end(known, "money.gp_loaded", Case.LOW, cost=True)
    144000.0
    >>> at_end(known, "money.patient_fee", Case.LOW)
    14.0
    """
    return _end(parameters[id_], case, cost=cost)


def spread(cell: Cell, case: Case) -> float:
    """Return by how much a cost of the catalogue is multiplied in one case.

    Examples
    --------
    >>> from territory_access.services import catalogue
    >>> spread(catalogue.load()["SMP"].cells["capex"], Case.LOW)
    2.0
    """
    return _end(cell, case, cost=True) / cell.value if cell.value else 1.0


def _end(range_: object, case: Case, *, cost: bool) -> float:
    value, low, high = (float(getattr(range_, name)) for name in ("value", "low", "high"))
    if case is Case.BASE:
        return value
    worse = (case is Case.LOW) == cost
    return max(high, value) if worse else min(low, value)
