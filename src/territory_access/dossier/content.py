"""What the whole dossier says, before anyone lays it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access import __version__
from territory_access.dossier import assumptions, diagnosis, explanation, islands, method, proposal
from territory_access.dossier.annexes import communes_table
from territory_access.dossier.blocks import Content
from territory_access.dossier.coalition import governance
from territory_access.dossier.economics import accounts, economics, sites_money
from territory_access.dossier.evaluation import evaluation
from territory_access.dossier.findings import communes, findings
from territory_access.dossier.funding import funding
from territory_access.dossier.living import living
from territory_access.dossier.maps import maps
from territory_access.dossier.origins import Origins, traced
from territory_access.dossier.outlook import retirement
from territory_access.dossier.places import places
from territory_access.dossier.replication import replication
from territory_access.dossier.staffing import people
from territory_access.dossier.studied import studied
from territory_access.dossier.summary import summary
from territory_access.dossier.why import commune_columns
from territory_access.vocabulary import Objective, Season

if TYPE_CHECKING:
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study


def content(study: Study, voice: Voice) -> Content:
    """Return the dossier of a study in one language.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.

    Returns
    -------
    Content
        All sentences, figures, tables and maps, in reading order.
    """
    found = findings(study)
    table = communes(study)
    drawn = maps(study, found, voice)
    money = sites_money(study)
    chapters = (
        summary(study, found, voice),
        diagnosis.diagnosis(study, found, table, drawn.before, voice),
        islands.islands(study, voice),
        retirement(study, voice),
        places(study, voice),
        studied(study, found, voice),
        proposal.proposal(study, found, drawn.after, voice),
        explanation.explanation(study, voice),
        living(study, voice),
        replication(study, voice),
        economics(study, money, voice),
        people(study, money, voice),
        funding(study, voice),
        governance(study, voice),
        evaluation(study, found, voice),
        proposal.undone(study, found, voice),
        method.limits(study, voice),
        method.checks(study, voice),
        method.sources(study, voice),
        assumptions.assumptions(study, voice),
    )
    said = Content(
        language=voice.language.code,
        labels=labels(voice),
        title=study.scenario.title,
        subtitle=study.scenario.description,
        facts=_facts(study, voice),
        sections=tuple(chapter for chapter in chapters if chapter is not None),
        communes=communes_table(table, voice, more=commune_columns(study, voice)),
        parameters=assumptions.parameters(study, voice, all_of_them=True),
        accounts=accounts(study, money, voice),
    )
    return traced(said, Origins(study, voice))


def _facts(study: Study, voice: Voice) -> tuple[tuple[str, str], ...]:
    say, numbers, scenario = voice.say, voice.numbers, study.scenario
    zones = study.territory.zones
    inside = zones["in_territory"]
    goal = {
        Objective.PLACES: say("donner une place au plus d’habitants"),
        Objective.APL: say("combler le plus de consultations manquantes"),
        Objective.LIFTED: say("faire passer le plus d’habitants au-dessus du seuil"),
        Objective.WORST_TENTH: say("aider d’abord le dixième le plus mal desservi"),
    }[Objective(scenario.siting.objective)]
    if study.plan.problem.priority is not None:
        goal = say("{goal}, certains d’abord (siting.priority)", goal=goal)
    season = {Season.LOW: say("basse"), Season.HIGH: say("haute")}[Season(scenario.travel.season)]
    return (
        (
            say("Territoire"),
            _place(study, voice),
        ),
        (
            say("Bande voisine"),
            say(
                "{km} km · {n} communes",
                km=numbers.exact(scenario.territory.buffer_km),
                n=numbers.count(int((~inside).sum())),
            ),
        ),
        (say("But du plan"), goal),
        (
            say("Moyens"),
            say(
                "{budget} · {fte} ETP de médecin",
                budget=numbers.euros(scenario.siting.budget),
                fte=numbers.exact(scenario.siting.gp_fte),
            ),
        ),
        (say("Saison des bateaux"), season),
    )


def _place(study: Study, voice: Voice) -> str:
    """Return the territory as the cover names it."""
    zones = study.territory.zones
    inside = zones[zones["in_territory"].to_numpy(dtype=bool)]
    codes = sorted(set(inside["departement"].astype(str)))
    size = voice.say_counted(
        "{n} commune", "{n} communes", len(inside), n=voice.numbers.count(len(inside))
    )
    where = voice.say_counted(
        "département {codes}", "départements {codes}", len(codes), codes=voice.listed(codes)
    )
    return f"{voice.name(study.territory.name)} · {size} · {where}"


def labels(voice: Voice) -> dict[str, str]:
    """Return the words of the layout itself, by name."""
    say = voice.say
    return {
        "kind": say("Dossier de diagnostic et d’implantation"),
        "contents": say("Sommaire"),
        "skip": say("Aller au contenu"),
        "total": say("Total"),
        "before": say("avant"),
        "after": say("après"),
        "tag": say("Étiquette"),
        "origin": say("D’où vient ce chiffre ?"),
        "origins": say("D’où viennent ces chiffres ?"),
        "whole": say("Toute la table"),
        "assumed": say("Hypothèses"),
        "read": say("Sources"),
        "notes": say("D’où viennent les chiffres"),
        "changed": say("valeur du scénario"),
        "made": say("Produit par territory_access {version}", version=__version__),
        "files": say(
            "Ce dossier s’accompagne d’un résumé d’une page (resume.pdf), d’un classeur "
            "(annexe.xlsx), de couches cartographiques (resultats.gpkg), de toutes ses tables (CSV "
            "et JSON) et d’un inventaire avec empreintes (manifest.json)."
        ),
        "tags_where": say(
            "Les lettres entre crochets disent d’où vient chaque chiffre ; voir « Hypothèses »."
        ),
        "marks": say("Notes"),
        "notes_lead": say(
            "Les numéros à côté des chiffres renvoient à ces notes : formule, étiquette, "
            "hypothèses (H) et sources (S) dont le chiffre dépend, dites à la suite."
        ),
        "paper": say(
            "Sur papier, ce que chaque table dit de l’origine de ses chiffres est dans "
            "dossier.pdf, au chapitre « D’où viennent les chiffres »."
        ),
        "synthesis": say("Synthèse"),
        "communes": say("Communes"),
        "proposals": say("Propositions"),
        "costs": say("Coûts"),
        "figure": say("Chiffre"),
        "value": say("Valeur"),
        "detail": say("Précision"),
        "readme": say(
            "Couches en Lambert-93 (EPSG:2154 en métropole). Codes de commune en texte. Champ "
            "vide : "
            "nombre inférieur à 11 habitants, non publié, ou hors de portée pour les minutes."
        ),
    }
