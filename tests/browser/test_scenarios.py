"""The dossier of each scenario that ships opens from a file, for everyone, and counts right."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from territory_access import dossier, study
from territory_access.errors import MissingDataset
from territory_access.scenario import Scenario
from territory_access.siting.problem import allocation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from territory_access.study import Study

pytestmark = pytest.mark.browser

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.toml"))
LARGEST = 6_000_000  # bytes: what one page may weigh
VIEWS = {"phone": (390, 844), "laptop": (1366, 768), "A4": (794, 1123)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine: install Debian's package « chromium »")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_its_dossier_opens_and_counts(
    path: Path,
    browser: Browser,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if "data:" in path.read_text("utf-8"):
        data = request.getfixturevalue("real_data")
        monkeypatch.setenv("TERRITORY_ACCESS_DATA", str(data))
    try:
        done = study.run(Scenario.load(path))
    except MissingDataset as error:
        pytest.skip(f"a file that the scenario names is not here: {error}")
    dossier.write(done, tmp_path / "resultat")
    page_file = tmp_path / "resultat" / "dossier.html"
    assert page_file.stat().st_size < LARGEST
    heard: list[str] = []
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.on("request", lambda sent: heard.append(sent.url))
    page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.goto(page_file.as_uri())
    assert heard == [page_file.as_uri()]
    _toggled(page, done)
    for width, height in VIEWS.values():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert len(page.pdf(prefer_css_page_size=True)) > 20_000
    page.close()
    assert _violations(browser, page_file) == []


def _toggled(page: Page, done: Study) -> None:
    """Open a site that the plan leaves closed, and find what Python finds."""
    asked = done.plan.problem
    closed = [code for code in asked.candidates.index if code not in done.plan.sites.index]
    usable = asked.allowed.any("option")
    code = next((str(one) for one in closed if bool(usable.sel(candidate_id=one))), None)
    if code is None:
        return
    row = asked.allowed.sel(candidate_id=code)
    option = str(row["option"].to_numpy()[int(row.to_numpy().argmax())])
    sites = done.plan.sites
    opened = {
        str(each): (int(site["places"]), float(site["reach"])) for each, site in sites.iterrows()
    }
    offered = asked.options.loc[option]
    opened[code] = (int(offered["places"]), float(offered["reach"]))
    page.evaluate("([code, option]) => territoryAccess.set(code, option)", [code, option])
    gained = page.evaluate("territoryAccess.figures().gained")
    assert gained == allocation(asked, opened).attrs["total"] - allocation(asked).attrs["total"]


def _violations(browser: Browser, page_file: Path) -> list[object]:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    context = browser.new_context(viewport={"width": 1366, "height": 768}, bypass_csp=True)
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.evaluate(axe)
    found = page.evaluate("axe.run().then(result => result.violations)")
    context.close()
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"][:3]]) for rule in found]
