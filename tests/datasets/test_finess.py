"""FINESS: two kinds of rows, several projections, no header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from territory_access.datasets import finess
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

STAMP = "finess;etalab;94;2024-01-10"


def site(number: str, *, place: str = "53 130", category: str = "124", name: str = "CDS") -> str:
    departement, commune = place.split()
    cells = ["structureet", number, "530000999", name, f"{name} long", *[""] * 7]
    cells += [commune, departement, "", "", "", "", category, "Centre de santé", *[""] * 8]
    return ";".join([*cells, "2019-05-01", "", "", ""])


def point(number: str, x: str, y: str, source: str = "1,ATLASANTE,100,IGN,LAMBERT_93") -> str:
    return f"geolocalisation;{number};{x};{y};{source};2024-01-08"


def written(folder: Path, *rows: str, name: str = "finess.csv", encoding: str = "utf-8") -> Path:
    file = folder / name
    file.write_bytes("\n".join([STAMP, *rows]).encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_sites_of_every_projection(tmp_path: Path, encoding: str) -> None:
    rows = [site("530000012", name='"Santé'), site("9A0000018", place="9A 101", category="603")]
    rows += [site("9D0000014", place="9D 411", category="500"), site("2A0000010", place="2A 004")]
    rows += [site("530000020", category="999")]
    rows += [point("530000012", "420000.5", "6790000", "1,IGN,LAMBERT_93")]
    rows += [point("9A0000018", "655000", "1797000", "2,IGN,UTM_N20")]
    rows += [point("9D0000014", "338683", "7691459", "2,IGN,UTM_S40")]
    table = finess.load(written(tmp_path, *rows, encoding=encoding))
    assert table.index.tolist() == ["530000012", "9A0000018", "9D0000014", "2A0000010"]
    assert table["kind"].tolist() == ["health_centre", "msp", "ehpad", "health_centre"]
    assert table["commune"].tolist() == ["53130", "97101", "97411", "2A004"]
    assert table.loc["530000012", "name"] == '"Santé long'
    assert table.loc["530000012", "opened"] == "2019-05-01"
    assert table.geometry[:3].x.tolist() == pytest.approx([-0.76, -61.55, 55.45], abs=0.02)
    assert table.geometry[:3].y.tolist() == pytest.approx([48.15, 16.25, -20.87], abs=0.02)
    assert table.geometry.iloc[3] is None
    assert table.attrs == {"vintage": 2024, "unplaced": 1, "outside": 0, "orphans": 0}


def test_points_in_a_second_file(tmp_path: Path) -> None:
    path = written(tmp_path, site("530000012"))
    other = written(tmp_path, point("530000012", "420000", "6790000"), name="points.csv")
    table = finess.load(path, geolocation=other, categories={"124"})
    assert table.geometry.iloc[0] is not None


def test_a_point_out_of_its_projection_is_taken_away(tmp_path: Path) -> None:
    rows = [site("530000012"), point("530000012", "1", "1"), point("530000099", "1", "1")]
    table = finess.load(written(tmp_path, *rows))
    assert table.geometry.iloc[0] is None
    assert table.attrs["outside"] == table.attrs["orphans"] == 1


def test_every_fault_once(tmp_path: Path) -> None:
    rows = [site("530000012"), site("530000012"), site("53-1"), "structureet;530000013;x"]
    rows += [site("530000014", place="99 999"), point("530000012", "1", "2", "1,IGN,MARS")]
    with pytest.raises(DataError) as caught:
        finess.load(written(tmp_path, *rows))
    assert [str(fault).split(" :")[0] for fault in caught.value.faults] == [
        "ligne incomplète",
        "numéro FINESS illisible",
        "code en double",
        "commune illisible",
        "système de coordonnées inconnu",
    ]


def test_a_file_without_such_sites(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="aucun établissement"):
        finess.load(written(tmp_path, site("530000012", category="999")))
