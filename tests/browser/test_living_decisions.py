"""What the reader extends, changes or closes in the page is counted as Python counts it."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr

from territory_access import access, dossier, ledgers
from territory_access.access.decay import Decay
from territory_access.siting.decisions import remaining
from territory_access.siting.problem import allocation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from playwright.sync_api import Page

    from territory_access.siting.problem import Problem
    from territory_access.study import Study

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def study(made_up: ModuleType) -> Study:
    path = Path(__file__).parents[1] / "dossier" / "deciding.py"
    spec = importlib.util.spec_from_file_location("deciding", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["deciding"] = module
    spec.loader.exec_module(module)
    decided: Study = module.decided_study(made_up)
    return decided


@pytest.fixture(scope="module")
def page(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine: install Debian's package « chromium »")
    folder = tmp_path_factory.mktemp("decided") / "resultat"
    dossier.write(study, folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto((folder / "dossier.html").as_uri())
        yield page
        browser.close()


def _with(asked: Problem, trial: dict[str, str]) -> xr.Dataset:
    """Return who gets a place when the trial is carried out."""
    options = asked.options
    opened = {
        code: (int(options.loc[option, "places"]), float(options.loc[option, "reach"]))
        for code, option in trial.items()
        if options.loc[option, "places"] > 0
    }
    return allocation(remaining(asked, list(trial.values())), opened)


def _apl(study: Study, trial: dict[str, str]) -> xr.DataArray:
    """Return the APL when the trial is carried out."""
    asked = study.plan.problem
    acts = np.array([float(asked.options.loc[option, "net_acts"]) for option in trial.values()])
    at, found = {"destination": list(trial)}, study.apl_before
    assert found is not None
    for sign in (1.0, -1.0):
        offer = xr.DataArray(np.maximum(0.0, sign * acts), at, ("destination",))
        found = found + sign * access.apl(
            asked.times.sel(at), ledgers.need(study.territory), offer, Decay.drees()
        )
    return found


def _draws(asked: Problem, count: int) -> list[dict[str, str]]:
    """Return trials of any decision that the page offers: moves are not among them."""
    random = np.random.default_rng(11)
    free = ~asked.options["decision"].isin(["leave", "relocate"]).to_numpy()
    able = asked.allowed.to_numpy() & free[None, :]
    trials = []
    for _ in range(count):
        codes = [j for j in np.flatnonzero(able.any(axis=1)) if random.random() < 0.5]
        trials.append(
            {
                str(asked.candidates.index[j]): str(
                    asked.options.index[random.choice(np.flatnonzero(able[j]))]
                )
                for j in codes
            }
        )
    return trials


def _try(page: Page, trial: dict[str, str]) -> None:
    page.get_by_role("button", name="Ne rien décider").click()
    for code, option in trial.items():
        page.evaluate("([code, option]) => territoryAccess.set(code, option)", [code, option])


def test_the_page_opens_on_the_plan(page: Page, study: Study) -> None:
    page.get_by_role("button", name="Revenir au plan du dossier").click()
    figures = page.evaluate("territoryAccess.figures()")
    gained = study.places_after.attrs["total"] - study.places_before.attrs["total"]
    assert figures["gained"] == gained
    assert figures["sites"] == 5
    assert figures["deficit"] == pytest.approx(study.plan.sites["deficit"].sum())
    apl = page.evaluate("territoryAccess.apl()")
    assert study.apl_after is not None
    expected = study.apl_after.to_series()
    np.testing.assert_allclose([apl[code] for code in expected.index], expected, atol=1e-6)


def test_both_ledgers_are_those_of_python(page: Page, study: Study) -> None:
    asked = study.plan.problem
    before = allocation(asked).attrs["total"]
    trials = [{"closes+": "CDS fermeture, closes"}, *_draws(asked, 5)]
    assert any("fermeture" in option for trial in trials[1:] for option in trial.values())
    for trial in trials:
        _try(page, trial)
        expected, figures = _with(asked, trial), page.evaluate("territoryAccess.figures()")
        assert figures["gained"] == expected.attrs["total"] - before
        for column, key in (("capex", "capex"), ("deficit", "deficit"), ("fte", "fte")):
            total = asked.options.loc[list(trial.values()), column].sum()
            assert figures[key] == pytest.approx(total)
        shares = page.evaluate("territoryAccess.shares()")
        found = [shares[code] for code in expected["origin"].values]
        np.testing.assert_allclose(found, expected["share"].values, rtol=0, atol=1e-6)
        apl = page.evaluate("territoryAccess.apl()")
        wanted = _apl(study, trial).to_series()
        np.testing.assert_allclose([apl[code] for code in wanted.index], wanted, atol=1e-6)


def test_half_a_move_is_said(page: Page) -> None:
    page.get_by_role("button", name="Revenir au plan du dossier").click()
    assert page.evaluate("territoryAccess.violations()") == []
    page.evaluate("territoryAccess.set('99012', null)")
    assert any("à moitié pris" in said for said in page.evaluate("territoryAccess.violations()"))


def test_what_is_not_offered_is_said(page: Page) -> None:
    assert page.get_by_text("Un déplacement n’y est que tel que le plan le décide").is_visible()
    page.get_by_role("button", name="Ne rien décider").click()
    box = page.get_by_label("Site closes", exact=True)
    box.check()
    assert page.evaluate("territoryAccess.figures().sites") == 1
    options = page.get_by_label("Décision : Site closes").locator("option").all_inner_texts()
    assert any(text.startswith("fermer") for text in options)
    assert any(text.startswith("agrandir") for text in options)
    assert not any("déplacer" in text for text in options)
