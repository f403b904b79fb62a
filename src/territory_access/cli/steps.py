"""What a planner sees while a study runs: one line a step, with what it found."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from territory_access.cli import roads
from territory_access.dossier.voice import Voice
from territory_access.errors import Fault, ScenarioError
from territory_access.vocabulary import DesertKind, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    import geopandas as gpd

    from territory_access.siting.plan import SitingPlan
    from territory_access.study_steps import Step
    from territory_access.territory import Territory

_WIDTH = 18

_LABELS = {
    "territory": "territoire",
    "roads": "routes",
    "travel": "temps de trajet",
    "access": "places",
    "islands": "îles",
    "siting": "proposition",
    "explanation": "explication",
    "deserts": "déserts",
}


class Narrator:
    """Tells each step of a study on the terminal; an observer for ``study.run``.

    Use it as a context manager: whatever happens, the terminal is left clean.
    """

    def __init__(self, language: str) -> None:
        self.voice = Voice.of(language)
        self.console = Console(highlight=False, soft_wrap=True)
        self.status = self.console.status("")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.status.stop()

    def __call__(self, step: Step) -> None:
        """Show that a step begins, or what it found."""
        label = self.voice.say(_LABELS[step.name])
        if step.seconds is None:
            self.status.update(f"{label} …")
            self.status.start()
            if step.facts:
                self._progress(label, dict(step.facts))
            return
        self.status.stop()
        self._line(label, _FINDINGS[step.name](self.voice, dict(step.facts)), step.seconds)

    def _progress(self, label: str, facts: dict[str, Any]) -> None:
        """Show how far a long step is; a first compilation is said for good."""
        said = roads.doing(self.voice, facts)
        if facts["doing"] == "compile":
            self.console.print(f"[dim]{label:<{_WIDTH}}{escape(said)} …[/]")
        self.status.update(f"{label} · {said} …")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Show that the dossier is being written, and how long it took."""
        label = self.voice.say("dossier")
        self.status.update(f"{label} …")
        self.status.start()
        start = time.perf_counter()
        yield
        self.status.stop()
        found = self.voice.say("page, PDF, classeur, couches et tables écrits")
        self._line(label, found, time.perf_counter() - start)

    def written(self, files: Sequence[Path]) -> None:
        """Name the files, the dossier first."""
        here = Path.cwd()
        shown = [
            str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
            for path in (file.absolute() for file in files)
        ]
        first, *others = shown
        names = [first, *(Path(other).name for other in others)]
        self.console.print(f"[bold]→ {escape(' · '.join(names))}[/]")

    def _line(self, label: str, found: str, seconds: float) -> None:
        took = f"{self.voice.numbers.decimal(seconds)} s"
        self.console.print(f"[bold]{label:<{_WIDTH}}[/]{escape(found)}  [dim]{took}[/]")


def _territory(voice: Voice, facts: dict[str, Any]) -> str:
    number = voice.numbers.count
    return voice.say(
        "{inside} communes et {around} voisines, {sites} sites existants, {candidates} candidates",
        inside=number(facts["inside"]),
        around=number(facts["around"]),
        sites=number(facts["facilities"]),
        candidates=number(facts["candidates"]),
    )


def _travel(voice: Voice, facts: dict[str, Any]) -> str:
    number = voice.numbers.count
    return voice.say(
        "{origins} × {destinations}, {minutes} min max",
        origins=number(facts["origins"]),
        destinations=number(facts["destinations"]),
        minutes=number(facts["max_minutes"]),
    )


def _access(voice: Voice, facts: dict[str, Any]) -> str:
    said = voice.say(
        "{seekers} habitants cherchent un médecin traitant ; {served} trouvent une place à portée",
        seekers=voice.numbers.count(facts["seekers"]),
        served=voice.numbers.count(facts["served"]),
    )
    if facts["apl"] is None:
        return said
    mean = voice.numbers.decimal(facts["apl"], 2)
    return said + voice.say(" ; APL moyenne {mean}", mean=mean)


def _islands(voice: Voice, facts: dict[str, Any]) -> str:
    names: list[str] = facts["names"]
    if not names:
        return voice.say("aucune")
    return voice.say("{names} : temps captif compté", names=" · ".join(names))


