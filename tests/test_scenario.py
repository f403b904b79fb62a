"""A scenario is read whole, refused in words, and comes back from its own dump."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territory_access.errors import ScenarioError
from territory_access.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = """
title = "Essai"
territory.departements = ["53"]
siting = {budget = 150_000, gp_fte = 3}
"""


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "essai.toml"
    path.write_text(PLAIN, encoding="utf-8")
    return path


def test_changes_are_laid_over_the_file(plain: Path) -> None:
    scenario = Scenario.load(
        plain, changes=["siting.budget=2e5", "title=Un autre", 'siting.services=["SMP","ANT"]']
    )
    assert scenario.siting.budget == 200_000
    assert scenario.title == "Un autre"
    assert scenario.siting.services == ("SMP", "ANT")


def test_parameters_may_be_nested_or_dotted(plain: Path) -> None:
    nested = Scenario.load(plain, changes=["parameters.places.kappa=4.0"])
    dotted = Scenario.parse(PLAIN + '\n[parameters]\n"places.kappa" = 4.0\n')
    assert nested.parameters == dotted.parameters == {"places.kappa": 4.0}


def test_a_variant_keeps_what_it_does_not_say(plain: Path, tmp_path: Path) -> None:
    variant = tmp_path / "sous-dossier" / "variante.toml"
    variant.parent.mkdir()
    variant.write_text('extends = "../essai.toml"\nsiting.budget = 1\n', encoding="utf-8")
    scenario = Scenario.load(variant)
    assert scenario.siting.budget == 1
    assert scenario.siting.gp_fte == Scenario.load(plain).siting.gp_fte


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    base = tmp_path / "base" / "base.toml"
    base.write_text(PLAIN + '[supply]\ngp_file = "offre.csv"\n', encoding="utf-8")
    variant = tmp_path / "variante.toml"
    variant.write_text('extends = "base/base.toml"\n', encoding="utf-8")
    assert Scenario.load(variant).supply.gp_file == tmp_path / "base" / "offre.csv"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("sitting.budget=1", "clé inconnue « sitting ». Vouliez-vous dire « siting » ?"),
        ("siting.bugdet=1", "Vouliez-vous dire « budget » ?"),
        ("siting.budget=-1", "« siting.budget » vaut -1 ; il faut au moins 0."),
        ("siting.budget=beaucoup", "doit être un nombre ; « beaucoup »"),
        ("siting.budget=nan", "doit être un nombre fini"),
        ('siting.budget="600000"', "doit être un nombre"),
        ("territory.departements=53", "doit être une liste"),
        ("territory.departements=[]", "donnez au moins une région"),
        ("siting.objective=plaisir", "choisissez 'places', 'apl', 'lifted' ou 'worst_tenth'"),
        ("siting.priority={vieux=1}", "« siting.priority » n’a pas de clé « vieux » ; choisissez"),
        ("siting.min_population=1.5", "doit être un nombre entier"),
        ("siting.services=[]", "est vide"),
        ("siting.protect=[3]", "« siting.protect.0 » doit être un texte"),
        ('siting.protect=[""]', "« siting.protect.0 » est vide"),
        ('siting.protect=[{site="a", decisions=["ferme"]}]', "vaut « ferme » ; choisissez"),
        ('siting.protect=[{site="a", decision=["close"]}]', "Vouliez-vous dire « decisions » ?"),
        ('siting.includes=[{site="a"}]', "il manque « siting.includes.0.service » (type"),
        ('siting.funders=[{name="a", shar_max=1}]', "Vouliez-vous dire « share_max » ?"),
        ("siting=4", "doit être une table"),
        ("parameters.places.kappa=quatre", "doit être un nombre"),
        ("title=", "est vide"),
        ("sans-egal", "écrivez cle=valeur"),
    ],
)
def test_a_mistake_is_one_sentence(plain: Path, change: str, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(plain, changes=[change])
    message = str(caught.value)
    assert words in message
    assert "\n" not in message


def test_every_mistake_is_said_at_once(plain: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(plain, changes=["siting.budget=-1", "siting.gp_fte=-1"])
    assert len(caught.value.faults) == 2


def test_missing_files_and_circles_are_named(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="introuvable"):
        Scenario.load(tmp_path / "absent.toml")
    plain.write_text('extends = "essai.toml"\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match="tourne en rond"):
        Scenario.load(plain)


@pytest.mark.parametrize("raw", ['extends = "\\u0000"', "a." * 5000 + "a = 1", "a = " + "[" * 5000])
def test_awkward_text_is_a_scenario_error(raw: str, plain: Path) -> None:
    plain.write_text(raw, encoding="utf-8")
    with pytest.raises(ScenarioError):
        Scenario.load(plain)


@given(raw=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_a_scenario_error(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "octets.toml"
    path.write_bytes(raw)
    with pytest.raises(ScenarioError):
        Scenario.load(path)


@given(
    title=st.text(min_size=1, max_size=40).filter(lambda text: text.strip() == text),
    budget=st.floats(0, 1e9),
    fte=st.floats(0, 1e4),
    codes=st.lists(st.text(min_size=1, max_size=5).filter(lambda t: t.strip() == t), min_size=1),
    kappa=st.floats(-1e3, 1e3),
)
def test_dump_and_load_give_the_same_scenario(
    title: str, budget: float, fte: float, codes: list[str], kappa: float
) -> None:
    scenario = Scenario.model_validate(
        {
            "title": title,
            "territory": {"communes": codes},
            "siting": {"budget": budget, "gp_fte": fte},
            "parameters": {"places.kappa": kappa},
        }
    )
    assert Scenario.parse(scenario.dump()) == scenario


@pytest.mark.parametrize(
    ("decisions", "told"),
    [
        ("[]", "« siting.decisions » est vide."),
        (
            '["open", "ferme"]',
            "« siting.decisions.1 » vaut « ferme » ; choisissez",
        ),
    ],
)
def test_decisions_that_mean_nothing(decisions: str, told: str, plain: Path) -> None:
    plain.write_text(
        f'title = "Essai"\nterritory = {{departements = ["53"]}}\n'
        f"siting = {{budget = 1, gp_fte = 1, decisions = {decisions}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as refused:
        Scenario.load(plain)
    assert told in str(refused.value)
    assert str(refused.value).count("siting.decisions") == 1


def test_protected_services_are_dumped_as_they_were_told(plain: Path) -> None:
    told = 'siting.protect=["smp-laval", {site = "Cholet", decisions = ["close", "relocate"]}]'
    scenario = Scenario.load(plain, changes=[told])
    assert scenario.siting.protect[0] == "smp-laval"
    assert Scenario.parse(scenario.dump()) == scenario
