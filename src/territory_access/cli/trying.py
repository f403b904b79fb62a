"""What a planner sees when ideas are tried one after the other: a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from territory_access import ideas as many
from territory_access.cli.app import find_scenario
from territory_access.cli.steps import Narrator
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from territory_access.dossier.voice import Voice


def show(scenario: str, ideas: Sequence[str], changes: Sequence[str], language: str) -> None:
    """Print the plan of a scenario and of each idea, beside one another."""
    with Narrator(language) as narrator:
        path = find_scenario(scenario)
        found = []
        for idea in many.tried(path, ideas, changes=changes, observe=narrator):
            found.append(idea)
            narrator.status.update(
                f"{narrator.voice.say('idées')} {len(found)} / {len(ideas) + 1} …"
            )
            narrator.status.start()
    Console(highlight=False).print(_grid(found, narrator.voice))


def _grid(found: Sequence[many.Idea], voice: Voice) -> Grid:
    say = voice.say
    grid = Grid(box=None, padding=(0, 2, 0, 0))
    grid.add_column(say("idée"), overflow="fold")
    for heading in ("gain", "investissement", "déficit par an", "ETP", "preuve", "s"):
        grid.add_column(say(heading), justify="right")
    grid.add_column(say("sites"), overflow="fold")
    for idea in found:
        grid.add_row(*(escape(cell) for cell in _row(idea, voice)))
    return grid


def _row(idea: many.Idea, voice: Voice) -> tuple[str, ...]:
    say, numbers = voice.say, voice.numbers
    name = idea.asked or say("le scénario tel quel")
    seconds = numbers.decimal(idea.seconds)
    if idea.plan is None:
        reason = idea.refusal.said_by(voice.language.text) if idea.refusal else ""
        return (name, "—", "—", "—", "—", say("aucun plan"), seconds, reason)
    sites, report = idea.plan.sites, idea.plan.report
    proof = (
        say("prouvé")
        if report.status is Status.OPTIMAL
        else say("écart {gap}", gap=numbers.share(report.gap, 1))
    )
    return (
        name,
        numbers.count(idea.plan.gain),
        numbers.euros(float(sites["capex"].sum())),
        numbers.euros(float(sites["deficit"].sum())),
        numbers.exact(round(float(sites["fte"].sum()), 2)),
        proof if report.status is not Status.EMPTY else say("rien"),
        seconds,
        ", ".join(str(site) for site in sites["name"]) or voice.told(report.reason or ""),
    )
