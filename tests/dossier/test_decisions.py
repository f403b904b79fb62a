"""A plan that extends, changes, closes and moves is told whole: tables, ledgers, maps, files."""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import pytest

from territory_access import dossier, ledgers, siting
from territory_access.dossier import economics, evaluation, funding, proposal, staffing
from territory_access.dossier.blocks import Bullets, Statement, Table
from territory_access.dossier.compare import compare, read
from territory_access.dossier.findings import findings
from territory_access.dossier.maps import maps
from territory_access.dossier.replication import replication
from territory_access.dossier.voice import Voice
from territory_access.errors import ScenarioError
from territory_access.parameters import Parameters
from territory_access.services import catalogue
from territory_access.siting.lines import left, lines, number, only_opens
from territory_access.siting.protected import CHANGES
from territory_access.siting.years import recount
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from types import ModuleType

    from territory_access.dossier.blocks import Section
    from territory_access.study import Study

VOICE = Voice.of("fr")


@pytest.fixture(scope="session")
def deciding() -> ModuleType:
    path = Path(__file__).with_name("deciding.py")
    spec = importlib.util.spec_from_file_location("deciding", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["deciding"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def decided(made_up: ModuleType, deciding: ModuleType) -> Study:
    return deciding.decided_study(made_up)


@pytest.fixture(scope="session")
def places(made_up: ModuleType, deciding: ModuleType) -> Study:
    return deciding.decided_study(made_up, objective="places")


@pytest.fixture(scope="session")
def folder(decided: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("decided") / "resultat"
    dossier.write(decided, path)
    return path


def table(section: Section | None, name: str) -> list[dict[str, Any]]:
    assert section is not None
    found = next(b for b in section.blocks if isinstance(b, Table) and b.id == name)
    return [dict(zip([c.key for c in found.columns], row, strict=True)) for row in found.rows]


def said(section: Section | None) -> str:
    assert section is not None
    parts = [b.text for b in section.blocks if isinstance(b, Statement)]
    parts += [item for b in section.blocks if isinstance(b, Bullets) for item in b.items]
    return " ".join(parts)


def test_each_line_says_what_is_decided_and_the_difference(decided: Study) -> None:
    rows = {
        (row["commune"], row["decision"]): row
        for row in (
            first | second
            for first, second in zip(
                table(_proposal(decided), "sites"), table(_proposal(decided), "couts"), strict=True
            )
        )
    }
    assert set(rows) == {
        ("Commune 12", "déplacer de Commune 8 vers Commune 12"),
        ("Commune 8", "déplacer de Commune 8 vers Commune 12"),
        ("Commune 17", "ouvrir"),
        ("Commune 15", "changer ROT en CDS"),
        ("Commune 11", "fermer"),
        ("Commune 19", "agrandir"),
    }
    figures = ("etp_medecin", "consultations", "places", "investissement", "deficit", "fermeture")
    by_place = {name: [row[key] for key in figures] for (name, _), row in rows.items()}
    # from 2 doctors to 4: a centre of 4 less one of 2, by the catalogue
    assert by_place["Commune 19"] == [2.0, 8600.0, 4095 - 2047, 225_000.0, 35_000.0, 0.0]
    # three tenths of a year of two doctors out of four; the rooms alone where the team follows
    known, services = Parameters.load(), catalogue.load()
    closing = known.value("closing.salaried_share") * services["CDS"].opex / 2
    leaving = known.value("closing.rotating_share") * known.value("closing.move_share")
    leaving *= services["ROT"].opex / services["ROT"].gp_fte
    assert closing == pytest.approx(118_500.0)
    assert by_place["Commune 11"] == [
        -2.0, -8600.0, -2047, pytest.approx(closing), -35_000.0, pytest.approx(closing)
    ]  # fmt: skip
    assert by_place["Commune 8"] == [
        -1.0, -4500.0, -1071, pytest.approx(leaving), -40_000.0, pytest.approx(leaving)
    ]  # fmt: skip
    assert by_place["Commune 12"] == [1.0, 4500.0, 1071, 80_000.0, 40_000.0, 0.0]
    assert findings(decided).spent == pytest.approx(
        sum(row["investissement"] for row in rows.values())
    )
    assert rows["Commune 11", "fermer"]["code_commune"] == "99011"
    assert rows["Commune 11", "fermer"]["site"] == "closes"
    used = float(decided.places_before["used"].sel(destination="closes"))
    assert rows["Commune 11", "fermer"]["servis"] == -round(used)
    assert number(decided.plan) == findings(decided).sites == 5


def _proposal(study: Study) -> Section:
    return proposal.proposal(study, findings(study), (), VOICE)


def test_both_ledgers_are_those_of_siting(decided: Study, places: Study) -> None:
    zones = decided.plan.problem.seekers["origin"].to_numpy()
    assert decided.apl_after is not None
    found = decided.apl_after.sel(origin=zones).to_numpy()
    np.testing.assert_allclose(found, recount.apl_by_year(decided.plan)[:, -1], rtol=1e-9)
    assert (found < decided.apl_before.sel(origin=zones).to_numpy() - 1e-6).any()
    gained = places.places_after.attrs["total"] - places.places_before.attrs["total"]
    assert gained == pytest.approx(places.plan.gain, rel=1e-9)
    assert {"closes", "moves"}.isdisjoint(places.places_after["destination"].to_numpy())
    middle = places.by_kappa.iloc[1]
    assert middle["opened"] == lines(places.plan)["places"].sum()


def test_what_closes_is_no_longer_near(decided: Study) -> None:
    opened = ledgers.opened(decided.plan)
    assert set(opened) == {"99012", "99017", "changes+", "grows+"}
    minutes = ledgers.open_minutes(left(decided.plan), opened)
    assert {"closes", "moves", "closes+"}.isdisjoint(minutes["destination"].to_numpy())
    assert {"grows", "changes", "beyond"} <= set(minutes["destination"].to_numpy())


def test_nobody_decides_of_the_neighbours(decided: Study) -> None:
    asked = decided.plan.problem
    assert "beyond" in asked.existing.index
    assert "beyond+" not in asked.candidates.index
    assert not asked.options["site"].eq("beyond").any()


def test_what_is_protected_is_among_what_is_held_fixed(decided: Study) -> None:
    kept = (("changes", ("close", "relocate")), ("grows", tuple(sorted(CHANGES))))
    rules = replace(decided.plan.problem.rules, protect=kept)
    plan = replace(decided.plan, problem=replace(decided.plan.problem, rules=rules))
    section = _proposal(replace(decided, plan=plan))
    told = said(section).replace("\xa0", " ").replace("\u202f", " ")
    assert "Site grows (Commune 19) reste tel qu’il est" in told
    assert "Site changes (Commune 15) est protégé (siting.protect) : fermeture et déplac" in told
    assert "1 service en place hors du territoire" in told
    assert "reste tel" not in said(_proposal(decided))


def test_maps_draw_each_decision_by_its_symbol(decided: Study) -> None:
    after = maps(decided, findings(decided), VOICE).after[0]
    labels = {item.label: item.mark for item in after.legend}
    assert labels["service fermé"] == "cross"
    assert labels["service agrandi"] == "ring"
    assert labels["service changé"] == "target"
    assert labels["service déplacé, de là à là"] == "arrow"
    assert labels["service qui part"] == "circle"
    assert "fermer CDS à Commune 11" in after.description
    assert after.title.startswith("Avec 5 décisions")


def test_people_are_found_for_what_comes_only(decided: Study) -> None:
    section = staffing.people(decided, economics.sites_money(decided), VOICE)
    rows = {row["commune"]: row["etp"] for row in table(section, "recrutement")}
    assert rows == {"Commune 17": 1.0, "Commune 15": 3.0, "Commune 19": 2.0}
    assert "À Commune 12, l’équipe qui se déplace est déjà là" in said(section)
    assert "Ce qui ferme à Commune 11 libère 2 ETP" in said(section).replace("\xa0", " ")


def test_accounts_are_those_of_the_whole_service(decided: Study) -> None:
    money = {site.zone: site for site in economics.sites_money(decided)}
    assert set(money) == {"99012", "99015", "99017", "99019"}
    grown = money["99019"]
    assert (grown.size.fte, grown.size.acts_per_year, grown.size.capex) == (4.0, 17200.0, 225e3)
    assert (grown.team, grown.added_acts) == (2.0, 8600.0)
    assert money["99012"].team == 0.0
    assert "Commune 11" in said(economics.economics(decided, tuple(money.values()), VOICE))


def test_only_what_is_invested_asks_for_funds(decided: Study) -> None:
    rows = table(funding.funding(decided, VOICE), "financement")
    assert {row["projet"] for row in rows} == {
        "ROT, Commune 12", "ROT, Commune 17", "CDS, Commune 15", "CDS, Commune 19",
    }  # fmt: skip


def test_what_is_followed_is_the_whole_service(decided: Study) -> None:
    section = evaluation.evaluation(decided, findings(decided), VOICE)
    rows = {row["code_commune"]: row for row in table(section, evaluation.PLAN_TABLE)}
    assert set(rows) == {"99012", "99015", "99017", "99019"}
    assert (rows["99019"]["etp_medecin"], rows["99019"]["places"]) == (4.0, 4095)
    acts = next(
        row for row in table(section, "indicateurs") if row["indicateur"].startswith("Consult")
    )
    # four sites that change do 26,200 today; the plan adds 17,200
    today = float(decided.plan.problem.existing.drop(index="beyond")["acts_per_year"].sum())
    digits = {key: "".join(c for c in acts[key] if c.isdigit()) for key in ("avant", "cible")}
    assert digits == {"avant": f"{today:.0f}", "cible": f"{today + 17_200:.0f}"}


def test_only_new_services_repeat_a_model(decided: Study) -> None:
    section = replication(decided, VOICE)
    rows = table(section, "references") if "references" in _ids(section) else []
    assert {row["commune"] for row in rows} <= {"Commune 12", "Commune 17"}


def _ids(section: Section | None) -> set[str]:
    return {b.id for b in section.blocks if isinstance(b, Table)} if section else set()


def test_the_folder_is_whole(folder: Path, decided: Study) -> None:
    layers = {name for name, _ in pyogrio.list_layers(folder / "resultats.gpkg")}
    assert "deplacements" in layers
    sites = pyogrio.read_dataframe(folder / "resultats.gpkg", layer="sites_proposes")
    told = lines(decided.plan)
    assert sites["symbole"].tolist() == told["decision"].tolist()
    closed = sites.set_index("symbole").loc["close"]
    assert closed.geometry.equals(decided.territory.facilities.geometry["closes"])
    assert closed["places"] == -2047
    way = pyogrio.read_dataframe(folder / "resultats.gpkg", layer="deplacements").iloc[0]
    assert (way["de"], way["vers"]) == ("Commune 8", "Commune 12")
    page = (folder / "dossier.html").read_text(encoding="utf-8")
    assert "fermer CDS à Commune 11" in page
    tables = json.loads((folder / "tables" / "tables.json").read_text(encoding="utf-8"))
    keys = [column["key"] for column in tables["sites"]["columns"]]
    assert keys[:3] == ["commune", "decision", "service"]


def test_english_says_it_too(decided: Study, made_up: ModuleType) -> None:
    del made_up
    english = proposal.proposal(decided, findings(decided), (), Voice.of("en"))
    words = {row["decision"] for row in table(english, "sites")}
    assert {"open", "extend", "close", "change ROT into CDS"} <= words


def test_two_plans_with_and_without_closing(
    folder: Path, deciding: ModuleType, made_up: ModuleType, tmp_path: Path
) -> None:
    only = deciding.decided_study(made_up, wanted={"99017": "ROT base"})
    dossier.write(only, tmp_path / "ouvrir")
    told = compare(read(tmp_path / "ouvrir"), read(folder), VOICE)
    bullets = said(told).replace("\u202f", " ").replace("\xa0", " ")
    assert "Dans le second plan seul — Commune 11 (CDS) : fermer." in bullets
    assert "n’ouvre plus" not in bullets
    back = said(compare(read(folder), read(tmp_path / "ouvrir"), VOICE))
    assert "Dans le premier plan seul" in back


def test_a_plan_that_only_closes_still_stands(
    deciding: ModuleType, made_up: ModuleType, tmp_path: Path
) -> None:
    study = deciding.decided_study(
        made_up, objective="places", wanted={"closes+": "CDS fermeture, closes"}
    )
    assert findings(study).lost > 0
    assert not only_opens(study.plan)
    dossier.write(study, tmp_path / "fermer")
    page = (tmp_path / "fermer" / "dossier.html").read_text(encoding="utf-8")
    assert "habitants de moins ont une place" in page
    assert "la perdent avec le plan" in page


def _asked(study: Study, **rules: Any) -> siting.Problem:
    settings = study.scenario.siting.model_copy(update=rules)
    return siting.problem(
        study.territory,
        study.times,
        settings,
        parameters=Parameters.load(),
        services=catalogue.load(),
        apl=study.apl_before,
    )


def test_closing_with_a_goal_that_does_not_count_it(decided: Study) -> None:
    with pytest.raises(ScenarioError, match="demande l’objectif"):
        _asked(decided, objective=Objective.LIFTED)


def test_nothing_in_place_to_decide_upon(decided: Study) -> None:
    alone = decided.territory.facilities.loc[["beyond"]]
    import dataclasses

    study = dataclasses.replace(
        decided, territory=dataclasses.replace(decided.territory, facilities=alone)
    )
    with pytest.raises(ScenarioError, match="aucun service en place de ce territoire"):
        _asked(study, decisions=("extend", "close"))
