"""The table of checks of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from territory_access.datasets import roads
from territory_access.travel import network, network_check, snap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from territory_access.travel.network import RoadNetwork
    from territory_access.travel.snap import Snapped

    type Writer = Callable[..., Path]

STREET = "highway=residential"


@pytest.fixture
def archipelago(write_osm: Writer) -> tuple[RoadNetwork, Snapped, pd.Series, pd.Series]:
    """Return a town, an island with a boat, one without, a place at sea and one off the road."""
    path = write_osm(
        {
            1: (0, 0), 2: (10, 0), 3: (20, 0), 4: (10, 10), 5: (60, 0), 6: (70, 0),
            7: (0, 80), 8: (10, 80), 9: (12, 1), 10: (13, 1), 11: (100, 100), 12: (110, 100),
        },
        {
            10: ([1, 2, 3], STREET),
            11: ([2, 4], STREET),
            12: ([3, 5], "route=ferry | motor_vehicle=yes | name=Bac"),
            13: ([5, 6], STREET),
            14: ([7, 8], STREET),
            15: ([9, 10], STREET + " | oneway=yes"),
            16: ([8, 11], "route=ferry | motor_vehicle=yes | name=Loin | seasonal=yes"),
            17: ([1, 9], STREET + " | access=private"),
            18: ([3, 4], STREET + " | access=destination"),
        },
    )  # fmt: skip
    built = network.build(roads.load(path))
    lon = -2 + np.array([5, 65, 5, 300, 5]) * 0.00131865
    lat = 47 + np.array([0, 0, 80, 0, 8]) * 0.00089932
    from territory_access.datasets.road_form import project

    there = snap.points(built, *project(lon, lat, source="EPSG:4326", target=built.crs))
    names = pd.Series(["Bourg", "Île au bac", "Île seule", "Large", "Lande"])
    return built, there, names, pd.Series([1000, 200, 50, 7, 3])


def test_every_doubt_has_its_line_and_its_remedy(
    archipelago: tuple[RoadNetwork, Snapped, pd.Series, pd.Series],
) -> None:
    table = network_check.check(*archipelago).set_index("check")
    table["examples"] = table["examples"].map(str)
    assert table.loc["Zones sans route", ["severity", "count"]].tolist() == ["erreur", 1]
    assert "Large (plus de 20 km) · 7 habitants" in table.loc["Zones sans route", "examples"]
    assert table.loc["Zones à plus de 500 m d’une route", "examples"].startswith("Lande (")
    alone = table.loc["Îles qu’aucune route ni aucun bateau ne relie"]
    assert (alone["count"], alone["examples"]) == (1, "Île seule · 50 habitants")
    assert table.loc["Bateaux utilisés", "examples"] == "Bac (4 km)"
    assert table.loc["Bateaux sans durée", "count"] == 1
    assert table.loc["Bateaux sans fréquence", "count"] == 1
    assert "Loin (ne navigue pas en basse saison)" in table.loc["Bateaux non utilisés", "examples"]
    assert table.loc["Bouts de réseau détachés", "severity"] == "attention"
    assert table.loc["Non utilisé : voies privées", "count"] == 1
    assert table.loc["Voies réservées aux riverains", "examples"] == "1 km"
    assert (table["remedy"] != "").all()
    assert table["severity"].tolist() == sorted(
        table["severity"], key=["erreur", "attention", "information"].index
    )


def test_people_are_counted_once(
    archipelago: tuple[RoadNetwork, Snapped, pd.Series, pd.Series],
) -> None:
    built, there, _, population = archipelago
    table = network_check.people(built, there, population)
    assert table["population"].sum() == 1260
    by_kind = table.groupby("kind")[["population", "places"]].sum()
    assert by_kind.loc["réseau principal"].tolist() == [1203, 3]
    assert by_kind.loc["île"].tolist() == [50, 1]
    assert by_kind.loc["hors du réseau"].tolist() == [7, 1]
