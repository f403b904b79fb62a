"""What a study shows of itself: the plan, what it changes, and who gets a place, on a small map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from territory_access.cards import of_plan, of_territory
from territory_access.cards.card import ACCENT, card, count
from territory_access.cards.sketch import Area, Dot, sketch
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    import xarray as xr

    from territory_access.study import Study

# Share of those who look for a doctor who get a place: up to 0, a quarter, a half, three quarters.
_LIMITS = (0.0, 0.25, 0.5, 0.75)
_COLOURS = ("#f1f0ea", "#d3e3ea", "#a3c4d4", "#5f97b0", "#1f6684")
_NOTE = (
    "Carte, avec le plan : plus une commune est foncée, plus grande est la part de ceux qui y "
    "cherchent un médecin traitant et obtiennent une place ; losanges : sites proposés ; points : "
    "sites existants."
)


def card_of(study: Study) -> str:
    """Return the card of a study, as HTML."""
    zones = study.territory.zones
    inside = zones[zones["in_territory"].to_numpy(dtype=bool)]
    facts = [
        ("Habitants en recherche (estimation)", count(inside["seekers"].sum())),
        ("… qui ont une place aujourd’hui", count(_served(study, study.places_before))),
        ("… et avec le plan", count(_served(study, study.places_after))),
        *of_plan.facts_of(study.plan),
    ]
    return card(
        study.scenario.title,
        facts,
        table=of_plan.rows_of(study.plan),
        picture=picture_of(study),
        note=of_plan.note_of(study.plan) or _NOTE,
    )


def _served(study: Study, places: xr.Dataset) -> float:
    zones = study.territory.zones
    inside = zones.index[zones["in_territory"].to_numpy(dtype=bool)]
    return float(places["served"].sel({ORIGIN: list(inside)}).sum())


def picture_of(study: Study) -> str:
    """Return the map of a study: who gets a place, sites that exist and that open."""
    place, sites = study.territory, study.plan.lines
    sites = sites[sites["coming"]]
    points = pd.concat([place.candidates.geometry, place.facilities.geometry]).loc[sites["at"]]
    opened = [
        Dot(point.x, point.y, 4.5, ACCENT, f"{name} : {service}", diamond=True)
        for name, service, point in zip(sites["name"], sites["service"], points, strict=True)
    ]
    (departements,) = of_territory.ground(place)
    areas = [departements, *_shaded(study), Area(departements.shapes, "none", "#7c8b90")]
    return sketch(study.scenario.title, areas, [*of_territory.existing(place), *opened])


def _shaded(study: Study) -> list[Area]:
    """Return one area a class of shares: merged, so that the picture stays small."""
    zones = study.territory.zones
    inside = zones[zones["in_territory"].to_numpy(dtype=bool)]
    shares = study.places_after["share"].sel({ORIGIN: list(inside.index)}).to_numpy()
    classes = np.digitize(shares, _LIMITS, right=True)
    shapes = inside.geometry.to_numpy()
    return [
        Area(shapely.get_parts(shapely.coverage_union_all(shapes[classes == number])), colour)
        for number, colour in enumerate(_COLOURS)
        if number > 0 and (classes == number).any()
    ]
