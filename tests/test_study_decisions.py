"""A real département whose services in place may grow, change or close, through to its dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access import study
from territory_access.dossier.blocks import Table
from territory_access.dossier.content import content
from territory_access.dossier.voice import Voice
from territory_access.scenario import Scenario
from territory_access.siting.lines import lines
from territory_access.siting.years import recount
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from pathlib import Path

    from territory_access.study import Study

MAYENNE = """
title = "Mayenne"
territory = {departements = ["53"], buffer_km = 20}
"""


@pytest.fixture(scope="module")
def changed() -> Study:
    """Return Mayenne with its three proven sites, which may grow into something else, or close."""
    asked = """
        siting = {budget = 400_000, deficit_per_year = 200_000, gp_fte = 2, nurse_fte = 8, services\
 = ["SMP", "CDS", "ROT"], decisions = ["upgrade", "close"], min_population = 1_000}
    """
    return study.run(Scenario.parse(MAYENNE + asked))


def test_a_proven_site_changes(changed: Study) -> None:
    plan = changed.plan
    assert plan.report.status is Status.OPTIMAL
    told = lines(plan).loc["smp-laval+"]
    assert (told["decision"], told["was"], told["service"]) == ("upgrade", "SMP", "CDS")
    assert (told["zone_id"], told["at"]) == ("53130", "smp-laval")
    gained = changed.places_after.attrs["total"] - changed.places_before.attrs["total"]
    assert gained == plan.gain > 0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_dossier_names_the_commune_and_the_decision(changed: Study, language: str) -> None:
    said = content(changed, Voice.of(language))
    table = next(one for one in said.tables("proposition") if one.id == "sites")
    row = dict(zip([column.key for column in table.columns], table.rows[0], strict=True))
    assert row["commune"] == "Laval"
    assert row["decision"] == ("changer SMP en CDS" if language == "fr" else "change SMP into CDS")
    # how a place is called inside shows nowhere but as the word to question it by
    shown = [
        str(cell)
        for section in said.sections
        for block in section.blocks
        if isinstance(block, Table)
        for line in block.rows
        for column, cell in zip(block.columns, line, strict=True)
        if column.key != "code"
    ]
    assert "Laval" in shown
    assert not any("smp-laval+" in text or ", smp-laval" in text for text in shown)


def test_doctors_move_where_consultations_are_missing(real_data: Path) -> None:
    supply = real_data / "supply" / "bpe2018_health_commune_wide.csv.gz"
    if not supply.exists():
        pytest.skip("no table of general practitioners by commune")
    asked = f"""
        supply = {{gp_file = "{supply}", gp_format = "table"}}
        siting = {{objective = "apl", budget = 500_000, deficit_per_year = 300_000, gp_fte = 0, \
services = ["ROT", "ANT"], decisions = ["open", "close", "relocate"], min_population = 3_000}}
    """
    found = study.run(Scenario.parse(MAYENNE + asked))
    told = lines(found.plan)
    assert {"open", "close"} <= set(told["decision"])
    assert told["fte"].sum() <= 1e-9
    zones = found.plan.problem.seekers["origin"].to_numpy()
    assert found.apl_after is not None
    level = found.apl_after.sel(origin=zones).to_numpy()
    np.testing.assert_allclose(level, recount.apl_by_year(found.plan)[:, -1], rtol=1e-9)
    data = found.plan.problem.missing
    assert data is not None
    assert data.total(data.apl) - data.total(level) == pytest.approx(found.plan.gain, rel=1e-9)
    closed = told.loc[told["decision"].isin(["close", "leave"]), "site"]
    assert set(closed).isdisjoint(found.places_after["destination"].to_numpy())
