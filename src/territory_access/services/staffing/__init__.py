"""Whom a service can recruit, how surely and for how long, and how sites share one doctor."""

from territory_access.services.staffing.chances import (
    STOCK_YEARS,
    Chances,
    at_work,
    beta_law,
    by_boat,
    chances,
    retired_chances,
    retired_fte,
    retired_gps,
    team_left,
)
from territory_access.services.staffing.shared import WEEK, Duty, NetSupply, net_supply, rota

__all__ = [
    "STOCK_YEARS",
    "WEEK",
    "Chances",
    "Duty",
    "NetSupply",
    "at_work",
    "beta_law",
    "by_boat",
    "chances",
    "net_supply",
    "retired_chances",
    "retired_fte",
    "retired_gps",
    "rota",
    "team_left",
]
