"""The sentences and numbers say what the study found, and no more."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from territory_access.deserts import Measure, Rule
from territory_access.dossier.blocks import Bullets, KeyFigures, Picture, Statement, Table
from territory_access.dossier.content import content
from territory_access.dossier.findings import findings, newly_within
from territory_access.dossier.numbers import SMALLEST_COUNT, Hidden, Numbers
from territory_access.dossier.voice import Voice
from territory_access.language import Language
from territory_access.parameters import Parameters
from territory_access.services import library
from territory_access.vocabulary import DesertKind, Objective, Status

if TYPE_CHECKING:
    from types import ModuleType

    from territory_access.dossier.blocks import Content
    from territory_access.study import Study

SPACES = str.maketrans("\u202f\xa0", "  ")


def words(said: Content, section: str) -> str:
    texts = []
    for block in said.section(section).blocks:
        if isinstance(block, Statement):
            texts.append(block.text)
        if isinstance(block, Bullets):
            texts += block.items
    return " ".join(texts).translate(SPACES)


@pytest.fixture(scope="module")
def said(study: Study) -> Content:
    return content(study, Voice.of("fr"))


def test_sections_stand_in_order(said: Content) -> None:
    assert [section.id for section in said.sections] == [
        "resume", "diagnostic", "iles", "scenarios", "proposition", "essai", "replication",
        "economie", "personnel", "financement", "gouvernance", "evaluation", "reste", "limites",
        "controles", "sources", "hypotheses",
    ]  # fmt: skip


def test_numbers_are_of_the_territory_without_its_buffer(study: Study) -> None:
    found = findings(study)
    inside = study.territory.zones[study.territory.zones["in_territory"]]
    assert found.residents == inside["population"].sum() < study.territory.zones["population"].sum()
    assert found.zones == 20
    served = study.places_after["served"].sel(origin=inside.index.to_numpy())
    assert found.served_after == pytest.approx(float(served.sum()))


def test_the_answer_names_places_money_and_people(study: Study, said: Content) -> None:
    text = words(said, "resume")
    found = findings(study)
    assert "Commune 14 et Commune 17" in text
    assert "390 000 € d’investissement, 25 000 € de déficit annuel et 6,5 ETP" in text
    assert f"une place à {round(found.gained)} habitants de plus" in text


def test_the_proof_is_said_with_bound_and_gap(study: Study) -> None:
    optimal = words(content(study, Voice.of("fr")), "proposition")
    assert "plus de 1 500 habitants supplémentaires ; celui-ci en sert 1 500 : l’opti" in optimal
    report = dataclasses.replace(
        study.plan.report, status=Status.FEASIBLE, bound=1600.0, gap=0.0667
    )
    plan = dataclasses.replace(study.plan, report=report)
    open_gap = words(content(dataclasses.replace(study, plan=plan), Voice.of("fr")), "proposition")
    assert (
        "plus de 1 600 habitants supplémentaires ; celui-ci en sert 1 500 (écart prouvé : 6,7 %)"
        in open_gap
    )
    assert "l’optimum est prouvé" not in open_gap


def test_an_empty_plan_says_why_and_keeps_the_diagnosis(made_up: ModuleType) -> None:
    said = content(made_up.made_up_study(empty=True), Voice.of("fr"))
    assert "Rien n’est proposé : le budget est nul" in words(said, "resume")
    pictures = [b for s in said.sections for b in s.blocks if isinstance(b, Picture)]
    assert [picture.id for picture in pictures] == ["map-share-before"]


def test_apl_comes_with_its_columns_and_maps(made_up: ModuleType) -> None:
    said = content(made_up.made_up_study(with_apl=True), Voice.of("fr"))
    pictures = [b.id for s in said.sections for b in s.blocks if isinstance(b, Picture)]
    assert pictures == [
        "map-share-before", "map-apl-before", "map-share-after", "map-apl-after"
    ]  # fmt: skip
    assert "apl_apres" in [column.key for column in said.communes.columns]
    assert "n’est pas calculée" not in words(said, "limites")


def test_without_islands_there_is_no_chapter_on_them(study: Study) -> None:
    bare = dataclasses.replace(study, islands=study.islands.iloc[:0])
    assert content(bare, Voice.of("fr")).section("iles") is None


def test_limits_print_the_measured_error(said: Content) -> None:
    text = words(said, "limites")
    assert "l’erreur moyenne est de 3,2 min" in text
    assert "plus de 7,1 min, et 14,1 % des trajets" in text
    assert "supply.gp_file" in text


def test_every_parameter_is_there_and_the_changed_one_is_marked(said: Content) -> None:
    table = said.parameters
    assert [row[-1] for row in table.rows] == [
        "access.reach_minutes", "places.kappa", "money.unused"
    ]  # fmt: skip
    assert [row[-2] for row in table.rows] == ["oui", "oui", "non"]
    assert table.marked == {1}
    assert table.rows[1][5] == "U"


def test_the_page_shows_the_parameters_that_the_run_reads(said: Content) -> None:
    table = said.tables("hypotheses")[0]
    assert [row[0] for row in table.rows] == [
        "Temps d’accès maximal", "Consultations par patient et par an"
    ]  # fmt: skip


def test_the_smallest_count_is_that_of_the_parameters() -> None:
    assert Parameters.load().value("disclosure.patients_min") == SMALLEST_COUNT


def test_services_that_open_come_with_their_figures(said: Content) -> None:
    table = next(table for table in said.tables("hypotheses") if table.id == "service_smp")
    lines = {row[0]: row for row in table.rows}
    assert lines["Investissement"][1:6] == (150_000.0, 80_000.0, 300_000.0, "€", "K-M")


def test_islands_are_in_the_answer(said: Content) -> None:
    assert "Depuis l’île (Île Sixième), une consultation sur le continent prend 8 h 59" in words(
        said, "resume"
    )


def test_the_diagnosis_speaks_of_people_then_says_what_a_desert_is(study: Study) -> None:
    inside = study.territory.zones[study.territory.zones["in_territory"]].sort_index()
    kinds = pd.Series(DesertKind.NONE.value, study.territory.zones.index)
    far, few = inside.index[:5], inside.index[5:8]
    kinds[far], kinds[few] = DesertKind.DISTANCE.value, DesertKind.CAPACITY.value
    found = study.deserts_before.assign(kind=kinds)
    said = content(dataclasses.replace(study, deserts_before=found), Voice.of("fr"))
    first, second = (
        block.text.translate(SPACES)
        for block in said.section("diagnostic").blocks[:2]
        if isinstance(block, Statement)
    )
    count = Numbers("fr").count
    seekers, without = inside["seekers"], inside["without_doctor"]
    there = count(seekers[far].sum()).translate(SPACES)
    assert f"5 communes sur 20, où {there} habitants cherchent" in first
    there = count(seekers[few].sum()).translate(SPACES)
    assert f"3 communes, où {there} habitants en cherchent un, ont un site à portée" in first
    assert "désert" not in first
    assert second.startswith("Désert au sens de l’étude : ")
    assert "Les cabinets libéraux n’y sont pas comptés" in second
    there = count(without[far].sum() + without[few].sum()).translate(SPACES)
    assert f"environ {there} n’ont pas de médecin traitant" in second


def test_with_the_apl_deserts_are_said_first(made_up: ModuleType) -> None:
    said = content(made_up.made_up_study(with_apl=True), Voice.of("fr"))
    assert re.search(
        r"Aujourd’hui, \d+ communes sur 20 sont des déserts", words(said, "diagnostic")
    )
    assert "qui compte aussi les cabinets libéraux" in words(said, "diagnostic")


def test_the_cover_names_the_territory(said: Content) -> None:
    assert dict(said.facts)["Territoire"] == "Pays Inventé · 20 communes · départements 91 et 92"


def test_rules_are_said_with_their_threshold_in_both_languages(study: Study) -> None:
    few = DesertKind.CAPACITY
    rule = Rule("peu", "Moins de {threshold} % des demandeurs trouvent une place", few,
                Measure.SHARE, 0.125, "2026", "x")  # fmt: skip
    found = study.deserts_before.assign(broken_rules=rule.label)
    known = dataclasses.replace(study, rules=(rule,), deserts_before=found)
    expected = {
        "fr": "Moins de 12,5 % des demandeurs trouvent une place",
        "en": "Fewer than 12.5% of those who look for a place find one",
    }
    for code, sentence in expected.items():
        tables = content(known, Voice.of(code)).tables("diagnostic")
        table = next(table for table in tables if table.id == "regles")
        assert [str(row[0]).translate(SPACES) for row in table.rows] == [sentence]


def test_departements_have_a_name_beside_their_code(study: Study) -> None:
    zones = study.territory.zones.assign(departement="2A")
    there = dataclasses.replace(study, territory=dataclasses.replace(study.territory, zones=zones))
    tables = content(there, Voice.of("fr")).tables("diagnostic")
    table = next(table for table in tables if table.id == "departements")
    assert table.rows[0][:2] == ("2A", "Corse-du-Sud")


def test_newly_within_counts_only_who_had_nothing(study: Study) -> None:
    near = newly_within(study)
    before = study.places_before["reachable"].to_series()
    zones = study.territory.zones
    minutes = study.times["travel_time"].sel(destination="99014").to_series()
    expected = zones["seekers"][(minutes <= 20) & ~before & zones["in_territory"]].sum()
    assert near["99014"] == expected > 0


def test_key_figures_all_carry_a_tag(said: Content) -> None:
    figures = next(b for b in said.sections[0].blocks if isinstance(b, KeyFigures)).items
    assert 4 <= len(figures) <= 6
    assert all(figure.tag for figure in figures)


def test_totals_leave_hidden_counts_out(said: Content) -> None:
    table = Table("t", "t", said.communes.columns[:1], ((Hidden(),), (20,), (30,)))
    assert table.total(0) == 50


@pytest.mark.parametrize("variant", [{}, {"empty": True}, {"with_apl": True}])
@pytest.mark.parametrize("goal", [Objective.PLACES, Objective.APL])
@pytest.mark.parametrize("status", [Status.OPTIMAL, Status.FEASIBLE])
def test_no_sentence_stays_french_in_english(
    made_up: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    variant: dict[str, bool],
    goal: Objective,
    status: Status,
) -> None:
    asked: set[str] = set()
    text = Language.text

    def listen(self: Language, sentence: str) -> str:
        asked.add(sentence)
        return text(self, sentence)

    monkeypatch.setattr(Language, "text", listen)
    study = made_up.made_up_study(lambda words: f"¤{words}", **variant)
    asked_for = study.scenario.siting.model_copy(update={"objective": goal})
    scenario = study.scenario.model_copy(update={"siting": asked_for})
    study = dataclasses.replace(study, scenario=scenario)
    if not variant.get("empty"):
        report = dataclasses.replace(study.plan.report, status=status)
        study = dataclasses.replace(study, plan=dataclasses.replace(study.plan, report=report))
    content(study, Voice.of("en"))
    # what the library of initiatives says is quoted, in the language of its documents
    quoted = {each for one in library.load() for each in dataclasses.astuple(one) if each}
    ours = {text for text in asked if text and "¤" not in text and text not in quoted}
    assert len(ours) > 100
    assert not ours - set(Language("en").messages)
