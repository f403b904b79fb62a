"""Who has no médecin traitant, by territory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from territory_access.datasets import rates, sites
from territory_access.errors import DataError
from territory_access.parameters import Parameters, data_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def found(real_data: Path) -> pd.DataFrame:
    communes = pd.read_csv(
        real_data / "communes" / "communes_cog2026.csv.gz", dtype=str, keep_default_na=False
    ).rename(columns={"dep": "departement"})
    communes = communes.set_index("code")
    communes["population"] = pd.to_numeric(communes["pop2023"]).fillna(0)
    return communes.join(rates.apply(communes))


def test_the_most_precise_measure_wins() -> None:
    communes = pd.DataFrame(
        {
            "departement": ["72", "72", "53", "53", "53", "29"],
            "epci": ["247200132", "", "200083392", "200083392", "200083392", ""],
        },
        index=["72181", "72264", "53130", "53247", "53034", "29155"],
    )
    levels = rates.apply(communes)["level"]
    expected = ["epci", "departement", "commune", "communes", "national", "national"]
    assert levels.tolist() == expected


def test_a_share_of_all_residents_keeps_the_number_of_people() -> None:
    laval = rates.load().set_index("name").loc["Laval"]
    adult_share = Parameters.load().value("need.adult_share")
    assert laval["rate"] * adult_share * 50_000 == pytest.approx(laval["people"])


def test_published_heads_are_found_again_within_a_tenth(found: pd.DataFrame) -> None:
    people = found["population"] * Parameters.load().value("need.adult_share") * found["rate"]
    assert people[found["epci"] == "200071678"].sum() == pytest.approx(13_000, rel=0.12)
    assert people[found["epci"] == "247200132"].sum() == pytest.approx(22_000, rel=0.01)
    assert people[found["departement"] == "72"].sum() == pytest.approx(60_000, rel=0.12)
    assert people[found["epci"] == "200071454"].sum() == pytest.approx(14_000, rel=0.08)


def test_every_code_is_a_real_one(found: pd.DataFrame) -> None:
    known = {
        "commune": set(found.index),
        "communes": set(found.index),
        "epci": set(found["epci"]),
        "departement": set(found["departement"]),
        "none": set(),
    }
    for row in rates.load().to_dict("records"):
        assert set(str(row["code"]).split()) <= known[row["level"]]


def test_a_measure_taken_before_a_site_names_it() -> None:
    named = {site for row in rates.load()["before_site"] for site in row.split()}
    assert named <= set(sites.load().index)
    assert {"smp-laval", "smp-cholet", "smp-le-mans"} <= named


def test_a_scenario_moves_the_national_rate_only() -> None:
    communes = pd.DataFrame({"departement": ["53", "29"], "epci": ["", ""]}, ["53130", "29155"])
    changed = rates.apply(communes, parameters=Parameters.load({"need.without_doctor": 0.2}))
    assert changed["rate"].tolist() == [0.25, 0.2]
    assert changed["tag"].tolist() == ["W", "U"]


def test_every_commune_has_a_rate_with_a_source(found: pd.DataFrame) -> None:
    assert found["rate"].between(0, 1).all()
    assert (found["low"] <= found["rate"]).all()
    assert (found["rate"] <= found["high"]).all()
    assert (found["source"] != "").all()


@pytest.mark.parametrize("broken", ["commune,53130,Laval,2.0", "pays,53130,Laval,0.2"])
def test_a_row_that_cannot_be_used_is_refused(tmp_path: Path, broken: str) -> None:
    text = (data_folder() / "without_doctor.csv").read_text("utf-8")
    assert "commune,53130,Laval,0.2" in text
    (tmp_path / "without_doctor.csv").write_text(
        text.replace("commune,53130,Laval,0.2", broken), "utf-8"
    )
    with pytest.raises(DataError, match="Laval"):
        rates.load(folder=tmp_path)
