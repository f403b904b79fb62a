"""The page is self-contained, accessible in its structure, and takes data for text."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest

from territory_access import dossier
from territory_access.dossier.content import content
from territory_access.dossier.html import VENDOR, page
from territory_access.dossier.numbers import Numbers
from territory_access.dossier.voice import Voice

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from territory_access.study import Study


class Outline(HTMLParser):
    """What a browser would see: elements, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def outline(written: Path) -> Outline:
    return Outline((written / "dossier.html").read_text("utf-8"))


def test_nothing_is_fetched(outline: Outline) -> None:
    for tag, attrs in outline.elements:
        assert tag not in {"iframe", "object", "embed", "img", "base"}
        for name in ("src", "href", "xlink:href", "action", "data"):
            target = attrs.get(name)
            assert target is None or target.startswith("#") or target == "data:,", (tag, target)
    policy = [a["content"] for t, a in outline.elements if a.get("http-equiv")]
    assert policy[0].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
    )
    assert "unsafe-eval" not in policy[0]
    assert "http" not in policy[0]


def test_only_the_code_of_the_package_may_run(written: Path, hostile_written: Path) -> None:
    for folder in (written, hostile_written):
        html = (folder / "dossier.html").read_text("utf-8")
        runs = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
        allowed = re.findall(r"'(sha256-[^']+)'", html)
        digests = [hashlib.sha256(script.encode()).digest() for script in runs]
        assert [f"sha256-{base64.b64encode(one).decode()}" for one in digests] == allowed
        assert html.count("<script") == len(runs) + 1  # and one that holds data


def test_the_code_of_others_is_what_it_was() -> None:
    listed = (VENDOR / "SHA256SUMS").read_text("utf-8").split()
    names = listed[1::2]
    assert sorted(names) == ["leaflet.css", "leaflet.js"]
    for digest, name in zip(listed[::2], names, strict=True):
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_headings_do_not_skip_a_level(outline: Outline) -> None:
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_header_cell_says_what_it_heads(outline: Outline) -> None:
    headers = [attrs for tag, attrs in outline.elements if tag == "th"]
    assert headers
    assert {attrs.get("scope") for attrs in headers} == {"col", "row"}


def test_maps_speak(outline: Outline) -> None:
    maps = [a for t, a in outline.elements if t == "svg"]
    assert len(maps) == 2
    ids = [a["id"] for _, a in outline.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for attrs in maps:
        assert attrs["role"] == "img"
        assert set(attrs["aria-labelledby"].split()) <= set(ids)


def test_hostile_text_comes_out_as_text(hostile_written: Path, made_up: ModuleType) -> None:
    html = (hostile_written / "dossier.html").read_text("utf-8")
    outline = Outline(html)
    scripts = [attrs for tag, attrs in outline.elements if tag == "script"]
    assert [attrs.get("type") for attrs in scripts] == ["application/json", None, None, None]
    assert not [a for _, a in outline.elements if any(name.startswith("on") for name in a)]
    assert len([tag for tag, _ in outline.elements if tag == "svg"]) == 2
    # the title, a commune, a source, a parameter: whole, as typed
    assert outline.text.count(made_up.HOSTILE) > 20


def test_names_are_typeset_on_the_page_and_left_alone_in_the_layers(
    study: Study, tmp_path: Path
) -> None:
    zones = study.territory.zones
    renamed = zones.assign(name=zones["name"].where(zones.index != "99001", "L'Île-d'Yeu"))
    there = dataclasses.replace(
        study,
        territory=dataclasses.replace(study.territory, zones=renamed),
        deserts_before=study.deserts_before.assign(name=renamed["name"]),
        islands=study.islands.assign(name="L'Île-d'Yeu"),
    )
    dossier.write(there, tmp_path / "r")
    text = Outline((tmp_path / "r" / "dossier.html").read_text("utf-8")).text
    assert "Depuis l’île (L’Île-d’Yeu)" in text
    assert "L'Île" not in text
    layer = gpd.read_file(tmp_path / "r" / "resultats.gpkg", layer="communes_avant_apres")
    assert "L'Île-d'Yeu" in set(layer["commune"])


def test_english_page_says_so_and_writes_numbers_its_way(study: Study) -> None:
    voice = Voice.of("en")
    outline = Outline(page(content(study, voice), voice.numbers))
    assert dict(outline.elements)["html"]["lang"] == "en"
    assert "€600,000" in outline.text
    assert "Résumé" not in outline.text


def test_small_counts_are_hidden_everywhere(made_up: ModuleType) -> None:
    study = made_up.made_up_study()
    study.territory.zones.loc["99001", "seekers"] = 7
    said = content(study, Voice.of("fr"))
    outline = Outline(page(said, Numbers("fr")))
    position = [column.key for column in said.communes.columns].index("en_recherche")
    row = next(row for row in said.communes.rows if row[0] == "99001")
    assert Numbers("fr").count(row[position]) == "<\N{NO-BREAK SPACE}11"
    assert not re.search(r"\bnan\b", outline.text)
