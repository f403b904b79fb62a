"""The coalition, its locks and the library: every service has both, every tag exists."""

from __future__ import annotations

import pytest

from territory_access.errors import ScenarioError
from territory_access.scenario import Scenario
from territory_access.services import catalogue, library
from territory_access.services.coalition import STATES, checklist


@pytest.mark.parametrize("service", sorted(catalogue.load()))
def test_every_service_has_partners_and_locks(service: str) -> None:
    found = checklist(service)
    assert any(role.required for role in found.roles)
    assert found.locks
    assert found.coverage == 0.0
    assert found.shut == found.locks


def test_coverage_counts_agreements_among_required_roles_only() -> None:
    required = [role.id for role in checklist("SMP").roles if role.required]
    helpful = [role.id for role in checklist("SMP").roles if not role.required]
    assert checklist("SMP", dict.fromkeys(required, "accord")).coverage == 1.0
    assert checklist("SMP", dict.fromkeys(required, "contacté")).coverage == 0.0
    assert checklist("SMP", dict.fromkeys(helpful, "signé")).coverage == 0.0


def test_a_role_or_a_lock_that_does_not_exist_is_named() -> None:
    with pytest.raises(ScenarioError, match="Vouliez-vous dire « ordre »"):
        checklist("SMP", {"order": "signé"})
    with pytest.raises(ScenarioError, match="finess"):
        checklist("SMP", {}, ["finesse"])


def test_the_states_of_a_scenario_are_those_of_the_checklist() -> None:
    text = """
    title = "x"
    territory.communes = ["56069"]
    siting = {budget = 0, gp_fte = 0}
    [[projects]]
    name = "p"
    cost = 1
    service = "POCT"
    commune = "56069"
    partners = {ars = "signé", laboratoire = "à contacter"}
    lifted = ["poct_convention"]
    """
    project = Scenario.parse(text).projects[0]
    assert set(project.partners.values()) <= set(STATES)
    assert checklist(project.service, project.partners, project.lifted).coverage > 0
    with pytest.raises(ScenarioError):
        Scenario.parse(text.replace("à contacter", "bientôt"))


def test_the_library_tags_exist() -> None:
    services = set(catalogue.load())
    for one in library.load():
        assert set(one.services) <= services, one.id
        assert set(one.roles) <= set(library.ROLES), one.id
        assert set(one.issues) <= set(library.ISSUES), one.id
        assert one.reference, one.id


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("robots", "robotonomie"),
        ("ÉPUISEMENT", "lburn"),
        ("repit urgence", "la-marguerite"),
        ("Hœdic", "houat-hoedic"),
        ("précarité femmes", "igikali"),
        ("aphasie", "co-aidance"),
    ],
)
def test_the_library_finds_whatever_accents_and_case(words: str, first: str) -> None:
    assert library.search(words)[0].id == first


def test_nothing_is_found_for_nonsense() -> None:
    assert library.search("zzzz") == ()
