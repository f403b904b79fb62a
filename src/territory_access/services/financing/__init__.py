"""What each funder may lawfully give to a project, and which plan asks least of its bearer."""

from territory_access.services.financing.answer import Answer, answers, declared, from_sites
from territory_access.services.financing.ceiling import (
    Ceiling,
    Project,
    largest,
    plain,
    public_share,
)
from territory_access.services.financing.check import Code, Finding, check
from territory_access.services.financing.plan import Financing, Offer, least_own, offer
from territory_access.services.financing.terms import NAMES, RULE_SETS, Terms, terms

__all__ = [
    "NAMES",
    "RULE_SETS",
    "Answer",
    "Ceiling",
    "Code",
    "Financing",
    "Finding",
    "Offer",
    "Project",
    "Terms",
    "answers",
    "check",
    "declared",
    "from_sites",
    "largest",
    "least_own",
    "offer",
    "plain",
    "public_share",
    "terms",
]
