"""Draws the pictures of the documentation, with the product itself: run it when they grow old.

``python docs/pictures.py`` answers the scenario of the demonstration and photographs its dossier,
its maps and its card. It needs Chromium; the building of the docs does not.
"""

from __future__ import annotations

import os
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

import territory_access as ta

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIGURES = Path(__file__).parent / "figures"
SCENARIO = Path(__file__).parents[1] / "scenarios" / "pays-de-la-loire.toml"
_COLOURS = 256


def keep(photograph: bytes, name: str) -> None:
    """Write a picture with few colours: a page is not a painting."""
    picture = Image.open(BytesIO(photograph)).convert("RGB")
    picture.quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE).save(
        FIGURES / name, optimize=True
    )


def photograph(page: Page, dossier: Path) -> None:
    """Photograph the head of a dossier and its living map."""
    page.goto(dossier.as_uri())
    keep(page.screenshot(), "dossier.png")
    living = page.locator(".living").first
    living.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)  # its layers are drawn when it comes into sight
    keep(living.screenshot(), "carte-vivante.png")


def show(page: Page, html: str, name: str) -> None:
    """Photograph what a notebook would show."""
    page.set_content(f'<div id="shown" style="padding:8px;width:max-content">{html}</div>')
    keep(page.locator("#shown").screenshot(), name)


def main() -> None:
    """Draw everything again."""
    FIGURES.mkdir(exist_ok=True)
    study = ta.study.run(ta.Scenario.load(SCENARIO))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        dossier = Path(folder) / "pays-de-la-loire"
        ta.dossier.write(study, dossier)
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": 1060, "height": 760})
        photograph(page, dossier / "dossier.html")
        show(page, study._repr_html_(), "fiche-etude.png")
        show(page, study.territory._repr_html_(), "fiche-territoire.png")
        show(page, ta.dossier.plot(study, when="before")._repr_html_(), "carte-avant.png")
        show(page, ta.dossier.plot(study, when="after")._repr_html_(), "carte-apres.png")
        browser.close()


if __name__ == "__main__":
    main()
