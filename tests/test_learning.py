"""Replicate, library and follow, as a planner meets them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from territory_access.cli.app import BAD_INPUT, main
from territory_access.datasets import observed
from territory_access.dossier.follow import followed
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """
title = "Mayenne"
territory.departements = ["53"]
siting = {budget = 0, gp_fte = 0}
"""
KEYS = ("commune", "code_commune", "type", "service", "etp_medecin", "consultations", "places")
SITES = (
    ("Mayenne", "53147", "SMP", "SMP", 2.0, 12000.0, 2857),
    ("Évron", "53097", "SMP", "SMP", 2.0, 12000.0, 2857),
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Return a result folder with a plan of two sites."""
    folder = tmp_path / "plan"
    (folder / "tables").mkdir(parents=True)
    (folder / "manifest.json").write_text('{"files": []}', encoding="utf-8")
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    table = {"columns": [{"key": key} for key in KEYS], "rows": SITES}
    (folder / "tables" / "tables.json").write_text(
        json.dumps({"suivi_plan": table}), encoding="utf-8"
    )
    return folder


def leave(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return int(left.value.code or 0)


def months(path: Path, *rows: str, header: str = "code;mois;consultations;inscriptions") -> Path:
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def test_months_as_planned_leave_the_belief_where_it_was(plan: Path, tmp_path: Path) -> None:
    # year 1 at half speed: 12 000 × 0.5 / 12 a month
    rows = [f"53147;2027-{month:02d};500;119" for month in range(1, 13)]
    sites, left = followed(plan, months(tmp_path / "suivi.csv", *rows))
    (site,) = sites
    assert site.expected == pytest.approx(6000)
    assert site.productivity.posterior.mean == pytest.approx(6000, rel=0.001)
    assert site.take_up is not None
    assert site.take_up.posterior.mean == pytest.approx(0.5, abs=0.01)
    assert left == ("Évron",)


def test_a_slow_start_lowers_what_is_expected_without_forgetting_the_plan(
    plan: Path, tmp_path: Path
) -> None:
    few = months(tmp_path / "a.csv", "53147;2027-01;250;40", "53147;2027-02;320;30")
    (site,), _ = followed(plan, few)
    assert 3000 < site.acts_per_year[0] / 2 < 6000
    assert site.productivity.observed < site.productivity.posterior.mean
    assert site.productivity.reached < 0.5
    assert site.take_up is not None  # two months of the first year: a sixth of its half
    assert site.take_up.planned == pytest.approx(0.5 / 6)


def test_doctors_away_are_not_slow_doctors(plan: Path, tmp_path: Path) -> None:
    one = months(
        tmp_path / "a.csv", "53147;2027-01;250;10;1",
        header="code;mois;consultations;inscriptions;etp",
    )  # fmt: skip
    (site,), _ = followed(plan, one)
    assert site.productivity.observed == pytest.approx(6000)
    assert site.expected == pytest.approx(500)


def test_the_command_says_it_in_both_languages(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = months(tmp_path / "suivi.csv", "53147;2027-01;400;60", "53147;2027-02;420;50")
    assert leave("follow", str(plan), str(file)) == 0
    assert "Suivi du plan : 2 mois observés" in capsys.readouterr().out.replace("\u00a0", " ")
    assert leave("follow", str(plan), str(file), "--lang", "en") == 0
    assert "Follow-up of the plan: 2 months observed" in capsys.readouterr().out


def test_a_commune_without_a_site_is_named(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = months(tmp_path / "suivi.csv", "53130;2027-01;400;60")
    assert leave("follow", str(plan), str(file)) == BAD_INPUT
    said = capsys.readouterr().err
    assert "53130" in said
    assert "53147 (Mayenne)" in said


def test_a_folder_without_a_plan_is_refused(plan: Path, tmp_path: Path) -> None:
    (plan / "tables" / "tables.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="pas de plan à suivre"):
        followed(plan, months(tmp_path / "a.csv", "53147;2027-01;400;60"))


def test_every_fault_of_the_months_once(tmp_path: Path) -> None:
    file = months(
        tmp_path / "a.csv", "53147;2027-01;400;1", "53147;01/2027;400;1", "53147;mars;400;1",
        "XX;2027-04;400;1", "53147;2027-05;;1", "53147;2027-06;-3;1",
    )  # fmt: skip
    with pytest.raises(DataError) as caught:
        observed.load(file)
    assert sorted(str(fault).split(" :")[0] for fault in caught.value.faults) == [
        "commune illisible",
        "deux fois le même mois au même site",
        "mois illisible (écrivez 2027-03)",
        "ni vide ni nombre positif",
    ]


def test_the_library_is_searched(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("library", "aphasie") == 0
    assert "co-aidance" in capsys.readouterr().out
    assert leave("library", "zzz") == 0
    assert "Rien pour" in capsys.readouterr().out


def test_replicate_ranks_and_says_what_blocks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "fiche"
    assert leave("replicate", "smp-cholet", "--departement", "53", "--out", str(out)) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "stable" in said or "trop peu" in said
    assert "ce service y est déjà ouvert" in said
    assert (out / "fiche-smp-cholet.pdf").read_bytes().count(b"/Type /Page\n") <= 1
    html = (out / "fiche-smp-cholet.html").read_text(encoding="utf-8")
    assert "Fiche de réplication" in html


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("smp-chollet", "--region", "52"), "Vouliez-vous dire « smp-cholet »"),
        (("smp-cholet",), "donnez une région"),
        (("projet-robotonomie", "--region", "27"), "library"),
        (("smp-cholet", "--region", "5200"), "n’existe pas"),
        (("smp-cholet", "--region", "52", "--set", "replication.need=lourd"), "un nombre"),
    ],
)
def test_replicate_refuses_in_one_sentence(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave("replicate", *words) == BAD_INPUT
    assert sentence in capsys.readouterr().err
