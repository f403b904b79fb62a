"""Who may pay for the sites: the most that rules allow, why not more, and what is left to bear."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Bullets, Column, Format, Section, Statement, Table, Tone
from territory_access.dossier.findings import is_empty
from territory_access.services import financing
from territory_access.services.financing import NAMES, terms
from territory_access.siting.lines import paid

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Block
    from territory_access.dossier.voice import Voice
    from territory_access.services.financing import Answer, Terms
    from territory_access.study import Study


def funding(study: Study, voice: Voice) -> Section | None:
    """Return the plan of financing; nothing where nothing opens and no project is described.

    Parameters
    ----------
    study
        A whole run: its projects, or the sites of its plan.
    voice
        Language and numbers.

    Raises
    ------
    ScenarioError
        When the scenario names rules that do not exist.
    """
    asked = study.scenario
    if is_empty(study) and not asked.projects:
        return None
    wanted = terms(asked.funding.rules)
    projects = (
        financing.declared(asked.projects, asked.funding.opening)
        if asked.projects
        else financing.from_sites(
            paid(study.plan), asked.funding.opening, parameters=study.parameters
        )
    )
    if not projects:
        said = voice.say("Le plan n’investit rien : il n’y a rien à financer.")
        return Section("financement", voice.say("Plan de financement"), (Statement(said),))
    found = financing.answers(projects, wanted, asked.siting.funders)
    blocks: list[Block] = [
        Statement(_lead(found, wanted, voice), Tone.LEAD),
        table(found, voice),
        *_conditions(found, voice),
        Statement(_limits(wanted, voice), Tone.NOTE),
    ]
    return Section("financement", voice.say("Plan de financement"), tuple(blocks))


def table(found: list[Answer], voice: Voice) -> Table:
    """Return what each project may receive, and the plan that asks least of its bearer."""
    say = voice.say
    rows = tuple(
        (
            answer.project.name,
            float(answer.project.cost),
            float(answer.ceiling.amount),
            voice.told(answer.ceiling.why),
            float(answer.project.given + sum(answer.least.grants.values(), Decimal(0))),
            float(answer.least.own),
            _who(answer, voice),
        )
        for answer in found
    )
    columns = (
        Column("projet", say("Projet"), Format.TEXT),
        Column("depenses", say("Dépenses TTC"), Format.CENTS, total=True),
        Column("aide_max", say("Aide au plus"), Format.CENTS, total=True),
        Column("limite", say("Pourquoi pas davantage"), Format.TEXT),
        Column("financeurs", say("Tous financeurs"), Format.CENTS, total=True),
        Column("porteur", say("Reste au porteur, au moins"), Format.CENTS, total=True),
        Column("qui", say("Qui donne, et pourquoi pas davantage"), Format.TEXT),
    )
    note = say(
        "Aide au plus : ce que les règles de ce financeur permettent, seul. Tous financeurs et "
        "reste au porteur : le plan qui demande le moins au porteur, trouvé en essayant tous les "
        "ensembles de financeurs ; « tous financeurs » et « reste » font les dépenses."
    )
    return Table("financement", say("Ce que chaque projet peut recevoir"), columns, rows, note=note)


def _who(answer: Answer, voice: Voice) -> str:
    """Return who gives what in the plan that asks least, and what keeps the bearer's part up."""
    given = [*answer.project.others.items(), *answer.least.grants.items()]
    parts = [f"{voice.say(name)} {voice.numbers.cents(euros)}" for name, euros in given]
    return " ; ".join([*parts, voice.told(answer.least.why)])


def _lead(found: list[Answer], wanted: Terms, voice: Voice) -> str:
    numbers = voice.numbers
    total = sum((answer.ceiling.amount for answer in found), Decimal(0))
    name = voice.say(NAMES[wanted.id])
    if wanted.envelope is not None and total > wanted.envelope:
        return voice.say(
            "{funder} : chaque projet pris seul peut demander ce qui suit ; ensemble, {total} "
            "dépassent l’enveloppe de {envelope}.",
            funder=name,
            total=numbers.euros(float(total)),
            envelope=numbers.euros(float(wanted.envelope)),
        )
    return voice.say(
        "{funder} : ces projets peuvent demander {total} au plus.",
        funder=name,
        total=numbers.euros(float(total)),
    )


def _conditions(found: list[Answer], voice: Voice) -> tuple[Block, ...]:
    """Return what is broken, then what is left to say, each sentence once with its projects."""
    said: dict[tuple[bool, str], list[str]] = {}
    for answer in found:
        for one in answer.findings:
            said.setdefault((not one.broken, voice.told(one.fault)), []).append(answer.project.name)
    if not said:
        return ()

    def who(names: list[str]) -> str:
        alone = len(found) > 1 and len(names) == len(found)
        return voice.say("tous les projets") if alone else voice.listed(names)

    items = [
        voice.say("À compléter — {what} ({names}).", what=text, names=who(names))
        if unsaid
        else voice.say("À corriger — {what} ({names}).", what=text, names=who(names))
        for (unsaid, text), names in sorted(said.items())
    ]
    return (Bullets(tuple(items)),)


def _limits(wanted: Terms, voice: Voice) -> str:
    """Return what these amounts rest on."""
    said = voice.say(
        "Sans devis, les dépenses sont l’investissement de référence du catalogue, lu hors taxes, "
        "et la TVA. Assist est compté comme argent public, par prudence ; France Santé suppose le "
        "label ; une DETR dépend du préfet et n’est pas chiffrée."
    )
    if wanted.open_to is None:
        return said
    closed = voice.say(
        "Cet appel est clos depuis le {day} : ces montants disent ce que ses règles auraient "
        "permis.",
        day=voice.numbers.date(wanted.open_to.isoformat()),
    )
    return f"{closed} {said}"
