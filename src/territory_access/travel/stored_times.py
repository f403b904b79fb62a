"""How are travel times kept on disk? As a zarr store, written whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from territory_access.errors import DataError, MissingDataset
from territory_access.provenance import digest_of
from territory_access.travel.extras import library
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

_SEAL = "territory_access_files"
"""Attribute of the store: SHA-256 of the names and sizes of its files."""

_ROWS = 50_000
_BYTES = 2**26  # of a piece on disk: codecs refuse more than 2 GB, and it is read whole


def save(times: xr.Dataset, path: str | PathLike[str]) -> None:
    """Write travel times, lazy ones block by block.

    They are written beside, under another name, then renamed: ``path`` holds what it held before or
    the whole of ``times``. With a ``distributed.Client`` its workers write, and must see the folder
    under the same path.

    Parameters
    ----------
    times
        With dimensions ``origin`` and ``destination``; ``inf`` stays ``inf``.
    path
        A folder, in a folder that is there. An earlier result of ``save`` is replaced.

    Raises
    ------
    DataError
        If something else is at ``path``; it is left as it is.
    MissingDataset
        If its folder is not there.
    TerritoryAccessError
        Without the extra ``cluster``.
    """
    library("dask.array")
    target = Path(path)
    if not target.parent.is_dir():
        raise MissingDataset(
            "{folder} : ce dossier n’existe pas, créez-le d’abord", folder=target.parent
        )
    if target.exists() and _sealed(target) is None:
        raise DataError(
            "{path} existe et n’est pas une table de temps de ce logiciel : "
            "choisissez un autre nom",
            path=target,
        )
    even = _even(times)
    with _draft_in(target.parent) as draft:
        whole = draft / "whole"
        even.to_zarr(whole, zarr_format=3, consolidated=False, encoding=_encoding(even))
        group = library("zarr").open_group(whole, mode="r+")
        group.attrs[_SEAL] = _files(whole)
        _put(whole, target, aside=draft / "before")


@contextmanager
def _draft_in(folder: Path) -> Iterator[Path]:
    """Give a folder to write in, and leave nothing of it.

    After a failure, tasks that had begun go on writing for a moment, and make their folders again:
    it is removed until it stays away.
    """
    draft = Path(tempfile.mkdtemp(dir=folder, prefix=".times-"))
    try:
        yield draft
    except BaseException:
        gone = 0
        for _ in range(100):
            shutil.rmtree(draft, ignore_errors=True)
            time.sleep(0.05)
            gone = 0 if draft.exists() else gone + 1
            if gone == 3:
                break
        raise
    shutil.rmtree(draft, ignore_errors=True)


def load(path: str | PathLike[str]) -> xr.Dataset:
    """Return travel times from disk; numbers are read when they are used, block by block.

    Every file is looked for, and its size compared, before anything is returned; each piece has a
    checksum, which is verified as it is read.

    Raises
    ------
    MissingDataset
        If nothing is there.
    DataError
        If it is not a result of ``save``, or a file of it is missing, cut or unreadable.
    TerritoryAccessError
        Without the extra ``cluster``.
    """
    library("dask.array")
    library("zarr")
    place = Path(path)
    if not place.exists():
        raise MissingDataset("{path} : aucune table de temps ici", path=place)
    damaged = DataError(
        "{path} n’est pas une table de temps, ou elle est abîmée : calculez-la à nouveau",
        path=place,
    )
    if _sealed(place) != _files(place):
        raise damaged
    try:
        times = xr.open_zarr(
            place,
            chunks={DESTINATION: -1},
            consolidated=False,
            decode_times=False,  # minutes stay numbers
            mask_and_scale=False,
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as reason:
        raise damaged from reason
    del times.attrs[_SEAL]
    texts = {name: ids for name, ids in times.coords.items() if ids.dtype.kind == "T"}
    restored: xr.Dataset = times.assign_coords(
        {name: (ids.dims, ids.to_numpy().astype(object), ids.attrs) for name, ids in texts.items()}
    )
    return restored


def _even(times: xr.Dataset) -> xr.Dataset:
    """Return the dataset as it is written: blocks of one size, which zarr needs."""
    plain = times.drop_encoding()
    if not plain.chunks:
        return plain
    return plain.chunk({ORIGIN: max(plain.chunksizes.get(ORIGIN, (1,))), DESTINATION: -1})


def _encoding(times: xr.Dataset) -> dict[str, dict[str, Any]]:
    """Return how each table is cut: all of a block's rows, as many columns as a piece may hold."""
    codec = library("zarr.codecs").ZstdCodec(checksum=True)
    rows = max(1, *times.chunksizes.get(ORIGIN, (min(times.sizes[ORIGIN], _ROWS),)))
    columns = max(1, min(times.sizes[DESTINATION], _BYTES // (8 * rows)))
    size = {ORIGIN: rows, DESTINATION: columns}
    encoding: dict[str, dict[str, Any]] = {}
    for name, table in times.data_vars.items():
        sides = [size.get(str(dim), max(1, times.sizes[dim])) for dim in table.dims]
        encoding[str(name)] = {"compressors": codec, "chunks": tuple(sides)}
        if np.issubdtype(table.dtype, np.floating):
            encoding[str(name)]["_FillValue"] = None
    return encoding


def _sealed(place: Path) -> str | None:
    """Return the seal of a store, ``None`` where there is none."""
    try:
        known = json.loads((place / "zarr.json").read_text(encoding="utf-8"))
        return str(known["attributes"][_SEAL])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _files(place: Path) -> str:
    """Return one SHA-256 of the names and sizes of all files, but the one that holds the seal."""
    return digest_of(
        f"{path.relative_to(place).as_posix()} {path.stat().st_size}"
        for path in sorted(place.rglob("*"))
        if path.is_file() and path != place / "zarr.json"
    )


def _put(whole: Path, target: Path, *, aside: Path) -> None:
    """Give a finished folder its name; what was there comes back if that fails."""
    if not target.exists():
        whole.rename(target)
        return
    target.rename(aside)
    try:
        whole.rename(target)
    except OSError:
        aside.rename(target)
        raise
