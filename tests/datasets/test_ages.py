"""Population by age, in each of the forms that INSEE gives it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_access.datasets import age_bands, ages
from territory_access.errors import DataError, Fault


def written(folder: Path, text: str, name: str = "ages.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_single_years_and_sexes(tmp_path: Path) -> None:
    rows = ["NIVGEO;CODGEO;LIBGEO;SEXE;AGED100;NB"]
    rows += [
        f"COM;53130;Laval;{sex};{age:03};{sex * (age + 1) / 4}"
        for sex in (1, 2)
        for age in range(101)
    ]
    rows += [f"REG;52130;Région;1;{age:03};9" for age in range(101)]
    rows += ["ARM;75101;Paris;2;100;1"]
    path = written(tmp_path, "\n".join(rows), "TD_POP1B_2021.csv")
    table = ages.load(path)
    assert table.columns.tolist() == list(range(0, 100, 5))
    assert table.loc["53130", 10] == pytest.approx(3 * sum(range(11, 16)) / 4)
    assert table.loc["53130", 95] == pytest.approx(3 * sum(range(96, 102)) / 4)
    assert table.loc["75101"].sum() == 1
    assert table.attrs == {"vintage": 2021, "split": (), "repaired": ()}
    women, men = ages.load(path, sex="female"), ages.load(path, sex="male")
    pd.testing.assert_frame_equal(women + men, table, check_flags=False)
    assert women.loc["53130", 0] == 2 * men.loc["53130", 0]


def test_two_partitions_make_finer_bands(tmp_path: Path) -> None:
    bands = {"0002": 30, "0305": 30, "0610": 50, "1117": 70, "1824": 70, "2539": 150}
    bands |= {"4054": 150, "5564": 100, "6579": 150, "80P": 200}
    other = {"0014": 150, "1529": 150, "3044": 150, "4559": 150, "6074": 150, "7589": 150}
    named = {f"P21_POP{band}": count for band, count in (bands | other | {"90P": 100}).items()}
    text = (
        ";".join(["CODGEO", "P21_POP", *named])
        + "\n"
        + ";".join(["01001", "1000", *map(str, named.values())])
    )
    table = ages.load(written(tmp_path, text))
    # ten people a year of age up to 89 whatever the partition
    assert table.loc["01001"].round(9).to_dict() == {
        **dict.fromkeys(range(0, 90, 5), 50.0),
        90: 100.0,
    }
    assert table.attrs["vintage"] == 2021
    assert table.attrs["split"] == (5, 10, 20, 35, 50, 70, 85)


def test_partitions_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    text = "CODGEO;P21_POP0014;P21_POP15P;P21_POP0019;P21_POP20P\n01001;100;900;200;950\n"
    with pytest.raises(DataError, match="se contredisent : 01001"):
        ages.load(written(tmp_path, text))


def test_bands_that_leave_out_an_age_are_refused(tmp_path: Path) -> None:
    text = "CODGEO;P21_POP0014;P21_POP3044;P21_POP45P\n01001;100;100;100\n"
    with pytest.raises(DataError, match=r"0–14, 30–44, 45\+"):
        ages.load(written(tmp_path, text))


def test_iris_where_the_last_band_opens_at_75(tmp_path: Path) -> None:
    text = "IRIS;COM;P20_POP0014;P20_POP1529;P20_POP3074;P20_POP75P\n530010101;53001;15;15;45;7\n"
    table = ages.load(written(tmp_path, text), level="iris")
    assert table.loc["530010101"].round(9).to_dict() == {
        **dict.fromkeys(range(0, 75, 5), 5.0),
        75: 7,
    }
    assert table.index.name == "iris"


def test_a_band_whose_end_is_mistyped_ends_where_the_next_begins(tmp_path: Path) -> None:
    head = "code,homme_0_4,femmes_0_4,hommes_5_2,femmes_5_9,hommes_10_plus,femmes_10_plus"
    table = ages.load(written(tmp_path, f"{head}\n01001,1,2,3,4,5,6\n"))
    assert table.loc["01001"].to_dict() == {0: 3, 5: 7, 10: 11}
    assert table.attrs["repaired"] == ("hommes_5_2",)


def test_the_last_of_several_censuses(tmp_path: Path) -> None:
    text = "CODGEO;P22_POP0014;P22_POP15P;P11_POP0014;P11_POP15P\n01001;15;60;30;90\n"
    table = ages.load(written(tmp_path, text))
    assert table.loc["01001"].tolist() == [5, 5, 5, 60]
    assert table.attrs["vintage"] == 2022


def test_one_band_in_two_columns_is_refused(tmp_path: Path) -> None:
    text = "CODGEO;homme_0_14;hommes_0_14;homme_15_plus\n01001;15;60;30\n"
    with pytest.raises(DataError, match="deux fois la même tranche"):
        ages.load(written(tmp_path, text))


def test_the_sdmx_form_with_its_totals(tmp_path: Path) -> None:
    rows = ["GEO;GEO_OBJECT;SEX;AGE;RP_MEASURE;TIME_PERIOD;OBS_VALUE"]
    rows += [
        f"53130;COM;_T;{age};POP;2022;{count}"
        for age, count in [("_T", 100), ("Y_LT15", 30), ("Y15T24", 20), ("Y_GE25", 50)]
    ]
    rows += ["53130;COM;_T;Y_LT15;DWELLINGS;2022;7", "53;DEP;_T;Y_LT15;POP;2022;300"]
    table = ages.load(written(tmp_path, "\n".join(rows)))
    assert table.round(9).loc["53130"].to_dict() == {0: 10, 5: 10, 10: 10, 15: 10, 20: 10, 25: 50}
    assert table.attrs["vintage"] == 2022


def test_every_fault_once(tmp_path: Path) -> None:
    text = "CODGEO;SEXE;AGED100;NB\n01001;1;000;3\n01001;1;000;3\n01001;9;001;-3\nX;1;abc;4\n"
    with pytest.raises(DataError) as caught:
        ages.load(written(tmp_path, text))
    assert [str(fault) for fault in caught.value.faults] == [
        "code de commune illisible : ligne(s) 5 (« X »)",
        "nombre négatif : ligne(s) 4 (« -3 »)",
        "âge illisible : ligne(s) 5 (« abc »)",
        "sexe illisible : ligne(s) 4 (« 9 »)",
        "code en double : ligne(s) 3 (« 01001 000 male, déjà ligne 2 »)",
    ]


@settings(max_examples=60, deadline=None)
@given(
    people=st.lists(st.integers(0, 50), min_size=101, max_size=101),
    cuts=st.lists(st.sets(st.integers(1, 99), min_size=1, max_size=12), min_size=1, max_size=3),
)
def test_any_partitions_keep_everybody(people: list[int], cuts: list[set[int]]) -> None:
    counts: dict[age_bands.Band, pd.Series[float]] = {}
    for cut in cuts:
        edges = [0, *sorted(cut), age_bands.OPEN]
        for low, high in pairwise(edges):
            counts[low, high] = pd.Series([float(sum(people[low:high]))], index=["01001"])
    table, split = age_bands.five_year(counts, what=Fault("ages", {}), path=Path("x"))
    found = table.loc["01001"]
    assert found.sum() == pytest.approx(sum(people))
    assert (found >= 0).all()
    known = {0}.union(*cuts)
    for low in found.index:
        if low not in split:
            assert low in known
            assert found.loc[low:].sum() == pytest.approx(sum(people[low:]))


def test_the_real_census_of_2021(real_data: Path) -> None:
    table = ages.load(real_data / "population" / "rp2021_age_communes.csv.gz")
    assert table.shape == (3273, 20)
    assert table.attrs == {"vintage": 2021, "split": (), "repaired": ("hommes_70_47",)}
    assert table.loc["01004"].sum() == pytest.approx(14_854, rel=0.01)
    assert table.loc["01004", 75:].sum() == pytest.approx(1_341, rel=0.03)
