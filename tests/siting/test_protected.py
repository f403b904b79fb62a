"""A protected service stays as it is, and a scenario that protects nothing is told so."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from territory_access import siting
from territory_access.errors import ScenarioError, Unverified
from territory_access.siting.explain import why_not

if TYPE_CHECKING:
    from types import ModuleType

CHANGES = ("open", "extend", "upgrade", "close", "relocate")


@pytest.fixture
def three(small: ModuleType) -> Any:
    """Three communes, a site in the first two, doctors for none more, money for anything."""
    minutes = np.array([[0.0, 90, 90], [90, 0.0, 90], [90, 90, 0.0]])
    return small.Case(
        seekers=[100, 100, 100],
        minutes=minutes,
        candidates=[2],
        services={
            "CDS": small.service("CDS", (1.0, 100, 90_000.0, 9_000.0), (2.0, 200, 1e5, 2e4)),
            "ROT": small.service("ROT", (3.0, 300, 90_000.0, 9_000.0)),
        },
        existing=[("CDS", 0, 1.0, 100), ("CDS", 1, 1.0, 100)],
        population=[1000] * 3,
        apl=[3.5, 3.5, 0.0],
        rules={"objective": "apl", "decisions": ("open", "close"), "gp_fte": 0.0},
    )


@pytest.mark.parametrize("name", ["f0", "Z0", "Site 0", "site 0", "Commune Z0", "commune z0"])
def test_a_site_is_called_by_its_identifier_its_name_or_its_commune(three: Any, name: str) -> None:
    problem = three.but(protect=[name]).problem()
    assert problem.rules.protect == (("f0", ("close", "extend", "relocate", "upgrade")),)
    assert set(problem.options["site"]) == {"", "f1"}


@pytest.mark.parametrize("decision", ["extend", "upgrade", "close", "relocate"])
def test_each_decision_may_be_barred_alone(three: Any, decision: str) -> None:
    case = three.but(decisions=CHANGES)
    free = case.problem().options
    kept = case.but(protect=[{"site": "f0", "decisions": [decision]}]).problem().options
    same = decision if decision != "relocate" else "leave"
    gone = free[(free["site"] == "f0") & free["decision"].isin([decision, same])]
    assert len(gone) > 0
    assert set(free.index) - set(kept.index) == set(gone.index)


def test_the_other_site_closes_instead(three: Any) -> None:
    for name, closed in (("f0", "f1+"), ("f1", "f0+")):
        plan = three.but(protect=[name]).solved()
        assert set(plan.sites.index) == {closed, "Z2"}
    assert three.but(protect=["f0", "Commune Z1"]).solved().sites.empty


def test_two_ways_to_call_one_site_add_up(three: Any) -> None:
    asked = [{"site": "f0", "decisions": ["close"]}, {"site": "Z0", "decisions": ["extend"]}]
    problem = three.but(decisions=CHANGES, protect=asked).problem()
    assert problem.rules.protect == (("f0", ("close", "extend")),)


def test_a_plan_that_changes_it_is_refused(three: Any) -> None:
    plan = three.solved()
    closed = plan.sites.index[plan.sites["decision"] == "fermer"][0].removesuffix("+")
    rules = dataclasses.replace(plan.problem.rules, protect=((closed, ("close",)),))
    problem = dataclasses.replace(plan.problem, rules=rules)
    with pytest.raises(Unverified) as refused:
        dataclasses.replace(plan, problem=problem).verify()
    assert [str(fault) for fault in refused.value.faults] == [
        f"{closed} : protégé, et le plan le change"
    ]


def test_why_nothing_is_decided_there(three: Any) -> None:
    problem = three.but(protect=["f0"]).problem()
    assert "protégé (siting.protect)" in str(why_not(problem, "f0+"))
    assert why_not(problem, "f1+") is None


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"protect": ["Sitte 1"]}, "Vouliez-vous dire « Site 1 »"),
        ({"protect": ["Comune Z1"]}, "Vouliez-vous dire « Commune Z1 »"),
        ({"protect": ["Z2"]}, "aucun service en place dans la commune « Z2 »"),
        ({"protect": ["commune z2"]}, "aucun service en place dans la commune"),
        ({"protect": ["f0"], "decisions": ("open",)}, "rien de ce qui est en place ne change"),
        (
            {"protect": [{"site": "f0", "decisions": ["extend"]}]},
            "« extend », qui n’est pas dans siting.decisions (open, close)",
        ),
        ({"protect": ["f0"], "keep": ("f0+",)}, "siting.keep exige une décision pour « f0 »"),
        ({"protect": ["f0", "f1"], "decisions": ("close",)}, "il ne reste rien à décider"),
    ],
)
def test_what_protects_nothing_or_too_much(three: Any, rules: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        three.but(**rules).problem()
    assert said in str(refused.value)


def test_what_may_still_be_decided_can_be_required(three: Any) -> None:
    case = three.but(decisions=("open", "extend", "close"), gp_fte=1.0)
    asked = [{"site": "f0", "decisions": ["close"]}]
    plan = case.but(protect=asked, keep=("f0+",)).solved()
    assert plan.sites.loc["f0+", "decision"] == "agrandir"


def test_nothing_could_be_decided_of_it(three: Any) -> None:
    """A site as large as services get cannot grow: it need not be protected from that."""
    case = three.but(existing=[("CDS", 0, 9.0, 900), ("CDS", 1, 1.0, 100)], decisions=("extend",))
    with pytest.raises(ScenarioError, match="rien de ce qui se décide ne concerne « f0 »"):
        case.but(protect=["f0"]).problem()


def _asked(case: Any, territory: Any, small: ModuleType) -> siting.Problem:
    return siting.problem(
        territory,
        case.times(),
        case.settings(),
        parameters=small.PARAMETERS,
        services=case.services,
        apl=xr.DataArray(case.apl, {"origin": case.names()}, ("origin",)),
    )


def test_nobody_decides_of_a_neighbour(three: Any, small: ModuleType) -> None:
    case, place = three.but(protect=["f0"]), three.territory()
    zones = place.zones.assign(in_territory=[False, True, True])
    with pytest.raises(ScenarioError, match="hors du territoire"):
        _asked(case, dataclasses.replace(place, zones=zones), small)


@pytest.mark.parametrize(
    ("table", "asked", "codes"), [("zones", "Bourg", "Z0, Z1"), ("facilities", "SMP", "f0, f1")]
)
def test_a_name_that_several_have(
    three: Any, small: ModuleType, table: str, asked: str, codes: str
) -> None:
    place = three.territory()
    rows = getattr(place, table)
    place = dataclasses.replace(place, **{table: rows.assign(name=pd.Series(asked, rows.index))})
    with pytest.raises(ScenarioError, match=f"plusieurs .*{codes}"):
        _asked(three.but(protect=[asked]), place, small)
