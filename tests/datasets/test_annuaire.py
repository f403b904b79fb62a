"""The register of practitioners: each person once, nobody named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from territory_access.datasets import annuaire
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Nom d'exercice|"
    "Prénom d'exercice|Code profession|Code catégorie professionnelle|Code savoir-faire|"
    "Code mode exercice|Code commune (coord. structure)|Code secteur d'activité|"
    "Libellé genre activité|"
)


def row(person: str, commune: str, **more: str) -> str:
    told = {"job": "10", "kind": "C", "skill": "SM54", "mode": "L", "sector": "SA07"} | more
    return (
        f'8|{person}|8{person}|"DUPONT|ANNE|{told["job"]}|{told["kind"]}|{told["skill"]}|'
        f"{told['mode']}|{commune}|{told['sector']}|{told.get('what', 'Activité standard')}|"
    )


def written(folder: Path, *rows: str) -> Path:
    file = folder / "PS_LibreAcces_Personne_activite_202501070822.txt"
    file.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return file


def test_one_person_is_one_whatever_the_rows(tmp_path: Path) -> None:
    rows = [row("1", "53130"), row("1", "53130"), row("1", "53130", skill="SM26")]
    rows += [row("2", "53130"), row("2", "53247"), row("3", "2A004")]
    table = annuaire.load(written(tmp_path, *rows))
    assert table["fte"].to_dict() == {"2A004": 1.0, "53130": 1.5, "53247": 0.5}
    assert table["people"].to_dict() == {"2A004": 1, "53130": 2, "53247": 1}
    assert table["fte"].sum() == table.attrs["people"] == 3
    assert table.attrs["several"] == 1
    assert table.attrs["vintage"] == 2025


def test_time_in_a_hospital_is_not_time_in_town(tmp_path: Path) -> None:
    rows = [row("1", "53130"), row("1", "53130", mode="S", sector="SA01")]
    rows += [row("2", "53130", mode="S", sector="SA05"), row("3", "53130", mode="S", sector="SA01")]
    path = written(tmp_path, *rows)
    town = annuaire.load(path)
    assert town.loc["53130", ["fte", "salaried_fte"]].tolist() == [1.5, 1.0]
    everywhere = annuaire.load(path, ambulatory=False)
    assert everywhere.loc["53130", ["fte", "salaried_fte"]].tolist() == [3.0, 2.5]


def test_who_is_not_counted(tmp_path: Path) -> None:
    rows = [row("1", "53130", kind="E"), row("2", "53130", skill="SM04")]
    rows += [row("3", "53130", job="60"), row("4", "53130", what="Retraité actif")]
    path = written(tmp_path, *rows)
    assert annuaire.load(path).loc["53130", ["fte", "retired_fte"]].tolist() == [1.0, 1.0]
    assert annuaire.load(path, profession="nurse").loc["53130", "fte"] == 1
    with pytest.raises(DataError, match="aucun professionnel"):
        annuaire.load(path, profession="dentist")


def test_who_has_no_commune_is_said_and_not_lost(tmp_path: Path) -> None:
    table = annuaire.load(written(tmp_path, row("1", ""), row("1", "53130"), row("2", "99999")))
    assert table["fte"].to_dict() == {"53130": 0.5}
    assert table.attrs["unplaced"] == 1.5


def test_nobody_is_named(tmp_path: Path) -> None:
    table = annuaire.load(written(tmp_path, row("1", "53130")))
    assert "DUPONT" not in table.to_csv()
    assert "DUPONT" not in str(table.attrs)
    assert set(table.columns) == {"fte", "salaried_fte", "retired_fte", "people"}


def test_rows_of_nobody_and_missing_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "8||||||||||||", row("", "53130").replace("|8|", "||"))
    with pytest.raises(DataError, match="sans identifiant : ligne\\(s\\) 3"):
        annuaire.load(path)
    path.write_text("Identifiant PP|Code profession\n1|10\n", encoding="utf-8")
    with pytest.raises(DataError, match="code commune"):
        annuaire.load(path)
