"""How well residents can reach care: time, consultations within reach, places."""

from territory_access.access.apl import aggregate, apl, bounded_acts
from territory_access.access.catchment import floating_catchment, ratios
from territory_access.access.decay import Decay
from territory_access.access.measures import beyond, closest, cumulative, gravity
from territory_access.access.need import age_weights, standardised_population

__all__ = [
    "Decay",
    "age_weights",
    "aggregate",
    "apl",
    "beyond",
    "bounded_acts",
    "closest",
    "cumulative",
    "floating_catchment",
    "gravity",
    "ratios",
    "standardised_population",
]
