"""The map of roads and its layers; what the page says of an island's year."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from territory_access.dossier.blocks import Picture, Statement, Table
from territory_access.dossier.content import content
from territory_access.dossier.geopackage import write_layers
from territory_access.dossier.voice import Voice
from territory_access.islands.outlook import COLUMNS
from territory_access.travel.reach import Reach

if TYPE_CHECKING:
    from pathlib import Path

    from territory_access.study import Study


@pytest.fixture(scope="module")
def on_roads(study: Study) -> Study:
    zones = study.territory.zones
    site = study.territory.candidates.geometry.loc[study.plan.sites.index[0]]
    far = zones.index[zones["in_territory"]][-1]
    around = gpd.GeoDataFrame(
        {"minutes": [20.0, 10.0]}, geometry=[site.buffer(9e3), site.buffer(4e3)], crs=zones.crs
    )
    line = shapely.MultiLineString([shapely.LineString([zones["anchor"].loc[far], site])])
    ways = gpd.GeoDataFrame(
        {"site": [study.plan.sites.index[0]], "minutes": [41.0], "km": [38.0], "boat": [False]},
        geometry=[line],
        index=pd.Index([far], name="zone_id"),
        crs=zones.crs,
    )
    return replace(study, reach=Reach(around, ways))


def pictures(study: Study, language: str) -> dict[str, Picture]:
    section = content(study, Voice.of(language)).section("proposition")
    assert section is not None
    return {block.id: block for block in section.blocks if isinstance(block, Picture)}


@pytest.mark.parametrize(("language", "words"), [("fr", "41 min de route"), ("en", "41 min by")])
def test_the_map_of_roads_names_the_longest_way(on_roads: Study, language: str, words: str) -> None:
    drawn = pictures(on_roads, language)["map-reach"]
    assert words in drawn.title.replace("\N{NO-BREAK SPACE}", " ")
    assert "38" in drawn.description
    assert drawn.svg.count("#7a3b12") == 1
    assert drawn.svg.count("#59a5a8") == drawn.svg.count("#0e6b74") == 1
    assert len(drawn.legend) == 5


def test_estimates_draw_no_roads(study: Study) -> None:
    assert "map-reach" not in pictures(study, "fr")


def test_layers_of_roads(on_roads: Study, tmp_path: Path) -> None:
    path = tmp_path / "r.gpkg"
    write_layers(on_roads, content(on_roads, Voice.of("fr")), path)
    assert {"isochrones", "trajets"} <= set(dict(pyogrio.list_layers(path)))
    ways = gpd.read_file(path, layer="trajets")
    assert ways["minutes"].tolist() == [41.0]
    assert gpd.read_file(path, layer="isochrones")["minutes_au_plus"].tolist() == [20.0, 10.0]


@pytest.fixture(scope="module")
def year(study: Study) -> Study:
    """Return the study with two islands: one visited by a doctor, one whose doctors are unknown."""
    row = dict.fromkeys(COLUMNS, np.nan) | {
        "name": "Île-d'Essai", "residents": 200, "fte": 0.2, "fte_after": 0.2, "cut_days": 15.0,
        "acts": 1_000.0, "peak_month": 8, "peak_people": 900.0, "peak_acts": 210.0,
        "volume_fte": 0.24, "continuity_fte": 5.0, "continuity_low": 4.1, "continuity_high": 5.5,
        "counted": False, "has_biology": False, "remote_acts": 6.0, "avoided": 7.4,
        "avoided_low": 3.0, "avoided_high": 12.0, "avoided_euros": 15_000.0,
    }  # fmt: skip
    for what, (mean, low, high) in {"without_days": (15, 5, 27), "worst_run": (3.8, 1, 8)}.items():
        for when in ("", "after_"):
            row |= {f"{when}{what}": mean, f"{when}{what}_low": low, f"{when}{what}_high": high}
    days = [name for name in row if "without" in name or "run" in name]
    unknown = row | dict.fromkeys([*days, "fte", "fte_after", "avoided"], np.nan)
    unknown |= {"name": "Autre-Île", "counted": True}
    return replace(study, outlook=pd.DataFrame([row, unknown], index=[1, 2]))


def test_the_year_of_an_island_is_said_with_its_interval(year: Study) -> None:
    said = content(year, Voice.of("fr"))
    days, needs = said.tables("iles")[1:]
    assert isinstance(days, Table)
    assert days.rows[0][4:6] == ("15 (5 à 27)", "3,8 (1 à 8)")
    assert days.rows[1][4:8] == ("à compléter",) * 4
    assert needs.rows[0][0] == "Île-d’Essai *"
    assert needs.rows[0][3] == "août"
    section = said.section("iles")
    assert section is not None
    text = " ".join(block.text for block in section.blocks if isinstance(block, Statement))
    assert "n’enlève aucun des 15 jours" in text
    assert "5,0 ETP (4,1 à 5,5)" in text.replace("\N{NO-BREAK SPACE}", " ")
    english = content(year, Voice.of("en")).tables("iles")[1]
    assert english.rows[0][4] == "15 (5 to 27)"
    first = said.section("resume")
    assert first is not None
    words = " ".join(block.text for block in first.blocks if isinstance(block, Statement))
    assert "aucun médecin n’est à portée 15 jours par an" in words
    assert "8 jours de suite" in words
