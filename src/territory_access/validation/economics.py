"""What a consultation brings, break-even, yearly costs, the Assist table, places, gain in APL."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from territory_access.errors import Fault
from territory_access.parameters import Parameters
from territory_access.services import catalogue
from territory_access.services.economics import (
    apl_gain,
    break_even,
    consultations_to_lift,
    equivalent_annual_cost,
    revenue_per_consultation,
)
from territory_access.services.financing import Project, largest, terms
from territory_access.validation.row import Row, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WORKED = "exemple de calcul sur les valeurs par défaut documentées"
_CENTRES = "deux rapports sur les centres de santé, cités par une campagne locale (source seconde)"
_CALL = "Assist, appel à projets 2024 « Bien vivre dans son environnement »"
# Eligible expenditure, and the most that the rules give with an own contribution of 100 000 €.
_TABLE = ((100_000, 0), (120_000, 20_000), (166_667, 66_667), (200_000, 80_000),
          (400_000, 160_000), (625_000, 250_000), (800_000, 250_000))  # fmt: skip


def rows(data: Path | None) -> list[Row | Skipped]:  # noqa: ARG001 - needs no data
    """Return the rows on money; they need embedded tables only.

    Examples
    --------
    >>> [row.id for row in rows(None) if not row.passed]
    []
    """
    known = Parameters.load()
    return [*_unit(known), *_investment(known), *_call(), *_services(known)]


def _unit(known: Parameters) -> Iterator[Row]:
    """Yield what a consultation brings, and from how many a doctor pays his way."""
    found = break_even(known)
    yield Row("economics.revenue", "Recette par consultation", 39.50,
              revenue_per_consultation(known), "€", 0.005, _WORKED)  # fmt: skip
    yield Row("economics.break_even", "Seuil d’équilibre par ETP de médecin", 4_532.0,
              found.central, "consultations/an", 1.0, _WORKED)  # fmt: skip
    yield Row("economics.break_even.low", "Seuil d’équilibre, coût bas", 3_770.0, found.low,
              "consultations/an", 5.0, _WORKED)  # fmt: skip
    yield Row("economics.break_even.high", "Seuil d’équilibre, coût haut", 5_545.0, found.high,
              "consultations/an", 5.0, _WORKED)  # fmt: skip
    yield Row("economics.break_even.seen", "Activité des centres à l’équilibre", 4_533.0,
              found.central, "consultations/an", None, _CENTRES,
              "observée, au lieu de calculée")  # fmt: skip


def _investment(known: Parameters) -> Iterator[Row]:
    """Yield what investments cost a year."""
    rate = known.value("money.real_rate")
    for name, label, capex, life, published in (
        ("fit_out", "Aménagement de 300 000 € sur 15 ans, par an", 300_000, "money.life_fit_out",
         25_100.0),
        ("vehicle", "Véhicule de 250 000 € sur 7 ans, par an", 250_000, "money.life_vehicle",
         40_100.0),
    ):  # fmt: skip
        found = equivalent_annual_cost(capex, years=known.value(life), rate=rate)
        yield Row(f"economics.yearly.{name}", label, published, found, "€", 50.0, _WORKED)


def _call() -> Iterator[Row]:
    """Yield the most that the call of 2024 gives, by eligible expenditure."""
    rules = terms("assist-2024")
    for cost, published in _TABLE:
        found = largest(Project("", Decimal(cost), own=Decimal(100_000)), rules)
        label = Fault("Aide Assist au plus pour {cost} € TTC, apport de 100 000 €",
                      {"cost": f"{cost:,}".replace(",", "\u202f")})  # fmt: skip
        yield Row(f"economics.assist.{cost}", label, float(published), float(found.amount), "€",
                  0.5, _CALL)  # fmt: skip


def _services(known: Parameters) -> Iterator[Row]:
    """Yield what one SMP gives: places, share of the need of a pole, gain in APL."""
    smp = catalogue.load()["SMP"]
    places = smp.size("base").places(known.value("places.kappa"))
    yield Row("economics.smp.places", "Places d’un SMP", 3_500.0, float(places), "places", 100.0,
              "Cholet, VYV3 Pays de la Loire",
              "capacité annoncée ; 15 000 consultations ÷ κ")  # fmt: skip
    yield Row("economics.smp.share", "Un SMP pour 13 000 habitants sans médecin traitant", 0.27,
              places / 13_000, "part", 0.01, "Choletais")  # fmt: skip
    yield Row("economics.smp.apl", "Gain d’APL d’un SMP pour 80 000 habitants", 0.19,
              apl_gain(smp.capacity, 80_000), "consultations/hab./an", 0.005, _WORKED)  # fmt: skip
    needed = consultations_to_lift(2.2, 2.5, 80_000)
    yield Row("economics.apl.needed", "Consultations pour passer de 2,2 à 2,5", 24_000.0, needed,
              "consultations/an", 1.0, _WORKED)  # fmt: skip
