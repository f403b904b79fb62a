"""How many people look for a doctor in vain today, and what a desert is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from territory_access.dossier.findings import Findings
    from territory_access.dossier.voice import Voice


def today(found: Findings, voice: Voice) -> tuple[str, ...]:
    """Return two paragraphs for a study that knows only the places of some sites.

    People first, then communes; the word *desert* comes with its meaning and what it leaves out,
    since the practices that may still take patients are not counted.

    Parameters
    ----------
    found
        Numbers of the study.
    voice
        Language and numbers.
    """
    return (_people(found, voice), _word(found, voice))


def deserts_today(found: Findings, voice: Voice) -> tuple[str, ...]:
    """Return the same for a study that knows the supply of doctors, practices included."""
    numbers = voice.numbers
    sentence = voice.say_counted(
        "Aujourd’hui, {zones} commune sur {all} est un désert : {residents} habitants y vivent, "
        "soit {share} de la population.",
        "Aujourd’hui, {zones} communes sur {all} sont des déserts : {residents} habitants y "
        "vivent, soit {share} de la population.",
        found.desert_zones_before,
        zones=numbers.count(found.desert_zones_before),
        all=numbers.count(found.zones),
        residents=numbers.count(found.desert_before),
        share=numbers.share(_ratio(found.desert_before, found.residents), 1),
    )
    meaning = voice.say(
        "Désert au sens de l’étude : une commune trop loin de tout site connu qui offre des "
        "places, où trop peu de ceux qui en cherchent une l’obtiennent, ou dont l’accessibilité "
        "potentielle localisée (APL), qui compte aussi les cabinets libéraux, est sous le seuil."
    )
    return (sentence, meaning)


def _people(found: Findings, voice: Voice) -> str:
    numbers = voice.numbers
    sentences = [
        voice.say(
            "Aujourd’hui, sur {seekers} habitants qui cherchent un médecin traitant, {served} "
            "peuvent avoir une place dans les sites connus de l’étude.",
            seekers=numbers.people(found.seekers),
            served=numbers.people(found.served_before),
        )
    ]
    if found.far_zones:
        sentences.append(
            voice.say_counted(
                "{zones} commune sur {all}, où {seekers} habitants cherchent un médecin traitant, "
                "n’a à portée aucun de ces sites qui offre des places.",
                "{zones} communes sur {all}, où {seekers} habitants cherchent un médecin "
                "traitant, n’ont à portée aucun de ces sites qui offre des places.",
                found.far_zones,
                zones=numbers.count(found.far_zones),
                all=numbers.count(found.zones),
                seekers=numbers.people(found.far_seekers),
            )
        )
    if found.few_zones:
        sentences.append(
            voice.say_counted(
                "{zones} commune, où {seekers} habitants en cherchent un, a un site à portée, "
                "mais trop peu de places.",
                "{zones} communes, où {seekers} habitants en cherchent un, ont un site à portée, "
                "mais trop peu de places.",
                found.few_zones,
                zones=numbers.count(found.few_zones),
                seekers=numbers.people(found.few_seekers),
            )
        )
    return " ".join(sentences)


def _word(found: Findings, voice: Voice) -> str:
    numbers = voice.numbers
    meaning = voice.say(
        "Désert au sens de l’étude : une commune d’où l’on n’atteint pas assez de places dans les "
        "sites connus de l’étude, qui les gardent pour les habitants sans médecin traitant. Les "
        "cabinets libéraux n’y sont pas comptés, et le mot ne veut pas dire que la commune n’a "
        "pas de médecin."
    )
    if not found.desert_zones_before:
        return meaning
    count = voice.say_counted(
        "{zones} commune sur {all} est dans ce cas ; sur ses {residents} habitants, environ "
        "{without} n’ont pas de médecin traitant.",
        "{zones} communes sur {all} sont dans ce cas ; sur leurs {residents} habitants, environ "
        "{without} n’ont pas de médecin traitant.",
        found.desert_zones_before,
        zones=numbers.count(found.desert_zones_before),
        all=numbers.count(found.zones),
        residents=numbers.people(found.desert_before),
        without=numbers.people(found.desert_without_doctor),
    )
    return f"{meaning} {count}"


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
