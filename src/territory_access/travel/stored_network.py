"""Keep a built road network on disk, so that an extract is read and cut only once."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from territory_access.datasets import roads as road_files
from territory_access.travel.ferry_arcs import Boarding
from territory_access.travel.network import Options, RoadNetwork, build
from territory_access.travel.roads.chains import Chains
from territory_access.travel.roads.graph import Graph
from territory_access.travel.speeds import SpeedTable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    import geopandas as gpd

FORMAT = 2
"""Changes when a network is built or written otherwise, so that an old folder is not read."""

_TABLES = ("components", "stretches", "segments", "elsewhere", "ferries")
_ARRAYS = (
    *("road", "component", "running"),
    *("forward", "backward", "arriving_forward", "arriving_backward"),
)
_WORDS = ("left_out", "crs", "mode", "season", "speeds")
_GRAPH = tuple(field.name for field in fields(Graph))
_CHAINS = tuple(name for name in Chains._fields if name != "graph")


class Kept(NamedTuple):
    """A network, and the folder where it is kept; ``None`` without a cache."""

    network: RoadNetwork
    place: Path | None


def load_or_build(  # noqa: PLR0913 - what a network depends on, each named at the call
    source: str | PathLike[str],
    folder: Path | None,
    *,
    mode: str = "car",
    speeds: SpeedTable | None = None,
    options: Options | None = None,
    communes: gpd.GeoDataFrame | None = None,
    boats: pd.DataFrame | None = None,
) -> Kept:
    """Return the network of a file, from the cache where all that it depends on is the same.

    Parameters
    ----------
    source
        As for ``datasets.roads.load``.
    folder
        Cache of the user; ``None``: nothing is read or written.
    mode, speeds, options, communes, boats
        As for ``network.build``; all are part of the name in the cache, by content.
    """
    table, chosen = speeds or SpeedTable.load(), options or Options()
    place = None
    if folder is not None and Path(source).exists():
        marks = [*_marks(Path(source), communes, boats), mode, table.digest]
        marks += [str(chosen.peak), str(chosen.own_times)]
        marks += [str(Boarding.of(chosen.season, chosen.parameters))]
        name = hashlib.sha256(" ".join([str(FORMAT), *marks]).encode()).hexdigest()[:24]
        place = folder / f"network-{name}"
        with suppress(FileNotFoundError):
            return Kept(load(place), place)
    roads = road_files.load(source, mode=mode)
    built = build(roads, table, options=chosen, communes=communes, boats=boats)
    if place is None:
        return Kept(built, None)
    save(built, place)
    return Kept(load(place), place)


def _marks(
    source: Path, communes: gpd.GeoDataFrame | None, boats: pd.DataFrame | None
) -> Iterator[str]:
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    for file in files:
        if file.is_file():
            with file.open("rb") as content:
                yield f"{file.suffix} {hashlib.file_digest(content, 'sha256').hexdigest()}"
    if communes is not None:
        shapes = b"".join(communes.geometry.to_wkb())
        people = communes["population"].to_numpy().tobytes()
        yield hashlib.sha256(shapes + people + str(communes.crs).encode()).hexdigest()
    if boats is not None:
        yield hashlib.sha256(boats.to_csv().encode()).hexdigest()


def save(network: RoadNetwork, place: Path) -> None:
    """Write a network into a new folder, which appears whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():  # damaged: nobody could load it
        shutil.rmtree(place)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".network-") as draft:
        whole = Path(draft) / "whole"
        whole.mkdir()
        for name in _ARRAYS:
            np.save(whole / f"{name}.npy", getattr(network, name))
        for graph, value in (("detail", network.detail), ("graph", network.graph)):
            for name in _GRAPH:
                np.save(whole / f"{graph}.{name}.npy", getattr(value, name))
        for name in _CHAINS:
            np.save(whole / f"chains.{name}.npy", getattr(network.chains, name))
        for name in _TABLES:
            getattr(network, name).to_parquet(whole / f"{name}.parquet")
        words = {name: getattr(network, name) for name in _WORDS}
        text = json.dumps(words | {"mode": str(network.mode), "left_out": dict(network.left_out)})
        (whole / "network.json").write_text(text, encoding="utf-8")
        with suppress(OSError):  # another process was first, with the same content
            whole.rename(place)


def load(place: Path) -> RoadNetwork:
    """Return the network of a folder, its arrays memory-mapped.

    Raises
    ------
    FileNotFoundError
        If it is not there, or not whole.
    """
    words = json.loads((place / "network.json").read_text(encoding="utf-8"))
    parts: dict[str, Any] = {name: _mapped(place / f"{name}.npy") for name in _ARRAYS}
    detail, junctions = (
        Graph(**{name: _mapped(place / f"{graph}.{name}.npy") for name in _GRAPH})
        for graph in ("detail", "graph")
    )
    chains = Chains(junctions, *(_mapped(place / f"chains.{name}.npy") for name in _CHAINS))
    parts |= {name: pd.read_parquet(place / f"{name}.parquet") for name in _TABLES}
    return RoadNetwork(detail=detail, chains=chains, **parts, **words)


def _mapped(path: Path) -> np.ndarray:
    return np.asarray(np.load(path, mmap_mode="r"))
