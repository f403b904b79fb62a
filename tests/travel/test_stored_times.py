"""Times read back from disk are those that were written; half a table is never read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import dask.array as da
import numpy as np
import pytest
import xarray as xr

from territory_access.errors import DataError, MissingDataset
from territory_access.travel import stored_times

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

type Harm = Callable[[Path], object]


@pytest.fixture
def times() -> xr.Dataset:
    rng = np.random.default_rng(1)
    minutes = rng.uniform(0, 90, (230, 12)).astype(np.float32)
    minutes[minutes > 60] = np.inf
    minutes[:50] = np.inf
    return xr.Dataset(
        {
            "travel_time": (("origin", "destination"), minutes, {"units": "minutes"}),
            "origin_metres": ("origin", np.arange(230, dtype=np.float32), {"units": "metres"}),
            "destination_metres": ("destination", np.full(12, np.inf, np.float32)),
        },
        coords={
            "origin": np.array([f"2A{k:03d}" for k in range(230)], object),
            "destination": np.array([*"abcdefghij", "Île-d’Yeu", "île"], object),
        },
        attrs={"units": "minutes", "engine": "roads", "max_minutes": 60.0, "junctions": 7},
    )


def test_what_is_read_back_is_what_was_written(times: xr.Dataset, tmp_path: Path) -> None:
    stored_times.save(times, tmp_path / "times.zarr")
    again = stored_times.load(tmp_path / "times.zarr")
    assert again["travel_time"].chunks is not None
    xr.testing.assert_identical(again.compute(), times)
    assert again["travel_time"].dtype == np.float32
    assert again["origin"].dtype == object
    assert np.isinf(again["travel_time"][:50]).all()
    assert again["travel_time"].attrs == {"units": "minutes"}
    assert [path.name for path in tmp_path.iterdir()] == ["times.zarr"]


def test_lazy_times_are_written_and_read_block_by_block(times: xr.Dataset, tmp_path: Path) -> None:
    asked: list[int] = []

    def count(block: np.ndarray) -> np.ndarray:
        asked.append(len(block))
        return block

    whole = da.from_array(times["travel_time"].to_numpy(), chunks=(60, 12))
    counted = whole.map_blocks(count, dtype=np.float32, meta=np.empty((0, 0), np.float32))
    lazy = times.assign(travel_time=(("origin", "destination"), counted, {"units": "minutes"}))
    stored_times.save(lazy, tmp_path / "times.zarr")
    assert sorted(asked) == [50, 60, 60, 60]
    again = stored_times.load(tmp_path / "times.zarr")
    assert again["travel_time"].chunks == ((60, 60, 60, 50), (12,))
    xr.testing.assert_identical(again.compute(), times)
    uneven = times.chunk(origin=(20, 100, 110))
    stored_times.save(uneven, tmp_path / "uneven.zarr")
    xr.testing.assert_identical(stored_times.load(tmp_path / "uneven.zarr").compute(), times)


def test_a_wide_table_is_cut_into_pieces_that_codecs_take(
    times: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_times, "_BYTES", 8 * 100 * 5)
    stored_times.save(times.chunk(origin=100), tmp_path / "times.zarr")
    pieces = [path for path in (tmp_path / "times.zarr/travel_time/c").rglob("*") if path.is_file()]
    assert len(pieces) == 3 * 3
    again = stored_times.load(tmp_path / "times.zarr")
    assert again["travel_time"].chunks == ((100, 100, 30), (12,))
    xr.testing.assert_identical(again.compute(), times)


def test_an_earlier_result_is_replaced_whole(times: xr.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "times.zarr"
    stored_times.save(times, path)
    later = stored_times.load(path)
    stored_times.save((later + 1).isel(origin=slice(100)).assign_attrs(season="high"), path)
    again = stored_times.load(path).compute()
    expected = times["travel_time"][:100] + 1
    np.testing.assert_array_equal(again["travel_time"], expected)
    assert again.attrs["season"] == "high"
    assert [path.name for path in tmp_path.iterdir()] == ["times.zarr"]


def test_a_failure_leaves_the_earlier_result(times: xr.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "times.zarr"
    stored_times.save(times, path)

    def fail(block: np.ndarray) -> np.ndarray:
        if block.shape[0] == 30:  # the last block
            raise MemoryError
        return block

    whole = da.from_array(times["travel_time"].to_numpy(), chunks=(100, 12))
    broken = whole.map_blocks(fail, dtype=np.float32, meta=np.empty((0, 0), np.float32))
    with pytest.raises(MemoryError):
        stored_times.save(times.assign(travel_time=(("origin", "destination"), broken)), path)
    xr.testing.assert_identical(stored_times.load(path).compute(), times)
    assert [path.name for path in tmp_path.iterdir()] == ["times.zarr"]


def test_what_is_not_ours_is_left_alone(times: xr.Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter").write_text("one", encoding="utf-8")
    file = tmp_path / "file"
    file.write_text("two", encoding="utf-8")
    for path in (folder, file):
        with pytest.raises(DataError, match="choisissez un autre nom"):
            stored_times.save(times, path)
    assert (folder / "chapter").read_text(encoding="utf-8") == "one"
    assert file.read_text(encoding="utf-8") == "two"
    with pytest.raises(MissingDataset, match="créez-le"):
        stored_times.save(times, tmp_path / "nowhere" / "times.zarr")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    "harm",
    [
        lambda store: (store / "travel_time/c/0/0").unlink(),
        lambda store: cut(store / "travel_time/c/0/0"),
        lambda store: (store / "travel_time/zarr.json").unlink(),
        lambda store: (store / "zarr.json").unlink(),
        lambda store: cut(store / "zarr.json"),
        lambda store: (store / "origin/c/0").write_bytes(
            bytes(len((store / "origin/c/0").read_bytes()))
        ),
    ],
)
def test_a_damaged_table_is_refused(times: xr.Dataset, tmp_path: Path, harm: Harm) -> None:
    path = tmp_path / "times.zarr"
    stored_times.save(times, path)
    harm(path)
    with pytest.raises(DataError, match=r"abîmée : calculez-la à nouveau"):
        stored_times.load(path)


def test_a_changed_piece_is_noticed_when_it_is_read(times: xr.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "times.zarr"
    stored_times.save(times, path)
    piece = path / "travel_time/c/0/0"
    content = bytearray(piece.read_bytes())
    content[len(content) // 2] ^= 1
    piece.write_bytes(bytes(content))
    opened = stored_times.load(path)
    with pytest.raises(RuntimeError):
        opened.compute()


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingDataset, match="aucune table de temps ici"):
        stored_times.load(tmp_path / "nowhere")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "zarr.json").write_text(json.dumps({"attributes": {}}), encoding="utf-8")
    with pytest.raises(DataError, match="n’est pas une table de temps"):
        stored_times.load(tmp_path / "other")
