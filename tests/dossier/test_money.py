"""Money adds up to the cent, on the page and in the workbook, where its formulas are live."""

from __future__ import annotations

import operator
import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pytest
import xarray as xr

from territory_access.access.decay import Decay
from territory_access.dossier import economics
from territory_access.dossier.blocks import Bullets, Statement, Table
from territory_access.dossier.funding import funding
from territory_access.dossier.staffing import people
from territory_access.dossier.voice import Voice
from territory_access.scenario_projects import FundingPart, ProjectPart
from territory_access.services.economics import Case
from territory_access.siting.donors import Practices, donors

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from openpyxl import Workbook

    from territory_access.dossier.blocks import Section
    from territory_access.study import Study

VOICE = Voice.of("fr")
SPACES = str.maketrans("\u202f\xa0", "  ")
TOKEN = re.compile(r"([A-Z]+\d+|\d+(?:\.\d+)?|ROUND|IF|[-+*/^(),=])")


class Sheet:
    """The least that recomputes the accounts: cells, arithmetic, ROUND and IF."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.cells = book[name]
        self.tokens: list[str] = []

    def value(self, name: str) -> Decimal:
        held = self.cells[name].value
        if not isinstance(held, str):
            return Decimal(repr(float(held)))
        kept, self.tokens = self.tokens, TOKEN.findall(held.removeprefix("="))
        assert "".join(self.tokens) == held.removeprefix("=")
        found, rest = self.compared(), self.tokens
        self.tokens = kept
        assert not rest
        return found

    def compared(self) -> Decimal:
        return self.binary(self.sums, {"=": lambda a, b: Decimal(a == b)})

    def sums(self) -> Decimal:
        return self.binary(self.products, {"+": operator.add, "-": operator.sub})

    def products(self) -> Decimal:
        return self.binary(self.powers, {"*": operator.mul, "/": operator.truediv})

    def powers(self) -> Decimal:
        return self.binary(self.atom, {"^": operator.pow})

    def binary(self, below, ways) -> Decimal:  # type: ignore[no-untyped-def]  # noqa: ANN001 - four lines of a parser
        left = below()
        while self.tokens and self.tokens[0] in ways:
            left = ways[self.tokens.pop(0)](left, below())
        return left

    def atom(self) -> Decimal:
        word = self.tokens.pop(0)
        if word == "-":
            return -self.atom()
        if word == "(":
            return self.closed()
        if word == "ROUND":
            amount, digits = self.arguments()
            return amount.quantize(Decimal(1).scaleb(-int(digits)), rounding=ROUND_HALF_UP)
        if word == "IF":
            test, yes, no = self.arguments()
            return yes if test else no
        return self.value(word) if word[0].isalpha() else Decimal(word)

    def closed(self) -> Decimal:
        found = self.compared()
        assert self.tokens.pop(0) == ")"
        return found

    def arguments(self) -> list[Decimal]:
        assert self.tokens.pop(0) == "("
        found = [self.compared()]
        while self.tokens[0] == ",":
            self.tokens.pop(0)
            found.append(self.compared())
        assert self.tokens.pop(0) == ")"
        return found


@pytest.fixture(scope="module")
def formulas(written: Path) -> Workbook:
    return openpyxl.load_workbook(written / "annexe.xlsx")


@pytest.fixture(scope="module")
def kept(written: Path) -> Workbook:
    return openpyxl.load_workbook(written / "annexe.xlsx", data_only=True)


def text(section: Section | None) -> str:
    assert section is not None
    said = []
    for block in section.blocks:
        said += [block.text] if isinstance(block, Statement) else []
        said += block.items if isinstance(block, Bullets) else []
    return " ".join(said).translate(SPACES)


def tables(section: Section | None) -> dict[str, Table]:
    assert section is not None
    return {block.id: block for block in section.blocks if isinstance(block, Table)}


def test_every_formula_gives_the_cents_that_are_kept_beside_it(
    formulas: Workbook, kept: Workbook
) -> None:
    name = "Modèle économique"
    sheet = Sheet(formulas, name)
    live = [cell for row in formulas[name].iter_rows() for cell in row if cell.data_type == "f"]
    assert len(live) > 150
    for cell in live:
        assert float(sheet.value(cell.coordinate)) == kept[name][cell.coordinate].value


def test_the_page_and_the_workbook_say_the_same_cents(study: Study, kept: Workbook) -> None:
    money = economics.sites_money(study)
    page = tables(economics.economics(study, money, VOICE))
    rows = [[cell.value for cell in row] for row in kept["Modèle économique"].iter_rows()]
    for site in money:
        table = page[f"compte_{site.code}"]
        start = next(at for at, row in enumerate(rows) if row[0] == f"SMP à {site.name}")
        below = rows[start:]
        totals = next(row for row in below if row[0] == "Résultat avec aides ponctuelles")
        for position in range(1, len(table.columns)):
            assert round(table.total(position), 2) == totals[2 + position]
        for row in table.rows:
            found = next(one for one in below if one[0] == row[0] and one[1] is None)
            assert [abs(amount) for amount in row[1:]] == found[3:9]


def test_inputs_carry_their_origin_as_a_note(formulas: Workbook) -> None:
    notes = [cell.comment.text for row in formulas["Modèle économique"].iter_rows()
             for cell in row if cell.comment]  # fmt: skip
    assert any("money.revenue_per_act [K-M] 31 – 36 €" in note for note in notes)
    summary = [cell.comment.text for row in formulas["Synthèse"].iter_rows()
               for cell in row if cell.comment]  # fmt: skip
    assert any("U = τ × a × P" in note for note in summary)


def test_the_model_says_what_a_consultation_brings_and_does_not_lift(study: Study) -> None:
    said = text(economics.economics(study, economics.sites_money(study), VOICE))
    assert "rapporte 39,50 €" in said
    assert "à 4 532 consultations par an (de 3 772 à 5 545" in said
    assert "ajoute 0,19 à l’APL" in said
    assert "il ne porte pas 2,2 à 2,5, ce qui demande 24 000 consultations" in said
    assert "funding.zones" in said


def test_the_gap_to_the_catalogue_is_printed(study: Study) -> None:
    money = economics.sites_money(study)
    rows = tables(economics.economics(study, money, VOICE))["ecart_catalogue"].rows
    for site, row in zip(money, rows, strict=True):
        assert row[3] == float(site.base.operating()[-1])
        assert row[2] + row[4] == pytest.approx(row[3], abs=0.005)


def test_a_priority_zone_brings_its_aids(study: Study) -> None:
    asked = FundingPart(zones={"99014": "ZIP", "99017": "ZIP"})
    zoned = replace(study, scenario=study.scenario.model_copy(update={"funding": asked}))
    money = economics.sites_money(zoned)
    assert float(money[0].base.amounts["first_fte"][0]) == 30_000
    assert "funding.zones" not in text(economics.economics(zoned, money, VOICE))
    assert set(money[0].told) == set(Case)


def test_the_plan_of_financing_balances(study: Study) -> None:
    section = funding(study, VOICE)
    for row in tables(section)["financement"].rows:
        assert row[1] == pytest.approx(row[4] + row[5])
    assert "clos depuis le 20 sept. 2024" in text(section)


def test_projects_of_the_scenario_come_before_the_sites(study: Study) -> None:
    part = ProjectPart(name="Maison", cost=800_000, own=90_000, taxes_included=True)
    scenario = study.scenario.model_copy(update={"projects": (part,)})
    section = funding(replace(study, scenario=scenario), VOICE)
    rows = tables(section)["financement"].rows
    assert [(row[0], row[2]) for row in rows] == [("Maison", 250_000.0)]
    assert "À corriger — l’apport propre est de 90 000 €" in text(section)


def test_staff_is_told_with_chances_and_departures(study: Study) -> None:
    section = people(study, economics.sites_money(study), VOICE)
    rows = tables(section)["recrutement"].rows
    assert [row[4] for row in rows] == [13, 20]
    assert all(0 <= row[8] <= row[7] <= row[9] <= 1 for row in rows)
    left = tables(section)["effectifs"].rows[0]
    assert left[3:6] == (2.5, 2.06, 1.7)
    assert "supply.gp_file" in text(section)
    assert "33 médecins retraités" not in text(section)


def test_donors_are_named_where_supply_is_known(study: Study) -> None:
    asked = study.plan.problem
    zones = asked.times["origin"].to_numpy()
    need = study.territory.zones.loc[zones, "need"].to_numpy(float)
    residents = xr.DataArray(need, {"origin": zones}, ("origin",))
    where = asked.candidates.index.to_numpy(str)
    there = asked.times.sel(destination=where)
    at = there.assign_coords(destination=asked.candidates["zone_id"].to_numpy(str))
    acts = at[0].copy(data=np.full(where.size, 20_000.0)).drop_vars("origin")
    practices = donors(Practices(at, acts), there, residents, within=50, decay=Decay.drees())
    known = replace(study, plan=replace(study.plan, problem=replace(asked, donors=practices)))
    told = tables(people(known, economics.sites_money(known), VOICE))
    rows = told["debauchage"].rows
    assert rows[0][2] == 15_000
    assert rows[0][3] == pytest.approx(14_250)
    assert rows[0][4] == pytest.approx(750)
    taken = sum(row[4] for row in rows)
    losing = told["donneurs"].rows
    assert sum(row[3] for row in losing) == pytest.approx(taken)
    assert all(row[4] == pytest.approx(row[3] / 20_000) for row in losing)
    assert rows[0][5].split(", ")[0] in {row[0] for row in losing}


def test_an_empty_plan_has_no_money_to_tell(made_up: ModuleType) -> None:
    study = made_up.made_up_study(empty=True)
    money = economics.sites_money(study)
    assert economics.economics(study, money, VOICE) is None
    assert people(study, money, VOICE) is None
    assert funding(study, VOICE) is None


def test_the_activity_of_salaried_centres_is_set_beside_that_of_the_catalogue(
    study: Study,
) -> None:
    said = text(economics.economics(study, economics.sites_money(study), VOICE))
    assert "le catalogue compte 6 000 consultations par ETP de médecin. À 4 220" in said
