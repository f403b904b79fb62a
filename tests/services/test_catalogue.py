"""The catalogue of services and what a scenario may change in it."""

from __future__ import annotations

import csv

import pytest

from territory_access.errors import ScenarioError
from territory_access.parameters import Parameters, data_folder
from territory_access.services import catalogue

# base, low, high of the specification (k€ for money), written here a second time on purpose
SPECIFIED = {
    ("SMP", "capex"): (150, 80, 300),
    ("SMP", "capacity"): (15000, 12000, 19000),
    ("SMP", "net"): (0, -120, 100),
    ("CDS", "opex"): (790, 650, 950),
    ("ISL", "net"): (-400, -600, -150),
    ("ISL", "gp_fte"): (5, 3, 6),
    ("MICRO", "capex"): (60, 30, 150),
    ("ANT", "capacity"): (1800, 900, 4500),
    ("ROT", "capacity"): (4500, 3800, 5200),
    ("MEDIBUS", "net"): (-135, -200, 0),
    ("MSP", "capex"): (1800, 800, 4000),
    ("POCT", "net"): (-25, -45, 0),
    ("TIERS", "opex"): (120, 80, 180),
    ("REPIT", "net"): (-150, -250, -80),
    ("AM", "capacity"): (440, 300, 600),
    ("IPA", "net"): (-15, -40, 0),
}
MONEY = ("capex", "opex", "net")


@pytest.fixture(scope="module")
def services() -> dict[str, catalogue.Service]:
    return catalogue.load()


def test_the_fifteen_types_are_there(services: dict[str, catalogue.Service]) -> None:
    expected = "SMP CDS ISL MICRO ANT ROT TELE_EHPAD CABIN MEDIBUS MSP POCT TIERS REPIT AM IPA"
    assert list(services) == expected.split()


def test_figures_are_those_of_the_specification_in_euros(
    services: dict[str, catalogue.Service],
) -> None:
    for (service, field), figures in SPECIFIED.items():
        cell = services[service].cells[field]
        factor = 1000 if field in MONEY else 1
        assert (cell.value, cell.low, cell.high) == tuple(f * factor for f in figures), service


def test_every_figure_lies_in_its_range_with_a_tag_and_a_source(
    services: dict[str, catalogue.Service],
) -> None:
    table = catalogue.table(services)
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert (table["reference"] != "").all()
    assert not table.duplicated(["service", "field"]).any()


def test_sizes_grow_in_proportion_to_the_doctors(services: dict[str, catalogue.Service]) -> None:
    for service in services.values():
        base = service.size("base")
        assert [size.fte for size in service.sizes] == sorted(s.fte for s in service.sizes)
        for size in service.sizes:
            ratio = size.fte / base.fte if base.fte else 1
            assert size.acts_per_year == pytest.approx(base.acts_per_year * ratio)
            assert size.capex == pytest.approx(base.capex * ratio)
            assert size.deficit == pytest.approx(base.deficit * ratio)


def test_a_deficit_is_never_a_surplus(services: dict[str, catalogue.Service]) -> None:
    assert services["CDS"].size("base").deficit == 70_000
    assert services["SMP"].size("base").deficit == 0
    gain = catalogue.load({"CDS": {"net": 40_000}})["CDS"]
    assert gain.size("base").deficit == 0


def test_one_smp_takes_a_quarter_of_thirteen_thousand(
    services: dict[str, catalogue.Service],
) -> None:
    places = services["SMP"].size("base").places(Parameters.load().value("places.kappa"))
    assert places == 3571
    assert round(100 * places / 13_000) == 27


def test_services_without_places_give_none(services: dict[str, catalogue.Service]) -> None:
    for id_ in ("TELE_EHPAD", "CABIN", "POCT", "REPIT", "IPA"):
        assert services[id_].size("base").places(4.2) == 0


def test_only_the_antenna_needs_a_mother_centre(services: dict[str, catalogue.Service]) -> None:
    assert {s.id: s.mother_minutes for s in services.values() if s.mother_minutes} == {"ANT": 40.0}


def test_a_scenario_adds_a_type(services: dict[str, catalogue.Service]) -> None:
    added = catalogue.load(
        {"SMP_BIS": {"like": "SMP", "name": "SMP de bourg", "capex": 90_000, "min_population": 0}}
    )
    assert added["SMP_BIS"].name == "SMP de bourg"
    assert added["SMP_BIS"].capex == 90_000
    assert added["SMP_BIS"].capacity == added["SMP"].capacity
    assert added["SMP"].capex == services["SMP"].capex


def test_a_fixed_staff_keeps_one_size_each_side() -> None:
    changed = catalogue.load({"SMP": {"gp_fte": 4.0}})["SMP"]
    assert [size.name for size in changed.sizes] == ["petit", "base"]


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"SPM": {"capex": 1}}, "« SMP »"),
        ({"SMP": {"capexx": 1}}, "« capex »"),
        ({"SMP": {"capex": -1}}, "capex"),
        ({"SMP": {"capex": "beaucoup"}}, "beaucoup"),
        ({"SMP": {"poaching": 1.5}}, "1.5"),
        ({"SMP": {"capex": float("nan")}}, "nan"),
        ({"SMP": {"staff_profile": "volunteer"}}, "retired"),
        ({"SMP": {"name": ""}}, "un texte"),
        ({"NEW": {"like": "SMPP", "name": "x"}}, "« SMP »"),
        ({"NEW": {"like": "SMP"}}, "name"),
        ({"SMP": {"gives_places": "maybe"}}, "true"),
    ],
)
def test_a_wrong_change_is_a_sentence(
    overrides: dict[str, dict[str, float | str]], said: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        catalogue.load(overrides)
    assert said in str(caught.value)


def test_all_the_wrong_changes_are_listed() -> None:
    with pytest.raises(ScenarioError) as caught:
        catalogue.load({"SMP": {"capex": -1, "opexx": 2}, "XXX": {"capex": 1}})
    assert len(caught.value.faults) == 3


def test_both_tables_name_the_same_services() -> None:
    folder = data_folder()
    with (folder / "services.csv").open(encoding="utf-8") as figures:
        in_figures = {row["service"] for row in csv.DictReader(figures)}
    with (folder / "service_types.csv").open(encoding="utf-8") as types:
        assert in_figures == {row["service"] for row in csv.DictReader(types)}
