"""No number of a dossier goes without its origin, and what is said of it is what the run used."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pyogrio
import pytest

import territory_access
from territory_access import study as studies
from territory_access.datasets import catalogue
from territory_access.datasets.brought import TITLES
from territory_access.dossier.assumptions import FIELDS
from territory_access.dossier.blocks import Bar, Format, KeyFigures, Living, Picture, Table
from territory_access.dossier.content import content
from territory_access.dossier.html import WORDS, page
from territory_access.dossier.origins import Origins, care, money
from territory_access.dossier.origins.columns import COLUMNS, PICTURES, of_table, shown
from territory_access.dossier.origins.figure import WHOLE, Ground
from territory_access.dossier.twins import as_json, tables
from territory_access.dossier.voice import Voice
from territory_access.parameters import Parameters
from territory_access.scenario import Scenario
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from territory_access.dossier.blocks import Content
    from territory_access.dossier.origins.figure import Figure
    from territory_access.study import Study

DOSSIER = Path(territory_access.__file__).parent / "dossier"
SPACES = str.maketrans("\u202f\xa0", "  ")


@pytest.fixture(scope="module")
def real() -> Study:
    """A small real study that opens something."""
    return studies.run(
        Scenario.parse("""
        title = "Agglomération du Choletais"
        territory = {epci = ["200071678"], buffer_km = 10}
        siting = {budget = 900_000, deficit_per_year = 500_000, gp_fte = 6, services = ["CDS"]}
        parameters = {"places.kappa" = 4.4}
    """)
    )


@pytest.fixture(scope="module")
def said(study: Study) -> Content:
    return content(study, Voice.of("fr"))


@pytest.fixture(scope="module")
def really_said(real: Study) -> Content:
    return content(real, Voice.of("fr"))


def untold(said: Content) -> list[str]:
    """Return the columns of numbers of which nothing says where they come from."""
    return [
        f"{table.id}.{column.key}"
        for table in tables(said)
        for column in table.columns
        if column.format not in WORDS and not (column.origin or table.origin)
    ]


@pytest.mark.parametrize("options", [{"with_apl": True}, {"empty": True}], ids=str)
def test_no_column_of_numbers_goes_without_its_origin(
    made_up: ModuleType, options: dict[str, bool]
) -> None:
    said = content(made_up.made_up_study(**options), Voice.of("fr"))
    assert untold(said) == []  # what each column shows stands in dossier/origins/*_columns.py


def test_nor_does_one_of_a_real_run(said: Content, really_said: Content) -> None:
    assert really_said.tables("economie")
    assert untold(said) == untold(really_said) == []


def numeric_columns() -> Iterator[tuple[str, str]]:
    """Yield table and key of the columns of numbers that a function of the dossier writes out."""
    for path in sorted(DOSSIER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
            made = [_words(call, 0) for call in calls if _name(call) == "Table"]
            keys = [_words(call, 0) for call in calls if _name(call) == "Column" and _counts(call)]
            if len(made) == 1 and made[0]:
                yield from ((made[0], key) for key in keys if key)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _words(call: ast.Call, place: int) -> str:
    """Return an argument that is a text, nothing if it is anything else."""
    match call.args[place] if len(call.args) > place else None:
        case ast.Constant(value=str(text)):
            return text
    return ""


def _counts(call: ast.Call) -> bool:
    kind = call.args[2]
    return isinstance(kind, ast.Attribute) and Format[kind.attr] not in WORDS


def test_no_table_that_no_study_here_shows_is_forgotten() -> None:
    found = list(numeric_columns())
    assert len(found) > 100
    # what the folders of follow and compare hold is no dossier: its numbers are of another's
    elsewhere = {"suivi_productivite", "suivi_places", "ecarts"}
    missing = [
        f"{table}.{key}"
        for table, key in found
        if table not in elsewhere and shown(table, key) is None and WHOLE not in of_table(table)
    ]
    assert missing == []  # what each column shows stands in dossier/origins/*_columns.py


def every_figure() -> Iterator[Figure]:
    named = [one for columns in COLUMNS.values() for one in columns.values()]
    yield from {*named, *PICTURES.values(), *_constants(care), *_constants(money)}


def _constants(module: ModuleType) -> list[Figure]:
    kind = type(care.RESIDENTS)
    return [value for value in vars(module).values() if isinstance(value, kind)]


@pytest.mark.parametrize("apl", [False, True])
def test_what_a_figure_names_exists(apl: bool) -> None:
    known, sources = Parameters.load(), catalogue.sources().index
    scenario = Scenario.parse("""
        title = "Vide"
        territory = {communes = ["53130"]}
        siting = {budget = 0, gp_fte = 0}
    """)
    for one in every_figure():
        told = one.in_run(apl=apl)
        assert set(told.every("parameters")) <= set(known), one.formula
        assert set(told.every("tables")) <= set(sources), one.formula
        assert set(told.every("files")) <= set(TITLES), one.formula
        assert set(told.every("cells")) <= set(FIELDS), one.formula
        assert set(told.every("grounds")) <= set(Ground), one.formula
        for key in told.every("asked"):
            part, name = key.split(".")
            assert hasattr(getattr(scenario, part), name), key


def column(said: Content, table: str, key: str) -> str:
    """Return all that is said of a column."""
    found = next(one for one in tables(said) if one.id == table)
    origin = next(one for one in found.columns if one.key == key).origin
    return "\n".join(origin.lines(assumed="H", read="S")).translate(SPACES)


def test_what_is_told_is_what_the_run_used(really_said: Content) -> None:
    text = column(really_said, "sites", "places")
    assert "Consultations par patient inscrit et par an (κ) = 4,4 consultations/patient/an" in text
    assert f"[{Tag.USER.value}]" in text
    need = column(really_said, "communes", "sans_medecin_traitant")
    communes = catalogue.sources().loc["communes.parquet"]
    assert str(communes["vintage"]) in need
    assert str(communes["licence"]) in need
    assert "U = τ × a × P" in need
    assert "[C]" in need


def test_an_assumption_that_was_not_read_is_not_told(study: Study, said: Content) -> None:
    assert said.tables("iles")
    read, known = study.parameters.read, Parameters.load()
    unread = {known[one].label for one in ("island.tests_per_1000", "transit.window_start")}
    assert not {"island.tests_per_1000", "transit.window_start"} & read
    origins = Origins(study, Voice.of("fr"))
    for one in every_figure():
        assert not unread & {part.label for part in origins.of(one).assumed}
    assert study.parameters.read == read  # to tell of a number is not to use it


def test_figures_charts_and_maps_tell_it_too(made_up: ModuleType) -> None:
    said = content(made_up.made_up_study(with_apl=True), Voice.of("fr"))
    blocks = [block for section in said.sections for block in section.blocks]
    told = [block for block in blocks if isinstance(block, Bar | Picture | Living)]
    told += [one for block in blocks if isinstance(block, KeyFigures) for one in block.items]
    assert len(told) > 8
    assert all(one.origin and one.origin.formula for one in told)


def test_with_the_apl_what_is_missing_is_consultations(made_up: ModuleType, study: Study) -> None:
    voice = Voice.of("fr")
    with_apl = Origins(made_up.made_up_study(with_apl=True), voice).of(care.MISSING)
    without = Origins(study, voice).of(care.MISSING)
    assert "APL" in with_apl.formula
    assert "APL" not in without.formula


def test_the_twin_holds_formula_assumptions_and_sources(study: Study) -> None:
    said = json.loads(as_json(content(study, Voice.of("en"))))
    found = {one["key"]: one["origin"] for one in said["sites"]["columns"]}
    assert found["commune"] is None
    assert found["places"]["formula"].startswith("c = ⌊S (1 − b) ÷ κ⌋")
    assert any("(κ)" in one for one in found["places"]["assumed"])
    assert said["parametres"]["origin"]["formula"]


def test_heads_of_the_workbook_carry_it_as_notes(written: Path) -> None:
    sheet = openpyxl.load_workbook(written / "annexe.xlsx")["Communes"]
    notes = {cell.value: cell.comment.text for cell in sheet[1] if cell.comment}
    assert "s = σ × U\N{NO-BREAK SPACE}: habitants" in notes["En recherche"]
    assert "Code" not in notes


def test_the_layers_say_it_beside_their_columns(written: Path) -> None:
    words = pyogrio.read_dataframe(written / "resultats.gpkg", layer="lisez_moi")
    told = words.set_index("sujet")["texte"]["en_recherche"]
    assert told.startswith("En recherche\ns = σ × U")


def test_every_table_of_the_page_opens_its_origins(said: Content) -> None:
    html = page(said, Voice.of("fr").numbers)
    blocks = [block for section in said.sections for block in section.blocks]
    traced = [block for block in blocks if isinstance(block, Table) and block.inputs]
    assert len(traced) > 10
    for table in traced:
        body = html.split(f'id="table-{table.id}"')[1].split("</details>")[0]
        assert body.count("<summary>") == 1


def test_names_in_origins_stay_text(hostile_study: Study, made_up: ModuleType) -> None:
    voice = Voice.of("fr")
    said = content(hostile_study, voice)
    sites = next(table for table in tables(said) if table.id == "existants")
    assert made_up.HOSTILE[:20] in " ".join(sites.inputs.found)
    assert "<script>alert" not in page(said, voice.numbers)
