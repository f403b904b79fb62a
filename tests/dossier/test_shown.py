"""A map of the dossier, by itself, in a notebook or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from territory_access import dossier
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from territory_access.study import Study


def test_a_map_shows_its_finding_and_every_class(study: Study) -> None:
    shown = dossier.plot(study)
    html = shown._repr_html_()
    assert shown.picture.id == "map-share-after"
    assert all(item.label in html for item in shown.picture.legend)
    assert html.count("<svg ") == 1


def test_a_map_is_kept_as_a_picture(study: Study, tmp_path: Path) -> None:
    file = dossier.plot(study, when="before", language="en").save(tmp_path / "map.svg")
    assert ET.parse(file).getroot().tag.endswith("svg")  # noqa: S314 - our own file


def test_a_map_that_the_study_has_not_is_refused_in_words(study: Study) -> None:
    with pytest.raises(DataError, match="gp_file"):
        dossier.plot(study, of="apl")


def test_names_stay_text(hostile_study: Study, made_up: ModuleType) -> None:
    html = dossier.plot(hostile_study)._repr_html_()
    assert made_up.HOSTILE.startswith("<script>")
    assert "<script" not in html
