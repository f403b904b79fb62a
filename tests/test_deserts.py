"""Deserts of a made-up territory: kinds, warnings, and patches that hang together."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xarray as xr

from territory_access import deserts
from territory_access.errors import DataError
from territory_access.parameters import Parameters
from territory_access.vocabulary import DesertKind

INF = float("inf")
PARAMETERS = Parameters.load()


def zones(**columns: list) -> gpd.GeoDataFrame:
    """Return squares of one kilometre in a row; 1 000 adults and 100 without doctor in each."""
    count = len(next(iter(columns.values())))
    codes = pd.Index([f"Z{i}" for i in range(count)], name="zone_id")
    table = {
        "name": [f"Village-{i}" for i in range(count)],
        "population": [1_250 + i for i in range(count)],
        "adults": [1_000] * count,
        "without_doctor": [100] * count,
        "seekers": [55] * count,
        "in_territory": [True] * count,
    } | columns
    squares = [shapely.box(1_000 * i, 0, 1_000 * (i + 1), 1_000) for i in range(count)]
    return gpd.GeoDataFrame(table, geometry=squares, index=codes, crs="EPSG:2154")


def served(table: gpd.GeoDataFrame, share: list[float], reachable: list[bool]) -> xr.Dataset:
    labels = {"origin": table.index.to_numpy()}
    return xr.Dataset(
        {
            "share": ("origin", share),
            "served": ("origin", np.array(share) * table["seekers"].to_numpy()),
            "reachable": ("origin", reachable),
        },
        coords=labels,
    )


def by_zone(table: gpd.GeoDataFrame, values: list[float]) -> xr.DataArray:
    return xr.DataArray(values, {"origin": table.index.to_numpy()}, name="values")


def found(
    table: gpd.GeoDataFrame, minutes: list[float], share: list[float], **known: list[float]
) -> gpd.GeoDataFrame:
    return deserts.find(
        table,
        by_zone(table, minutes),
        served(table, share, [m <= 20 for m in minutes]),
        rules=deserts.rules(PARAMETERS, with_apl="apl" in known),
        **{name: by_zone(table, values) for name, values in known.items()},
    )


def test_kinds_without_the_apl() -> None:
    table = zones(without_doctor=[100, 100, 150, 100, 150])
    got = found(table, [5, INF, INF, 5, 25], [1.0, 0.0, 0.0, 0.2, 0.0])
    assert got["kind"].tolist() == ["aucun", "distance", "les deux", "capacité", "les deux"]
    assert got["broken_rules"].tolist() == [
        "",
        "Aucun site offrant des places à 20 min ou moins",
        (
            "Aucun site offrant des places à 20 min ou moins ; "
            "Plus de 12 % des adultes restent sans médecin traitant ni place"
        ),
        "Moins de 50 % des demandeurs trouvent une place",
        (
            "Aucun site offrant des places à 20 min ou moins ; "
            "Plus de 12 % des adultes restent sans médecin traitant ni place"
        ),
    ]
    assert "apl" not in got.columns


def test_kinds_with_the_apl() -> None:
    table = zones(population=[1_000] * 4)
    got = found(table, [5, 5, INF, INF], [1.0] * 2 + [0.0] * 2, apl=[3.2, 2.4, 3.2, 1.2])
    assert got["kind"].tolist() == ["aucun", "capacité", "distance", "les deux"]
    assert got["broken_rules"].iloc[3].endswith("APL inférieure à 2,5 ; APL inférieure à 1,5")


def test_people_who_get_a_place_no_longer_count_as_without_doctor() -> None:
    table = zones(without_doctor=[150, 150], seekers=[82, 82])
    got = found(table, [5, 5], [1.0, 0.6])
    assert got["unserved"].round(4).tolist() == [0.0675, 0.1003]
    assert (got["kind"] == "aucun").all()


def test_the_rounding_of_a_hamlet_decides_nothing() -> None:
    table = zones(population=[6], adults=[5], without_doctor=[1], seekers=[1])
    assert found(table, [INF], [0.0])["kind"].tolist() == ["distance"]


def test_at_risk() -> None:
    table = zones(population=[1_000] * 5)
    got = found(
        table,
        [18.0, 18.5, 5.0, 5.0, 5.0],
        [1.0, 1.0, 0.52, 1.0, 1.0],
        second_minutes=[19, 19, 19, INF, 20],
    )
    assert got["kind"].tolist() == ["aucun", "à risque", "à risque", "à risque", "aucun"]
    assert got["warnings"].tolist()[1:4] == [
        "Près du seuil : Aucun site offrant des places à 20 min ou moins",
        "Près du seuil : Moins de 50 % des demandeurs trouvent une place",
        "Un seul site à portée",
    ]


def test_nobody_lives_there_or_nobody_seeks() -> None:
    table = zones(population=[0, 500], adults=[0, 400], without_doctor=[0, 0], seekers=[0, 0])
    got = found(table, [INF, 5.0], [0.0, 0.0])
    assert got["kind"].tolist() == ["aucun", "aucun"]
    assert got["unserved"].tolist() == [0.0, 0.0]


def test_part_of_the_zones_in_another_order() -> None:
    table = zones(population=[10, 20, 30])
    some = table.iloc[[2, 0]]
    got = deserts.find(
        some,
        by_zone(table, [1.0, 2.0, 30.0]),
        served(table, [1.0, 1.0, 0.0], [True, True, False]),
        rules=deserts.rules(PARAMETERS),
    )
    assert got["minutes"].tolist() == [30.0, 1.0]
    assert got["kind"].tolist() == ["distance", "aucun"]


def test_a_zone_without_a_time_is_refused() -> None:
    table = zones(population=[10, 20])
    with pytest.raises(DataError, match="1 zones sans valeur"):
        deserts.find(
            table,
            by_zone(table.iloc[:1], [1.0]),
            served(table, [1, 1], [True, True]),
            rules=deserts.rules(PARAMETERS),
        )


def test_an_apl_rule_without_apl_is_refused() -> None:
    table = zones(population=[10])
    with pytest.raises(DataError, match="besoin de l’APL"):
        deserts.find(
            table,
            by_zone(table, [1.0]),
            served(table, [1], [True]),
            rules=deserts.rules(PARAMETERS, with_apl=True),
        )


def test_thresholds_of_the_scenario_win() -> None:
    far, *_ = deserts.rules(PARAMETERS, reach_minutes=30)
    assert far.threshold == 30
    assert far.label == "Aucun site offrant des places à 30 min ou moins"
    assert all(rule.dated and rule.source for rule in deserts.rules(PARAMETERS, with_apl=True))


def test_a_higher_national_rate_is_no_desert_by_itself() -> None:
    rules = deserts.rules(Parameters.load({"need.without_doctor": 0.15}))
    table = zones(without_doctor=[150])
    got = deserts.find(table, by_zone(table, [INF]), served(table, [0.0], [False]), rules=rules)
    assert got["kind"].tolist() == ["distance"]


def test_patches_merge_neighbours_of_one_kind() -> None:
    table = zones(population=[10, 20, 30, 40, 50], in_territory=[True] * 4 + [False])
    got = found(table, [INF, INF, 5, INF, INF], [0, 0, 0.1, 0, 0])
    patches = deserts.patches(got)
    assert patches.index.tolist() == ["Z3", "Z1", "Z2"]
    assert patches["kind"].tolist() == ["distance", "distance", "capacité"]
    assert patches["zones"].tolist() == [1, 2, 1]
    assert patches["codes"].tolist() == ["Z3", "Z0 Z1", "Z2"]
    assert patches["population"].tolist() == [40, 30, 30]
    assert patches["seekers"].tolist() == [55, 110, 55]
    assert patches["name"].tolist() == ["Village-3", "Village-1", "Village-2"]
    assert patches.geometry.area.tolist() == [1e6, 2e6, 1e6]
    inside = got[got["in_territory"] & (got["kind"] != DesertKind.NONE)]
    assert patches["population"].sum() == inside["population"].sum()


def test_an_island_never_merges_with_the_mainland() -> None:
    table = zones(population=[10, 20, 30])
    got = found(table, [INF] * 3, [0] * 3)
    assert len(deserts.patches(got)) == 1
    land = pd.Series([0, 1, 1], index=table.index)
    assert deserts.patches(got, landmass=land)["codes"].tolist() == ["Z1 Z2", "Z0"]


def test_patches_may_stop_at_an_administrative_border() -> None:
    table = zones(population=[10, 20, 30])
    got = found(table, [INF] * 3, [0] * 3)
    border = pd.Series(["west", "west", "east"], index=table.index)
    assert deserts.patches(got, within=border)["codes"].tolist() == ["Z0 Z1", "Z2"]


def test_no_desert_at_all() -> None:
    table = zones(population=[10])
    patches = deserts.patches(found(table, [1.0], [1.0]))
    assert len(patches) == 0
    assert patches.crs == table.crs
