"""What a territory shows of itself: who lives there, who looks for a doctor, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from territory_access.cards.card import INK, card, count
from territory_access.cards.sketch import Area, Dot, sketch

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.territory import Territory

SEEKERS = "#5b8ca6"
_LARGEST = 9.0  # pixels: radius of the commune where most look for a doctor
_SHOWN = 200  # communes: smaller ones would be points


def card_of(place: Territory) -> str:
    """Return the card of a territory, as HTML."""
    inside = place.zones[place.zones["in_territory"].to_numpy(dtype=bool)]
    counts = place.counts()
    facts = [
        ("Communes", f"{count(counts['inside'])} (et {count(counts['around'])} autour)"),
        ("Habitants", count(inside["population"].sum())),
        ("Sans médecin traitant (estimation)", count(inside["without_doctor"].sum())),
        ("… dont en recherche (estimation)", count(inside["seekers"].sum())),
        ("Sites existants connus", count(counts["facilities"])),
        ("Communes candidates", count(counts["candidates"])),
        ("Bateaux", count(len(place.ferries))),
        ("Trajets", "estimés" if place.roads is None else "sur un réseau routier"),
    ]
    title = f"{place.name} : où l’on cherche un médecin traitant"
    picture = sketch(title, ground(place), [*seekers(inside), *existing(place)])
    return card(place.name, facts, picture=picture, note=_NOTE)


_NOTE = "Disques clairs : habitants en recherche, par commune ; points foncés : sites existants."


def ground(place: Territory) -> list[Area]:
    """Return the départements of a territory, without its buffer."""
    inside = place.zones[place.zones["in_territory"].to_numpy(dtype=bool)]
    codes = inside["departement"].to_numpy()
    shapes = inside.geometry.to_numpy()
    borders = [shapely.coverage_union_all(shapes[codes == code]) for code in sorted(set(codes))]
    return [Area(np.asarray(borders, dtype=object), "#f1f0ea", "#a9b3b6")]


def seekers(inside: pd.DataFrame) -> list[Dot]:
    """Return one disc a commune, its area in proportion to those who look for a doctor."""
    largest = inside.nlargest(_SHOWN, "seekers")
    most = max(float(largest["seekers"].max()), 1.0)
    return [
        Dot(
            point.x,
            point.y,
            _LARGEST * float(np.sqrt(people / most)),
            SEEKERS,
            f"{name} : {count(people)} habitants en recherche (estimation)",
        )
        for name, people, point in zip(
            largest["name"], largest["seekers"], largest["anchor"], strict=True
        )
        if people > 0
    ]


def existing(place: Territory) -> list[Dot]:
    """Return one dark point an existing site of the territory."""
    zones = place.zones.index[place.zones["in_territory"].to_numpy(dtype=bool)]
    here = place.facilities[place.facilities["zone_id"].isin(zones)]
    return [
        Dot(point.x, point.y, 3.5, INK, str(name))
        for name, point in zip(here["name"], here.geometry, strict=True)
    ]
