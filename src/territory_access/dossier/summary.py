"""What the answer is, in three sentences and six numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import (
    Bar,
    KeyFigure,
    KeyFigures,
    Part,
    Section,
    Statement,
    Tone,
)
from territory_access.dossier.decisions import answer, tally
from territory_access.dossier.findings import is_empty
from territory_access.dossier.island_outlook import worst
from territory_access.dossier.islands import captive_time
from territory_access.dossier.origins import Origins, care, sites
from territory_access.dossier.owed import weighed
from territory_access.siting.lines import only_opens
from territory_access.vocabulary import Objective, Status, Tag

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Block
    from territory_access.dossier.findings import Findings
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study


def summary(study: Study, found: Findings, voice: Voice) -> Section:
    """Return the first section: the answer, what proves it, and the numbers to remember."""
    blocks: list[Block] = [Statement(_need(found, voice), Tone.LEAD)]
    isles = [part for part in (captive_time(study, voice), worst(study, voice)) if part]
    if isles:
        blocks.append(Statement(" ".join(isles), Tone.LEAD))
    blocks.append(Statement(_answer(study, found, voice), Tone.LEAD))
    blocks.append(Statement(proof(study, found, voice), Tone.PROOF))
    told = Origins(study, voice)
    blocks.append(_figures(study, found, told, voice))
    if found.seekers:
        blocks.append(replace(_bar(found, voice), origin=told.of(care.SERVED_AFTER)))
    return Section("resume", voice.say("Résumé"), tuple(blocks))


def proof(study: Study, found: Findings, voice: Voice) -> str:
    """Return what the solver proved, in a sentence that anyone can repeat."""
    report, numbers = study.plan.report, voice.numbers
    if is_empty(study):
        return voice.say("Rien n’est proposé : {reason}", reason=voice.told(report.reason or ""))
    if study.scenario.siting.objective == Objective.APL:
        return _closed(study, voice)
    if study.plan.problem.priority is not None:
        return weighed(study, voice)
    values = {
        "limit": numbers.people(report.bound),
        "reached": numbers.people(report.objective),
        "gap": numbers.share(report.gap, 1),
    }
    if report.status == Status.OPTIMAL:
        said = voice.say(
            "Avec ces règles, aucun plan ne donne une place à plus de {limit} habitants "
            "supplémentaires ; celui-ci en sert {reached} : l’optimum est prouvé.",
            **values,
        )
    else:
        said = voice.say(
            "Avec ces règles, aucun plan ne donne une place à plus de {limit} habitants "
            "supplémentaires ; celui-ci en sert {reached} (écart prouvé : {gap}).",
            **values,
        )
    if found.lost_around >= 1:
        lost = voice.say(
            "Dans les communes voisines du territoire, {lost} habitants de moins ont une place.",
            lost=numbers.people(found.lost_around),
        )
        return f"{said} {lost}"
    if found.served_around < 1:
        return said
    around = voice.say(
        "De ces habitants, {around} vivent dans les communes voisines du territoire.",
        around=numbers.people(found.served_around),
    )
    return f"{said} {around}"


def _closed(study: Study, voice: Voice) -> str:
    """Return what was proved of the consultations that a plan closes."""
    report, numbers = study.plan.report, voice.numbers
    reached = voice.say("{n} consultations manquantes par an", n=numbers.count(report.objective))
    limit = numbers.count(report.bound)
    if report.status == Status.OPTIMAL:
        return voice.say(
            "Avec ces règles, aucun plan ne comble plus de {limit} consultations manquantes "
            "par an ; celui-ci en comble autant : l’optimum est prouvé.",
            limit=limit,
        )
    return voice.say(
        "Avec ces règles, aucun plan ne comble plus de {limit} consultations manquantes par "
        "an ; celui-ci comble {reached} (écart prouvé : {gap}).",
        limit=limit,
        reached=reached,
        gap=numbers.share(report.gap, 1),
    )


def _need(found: Findings, voice: Voice) -> str:
    numbers = voice.numbers
    if not found.within_before:
        sentence = (
            "Dans ce territoire, environ {without} habitants de 17 ans et plus n’ont pas de "
            "médecin traitant et {seekers} d’entre eux en cherchent un ; aucun n’habite à portée "
            "d’un site "
            "qui offre des places."
        )
    elif found.served_before < 0.995 * found.within_before:
        sentence = (
            "Dans ce territoire, environ {without} habitants de 17 ans et plus n’ont pas de "
            "médecin traitant et {seekers} d’entre eux en cherchent un ; {within} habitent à "
            "portée d’un "
            "site qui offre des places, mais ces sites ne peuvent en accueillir que {served}."
        )
    else:
        sentence = (
            "Dans ce territoire, environ {without} habitants de 17 ans et plus n’ont pas de "
            "médecin traitant et {seekers} d’entre eux en cherchent un ; {within} habitent à "
            "portée d’un "
            "site qui offre des places, et {served} peuvent y être accueillis."
        )
    return voice.say(
        sentence,
        without=numbers.people(found.without_doctor),
        seekers=numbers.people(found.seekers),
        within=numbers.people(found.within_before),
        served=numbers.people(found.served_before),
    )


def _answer(study: Study, found: Findings, voice: Voice) -> str:
    numbers = voice.numbers
    if is_empty(study):
        return voice.say(
            "Avec les moyens donnés, ce dossier ne propose aucune ouverture ; le diagnostic et les "
            "hypothèses restent valables."
        )
    if not only_opens(study.plan):
        return answer(study, found, voice)
    names = [str(name) for name in study.plan.sites["name"]]
    where = (
        names
        if len(names) <= 6
        else [*names[:5], voice.say("{n} autres communes", n=numbers.count(len(names) - 5))]
    )
    return voice.say_counted(
        "Le plan proposé ouvre {n} site ({where}) pour {spent} d’investissement, {deficit} de "
        "déficit annuel et {fte} ETP de médecin généraliste ; il donne une place à {gained} "
        "habitants de plus, et porte de {before} à {after} la part de ceux qui en cherchent une "
        "et l’obtiennent.",
        "Le plan proposé ouvre {n} sites ({where}) pour {spent} d’investissement, {deficit} de "
        "déficit annuel et {fte} ETP de médecin généraliste ; il donne une place à {gained} "
        "habitants de plus, et porte de {before} à {after} la part de ceux qui en cherchent une "
        "et l’obtiennent.",
        found.sites,
        n=numbers.count(found.sites),
        where=voice.listed(where),
        spent=numbers.euros(found.spent),
        deficit=numbers.euros(found.deficit),
        fte=numbers.exact(round(found.gp_fte, 2)),
        gained=numbers.people(found.gained),
        before=numbers.share(_ratio(found.served_before, found.seekers), 1),
        after=numbers.share(_ratio(found.served_after, found.seekers), 1),
    )


def _decided(study: Study, found: Findings, told: Origins, voice: Voice) -> KeyFigure:
    """Return how many sites open, or how many decisions are taken and which."""
    say, numbers = voice.say, voice.numbers
    fte = say(
        "{fte} ETP de médecin, sur {limit} possibles",
        fte=numbers.exact(round(found.gp_fte, 2) + 0.0),
        limit=numbers.exact(study.scenario.siting.gp_fte),
    )
    opens = only_opens(study.plan)
    return KeyFigure(
        say("Sites proposés") if opens else say("Décisions proposées"),
        numbers.count(found.sites),
        fte if opens or is_empty(study) else f"{tally(study, voice)} ; {fte}",
        Tag.COMPUTED.value,
        origin=told.of(sites.STAFFED),
    )


def _figures(study: Study, found: Findings, told: Origins, voice: Voice) -> KeyFigures:
    say, numbers, siting = voice.say, voice.numbers, study.scenario.siting
    computed = Tag.COMPUTED.value
    people = numbers.people
    figures = [
        KeyFigure(
            say("Habitants sans médecin traitant"),
            people(found.without_doctor),
            say(
                "{share} des {residents} habitants ; estimation par taux",
                share=numbers.share(_ratio(found.without_doctor, found.residents), 1),
                residents=numbers.count(found.residents),
            ),
            computed,
            origin=told.of(care.WITHOUT_DOCTOR),
        ),
        KeyFigure(
            say("En recherche, à portée d’une place"),
            people(found.within_after),
            say("sur {seekers} habitants en recherche", seekers=people(found.seekers)),
            computed,
            people(found.within_before),
            told.of(care.WITHIN),
        ),
        KeyFigure(
            say("En recherche, avec une place"),
            people(found.served_after),
            say("un habitant, une place ; {lost} de moins", lost=people(found.lost))
            if found.lost
            else say("un habitant, une place ; {gained} de plus", gained=people(found.gained)),
            computed,
            people(found.served_before),
            told.of(care.SERVED_AFTER),
        ),
        _decided(study, found, told, voice),
        KeyFigure(
            say("Investissement"),
            numbers.euros(found.spent),
            say(
                "sur un budget de {budget} ; déficit de {deficit} par an",
                budget=numbers.euros(siting.budget),
                deficit=numbers.euros(found.deficit),
            ),
            computed,
            origin=told.of(sites.SPENT),
        ),
    ]
    if not is_empty(study):
        gap = study.plan.report.gap
        figures.append(
            KeyFigure(
                say("Écart à l’optimum"),
                numbers.share(gap, 1),
                say("prouvé par {solver}", solver=study.plan.report.solver),
                computed,
                origin=told.of(sites.GAP),
            )
        )
    return KeyFigures(tuple(figures))


def _bar(found: Findings, voice: Voice) -> Bar:
    say, people = voice.say, voice.numbers.people
    without = max(0.0, found.seekers - found.served_after - found.lost)
    parts = (
        Part(
            say("ont une place dans les sites existants"),
            people(found.served_before - found.lost),
            _ratio(found.served_before - found.lost, found.seekers),
            "existing",
        ),
        Part(
            say("en obtiennent une avec le plan"),
            people(found.gained),
            _ratio(found.gained, found.seekers),
            "proposed",
        ),
        *(
            (
                Part(
                    say("la perdent avec le plan"),
                    people(found.lost),
                    _ratio(found.lost, found.seekers),
                    "none",
                ),
            )
            if found.lost
            else ()
        ),
        Part(say("restent sans place"), people(without), _ratio(without, found.seekers), "none"),
    )
    return Bar(
        say(
            "Les {seekers} habitants en recherche d’un médecin traitant",
            seekers=people(found.seekers),
        ),
        parts,
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
