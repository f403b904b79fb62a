"""Each rule binds when it should, and says so when nothing can be done."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access import siting
from territory_access.errors import DataError, Infeasible, ScenarioError, SitingError, Unverified
from territory_access.parameters import Parameters
from territory_access.vocabulary import Status

if TYPE_CHECKING:
    from types import ModuleType

SPACES = str.maketrans("\u202f\xa0", "  ")


@pytest.fixture
def row(small: ModuleType) -> object:
    """Four zones ten minutes apart, 100 seekers each; one service for 80 people."""
    return small.Case(
        seekers=[100, 100, 100, 100],
        minutes=small.line([0] * 4),
        candidates=[0, 1, 2, 3],
        services={
            "CDS": small.service(
                "CDS", (1.0, 80, 100_000, 10_000.0), (2.0, 160, 190_000, 20_000.0)
            ),
            "ANT": small.service("ANT", (0.2, 20, 20_000, 0.0), mother_minutes=15.0),
        },
        rules={"budget": 190_000.0},
    )


def test_one_site_for_the_money(row: object) -> None:
    plan = row.solved()  # type: ignore[attr-defined]
    assert plan.gain == 160
    assert plan.sites["capex"].sum() == 190_000
    assert plan.report.status is Status.OPTIMAL
    assert plan.report.stages["proved"].all()


def test_newly_reached_comes_second(row: object) -> None:
    plan = row.but(services={"CDS": row.services["CDS"]}).solved()
    # In the middle, 20 minutes reach all four zones: any two at the ends would cost more.
    assert plan.sites.index.isin(["Z1", "Z2"]).all()
    assert plan.report.stages.loc["reached", "value"] == 400


def test_outposts_need_a_centre(row: object) -> None:
    plan = row.but(services={"ANT": row.services["ANT"]}).solved()
    assert plan.report.status is Status.EMPTY
    both = row.but(budget=120_000.0).solved()
    assert sorted(both.sites["service"]) == ["ANT", "CDS"]
    centre, outpost = (
        both.sites.index[both.sites["service"] == name][0] for name in ("CDS", "ANT")
    )
    assert abs(int(centre[1]) - int(outpost[1])) == 1


def test_an_existing_centre_will_do(row: object, small: ModuleType) -> None:
    only = {"ANT": row.services["ANT"], "OLD": small.service("OLD")}
    case = row.but(services=only | {"CDS": row.services["CDS"]}, budget=90_000.0)
    assert case.solved().report.status is Status.EMPTY
    plan = case.but(existing=[("CDS", 0, 1.0, 10)]).solved()
    assert plan.sites.index.tolist() == ["Z1"]


@pytest.mark.parametrize(
    ("rule", "gain"), [({"gp_fte": 1.0}, 80), ({"deficit_per_year": 10_000.0}, 120)]
)
def test_staff_and_deficit_bind(row: object, rule: dict[str, float], gain: int) -> None:
    assert row.but(**rule).solved().gain == gain


def test_keep_and_forbid(row: object) -> None:
    plan = row.but(keep=("Z0",), forbid=("Z1", "Z2")).solved()
    assert "Z0" in plan.sites.index
    assert not {"Z1", "Z2"} & set(plan.sites.index)


def test_a_commune_with_a_site_gets_no_second_one(row: object) -> None:
    case = row.but(existing=[("CDS", 1, 1.0, 40)])
    assert "Z1" not in case.solved().sites.index
    with pytest.raises(ScenarioError, match="déjà un site"):
        case.but(keep=("Z1",)).problem()


def _retired(small: ModuleType, fte: float, **changes: object) -> object:
    """Two clusters an hour and more apart, a pool of ``fte`` in each."""
    minutes = np.array([[0.0, 5, 90, 95], [5, 0, 85, 90], [90, 85, 0, 5], [95, 90, 5, 0]])
    numbers = {"retired_gp_per_1000": 1.0, "retired_take_up": 0.1, "retired_fte": 0.3}
    return small.Case(
        **{
            "seekers": [100, 100, 50, 50],
            "minutes": np.where(minutes > 60, np.inf, minutes),
            "candidates": [0, 1, 2, 3],
            "services": {
                "SMP": small.service("SMP", (1.0, 80, 100_000, 0.0), staff_profile="retired")
            },
            "epci": ["A", "A", "B", "B"],
            "population": [round(fte / 0.03 * 500) + 1] * 4,
            "parameters": Parameters.load({f"staff.{key}": v for key, v in numbers.items()}),
        }
        | changes
    )


def test_retired_doctors_do_not_go_far(small: ModuleType) -> None:
    plan = _retired(small, 1.0).solved()
    assert len(plan.sites) == 2
    assert plan.gain == 160
    assert _retired(small, 0.99).solved().report.status is Status.EMPTY
    assert len(_retired(small, 2.0).solved().sites) == 4


def test_existing_sites_draw_on_the_same_doctors(small: ModuleType) -> None:
    plan = _retired(small, 1.0, existing=[("SMP", 0, 1.0, 10)]).solved()
    assert plan.sites.index.isin(["Z2", "Z3"]).all()
    # Asking more than there is leaves nothing, not less than nothing.
    asked = _retired(small, 1.0, existing=[("SMP", 0, 3.0, 10)]).problem()
    assert asked.pool.kept == 1000
    assert siting.solve(asked).sites.index.isin(["Z2", "Z3"]).all()


def test_nothing_without_money_says_so(row: object) -> None:
    plan = row.but(budget=0.0).solved()
    assert plan.report.status is Status.EMPTY
    assert plan.sites.empty
    assert "budget est de 0 €" in str(plan.report.reason).translate(SPACES)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"gp_fte": 0.0}, "0 ETP de médecin"),
        # What the planner set comes first, even where no commune is free either.
        ({"budget": 0.0, "existing": [("CDS", i, 1.0, 1) for i in range(4)]}, "budget est de 0 €"),
        ({"candidates": []}, "aucune commune candidate"),
        ({"seekers": [0, 0, 0, 0]}, "aucun habitant ne cherche"),
        ({"existing": [("CDS", 0, 1.0, 900)], "seekers": [9, 9, 0, 0]}, "ont déjà une place"),
        ({"deficit_per_year": 0.0, "services": "CDS"}, "déficit accepté est de 0 €"),
        ({"population": [10, 10, 10, 10], "services": "BIG"}, "assez peuplée"),
    ],
)
def test_nothing_says_why(
    row: object, small: ModuleType, changes: dict[str, object], reason: str
) -> None:
    known = {
        "CDS": {"CDS": row.services["CDS"]},
        "BIG": {"CDS": small.service("CDS", (1.0, 80, 1_000, 0.0), min_population=500.0)},
    }
    if "services" in changes:
        changes = changes | {"services": known[str(changes["services"])]}
    plan = row.but(**changes).solved()
    assert plan.report.status is Status.EMPTY
    assert reason in str(plan.report.reason).translate(SPACES)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"keep": ("Z9",)}, "« Z9 » n’est pas une commune candidate .* dire « Z"),
        ({"forbid": ("Commune Z2",)}, "Son code est Z2"),
        ({"keep": ("Z1",), "forbid": ("Z1",)}, "à la fois dans siting.keep et dans siting.forbid"),
        ({"services": ("CDZ",)}, "service inconnu « CDZ ». Vouliez-vous dire « CDS »"),
        ({"objective": "apl"}, "donnez supply.gp_file"),
    ],
)
def test_rules_that_make_no_sense(row: object, rules: dict[str, object], message: str) -> None:
    case = row
    if "services" in rules:
        settings = case.settings().model_copy(update=rules)
        case = dataclasses.replace(case)
        object.__setattr__(case, "settings", lambda: settings)
    else:
        case = case.but(**rules)
    with pytest.raises(ScenarioError, match=message):
        case.problem()


def test_a_site_without_times(row: object) -> None:
    case = dataclasses.replace(row)
    times = case.times().isel(destination=slice(1, None))
    object.__setattr__(case, "times", lambda: times)
    with pytest.raises(DataError, match="1 lieux manquent, par exemple Z0"):
        case.problem()


def test_infeasible_names_each_way_out(row: object) -> None:
    with pytest.raises(Infeasible) as caught:
        row.but(keep=("Z0", "Z3"), budget=150_000.0).solved()
    said = str(caught.value).translate(SPACES)
    assert "Commune Z0, Commune Z3" in said
    assert "siting.budget : 200 000 € au lieu de 150 000 € (+ 50 000 €)" in said
    assert "centre mère : 1 antenne(s)" in said
    assert "renoncer à 1 des 2 communes" in said
    assert "gp_fte" not in said


def test_infeasible_for_want_of_doctors(small: ModuleType) -> None:
    with pytest.raises(Infeasible) as caught:
        _retired(small, 1.0, rules={"keep": ("Z0", "Z1")}).solved()
    said = str(caught.value).translate(SPACES)
    assert "médecins retraités à portée : 1 ETP de plus" in said
    assert "siting.budget" not in said


def test_infeasible_host_too_small(small: ModuleType) -> None:
    case = small.Case(
        seekers=[10, 10],
        minutes=small.line([0, 0]),
        candidates=[0, 1],
        population=[400, 2000],
        services={"CDS": small.service("CDS", (1.0, 5, 1_000, 0.0), min_population=1000.0)},
        rules={"keep": ("Z0",)},
    )
    with pytest.raises(Infeasible, match="il manque 600 habitants"):
        case.solved()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda plan: {"gain": plan.gain + 1}, "gain : 161.000000 annoncé, 160.000000 recalculé"),
        (lambda plan: {"sites": plan.sites.assign(capex=1.0)}, "pas ceux du catalogue"),
        (
            lambda plan: {"report": dataclasses.replace(plan.report, bound=170.0)},
            "borne : 170.000000",
        ),
        (
            lambda plan: {
                "problem": dataclasses.replace(
                    plan.problem, rules=dataclasses.replace(plan.problem.rules, budget=5.0)
                )
            },
            "investissement : 190 000 € pour 5 €",
        ),
        (
            lambda plan: {
                "problem": dataclasses.replace(
                    plan.problem, rules=dataclasses.replace(plan.problem.rules, keep=("Z0",))
                )
            },
            "Z0 : rien n’y ouvre",
        ),
        (lambda plan: {"sites": plan.sites.set_axis(["Z8"])}, "Z8 : CDS base ne peut pas y ouvrir"),
    ],
)
def test_a_tampered_plan_is_caught(row: object, change: object, fault: str) -> None:
    plan = row.but(services={"CDS": row.services["CDS"]}).solved()
    plan.verify()
    with pytest.raises(Unverified) as caught:
        dataclasses.replace(plan, **change(plan)).verify()
    assert fault in str(caught.value).translate(SPACES)


def test_a_time_limit_gives_an_honest_plan(small: ModuleType) -> None:
    case = small.wide(1)
    plan = case.but(time_limit=30.0).solved()
    assert plan.report.status is Status.OPTIMAL
    assert plan.gain == case.solved().gain


def test_stages_are_told_in_residents_euros_and_minutes(row: object) -> None:
    plan = row.solved()
    stages = plan.report.stages
    assert stages.index.tolist() == ["gain", "reached", "cost", "minutes"]
    assert stages.loc["gain", "value"] == 160
    spent = plan.sites[["capex", "deficit"]].to_numpy().sum()
    assert stages.loc["cost", "value"] == pytest.approx(spent)


def test_no_time_at_all_is_not_an_empty_plan(small: ModuleType) -> None:
    with pytest.raises(SitingError, match="temps donné"):
        small.wide(1).but(time_limit=1e-9).solved()
