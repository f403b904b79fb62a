"""What a planner sees when ideas are tried one after the other: each told once it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from territory_access import ideas as many
from territory_access.cli.app import find_scenario
from territory_access.cli.steps import Narrator
from territory_access.dossier.decisions import phrases
from territory_access.siting.lines import only_opens
from territory_access.vocabulary import Objective, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from territory_access.dossier.voice import Voice
    from territory_access.siting.plan import SitingPlan


def show(scenario: str, ideas: Sequence[str], changes: Sequence[str], language: str) -> None:
    """Print the plan of a scenario, then that of each idea."""
    with Narrator(language) as narrator:
        path, say = find_scenario(scenario), narrator.voice.say
        for idea in many.tried(path, ideas, changes=changes, observe=narrator):
            narrator.status.stop()
            name = escape(idea.asked) or say("le scénario tel quel")
            seconds = narrator.voice.numbers.decimal(idea.seconds)
            narrator.console.print(f"[bold]{name}[/]  [dim]{seconds} s[/]")
            for line in _told(idea, narrator.voice):
                narrator.console.print(f"    {escape(line)}")
            narrator.status.update(say("idée suivante …"))
            narrator.status.start()


def _told(idea: many.Idea, voice: Voice) -> list[str]:
    if idea.plan is None:
        return [idea.refusal.said_by(voice.language.text) if idea.refusal else ""]
    if idea.plan.report.status is Status.EMPTY:
        return [voice.say("rien — {reason}", reason=voice.told(idea.plan.report.reason or ""))]
    return [_figures(idea.plan, voice), _where(idea.plan, voice)]


def _where(plan: SitingPlan, voice: Voice) -> str:
    """Return the communes where something opens, or all that is decided."""
    told = plan.sites["name"].astype(str) if only_opens(plan) else phrases(plan, voice)
    return ", ".join(told)


def _gain(plan: SitingPlan, gain: str, voice: Voice) -> str:
    """Return what a plan brings, with its unit."""
    if plan.problem.priority is not None:
        return voice.say("{n} places pondérées", n=gain)
    if Objective(plan.problem.objective) is Objective.PLACES:
        return voice.say("{n} habitants de plus", n=gain)
    return voice.say("gain de {n}", n=gain)


def _figures(plan: SitingPlan, voice: Voice) -> str:
    say, numbers, sites = voice.say, voice.numbers, plan.sites
    gain = numbers.count(plan.gain)
    proof = (
        say("optimum prouvé")
        if plan.report.status is Status.OPTIMAL
        else say("écart {gap}", gap=numbers.share(plan.report.gap, 1))
    )
    return say(
        "{gain} · {capex} · déficit {deficit} par an · {fte} ETP · {proof}",
        gain=_gain(plan, gain, voice),
        capex=numbers.euros(float(sites["capex"].sum())),
        deficit=numbers.euros(float(sites["deficit"].sum())),
        fte=numbers.exact(round(float(sites["fte"].sum()), 2)),
        proof=proof,
    )
