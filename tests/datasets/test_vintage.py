"""Values of older tables are found again among today's communes, whole, or are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_access.datasets import commune_codes, communes
from territory_access.datasets.commune_codes import Move, Unplaced
from territory_access.datasets.vintage import Bridged, bridge
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

PLM = {"75056": 20, "69123": 9, "13055": 16}


def people(**values: float) -> pd.DataFrame:
    return pd.DataFrame({"people": list(values.values())}, index=[key[1:] for key in values])


def summed(table: pd.DataFrame, **options: object) -> Bridged:
    return bridge(table, how=dict.fromkeys(table, "sum"), **options)  # type: ignore[arg-type] # options of each test


def test_merged_and_delegated_communes_are_added_up() -> None:
    done = summed(people(_49069=3, _49126=2, _49040=5, _44109=7))
    assert done.table["people"].to_dict() == {"44109": 7, "49126": 10}
    assert done.table.index.name == "code"
    assert done.moved["former"].tolist() == ["49069", "49040"]
    assert set(done.moved["why"]) == {Move.MERGED}
    assert done.unplaced.empty


def test_arrondissements_join_their_city() -> None:
    done = summed(people(_75101=1, _75120=2, _69381=4, _13216=8))
    assert done.table["people"].to_dict() == {"13055": 8, "69123": 4, "75056": 3}
    assert set(done.moved["why"]) == {Move.ARRONDISSEMENT}


def test_a_city_is_shared_between_its_arrondissements_by_population() -> None:
    table = commune_codes.arrondissements()
    whole = communes.names().loc[list(PLM), ["population"]]
    done = bridge(whole, how={"population": "sum"}, arrondissements=True)
    # the populations of the arrondissements make exactly that of their city
    assert done.table["population"].to_dict() == table["population"].to_dict()
    assert table.groupby("commune").size().to_dict() == PLM
    assert set(done.moved["why"]) == {Move.DIVIDED}


def test_arrondissements_stay_when_asked() -> None:
    done = summed(people(_75101=1, _69381=4, _44109=2, _49069=3), arrondissements=True)
    assert done.table["people"].to_dict() == {"44109": 2, "49126": 3, "69381": 4, "75101": 1}
    assert done.moved["former"].tolist() == ["49069"]


def test_a_city_beside_its_arrondissements_would_count_twice() -> None:
    with pytest.raises(DataError, match="75056 est là, et ses arrondissements aussi"):
        summed(people(_75056=3, _75101=1))


def test_a_commune_divided_since_is_shared_by_population() -> None:
    done = summed(people(_85084=1000))
    parts = communes.names().loc[["85084", "85165", "85212"], "population"]
    exact = 1000 * parts / parts.sum()
    assert done.table["people"].sum() == 1000
    assert (done.table["people"] - exact).abs().max() < 1
    assert done.moved["share"].sum() == pytest.approx(1)
    assert set(done.moved["why"]) == {Move.DIVIDED}


def test_a_table_that_knows_the_parts_is_left_as_it_is() -> None:
    done = summed(people(_85084=1000, _85212=10))
    assert done.table["people"].to_dict() == {"85084": 1000, "85212": 10}
    assert done.moved.empty


@pytest.mark.parametrize(
    ("vintage", "communes_left"), [(2015, 1), (2016, 3), (2023, 3), (2024, 1), (2026, 1)]
)
def test_the_year_of_the_codes_says_whether_it_was_whole(vintage: int, communes_left: int) -> None:
    assert len(summed(people(_85084=1000), vintage=vintage).table) == communes_left


def test_saline_is_troarn_and_sannerville() -> None:
    assert summed(people(_14712=10), vintage=2018).table.index.tolist() == ["14666", "14712"]
    assert summed(people(_14712=10), vintage=2020).table.index.tolist() == ["14712"]


def test_a_code_that_two_communes_list_is_placed_once() -> None:
    assert summed(people(_60455=4), vintage=2016).table["people"].to_dict() == {"60694": 4}
    assert summed(people(_55273=4)).table["people"].sum() == 4


def test_codes_are_read_as_people_write_them() -> None:
    table = pd.DataFrame({"people": [1, 2, 4]}, index=["1001", " 2a004", "20033"])
    done = summed(table)
    assert done.table["people"].to_dict() == {"01001": 1, "2A004": 2, "2B033": 4}
    assert done.moved["former"].tolist() == ["1001", " 2a004", "20033"]
    assert set(done.moved["why"]) == {Move.SPELLING}


def test_what_cannot_be_placed_is_listed_untouched() -> None:
    table = pd.DataFrame({"people": range(6)}, index=["97501", "98818", "99100", "", None, "01999"])
    done = summed(table)
    assert done.table.empty
    assert done.unplaced["people"].tolist() == list(range(6))
    assert done.unplaced["why"].tolist() == [
        Unplaced.OVERSEAS, Unplaced.OVERSEAS, Unplaced.ABROAD,
        Unplaced.EMPTY, Unplaced.EMPTY, Unplaced.UNKNOWN,
    ]  # fmt: skip


def test_means_are_weighted_and_pass_whole_to_the_parts() -> None:
    table = pd.DataFrame(
        {"apl": [2.0, 5.0, 3.0, np.nan], "people": [100, 300, 50, 1000]},
        index=["49069", "49126", "85084", "49040"],
    )
    done = bridge(table, how={"apl": "mean", "people": "sum"}, weights="people")
    assert done.table.loc["49126", "apl"] == pytest.approx((2 * 100 + 5 * 300) / 400)
    assert done.table.loc[["85084", "85165", "85212"], "apl"].tolist() == [3.0] * 3
    nobody = pd.DataFrame({"apl": [2.0, 4.0], "people": [0, 0]}, index=["49069", "49126"])
    alike = bridge(nobody, how={"apl": "mean", "people": "sum"}, weights="people")
    assert alike.table.loc["49126", "apl"] == 3.0


def test_extremes_and_first_words_are_kept() -> None:
    table = pd.DataFrame(
        {"low": [2, 1], "high": [2, 1], "name": ["Drain", "Liré"]}, index=["49126", "49177"]
    )
    done = bridge(table, how={"low": "min", "high": "max", "name": "first"})
    assert done.table.loc["49126"].tolist() == [1, 2, "Drain"]


def test_every_fault_is_told_at_once() -> None:
    table = pd.DataFrame(
        {"apl": [1.0, 2.0, 3.0], "people": [1, -1, 2], "lost": 0},
        index=["44109", "44109", "01001"],
    )
    with pytest.raises(DataError) as raised:
        bridge(table, how={"apl": "mean", "people": "sum", "none": "sum"}, weights="people")
    said = str(raised.value)
    assert "code en double : 44109" in said
    assert "« lost » : dire comment" in said
    assert "« none » : absente" in said
    assert "poids négatif ou manquant : 44109" in said
    with pytest.raises(DataError, match="demande une colonne de poids"):
        bridge(table[["apl"]].iloc[:1], how={"apl": "mean"})


def test_former_codes_never_lead_to_two_communes_but_by_division() -> None:
    every = communes.bridge().index.to_series().reset_index(drop=True)
    found = commune_codes.links(every, vintage=2026)
    assert found.groupby("row")["share"].sum().to_numpy() == pytest.approx(1)
    twice = found[found["row"].duplicated(keep=False)]
    assert set(every[twice["row"]]) == {"55273"}


def test_the_parts_of_a_division_exist_today() -> None:
    table = commune_codes.changes()
    assert table["code"].isin(communes.names().index).all()
    assert not table.duplicated(["former", "code"]).any()


KNOWN = [
    "14712", "14666", "85084", "85165", "15141", "60054", "60694", "60455", "55273", "49069",
    "49126", "75101", "75102", "13201", "2A004", "20033", "1001", "01004", "97501", "99100", "12",
]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from(KNOWN), st.integers(-(10**9), 10**9) | st.just(0), min_size=1),
    st.sampled_from([None, 2014, 2018, 2023, 2026]),
    st.booleans(),
)
def test_the_sum_is_conserved_to_the_last_unit(
    counts: dict[str, int],
    vintage: int | None,
    split: bool,
) -> None:
    table = pd.DataFrame({"people": counts.values()}, index=list(counts), dtype=np.int64)
    table["gp"] = table["people"] / 7
    done = summed(table, vintage=vintage, arrondissements=split)
    assert done.table["people"].sum() + done.unplaced["people"].sum() == sum(counts.values())
    assert done.table["gp"].sum() + done.unplaced["gp"].sum() == pytest.approx(
        table["gp"].sum(), abs=1e-3
    )
    assert done.table["people"].dtype == np.int64
    assert done.table.index.is_unique


def test_published_apl_and_equipment_of_2018_are_placed_to_the_last(real_data: Path) -> None:
    read = {"dtype": {"code": str, "DEPCOM": str}}
    apl = pd.read_csv(real_data / "apl" / "drees_apl_communes_2016_2018.csv.gz", **read)
    apl = apl.set_index("code")[["apl_mg2018", "pop2016"]].dropna()
    done = bridge(apl, how={"apl_mg2018": "mean", "pop2016": "sum"}, weights="pop2016")
    assert done.unplaced.empty
    assert done.table["pop2016"].sum() == pytest.approx(apl["pop2016"].sum(), rel=1e-12)
    mean = np.average(apl["apl_mg2018"], weights=apl["pop2016"])
    assert np.average(done.table["apl_mg2018"], weights=done.table["pop2016"]) == pytest.approx(
        mean, rel=1e-12
    )
    moved = done.moved.groupby("why")["former"].nunique().to_dict()
    assert moved == {Move.MERGED: 94, Move.DIVIDED: 4}
    supply = pd.read_csv(real_data / "supply" / "bpe2018_health_commune_wide.csv.gz", **read)
    supply = supply.set_index("DEPCOM")
    placed = summed(supply, vintage=2018)
    assert placed.unplaced.empty
    assert placed.table.sum().to_dict() == supply.sum().to_dict()
    moved = placed.moved.groupby("why")["former"].nunique().to_dict()
    assert moved == {Move.ARRONDISSEMENT: 45, Move.MERGED: 95, Move.DIVIDED: 3}
