"""Closing is paid, once, the year it happens, from one's own money."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from territory_access.errors import Unverified
from territory_access.parameters import Parameters
from territory_access.siting.lines import lines, paid
from territory_access.siting.unknowns import otherwise

if TYPE_CHECKING:
    from types import ModuleType

# A centre of one doctor, of a catalogue whose centre of four costs 790 000 € a year.
CLOSING = 0.3 * 790_000.0 / 4.0
MOVING = 0.3 * CLOSING
NEW = 100_000.0


def _one_site(small: ModuleType, **rules: Any) -> Any:
    """Return a centre where nobody lacks anything, people an hour away, and its doctor alone."""
    return small.Case(
        seekers=[1000, 1000],
        minutes=np.array([[0.0, 60.0], [60.0, 0.0]]),
        candidates=[1],
        services={"CDS": small.service("CDS", (1.0, 100, NEW, 10_000.0))},
        existing=[("CDS", 0, 1.0, 100)],
        population=[1000, 1000],
        apl=[3.5, 0.0],
        rules={"objective": "apl", "decisions": ("open", "close"), "gp_fte": 0.0} | rules,
    )


def test_the_default_is_what_the_documentation_says() -> None:
    known = Parameters.load()
    shares = [
        known.value(f"closing.{kind}")
        for kind in ("retired_share", "salaried_share", "rotating_share", "liberal_share")
    ]
    assert shares == [0.1, 0.3, 0.15, 0.1]
    assert known.value("closing.move_share") == 0.3


@pytest.mark.parametrize("flexible", [False, True])
@pytest.mark.parametrize(("short", "sites"), [(0.0, 2), (1.0, 0)])
def test_closing_is_paid_from_the_budget(
    small: ModuleType, short: float, sites: int, *, flexible: bool
) -> None:
    budget = NEW + CLOSING - short
    plan = _one_site(small, budget=budget, flexible_teams=flexible).solved()
    assert len(plan.sites) == sites
    if sites:
        told = lines(plan).set_index("decision")
        assert told.loc["close", ["capex", "closing_cost"]].tolist() == pytest.approx([CLOSING] * 2)
        assert told.loc["open", ["capex", "closing_cost"]].tolist() == [NEW, 0.0]
        # what funders may be asked to help
        assert paid(plan)["decision"].tolist() == ["open"]


@pytest.mark.parametrize(("short", "sites"), [(0.0, 2), (1.0, 0)])
def test_a_team_that_moves_leaves_only_its_rooms(
    small: ModuleType, short: float, sites: int
) -> None:
    moved = _one_site(small).services["CDS"]
    there = moved.capex / moved.gp_fte
    case = _one_site(small, decisions=("relocate",), budget=there + MOVING - short)
    plan = case.solved()
    assert len(plan.sites) == sites
    if sites:
        assert lines(plan).set_index("decision").loc["leave", "capex"] == pytest.approx(MOVING)


@pytest.mark.parametrize("share", [0.0, 0.8])
def test_a_scenario_gives_another_cost(small: ModuleType, share: float) -> None:
    known = Parameters.load({"closing.salaried_share": share})
    problem = _one_site(small).but(parameters=known).problem()
    (closing,) = problem.options.loc[problem.options["decision"] == "close", "capex"]
    assert closing == pytest.approx(share * 790_000.0 / 4.0)


def test_each_profile_has_its_own(small: ModuleType) -> None:
    found = {}
    for profile in ("retired", "salaried", "rotating", "liberal"):
        case = _one_site(small)
        other = dataclasses.replace(case.services["CDS"], staff_profile=profile)
        options = case.but(services={"CDS": other}).problem().options
        found[profile] = float(options.loc[options["decision"] == "close", "capex"].iloc[0])
    yearly = 790_000.0 / 4.0
    assert found == pytest.approx(
        {"retired": 0.1 * yearly, "salaried": CLOSING, "rotating": 0.15 * yearly,
         "liberal": 0.1 * yearly}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("money", "year"), [((NEW + CLOSING, 0.0), 1), ((CLOSING - 1.0, NEW + 1.0), 2)]
)
def test_closing_is_paid_the_year_it_happens(
    small: ModuleType, money: tuple[float, float], year: int
) -> None:
    """Money that lacks the first year makes it wait for the second."""
    centre = dataclasses.replace(_one_site(small).services["CDS"], lead_months=0.0)
    case = _one_site(small, years=2, flexible_teams=False, budget_by_year=money)
    told = lines(case.but(services={"CDS": centre}).solved()).set_index("decision")
    assert told.loc[["close", "open"], "year"].tolist() == [year, year]


def test_no_funder_pays_for_a_closing(small: ModuleType) -> None:
    help_all = ({"name": "Région", "share_max": 1.0, "public": False},)
    case = _one_site(small, funders=help_all)
    assert case.but(budget=CLOSING - 1.0).solved().sites.empty
    plan = case.but(budget=CLOSING).solved()
    assert plan.grants["candidate_id"].tolist() == ["Z1"]
    assert plan.grants["amount"].sum() == pytest.approx(NEW, abs=1.0)
    grants = plan.grants.assign(candidate_id="f0+")
    with pytest.raises(Unverified) as refused:
        dataclasses.replace(plan, grants=grants).verify()
    assert any("un financeur aide à fermer" in str(fault) for fault in refused.value.faults)


@pytest.mark.parametrize("flexible", [False, True])
def test_a_plan_that_closes_for_nothing_is_refused(small: ModuleType, *, flexible: bool) -> None:
    plan = _one_site(small, flexible_teams=flexible).solved()
    sites = plan.sites.copy()
    sites.loc["f0+", "capex"] = 0.0
    with pytest.raises(Unverified) as refused:
        dataclasses.replace(plan, sites=sites).verify()
    assert any("fermer coûte" in str(fault) for fault in refused.value.faults)


def test_uncertain_costs_are_those_of_closing_too(small: ModuleType) -> None:
    problem = _one_site(small).problem()
    dearer = otherwise(problem, {"costs": 1.5}).options
    options = problem.options
    closes = options["decision"] == "close"
    np.testing.assert_allclose(dearer["capex"], 1.5 * options["capex"])
    # what closing saves is known: it is what the site loses today
    np.testing.assert_allclose(dearer.loc[closes, "deficit"], options.loc[closes, "deficit"])


def test_among_plans_that_do_as_well_one_does_not_close(small: ModuleType) -> None:
    """Closing what nobody misses frees a deficit, less than it costs: it is left open."""
    plan = _one_site(small, gp_fte=5.0).solved()
    assert plan.sites["decision"].tolist() == ["ouvrir"]
