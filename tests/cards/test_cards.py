"""What a notebook shows of a territory, a plan and a study: whole, small, and only text."""

from __future__ import annotations

import importlib.util
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

    from territory_access.study import Study

MADE_UP = Path(__file__).resolve().parents[1] / "dossier" / "made_up.py"
TAGS = {"div", "strong", "table", "tr", "th", "td", "p", "svg", "title", "path", "circle", "rect"}


class Reader(HTMLParser):
    """Collects tags, attributes and texts; a tag left open is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def made_up() -> ModuleType:
    spec = importlib.util.spec_from_file_location("made_up_for_cards", MADE_UP)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def study(made_up: ModuleType) -> Study:
    return made_up.made_up_study()


def test_a_territory_says_who_lives_there_and_draws_where(study: Study) -> None:
    place = study.territory
    inside = place.zones[place.zones["in_territory"]]
    card = read(place._repr_html_())
    assert f"{inside['population'].sum():,.0f}".replace(",", "\u202f") in card.text
    circles = place._repr_html_().count("<circle")
    sites = place.facilities["zone_id"].isin(inside.index).sum()
    assert circles == (inside["seekers"] > 0).sum() + sites


def test_a_plan_lists_every_site_with_its_money(study: Study) -> None:
    card = read(study.plan._repr_html_())
    for _, site in study.plan.sites.iterrows():
        assert site["name"] in card.text
        assert f"{site['capex']:,.0f}".replace(",", "\u202f") in card.text
    assert "svg" not in card.tags


def test_a_study_tells_what_the_plan_changes(study: Study) -> None:
    html = study._repr_html_()
    zones = study.territory.zones
    inside = list(zones.index[zones["in_territory"]])
    for places in (study.places_before, study.places_after):
        served = float(places["served"].sel(origin=inside).sum())
        assert f">{served:,.0f}</td>".replace(",", "\u202f") in html
    assert html.count("rotate(45)") == len(study.plan.sites)


def test_a_plan_of_nothing_says_why(made_up: ModuleType) -> None:
    empty = made_up.made_up_study(empty=True)
    assert str(empty.plan.report.reason) in read(empty.plan._repr_html_()).text
    assert read(empty._repr_html_()).text


def test_names_stay_text_whatever_they_hold(made_up: ModuleType) -> None:
    hostile = made_up.made_up_study(made_up.hostile)
    for shown in (hostile.territory, hostile.plan, hostile):
        html = shown._repr_html_()
        card = read(html)
        assert card.tags <= TAGS
        assert not any(name.startswith("on") or name in {"href", "src"} for name in card.attributes)
        assert made_up.HOSTILE in card.text
        assert not re.search(r"url\(|@import", html)
