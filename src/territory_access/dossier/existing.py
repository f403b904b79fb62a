"""Which sites exist already, and how full they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Table
from territory_access.dossier.numbers import guarded
from territory_access.services import catalogue
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study


def existing_sites(study: Study, voice: Voice) -> Table:
    """Return one row an existing site, those of the territory first.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    """
    say = voice.say
    zones = study.territory.zones
    used = study.places_before["used"]
    taken = dict(zip(used[DESTINATION].to_numpy(), used.to_numpy(), strict=True))
    known = catalogue.load(study.scenario.services)
    sites = study.territory.facilities
    inside = zones["in_territory"].reindex(sites["zone_id"]).fillna(value=False).to_numpy(bool)
    sites = sites.assign(_inside=inside).sort_values(["_inside", "name"], ascending=[False, True])
    rows = tuple(
        (
            str(site["name"]),
            str(zones["name"].get(site["zone_id"], site["zone_id"])),
            say(known[site["service"]].name if site["service"] in known else str(site["service"])),
            voice.numbers.date(str(site["opened"])),
            float(site["fte"]),
            int(site["places"]),
            guarded(float(taken.get(code, 0.0))),
            say("oui") if site["_inside"] else say("non"),
        )
        for code, site in sites.iterrows()
    )
    columns = (
        Column("nom", say("Site"), Format.TEXT),
        Column("commune", say("Commune"), Format.TEXT),
        Column("service", say("Service"), Format.TEXT),
        Column("ouverture", say("Ouverture"), Format.TEXT),
        Column("etp_medecin", say("ETP de médecin"), Format.EXACT),
        Column("places", say("Places"), Format.COUNT),
        Column("prises", say("Places prises"), Format.COUNT),
        Column("dedans", say("Dans le territoire"), Format.TEXT),
    )
    note = say(
        "Places prises : ce que le calcul attribue au plus, un habitant en recherche comptant pour "
        "une place, voisins du territoire compris."
    )
    return Table("existants", say("Sites existants comptés"), columns, rows, note=note)
