"""Where do other processes find a road network? In two folders, which each opens once."""

from __future__ import annotations

import hashlib
import platform
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from territory_access.errors import NetworkError
from territory_access.travel import snap, stored_network
from territory_access.travel.roads import prepared
from territory_access.travel.roads.chains import Chains
from territory_access.travel.roads.engine import RoadEngine
from territory_access.travel.roads.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from territory_access.travel.grid import Grid
    from territory_access.travel.network import RoadNetwork

_OPENING = threading.Lock()


@dataclass(frozen=True)
class RoadStore:
    """A network on disk: small enough to be sent anywhere, for it holds two paths only.

    Attributes
    ----------
    network
        Folder of ``stored_network.save``.
    prepared
        Folder of ``prepared.save``: the hierarchy of the same network.
    """

    network: Path
    prepared: Path


class Opened(NamedTuple):
    """A network ready to answer, its arrays memory-mapped."""

    network: RoadNetwork
    engine: RoadEngine
    lines: Grid


def keep(
    network: RoadNetwork,
    folder: Path,
    *,
    kept: Path | None = None,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> RoadStore:
    """Write a network and its hierarchy into a folder, unless they are there already.

    Parameters
    ----------
    folder
        Every machine that is to open the network sees this folder under the same path.
    kept
        Where ``stored_network.load_or_build`` has put this very network, under the same promise:
        it is not written again. Otherwise its folder here is named after its content.
    threads, progress
        As for ``prepared.prepare``.
    """
    whole = folder.resolve()
    place = whole / f"network-{_digest(network)[:24]}" if kept is None else kept.resolve()
    try:
        stored_network.load(place)
    except FileNotFoundError:
        stored_network.save(network, place)
    prepared.prepare(network.graph, folder=whole, threads=threads, progress=progress)
    return RoadStore(place, prepared.place_of(network.graph, whole))


def opened(store: RoadStore) -> Opened:
    """Return the network of a store, opened once in this process.

    Raises
    ------
    NetworkError
        If a folder is not there, or not whole.
    """
    with _OPENING:
        return _open(store)


@lru_cache(maxsize=4)
def _open(store: RoadStore) -> Opened:
    try:
        network = stored_network.load(store.network)
        hierarchy = prepared.load(store.prepared)
    except FileNotFoundError as missing:
        raise NetworkError(
            "le réseau routier de {folder} manque ou n’est pas entier, vu de la machine "
            "« {machine} » : toutes les machines doivent voir ce dossier sous le même nom",
            folder=store.network.parent,
            machine=platform.node(),
        ) from missing
    return Opened(network, RoadEngine(network.graph, hierarchy), snap.lines_of(network))


def _digest(network: RoadNetwork) -> str:
    """Return the SHA-256 of all that ``stored_network.save`` writes."""
    content = hashlib.sha256(f"{stored_network.FORMAT} {network.detail.digest()}".encode())
    for part in vars(network).values():
        if isinstance(part, Graph | Chains):  # chains follow from the detailed graph
            continue
        if isinstance(part, np.ndarray):
            content.update(np.ascontiguousarray(part).data)
        elif isinstance(part, pd.DataFrame):
            content.update(" ".join(part.columns).encode())
            content.update(pd.util.hash_pandas_object(part, index=False).to_numpy().data)
        else:
            content.update(str(part).encode())
    return content.hexdigest()
