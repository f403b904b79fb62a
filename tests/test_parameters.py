"""Default numbers: complete, in their range, and changed only with sense."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from territory_access import parameters
from territory_access.errors import DataError, MissingDataset, ScenarioError
from territory_access.parameters import Parameters, _read, cite, data_folder, references
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from pathlib import Path

NEEDED = {
    "need.adult_share": 0.80,
    "need.without_doctor": 0.11,
    "need.seekers_share": 0.55,
    "places.kappa": 4.2,
    "access.reach_minutes": 20,
    "apl.threshold": 2.5,
    "apl.threshold_severe": 1.5,
    "apl.acts_floor": 3600,
    "apl.acts_cap": 6000,
    "apl.acts_per_fte": 5400,
    "staff.pool_minutes": 60,
    "staff.retired_gp_per_1000": 0.20,
    "staff.retired_take_up": 0.10,
    "staff.retired_fte": 0.2,
    "ferry.check_in_minutes": 15,
    "ferry.service_window_minutes": 720,
    "ferry.consultation_minutes": 20,
    "ferry.egress_minutes": 15,
    "travel.terminal_rural": 2,
    "travel.terminal_urban": 5,
}


@pytest.fixture(scope="module")
def defaults() -> Parameters:
    return Parameters.load()


def test_the_numbers_of_the_specification_are_there(defaults: Parameters) -> None:
    assert {id_: defaults.value(id_) for id_ in NEEDED} == NEEDED


def test_every_number_lies_in_its_range_and_says_where_it_comes_from(defaults: Parameters) -> None:
    for parameter in defaults.values():
        assert parameter.low <= parameter.value <= parameter.high
        assert parameter.unit
        assert parameter.label
        assert parameter.reference
        assert not parameter.overridden
        assert not parameter.outside_range


def test_what_is_known_only_from_memory_has_a_width(defaults: Parameters) -> None:
    memory = [p for p in defaults.values() if p.tag in (Tag.KNOWLEDGE_MEDIUM, Tag.KNOWLEDGE_LOW)]
    exact = {"replication.evidence_a"}
    assert [p.id for p in memory if p.low == p.high and p.id not in exact] == []


def test_break_even_follows_from_its_own_inputs(defaults: Parameters) -> None:
    value = defaults.value
    a_consultation = value("money.revenue_per_act") * value("money.net_of_rejects") * (
        1 + value("money.national_agreement_share")
    ) + value("money.patient_fee") / value("places.kappa")
    cost = value("money.cost_per_salaried_gp_fte") - value("money.aids_per_gp_fte")
    assert a_consultation == pytest.approx(39.50, abs=0.01)
    assert cost / a_consultation == pytest.approx(value("money.break_even_acts"), abs=3)


def test_the_score_of_replication_sums_to_one(defaults: Parameters) -> None:
    parts = ("need", "staff", "finance", "context", "coalition")
    assert sum(defaults.value(f"replication.{part}") for part in parts) == pytest.approx(1)


def test_a_value_outside_the_range_is_used_and_flagged() -> None:
    changed = Parameters.load({"places.kappa": 6, "need.seekers_share": 0.7})
    assert changed.value("places.kappa") == 6.0
    assert changed["places.kappa"].outside_range
    assert changed["places.kappa"].default == 4.2
    assert changed["need.seekers_share"].overridden
    assert not changed["need.seekers_share"].outside_range
    assert changed["need.seekers_share"].tag is Tag.USER


def test_every_wrong_override_is_listed_once() -> None:
    wrong = {"places.kapa": 4.0, "zzzz": 1, "places.kappa": 0, "need.seekers_share": 1.2}
    with pytest.raises(ScenarioError) as caught:
        Parameters.load(wrong)
    said = str(caught.value)
    assert len(caught.value.faults) == 4
    assert "Vouliez-vous dire « places.kappa » ?" in said
    assert "« zzzz »" in said


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0, True, "4,2", None])
def test_what_is_not_a_sensible_number_is_refused(value: object) -> None:
    with pytest.raises(ScenarioError, match=r"places\.kappa"):
        Parameters.load({"places.kappa": value})  # type: ignore[dict-item]  # the point


def test_a_what_if_of_zero_is_allowed_where_nothing_is_divided() -> None:
    assert Parameters.load({"staff.retired_take_up": 0}).value("staff.retired_take_up") == 0.0


def test_the_table_of_the_dossier_has_one_row_a_parameter(defaults: Parameters) -> None:
    table = defaults.table()
    assert table.index.is_unique
    assert len(table) == len(defaults)
    assert table.loc["places.kappa", "tag"] == "C"


def test_the_mapping_is_equal_to_itself_loaded_again(defaults: Parameters) -> None:
    again = Parameters.load()
    assert again == defaults
    assert hash(again) == hash(defaults)
    assert Parameters.load({"places.kappa": 4.0}) != defaults


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(DataError, match="« nulle-part »"):
        cite("cnam2021 nulle-part", references())


def test_a_default_outside_its_own_range_is_refused(tmp_path: Path) -> None:
    text = (data_folder() / "parameters.toml").read_text(encoding="utf-8")
    broken = tmp_path / "parameters.toml"
    broken.write_text(text.replace("value = 4.2\nlow = 3.8", "value = 4.2\nlow = 4.3"), "utf-8")
    with pytest.raises(DataError, match=r"places\.kappa"):
        _read(broken)


def test_the_tables_are_found_in_an_installed_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "territory_access"
    embedded = package / "embedded" / "datasets"
    embedded.mkdir(parents=True)
    for name in ("parameters.toml", "references.toml"):
        (embedded / name).write_bytes((data_folder() / name).read_bytes())
    monkeypatch.setattr(parameters, "_PACKAGE", package)
    assert data_folder() == embedded
    assert Parameters.load().value("places.kappa") == 4.2


def test_a_package_without_its_tables_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parameters, "_PACKAGE", tmp_path / "lib" / "territory_access")
    with pytest.raises(MissingDataset, match="Réinstallez"):
        data_folder()


def test_it_remembers_what_was_asked_for_and_nothing_else() -> None:
    parameters = Parameters.load()
    parameters.table()
    list(parameters)
    list(parameters.items())
    list(parameters.values())
    assert parameters.read == frozenset()
    parameters.value("places.kappa")
    assert parameters["access.reach_minutes"].unit == "min"
    assert parameters.read == {"places.kappa", "access.reach_minutes"}
