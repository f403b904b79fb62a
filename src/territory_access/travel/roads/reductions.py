"""What do times add up to? Counts, the nearest, and floating-catchment sums, without a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.tiles import each_tile

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from territory_access.travel.roads.arcs import Float32, Float64, Int32, Int64
    from territory_access.travel.roads.prepared import Prepared
    from territory_access.travel.roads.tiles import Batch, Plan
    from territory_access.travel.roads.units import Unit


@dataclass(frozen=True)
class Weights:
    """What is summed along the way.

    Attributes
    ----------
    decay
        Minutes (an array) → weight of the pair, 0 to 1; called on times up to the cutoff only.
    demand
        (origins) what each origin brings to the destinations in its reach.
    supply
        (destinations) what each destination brings to the origins in its reach.
    """

    decay: Callable[[Float64], npt.NDArray[np.floating[Any]]]
    demand: npt.NDArray[np.float64]
    supply: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reduction:
    """Answers by origin, and by destination.

    Attributes
    ----------
    count
        ``int32`` (origins): destinations within the cutoff.
    nearest
        ``float32`` (origins): minutes to the nearest of them, ``inf`` if there is none.
    by_origin
        ``float64`` (origins): Σ_j decay(t_ij) · supply_j; zero without weights.
    by_destination
        ``float64`` (destinations): Σ_i decay(t_ij) · demand_i, the denominator of a floating
        catchment (Luo and Qi, *E2SFCA*, 2009); zero without weights.
    """

    count: Int32
    nearest: Float32
    by_origin: Float64
    by_destination: Float64


class _Weighed(NamedTuple):
    """Weights as kernels take them: the decay as a table by label, 0 beyond the cutoff."""

    table: Float32
    demand: Float64
    supply: Float64


@compiled
def _count_and_nearest(batch: Batch, unit: Unit, count: Int32, nearest: Float32) -> None:
    width = batch.labels.shape[1]
    counted = np.zeros(width, np.int32)
    least = np.full(width, unit.far, batch.labels.dtype)
    limit = batch.labels.dtype.type(unit.limit)
    for i in range(len(batch.row)):
        row = batch.row[i]
        for lane in range(width):
            label = batch.labels[row, lane]
            counted[lane] += label <= limit
            least[lane] = min(least[lane], label)
    for lane in range(len(batch.line)):
        count[batch.line[lane]] = counted[lane]
        if least[lane] <= limit:
            nearest[batch.line[lane]] = least[lane] * unit.minutes


@compiled
def _weigh(batch: Batch, weighed: _Weighed, by_origin: Float64, arriving: Float64) -> None:
    """Add the batch to sums by origin, and to sums by destination in the region."""
    used = len(batch.line)
    brought = np.zeros(used)
    last = len(weighed.table) - 1
    for i in range(len(batch.row)):
        supply = weighed.supply[batch.column[i]]
        arrived = 0.0
        for lane in range(used):
            label = np.int64(batch.labels[batch.row[i], lane])
            weight = weighed.table[label if label < last else last]  # noqa: FURB136 - types
            brought[lane] += weight * supply
            arrived += weight * weighed.demand[batch.line[lane]]
        arriving[i] += arrived
    for lane in range(used):
        by_origin[batch.line[lane]] = brought[lane]


def _table(weights: Weights, unit: Unit) -> Float32:
    """Return the weight of each label up to the limit, and 0 for the next: anything beyond."""
    table = np.zeros(unit.limit + 2, np.float32)
    table[:-1] = weigh(weights, np.arange(unit.limit + 1, dtype=np.float64) * unit.minutes)
    return table


def weigh(weights: Weights, minutes: Float64) -> Float32:
    """Return the decay of some minutes, whatever unit they were counted in.

    7 min in steps of 10 ms come out as 7.000000000000001: a decay by steps would put them on the
    next one.
    """
    return np.asarray(weights.decay(np.round(minutes, 9)), np.float32)


def reduced(
    prepared: Prepared,
    asked: Plan,
    *,
    weights: Weights | None = None,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Reduction:
    """Return counts, nearest and sums over all pairs within the cutoff of the plan."""
    origins, destinations = len(asked.line), len(asked.column)
    count = np.zeros(origins, np.int32)
    nearest = np.full(origins, np.inf, np.float32)
    by_origin, by_destination = np.zeros(origins), np.zeros(destinations)
    weighed = weights and _Weighed(_table(weights, asked.unit), weights.demand, weights.supply)

    def collect(run: Callable[[Callable[[Batch], None]], None]) -> tuple[Int64, Float64]:
        tile: dict[str, npt.NDArray[np.float64]] = {}
        columns: list[Int64] = []

        def visit(batch: Batch) -> None:
            _count_and_nearest(batch, asked.unit, count, nearest)
            if weighed:
                if not columns:
                    columns.append(batch.column)
                    tile["sums"] = np.zeros(len(batch.column))
                _weigh(batch, weighed, by_origin, tile["sums"])

        run(visit)
        return (columns[0], tile["sums"]) if columns else (np.empty(0, np.int64), np.empty(0))

    for column, sums in each_tile(prepared, asked, collect, threads=threads, progress=progress):
        by_destination[column] += sums
    return Reduction(count, nearest, by_origin, by_destination)
