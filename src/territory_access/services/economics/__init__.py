"""What a service earns and costs, to the cent: per consultation, year by year, and for whom."""

from territory_access.services.economics.consultation import (
    CENT,
    BreakEven,
    Case,
    at_end,
    break_even,
    charges_refunded,
    equivalent_annual_cost,
    exact,
    revenue_per_consultation,
    spread,
    to_cents,
)
from territory_access.services.economics.effect import (
    Effect,
    Reinforcement,
    apl_gain,
    consultations_to_lift,
    effect,
    pays_its_way,
    reinforcements,
)
from territory_access.services.economics.lines import Group, Input, Line, Statement
from territory_access.services.economics.setting import YEARS, Setting
from territory_access.services.economics.statement import LABELS, statement

__all__ = [
    "CENT",
    "LABELS",
    "YEARS",
    "BreakEven",
    "Case",
    "Effect",
    "Group",
    "Input",
    "Line",
    "Reinforcement",
    "Setting",
    "Statement",
    "apl_gain",
    "at_end",
    "break_even",
    "charges_refunded",
    "consultations_to_lift",
    "effect",
    "equivalent_annual_cost",
    "exact",
    "pays_its_way",
    "reinforcements",
    "revenue_per_consultation",
    "spread",
    "statement",
    "to_cents",
]
