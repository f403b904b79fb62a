"""Who must agree, which regulatory locks hold each service, and whom the other projects reach."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from territory_access.datasets import registry
from territory_access.dossier.blocks import (
    Bullets,
    Column,
    Format,
    Section,
    Statement,
    Subheading,
    Table,
    Tone,
)
from territory_access.dossier.decisions import coming
from territory_access.dossier.findings import is_empty
from territory_access.dossier.numbers import guarded
from territory_access.services import catalogue, coalition

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.services.coalition import Checklist
    from territory_access.study import Study

_SHOWN = 40  # EHPADs in the dossier; the furthest from a hospital first


def governance(study: Study, voice: Voice) -> Section | None:
    """Return the coalition of each project and of each kind of service that the plan opens.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    """
    lists = _checklists(study, voice)
    if not lists:
        return None
    say = voice.say
    blocks: list[Block] = [
        Statement(
            say(
                "Un service ouvre quand les rôles nécessaires sont tenus et les verrous "
                "réglementaires levés. L’état est celui que dit le scénario ([[projects]]) ; ce "
                "qu’il ne dit pas reste à faire."
            )
        ),
        _roles(lists, voice),
        _locks(lists, voice),
    ]
    blocks += _beyond(study, voice)
    return Section("gouvernance", say("Gouvernance et partenaires"), tuple(blocks))


def _checklists(study: Study, voice: Voice) -> list[tuple[str, Checklist]]:
    """Return the projects of the scenario, then the kinds of service of the plan.

    Projects of one service that stand at the same point are told together.
    """
    known = catalogue.load(study.scenario.services)
    alike: dict[Checklist, list[str]] = {}
    for one in study.scenario.projects:
        if one.service:
            found = coalition.checklist(one.service, one.partners, one.lifted)
            alike.setdefault(found, []).append(one.name)
    lists = [
        (names[0] if len(names) == 1 else voice.say(known[found.service].name), found)
        for found, names in alike.items()
    ]
    told = {one.service for one in study.scenario.projects}
    if not is_empty(study):
        lists += [
            (voice.say(known[service].name), coalition.checklist(service))
            for service in coming(study)["service"].unique()
            if service not in told
        ]
    return lists


def _roles(lists: list[tuple[str, Checklist]], voice: Voice) -> Table:
    say = voice.say
    rows = [
        (
            name,
            say(role.name),
            say(role.brings),
            say("nécessaire") if role.required else say("utile"),
            say(role.state),
            role.tag,
        )
        for name, found in lists
        for role in found.roles
    ]
    columns = (
        Column("projet", say("Projet ou service"), Format.TEXT),
        Column("role", say("Rôle"), Format.TEXT),
        Column("apport", say("Ce qu’il apporte"), Format.TEXT),
        Column("besoin", say("Besoin"), Format.TEXT),
        Column("etat", say("État"), Format.TEXT),
        Column("etiquette", say("Étiquette"), Format.TAG),
    )
    note = " ".join(
        say(
            "{name} : {share} des rôles nécessaires ont donné leur accord ou signé.",
            name=name,
            share=voice.numbers.share(found.coverage),
        )
        for name, found in lists
    )
    return Table("coalition", say("La coalition, et où elle en est"), columns, tuple(rows),
                 note=note)  # fmt: skip


def _locks(lists: list[tuple[str, Checklist]], voice: Voice) -> Table:
    say = voice.say
    rows = tuple(
        (
            name,
            say(lock.name),
            say(lock.authority),
            say(lock.why),
            say("levé") if lock.open else say("à lever"),
            lock.tag,
        )
        for name, found in lists
        for lock in found.locks
    )
    columns = (
        Column("projet", say("Projet ou service"), Format.TEXT),
        Column("verrou", say("Verrou réglementaire"), Format.TEXT),
        Column("qui", say("Qui le lève"), Format.TEXT),
        Column("pourquoi", say("Ce qui se joue"), Format.TEXT),
        Column("etat", say("État"), Format.TEXT),
        Column("etiquette", say("Étiquette"), Format.TAG),
    )
    note = say(
        "Liste de travail, à vérifier avec chaque autorité : les textes changent. Les étiquettes K "
        "disent ce qui vient de la connaissance générale, sans texte ouvert."
    )
    return Table("verrous", say("Les verrous réglementaires"), columns, rows, note=note)


def _beyond(study: Study, voice: Voice) -> list[Block]:
    """Return the projects that are described and not optimised, and the EHPADs."""
    told = study.beyond
    if told is None:
        return []
    say = voice.say
    blocks: list[Block] = []
    if not told.projects.empty:
        blocks += [
            Subheading(say("Les projets décrits, non optimisés")),
            Statement(
                say(
                    "Le plan choisit des sites qui donnent un médecin traitant. Ces projets-ci "
                    "sont posés par le scénario : leur lieu est une hypothèse à discuter, aucun "
                    "calcul ne dit qu’il est le meilleur."
                ),
                Tone.WARNING,
            ),
            _projects(study, voice),
        ]
    if told.care_homes is not None:
        blocks += [Subheading(say("Les EHPAD du territoire")), _care_homes(study, voice)]
    elif told.wanted:
        one = registry.entry("finess")
        blocks += [
            Subheading(say("Les EHPAD du territoire")),
            Statement(
                say(
                    "Il manque la liste des EHPAD : elle n’est pas fournie avec ce logiciel, et "
                    "aucun n’est inventé ici."
                ),
                Tone.WARNING,
            ),
            Bullets(
                (
                    say("À télécharger : territory-access data get finess"),
                    say("Ou à prendre sur cette page : {page}", page=one.page),
                    say(
                        "Puis relancer avec --set need.care_homes_file=data:finess, ou avec le "
                        "chemin du fichier."
                    ),
                )
            ),
        ]
    return blocks


def _projects(study: Study, voice: Voice) -> Table:
    say = voice.say
    rows: list[tuple[Cell, ...]] = []
    projects = study.beyond.projects if study.beyond is not None else None
    for row in [] if projects is None else projects.to_dict("records"):
        whom = float(row["concerned"])
        known = not math.isnan(whom)
        rows.append(
            (
                str(row["name"]),
                say(str(row["service_name"])),
                str(row["commune_name"]),
                voice.numbers.minutes(row["reach"]) if row["reach"] else say("sur place"),
                int(row["residents"]),
                guarded(whom) if known else None,
                float(row["capacity"]),
                min(1.0, float(row["capacity"]) / whom)
                if known and whom >= 1 and row["service"] == "REPIT"
                else None,
            )
        )
    columns = (
        Column("projet", say("Projet"), Format.TEXT),
        Column("service", say("Service"), Format.TEXT),
        Column("commune", say("Commune (hypothèse)"), Format.TEXT),
        Column("portee", say("Portée"), Format.TEXT),
        Column("habitants", say("Habitants à portée"), Format.COUNT),
        Column("concernes", say("Personnes concernées"), Format.COUNT),
        Column("capacite", say("Capacité par an"), Format.COUNT),
        Column("part", say("Part accueillie en un an, au plus"), Format.SHARE),
    )
    note = say(
        "Concernées : pour un répit, les aidants (estimation : {share} des adultes [{tag}]) ; pour "
        "un service médical, les habitants qui cherchent un médecin traitant. Capacité : valeur "
        "par défaut du catalogue, en aidants pour un répit, en consultations sinon.",
        share=voice.numbers.share(study.parameters.value("need.carer_share"), 1),
        tag=study.parameters["need.carer_share"].tag.value,
    )
    return Table("projets", say("Qui ces projets touchent"), columns, tuple(rows), note=note)


def _care_homes(study: Study, voice: Voice) -> Table:
    say = voice.say
    homes = study.beyond.care_homes if study.beyond is not None else None
    inside = None if homes is None else homes[homes["in_territory"]]
    rows = () if inside is None else tuple(
        (
            str(code),
            str(row["name"]),
            str(row["commune_name"]),
            float(row["hospital_minutes"]),
            float(row["model_minutes"]),
            say("oui") if row["equipped"] else say("non"),
        )
        for code, row in inside.iterrows()
    )  # fmt: skip
    columns = (
        Column("finess", say("FINESS"), Format.CODE),
        Column("nom", say("EHPAD"), Format.TEXT),
        Column("commune", say("Commune"), Format.TEXT),
        Column("hopital", say("Jusqu’à l’hôpital le plus proche"), Format.MINUTES),
        Column("modele", say("Jusqu’à un site éprouvé"), Format.MINUTES),
        Column("equipe", say("Commune d’un site éprouvé"), Format.TEXT),
    )
    note = say(
        "Les plus loin d’un hôpital d’abord : un transfert y coûte le plus aux résidents. FINESS "
        "ne dit ni les places, ni les transferts, ni qui veut : à demander à chaque EHPAD. "
        "« Hôpital » : toute catégorie hospitalière du fichier, qu’il ait des urgences ou non."
    )
    return Table("ehpad", say("Où la télémédecine éviterait le plus long trajet"), columns,
                 rows[:_SHOWN], note=note)  # fmt: skip
