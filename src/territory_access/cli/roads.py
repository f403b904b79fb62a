"""What a planner sees of the roads: what is being done, what was found, what to verify."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rich.console import Console

from territory_access.dossier.voice import Voice
from territory_access.language import Language

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from territory_access.territory import Territory

_DOING = {
    "compile": "première compilation, une dizaine de secondes, une fois pour toutes",
    "read": "lecture du réseau",
    "prepare": "préparation des trajets",
}


def doing(voice: Voice, facts: dict[str, Any]) -> str:
    """Return what the roads are going through, with the share done where it is known."""
    said = voice.say(_DOING[facts["doing"]])
    share = facts["share"]
    return f"{said} · {voice.numbers.share(share)}" if share else said


def found(voice: Voice, facts: dict[str, Any]) -> str:
    """Return what the network of a study holds."""
    return voice.say(
        "réseau « {name} » : {junctions} carrefours, {km} km",
        name=facts["name"],
        junctions=voice.numbers.count(facts["junctions"]),
        km=voice.numbers.count(facts["km"]),
    )


def checks(
    place: Territory, voice: Voice, console: Console, *, season: str, drawn: Path | None = None
) -> pd.DataFrame:
    """Open the roads of a territory, draw them where asked, and return what is to verify."""
    from territory_access.travel import on_roads, road_checks

    def tell(what: str, share: float | None) -> None:
        if what == on_roads.COMPILE:
            console.print(doing(voice, {"doing": what, "share": share}), style="dim")

    roads = on_roads.open_roads(place, season=season, tell=tell)
    facts = {
        "name": roads.source.name,
        "junctions": roads.network.graph.nodes,
        "km": roads.network.stretches["length"].sum() / 1000,
    }
    console.print(found(voice, facts), markup=False)
    if drawn is not None:
        from territory_access.dossier.maps import network

        console.print(f"→ {network.write(place, roads, drawn, voice=voice)}", markup=False)
    return road_checks.checks(place, roads)


def warm_up(language: str) -> None:
    """Compile the road kernels, saying so and how long it took."""
    from territory_access.travel import compilation, road_cache

    voice = Voice.of(Language(language).code)
    console = Console(highlight=False)
    console.print(voice.say("compilation, une demi-minute, une fois pour toutes") + " …")
    start = time.perf_counter()
    compilation.run(road_cache.folder())
    took = voice.numbers.decimal(time.perf_counter() - start)
    console.print(voice.say("compilé en {seconds} s", seconds=took))
