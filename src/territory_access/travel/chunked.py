"""How are times on roads worked out that do not fit in memory? Block by block of origins, lazily.

A block is one task: it opens the network of a ``RoadStore`` (memory-mapped, once a process), puts
its origins on the road, and asks the engine. What travels to a worker are coordinates, never the
graph.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from territory_access.datasets.road_form import project
from territory_access.errors import DataError, Fault
from territory_access.provenance import digest_of
from territory_access.travel import road_times, snap
from territory_access.travel.extras import library
from territory_access.travel.road_store import RoadStore, opened
from territory_access.travel.roads.units import milliseconds
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from territory_access.travel.snap import Snapped

BLOCK = 50_000
"""Origins in a task: a worker needs that many for its start and its search to be worth it."""

_TERMINAL = "terminal"


@dataclass(frozen=True)
class _Question:
    """All that a block must know beside its origins."""

    store: RoadStore
    crs: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ends_crs: str
    terminal: NDArray[np.float64]
    max_minutes: float
    threads: int = 1


def points(places: gpd.GeoSeries, dimension: str = ORIGIN) -> xr.Dataset:
    """Return points as ``lazy`` takes them: ``x`` and ``y`` by id, and their CRS.

    >>> import geopandas as gpd
    >>> here = gpd.GeoSeries.from_xy([9.15], [42.3], index=["bourg"], crs="EPSG:4326")
    >>> points(here)["x"].item(), points(here).attrs["crs"]
    (9.15, 'EPSG:4326')
    """
    return xr.Dataset(
        {"x": (dimension, places.x.to_numpy()), "y": (dimension, places.y.to_numpy())},
        coords={dimension: places.index.to_numpy(dtype=object)},
        attrs={"crs": places.crs.to_string()},
    )


def lazy(
    store: RoadStore,
    origins: xr.Dataset,
    destinations: xr.Dataset,
    *,
    max_minutes: float,
    block: int | None = None,
) -> xr.Dataset:
    """Return the minutes of ``eager`` as a dask array: nothing is worked out before it is asked.

    With a ``distributed.Client`` the blocks run on its workers, which must see the folders of the
    store under the same paths; otherwise on threads. The numbers are those of ``eager`` bit for
    bit, whatever the blocks: the engine counts whole milliseconds, and no ``float32`` of minutes
    below a year lies so near the middle of two that the order of roundings could matter.

    Parameters
    ----------
    store
        ``road_store.keep(network, folder)``.
    origins
        ``x`` and ``y`` along ``origin``, in the CRS named by ``attrs["crs"]`` (that of the network
        by default); in memory, or dask arrays (``xr.open_zarr``…). See ``points``.
    destinations
        The same along ``destination``, all at hand; ``terminal``, if there, is the minutes to park
        and walk at each.
    max_minutes
        Beyond it, ``inf``; terminal time included.
    block
        Origins in a block; the chunks of ``origins`` by default, or ``BLOCK`` where it has none. A
        block takes 4 bytes × origins × destinations where it is worked out.

    Returns
    -------
    ``travel_time (origin, destination)`` and ``origin_metres (origin)`` in chunks along ``origin``;
    ``destination_metres`` at hand. ``attrs["inputs"]`` is that of ``eager`` for origins in memory;
    for dask arrays, which nobody has read yet, it rests on the names that dask gives them.

    Raises
    ------
    DataError
        If points lack ``x`` or ``y``, an id is there twice, or a block is empty.
    NetworkError
        If the store cannot be opened, or ``max_minutes`` is not positive.
    TerritoryAccessError
        Without the extra ``cluster``.
    """
    dask = library("dask")
    array = library("dask.array")
    question = _question(store, origins, destinations, max_minutes)
    if block is not None and block < 1:
        raise DataError("blocs de {block} origines : il en faut au moins une", block=block)
    x, y = (_in_blocks(origins[name], block) for name in ("x", "y"))
    x, y = array.unify_chunks(x, "i", y, "i")[1]
    asked = dask.delayed(question, traverse=False)
    minutes = array.map_blocks(
        _minutes,
        x,
        y,
        asked,
        new_axis=1,
        chunks=(x.chunks[0], (len(question.x),)),
        dtype=np.float32,
        meta=np.empty((0, 0), np.float32),
    )
    metres = array.map_blocks(_metres, x, y, asked, dtype=np.float32, meta=np.empty(0, np.float32))
    return _labelled(question, origins, destinations, minutes=minutes, metres=metres)


def eager(
    store: RoadStore, origins: xr.Dataset, destinations: xr.Dataset, *, max_minutes: float
) -> xr.Dataset:
    """Return the minutes between points, now and in this process, with all its threads.

    Parameters, result and errors are those of ``lazy``, but for the blocks.
    """
    question = _question(store, origins, destinations, max_minutes)
    x, y = (np.asarray(origins[name].data, np.float64) for name in ("x", "y"))
    every = replace(question, threads=os.cpu_count() or 1)
    minutes, metres = _minutes(x, y, every), _metres(x, y, question)
    return _labelled(question, origins, destinations, minutes=minutes, metres=metres)


def _question(
    store: RoadStore, origins: xr.Dataset, destinations: xr.Dataset, max_minutes: float
) -> _Question:
    """Return what the blocks need, once both sides are found to make sense."""
    milliseconds(max_minutes)  # refuses what is not positive
    for sites, dimension in ((origins, ORIGIN), (destinations, DESTINATION)):
        _refuse_faults(sites, dimension)
    own = opened(store).network.crs
    count = destinations.sizes[DESTINATION]
    terminal = destinations[_TERMINAL].data if _TERMINAL in destinations else np.zeros(count)
    return _Question(
        store=store,
        crs=origins.attrs.get("crs", own),
        x=np.asarray(destinations["x"].data, np.float64),
        y=np.asarray(destinations["y"].data, np.float64),
        ends_crs=destinations.attrs.get("crs", own),
        terminal=np.asarray(terminal, np.float64),
        max_minutes=float(max_minutes),
    )


def _refuse_faults(sites: xr.Dataset, dimension: str) -> None:
    missing = [name for name in ("x", "y") if name not in sites or sites[name].dims != (dimension,)]
    if missing:
        raise DataError(
            "Les points n’ont pas de coordonnée {name} le long de « {dimension} ».",
            name=missing[0],
            dimension=dimension,
        )
    ids = sites.get_index(dimension)
    double = ids[ids.duplicated()].unique()
    if len(double):
        faults = [Fault("« {site} » est là plusieurs fois", {"site": site}) for site in double]
        raise DataError("Les points ne conviennent pas.", faults=faults)


def _in_blocks(values: xr.DataArray, block: int | None) -> Any:  # noqa: ANN401 - of dask
    """Return coordinates as a dask array, in the blocks asked for or in their own."""
    if values.chunks is None:
        return library("dask.array").from_array(values.to_numpy(), chunks=block or BLOCK)
    return values.data if block is None else values.data.rechunk(block)


def _minutes(
    x: NDArray[np.float64], y: NDArray[np.float64], question: _Question
) -> NDArray[np.float32]:
    """Return the minutes of a block, ``(origins, destinations)``."""
    engine = replace(opened(question.store).engine, threads=question.threads)
    return road_times.minutes(
        engine,
        _snapped(question, x, y, question.crs),
        _snapped(question, question.x, question.y, question.ends_crs),
        max_minutes=question.max_minutes,
        terminal=question.terminal,
    )


def _metres(
    x: NDArray[np.float64], y: NDArray[np.float64], question: _Question
) -> NDArray[np.float32]:
    """Return how far each origin of a block is from its road."""
    return _snapped(question, x, y, question.crs).metres.astype(np.float32)


def _snapped(
    question: _Question, x: NDArray[np.float64], y: NDArray[np.float64], crs: str
) -> Snapped:
    network, _, lines = opened(question.store)
    east, north = (np.asarray(values, np.float64) for values in (x, y))
    return snap.points(network, *project(east, north, source=crs, target=network.crs), lines=lines)


def _labelled(
    question: _Question,
    origins: xr.Dataset,
    destinations: xr.Dataset,
    *,
    minutes: Any,  # noqa: ANN401 - of numpy or of dask, which may not be installed
    metres: Any,  # noqa: ANN401 - as above
) -> xr.Dataset:
    """Return the times with their labels, and what they rest on."""
    network = opened(question.store).network
    ends = _metres(question.x, question.y, replace(question, crs=question.ends_crs))
    length = {"units": "metres"}
    return xr.Dataset(
        {
            "travel_time": ((ORIGIN, DESTINATION), minutes, {"units": "minutes"}),
            "origin_metres": ((ORIGIN,), metres, length),
            "destination_metres": ((DESTINATION,), ends, length),
        },
        coords={
            ORIGIN: origins.get_index(ORIGIN),
            DESTINATION: destinations.get_index(DESTINATION),
        },
        attrs={
            "units": "minutes",
            "engine": "roads",
            "mode": str(network.mode),
            "season": network.season,
            "speeds": network.speeds,
            "junctions": int(network.graph.nodes),
            "max_minutes": question.max_minutes,
            "inputs": _inputs(question, origins, destinations),
        },
    )


def _inputs(question: _Question, origins: xr.Dataset, destinations: xr.Dataset) -> str:
    """Return the SHA-256 of everything that the times depend on."""
    parts: list[str | bytes] = [question.store.network.name, question.store.prepared.name]
    for sites, dimension in ((origins, ORIGIN), (destinations, DESTINATION)):
        parts.append(repr(sites.get_index(dimension).to_list()))
    parts += [question.crs, question.ends_crs, repr(question.max_minutes)]
    parts += [array.tobytes() for array in (question.x, question.y, question.terminal)]
    for name in ("x", "y"):
        held = origins[name].data
        unread = origins[name].chunks is not None
        parts.append(str(held.name) if unread else np.asarray(held, np.float64).tobytes())
    return digest_of(parts)
