"""Which dated terms each funder sets: shares, least contributions, envelopes, conditions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from territory_access.errors import ScenarioError
from territory_access.services import funding

if TYPE_CHECKING:
    from datetime import date

# What a planner types, and the set of dated rules that it names.
RULE_SETS = {
    "assist-2023": "AAP2023",
    "assist-2024": "AAP2024",
    "direct": "direct_support",
    "fir": "ARS_FIR",
    "detr": "DETR",
    "france-sante": "France_Sante",
    "cnam": "CNAM_contracts",
}
# What each set of rules is called.
NAMES = {
    "AAP2023": "Assist, appel à projets 2023",
    "AAP2024": "Assist, appel à projets 2024",
    "direct_support": "Assist, soutien direct",
    "ARS_FIR": "ARS, fonds d’intervention régional (FIR)",
    "DETR": "État, dotation d’équipement des territoires ruraux (DETR)",
    "France_Sante": "France Santé",
    "CNAM_contracts": "CNAM, contrats des centres de santé",
}
# Money by year and full-time equivalent: it stands in the yearly accounts.
_OPERATING = frozenset({"ARS_FIR", "CNAM_contracts"})


@dataclass(frozen=True)
class Terms:
    """What one funder asks and gives, from its dated rules.

    Attributes
    ----------
    id
        Of the set of rules.
    share_max, own_min, envelope, amount
        Share of eligible expenditure, least own contribution, whole envelope, amount by structure;
        ``None`` where no rule says.
    months_max, themes_min, issues_min
        Within which impact is measured, how many themes and issues.
    asks
        Yes-or-no conditions in force: ``experimental``, ``coalition``…
    open_from, open_to
        Days between which it takes applications; ``None`` where not published.
    since
        First day of its amount by structure; ``None`` where not published.
    public
        Whether its money is public. Assist is counted as such, which is prudent.
    """

    id: str
    share_max: Decimal | None = None
    own_min: Decimal | None = None
    envelope: Decimal | None = None
    amount: Decimal | None = None
    months_max: float | None = None
    themes_min: int = 0
    issues_min: int = 0
    asks: frozenset[str] = frozenset()
    open_from: date | None = None
    open_to: date | None = None
    since: date | None = None
    public: bool = True

    @property
    def operating(self) -> bool:
        """Whether it helps to run a service, year by year, and not to invest."""
        return self.id in _OPERATING

    @property
    def published(self) -> bool:
        """Whether some rule says how much."""
        return any(one is not None for one in (self.share_max, self.envelope, self.amount))


def terms(name: str, *, rules: tuple[funding.Rule, ...] | None = None) -> Terms:
    """Return the terms of one funder.

    Parameters
    ----------
    name
        As a planner types it (``assist-2024``), or the id of the set.
    rules
        Every dated rule; the embedded ones by default.

    Raises
    ------
    ScenarioError
        Naming the sets that exist.

    Examples
    --------
    >>> asked = terms("assist-2024")
    >>> asked.share_max, asked.own_min, asked.envelope
    (Decimal('0.4'), Decimal('100000.0'), Decimal('250000.0'))
    """
    id_ = RULE_SETS.get(name, name)
    found = {rule.field: rule for rule in rules or funding.load() if rule.rule_set == id_}
    if id_ not in NAMES or not found:
        raise ScenarioError(
            "règles inconnues « {name} » ; choisissez parmi {known}.",
            name=name,
            known=", ".join(RULE_SETS),
        )

    def value(field_: str) -> float | None:
        return found[field_].value if field_ in found else None

    def amount(field_: str) -> Decimal | None:
        said = value(field_)
        return None if said is None else Decimal(repr(float(said)))

    asks = ("experimental", "coalition", "fragile_public", "legal_person")
    envelope = found.get("envelope")
    return Terms(
        id=id_,
        share_max=amount("share_max"),
        own_min=amount("own_funding_min"),
        envelope=amount("envelope"),
        amount=amount("per_structure"),
        months_max=value("evaluation_months_max"),
        themes_min=int(value("themes_min") or 0),
        issues_min=int(value("issues_min") or 0),
        asks=frozenset(ask for ask in asks if value(ask)),
        open_from=envelope.start if envelope else None,
        open_to=envelope.end if envelope else None,
        since=found["per_structure"].start if "per_structure" in found else None,
    )
