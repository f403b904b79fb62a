"""What a service earns and costs, to the cent, and what that says of a consultation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_access.errors import DataError
from territory_access.parameters import Parameters
from territory_access.services import catalogue
from territory_access.services.economics import (
    LABELS,
    Case,
    Group,
    Setting,
    Statement,
    apl_gain,
    break_even,
    charges_refunded,
    consultations_to_lift,
    effect,
    equivalent_annual_cost,
    revenue_per_consultation,
    staff,
    statement,
)

KNOWN = Parameters.load()
SERVICES = catalogue.load()
EVERY = sorted(SERVICES)


def told(service: str, size: str = "base", **where: object) -> Statement:
    of = SERVICES[service]
    return statement(of, of.size(size), parameters=KNOWN, setting=Setting(**where))  # type: ignore[arg-type]  # short


def test_a_consultation_brings_39_euros_50_and_a_doctor_pays_his_way_from_4532() -> None:
    assert revenue_per_consultation(KNOWN) == pytest.approx(39.50, abs=0.005)
    found = break_even(KNOWN)
    assert found.central == pytest.approx(4_532, abs=1)
    assert (found.low, found.high) == pytest.approx((3_770, 5_545), abs=5)


def test_a_consultation_that_brings_nothing_has_no_break_even() -> None:
    nothing = Parameters.load({"money.revenue_per_act": 0.0, "money.patient_fee": 0.0})
    with pytest.raises(DataError, match="ne rapporte rien"):
        break_even(nothing)


@pytest.mark.parametrize(
    ("capex", "years", "yearly"), [(300_000, 15, 25_100), (250_000, 7, 40_100)]
)
def test_investment_costs_so_much_a_year(capex: float, years: float, yearly: float) -> None:
    assert equivalent_annual_cost(capex, years=years, rate=0.03) == pytest.approx(yearly, abs=50)


@given(st.floats(1, 1e7), st.integers(1, 40), st.floats(0, 0.2))
def test_yearly_costs_discounted_give_the_investment_back(
    capex: float, years: int, rate: float
) -> None:
    yearly = equivalent_annual_cost(capex, years=years, rate=rate)
    worth = sum(yearly / (1 + rate) ** year for year in range(1, years + 1))
    assert worth == pytest.approx(capex, rel=1e-6)


@pytest.mark.parametrize("service", EVERY)
@pytest.mark.parametrize("case", list(Case))
def test_every_line_is_in_cents_and_totals_are_their_sums(service: str, case: Case) -> None:
    found = told(service, zone="ZIP", case=case)
    for amounts in found.amounts.values():
        assert all(one == one.quantize(Decimal("0.01")) for one in amounts)
    for year in range(found.years):
        by_hand = sum(
            (1 if line.group in {Group.REVENUE, Group.AID, Group.ONE_OFF} else -1)
            * found.amounts[line.key][year]
            for line in found.lines
        )
        assert found.result(one_off=True)[year] == by_hand
    assert {line.key for line in found.lines} <= set(LABELS)


@pytest.mark.parametrize("service", EVERY)
def test_a_favourable_case_is_never_worse(service: str) -> None:
    low, base, high = (told(service, case=case).result(one_off=False) for case in Case)
    assert all(a <= b <= c for a, b, c in zip(low, base, high, strict=True))


def test_fees_agreement_and_patient_fees_are_those_of_the_formula() -> None:
    cruise = told("SMP").total(Group.REVENUE)[-1]
    assert float(cruise) == pytest.approx(15_000 * revenue_per_consultation(KNOWN), abs=0.02)


def test_patients_come_little_by_little_while_the_team_is_paid() -> None:
    found = told("CDS")
    fees = found.amounts["fees"]
    assert [float(fee / fees[-1]) for fee in fees[:3]] == pytest.approx([0.5, 0.8, 1.0])
    assert len(set(found.total(Group.COST))) == 1


def test_aids_follow_the_zone_the_date_and_the_staff() -> None:
    assert "first_fte" not in told("CDS").amounts
    centre = told("CDS", zone="ZIP").amounts
    assert centre["first_fte"] == (Decimal(30_000), *[Decimal(0)] * 5)
    assert centre["next_fte"][0] == 50_000
    assert [float(one / centre["assistants_aid"][0]) for one in centre["assistants_aid"][:3]] == (
        pytest.approx([1, 27 / 36, 21 / 36], rel=1e-4)
    )
    aided = told("CDS", zone="ZIP").inputs["nurse_aid"].values
    assert [float(one) for one in aided] == [20_000, 20_000, 0, 0, 0, 0]
    elsewhere = told("CDS", zone="ZAC").inputs["nurse_aid"].values
    assert float(elsewhere[0]) == 13_500


def test_no_more_assistants_are_aided_than_the_rules_allow() -> None:
    many = catalogue.load({"CDS": {"support_fte": 40.0}})["CDS"]
    found = statement(many, many.size("grand"), parameters=KNOWN)
    assert float(found.inputs["aided_assistants"].values[0]) == 4.0


def test_regional_funds_of_a_medibus_end_after_three_years() -> None:
    found = told("MEDIBUS")
    assert found.amounts["fir"] == (*[Decimal(75_000)] * 3, *[Decimal(0)] * 3)
    assert found.cliff() == (4, Decimal(75_000))
    assert found.result(one_off=False)[0] == found.result(one_off=True)[0] - 75_000


def test_a_rule_ends_on_its_day() -> None:
    before = told("CDS", zone="ZIP", opening=date(2026, 6, 1))
    assert before.amounts["stability"][0] == 20_000
    assert told("CDS", rules=(_dated(),)).amounts["stability"] == (
        Decimal(20_000), Decimal(20_000), *[Decimal(0)] * 4
    )  # fmt: skip


def _dated() -> object:
    from dataclasses import replace

    from territory_access.services import funding

    found = next(rule for rule in funding.load() if rule.id == "CNAM_contracts.centre_stability")
    return replace(found, end=date(2028, 12, 31))


@pytest.mark.parametrize("service", ["MSP", "POCT", "REPIT", "AM", "TIERS"])
def test_without_doctors_of_its_own_the_catalogue_speaks(service: str) -> None:
    found = told(service)
    assert not found.detailed
    assert float(found.operating()[-1]) == pytest.approx(SERVICES[service].net)


def test_shares_of_staff_add_up_and_name_parameters() -> None:
    for shares in staff.load().values():
        assert all(share.parameter in KNOWN for share in shares)
    for service in SERVICES.values():
        size = service.size("base")
        found = staff.posts(service, size, staff.load())
        paid = sum(post.fte for post in found)
        whole = size.fte + size.nurse_fte + service.support_fte
        assert not found or paid == pytest.approx(whole)


def test_a_type_that_the_planner_adds_is_staffed_as_usual() -> None:
    added = catalogue.load({"NEW": {"like": "CDS", "name": "Essai"}})["NEW"]
    found = statement(added, added.size("base"), parameters=KNOWN)
    assert found.detailed
    assert {"doctor", "nurse", "secretary", "assistant", "coordinator"} <= set(found.amounts)


# domain knowledge, euros for a consultation: from the catalogue's own yearly result
PUBLISHED = {"AM": (5, 30), "SMP": (0, 10), "ROT": (5, 20), "CDS": (4, 15), "ANT": (5, 20),
             "ISL": (25, 45)}  # fmt: skip


@pytest.mark.parametrize("service", PUBLISHED)
def test_the_catalogue_gives_the_published_cost_of_a_consultation(service: str) -> None:
    of = SERVICES[service]
    worn = equivalent_annual_cost(of.capex, years=5 if service == "AM" else 15, rate=0.03)
    cost = (worn - of.net) / (of.capacity * (1 - of.poaching))
    low, high = PUBLISHED[service]
    assert low <= cost <= high


def test_one_smp_does_not_lift_a_basin_by_itself() -> None:
    assert apl_gain(15_000, 80_000) == pytest.approx(0.19, abs=0.005)
    assert 2.2 + apl_gain(15_000, 80_000) < 2.5
    assert consultations_to_lift(2.2, 2.5, 80_000) == pytest.approx(24_000)
    assert consultations_to_lift(2.6, 2.5, 80_000) == 0


def test_a_place_costs_kappa_consultations() -> None:
    found = effect(told("CDS"), 10_000, kappa=4.2)
    assert found.per_place == pytest.approx(4.2 * found.per_consultation)
    assert effect(told("CDS"), 0, kappa=4.2).per_consultation == float("inf")
    with pytest.raises(DataError):
        effect(told("CDS"), -1, kappa=4.2)


def test_refunded_charges_are_a_share_of_contributions_and_in_no_statement() -> None:
    assert charges_refunded(1, KNOWN) == pytest.approx(0.115 * 85_000 * 0.45)
    assert not [key for key in told("CDS").inputs if "teulade" in key]


@settings(max_examples=30)
@given(st.floats(0, 60_000), st.floats(0.1, 8))
def test_more_consultations_never_cost_money(acts: float, fte: float) -> None:
    from dataclasses import replace

    of = SERVICES["CDS"]
    small = replace(of.size("base"), acts_per_year=acts, fte=fte)
    more = replace(small, acts_per_year=acts + 1_000)
    low, high = (statement(of, size, parameters=KNOWN).operating()[-1] for size in (small, more))
    assert high > low
