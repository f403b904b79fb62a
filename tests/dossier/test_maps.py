"""Maps are small, the same every time, and say the same classes before and after."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from territory_access.dossier.findings import findings
from territory_access.dossier.maps import maps
from territory_access.dossier.maps.classes import SHARES
from territory_access.dossier.maps.labels import Name, place, shortened
from territory_access.dossier.voice import Voice

if TYPE_CHECKING:
    from territory_access.study import Study

SVG = "{http://www.w3.org/2000/svg}"


def test_a_map_is_well_formed_named_and_light(study: Study) -> None:
    drawn = maps(study, findings(study), Voice.of("fr"))
    for picture in (*drawn.before, *drawn.after):
        root = ET.fromstring(picture.svg)  # noqa: S314 - drawn by ourselves
        assert root.find(f"{SVG}title").text == picture.title
        assert root.find(f"{SVG}desc").text == picture.description
        assert "width" not in root.attrib
        assert len(picture.svg) < 60_000
        assert "DejaVu" not in picture.svg
        assert not re.search(r'\bd="[^"]*\.\d{2}', picture.svg)


def test_classes_are_the_same_before_and_after(study: Study) -> None:
    drawn = maps(study, findings(study), Voice.of("fr"))
    labels = [[item.label for item in p.legend if item.mark == "fill"] for p in
              (*drawn.before, *drawn.after)]  # fmt: skip
    assert labels[0] == labels[1]


def test_letters_stay_letters(study: Study) -> None:
    svg = maps(study, findings(study), Voice.of("fr")).after[0].svg
    texts = [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - ours
    assert {"Commune 14", "Commune 17", "Île Sixième", "10 km"} <= {
        t.translate({160: 32}) for t in texts
    }


def test_colours_darken_with_the_share() -> None:
    assert list(dict.fromkeys(SHARES.colour(np.linspace(0, 1, 200)))) == list(SHARES.colours)


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=40), st.floats(0, 500), st.floats(0, 400)),
        max_size=25,
    )
)
def test_no_name_hides_another(points: list[tuple[str, float, float]]) -> None:
    names = [Name(shortened(text), x, y, 8.0, 4.0, "town") for text, x, y in points]
    boxes = []
    for spot in place(names, width=500, height=400):
        wide, high = 0.6 * 8 * len(spot.name.text), 1.15 * 8
        left = {"left": spot.x, "right": spot.x - wide, "center": spot.x - wide / 2}[spot.align]
        boxes.append((left, spot.y - high / 2, left + wide, spot.y + high / 2))
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert not (
                one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
            )
