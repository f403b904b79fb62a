"""A network on disk is the network, and is built again when anything changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from territory_access.datasets import roads
from territory_access.parameters import Parameters, data_folder
from territory_access.travel import network, snap, stored_network
from territory_access.travel.network import Options
from territory_access.travel.speeds import SpeedTable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    type Writer = Callable[..., Path]

PLACES = {1: (0, 0), 2: (10, 0), 3: (20, 0), 4: (60, 0), 5: (70, 0), 6: (15, 5)}
WAYS = {
    10: ([1, 2, 3], "highway=residential"),
    11: ([4, 5], "highway=residential"),
    12: ([3, 4], "route=ferry | motor_vehicle=yes"),
    13: ([2, 6], "highway=tertiary"),
    14: ([3, 6], "highway=service | access=private"),
}


def test_what_is_read_back_is_what_was_built(write_osm: Writer, tmp_path: Path) -> None:
    path = write_osm(PLACES, WAYS)
    built = network.build(roads.load(path))
    kept, place = stored_network.load_or_build(path, tmp_path / "cache")
    again = stored_network.load_or_build(path, tmp_path / "cache").network
    assert list((tmp_path / "cache").iterdir()) == [place]
    for other in (kept, again):
        assert other.graph.digest() == built.graph.digest()
        assert other.detail.digest() == built.detail.digest()
        for name in stored_network._ARRAYS:
            np.testing.assert_array_equal(getattr(other, name), getattr(built, name))
        for name in ("components", "stretches", "segments", "ferries"):
            pd.testing.assert_frame_equal(
                getattr(other, name), getattr(built, name), check_categorical=False
            )
        assert other.left_out == built.left_out == {"voies privées": 1}
        assert (other.crs, other.mode, other.season) == (built.crs, built.mode, built.season)
    x, y = built.detail.x[:3] + 5, built.detail.y[:3]
    seeds = [snap.points(one, x, y).origins() for one in (built, again)]
    np.testing.assert_array_equal(seeds[0].offset, seeds[1].offset)


def test_anything_that_matters_gives_another_folder(write_osm: Writer, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    path = write_osm(PLACES, WAYS)
    text = (data_folder() / "speeds.csv").read_text(encoding="utf-8")
    slow = tmp_path / "slow.csv"
    slow.write_text(text.replace("rural,28,20,35", "rural,20,20,35"), encoding="utf-8")
    late = Parameters.load({"ferry.check_in_minutes": 30})
    variants: list[dict[str, object]] = [
        {},
        {"mode": "walk"},
        {"options": Options(season="high")},
        {"options": Options(peak=True)},
        {"options": Options(parameters=late)},
        {"speeds": SpeedTable.load(slow)},
    ]
    for count, variant in enumerate(variants, start=1):
        stored_network.load_or_build(path, cache, **variant)
        assert len(list(cache.iterdir())) == count
    write_osm(PLACES, WAYS | {15: ([1, 6], "highway=residential")})
    stored_network.load_or_build(path, cache)
    assert len(list(cache.iterdir())) == len(variants) + 1


def test_a_damaged_folder_is_built_again(write_osm: Writer, tmp_path: Path) -> None:
    path = write_osm(PLACES, WAYS)
    stored_network.load_or_build(path, tmp_path / "cache")
    place = next((tmp_path / "cache").iterdir())
    (place / "road.npy").unlink()
    with pytest.raises(FileNotFoundError):
        stored_network.load(place)
    assert stored_network.load_or_build(path, tmp_path / "cache").network.graph.nodes > 0
    assert (place / "road.npy").is_file()


def test_without_a_folder_nothing_is_written(write_osm: Writer, tmp_path: Path) -> None:
    path = write_osm(PLACES, WAYS)
    before = sorted(tmp_path.iterdir())
    assert stored_network.load_or_build(path, None).place is None
    assert sorted(tmp_path.iterdir()) == before
