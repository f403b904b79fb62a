"""Which maps the dossier shows, and what each of them finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from territory_access.dossier.blocks import LegendItem, Picture
from territory_access.dossier.findings import communes, is_desert, is_empty
from territory_access.dossier.maps import decided, reach
from territory_access.dossier.maps.classes import CONSULTATIONS, SHARES
from territory_access.dossier.maps.drawing import AROUND, HATCH, draw
from territory_access.dossier.maps.ground import ground_of
from territory_access.dossier.maps.labels import shortened
from territory_access.dossier.maps.marks import INK, Mark
from territory_access.siting.lines import lines, only_opens

if TYPE_CHECKING:
    import geopandas as gpd

    from territory_access.dossier.findings import Findings
    from territory_access.dossier.maps.classes import Classes
    from territory_access.dossier.maps.ground import Ground
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

_TOWNS = 7


@dataclass(frozen=True)
class Maps:
    """Maps of today and maps with the plan."""

    before: tuple[Picture, ...]
    after: tuple[Picture, ...]


@dataclass(frozen=True)
class _Atlas:
    """What all maps of a study share."""

    study: Study
    found: Findings
    table: gpd.GeoDataFrame
    ground: Ground
    voice: Voice

    @property
    def inside(self) -> gpd.GeoDataFrame:
        """The communes of the territory, without its buffer."""
        return self.table[self.table["in_territory"].to_numpy(dtype=bool)]


def maps(study: Study, found: Findings, voice: Voice) -> Maps:
    """Return the maps of a study.

    Parameters
    ----------
    study, found
        The run and its numbers.
    voice
        Language and numbers.
    """
    table = communes(study, everywhere=True)
    atlas = _Atlas(study, found, table, ground_of(study), voice)
    shown = [SHARES] if study.apl_before is None else [SHARES, CONSULTATIONS]
    before = tuple(_picture(atlas, classes, "before") for classes in shown)
    if is_empty(study):
        return Maps(before, ())
    after = tuple(_picture(atlas, classes, "after") for classes in shown)
    roads = reach.picture(study, atlas.ground, _marks(atlas, "after"), voice)
    return Maps(before, after if roads is None else (*after, roads))


def _picture(atlas: _Atlas, classes: Classes, when: str) -> Picture:
    say = atlas.voice.say
    identity, after = f"map-{classes.column}-{when}", when == "after"
    title = (_share_title if classes is SHARES else _apl_title)(atlas, when)
    description = _description(atlas, classes, when)
    svg = draw(
        atlas.ground,
        identity=identity,
        colours=classes.colour(atlas.table[f"{classes.column}_{when}"].to_numpy(dtype=float)),
        hatched=is_desert(atlas.table[f"kind_{when}"]).to_numpy(),
        marks=_marks(atlas, when),
        words={"title": title, "description": description, "scale": say("{km} km")},
        over=lambda axes: decided.arrows(atlas.study, atlas.ground, axes) if after else None,
    )
    legend = [
        LegendItem(say(label), "fill", colour)
        for label, colour in zip(classes.labels, classes.colours, strict=True)
    ]
    legend += [
        LegendItem(say("désert médical, selon les règles de l’étude"), "hatch", HATCH),
        LegendItem(say("site existant"), "disc", INK),
    ]
    if after:
        legend += decided.legend(atlas.study, atlas.voice)
    legend.append(LegendItem(say("hors du territoire étudié"), "fill", AROUND))
    source = say(
        "Source : calcul de l’étude, à partir des données citées sous « Sources » ; mêmes classes "
        "avant et après."
    )
    return Picture(identity, title, description, say(classes.heading), tuple(legend), source, svg)


def _marks(atlas: _Atlas, when: str) -> list[Mark]:
    """Return what is written on a map, the most important first."""
    study, inside = atlas.study, atlas.inside
    zones, facilities, told = study.territory.zones, study.territory.facilities, lines(study.plan)
    marks = []
    existing = facilities[facilities["zone_id"].isin(inside.index)]
    if when == "after":
        marks += decided.marks(study, atlas.voice)
        existing = existing.drop(index=list(decided.touched(study)), errors="ignore")
    existing = existing.sort_values("places", ascending=False).drop_duplicates("zone_id")
    for site in existing.itertuples(index=False):
        name = shortened(atlas.voice.name(str(zones["name"].get(site.zone_id, site.name))))
        marks.append(Mark(site.geometry.x, site.geometry.y, name, "existing"))
    served = set(existing["zone_id"]) | (set(told["zone_id"]) if when == "after" else set())
    isles = inside[inside.index.isin(study.islands.index) & ~inside.index.isin(served)]
    others = inside[~inside.index.isin(served | set(isles.index))]
    for style, part in (("island", isles), ("town", others.nlargest(_TOWNS, "population"))):
        for shape, name in zip(part.geometry, part["name"], strict=True):
            point = shapely.point_on_surface(shape)
            marks.append(Mark(point.x, point.y, shortened(atlas.voice.name(str(name))), style))
    return marks


def _share_title(atlas: _Atlas, when: str) -> str:
    found, numbers = atlas.found, atlas.voice.numbers
    within = found.within_before if when == "before" else found.within_after
    far = numbers.share(1 - within / found.seekers if found.seekers else 0.0)
    if within == found.seekers and when == "before":
        return atlas.voice.say(
            "Aujourd’hui, tous les habitants en recherche ont à portée un site qui offre des places"
        )
    if within == found.seekers and only_opens(atlas.study.plan):
        return atlas.voice.say_counted(
            "Avec {n} site proposé, {gained} habitants de plus ont une place, et plus personne "
            "n’est hors de portée",
            "Avec {n} sites proposés, {gained} habitants de plus ont une place, et plus personne "
            "n’est hors de portée",
            found.sites,
            n=numbers.count(found.sites),
            gained=numbers.people(found.gained),
        )
    if when == "after" and not only_opens(atlas.study.plan):
        return decided.title(found, atlas.voice)
    if when == "before":
        return atlas.voice.say(
            "Aujourd’hui, {share} des habitants en recherche n’ont à portée aucun site connu qui "
            "offre des places",
            share=far,
        )
    return atlas.voice.say_counted(
        "Avec {n} site proposé, {gained} habitants de plus ont une place ; {share} restent hors de "
        "portée",
        "Avec {n} sites proposés, {gained} habitants de plus ont une place ; {share} restent hors "
        "de portée",
        found.sites,
        n=numbers.count(found.sites),
        gained=numbers.people(found.gained),
        share=far,
    )


def _apl_title(atlas: _Atlas, when: str) -> str:
    limit = float(atlas.study.parameters.value("apl.threshold"))
    below = atlas.inside.loc[atlas.inside[f"apl_{when}"] < limit, "population"].sum()
    values = {
        "n": atlas.voice.numbers.count(below),
        "limit": atlas.voice.numbers.exact(limit),
    }
    if when == "before":
        return atlas.voice.say(
            "Aujourd’hui, {n} habitants vivent sous {limit} consultations par an", **values
        )
    return atlas.voice.say(
        "Avec le plan, {n} habitants vivent sous {limit} consultations par an", **values
    )


def _description(atlas: _Atlas, classes: Classes, when: str) -> str:
    """Say the map to who cannot see it: communes in each class, and where sites open."""
    voice = atlas.voice
    values = atlas.inside[f"{classes.column}_{when}"].to_numpy(dtype=float)
    colours = classes.colour(values)
    counts = [
        voice.say(
            "{label} : {n}", label=voice.say(label), n=voice.numbers.count(colours.count(colour))
        )
        for label, colour in zip(classes.labels, classes.colours, strict=True)
    ]
    text = voice.say("Nombre de communes par classe : {counts}.", counts=" ; ".join(counts))
    if when == "after":
        text = f"{text} {decided.said(atlas.study, voice)}"
    return text
