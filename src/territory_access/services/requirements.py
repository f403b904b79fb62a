"""What a commune lacks to host a service: what blocks, before any score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.errors import Fault

if TYPE_CHECKING:
    from territory_access.parameters import Parameters
    from territory_access.services.service import Service

# Services that a branch may depend on (as in siting), and those that an add-on may complete.
MOTHERS = ("SMP", "CDS")
CENTRES = ("SMP", "CDS", "ISL", "ROT")


def lacking(
    service: Service, *, commune: dict[str, float], hosts: frozenset[str], parameters: Parameters
) -> tuple[Fault, ...]:
    r"""Return what blocks a service in a commune, nothing where all is there.

    Parameters
    ----------
    service
        Of the catalogue.
    commune
        ``population``, ``retired`` (retired GPs who live within reach of the pool and are not
        taken yet), ``mother_minutes`` to the nearest centre, ``seekers`` (without a place, within
        the service's reach), ``island`` (1 or 0).
    hosts
        Services already open in the commune.
    parameters
        ``staff.smp_min_retirees``.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> from territory_access.services import catalogue
    >>> village = {"population": 900.0, "retired": 40.0, "mother_minutes": 90.0,
    ...            "seekers": 300.0, "island": 0.0}
    >>> smp = catalogue.load()["SMP"]
    >>> [str(why) for why in lacking(smp, commune=village, hosts=frozenset(),
    ...                              parameters=Parameters.load())]
    ['900 habitants, il en faut au moins 10\u202f000']
    """
    found = []
    if service.id in hosts:
        found.append(Fault("ce service y est déjà ouvert", {}))
    if commune["population"] < service.min_population:
        found.append(
            Fault(
                "{people} habitants, il en faut au moins {least}",
                {
                    "people": _written(commune["population"]),
                    "least": _written(service.min_population),
                },
            )
        )
    if service.setting == "island" and not commune["island"]:
        found.append(Fault("la commune n’est pas une île", {}))
    if service.setting == "addon" and not hosts & set(CENTRES):
        found.append(Fault("aucun centre connu n’est là pour l’accueillir", {}))
    if service.gives_places and commune["seekers"] < 1:
        found.append(Fault("personne n’y cherche en vain un médecin traitant à portée", {}))
    if service.mother_minutes is not None and commune["mother_minutes"] > service.mother_minutes:
        found.append(
            Fault(
                "aucun centre mère connu à {minutes} min ou moins",
                {"minutes": round(service.mother_minutes)},
            )
        )
    least = parameters.value("staff.smp_min_retirees")
    if service.staff_profile == "retired" and commune["retired"] < least:
        found.append(
            Fault(
                "environ {there} médecins retraités encore libres à portée, il en faut {least}",
                {"there": round(commune["retired"]), "least": round(least)},
            )
        )
    return tuple(found)


def _written(count: float) -> str:
    return f"{round(count):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def to_check(service: Service) -> tuple[Fault, ...]:
    """Return what our data cannot say of a commune, and must be asked on the spot.

    >>> from territory_access.services import catalogue
    >>> [str(one) for one in to_check(catalogue.load()["TELE_EHPAD"])]
    ['un EHPAD volontaire doit y exister : liste FINESS, non embarquée']
    """
    if service.setting == "ehpad":
        return (Fault("un EHPAD volontaire doit y exister : liste FINESS, non embarquée", {}),)
    if service.setting == "practice":
        return (Fault("un médecin en place doit l’accueillir : à demander", {}),)
    return ()
