"""The map of the roads: how far one gets from what opens, and the longest ways that remain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from territory_access.dossier.blocks import LegendItem, Picture
from territory_access.dossier.maps import decided
from territory_access.dossier.maps.drawing import AROUND, draw, shape
from territory_access.dossier.maps.ground import DETAIL
from territory_access.dossier.maps.labels import shortened
from territory_access.dossier.maps.marks import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from territory_access.dossier.maps.ground import Ground
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study
    from territory_access.travel.reach import Reach

_GROUND, _WAY = "#f4f2ec", "#7a3b12"
_SHADES = ("#0e6b74", "#59a5a8", "#b7d9d6")  # the nearest first
_IDENTITY = "map-reach"


def picture(study: Study, ground: Ground, marks: Sequence[Mark], voice: Voice) -> Picture | None:
    """Return the map, or nothing where times are estimated.

    Parameters
    ----------
    study
        With its ``reach``.
    ground
        The shapes that all maps of the study stand on.
    marks
        Sites and towns of the map with the plan.
    voice
        Language and numbers.
    """
    found = study.reach
    if found is None or (found.around.empty and found.ways.empty):
        return None
    say = voice.say
    title = _title(study, found, voice)
    description = _description(study, found, voice)
    svg = draw(
        ground,
        identity=_IDENTITY,
        colours=[_GROUND] * len(ground.zones),
        hatched=np.zeros(len(ground.zones), dtype=bool),
        marks=[*marks, *_ends(study, found, voice)],
        words={"title": title, "description": description, "scale": say("{km} km")},
        over=lambda axes: _paint(axes, ground, found),
    )
    return Picture(
        _IDENTITY,
        title,
        description,
        say("Par la route, depuis le plus proche des sites proposés"),
        _legend(study, found, voice),
        say(
            "Source : calcul de l’étude, sur le réseau routier cité sous « Sources » ; à moins de "
            "400 m d’une route que l’on atteint dans ce temps."
        ),
        svg,
    )


def _paint(axes: Axes, ground: Ground, found: Reach) -> None:
    shades = _shades(found)
    for minutes, area in zip(found.around["minutes"], found.around.geometry, strict=True):
        whole = np.array([shapely.simplify(area, DETAIL / ground.scale)], dtype=object)
        shape(axes, ground, whole, facecolor=shades[minutes], edgecolor="none")
    for line in shapely.simplify(found.ways.geometry.to_numpy(), DETAIL / ground.scale):
        for part in shapely.get_parts(line):
            places = shapely.get_coordinates(part)
            drawn = (places - ground.bounds[:2]) * ground.scale
            axes.plot(*drawn.T, color=_WAY, lw=1.1, alpha=0.85, solid_capstyle="round")


def _shades(found: Reach) -> dict[float, str]:
    limits = sorted(found.around["minutes"])
    return {limit: _SHADES[min(rank, 2)] for rank, limit in enumerate(limits)}


def _ends(study: Study, found: Reach, voice: Voice) -> list[Mark]:
    """Return the names of the zones whose way is drawn."""
    zones = study.territory.zones
    return [
        Mark(anchor.x, anchor.y, shortened(voice.name(str(name))), "town")
        for anchor, name in zip(
            zones["anchor"].loc[found.ways.index], zones["name"].loc[found.ways.index], strict=True
        )
    ]


def _legend(study: Study, found: Reach, voice: Voice) -> tuple[LegendItem, ...]:
    say = voice.say
    areas = [
        LegendItem(say("{limit} min au plus", limit=voice.numbers.exact(limit)), "fill", shade)
        for limit, shade in _shades(found).items()
    ]
    return (
        *areas,
        LegendItem(say("trajet d’une des communes les plus loin de tout site"), "fill", _WAY),
        *decided.legend(study, voice),
        LegendItem(say("hors du territoire étudié"), "fill", AROUND),
    )


def _title(study: Study, found: Reach, voice: Voice) -> str:
    if found.ways.empty:
        return voice.say("Par la route, les alentours des sites proposés")
    worst = found.ways.iloc[0]
    return voice.say(
        "Même avec le plan, {name} reste à {minutes} de route du site le plus proche",
        name=str(study.territory.zones["name"].loc[found.ways.index[0]]),
        minutes=voice.numbers.minutes(float(worst["minutes"])),
    )


def _description(study: Study, found: Reach, voice: Voice) -> str:
    """Say the map to who cannot see it: areas reached, and the longest ways."""
    areas = [
        voice.say(
            "{minutes} min : {km2} km²",
            minutes=voice.numbers.exact(float(minutes)),
            km2=voice.numbers.count(area / 1e6),
        )
        for minutes, area in zip(found.around["minutes"], found.around.area, strict=True)
    ]
    names = study.territory.zones["name"]
    ways = [
        voice.say(
            "{name} : {minutes} ({km} km)",
            name=str(names.loc[zone]),
            minutes=voice.numbers.minutes(float(way["minutes"])),
            km=voice.numbers.count(float(way["km"])),
        )
        for zone, way in found.ways.iterrows()
    ]
    return voice.say(
        "Surfaces atteintes : {areas}. Trajets les plus longs : {ways}.",
        areas=" ; ".join(areas[::-1]) or voice.say("aucune"),
        ways=" ; ".join(ways) or voice.say("aucun"),
    )
