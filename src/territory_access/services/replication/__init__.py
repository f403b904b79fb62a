"""Where a proven service could be done again: what the score is made of, how sure the rank is."""

from territory_access.services.replication.parts import Ground, free_people, parts
from territory_access.services.replication.ranking import (
    COMPONENTS,
    Replication,
    Robustness,
    concentration,
    replicate,
    robustness,
    weighted,
)

__all__ = [
    "COMPONENTS",
    "Ground",
    "Replication",
    "Robustness",
    "concentration",
    "free_people",
    "parts",
    "replicate",
    "robustness",
    "weighted",
]
