"""What a plan that may change what stands holds fixed: protected services, those of neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Bullets, Subheading
from territory_access.siting.decisions import OPEN
from territory_access.siting.protected import CHANGES

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Block
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

_FROM = {
    "extend": "agrandissement",
    "upgrade": "changement de service",
    "close": "fermeture",
    "relocate": "déplacement",
}


def held(study: Study, voice: Voice) -> tuple[Block, ...]:
    """Return the list of what the plan may not change; nothing where it could only open.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    """
    if set(study.scenario.siting.decisions) <= {OPEN}:
        return ()
    items = [*_protected(study, voice), *_around(study, voice)]
    if not items:
        return ()
    return (Subheading(voice.say("Ce que le plan tient fixe")), Bullets(tuple(items)))


def _protected(study: Study, voice: Voice) -> list[str]:
    """Return one phrase a service that the scenario protects."""
    sites, zones = study.territory.facilities, study.territory.zones
    said = []
    for site, kept in study.plan.problem.rules.protect:
        zone = str(sites.loc[site, "zone_id"])
        values = {
            "name": voice.name(str(sites.loc[site, "name"])),
            "commune": voice.name(str(zones.loc[zone, "name"])),
        }
        if set(kept) == set(CHANGES):
            said.append(
                voice.say("{name} ({commune}) reste tel qu’il est (siting.protect).", **values)
            )
            continue
        listed = voice.listed([voice.say(_FROM[one]) for one in CHANGES if one in kept])
        said.append(
            voice.say(
                "{name} ({commune}) est protégé (siting.protect) : {listed} exclus du plan.",
                listed=listed,
                **values,
            )
        )
    return said


def _around(study: Study, voice: Voice) -> list[str]:
    """Return that nobody decides here of the services of neighbours, where there are some."""
    zones = study.territory.zones
    inside = zones["in_territory"].astype(bool)
    count = int((~inside[study.territory.facilities["zone_id"]]).sum())
    if not count:
        return []
    return [
        voice.say_counted(
            "{n} service en place hors du territoire : nul n’en décide ici.",
            "{n} services en place hors du territoire : nul n’en décide ici.",
            count,
            n=voice.numbers.count(count),
        )
    ]
