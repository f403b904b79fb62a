"""The document to print is tagged, complete, and takes no name for markup."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from territory_access.dossier.content import content
from territory_access.dossier.one_page import one_page
from territory_access.dossier.pdf import document
from territory_access.dossier.voice import Voice

if TYPE_CHECKING:
    from pathlib import Path

    from territory_access.study import Study


def _text(pdf: Path) -> str:
    """Return the words of a document, as another program reads them."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    return subprocess.run(  # noqa: S603 - a program of the system, on a file of ours
        [reader, "-layout", str(pdf), "-"], capture_output=True, check=True, text=True
    ).stdout


def test_it_is_tagged_and_named(written: Path) -> None:
    raw = (written / "dossier.pdf").read_bytes()
    assert raw.startswith(b"%PDF-1.7")
    assert re.search(rb"/StructTreeRoot", raw)
    assert re.search(rb"pdfuaid", raw)
    assert re.search(rb"/Lang ?\(fr", raw)


def test_every_section_and_bookmark_is_there(study: Study, written: Path) -> None:
    words = " ".join(_text(written / "dossier.pdf").split())
    for section in content(study, Voice.of("fr")).sections:
        if section.id == "essai":  # what one tries in a browser
            assert section.heading not in words
            continue
        assert section.heading.split(" (")[0] in words
    assert b"/Outlines" in (written / "dossier.pdf").read_bytes()


def test_the_summary_fits_one_page(study: Study, hostile_study: Study) -> None:
    for each in (study, hostile_study):
        voice = Voice.of("fr")
        raw = document(one_page(content(each, voice)), voice.numbers, one_page=True)
        assert len(re.findall(rb"/Type ?/Page\b(?!s)", raw)) == 1


def test_names_are_text_whatever_they_hold(hostile_written: Path) -> None:
    words = _text(hostile_written / "dossier.pdf")
    assert "<script>" in words
