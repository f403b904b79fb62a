"""Lists what may open: every size of every service asked for, as rows of one table."""

from __future__ import annotations

import math
from difflib import get_close_matches
from typing import TYPE_CHECKING

import pandas as pd

from territory_access.errors import ScenarioError
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from territory_access.services.service import Service, Size

OPTION = "option"
# Centres with a standing team, from which an outpost can be run.
MOTHERS = frozenset({"SMP", "CDS"})
RETIRED = "retired"


def options(  # noqa: PLR0913 - what may open, and what may change
    asked: Sequence[str],
    services: Mapping[str, Service],
    objective: Objective,
    kappa: float,
    *,
    more: Mapping[str, Mapping[str, object]] | None = None,
    opening: bool = True,
) -> pd.DataFrame:
    """Return one row a service and size that can serve the objective.

    Parameters
    ----------
    asked
        Ids of the services that may open; add-ons among them are for ``siting.addons``.
    services
        The catalogue.
    objective
        For places, services that give none are left out; for the APL, those it does not count.
    kappa
        Consultations that a registered patient takes a year.
    more
        Rows for what stands already (``siting.decisions``) and for add-ons, by label.
    opening
        Whether new services may open at all.

    Returns
    -------
    pandas.DataFrame
        Index ``option`` ("SMP petit"); ``service``, ``size``, ``name``, ``fte``, ``nurse_fte``,
        ``acts_per_year``, ``net_acts`` (without those taken from doctors nearby), ``places``,
        ``capex`` (€), ``opex``, ``deficit`` (€ a year), ``reach`` (minutes, 0 for its own zone
        only), ``retired`` (staffed by retired GPs), ``mother_minutes`` (NaN: needs none),
        ``is_mother``, ``min_population`` of the host, ``island`` (only there), ``profile`` of its
        doctors, ``least_fte`` (the smallest team: that of the size below), ``lead_years`` (whole
        years from decision to opening), ``decision`` and the existing ``site`` that it changes.

    Raises
    ------
    ScenarioError
        If a service is not in the catalogue.
    """
    for service in asked:
        if service not in services:
            raise ScenarioError(
                "siting.services : service inconnu « {service} ».{hint}",
                service=service,
                hint=did_you_mean(service, services),
            )
    useful = [
        services[name]
        for name in sorted(set(asked))
        if (services[name].gives_places or objective is not Objective.PLACES)
        and (services[name].counts_in_apl or objective is Objective.PLACES)
        and not services[name].beside
    ]
    rows = {
        f"{service.id} {size.name}": row(service, size, kappa)
        for service in (useful if opening else ())
        for size in service.sizes
    } | {label: dict(row) for label, row in (more or {}).items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(_COLUMNS))
    return table.astype(_COLUMNS).rename_axis(OPTION)


_COLUMNS = {
    "service": str,
    "size": str,
    "name": str,
    "fte": float,
    "nurse_fte": float,
    "acts_per_year": float,
    "net_acts": float,
    "places": int,
    "capex": float,
    "opex": float,
    "deficit": float,
    "reach": float,
    "retired": bool,
    "mother_minutes": float,
    "is_mother": bool,
    "min_population": float,
    "island": bool,
    "profile": str,
    "least_fte": float,
    "lead_years": int,
    "decision": str,
    "site": str,
}


def row(service: Service, size: Size, kappa: float) -> dict[str, object]:
    """Return the option that opens a service of this size: the columns of ``options``."""
    mother = service.mother_minutes
    return {
        "service": service.id,
        "size": size.name,
        "name": service.name,
        "fte": size.fte,
        "nurse_fte": size.nurse_fte,
        "acts_per_year": size.acts_per_year,
        "net_acts": size.acts_per_year * (1.0 - service.poaching),
        "places": size.places(kappa),
        "capex": size.capex,
        "opex": size.opex,
        "deficit": size.deficit,
        "reach": service.reach_minutes,
        "retired": service.staff_profile == RETIRED and size.fte > 0,
        "mother_minutes": math.nan if mother is None else mother,
        "is_mother": service.id in MOTHERS,
        "min_population": service.min_population,
        "island": service.setting == "island",
        "profile": service.staff_profile,
        "least_fte": max([other.fte for other in service.sizes if other.fte < size.fte], default=0)
        or size.fte,
        "lead_years": int(service.lead_months // 12),
        "decision": "open",
        "site": "",
    }


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Return " Vouliez-vous dire …" with the nearest known word, or nothing.

    >>> did_you_mean("SPM", ["SMP", "CDS"])
    ' Vouliez-vous dire « SMP » ?'
    >>> did_you_mean("xyz", ["SMP"])
    ''
    """
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Vouliez-vous dire « {near[0]} » ?" if near else ""
