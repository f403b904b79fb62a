"""What the reader tries in the page is counted as Python counts it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr

from territory_access import dossier
from territory_access.access.apl import apl as apl_of
from territory_access.access.decay import Decay
from territory_access.siting.donors import Practices, donors
from territory_access.siting.lost import apl_lost, lost_to
from territory_access.siting.problem import allocation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from playwright.sync_api import Browser, Page

    from territory_access.siting.problem import Problem
    from territory_access.study import Study

pytestmark = pytest.mark.browser


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


@pytest.fixture(scope="module")
def study(made_up: ModuleType) -> Study:
    return made_up.made_up_study(with_apl=True)


@pytest.fixture(scope="module")
def path(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("living") / "resultat"
    dossier.write(study, folder)
    return folder / "dossier.html"


@pytest.fixture
def page(browser: Browser, path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(path.as_uri())
    yield page
    context.close()


def _opened(asked: Problem, trial: dict[str, str]) -> dict[str, tuple[int, float]]:
    return {
        code: (int(asked.options.loc[option, "places"]), float(asked.options.loc[option, "reach"]))
        for code, option in trial.items()
    }


def _open_to_something(asked: Problem) -> list[str]:
    usable = asked.allowed.any("option")
    return [str(code) for code in asked.candidates.index if bool(usable.sel(candidate_id=code))]


def _try(page: Page, trial: dict[str, str]) -> None:
    page.get_by_role("button", name="Tout fermer").click()
    for code, option in trial.items():
        page.evaluate("([code, option]) => territoryAccess.set(code, option)", [code, option])


def test_places_are_those_that_python_finds(page: Page, study: Study) -> None:
    asked = study.plan.problem
    offered = list(asked.options.index)
    codes = [
        str(code)
        for code in asked.candidates.index
        if bool(asked.allowed.sel(candidate_id=code).any())
    ]
    draws = np.random.default_rng(7)
    before = allocation(asked).attrs["total"]
    for count in (0, 1, 2, 3, len(codes)):
        chosen = draws.choice(codes, size=min(count, len(codes)), replace=False)
        trial = {str(code): str(draws.choice(offered)) for code in chosen}
        _try(page, trial)
        expected = allocation(asked, _opened(asked, trial))
        figures = page.evaluate("territoryAccess.figures()")
        assert figures["gained"] == expected.attrs["total"] - before
        assert figures["capex"] == asked.options.loc[list(trial.values()), "capex"].sum()
        shares = page.evaluate("territoryAccess.shares()")
        found = np.array([shares[code] for code in expected["origin"].values])
        np.testing.assert_allclose(found, expected["share"].values, rtol=0, atol=1e-6)


def test_the_apl_is_the_one_that_python_finds(page: Page, study: Study) -> None:
    asked = study.plan.problem
    trial = {str(asked.candidates.index[0]): str(asked.options.index[0])}
    _try(page, trial)
    shown = page.evaluate("territoryAccess.apl()")
    added = xr.DataArray(
        [float(asked.options.loc[option, "net_acts"]) for option in trial.values()],
        {"destination": list(trial)},
        ("destination",),
    )
    need = xr.DataArray(
        study.territory.zones["need"].loc[asked.seekers["origin"].values].to_numpy(),
        {"origin": asked.seekers["origin"].values},
        ("origin",),
    )
    expected = study.apl_before + apl_of(asked.times.sel(destination=list(trial)), need, added)
    found = np.array([shown[code] for code in expected["origin"].values])
    np.testing.assert_allclose(found, expected.values, rtol=0, atol=1e-6)


def test_practices_nearby_lose_what_python_finds(
    browser: Browser, study: Study, tmp_path: Path
) -> None:
    asked = study.plan.problem
    need = study.territory.zones["need"].loc[asked.seekers["origin"].values]
    codes = [str(code) for code in asked.candidates.index]
    at = asked.candidates["zone_id"].to_numpy(str)
    times = asked.times.sel(destination=codes).assign_coords(destination=at)
    acts = xr.DataArray(
        np.linspace(2_000.0, 9_000.0, len(codes)), {"destination": at}, ("destination",)
    )
    people = xr.DataArray(need.to_numpy(), {"origin": need.index.to_numpy()}, ("origin",))
    known = donors(
        Practices(times, acts),
        asked.times.sel(destination=codes),
        people,
        within=50.0,
        decay=Decay.drees(),
    )
    options = asked.options.assign(net_acts=0.6 * asked.options["acts_per_year"])
    asked = replace(asked, donors=known, options=options)
    dossier.write(replace(study, plan=replace(study.plan, problem=asked)), tmp_path / "resultat")
    page = browser.new_page()
    page.goto((tmp_path / "resultat" / "dossier.html").as_uri())
    names = options.index.to_numpy(str)
    trial = {codes[0]: names[0], codes[1]: names[-1]}
    _try(page, trial)
    shown = page.evaluate("territoryAccess.apl()")
    page.close()
    chosen = options.loc[list(trial.values())].set_axis(list(trial))
    gross = chosen["acts_per_year"].to_numpy(float)
    lost = lost_to(asked, chosen, gross).sum(axis=0)
    assert lost.sum() == pytest.approx(0.4 * gross.sum())
    added = xr.DataArray(gross, {"destination": list(trial)}, ("destination",))
    expected = study.apl_before.sel(origin=people["origin"])
    expected = expected + apl_of(asked.times.sel(destination=list(trial)), people, added)
    expected = expected - apl_lost(asked, lost, people, Decay.drees())
    found = np.array([shown[code] for code in expected["origin"].values])
    np.testing.assert_allclose(found, expected.values, rtol=0, atol=1e-6)


def test_the_address_keeps_the_trial(page: Page, browser: Browser, study: Study) -> None:
    code = str(study.plan.problem.candidates.index[0])
    _try(page, {code: str(study.plan.problem.options.index[1])})
    figures = page.evaluate("territoryAccess.figures()")
    other = browser.new_page()
    other.goto(page.url)
    assert other.evaluate("territoryAccess.figures()") == figures
    other.goto(page.url.split("#")[0] + "#essai=nowhere:0")
    assert other.get_by_text("sites inconnus de ce dossier").is_visible()
    other.close()


def test_the_keyboard_is_enough(page: Page) -> None:
    page.get_by_role("button", name="Tout fermer").focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("group").get_by_role("checkbox").nth(1)
    box.focus()
    page.keyboard.press("Space")
    assert page.evaluate("territoryAccess.figures().sites") == 1
    page.get_by_role("button", name="Revenir au plan du dossier").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("territoryAccess.figures().sites") == 2


def test_rules_that_a_trial_breaks_are_said(page: Page, study: Study) -> None:
    asked = study.plan.problem
    codes = [
        str(c) for c in asked.candidates.index if bool(asked.allowed.sel(candidate_id=c).any())
    ]
    dearest = str(asked.options["capex"].idxmax())
    _try(page, dict.fromkeys(codes, dearest))
    assert asked.options.loc[dearest, "capex"] * len(codes) > asked.rules.budget
    said = page.evaluate("territoryAccess.violations()")
    assert any(text.startswith("Investissement") for text in said)
    assert page.get_by_text("Règles non respectées").is_visible()
