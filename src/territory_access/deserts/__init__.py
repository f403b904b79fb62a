"""Where care is too far away or too little, by named rules, and how such zones hang together."""

from territory_access.deserts.contiguity import patches
from territory_access.deserts.rule import Measure, Rule, rules
from territory_access.deserts.typology import find

__all__ = ["Measure", "Rule", "find", "patches", "rules"]
