"""Whom the sites need, how surely they are found, for how long, and from whom they are taken."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from territory_access.dossier.blocks import Bullets, Column, Format, Section, Statement, Table, Tone
from territory_access.dossier.decisions import freed, moved
from territory_access.dossier.donors import donors
from territory_access.services import staffing
from territory_access.services.economics import YEARS
from territory_access.services.staffing import WEEK, rota
from territory_access.siting.pool import THOUSANDTHS
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Block
    from territory_access.dossier.economics import SiteMoney
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

# Whom a service recruits, for people.
_PROFILES = {
    "retired": "médecins retraités",
    "salaried": "médecins salariés",
    "rotating": "médecins volontaires à la semaine",
    "liberal": "médecins libéraux",
    "none": "aucun médecin",
}


def people(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> Section | None:
    """Return the human side of the plan; nothing where nothing opens.

    Parameters
    ----------
    study, money
        The run, and the sites with their services.
    voice
        Language and numbers.
    """
    changes = (*moved(study, voice), *freed(study, voice))
    if not money:
        only = (Bullets(changes),)
        return Section("personnel", voice.say("Ressources humaines"), only) if changes else None
    say, known = voice.say, study.parameters
    support = known["staff.support_fill_months"]
    blocks: list[Block] = [
        Statement(
            say(
                "Le médecin est la ressource rare : un site sans médecin ne sert personne. Les "
                "chances ci-dessous sont des estimations, avec leur plage ; chaque site y est pris "
                "seul, tandis que le plan vérifie qu’ils tiennent ensemble."
            ),
            Tone.LEAD,
        ),
        recruiting(study, money, voice),
        future(study, money, voice),
        Bullets(
            (
                say(
                    "Infirmières, assistants et secrétaires se recrutent en {low} à {high} mois.",
                    low=voice.numbers.exact(support.low),
                    high=voice.numbers.exact(support.high),
                ),
                *changes,
                *_together(study, money, voice),
                *_shared(study, money, voice),
                *_boats(study, money, voice),
            )
        ),
        *donors(study, money, voice),
    ]
    return Section("personnel", say("Ressources humaines"), tuple(blocks))


def recruiting(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> Table:
    """Return whom each site needs and how surely they are found within a year."""
    say = voice.say
    rows = []
    for site in (one for one in money if one.team > 0 or one.service.gp_fte <= 0):
        found = _chances(study, site)
        profile = say(_PROFILES[site.service.staff_profile])
        if found is None:
            rows.append((site.name, site.service.id, profile, site.team, *[None] * 6))
            continue
        rows.append(
            (site.name, site.service.id, profile, site.team, found.posts, found.candidates,
             round(found.expected, 1), round(found.all_filled, 3), round(found.low, 3),
             round(found.high, 3))
        )  # fmt: skip
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("service", say("Service"), Format.TEXT),
        Column("profil", say("Qui"), Format.TEXT),
        Column("etp", say("ETP de médecin"), Format.EXACT, total=True),
        Column("postes", say("Personnes à trouver"), Format.COUNT, total=True),
        Column("sollicites", say("Personnes à solliciter"), Format.COUNT),
        Column("attendues", say("Trouvées, en moyenne"), Format.DECIMAL, total=True),
        Column("chance", say("Chance de les trouver toutes"), Format.SHARE),
        Column("chance_basse", say("Au plus dur"), Format.SHARE),
        Column("chance_haute", say("Au plus facile"), Format.SHARE),
    )
    note = say(
        "Retraités : généralistes retraités depuis moins de 5 ans qui habitent à {minutes} min, "
        "dont une part accepte. Salariés : postes pourvus en 12 mois. Les postes d’un même lieu "
        "sont tous faciles ou tous durs à pourvoir (loi bêta-binomiale). Volontaires à la semaine "
        "et libéraux : vivier national ou projet des médecins, sans chance chiffrée.",
        minutes=voice.numbers.count(study.parameters.value("staff.pool_minutes")),
    )
    caption = say("Recruter les médecins")
    return Table("recrutement", caption, columns, tuple(rows), note=note)


def _chances(study: Study, site: SiteMoney) -> staffing.Chances | None:
    """Return how surely the doctors of a site are found, where that can be said."""
    known = study.parameters
    match site.service.staff_profile:
        case "retired":
            return staffing.retired_chances(site.team, _around(study, site.code), known)
        case "salaried":
            posts = math.ceil(site.team - 1e-9)
            return staffing.chances(posts, known["staff.salaried_filled_12_months"])
    return None


def _around(study: Study, *codes: str) -> float:
    """Return how many people live in the basins whose retired GPs may work at these sites."""
    zones = study.territory.zones
    near = study.plan.problem.pool.within.sel({DESTINATION: list(codes)}).any(DESTINATION)
    basins = near.to_series().index[near.to_numpy()]
    return float(zones.loc[zones["epci"].isin(basins), "population"].sum())


def _together(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> list[str]:
    """Return how surely all teams of retired GPs are found, existing ones included."""
    sites = [one for one in money if one.service.staff_profile == "retired" and one.team > 0]
    if len(sites) < 2:
        return []
    drawn = float(study.plan.problem.pool.drawn.sum()) / THOUSANDTHS
    fte = sum(site.team for site in sites) + drawn
    around = _around(study, *(site.code for site in sites))
    found = staffing.retired_chances(fte, around, study.parameters)
    return [
        voice.say(
            "Ensemble, ces sites et ceux qui existent demandent {posts} médecins retraités parmi "
            "{asked} qui habitent autour : la chance de les trouver tous est de {chance}.",
            posts=voice.numbers.count(found.posts),
            asked=voice.numbers.count(found.candidates),
            chance=voice.numbers.share(round(found.all_filled, 3)),
        )
    ]


def future(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> Table:
    """Return what is left of each team year by year if nobody is hired again."""
    rows = []
    for site in money:
        profile = site.service.staff_profile
        if profile == "none" or site.size.fte <= 0:
            continue
        leaving = study.parameters.value(f"staff.{profile}_exit_rate")
        left = staffing.team_left(site.size.fte, YEARS, leaving)
        rows.append((site.name, site.service.id, leaving, *np.round(left, 2).tolist()))
    columns = (
        Column("commune", voice.say("Commune"), Format.TEXT),
        Column("service", voice.say("Service"), Format.TEXT),
        Column("departs", voice.say("Départs par an"), Format.SHARE),
        *(
            Column(f"annee_{year}", voice.say("Année {n}", n=voice.numbers.count(year)),
                   Format.EXACT, total=True)
            for year in range(1, YEARS + 1)
        ),
    )  # fmt: skip
    note = voice.say(
        "ETP de médecin restants si personne n’est recruté ensuite : c’est ce qu’il faut "
        "renouveler. Un service de retraités est par nature passager, un plan de relève "
        "l’accompagne."
    )
    caption = voice.say("Ce qui reste des équipes")
    return Table("effectifs", caption, columns, tuple(rows), note=note)


def _shared(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> list[str]:
    """Return how few doctors can hold the small sites together, some days a week each."""
    small = {site.name: site for site in money if 0 < site.team < 1}
    if len(small) < 2:
        return []
    duties = rota({name: site.team * WEEK for name, site in small.items()})
    doctors = duties[-1].doctor
    held = voice.listed(
        [
            voice.say("{name} {days} j", name=duty.site, days=voice.numbers.exact(duty.days))
            for duty in duties
        ]
    )
    hospital = study.parameters["staff.hospital_shared_fte"]
    return [
        voice.say_counted(
            "Les petits sites peuvent se partager {n} médecin, par semaine : {held}. Un praticien "
            "hospitalier détaché par convention donne {low} à {high} ETP.",
            "Les petits sites peuvent se partager {n} médecins, par semaine : {held}. Un praticien "
            "hospitalier détaché par convention donne {low} à {high} ETP.",
            doctors,
            n=voice.numbers.count(doctors),
            held=held,
            low=voice.numbers.exact(hospital.low),
            high=voice.numbers.exact(hospital.high),
        )
    ]


def _boats(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> list[str]:
    """Return what teams on islands take from the pool, the boat counted."""
    said = []
    for site in money:
        if site.service.setting != "island":
            continue
        low, central, high = staffing.by_boat(site.size.fte, study.parameters)
        said.append(
            voice.say(
                "{name} : {fte} ETP sur l’île prennent {central} ETP au vivier, bateau compris "
                "({low} à {high}) ; il faut loger l’équipe et le tarif de traversée des soignants.",
                name=site.name,
                fte=voice.numbers.exact(round(site.size.fte, 2)),
                central=voice.numbers.exact(round(central, 2)),
                low=voice.numbers.exact(round(low, 2)),
                high=voice.numbers.exact(round(high, 2)),
            )
        )
    return said
