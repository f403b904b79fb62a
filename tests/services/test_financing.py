"""What each funder may lawfully give, and the plan that asks least of the bearer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from territory_access.errors import DataError, ScenarioError
from territory_access.services.financing import (
    NAMES,
    RULE_SETS,
    Code,
    Offer,
    Project,
    check,
    largest,
    least_own,
    offer,
    terms,
)

AAP2024 = terms("assist-2024")
WHOLE = Project(
    "x", Decimal(200_000), own=Decimal(120_000), asked=Decimal(80_000), months=36,
    experimental=True, coalition=True, fragile_public=True, legal_person=True,
    themes=("transport",), issues=("mobilité",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("cost", "most"),
    [
        ("100000", "0"), ("120000", "20000"), ("166667", "66666.80"), ("200000", "80000"),
        ("400000", "160000"), ("625000", "250000"), ("800000", "250000"), ("50000", "0"),
    ],
)  # fmt: skip
def test_the_call_of_2024_gives_what_the_specification_says(cost: str, most: str) -> None:
    found = largest(Project("x", Decimal(cost), own=Decimal(100_000)), AAP2024)
    assert found.amount == Decimal(most)


def test_others_and_a_used_envelope_leave_less() -> None:
    project = Project("x", Decimal(400_000), others={"Région": Decimal(200_000)})
    assert largest(project, AAP2024).amount == 100_000
    assert largest(replace(project, others={}), AAP2024, remaining=Decimal(30_000)).amount == 30_000


def test_what_stops_the_amount_is_said_first() -> None:
    small = largest(Project("x", Decimal(120_000)), AAP2024)
    assert "apporter au moins 100\u202f000" in str(small.why)
    large = largest(Project("x", Decimal(400_000)), AAP2024)
    assert str(large.why) == "la part est limitée à 40 % de 400\u202f000 €"
    assert "enveloppe" in str(largest(Project("x", Decimal(800_000)), AAP2024).why)
    assert [amount for _, amount in large.limits] == sorted(a for _, a in large.limits)


def test_public_money_of_a_local_authority_is_limited() -> None:
    project = Project("x", Decimal(500_000), others={"DETR": Decimal(390_000)})
    found = largest(replace(project, own=Decimal(100_000)), AAP2024)
    assert found.amount == 10_000
    given_more = replace(project, others={"DETR": Decimal(399_000)}, own=Decimal(0))
    assert largest(given_more, replace(AAP2024, own_min=None)).amount == 1_000
    assert largest(
        replace(given_more, local_authority=False), replace(AAP2024, own_min=None)
    ).amount == 101_000  # fmt: skip


@pytest.mark.parametrize("name", RULE_SETS)
def test_every_set_of_rules_answers(name: str) -> None:
    found = largest(Project("x", Decimal(300_000)), terms(name))
    assert found.amount >= 0
    assert str(found.why)
    assert terms(name).id in NAMES


def test_what_is_not_published_is_not_invented() -> None:
    assert largest(Project("x", Decimal(300_000)), terms("detr")).amount == 0
    assert "à convenir" in str(largest(Project("x", Decimal(300_000)), terms("direct")).why)
    assert "chaque année" in str(largest(Project("x", Decimal(300_000)), terms("cnam")).why)
    assert largest(Project("x", Decimal(300_000)), terms("france-sante")).amount == 50_000


def test_an_unknown_set_names_those_that_exist() -> None:
    with pytest.raises(ScenarioError, match="assist-2024"):
        terms("assist-2030")


def test_a_whole_plan_breaks_nothing() -> None:
    assert check(WHOLE, AAP2024) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            {"own": Decimal(90_000), "asked": Decimal(60_000), "cost": Decimal(150_000)},
            Code.OWN_TOO_LOW,
        ),
        ({"asked": Decimal("80000.01"), "own": Decimal("119999.99")}, Code.OVER_SHARE),
        ({"own": Decimal(130_000)}, Code.PLAN_UNBALANCED),
        ({"taxes_included": False}, Code.HT_TTC_MIX),
        ({"months": 37}, Code.NOT_EVALUABLE),
        ({"experimental": False}, Code.NOT_EXPERIMENTAL),
        ({"coalition": False}, Code.NO_CONSORTIUM),
        ({"fragile_public": False}, Code.NO_FRAGILITY),
        ({"legal_person": False}, Code.NOT_LEGAL_PERSON),
        ({"themes": ()}, Code.THEME_MISSING),
        ({"issues": ()}, Code.THEME_MISSING),
        (
            {"cost": Decimal(1_000_000), "asked": Decimal(260_000), "own": Decimal(740_000)},
            Code.OVER_ENVELOPE,
        ),
        (
            {"own": Decimal(100_000), "cost": Decimal(600_000),
             "others": {"DETR": Decimal(420_000)}},
            Code.OVER_PUBLIC,
        ),
    ],
)  # fmt: skip
def test_each_broken_rule_has_its_code_and_sentence(change: dict[str, object], code: Code) -> None:
    found = check(replace(WHOLE, **change), AAP2024)  # type: ignore[arg-type]  # one field each
    assert [one.code for one in found] == [code]
    assert found[0].broken
    assert "{" not in str(found[0].fault)


def test_what_a_project_does_not_say_is_to_be_completed_not_refused() -> None:
    found = check(Project("x", Decimal(200_000)), AAP2024)
    assert {one.code for one in found} == {
        Code.NOT_EVALUABLE, Code.NOT_EXPERIMENTAL, Code.NO_CONSORTIUM, Code.NO_FRAGILITY,
        Code.NOT_LEGAL_PERSON, Code.THEME_MISSING,
    }  # fmt: skip
    assert not any(one.broken for one in found)
    assert check(replace(WHOLE, taxes_included=None), AAP2024)[0].code is Code.HT_TTC_MIX


def test_the_call_of_2023_sets_no_share_nor_own_contribution() -> None:
    bare = Project("x", Decimal(200_000), own=Decimal(10_000), asked=Decimal(150_000),
                   others={"Mairie": Decimal(40_000)}, local_authority=False)  # fmt: skip
    assert check(bare, terms("assist-2023")) == ()


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(DataError, match="négatif"):
        Project("x", Decimal(-1))


amounts = st.integers(0, 500_000).map(Decimal)
offers = st.lists(
    st.builds(Offer, st.uuids().map(str), amounts, amounts, st.booleans()), max_size=4
)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 800_000).map(Decimal), amounts, offers, st.booleans())
def test_no_lawful_plan_asks_less_of_the_bearer(
    cost: Decimal, others: Decimal, funders: list[Offer], authority: bool
) -> None:
    others = min(others, cost * Decimal("0.8"))
    project = Project("x", cost, others={"m": others}, local_authority=authority)
    found = least_own(project, funders)
    given_all = sum(found.grants.values(), Decimal(0))
    assert found.own + others + given_all == cost
    by_name = {one.name: one for one in funders}
    for name, euros in found.grants.items():
        assert 0 < euros <= by_name[name].most
        assert found.own >= by_name[name].own_min
    if authority:
        public = sum(e for n, e in found.grants.items() if by_name[n].public) + others
        assert public <= cost * Decimal("0.8")
        assert found.own >= cost * Decimal("0.2") - Decimal("0.01")
    assert float(found.own) == pytest.approx(_oracle(cost, others, funders, authority), abs=0.02)


def _oracle(cost: Decimal, others: Decimal, funders: list[Offer], authority: bool) -> float:
    """Return the least own contribution, by a linear programme for every set of funders."""
    best = float("inf")
    for count in range(len(funders) + 1):
        for chosen in combinations(funders, count):
            floor = max([float(one.own_min) for one in chosen], default=0.0)
            floor = max(floor, 0.2 * float(cost)) if authority else floor
            public = [[0.0] + [float(one.public) for one in chosen]]
            solved = linprog(
                [1.0] + [0.0] * count,
                A_eq=[[1.0] * (count + 1)],
                b_eq=[float(cost - others)],
                A_ub=public if authority else None,
                b_ub=[0.8 * float(cost) - float(others)] if authority else None,
                bounds=[(floor, None)] + [(0.0, float(one.most)) for one in chosen],
            )
            best = min(best, float(solved.fun)) if solved.success else best
    return best


def test_assist_is_left_out_where_it_asks_for_more_than_it_gives() -> None:
    cost = Decimal(120_000)
    assist = offer("Assist", AAP2024, cost)
    assert assist is not None
    assert assist.most == 48_000
    found = least_own(Project("x", cost), [Offer("État", Decimal(96_000)), assist])
    assert found.own == 24_000
    assert found.grants == {"État": 96_000}
    assert "au moins 20 %" in str(found.why)
    alone = least_own(Project("x", cost), [assist])
    assert (alone.own, alone.grants) == (100_000, {"Assist": 20_000})
    assert "Assist" in str(alone.why)


def test_funders_without_published_amounts_offer_nothing() -> None:
    assert offer("DETR", terms("detr"), Decimal(100_000)) is None
    assert offer("CNAM", terms("cnam"), Decimal(100_000)) is None
