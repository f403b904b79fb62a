"""The people of August, from a table of one's own to the zones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from territory_access.datasets import august, brought
from territory_access.errors import DataError
from territory_access.parameters import Parameters
from territory_access.scenario import Scenario
from territory_access.territory import Territory
from territory_access.territory_checks import checks

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
title = "Laval"
territory = {communes = ["53130"], buffer_km = 5}
siting = {budget = 0, gp_fte = 0}
[need]
august_file = "august2024.csv"
"""


def written(folder: Path, text: str, name: str = "august2024.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def asked(folder: Path, text: str, more: str = "") -> Scenario:
    written(folder, text)
    (folder / "a.toml").write_text(HEAD + more, encoding="utf-8")
    return Scenario.load(folder / "a.toml")


def test_codes_are_text_and_commas_are_decimal(tmp_path: Path) -> None:
    text = (
        "Observatoire du tourisme;;\nCode commune;Commune;Présents en août\n"
        "1001;L’Abergement;1 850,5\n2a004;Ajaccio;98\u202f000\n53130;Laval;\n"
        "Source : téléphonie mobile, mode de calcul;;\n"
    )
    table = august.load(written(tmp_path, text))
    assert table["present_august"].to_dict() == {"01001": 1850.5, "2A004": 98_000.0}
    assert table.attrs["vintage"] == 2024


def test_visitors_alone_or_columns_by_their_names(tmp_path: Path) -> None:
    found = august.load(written(tmp_path, "insee,visiteurs\n53130,1200\n"))
    assert found["visitors_august"].to_dict() == {"53130": 1200.0}
    both = "insee,visiteurs,presents\n53130,1200,52000\n"
    assert august.load(written(tmp_path, both)).columns.tolist() == ["present_august"]
    chosen = august.load(written(tmp_path, both), columns={"visitors": "visiteurs"})
    assert chosen.columns.tolist() == ["visitors_august"]
    own = august.load(
        written(tmp_path, "Lieu;Flux\n53130;7\n"), columns={"code": "Lieu", "present": "Flux"}
    )
    assert own["present_august"].to_dict() == {"53130": 7.0}
    records = json.dumps({"53130": {"presents_aout": 51}})
    assert august.load(written(tmp_path, records, "a.json"))["present_august"].tolist() == [51.0]


def test_every_fault_is_said_once(tmp_path: Path) -> None:
    text = "code;présents\nnulle part;12\n53130;-4\n53130;n.d.\n53247;1e9\n53001;s\n"
    with pytest.raises(DataError) as caught:
        august.load(written(tmp_path, text))
    said = [str(fault) for fault in caught.value.faults]
    assert len(said) == len({one.split(" : ")[0] for one in said}) == 5
    joined = "; ".join(said)
    for part in ("illisible : ligne(s) 2", "négatif", "double", "invraisemblable", "6 (« s »)"):
        assert part in joined


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("code;présents\n53130;\n", "ne contient aucune commune"),
        ("code;nuitées\n53130;12\n", "population présente en août"),
        ("", "august2024"),
    ],
)
def test_a_table_that_says_nothing_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(DataError, match=why):
        august.load(written(tmp_path, text))
    with pytest.raises(DataError, match="Vouliez-vous dire"):
        august.load(
            written(tmp_path, "code;Flux août\n53130;1\n"), columns={"present": "Flux aout"}
        )


def test_merged_communes_are_added(tmp_path: Path) -> None:
    # 49069 (Champtoceaux) is part of 49126 (Orée-d'Anjou) since 2015
    scenario = asked(
        tmp_path,
        "code;présents\n49069;5\n49126;6\n53999;7\n",
        "[need.years]\naugust = 2014\n",
    )
    given = brought.read(scenario, parameters=Parameters.load())
    assert given.people["present_august"].to_dict() == {"49126": 11.0}
    assert [(one.key, one.vintage, one.unplaced) for one in given.files] == [
        ("need.august_file", 2014, ("53999",))
    ]


def test_zones_have_the_people_of_august(tmp_path: Path) -> None:
    place = Territory.load(asked(tmp_path, "code;visiteurs\n53130;1500\n"))
    zones = place.zones
    assert zones.loc["53130", "population_august"] == zones.loc["53130", "population"] + 1500
    assert zones.drop("53130")["population_august"].isna().all()
    # the plan is made for residents: nothing of their need has changed
    assert (zones["need"] == zones["population"]).all()
    said = checks(Territory.load(asked(tmp_path, "code;présents\n53999;1500\n")))
    said = said.set_index("check")
    assert said.loc["communes absentes d’un fichier du scénario", "examples"] == "Laval"