def _explanation(voice: Voice, facts: dict[str, Any]) -> str:
    if not facts["sites"]:
        return voice.say("sur demande : commande explain")
    return voice.say_counted(
        "{n} site retiré, et le calcul refait",
        "{n} sites retirés un à un, et le calcul refait",
        facts["sites"],
        n=voice.numbers.count(facts["sites"]),
    )


def _siting(voice: Voice, facts: dict[str, Any]) -> str:
    from territory_access.dossier.decisions import phrases

    plan = cast("SitingPlan", facts["plan"])
    report = plan.report
    if report.reason is not None:
        return voice.say("rien — {reason}", reason=voice.told(report.reason))
    sites = ", ".join(phrases(plan, voice))
    proof = (
        voice.say("optimum prouvé")
        if report.status is Status.OPTIMAL
        else voice.say("meilleur plan trouvé")
    )
    begun = {code for code, _ in plan.problem.included}
    if begun:
        held = voice.say("plan engagé gardé ({n} sites)", n=voice.numbers.count(len(begun)))
        sites = f"{sites} · {held}"
    return voice.say(
        "{sites} · {capex} · {fte} ETP · {proof} (écart {gap})",
        sites=sites,
        capex=voice.numbers.euros(plan.sites["capex"].sum()),
        fte=voice.numbers.decimal(plan.sites["fte"].sum()),
        proof=proof,
        gap=voice.numbers.share(report.gap, 1),
    )


def _deserts(voice: Voice, facts: dict[str, Any]) -> str:
    before, after = (
        _by_kind(cast("gpd.GeoDataFrame", facts[when])) for when in ("before", "after")
    )
    number = voice.numbers.count
    said = [
        voice.say(_KINDS[kind], before=number(before[kind]), after=number(after[kind]))
        for kind in _KINDS
        if before[kind] or after[kind]
    ]
    return " · ".join(said) or voice.say("aucun")


_KINDS = {
    DesertKind.DISTANCE: "distance {before} → {after} communes",
    DesertKind.CAPACITY: "capacité {before} → {after}",
    DesertKind.BOTH: "les deux {before} → {after}",
    DesertKind.AT_RISK: "à risque {before} → {after}",
}


def _by_kind(found: gpd.GeoDataFrame) -> Counter[str]:
    """Return how many communes of the territory there are of each kind."""
    return Counter(found.loc[found["in_territory"], "kind"])


_FINDINGS: dict[str, Callable[[Voice, dict[str, Any]], str]] = {
    "territory": _territory,
    "roads": roads.found,
    "travel": _travel,
    "access": _access,
    "islands": _islands,
    "siting": _siting,
    "explanation": _explanation,
    "deserts": _deserts,
}


def show_checks(
    place: Territory, language: str, *, season: str = "low", drawn: Path | None = None
) -> None:
    """Print the checks of a territory, and of its roads, as a table; draw the roads where asked.

    Raises
    ------
    ScenarioError
        When a check finds an error, after the table; when a map is asked for without roads.
    """
    if drawn is not None and place.roads is None:
        raise ScenarioError("--map dessine un réseau routier : donnez travel.roads au scénario.")
    voice = Voice.of(language)
    console = Console(highlight=False)
    console.print(f"[bold]{escape(voice.name(place.name))}[/]\n{_territory(voice, place.counts())}")
    found = place.checks()
    if place.roads is not None:
        on_roads = roads.checks(place, voice, console, season=season, drawn=drawn)
        found = pd.concat([on_roads, found], ignore_index=True)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("gravité", "nombre", "constat", "remède"):
        table.add_column(voice.say(heading))
    for row in found.itertuples():
        examples = voice.told(cast("str | Fault", row.examples))
        table.add_row(
            voice.say(str(row.severity)),
            voice.numbers.count(cast("int", row.count)),
            escape(voice.say(str(row.check)) + (f" ({examples})" if examples else "")),
            escape(voice.say(str(row.remedy))),
        )
    console.print(table)
    errors = found[found["severity"] == Severity.ERROR.value]
    if len(errors):
        first = errors.iloc[0]
        raise ScenarioError(
            "{check}. {remedy}",
            check=Fault(first["check"], {}),
            remedy=Fault(first["remedy"], {}),
        )
