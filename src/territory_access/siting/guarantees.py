"""Says what fairness a plan must keep: a share of what it closes, a floor below nobody stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.errors import ScenarioError

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.scenario import SitingPart


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
        Least share of the consultations closed that goes to the group; ``None`` for no share.
    floor
        APL below which no commune of the group stays; ``None`` for no floor.
    """

    name: str
    zones: tuple[str, ...]
    share_min: float | None
    floor: float | None


def guarantees_of(settings: SitingPart, zones: pd.DataFrame) -> tuple[Guarantee, ...]:
    """Return the guarantees of a scenario; without communes, of the whole territory.

    Raises
    ------
    ScenarioError
        If a commune is not known, or nothing is promised.
    """
    made: list[Guarantee] = []
    inside = zones[zones["in_territory"]] if "in_territory" in zones else zones
    for part in settings.guarantees:
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
        chosen = sorted(set(part.communes)) if part.communes else inside.index.astype(str).tolist()
        made.append(Guarantee(part.name, tuple(chosen), part.share_min, part.floor))
    return tuple(made)
