"""What opens, where, at what cost, for whom, and what the plan leaves undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier import leaving
from territory_access.dossier.addons import addons
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
from territory_access.dossier.decisions import (
    DIFFERENCES,
    caution,
    recruited,
    served_there,
    what,
    what_column,
    which,
    which_column,
)
from territory_access.dossier.findings import is_empty, newly_within
from territory_access.dossier.held import held
from territory_access.dossier.numbers import guarded
from territory_access.dossier.owed import owed
from territory_access.dossier.summary import proof
from territory_access.dossier.years import by_year
from territory_access.siting.lines import lines, only_opens
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Block, Picture
    from territory_access.dossier.findings import Findings
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study


def proposal(study: Study, found: Findings, maps: tuple[Picture, ...], voice: Voice) -> Section:
    """Return the proposal, or why there is none.

    Parameters
    ----------
    study, found
        The run and its numbers.
    maps
        Maps with the plan.
    voice
        Language and numbers.
    """
    say = voice.say
    if is_empty(study):
        advice = Statement(
            say(
                "Pour obtenir une proposition, relever les moyens du scénario (budget, déficit "
                "accepté, ETP), élargir les types de service ou les communes candidates."
            )
        )
        # Where only time was short, means are not what lacks.
        blocks: tuple[Block, ...] = (
            Statement(proof(study, found, voice), Tone.WARNING),
            *([advice] if study.plan.report.status is Status.EMPTY else []),
            *held(study, voice),
            _means(study, found, voice),
        )
        return Section("proposition", say("Proposition"), blocks)
    blocks = (
        Statement(proof(study, found, voice), Tone.PROOF),
        *tie_break(study, voice),
        *maps,
        Subheading(
            say("Les sites proposés") if only_opens(study.plan) else say("Les décisions proposées")
        ),
        sites(study, voice),
        money(study, voice),
        *caution(study, voice),
        *held(study, voice),
        *addons(study, voice),
        *by_year(study.plan, voice),
        *owed(study, voice),
        Subheading(say("Les moyens employés")),
        _means(study, found, voice),
    )
    return Section("proposition", say("Proposition"), blocks)


def tie_break(study: Study, voice: Voice) -> tuple[Statement, ...]:
    """Return how the plan was chosen among those that do as well, where that was asked."""
    stages = study.plan.report.stages
    if len(stages) < 2:
        return ()
    if "reached" not in stages.index:
        return (Statement(_by_cost(proved=bool(stages["proved"].all()), voice=voice)),)
    sentence = (
        "Plusieurs plans peuvent faire aussi bien : ils sont départagés par le nombre d’habitants "
        "nouvellement à portée d’une place, puis par le coût, puis par le temps de trajet."
    )
    if not bool(stages["proved"].all()):
        sentence = (
            "Plusieurs plans peuvent faire aussi bien : ils sont départagés par le nombre "
            "d’habitants nouvellement à portée d’une place, puis par le coût, puis par le temps de "
            "trajet, sans preuve pour tous ces critères."
        )
    return (Statement(voice.say(sentence)),)


def _by_cost(*, proved: bool, voice: Voice) -> str:
    """Return how plans that do as well were told apart in the whole model."""
    if proved:
        return voice.say(
            "Plusieurs plans peuvent faire aussi bien : ils sont départagés par le coût, puis par "
            "le temps de trajet."
        )
    return voice.say(
        "Plusieurs plans peuvent faire aussi bien : ils sont départagés par le coût, puis par le "
        "temps de trajet, sans preuve pour tous ces critères."
    )


def sites(study: Study, voice: Voice) -> Table:
    """Return whom each proposed site serves."""
    say = voice.say
    near = newly_within(study)
    rows = tuple(
        (
            str(line["name"]),
            *what(line, study, voice),
            # beside what is decided there is room for its short name only
            service_name(study, str(line["service"]), voice)
            if only_opens(study.plan)
            else str(line["service"]),
            voice.say(str(line["size"])) if line["size"] else "–",
            float(line["fte"]),
            float(line["acts_per_year"]),
            int(line["places"]),
            served_there(study, line),
            guarded(near[str(code)]),
        )
        for code, line in lines(study.plan).iterrows()
    )
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        *what_column(study, voice),
        Column("service", say("Service"), Format.TEXT),
        Column("taille", say("Taille"), Format.TEXT),
        Column("etp_medecin", say("ETP de médecin"), Format.EXACT, total=True),
        Column("consultations", say("Consultations par an"), Format.COUNT, total=True),
        Column("places", say("Places"), Format.COUNT, total=True),
        Column("servis", say("Habitants servis"), Format.COUNT, total=True),
        Column("nouveaux", say("Nouvellement à portée"), Format.COUNT),
    )
    note = say(
        "Servis : habitants en recherche à qui le plan donne une place sur ce site, chacun compté "
        "une "
        "fois. Nouvellement à portée : habitants en recherche, proches de ce site, qui n’étaient à "
        "portée d’aucune place ; un habitant proche de deux sites y figure deux fois, d’où "
        "l’absence "
        "de total."
    )
    if only_opens(study.plan):
        return Table("sites", say("Sites proposés : service rendu"), columns, rows, note=note)
    note = f"{say(DIFFERENCES)} {note}"
    return Table("sites", say("Ce qui est décidé : service rendu"), columns, rows, note=note)


def money(study: Study, voice: Voice) -> Table:
    """Return what each proposed site costs."""
    say = voice.say
    rows = tuple(
        (
            str(line["name"]),
            str(line["zone_id"]),
            *what(line, study, voice),
            *which(line, study),
            float(line["capex"]),
            *leaving.cost(line, study),
            float(line["opex"]),
            float(line["deficit"]),
            float(line["nurse_fte"]),
            float(line["capex"]) / int(line["places"]) if line["places"] > 0 else None,
        )
        for _, line in lines(study.plan).iterrows()
    )
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("code_commune", say("Code"), Format.CODE),
        *what_column(study, voice),
        *which_column(study, voice),
        Column("investissement", say("Investissement"), Format.EUROS, total=True),
        *leaving.cost_column(study, voice),
        Column("fonctionnement", say("Fonctionnement par an"), Format.EUROS, total=True),
        Column("deficit", say("Déficit par an"), Format.EUROS, total=True),
        Column("etp_infirmier", say("ETP d’infirmier"), Format.EXACT, total=True),
        Column("cout_place", say("Investissement par place"), Format.EUROS),
    )
    note = say(
        "Coûts de référence du catalogue des services, hors aides ; ce ne sont pas des devis."
    )
    if only_opens(study.plan):
        return Table("couts", say("Sites proposés : coûts"), columns, rows, note=note)
    note = " ".join(filter(None, (say(DIFFERENCES), leaving.note(study, voice), note)))
    return Table("couts", say("Ce qui est décidé : coûts"), columns, rows, note=note)


def service_name(study: Study, service: str, voice: Voice) -> str:
    """Return the name of a service that could open."""
    offered = study.plan.problem.options
    return voice.say(str(offered.loc[offered["service"] == service, "name"].iloc[0]))


def undone(study: Study, found: Findings, voice: Voice) -> Section:
    """Return what the plan does not do, in plain words."""
    say, numbers = voice.say, voice.numbers
    left = found.seekers - found.served_after
    far = found.seekers - found.within_after
    items = [
        say(
            "{left} habitants en recherche restent sans place, dont {far} hors de portée de tout "
            "site.",
            left=numbers.people(left),
            far=numbers.people(far),
        ),
        say(
            "{zones} communes restent des déserts au sens de l’étude ; {residents} habitants y "
            "vivent.",
            zones=numbers.count(found.desert_zones_after),
            residents=numbers.count(found.desert_after),
        ),
        say(
            "Il ne recrute personne : les {fte} ETP de médecin doivent être trouvés, et un site "
            "sans "
            "médecin ne sert personne.",
            fte=numbers.exact(round(recruited(study), 2)),
        ),
        say(
            "Il ne choisit ni local, ni opérateur, ni calendrier, et ne vaut pas accord des "
            "communes."
        ),
        say(
            "Il ne tient pas compte des départs de médecins à venir, ni des ouvertures décidées "
            "ailleurs et inconnues des données."
        ),
    ]
    if is_empty(study) or recruited(study) <= 0:
        del items[2]
    if found.served_around >= 1:
        items.insert(
            2,
            say(
                "Une partie des places va à des habitants des communes voisines du territoire : "
                "{around}, comptés dans la preuve et non dans les chiffres du territoire.",
                around=numbers.people(found.served_around),
            ),
        )
    return Section("reste", say("Ce que le plan ne fait pas"), (Bullets(tuple(items)),))


def _means(study: Study, found: Findings, voice: Voice) -> Table:
    say, siting = voice.say, study.scenario.siting
    columns = (
        Column("moyen", say("Moyen"), Format.TEXT),
        Column("employe", say("Employé"), Format.TEXT),
        Column("limite", say("Limite du scénario"), Format.TEXT),
    )
    numbers = voice.numbers
    rows = (
        (say("Investissement"), numbers.euros(found.spent), numbers.euros(siting.budget)),
        (
            say("Déficit de fonctionnement par an"),
            numbers.euros(found.deficit),
            numbers.euros(siting.deficit_per_year),
        ),
        (
            say("Médecins généralistes (ETP)"),
            numbers.exact(round(found.gp_fte, 2) + 0.0),
            numbers.exact(siting.gp_fte),
        ),
        (
            say("Infirmiers (ETP)"),
            numbers.exact(round(found.nurse_fte, 2)),
            numbers.exact(siting.nurse_fte),
        ),
    )
    return Table("moyens", say("Moyens employés et limites"), columns, rows)
