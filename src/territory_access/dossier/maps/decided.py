"""How a map draws what a plan decides: opens, grows, changes, closes, moves, each by its symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from territory_access.dossier.blocks import LegendItem
from territory_access.dossier.decisions import phrases
from territory_access.dossier.maps.labels import shortened
from territory_access.dossier.maps.marks import ACCENT, GONE, Mark
from territory_access.siting.decisions import CLOSE, EXTEND, LEAVE, OPEN, RELOCATE, UPGRADE
from territory_access.siting.lines import lines, only_opens

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from territory_access.dossier.findings import Findings
    from territory_access.dossier.maps.ground import Ground
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

# Words of the legend.
LABELS = {
    OPEN: "site proposé",
    EXTEND: "service agrandi",
    UPGRADE: "service changé",
    CLOSE: "service fermé",
    LEAVE: "service qui part",
    RELOCATE: "service déplacé, de là à là",
    "reinforce": "renfort d’un lieu de soin",
}
# Style of the mark, then shape and colour of the legend.
_LOOKS = {
    OPEN: ("proposed", "diamond", ACCENT),
    EXTEND: ("extended", "ring", ACCENT),
    UPGRADE: ("changed", "target", ACCENT),
    CLOSE: ("closed", "cross", GONE),
    LEAVE: ("left", "circle", GONE),
    RELOCATE: ("proposed", "arrow", ACCENT),
    "reinforce": ("reinforced", "plus", ACCENT),
}


def marks(study: Study, voice: Voice) -> list[Mark]:
    """Return one mark a line of the plan, where it stands."""
    told = lines(study.plan)
    points = _points(study).loc[told["at"]]
    return [
        Mark(point.x, point.y, shortened(voice.name(str(name))), _LOOKS[decision][0])
        for point, name, decision in zip(points, told["name"], told["decision"], strict=True)
    ]


def touched(study: Study) -> set[str]:
    """Return the existing sites that the plan decides of: they have their own mark."""
    told = lines(study.plan)
    return set(told.loc[told["decision"] != RELOCATE, "site"]) - {""}


def legend(study: Study, voice: Voice) -> list[LegendItem]:
    """Return the symbols that the map shows, in the order of the decisions."""
    there = set(lines(study.plan)["decision"])
    return [
        LegendItem(voice.say(LABELS[name]), mark, colour)
        for name, (_, mark, colour) in _LOOKS.items()
        if name in there
    ]


def arrows(study: Study, ground: Ground, axes: Axes) -> None:
    """Draw an arrow from where a service leaves to where it goes."""
    from matplotlib.patches import FancyArrowPatch

    told, points = lines(study.plan), _points(study)
    came = told[told["decision"] == RELOCATE]
    for here, there in zip(points.loc[came["site"]], points.loc[came["at"]], strict=True):
        ends = ground.at(here.x, here.y), ground.at(there.x, there.y)
        axes.add_artist(
            FancyArrowPatch(
                *ends, arrowstyle="-|>", mutation_scale=14, shrinkA=6, shrinkB=7, lw=1.6,
                color=ACCENT, zorder=3.5,
            )
        )  # fmt: skip


def title(found: Findings, voice: Voice) -> str:
    """Return what the plan does for those who look for a place, and how many it leaves far."""
    numbers = voice.numbers
    values = {
        "n": numbers.count(found.sites),
        "share": numbers.share(
            1 - found.within_after / found.seekers if found.seekers else 0.0
        ),
    }  # fmt: skip
    if found.lost:
        return voice.say_counted(
            "Avec {n} décision, {lost} habitants de moins ont une place ; {share} sont hors de "
            "portée",
            "Avec {n} décisions, {lost} habitants de moins ont une place ; {share} sont hors de "
            "portée",
            found.sites,
            lost=numbers.people(found.lost),
            **values,
        )
    return voice.say_counted(
        "Avec {n} décision, {gained} habitants de plus ont une place ; {share} sont hors de portée",
        "Avec {n} décisions, {gained} habitants de plus ont une place ; {share} sont hors de "
        "portée",
        found.sites,
        gained=numbers.people(found.gained),
        **values,
    )


def said(study: Study, voice: Voice) -> str:
    """Return the decisions to who cannot see the map."""
    if only_opens(study.plan):
        names = voice.listed([str(name) for name in study.plan.sites["name"]])
        return voice.say("Sites proposés : {names}.", names=names)
    return voice.say("Décisions : {told}.", told=" ; ".join(phrases(study.plan, voice)))


def _points(study: Study) -> pd.Series:
    """Return where each candidate and each existing site stands."""
    place = study.territory
    found: pd.Series = pd.concat([place.candidates.geometry, place.facilities.geometry])
    return found
