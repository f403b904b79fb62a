"""What a planner reads of money to be had: what each project may receive, and why not more."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from territory_access.dossier.voice import Voice
from territory_access.parameters import Parameters
from territory_access.services import financing
from territory_access.services.financing import NAMES, terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from territory_access.scenario import Scenario
    from territory_access.services.financing import Answer, Finding, Project, Terms


def fund(path: Path, changes: Sequence[str], rules: str | None, language: str) -> None:
    """Print what each project of a scenario may receive by the rules of one funder.

    Parameters
    ----------
    path
        The scenario.
    changes
        Keys to set on top.
    rules
        Set of rules; that of the scenario where not given.
    language
        ``fr`` or ``en``.

    Raises
    ------
    ScenarioError
        When the set of rules does not exist.
    """
    from territory_access.scenario import Scenario

    asked = Scenario.load(path, changes=changes)
    wanted = terms(rules or asked.funding.rules)
    voice = Voice.of(language)
    console = Console(highlight=False)
    found = financing.answers(_projects(asked, language), wanted, asked.siting.funders)
    console.print(f"[bold]{escape(voice.say(NAMES[wanted.id]))}[/]")
    for sentence in _notes(wanted, found, voice, from_plan=not asked.projects):
        console.print(escape(sentence), soft_wrap=True)
    if found:
        console.print(_table(found, voice))
        _details(found, voice, console)


def _projects(asked: Scenario, language: str) -> list[Project]:
    """Return the projects of the scenario, or the sites that its plan opens."""
    if asked.projects:
        return financing.declared(asked.projects, asked.funding.opening)
    from territory_access import study
    from territory_access.cli.steps import Narrator
    from territory_access.siting.lines import paid

    with Narrator(language) as narrator:
        done = study.run(asked, observe=narrator)
    return financing.from_sites(
        paid(done.plan), asked.funding.opening, parameters=Parameters.load(asked.parameters)
    )


def _notes(wanted: Terms, found: Sequence[Answer], voice: Voice, *, from_plan: bool) -> list[str]:
    """Return what must be known before the table is read."""
    said = []
    if wanted.open_to is not None:
        said.append(
            voice.say(
                "Appel clos le {day} : voici ce que ses règles auraient permis.",
                day=voice.numbers.date(wanted.open_to.isoformat()),
            )
        )
    if not found:
        said.append(voice.say("Le plan n’ouvre rien : il n’y a rien à financer."))
    elif from_plan:
        said.append(
            voice.say(
                "Dépenses : investissement de référence du catalogue, lu hors taxes, et TVA ; un "
                "devis les remplace."
            )
        )
    total = sum((answer.ceiling.amount for answer in found), Decimal(0))
    if wanted.envelope is not None and total > wanted.envelope:
        said.append(
            voice.say(
                "Ensemble, ces projets demanderaient {total}, plus que l’enveloppe de {envelope}.",
                total=voice.numbers.euros(float(total)),
                envelope=voice.numbers.euros(float(wanted.envelope)),
            )
        )
    return said


def _table(found: Sequence[Answer], voice: Voice) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(voice.say("projet"))
    for heading in (voice.say("dépenses TTC"), voice.say("aide au plus")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(voice.say("pourquoi pas davantage"))
    for answer in found:
        table.add_row(
            escape(voice.name(answer.project.name)),
            voice.numbers.euros(float(answer.project.cost)),
            voice.numbers.cents(answer.ceiling.amount),
            escape(voice.told(answer.ceiling.why)),
        )
    return table


def _details(found: Sequence[Answer], voice: Voice, console: Console) -> None:
    """Say what each project breaks or lacks, and which plan asks least of its bearer."""
    shared = [
        one
        for one in found[0].findings
        if len(found) > 1 and all(one in answer.findings for answer in found)
    ]
    if shared:
        console.print(f"\n[bold]{escape(voice.say('tous les projets'))}[/]")
        _findings(shared, voice, console)
    for answer in found:
        console.print(f"\n[bold]{escape(voice.name(answer.project.name))}[/]", soft_wrap=True)
        _findings([one for one in answer.findings if one not in shared], voice, console)
        console.print(f"  → {escape(least(answer, voice))}", soft_wrap=True)


def _findings(found: Sequence[Finding], voice: Voice, console: Console) -> None:
    for one in found:
        mark = "[red]✗[/]" if one.broken else "[yellow]?[/]"
        console.print(
            f"  {mark} {escape(voice.told(one.fault))} [dim]{one.code.value}[/]", soft_wrap=True
        )


def least(answer: Answer, voice: Voice) -> str:
    """Return the sentence on the plan that asks least of the bearer."""
    plan = answer.least
    parts = [
        f"{voice.say(name)} {voice.numbers.cents(euros)}"
        for name, euros in [*answer.project.others.items(), *plan.grants.items()]
    ]
    return voice.say(
        "le porteur apporte au moins {own} ({why}) ; {others}",
        own=voice.numbers.cents(plan.own),
        why=voice.told(plan.why),
        others=" · ".join(parts) or voice.say("personne d’autre ne donne"),
    )
