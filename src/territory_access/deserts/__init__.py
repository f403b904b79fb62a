"""Where care is too far away or too little, by named rules, and how such zones hang together."""

from territory_access.deserts.catalogue import DATED, named
from territory_access.deserts.contiguity import patches
from territory_access.deserts.gap import explained
from territory_access.deserts.hidden import Hidden, Whom, hidden
from territory_access.deserts.rule import Measure, Rule, rules
from territory_access.deserts.stability import Moved, Stability, Variant, stability
from territory_access.deserts.typology import find, refined

__all__ = [
    "DATED",
    "Hidden",
    "Measure",
    "Moved",
    "Rule",
    "Stability",
    "Variant",
    "Whom",
    "explained",
    "find",
    "hidden",
    "named",
    "patches",
    "refined",
    "rules",
    "stability",
]
