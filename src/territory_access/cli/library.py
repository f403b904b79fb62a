"""What a planner sees of the library of initiatives."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from territory_access.dossier.voice import Voice
from territory_access.services import library


def show(words: str, language: str) -> None:
    """Print the initiatives found, or the tags that there are when none is."""
    voice = Voice.of(language)
    console = Console(highlight=False, soft_wrap=False)
    found = library.search(words) if words.strip() else library.load()
    if not found:
        themes = sorted({theme for one in library.load() for theme in one.themes})
        console.print(
            escape(
                voice.say(
                    "Rien pour « {words} ». Les thèmes : {themes}.",
                    words=words,
                    themes=", ".join(themes).replace("_", " "),
                )
            )
        )
        return
    for one in found:
        where = ", ".join(part for part in (one.place, one.departement, one.year) if part)
        console.print(f"[bold]{escape(voice.name(one.name))}[/] [dim]{escape(where)}[/]")
        lines = [voice.say(one.summary)]
        if one.limits:
            lines.append(voice.say("Limite : {limits}", limits=voice.say(one.limits)))
        tags = (*one.roles, *one.issues, *one.themes, *one.services)
        lines.append(" · ".join(tags).replace("_", " "))
        lines.append(f"[{one.tag}] {one.reference}")
        for line in lines:
            console.print(Padding(escape(line), (0, 0, 0, 2)))
    console.print(
        escape(
            voice.say_counted(
                "{n} initiative", "{n} initiatives", len(found), n=voice.numbers.count(len(found))
            )
        ),
        style="dim",
    )
