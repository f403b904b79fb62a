r"""Says what may be decided of services that stand already: extend, upgrade, close, relocate.

Each existing site is one more place where something may be decided; what is decided there is an
option whose figures are **differences** with what stands there now:

* ``extend``: to a larger size s of the same service, :math:`g_s - g_0` doctors, the capex,
  consultations, places and deficit of the difference, with :math:`g_0` at the site today;
* ``upgrade``: to a size of another service, larger in doctors, consultations and places;
* ``close``: minus what the site does; its deficit is saved, closing is paid (``siting.leaving``);
* ``relocate``: the site closes and its team opens elsewhere the same service, of the same size, the
  same year: one decision in two rows tied to each other; the capex of the whole service is paid
  there, leaving the rooms is paid here; the service of an island does not move.

Places of a site that stays keep their reach; those that come with another service have its own.
Doctors of a site that closes count again in ``siting.gp_fte``, not in the pool of a profile.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from territory_access.errors import ScenarioError
from territory_access.siting.leaving import leaving_cost
from territory_access.siting.options import MOTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from territory_access.parameters import Parameters
    from territory_access.scenario import SitingPart
    from territory_access.services.service import Service, Size
    from territory_access.siting.problem import Problem

OPEN, EXTEND, UPGRADE, CLOSE, RELOCATE = "open", "extend", "upgrade", "close", "relocate"
# What the plan's table says of each.
WORDS = {
    OPEN: "ouvrir",
    EXTEND: "agrandir",
    UPGRADE: "changer",
    CLOSE: "fermer",
    RELOCATE: "déplacer",
    "reinforce": "renforcer",
}
# Options that take something away where they are chosen.
LEAVE = "leave"
# An add-on beside a doctor or a centre (``siting.addons``).
REINFORCE = "reinforce"
# Decisions that put a service where none was; an add-on has a place of its own.
NEW = (OPEN, RELOCATE, REINFORCE)


def decided(
    existing: pd.DataFrame,
    services: Mapping[str, Service],
    settings: SitingPart,
    parameters: Parameters,
) -> dict[str, dict[str, Any]]:
    """Return the options that change what stands, one row each, by label.

    Parameters
    ----------
    existing
        Existing sites that may change (``standing.standing``): ``service``, ``fte``,
        ``acts_per_year``, ``places``, ``island``.
    services
        The catalogue.
    settings
        ``decisions`` and ``services`` of the scenario.
    parameters
        ``places.kappa``; ``closing.*``, read where something may close.

    Raises
    ------
    ScenarioError
        If closing is asked with a goal or a promise that does not count what is lost, or if
        nothing that stands here can change as asked.
    """
    check(settings)
    found: dict[str, dict[str, Any]] = {}
    for site, row in existing.iterrows():
        if row["service"] not in services or not row["fte"] > 0:
            continue
        for option in _of_site(str(site), row, services, settings, parameters):
            found[f"{option['service']} {option['size']}"] = option
    if OPEN not in settings.decisions and not found:
        _nothing_stands(existing, settings)
    return found


def _nothing_stands(existing: pd.DataFrame, settings: SitingPart) -> None:
    """Say why nothing that stands here can change as asked."""
    if len(existing) and set(settings.decisions) == {RELOCATE} and existing["island"].all():
        raise ScenarioError(
            "siting.decisions : un service d’île ne se déplace pas, il sert son île ; ce "
            "territoire n’en a pas d’autre à déplacer. Ajoutez « open », « extend » ou « close »."
        )
    raise ScenarioError(
        "siting.decisions : aucun service en place de ce territoire ne peut changer ainsi "
        "({decisions}). Ajoutez « open », ou donnez les services en place.",
        decisions=", ".join(settings.decisions),
    )


def check(settings: SitingPart) -> None:
    """Refuse to close where the goal would not see what is lost.

    Raises
    ------
    ScenarioError
        As ``decided``.
    """
    goals = {settings.objective, *settings.then, *settings.weights}
    if not {CLOSE, RELOCATE} & set(settings.decisions):
        return
    if goals - {"apl", "places"}:
        raise ScenarioError(
            "siting.decisions : fermer ou déplacer un service demande l’objectif « apl » ou "
            "« places »."
        )
    if any(part.share_min is not None for part in settings.guarantees):
        raise ScenarioError(
            "siting.decisions : fermer ou déplacer un service ne se combine pas avec une part "
            "garantie (siting.guarantees, share_min)."
        )


def _of_site(
    site: str,
    row: pd.Series[Any],
    services: Mapping[str, Service],
    settings: SitingPart,
    parameters: Parameters,
) -> Iterator[dict[str, Any]]:
    """Yield the options of one existing site."""
    asked, service = settings.decisions, services[row["service"]]
    kappa = parameters.value("places.kappa")
    for name in sorted({service.id, *settings.services}):
        decision = EXTEND if name == service.id else UPGRADE
        for size in services[name].sizes if decision in asked else ():
            larger = _difference(site, row, service, services[name], size)
            larger["places"] = size.places(kappa) - int(row["places"])
            if decision == UPGRADE:
                # another service comes: where it may stand is for it to say
                larger["min_population"] = services[name].min_population
                larger["island"] = services[name].setting == "island"
            grows = larger["fte"] > 1e-9 and larger["acts_per_year"] > 0 and larger["places"] >= 0
            if grows:
                yield larger | {"decision": decision}
    if CLOSE in asked:
        gone = _gone(site, row, service)
        cost = leaving_cost(service, -gone["opex"], parameters=parameters)
        yield gone | {"decision": CLOSE, "capex": cost}
    if RELOCATE in asked and not row["island"]:
        gone = _gone(site, row, service)
        cost = leaving_cost(service, -gone["opex"], parameters=parameters, moves=True)
        yield gone | {"decision": LEAVE, "size": f"départ, {site}", "capex": cost}
        yield _moved(site, row, service)


def _difference(
    site: str, row: pd.Series[Any], old: Service, new: Service, size: Size
) -> dict[str, Any]:
    """Return what a larger size adds to a site."""
    now = today(row, old)
    fte = size.fte - row["fte"]
    acts = size.acts_per_year - row["acts_per_year"]
    return _plain(site, new) | {
        "size": f"{size.name}, {site}",
        "fte": fte,
        "least_fte": fte,
        "nurse_fte": max(0.0, size.nurse_fte - now["nurse_fte"]),
        "acts_per_year": acts,
        "net_acts": acts * (1.0 - new.poaching),
        "capex": max(0.0, size.capex - now["capex"]),
        "opex": max(0.0, size.opex - now["opex"]),
        "deficit": max(0.0, size.deficit - now["deficit"]),
        "is_mother": new.id in MOTHERS,
        "mother_minutes": math.nan if new.mother_minutes is None else new.mother_minutes,
        "profile": new.staff_profile,
        "retired": new.staff_profile == "retired",
        "lead_years": int(new.lead_months // 12),
    }


def _gone(site: str, row: pd.Series[Any], service: Service) -> dict[str, Any]:
    """Return what closing a site takes away, and saves; what it costs is for the caller."""
    now = today(row, service)
    return _plain(site, service) | {
        "size": f"fermeture, {site}",
        "fte": -row["fte"],
        "least_fte": -row["fte"],
        "acts_per_year": -row["acts_per_year"],
        "net_acts": -row["acts_per_year"],
        "opex": -now["opex"],
        "deficit": -now["deficit"],
    }


def _moved(site: str, row: pd.Series[Any], service: Service) -> dict[str, Any]:
    """Return the same team elsewhere."""
    now = today(row, service)
    mother = service.mother_minutes
    return _plain(site, service) | {
        "size": f"déplacé, {site}",
        "fte": float(row["fte"]),
        "least_fte": float(row["fte"]),
        "acts_per_year": float(row["acts_per_year"]),
        "net_acts": float(row["acts_per_year"]),
        "places": int(row["places"]),
        "capex": now["capex"],
        "opex": now["opex"],
        "deficit": now["deficit"],
        "is_mother": service.id in MOTHERS,
        "mother_minutes": math.nan if mother is None else mother,
        "min_population": service.min_population,
        "island": service.setting == "island",
        "lead_years": int(service.lead_months // 12),
        "decision": RELOCATE,
    }


def _plain(site: str, service: Service) -> dict[str, Any]:
    """Return the figures that an option has when nothing is said of them."""
    return {
        "service": service.id,
        "name": service.name,
        "nurse_fte": 0.0,
        "places": 0,
        "capex": 0.0,
        "reach": service.reach_minutes,
        "retired": False,
        "mother_minutes": math.nan,
        "is_mother": False,
        "min_population": 0.0,
        "island": False,
        "profile": "",
        "lead_years": 0,
        "site": site,
    }


def today(row: pd.Series[Any], service: Service) -> dict[str, float]:
    """Return what a site of this size would cost by the catalogue, in proportion to its doctors."""
    share = row["fte"] / service.gp_fte if service.gp_fte > 0 else 1.0
    return {
        "nurse_fte": service.nurse_fte * share,
        "capex": service.capex * share,
        "opex": service.opex * share,
        "deficit": max(0.0, -service.net) * share,
    }


def closed(options: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which options take a site away ``(O,)``."""
    return np.asarray(options["decision"].isin([CLOSE, LEAVE]).to_numpy(bool))


def new_service(options: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which options put a service where none was, add-ons left out ``(O,)``."""
    return np.asarray(options["decision"].isin([OPEN, RELOCATE]).to_numpy(bool))


def closed_sites(problem: Problem, chosen: Sequence[str]) -> list[str]:
    """Return the existing sites that these options take away."""
    table = problem.options.loc[list(chosen)]
    return [str(site) for site in table.loc[closed(table), "site"]]


def remaining(problem: Problem, chosen: Sequence[str]) -> Problem:
    """Return the problem without the existing sites that these options take away.

    Parameters
    ----------
    problem
        What is asked.
    chosen
        Options of a plan.
    """
    gone = closed_sites(problem, chosen)
    return replace(problem, existing=problem.existing.drop(index=gone)) if gone else problem
