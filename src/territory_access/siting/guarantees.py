"""Says what fairness a plan must keep: a share of what it brings, a floor below nobody stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.errors import ScenarioError
from territory_access.siting.people import communes
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.scenario import SitingPart
    from territory_access.scenario_siting import GuaranteePart

KEY = "siting.guarantees"
APL, PLACES = "apl", "places"


@dataclass(frozen=True)
class Guarantee:
    """One promise, kept in the last year of the plan.

    Attributes
    ----------
    name
        Of the group, as the user reads it.
    zones
        Communes of the group.
    share_min
        Least share that goes to the group, of the consultations closed or of the new places
        (``siting.years.promised``); ``None`` for no share.
    floor
        In every commune of the group at least this APL, or this share of the seekers with a place;
        ``None`` for no floor.
    on
        ``apl`` or ``places``.
    """

    name: str
    zones: tuple[str, ...]
    share_min: float | None
    floor: float | None
    on: str = APL


def guarantees_of(settings: SitingPart, zones: pd.DataFrame) -> tuple[Guarantee, ...]:
    """Return the guarantees of a scenario; without communes, of the whole territory.

    Raises
    ------
    ScenarioError
        If a commune is not known, nothing is promised, or more than there can be; if nothing says
        where a group lives.
    """
    return tuple(_made(part, settings, zones) for part in settings.guarantees)


def on_places(guarantees: tuple[Guarantee, ...]) -> list[Guarantee]:
    """Return the promises about places."""
    return [promise for promise in guarantees if promise.on == PLACES]


def _made(part: GuaranteePart, settings: SitingPart, zones: pd.DataFrame) -> Guarantee:
    """Return one guarantee."""
    for code in part.communes:
        if code not in zones.index:
            raise ScenarioError(
                "siting.guarantees : « {code} » ({name}) n’est pas une commune du territoire.",
                code=code,
                name=part.name,
            )
    if part.share_min is None and part.floor is None:
        raise ScenarioError(
            "siting.guarantees : « {name} » ne promet rien ; donnez share_min ou floor.",
            name=part.name,
        )
    if part.communes and part.group is not None:
        raise ScenarioError(
            "siting.guarantees : « {name} » donne communes et group ; gardez l’un des deux.",
            name=part.name,
        )
    on = part.on or (PLACES if settings.objective == Objective.PLACES else APL)
    if on == PLACES and part.floor is not None and part.floor > 1:
        raise ScenarioError(
            "siting.guarantees : « {name} » promet une place à {floor:g} fois les demandeurs ; "
            "floor va de 0 à 1 pour les places.",
            name=part.name,
            floor=part.floor,
        )
    if part.group is not None:
        chosen = communes(zones, part.group, key=KEY)
    else:
        inside = zones[zones["in_territory"]] if "in_territory" in zones else zones
        chosen = tuple(sorted(set(part.communes) or set(inside.index.astype(str))))
    return Guarantee(part.name, chosen, part.share_min, part.floor, on)
