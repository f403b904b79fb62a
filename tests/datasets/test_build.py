"""The script that makes the derived tables again does what it says, on small cases."""

from __future__ import annotations

import importlib
import io
from pathlib import Path
from types import ModuleType, SimpleNamespace

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

FOLDER = Path(__file__).resolve().parents[2] / "datasets"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Modules that stand beside the data and are not part of the package."""
    monkeypatch.syspath_prepend(str(FOLDER))

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    return SimpleNamespace(
        build=load("build"),
        communes=load("derive_communes"),
        land=load("derive_land"),
        points=load("derive_points"),
    )


def test_former_codes_gather_absorbed_delegated_and_arrondissements(
    script: SimpleNamespace,
) -> None:
    everyone = pd.DataFrame(
        [
            ("A", "commune-actuelle", ["B"], None, None),
            ("A", "commune-deleguee", None, "A", None),
            ("C", "commune-deleguee", None, "A", None),
            ("D", "arrondissement-municipal", None, None, "P"),
            ("P", "commune-actuelle", None, None, None),
        ],
        columns=["code", "type", "anciensCodes", "chefLieu", "commune"],
    )
    assert script.communes.former_codes(everyone, pd.Index(["A", "P"])) == {
        "A": ["B", "C"],
        "P": ["D"],
    }


def test_a_point_outside_is_moved_just_inside(script: SimpleNamespace) -> None:
    square = shapely.box(0, 0, 1, 1)
    inside, outside = shapely.Point(0.5, 0.5), shapely.Point(1.001, 0.5)
    areas, points = pd.Series([square, square]).to_numpy(), pd.Series([inside, outside]).to_numpy()
    moved = script.points._inside(points, areas)
    assert moved[0] == inside
    assert shapely.contains(square, moved[1])
    assert moved[1].distance(outside) < 0.002


def test_names_are_compared_without_accents_or_case(script: SimpleNamespace) -> None:
    assert script.points._plain("Hœdic") == script.points._plain("HOEDIC")
    assert script.points._plain("L'Île-d'Yeu") == "liledyeu"


@pytest.fixture
def two_banks() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"lon": [0.5, 0.5], "lat": [0.5, 1.5], "population": [10, 5], "departement": "01"},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(0, 1, 1, 2)],
        index=["L", "R"],
        crs="EPSG:4326",
    )


def test_a_channel_is_the_limit_between_two_banks(
    script: SimpleNamespace, two_banks: gpd.GeoDataFrame
) -> None:
    row = pd.Series({"left": "L", "right": "R", "trace": "", "half_width_m": "1113.2"})
    channel = script.land.channel(two_banks, row)
    assert channel.bounds[1] == pytest.approx(0.99)
    assert channel.bounds[3] == pytest.approx(1.01)
    assert channel.covers(shapely.LineString([(0, 1), (1, 1)]))


def test_a_commune_across_the_water_is_unlinked_until_a_bridge(
    script: SimpleNamespace, two_banks: gpd.GeoDataFrame
) -> None:
    land = gpd.GeoDataFrame(
        {"territory": ["metropole"] * 3, "km2": [3.0, 2.0, 1.0]},
        geometry=[shapely.box(0, 0, 1, 0.9), shapely.box(9, 9, 10, 10), shapely.box(0, 1.1, 1, 2)],
        index=["75056", script.land.CORSICA, "R"],
    )
    bridge = pd.DataFrame({"lon1": [0.5], "lat1": [0.8], "lon2": [0.5], "lat2": [1.2]})
    assert script.land.unlinked(two_banks, land, bridge.iloc[:0]) == ["R"]
    assert script.land.unlinked(two_banks, land, bridge) == []
    with pytest.raises(LookupError, match="not on land"):
        script.land.unlinked(two_banks, land, bridge.assign(lat2=1.0))


def test_a_row_group_is_written_for_each_value(
    script: SimpleNamespace, two_banks: gpd.GeoDataFrame
) -> None:
    content = script.build.parquet(two_banks.assign(departement=["01", "02"]), "departement")
    assert pq.ParquetFile(io.BytesIO(content)).num_row_groups == 2
    read = gpd.read_parquet(io.BytesIO(content))
    assert list(read.index) == ["L", "R"]
    assert read.crs == "EPSG:4326"


def test_check_says_what_differs_and_writes_nothing(
    script: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(script.build, "HERE", tmp_path)
    assert script.build.keep("x.csv", b"1", check=True) is False
    assert not (tmp_path / "x.csv").exists()
    script.build.keep("x.csv", b"1", check=False)
    assert script.build.keep("x.csv", b"1", check=True) is True
    assert script.build.keep("x.csv", b"2", check=True) is False
    assert (tmp_path / "x.csv").read_bytes() == b"1"
    assert "->" in capsys.readouterr().out
