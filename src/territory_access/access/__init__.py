"""How well residents can reach care: time, consultations, places, and how unequally."""

from territory_access.access.activity import Activity
from territory_access.access.age_calibration import calibrate_age_weights
from territory_access.access.apl import aggregate, apl, bounded_acts
from territory_access.access.availability import spatial_availability
from territory_access.access.balanced import balanced_catchment
from territory_access.access.blurred import Blurred
from territory_access.access.catchment import floating_catchment, ratios
from territory_access.access.decay import Decay
from territory_access.access.equity import (
    decile_ratio,
    gini,
    palma,
    quantile,
    tenth_ratio,
    tenths,
    theil,
)
from territory_access.access.gradient import Correction, concentration, slope_index
from territory_access.access.groups import Group, by_group, fastest, on_foot, split
from territory_access.access.measures import beyond, closest, cumulative, gravity, k_closest
from territory_access.access.modified import modified_catchment
from territory_access.access.need import age_weights, standardised_population
from territory_access.access.pairs import Pairs
from territory_access.access.poverty import poverty
from territory_access.access.raam import rational_agents
from territory_access.access.smooth import Exponential, Gaussian
from territory_access.access.three_step import three_step_catchment

__all__ = [
    "Activity",
    "Blurred",
    "Correction",
    "Decay",
    "Exponential",
    "Gaussian",
    "Group",
    "Pairs",
    "age_weights",
    "aggregate",
    "apl",
    "balanced_catchment",
    "beyond",
    "bounded_acts",
    "by_group",
    "calibrate_age_weights",
    "closest",
    "concentration",
    "cumulative",
    "decile_ratio",
    "fastest",
    "floating_catchment",
    "gini",
    "gravity",
    "k_closest",
    "modified_catchment",
    "on_foot",
    "palma",
    "poverty",
    "quantile",
    "rational_agents",
    "ratios",
    "slope_index",
    "spatial_availability",
    "split",
    "standardised_population",
    "tenth_ratio",
    "tenths",
    "theil",
    "three_step_catchment",
]
