"""How many consultations a registered patient asks for a year, where both were counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.datasets import sites
from territory_access.errors import Fault
from territory_access.parameters import Parameters
from territory_access.validation.row import Row, Skipped

if TYPE_CHECKING:
    from pathlib import Path

# Observed, or the operator's own capacities; islands and weekly doctors follow another logic.
_CENTRES = {
    "smp-laval": ("Laval, 2019", 4.38),
    "smp-cholet": ("Cholet", 4.29),
    "smp-le-mans": ("Le Mans, visé", 4.29),
    "smp-laval-ouest": ("Laval Ouest", 3.80),
}
_UNIT = "cons./patient/an"


def rows(data: Path | None) -> list[Row | Skipped]:  # noqa: ARG001 - its tables travel with us
    """Return κ of each centre, and whether the range of the parameter holds them all."""
    table = sites.load().groupby("service_group")[["acts_per_year", "places"]].sum()
    found: list[Row | Skipped] = []
    for group, (name, published) in _CENTRES.items():
        label = Fault("Consultations par patient inscrit, {name}", {"name": name})
        ours = float(table["acts_per_year"][group] / table["places"][group])
        source = "presse et opérateurs, voir site_evidence.csv"
        found.append(Row(f"kappa.{group}", label, published, ours, _UNIT, 0.01, source))
    known = Parameters.load()["places.kappa"]
    middle = (known.low + known.high) / 2
    label = Fault(
        "κ, de {low} à {high} : milieu de la plage", {"low": known.low, "high": known.high}
    )
    found.append(Row("kappa.range", label, known.value, middle, _UNIT, 0.1, "paramètre"))
    return found
