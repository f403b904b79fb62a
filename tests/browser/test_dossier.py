"""A real browser opens the page from a file, asks for nothing else, and everyone can read it."""

from __future__ import annotations

import shutil
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from territory_access import dossier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDTHS = {"phone": (390, 844), "laptop": (1366, 768)}
STUDIES = {
    "plain": {},
    "hostile": {"hostile": True},
    "empty": {"empty": True},
    "apl": {"with_apl": True},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine: install Debian's package « chromium »")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=STUDIES)
def dossier_page(
    request: pytest.FixtureRequest, made_up: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    options = dict(STUDIES[request.param])
    say = made_up.hostile if options.pop("hostile", False) else made_up.plain
    folder = tmp_path_factory.mktemp(request.param) / "resultat"
    dossier.write(made_up.made_up_study(say, **options), folder)
    return folder / "dossier.html"


@pytest.fixture(params=WIDTHS)
def opened(
    request: pytest.FixtureRequest, browser: Browser, dossier_page: Path
) -> Iterator[tuple[Page, list[str]]]:
    """Open the page with all that it says and asks."""
    width, height = WIDTHS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    heard: list[str] = []
    page.on("request", lambda sent: heard.append(sent.url))
    page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.goto(dossier_page.as_uri(), wait_until="load")
    yield page, heard
    context.close()


def test_it_asks_for_nothing_complains_of_nothing_and_fits(
    opened: tuple[Page, list[str]], dossier_page: Path
) -> None:
    page, heard = opened
    page.wait_for_timeout(100)
    assert heard == [dossier_page.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_axe_finds_no_violation(browser: Browser, dossier_page: Path) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    for width, height in WIDTHS.values():
        context = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True)
        page = context.new_page()
        page.goto(dossier_page.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(result => result.violations)")
        context.close()
        assert not [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]


def test_it_prints(browser: Browser, dossier_page: Path) -> None:
    page = browser.new_page()
    page.goto(dossier_page.as_uri())
    pdf = page.pdf(prefer_css_page_size=True)
    page.close()
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 20_000
